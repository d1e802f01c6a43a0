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
 * Makes a bare repository with the `git` program.
 *
 * @throws {CouldNotRun}
 */
export function initRepository(
  { path, format, branch }: NewRepository,
  environment: Readonly<Record<string, string>>,
): Promise<ProgramEnd> {
  const head = branch === undefined ? [] : [`--initial-branch=${branch}`];
  const args = ['init', '--quiet', '--bare', `--object-format=${format}`, ...head, path];
  return runByToolkit({ program: 'git', arguments: args, environment });
}
