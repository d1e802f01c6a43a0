/** Longest slice of a computation, in milliseconds: signals, timers and connections wait as long. */
const LONGEST_SLICE_MS = 25;

/** Divides a long computation into slices, so that signals, timers and connections get their turn in between. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  /** @param signal ends the computation */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** True once others have waited long enough: then call {@link give}. */
  get isOver(): boolean {
    return performance.now() - this.#since > LONGEST_SLICE_MS;
  }

  /**
   * Gives others their turn.
   *
   * @throws the reason of the signal once it was aborted
   */
  async give(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}

/** Work that yields often, so that it need not be done in one go. */
export type SlicedWork<T> = Generator<undefined, T, undefined>;

/** Does work in slices, and gives others their turn in between. */
export async function inSlices<T>(work: SlicedWork<T>): Promise<T> {
  const turns = new Turns();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (turns.isOver) await turns.give();
  }
}
