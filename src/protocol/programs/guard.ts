import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Command } from './process.js';

/**
 * Starts a program that outlives signals to this process, and is to end when its input does: that is when the writer
 * says so, or with this process, however that ends. The program does not keep this process alive.
 */
export function startGuard({ program, arguments: args, environment }: Command): Writable {
  // In a session of its own no signal meant for this process reaches it.
  const child = spawn(program, [...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { ...environment },
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child.stdin;
}
