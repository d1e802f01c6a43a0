import type { Log, Progress } from '../options/log.js';
import type { Secrets } from '../redaction/secrets.js';
import { duration, progressFigures, relaying } from '../report/views/figures.js';
import { ServerLines, type ServerLine } from '../report/server-lines.js';
import { plainLines } from '../report/workflow-commands.js';

/** Stream that takes a terminal's lines. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const REDRAW_MS = 100;
const SPARSE_MS = 10_000;
const BAR_WIDTH = 20;

/** The log of the command: lines and a progress bar on a terminal, lines alone elsewhere; also in a step of a workflow. */
export class TerminalLog implements Log {
  readonly #out: Terminal;
  readonly #secrets: Secrets;
  readonly #isVerbose: boolean;
  readonly #servers: ServerLines;
  readonly #now: () => number;
  #drawnAt = 0;
  #isDrawn = false;

  constructor(out: Terminal, secrets: Secrets, isVerbose: boolean, now: () => number) {
    this.#out = out;
    this.#secrets = secrets;
    this.#isVerbose = isVerbose;
    this.#servers = new ServerLines(secrets);
    this.#now = now;
  }

  debug(line: string): void {
    if (this.#isVerbose) line.split('\n').forEach((part) => this.#line(`debug: ${part}`));
  }

  info(line: string): void {
    this.#line(line);
  }

  warn(line: string): void {
    this.#line(`warning: ${line}`);
  }

  remote(end: 'source' | 'target', line: string, mirror?: string): void {
    // A line that is drawn makes place for the next one, so that a progress is seen as it goes on.
    const isDrawn = end === 'source' && mirror === undefined && this.#out.isTTY === true;
    if (isDrawn) this.#draw(`source: ${line}`);
    else this.#tell(this.#servers.take(end, line, mirror));
  }

  /** Writes what is left to say of the servers when the run is over. */
  end(): void {
    this.#tell(this.#servers.rest());
  }

  #tell(lines: readonly ServerLine[]): void {
    for (const { end, text } of lines)
      if (end === 'target') this.#write(text);
      else if (this.#isVerbose) this.#write(`debug: ${text}`);
  }

  progress(progress: Progress): void {
    const now = this.#now();
    const elapsed = now - progress.startedAt;
    const figures = progressFigures(progress, now);
    if (this.#out.isTTY === true) {
      if (progress.isDone) this.#wipe();
      else this.#draw(`${relaying(progress)} ${bar(elapsed)} ${figures}`);
      return;
    }
    this.#drawnAt = Math.max(this.#drawnAt, progress.startedAt);
    if (now - this.#drawnAt < SPARSE_MS) return;
    this.#drawnAt = now;
    this.#line(`${relaying(progress)}: ${figures} after ${duration(elapsed)}`);
  }

  #draw(text: string): void {
    const now = this.#now();
    if (this.#isDrawn && now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    this.#out.write(`\r\u001b[2K${plainLines(this.#secrets.redact(text)).slice(0, (this.#out.columns ?? 80) - 1)}`);
  }

  #wipe(): void {
    if (this.#isDrawn) this.#out.write('\r\u001b[2K');
    this.#isDrawn = false;
  }

  #line(text: string): void {
    this.#write(this.#secrets.redact(text));
  }

  /** @param text without secrets */
  #write(text: string): void {
    this.#wipe();
    this.#out.write(`${plainLines(text)}\n`);
  }
}

/** A bar that moves: a pack's size is not known before its end, so nobody can say how much is left. */
function bar(elapsed: number): string {
  const at = Math.floor(elapsed / REDRAW_MS) % (2 * BAR_WIDTH);
  const place = at < BAR_WIDTH ? at : 2 * BAR_WIDTH - 1 - at;
  return `[${' '.repeat(place)}=${' '.repeat(BAR_WIDTH - 1 - place)}]`;
}
