import type { SlicedWork } from '../src/protocol/turns.js';

/** Does all of some sliced work at once. */
export function done<T>(work: SlicedWork<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
