/** A stream that can be read once more from its beginning, as long as not too much of it has been read. */
export class Replay {
  readonly #stream: AsyncIterator<Buffer>;
  readonly #mostHeld: number;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  /** Number of chunks that are not held any more. */
  #dropped = 0;
  #end: { readonly failure?: unknown } | undefined;
  #taking: Promise<void> | undefined;
  #readers = 0;
  #isLetGo = false;

  /** @param mostHeld bytes up to which a new beginning is possible */
  constructor(stream: AsyncIterable<Buffer>, mostHeld: number) {
    this.#stream = stream[Symbol.asyncIterator]();
    this.#mostHeld = mostHeld;
  }

  /** True while the stream can be read from its beginning. */
  get hasBeginning(): boolean {
    return this.#dropped === 0;
  }

  /** Reads from the beginning. What another reader has taken, or is taking, is not lost to this one. */
  async *read(): AsyncGenerator<Buffer, void, undefined> {
    this.#readers += 1;
    try {
      for (let at = 0; ; at += 1) {
        while (at >= this.#dropped + this.#held.length && this.#end === undefined) await this.#take();
        if (at < this.#dropped) throw new Error('the beginning of the stream is not held any more');
        const chunk = this.#held[at - this.#dropped];
        if (chunk !== undefined) yield chunk;
        else if (this.#end !== undefined && 'failure' in this.#end) throw this.#end.failure;
        else return;
      }
    } finally {
      this.#readers -= 1;
      this.#closeIfUnused();
    }
  }

  /** There will be no further reader: the stream is closed as soon as nobody reads it any more. */
  letGo(): void {
    this.#isLetGo = true;
    this.#closeIfUnused();
  }

  #take(): Promise<void> {
    this.#taking ??= this.#takeNext().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #takeNext(): Promise<void> {
    try {
      const next = await this.#stream.next();
      if (next.done === true) this.#end = {};
      else this.#hold(next.value);
    } catch (failure) {
      this.#end = { failure };
    }
  }

  #hold(chunk: Buffer): void {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#isLetGo || this.#heldBytes > this.#mostHeld)
      this.#dropped += this.#held.splice(0, this.#held.length - 1).length;
  }

  #closeIfUnused(): void {
    if (this.#isLetGo && this.#readers === 0) this.#stream.return?.().catch(() => undefined);
  }
}
