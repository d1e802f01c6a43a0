import type { ObjectFormat } from '../wire/object-format.js';
import { runByToolkit, type ProgramEnd } from './process.js';

/** A bare repository that is to be made. */
export interface NewRepository {
  readonly path: string;
  readonly format: ObjectFormat;
  /** The short name of the branch that its HEAD shall point to; without one, git's own default. */
  readonly branch?: string;
}

/**
 * Makes a bare repository with the `git` program. Git before 2.28 knows no option for a branch or a hash.
 *
 * @throws {CouldNotRun}
 */
export async function initRepository(
  { path, format, branch }: NewRepository,
  environment: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  const git = (...args: string[]): Promise<ProgramEnd> =>
    runByToolkit({ program: 'git', arguments: args, environment: { ...environment, GIT_DEFAULT_HASH: format } });
  const hash = format === 'sha1' ? [] : [`--object-format=${format}`];
  const made = await git('init', '--quiet', '--bare', ...hash, path);
  if (made.code !== 0 || branch === undefined) return made;
  return git(`--git-dir=${path}`, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`);
}
