import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { RemoteError } from '../errors.js';
import { printable } from '../printable.js';

/** A folder in the temporary folder of the system, which is gone when this process ends by itself. */
export class TemporaryFolder {
  readonly path: string;
  readonly #onExit = (): void => {
    // Programs that were told to end may still write to it.
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  };

  /**
   * @param prefix of its name
   * @throws {RemoteError} that names the temporary folder of the system
   */
  constructor(prefix: string) {
    this.path = makeTemporaryFolder(prefix);
    process.setMaxListeners(process.getMaxListeners() + 1);
    process.on('exit', this.#onExit);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    process.off('exit', this.#onExit);
    process.setMaxListeners(Math.max(1, process.getMaxListeners() - 1));
  }
}

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
