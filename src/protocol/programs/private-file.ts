import { closeSync, openSync, rmdirSync, rmSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import { startGuard } from './guard.js';
import { makeTemporaryFolder } from './temporary-folder.js';

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
 */
export function writePrivateFile(content: string, kind = platform() === 'linux' ? 'nameless' : 'guarded'): PrivateFile {
  const folder = makeTemporaryFolder('push-mirror-');
  return kind === 'nameless' ? namelessFile(folder, content) : guardedFile(folder, content);
}

function namelessFile(folder: string, content: string): PrivateFile {
  const name = join(folder, 'file');
  const descriptor = openSync(name, 'wx+', 0o600);
  unlinkSync(name);
  rmdirSync(folder);
  writeSync(descriptor, content);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return { path: `/proc/${pid}/fd/${descriptor}`, close };
}

function guardedFile(folder: string, content: string): PrivateFile {
  const path = join(folder, 'file');
  const script = 'trap "" INT TERM HUP; cat >/dev/null; rm -rf -- "$1"';
  const args = ['-c', script, 'guard', folder];
  const guard = startGuard({ program: '/bin/sh', arguments: args, environment: { PATH: '/usr/bin:/bin' } });
  writeFileSync(path, content, { mode: 0o600 });
  const close = (): void => {
    rmSync(folder, { recursive: true, force: true });
    guard.end();
  };
  return { path, close };
}
