import type { ObjectFormat } from '../wire/object-format.js';
import type { ProgramEnd, RunLimits } from './process.js';
import { runByToolkit } from './toolkit.js';

/** A bare repository that is to be made. */
export interface NewRepository {
  readonly path: string;
  readonly format: ObjectFormat;
  /** The short name of the branch that its HEAD shall point to; without one, git's own default. */
  readonly branch?: string;
}

/** Environment and limits of the `git` program. */
export interface InitSettings extends RunLimits {
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Makes a bare repository with the `git` program. Git before 2.28 knows no option for a branch or a hash.
 *
 * @returns `undefined` where git took too long
 * @throws {CouldNotRun}, or what the signal is aborted with
 */
export async function initRepository(
  { path, format, branch }: NewRepository,
  { environment, ...limits }: InitSettings,
): Promise<ProgramEnd | undefined> {
  const seen = { ...environment, GIT_DEFAULT_HASH: format };
  const git = (...args: string[]): Promise<ProgramEnd | undefined> =>
    runByToolkit({ program: 'git', arguments: args, environment: seen }, limits);
  const hash = format === 'sha1' ? [] : [`--object-format=${format}`];
  const made = await git('init', '--quiet', '--bare', ...hash, path);
  if (made?.code !== 0 || branch === undefined) return made;
  return git(`--git-dir=${path}`, 'symbolic-ref', 'HEAD', `refs/heads/${branch}`);
}
