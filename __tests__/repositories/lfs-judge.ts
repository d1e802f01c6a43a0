import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { git, isolatedGit } from './git.js';
import { keptLocally, localPath } from './lfs.js';

/** What a clone of a repository has of its LFS objects. */
export interface LfsJudgement {
  /** The ids of all that could be fetched, in order. */
  readonly fetched: readonly string[];
  /** The ids that the history of any ref names and that could not be fetched, in order. */
  readonly missing: readonly string[];
  /** What the programs said where they failed; empty where all is well. */
  readonly problems: readonly string[];
}

const run = promisify(execFile);
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})$/gm;
const POINTER_LIMIT = 1024;

/** The environment for real `git lfs`: nothing of this machine's configuration, and no transfer unless asked for. */
export function isolatedLfs(environment: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { ...isolatedGit(), GIT_LFS_SKIP_SMUDGE: '1', ...environment };
}

/** Runs git or git-lfs while servers of this process answer it; returns what it prints. */
export async function gitLfs(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const settings = { env: isolatedLfs(environment), maxBuffer: 64 * 1024 * 1024 };
  const { stdout, stderr } = await run('git', ['-C', folder, ...args], settings);
  return stdout + stderr;
}

/**
 * The judge of a mirror: clones it, fetches all LFS objects with the real git-lfs, and has them checked by git-lfs and by
 * hand. No problems and nothing missing is what a good mirror gets.
 *
 * @param target a URL or a path
 * @param copy where the clone is made; nothing may be there yet
 */
export async function judgeLfs(
  target: string,
  copy: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<LfsJudgement> {
  await gitLfs('/', ['clone', '--quiet', '--mirror', target, copy], environment);
  const problems: string[] = [];
  const attempt = async (...args: readonly string[]): Promise<void> => {
    await gitLfs(copy, args, environment).catch((error: unknown) => problems.push(String(error)));
  };
  await attempt('lfs', 'fetch', '--all', 'origin');
  const tips = new Set(git(copy, ['for-each-ref', '--format=%(objectname)', 'refs/heads', 'refs/tags']).split('\n'));
  for (const tip of tips) if (tip !== '') await attempt('lfs', 'fsck', tip);
  const fetched = keptLocally(copy);
  for (const oid of fetched) if ((await hash(localPath(copy, oid))) !== oid) problems.push(`${oid} has other bytes`);
  return { fetched, missing: namedBy(copy).filter((oid) => !fetched.includes(oid)), problems };
}

/** The ids that pointers anywhere in the history of a repository's refs name, in order. */
export function namedBy(repository: string): string[] {
  const ids = git(repository, ['rev-list', '--all', '--objects', '--no-object-names']);
  const checked = git(repository, ['cat-file', '--batch-check'], `${ids}\n`).split('\n');
  const small = checked.map((line) => line.split(' ')).filter(([, type, size]) => isSmall(type, size));
  const contents = git(repository, ['cat-file', '--batch'], small.map(([id = '']) => `${id}\n`).join(''));
  const named = Array.from(contents.matchAll(POINTER), ([, oid = '']) => oid);
  return [...new Set(named)].sort();
}

function isSmall(type?: string, size?: string): boolean {
  return type === 'blob' && Number(size) < POINTER_LIMIT;
}

async function hash(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}
