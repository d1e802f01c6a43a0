import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What runs until it is stopped. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** The folder in which the benchmark works, and the programs that serve it: all of it is gone with {@link close}. */
export class Workplace {
  readonly path: string;
  readonly #started: Promise<Stoppable>[] = [];

  /** Makes the folder in another one. */
  constructor(cache: string) {
    mkdirSync(cache, { recursive: true });
    this.path = mkdtempSync(join(cache, 'run-'));
  }

  join(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** Takes care of a program that is being started: it outlives a signal otherwise, if that comes meanwhile, too. */
  keep<T extends Stoppable>(starting: Promise<T>): Promise<T> {
    this.#started.push(starting);
    return starting;
  }

  /** @param isKept the folder stays */
  async close(isKept = false): Promise<void> {
    await Promise.allSettled(this.#started.map(async (starting) => (await starting).stop()));
    if (!isKept) rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
  }
}
