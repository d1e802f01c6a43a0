import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Campaign } from './campaign.js';
import type { Message, Orders } from './child.js';

/** Seconds after which an input counts as one that never ends, however busy the machine is. */
const LONGEST_CALL = 30;
const MOST_HEAP_MIB = 1024;
const POLL_MS = 1000;
const MOST_STDERR = 64 * 1024;

/** Settings of a {@link Supervisor}. */
export interface SupervisorSettings extends Omit<Orders, 'names' | 'current'> {
  /** The folder for the input that is tried. */
  readonly folder: string;
  readonly onDone: (name: string, campaign: Campaign) => void;
}

/** Tries parsers in a process of its own, and makes a find of whatever ends or stops that process. */
export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #current: string;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    mkdirSync(settings.folder, { recursive: true });
    this.#current = join(settings.folder, 'current');
  }

  async run(names: readonly string[]): Promise<void> {
    for (let left = names; left.length > 0;) left = await this.#runProcess(left);
  }

  /** @returns the parsers that were not tried because the process ended before */
  async #runProcess(names: readonly string[]): Promise<readonly string[]> {
    const { folder: _, onDone, ...orders } = this.#settings;
    writeFileSync(this.#current, '');
    const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), {
      execArgv: [`--max-old-space-size=${MOST_HEAP_MIB}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    child.send({ ...orders, names, current: this.#current } satisfies Orders);
    let last: Message = { name: names[0] ?? '' };
    let begun = Date.now();
    child.on('message', (message: Message) => {
      last = message;
      if (message.campaign !== undefined) onDone(message.name, message.campaign);
      else if (message.fault === undefined) begun = Date.now();
    });
    const ended = await this.#endOf(child);
    const { name, campaign, fault = ended } = last;
    if (campaign === undefined) {
      const find = { fault, input: readFileSync(this.#current), execution: 0 };
      onDone(name, { executions: 0, seconds: (Date.now() - begun) / 1000, shapes: 0, kept: [], finds: [find] });
    }
    return names.slice(names.indexOf(name) + 1);
  }

  /** Waits for the end of a process, and tells why it ended. */
  async #endOf(child: ChildProcess): Promise<string> {
    const seen = { isStuck: false, errors: '' };
    child.stderr?.on('data', (chunk: Buffer) => (seen.errors = (seen.errors + chunk.toString()).slice(-MOST_STDERR)));
    const timer = setInterval(() => {
      seen.isStuck ||= Date.now() - statSync(this.#current).mtimeMs > LONGEST_CALL * 1000;
      if (seen.isStuck) child.kill('SIGKILL');
    }, POLL_MS);
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (...end) => resolve(end)),
    );
    clearInterval(timer);
    if (seen.isStuck) return `takes more than ${LONGEST_CALL} s`;
    return `ends the process: ${/^FATAL ERROR: .*$/m.exec(seen.errors)?.[0] ?? signal ?? `exit code ${code ?? 'unknown'}`}`;
  }
}
