import { debug, info, warning } from '@actions/core';
import type { Log, Progress } from '../options/log.js';
import type { Secrets } from '../redaction/secrets.js';
import { duration, progressFigures, relaying } from '../report/views/figures.js';
import { ServerLines, type ServerLine } from '../report/server-lines.js';
import { plainLines } from '../report/workflow-commands.js';

const SPARSE_MS = 10_000;

/** The log of the action: plain lines, and one line in ten seconds while a pack goes through. */
export class ActionLog implements Log {
  readonly #secrets: Secrets;
  readonly #now: () => number;
  readonly #servers: ServerLines;
  #toldAt = 0;

  constructor(secrets: Secrets, now: () => number) {
    this.#secrets = secrets;
    this.#now = now;
    this.#servers = new ServerLines(secrets);
  }

  debug(line: string): void {
    debug(this.#shown(line));
  }

  info(line: string): void {
    info(this.#shown(line));
  }

  warn(line: string): void {
    warning(this.#shown(line));
  }

  // The prefix also keeps a server from beginning a line with a workflow command.
  remote(end: 'source' | 'target', line: string, mirror?: string): void {
    this.#tell(this.#servers.take(end, line, mirror));
  }

  /** Writes what is left to say of the servers when the run is over. */
  end(): void {
    this.#tell(this.#servers.rest());
  }

  #tell(lines: readonly ServerLine[]): void {
    for (const { end, text } of lines) (end === 'target' ? info : debug)(plainLines(text));
  }

  #shown(text: string): string {
    return plainLines(this.#secrets.redact(text));
  }

  progress(progress: Progress): void {
    const { startedAt } = progress;
    const now = this.#now();
    this.#toldAt = Math.max(this.#toldAt, startedAt);
    if (now - this.#toldAt < SPARSE_MS) return;
    this.#toldAt = now;
    this.info(`${relaying(progress)}: ${progressFigures(progress, now)} after ${duration(now - startedAt)}`);
  }
}
