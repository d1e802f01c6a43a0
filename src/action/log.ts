import { debug, info, warning } from '@actions/core';
import type { Log, Progress } from '../options/log.js';
import type { Secrets } from '../options/secrets.js';
import { duration, progressFigures, relaying } from '../report/views/figures.js';
import { withoutCommands } from '../report/workflow-commands.js';

const SPARSE_MS = 10_000;

/** The log of the action: plain lines, and one line in ten seconds while a pack goes through. */
export class ActionLog implements Log {
  readonly #secrets: Secrets;
  readonly #now: () => number;
  #toldAt = 0;

  constructor(secrets: Secrets, now: () => number) {
    this.#secrets = secrets;
    this.#now = now;
  }

  debug(line: string): void {
    debug(this.#secrets.redact(line));
  }

  info(line: string): void {
    info(withoutCommands(this.#secrets.redact(line)));
  }

  warn(line: string): void {
    warning(this.#secrets.redact(line));
  }

  // The prefix also keeps a server from beginning a line with a workflow command.
  remote(end: 'source' | 'target', line: string): void {
    if (end === 'target') this.info(`remote: ${line}`);
    else this.debug(`source: ${line}`);
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
