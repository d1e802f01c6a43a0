import { dirname } from 'node:path';
import { execPath, getBuiltinModule } from 'node:process';
import type { Writable } from 'node:stream';

const AT_THE_END = `
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
let input = '';
process.stdin.setEncoding('utf8').on('data', (text) => (input += text)).on('error', () => undefined);
process.stdin.on('close', () => {`;

/**
 * Starts a small program of Node.js that does something once this process is gone, however that ends, or says so by
 * ending the input. It hears no signal that is meant for this process, sees nothing of its environment, and does not
 * keep it alive.
 *
 * @param script statements of JavaScript that run at the end, to which `input` is the text that was written until then
 * @returns its input; `undefined` where what runs this process runs no scripts
 */
export function startGuard(script: string): Writable | undefined {
  if (!runsScripts(execPath)) return undefined;
  // Many a run starts no program: loading this takes as long as loading all of ours.
  const { spawn } = getBuiltinModule('node:child_process');
  const child = spawn(execPath, ['-e', `${AT_THE_END}${script}});`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In a session of its own no signal meant for this process reaches it.
    detached: true,
    // On Windows it would have a window of its own.
    windowsHide: true,
    // Where it runs, no folder could be removed or unmounted.
    cwd: dirname(execPath),
    env: {},
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

/**
 * Tells whether a program runs a script that it is given by `-e`, by its name: an application that has Node.js in itself
 * (Electron, a single executable) would start once more.
 */
export function runsScripts(program: string): boolean {
  return /(?:^|[/\\])(?:node|bun|nsolid)[^/\\]*$/i.test(program);
}
