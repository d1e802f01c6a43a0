import { isDeepStrictEqual } from 'node:util';
import { seeded } from '../../__tests__/random.js';
import { isError, ProtocolError, RemoteError } from '../../src/protocol/errors.js';
import { PacketReader } from '../../src/protocol/wire/pkt-line.js';
import { noTraffic, type Answer, type Body, type Transport } from '../../src/protocol/wire/transport.js';
import { Broken, type ErrorClass } from '../target.js';

export const LOCATION = 'https://host.example/x.git';

/** The errors of everything that reads Git's protocol. */
export const WIRE_ERRORS: readonly ErrorClass[] = [RemoteError, ProtocolError];

const LONGEST_TWICE = 8 * 1024;
const LONGEST_CHUNK = 64;

/** Bytes as they come from a server. */
export type Chunks = () => AsyncGenerator<Buffer, void, undefined>;

/**
 * Parses a stream that comes whole, and the same one in small pieces: where the pieces are cut must not matter.
 *
 * @param longest bytes of an input that is parsed twice
 * @throws {Broken} where it does
 */
export async function inPieces<T>(
  input: Buffer,
  parse: (chunks: Chunks) => Promise<T>,
  longest = LONGEST_TWICE,
): Promise<T> {
  if (input.length > longest) return parse(() => whole(input));
  const [one, other] = [await resultOf(() => parse(() => whole(input))), await resultOf(() => parse(() => cut(input)))];
  if (!isDeepStrictEqual(comparable(one), comparable(other))) throw new Broken('where the bytes are cut matters');
  if ('error' in one) throw one.error;
  return one.value;
}

type Result<T> = { readonly value: T } | { readonly error: unknown };

async function resultOf<T>(call: () => Promise<T>): Promise<Result<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

function comparable(result: Result<unknown>): unknown {
  if (!('error' in result)) return result.value;
  return isError(result.error) ? `${result.error.name}: ${result.error.message}` : result.error;
}

async function* whole(input: Buffer): AsyncGenerator<Buffer, void, undefined> {
  if (input.length > 0) yield input;
}

/** Cuts bytes at places that they decide themselves. */
async function* cut(input: Buffer): AsyncGenerator<Buffer, void, undefined> {
  const random = seeded(input.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, input.length));
  const most = random() < 0.3 ? 1 : LONGEST_CHUNK;
  for (let at = 0; at < input.length;) {
    const end = at + 1 + Math.floor(random() * most);
    yield input.subarray(at, end);
    at = end;
  }
}

export function reader(chunks: Chunks): PacketReader {
  return new PacketReader(LOCATION, chunks());
}

/** An answer of a server that ends with the stream, as over HTTP. */
export function answerOf(chunks: Chunks): Answer {
  const packets = reader(chunks);
  const release = async (): Promise<void> => {
    while ((await packets.next()) !== undefined);
  };
  return { packets, release, abort: () => undefined };
}

/** A server that reads a request to its end and gives one answer. */
export function serverWith(chunks: Chunks): Transport {
  const answer = async (body?: Body): Promise<Answer> => {
    for await (const _ of body ?? []);
    return answerOf(chunks);
  };
  return {
    location: LOCATION,
    place: 'http',
    stateless: true,
    traffic: noTraffic(),
    advertise: () => answer(),
    request: (_service, body) => answer(body),
    close: async () => undefined,
  };
}

/** Reads a stream to its end. */
export async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
