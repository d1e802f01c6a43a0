import { pipeline, type Transform } from 'node:stream';
import { zlib } from '../built-ins.js';
import { isError, RemoteError } from '../errors.js';
import { HTTP_LIMITS } from '../limits/http.js';
import { excess } from '../limits/limit.js';
import { printable } from '../printable.js';

const CHUNK_BYTES = 64 * 1024;

/** The codings that stand in a header `Content-Encoding`, without those that change nothing. */
export function codingsIn(header = ''): readonly string[] {
  const named = header.split(',').map((one) => one.trim().toLowerCase());
  return named.filter((one) => one !== '' && one !== 'identity');
}

/** An answer in codings. */
export interface CodedContent {
  readonly received: AsyncGenerator<Buffer, void, undefined>;
  readonly codings: readonly string[];
  /** Location that the answer comes from, as it may be shown. */
  readonly location: string;
  /** Closes the connection, where the rest of the answer is not read. */
  readonly giveUp: () => void;
}

/**
 * Decodes an answer that is compressed though nobody asked for it, as some caches and proxies give them.
 *
 * @throws {RemoteError} where it is not in gzip or deflate, broken, or a bomb; the errors of the answer itself
 */
export async function* decode(content: CodedContent): AsyncGenerator<Buffer, void, undefined> {
  const { received, codings, location, giveUp } = content;
  try {
    const first = await received.next();
    if (first.done === true) return;
    const decoder = decoderFor(codings, first.value);
    if (decoder === undefined) throw unreadable(location, `in a way that was not asked for (${shown(codings)})`);
    const count = { bytes: 0 };
    // Its end, good or bad, comes with what the decoder gives.
    pipeline(counted(first.value, received, count), decoder, () => undefined);
    let decodedBytes = 0;
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      decodedBytes += chunk.length;
      if (isBomb(decodedBytes, count.bytes)) throw unreadable(location, `to a size ${excess(HTTP_LIMITS.codedTimes)}`);
      yield chunk;
    }
  } catch (error) {
    throw inWords(error, location);
  } finally {
    giveUp();
  }
}

function isBomb(decoded: number, received: number): boolean {
  return decoded > HTTP_LIMITS.codedFree.value && decoded > received * HTTP_LIMITS.codedTimes.value;
}

async function* counted(
  first: Buffer,
  rest: AsyncGenerator<Buffer, void, undefined>,
  count: { bytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  count.bytes += first.length;
  yield first;
  for await (const chunk of rest) {
    count.bytes += chunk.length;
    yield chunk;
  }
}

function decoderFor(codings: readonly string[], [first = 0]: Buffer): Transform | undefined {
  const [coding, further] = codings;
  if (further !== undefined) return undefined;
  const options = { chunkSize: CHUNK_BYTES };
  if (coding === 'gzip' || coding === 'x-gzip') return zlib().createGunzip(options);
  if (coding !== 'deflate') return undefined;
  // Some servers leave out the frame that RFC 9110 wants, which begins with the number 8.
  return (first & 0x0f) === 8 ? zlib().createInflate(options) : zlib().createInflateRaw(options);
}

function inWords(error: unknown, location: string): unknown {
  if (!isError(error)) return error;
  const { code = '' }: NodeJS.ErrnoException = error;
  if (!code.startsWith('Z_')) return error;
  if (code !== 'Z_BUF_ERROR') return unreadable(location, `in a broken way (${printable(error.message, 100)})`, error);
  return new RemoteError({
    kind: 'interrupted',
    location,
    detail: 'the connection ended in the middle of the answer.',
    remedy: 'Run the mirror again; if it happens every time, look for a proxy that alters the answer.',
    cause: error,
  });
}

function unreadable(location: string, how: string, cause?: unknown): RemoteError {
  return new RemoteError({
    kind: 'protocol',
    location,
    detail: `the answer is compressed ${how}.`,
    remedy: 'Check that no proxy or cache between this machine and the server alters the answer.',
    cause,
  });
}

function shown(codings: readonly string[]): string {
  return printable(codings.join(', '), 100);
}
