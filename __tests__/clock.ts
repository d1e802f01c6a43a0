import { setImmediate as turn } from 'node:timers/promises';
import { systemClock, type Clock } from '../src/protocol/clock.js';

/** A clock whose pauses are over at once: its own time goes on by what was asked for. */
export class HurriedClock implements Clock {
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[] = [];
  #ahead = 0;

  readonly now = (): number => systemClock.now() + this.#ahead;

  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    this.pauses.push(ms);
    this.#ahead += ms;
    await turn(undefined, signal === undefined ? {} : { signal });
  };
}
