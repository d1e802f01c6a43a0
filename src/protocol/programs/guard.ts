import { getBuiltinModule } from 'node:process';
import type { Writable } from 'node:stream';

const DEAF = 'trap "" INT TERM HUP; ';

/**
 * Starts a script of the shell that outlives signals to this process, and is to end when its input does: that is when the
 * writer says so, or with this process, however that ends. It does not keep this process alive.
 */
export function startGuard(script: string, ...args: readonly string[]): Writable {
  // Many a run starts no program: loading this takes as long as loading all of ours.
  const { spawn } = getBuiltinModule('node:child_process');
  const child = spawn('/bin/sh', ['-c', DEAF + script, 'guard', ...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In a session of its own no signal meant for this process reaches it.
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
  });
  child.on('error', () => undefined);
  // Where the system gives no pipe there is no input.
  const input = child.stdin as (Writable & { unref(): void }) | undefined;
  if (input === undefined) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  input.on('error', () => undefined);
  child.unref();
  input.unref();
  return input;
}
