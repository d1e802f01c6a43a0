import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value that a ref has taken; null where it was deleted. */
export interface Entry {
  readonly ref: string;
  readonly id: string | null;
}

const NONE = /^0+$/;

/** Has git write down each move of a ref, while it holds the ref's lock (githooks, "reference-transaction"). */
export function keepChronicle(repository: string, file: string): void {
  const hook = join(repository, 'hooks', 'reference-transaction');
  mkdirSync(join(repository, 'hooks'), { recursive: true });
  const write = `while read -r old new ref; do echo "$1 $PPID $new $ref" >>'${file}'; done`;
  writeFileSync(hook, `#!/bin/sh\n${write}\n`);
  chmodSync(hook, 0o755);
}

/**
 * The values that refs took, in order. A transaction is written down when it is prepared, that is under the locks, and
 * counts if it was committed.
 */
export function readChronicle(file: string): Entry[] {
  const entries: (Entry & { isCommitted: boolean })[] = [];
  const pending = new Map<string, typeof entries>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines) {
    const [state, git = '', id = '', ref = ''] = line.split(' ');
    const key = `${git} ${ref}`;
    const open = pending.get(key) ?? [];
    if (state === 'prepared') {
      const entry = { ref, id: NONE.test(id) ? null : id, isCommitted: false };
      entries.push(entry);
      pending.set(key, [...open, entry]);
    } else {
      for (const entry of open) entry.isCommitted = state === 'committed';
      pending.delete(key);
    }
  }
  const isBranchOrTag = /^refs\/(?:heads|tags)\//;
  return entries
    .filter(({ ref, isCommitted }) => isCommitted && isBranchOrTag.test(ref))
    .map(({ ref, id }) => ({ ref, id }));
}
