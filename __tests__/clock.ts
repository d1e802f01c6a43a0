import { setImmediate as turn } from 'node:timers/promises';
import { systemClock, type Clock } from '../src/protocol/clock.js';

/** A clock whose pauses are over at once: its own time goes on by what was asked for. */
export class HurriedClock implements Clock {
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  #ahead = 0;

  readonly now = (): number => systemClock.now() + this.#ahead;

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    // No pause, but the limit for how long a pack is held: beside the work, and in real time.
    if (ms === MOST_HELD_MS) return systemClock.sleep(ms, signal);
    this.pauses.push(ms);
    this.#ahead += ms;
    await turn(undefined, signal === undefined ? {} : { signal });
  };
}

const MOST_HELD_MS = 5_000;
