import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteError } from '../errors.js';
import { printable } from '../printable.js';

/**
 * Makes a folder of this process's own in the temporary folder of the system.
 *
 * @param prefix of its name
 * @throws {RemoteError} that names the temporary folder
 */
export function makeTemporaryFolder(prefix: string): string {
  const place = tmpdir();
  try {
    return mkdtempSync(join(place, prefix));
  } catch (error) {
    const { code = 'no reason given' } = error as NodeJS.ErrnoException;
    throw new RemoteError({
      kind: 'program',
      location: printable(place, 1000),
      detail: `the temporary folder ${REASONS[code] ?? `cannot be used (${code})`}.`,
      remedy: 'Set `TMPDIR` to a folder that exists and can be written.',
      cause: error,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is no folder',
  EACCES: 'cannot be written',
  EROFS: 'cannot be written',
  ENOSPC: 'is full',
};
