import { spawn, type ChildProcess } from 'node:child_process';
import { isolatedGit } from '../__tests__/repositories/git.js';
import type { ListReport } from '../src/report/run-report.js';
import type { Report } from '../src/report/report.js';

/** How the program is called. */
export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** Beside what isolates git. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The end of the program. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** True where it did not end by itself. */
  readonly isHung: boolean;
  readonly ms: number;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
}

/** The program while it runs. */
export class Program {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #isHung = false;

  /** @param limitMs after which it is killed */
  constructor({ program, args, environment }: Call, limitMs: number) {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...isolatedGit(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const limit = setTimeout(() => {
      this.#isHung = true;
      child.kill('SIGKILL');
    }, limitMs);
    this.ended = new Promise((settle, reject) => {
      child.once('error', reject);
      // Not `close`: a process that the program has left behind may hold its output.
      child.once('exit', (code, signal) => {
        clearTimeout(limit);
        const at = Date.now();
        const end = (): void => settle({ code, signal, stdout, stderr, isHung: this.#isHung, ms: at - startedAt, at });
        const impatience = setTimeout(end, OUTPUT_MS);
        child.once('close', () => {
          clearTimeout(impatience);
          end();
        });
      });
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

/** Time for the rest of the output, once the program has ended. */
const OUTPUT_MS = 500;

/** The reports of a run by mirror, the single one by an empty name; undefined where it printed none. */
export function reportsIn({ stdout }: Ended): ReadonlyMap<string, Report> | undefined {
  if (stdout === '') return undefined;
  const report = JSON.parse(stdout) as Report | ListReport;
  if (!('mirrors' in report)) return new Map([['', report]]);
  return new Map(report.mirrors.map((one) => [one.name, one]));
}
