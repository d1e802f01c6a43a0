import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';

/** A file that another program of this user can read by its path while this process lives, and no longer. */
export interface PrivateFile {
  readonly path: string;
  /** Takes the file away. Never throws. */
  close(): void;
}

/**
 * Writes what another program shall read from a file. On Linux the file has no name in any folder: what is written to
 * it is gone with this process, however that ends. Elsewhere it has mode 0600 in a folder of its own, and a guard
 * process takes that away as soon as this one is gone.
 */
export function writePrivateFile(content: string, kind = platform() === 'linux' ? 'nameless' : 'guarded'): PrivateFile {
  const folder = mkdtempSync(join(tmpdir(), 'push-mirror-'));
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
  // Its standard input ends when this process does, even by SIGKILL; in a session of its own no signal meant for this
  // process reaches it.
  const guard = spawn('/bin/sh', ['-c', 'trap "" INT TERM HUP; cat >/dev/null; rm -rf -- "$1"', 'guard', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  writeFileSync(path, content, { mode: 0o600 });
  const close = (): void => {
    rmSync(folder, { recursive: true, force: true });
    guard.stdin.end();
  };
  return { path, close };
}
