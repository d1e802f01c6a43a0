import type { Head } from '../wire/head.js';
import { BRANCHES } from '../wire/ref-name.js';
import { gitFolder } from './git-folder.js';
import { runProgram, type ProgramEnd, type RunLimits } from './process.js';

/** The `git` program as it is run for the HEAD of a repository on this machine. */
export interface HeadSettings extends RunLimits {
  /** The path of the repository. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

type Output = ProgramEnd & { readonly output: string };

/**
 * Reads HEAD, whatever format the refs are stored in.
 *
 * @throws {CouldNotRun}
 */
export async function readHead(settings: HeadSettings): Promise<Head> {
  const resolved = await git(settings, 'rev-parse', '--is-bare-repository', '--symbolic-full-name', 'HEAD');
  const [isBare, name = ''] = resolved?.output.split('\n') ?? [];
  // Beside files that are checked out, HEAD says which ones: it is not to be moved without them.
  if (resolved === undefined || isBare !== 'true') return { kind: 'other' };
  if (resolved.code === 0) return name.startsWith(BRANCHES) ? { kind: 'branch', branch: name } : { kind: 'other' };
  const named = await git(settings, 'symbolic-ref', '--quiet', 'HEAD');
  const branch = named?.output.trimEnd() ?? '';
  return named?.code === 0 && branch.startsWith(BRANCHES) ? { kind: 'unborn', branch } : { kind: 'other' };
}

/**
 * Makes HEAD name a branch.
 *
 * @returns `undefined` where git took too long
 * @throws {CouldNotRun}
 */
export async function writeHead(settings: HeadSettings, branch: string): Promise<ProgramEnd | undefined> {
  return git(settings, 'symbolic-ref', 'HEAD', branch);
}

async function git({ path, environment, ...limits }: HeadSettings, ...args: string[]): Promise<Output | undefined> {
  return runProgram({ program: 'git', arguments: [`--git-dir=${gitFolder(path)}`, ...args], environment }, limits);
}
