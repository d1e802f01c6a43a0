import { getExecOutput } from '@actions/exec';
import type { ObjectFormat } from '../wire/object-format.js';
import type { ProgramEnd } from './program.js';

/** A bare repository that is to be made. */
export interface NewRepository {
  readonly path: string;
  readonly format: ObjectFormat;
  /** The short name of the branch that its HEAD shall point to; without one, git's own default. */
  readonly branch?: string;
}

/** Makes a bare repository with the `git` program, and tells how that ended. */
export async function gitInit(
  { path, format, branch }: NewRepository,
  environment: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  const head = branch === undefined ? [] : [`--initial-branch=${branch}`];
  const args = ['init', '--quiet', '--bare', `--object-format=${format}`, ...head, path];
  const options = { silent: true, ignoreReturnCode: true, env: { ...environment } };
  try {
    const { exitCode, stderr } = await getExecOutput('git', args, options);
    return { code: exitCode, errors: stderr };
  } catch (error) {
    // The toolkit has words of its own for a program that it does not find.
    const { message } = error as Error;
    return { code: null, errors: message.startsWith('Unable to locate') ? `ENOENT: ${message}` : message };
  }
}
