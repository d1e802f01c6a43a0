import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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

/** A repository that was to be made where nothing was. */
export type Creation =
  | { readonly kind: 'made' }
  /** Somebody else has made something at the path meanwhile. */
  | { readonly kind: 'found' }
  /** The words of git or of the system. */
  | { readonly kind: 'failed'; readonly errors: string };

/**
 * Makes a bare repository where nothing is, whole from the beginning: it is made beside its path and moved there, so that
 * of several programs that want to make it at once each finds either nothing or a repository.
 *
 * @throws {CouldNotRun}, or what the signal is aborted with
 */
export async function createRepository(repository: NewRepository, settings: InitSettings): Promise<Creation> {
  const { path } = repository;
  const beside = join(dirname(path), `${UNFINISHED}${randomBytes(6).toString('hex')}`);
  try {
    const end = await initRepository({ ...repository, path: beside }, settings);
    const errors = end?.code === 0 ? await errorsOfMove(beside, path) : (end?.errors ?? 'it took too long');
    if (errors === undefined) return { kind: 'made' };
    if (end?.code === 0 && existsSync(path)) return { kind: 'found' };
    return { kind: 'failed', errors: errors.trim().replaceAll(beside, path) };
  } finally {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function errorsOfMove(from: string, to: string): Promise<string | undefined> {
  try {
    await rename(from, to);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Beginning of the name of a repository that is not yet in its place. */
const UNFINISHED = '.push-mirror-new-';
