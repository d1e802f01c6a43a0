import { connectAndMirror } from '../mirror/connect.js';
import { newSshOpenings, openSource, type RunPorts } from '../repositories/open.js';
import type { Log } from '../options/log.js';
import type { MirrorResult } from '../mirror/outcome.js';
import type { MirrorPlan, PlannedMirror } from './plan-mirrors.js';

/** Outcome of one mirror. */
export interface MirrorEnd extends PlannedMirror {
  readonly result: MirrorResult;
}

/** Outcomes of all mirrors, in the order of the plan. */
export interface MirrorEnds {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly mirrors: readonly MirrorEnd[];
}

/**
 * Makes every mirror of a plan, some at the same time. The source's refs are read once for all; a mirror that fails
 * does not stop the others.
 */
export async function runMirrors(plan: MirrorPlan, given: RunPorts): Promise<MirrorEnds> {
  const ports = { ...given, sshOpenings: newSshOpenings() };
  const startedAt = new Date(ports.clock.now());
  const [first] = plan.mirrors;
  const source = plan.isList && first !== undefined ? await openSource(first.options, ports) : undefined;
  const ends: MirrorEnd[] = [];
  try {
    const open = [...plan.mirrors.entries()].values();
    const worker = async (): Promise<void> => {
      for (const [index, mirror] of open) {
        const { name, options } = mirror;
        const log = name === undefined ? ports.log : new NamedLog(ports.log, name);
        ends[index] = { ...mirror, result: await connectAndMirror(options, { ...ports, log }, source) };
        if (name !== undefined) ports.log.info(`${name}: ${ends[index].result.status}.`);
      }
    };
    await Promise.all(Array.from({ length: plan.maxParallel }, worker));
  } finally {
    await source?.close();
  }
  return { startedAt, endedAt: new Date(ports.clock.now()), mirrors: ends };
}

/** A log that names the mirror before each line. It shows no progress, since several transfers run at once. */
class NamedLog implements Log {
  readonly #log: Log;
  readonly #name: string;

  constructor(log: Log, name: string) {
    this.#log = log;
    this.#name = name;
  }

  debug(line: string): void {
    this.#log.debug(`${this.#name}: ${line}`);
  }

  info(line: string): void {
    this.#log.info(`${this.#name}: ${line}`);
  }

  warn(line: string): void {
    this.#log.warn(`${this.#name}: ${line}`);
  }

  remote(end: 'source' | 'target', line: string): void {
    this.#log.remote(end, line, this.#name);
  }

  progress(): void {
    // See above.
  }
}
