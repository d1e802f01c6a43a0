import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { startGuard } from './guard.js';
import { inTemporaryFolder, makeTemporaryFolder } from './temporary-folder.js';

/** A file that another program of this user can read by its path while this process lives, and no longer. */
export interface PrivateFile {
  readonly path: string;
  /** Takes the file away. Never throws. */
  close(): void;
}

/**
 * Writes a file for another program to read. On Linux the file has no name in any folder: its content is gone with this
 * process, however that ends. Elsewhere it has mode 0600 in a folder of its own, and a guard process takes that away as
 * soon as this one is gone.
 *
 * @throws {RemoteError} that names the temporary folder; nothing is left there
 */
export function writePrivateFile(content: string, kind = platform() === 'linux' ? 'nameless' : 'guarded'): PrivateFile {
  const folder = makeTemporaryFolder('push-mirror-');
  return inTemporaryFolder(() => (kind === 'nameless' ? namelessFile(folder, content) : guardedFile(folder, content)));
}

function namelessFile(folder: string, content: string): PrivateFile {
  const descriptor = openNameless(folder);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  try {
    writeFileSync(descriptor, content);
  } catch (error) {
    close();
    throw error;
  }
  return { path: `/proc/${pid}/fd/${descriptor}`, close };
}

/** Opens a file in the folder, and takes both names away. */
function openNameless(folder: string): number {
  try {
    return openSync(join(folder, 'file'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function guardedFile(folder: string, content: string): PrivateFile {
  const path = join(folder, 'file');
  const guard = startGuard('cat >/dev/null; rm -rf -- "$1"', folder);
  const close = (): void => {
    rmSync(folder, { recursive: true, force: true });
    guard.end();
  };
  try {
    writeFileSync(path, content, { mode: 0o600 });
  } catch (error) {
    close();
    throw error;
  }
  return { path, close };
}
