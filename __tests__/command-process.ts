import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isolatedGit } from './repositories/git.js';
import type { Ended } from './run.js';

/** The command from `dist/` while it runs: a test may look at what it does, and stop it. */
export class CommandProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;

  /** @param environment beside what isolates git; nothing else of this process's environment is passed on */
  constructor(args: readonly string[], environment: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [resolve('dist/cli/index.js'), ...args], {
      env: { ...isolatedGit(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    this.ended = new Promise((settle, reject) => {
      child.once('error', reject);
      child.once('close', (code) => settle({ code, stdout, stderr }));
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

/** Waits until something is so, and fails if it is not in time. */
export async function until(isSo: () => boolean, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not so within ${limitMs} ms: ${isSo.toString()}`);
    await sleep(20);
  }
}
