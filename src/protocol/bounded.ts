import { cutBytes } from './printable.js';

/** Bytes that were taken from a stream, and the rest of it. */
interface Taken {
  readonly bytes: GatheredBytes;
  /** `undefined` where the stream is over. */
  readonly rest: AsyncIterator<Buffer> | undefined;
}

const BLOCK_BYTES = 64 * 1024;

/**
 * Bytes that come in chunks of any size. They are copied: a small chunk kept for itself would keep the memory alive that
 * it was cut from, and millions of chunks would take a hundred times their bytes.
 */
export class GatheredBytes {
  readonly #full: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  /** Bytes of the block that are in use. */
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    for (let from = 0; from < chunk.length;) {
      if (this.#used === this.#block.length) {
        if (this.#used > 0) this.#full.push(this.#block);
        this.#block = Buffer.allocUnsafe(BLOCK_BYTES);
        this.#used = 0;
      }
      const copied = chunk.copy(this.#block, this.#used, from);
      this.#used += copied;
      from += copied;
    }
  }

  /** Gives the bytes away, in one piece. */
  takeWhole(): Buffer {
    const whole = Buffer.allocUnsafe(this.#length);
    let at = 0;
    for (const block of this.takeBlocks()) at += block.copy(whole, at);
    return whole;
  }

  /** Gives the bytes away block by block, and keeps none that was given. */
  *takeBlocks(): Generator<Buffer, void, undefined> {
    const blocks = [...this.#full.splice(0), this.#block.subarray(0, this.#used)].reverse();
    this.#block = Buffer.alloc(0);
    this.#used = 0;
    this.#length = 0;
    for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) if (block.length > 0) yield block;
  }
}

/** Takes chunks until they hold more bytes than the limit, or the stream is over. */
async function take(stream: AsyncIterable<Buffer>, limit: number): Promise<Taken> {
  const chunks = stream[Symbol.asyncIterator]();
  const bytes = new GatheredBytes();
  while (bytes.length <= limit) {
    const next = await chunks.next();
    if (next.done === true) return { bytes, rest: undefined };
    bytes.add(next.value);
  }
  return { bytes, rest: chunks };
}

/**
 * Reads a stream to its end.
 *
 * @returns `undefined` for a stream with more bytes than the limit, which is then ended early
 */
export async function readAtMost(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const { bytes, rest } = await take(stream, limit);
  if (rest === undefined) return bytes.takeWhole();
  await rest.return?.();
  return undefined;
}

/** Reads the first bytes of a text, which is then ended, and marks the cut. */
export async function readBeginning(stream: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const { bytes, rest } = await take(stream, limit);
  await rest?.return?.();
  return cutBytes(bytes.takeWhole(), limit);
}

/** A short stream as its bytes, a long one as a stream that begins with what was read of it. */
export async function wholeIfShort(
  stream: AsyncIterable<Buffer>,
  limit: number,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const { bytes, rest } = await take(stream, limit);
  return rest === undefined ? bytes.takeWhole() : resume(bytes, rest);
}

async function* resume(bytes: GatheredBytes, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* bytes.takeBlocks();
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Gives the stream on, and fails as soon as there are more bytes than the limit. */
export async function* limitBytes(
  stream: AsyncIterable<Buffer>,
  limit: number,
  tooLong: () => Error,
): AsyncGenerator<Buffer, void, undefined> {
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    yield chunk;
  }
}
