/** Bytes that were taken from a stream, and the rest of it. */
interface Taken {
  readonly parts: Buffer[];
  /** `undefined` where the stream is over. */
  readonly rest: AsyncIterator<Buffer> | undefined;
}

/** Takes chunks until they hold more bytes than the limit, or the stream is over. */
async function take(stream: AsyncIterable<Buffer>, limit: number): Promise<Taken> {
  const chunks = stream[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let length = 0;
  while (length <= limit) {
    const next = await chunks.next();
    if (next.done === true) return { parts, rest: undefined };
    parts.push(next.value);
    length += next.value.length;
  }
  return { parts, rest: chunks };
}

/**
 * Reads a stream to its end.
 *
 * @returns `undefined` for a stream with more bytes than the limit, which is then ended early
 */
export async function readAtMost(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer | undefined> {
  const { parts, rest } = await take(stream, limit);
  if (rest === undefined) return Buffer.concat(parts);
  await rest.return?.();
  return undefined;
}

/** Reads the first bytes of a stream, which is then ended. */
export async function readBeginning(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const { parts, rest } = await take(stream, limit);
  await rest?.return?.();
  return Buffer.concat(parts).subarray(0, limit);
}

/** A short stream as its bytes, a long one as a stream that begins with what was read of it. */
export async function wholeIfShort(
  stream: AsyncIterable<Buffer>,
  limit: number,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const { parts, rest } = await take(stream, limit);
  return rest === undefined ? Buffer.concat(parts) : resume(parts, rest);
}

async function* resume(parts: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) yield part;
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
