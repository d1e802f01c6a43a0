import { spawnSync } from 'node:child_process';
import { isolatedGit } from '../repositories/git.js';

const LFS_KEYS = ['lfs.url', 'remote.origin.lfsurl'] as const;

/** The URL that Git LFS takes out of a text, by `git config`; `undefined` for nothing, and for a text git cannot read. */
export function gitReads(text: string): string | undefined {
  const args = ['config', '-f', '-', '-z', '--get-regexp', `^(${LFS_KEYS.join('|').replaceAll('.', '\\.')})$`];
  const { status, stdout } = spawnSync('git', args, { env: isolatedGit(), input: text });
  // 1 is for keys that are not there, 128 for a text that is no configuration.
  if (status !== 0 && status !== 1 && status !== 128) throw new Error(`git config ended with ${String(status)}`);
  if (status === 128) return undefined;
  const found = stdout.toString('utf8').split('\0').slice(0, -1);
  const last = (key: string): string | undefined => found.findLast((entry) => entry.split('\n')[0] === key);
  const entry = LFS_KEYS.map(last).find((one) => one !== undefined);
  return entry?.slice(entry.split('\n')[0]!.length + 1);
}
