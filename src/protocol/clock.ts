import { setTimeout as timeout } from 'node:timers/promises';
import type { WaitingTime } from './waiting-time.js';

/** Time as a value: code that waits or dates something gets a clock, so that a test need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Waits.
   *
   * @throws {Error} named `AbortError` as soon as the signal aborts
   */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The time for pauses after trouble; without it, there is no limit to them. */
  readonly waiting?: WaitingTime;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => timeout(ms, undefined, signal === undefined ? {} : { signal }),
};
