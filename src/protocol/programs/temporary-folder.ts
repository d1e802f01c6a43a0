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
  return inTemporaryFolder((place) => mkdtempSync(join(place, prefix)));
}

/**
 * Does work that writes to the temporary folder of the system.
 *
 * @throws {RemoteError} that names the temporary folder, if the work fails
 */
export function inTemporaryFolder<T>(work: (place: string) => T): T {
  const place = tmpdir();
  try {
    return work(place);
  } catch (error) {
    const { code = 'no reason given' } = error as NodeJS.ErrnoException;
    const [fault, remedy] = REASONS[code] ?? [`cannot be used (${code})`, OTHER_FOLDER];
    throw new RemoteError({
      kind: 'program',
      location: printable(place, 1000),
      detail: `the temporary folder ${fault}.`,
      remedy,
      cause: error,
    });
  }
}

const OTHER_FOLDER = 'Set `TMPDIR` to a folder that exists and can be written.';
const MORE_SPACE = 'Make room there, or set `TMPDIR` to a folder with more space.';
const MORE_FILES = 'Raise the limit of open files (`ulimit -n`).';

const REASONS: Readonly<Record<string, readonly [fault: string, remedy: string]>> = {
  ENOENT: ['does not exist', OTHER_FOLDER],
  ENOTDIR: ['is no folder', OTHER_FOLDER],
  EACCES: ['cannot be written', OTHER_FOLDER],
  EROFS: ['cannot be written', OTHER_FOLDER],
  ENOSPC: ['is full', MORE_SPACE],
  EDQUOT: ['is full for this user', MORE_SPACE],
  EMFILE: ['cannot be used: this process has too many open files', MORE_FILES],
  ENFILE: ['cannot be used: this machine has too many open files', MORE_FILES],
};
