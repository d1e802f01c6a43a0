import { setImmediate as turn } from 'node:timers/promises';

/** Work that yields now and then, so that it need not be done in one go. */
export type SlicedWork<T> = Generator<undefined, T, undefined>;

/** Does work in slices: between them timers, signals and what servers send get their turn. */
export async function inSlices<T>(work: SlicedWork<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
}
