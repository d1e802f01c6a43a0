import type { Clock } from '../protocol/clock.js';

const SHORTEST_WAIT_MS = 1000;

/** The time that a run has to find the refs that keep others from landing, counted from the beginning of the search. */
export class SearchTime {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #startedAt: number | undefined;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Reports whether there is time left. A search that may be for nothing has a tenth of it. */
  lasts(isPromising: boolean): boolean {
    this.#startedAt ??= this.#clock.now();
    return this.#clock.now() - this.#startedAt < (isPromising ? this.#limitMs : this.#limitMs / 10);
  }

  /** Milliseconds that one push of a search among so many may wait for an answer: a few such waits must be possible. */
  wait(count: number): number {
    return Math.max(SHORTEST_WAIT_MS, this.#limitMs / (2 * Math.ceil(Math.log2(count)) + 2));
  }
}
