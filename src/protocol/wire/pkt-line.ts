import { BusyError, speaksOfLoad } from '../busy.js';
import { RemoteError, ProtocolError } from '../errors.js';
import { printable } from '../printable.js';

/** One packet (gitprotocol-common, "pkt-line Format"; gitprotocol-v2, "Packet-Line Framing"). */
export type Packet = Buffer | typeof FLUSH | typeof DELIMITER | typeof RESPONSE_END;

/** `0000`: the end of a message. */
export const FLUSH = Symbol('flush-pkt');
/** `0001`: the border between two sections of a message. */
export const DELIMITER = Symbol('delim-pkt');
/** `0002`: the end of an answer over a stateless connection. */
export const RESPONSE_END = Symbol('response-end-pkt');

/** Control packets, as bytes to send. */
export const FLUSH_BYTES = Buffer.from('0000');
export const DELIMITER_BYTES = Buffer.from('0001');

const LENGTH_DIGITS = 4;
const LARGEST_PACKET = 65520;

/** The packet that carries this payload. */
export function packet(payload: string | Uint8Array): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  const length = body.length + LENGTH_DIGITS;
  if (length > LARGEST_PACKET) throw new RangeError(`a packet of ${length} bytes is too long`);
  return Buffer.concat([Buffer.from(length.toString(16).padStart(LENGTH_DIGITS, '0')), body]);
}

/** The text of a packet without its line feed. */
export function lineOf(payload: Buffer): string {
  const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
  return payload.toString('utf8', 0, end);
}

/** Reads packets from a stream of bytes, strictly, holding no more than one packet and one chunk. */
export class PacketReader {
  readonly #location: string;
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  /** @param location the repository that the bytes come from, for messages */
  constructor(location: string, chunks: AsyncIterable<Buffer>) {
    this.#location = location;
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /**
   * Reads the next packet, or `undefined` where the stream ends between two packets.
   *
   * @throws {ProtocolError} for something that is no length, or a server's `ERR` packet as {@link RemoteError}
   */
  async next(): Promise<Packet | undefined> {
    const length = await this.#length();
    if (length === undefined) return undefined;
    if (length === 0) return FLUSH;
    if (length === 1) return DELIMITER;
    if (length === 2) return RESPONSE_END;
    const payload = await this.#take(length - LENGTH_DIGITS);
    if (payload.length >= 4 && payload.toString('latin1', 0, 4) === 'ERR ') {
      throw serverSays(this.#location, lineOf(payload.subarray(4)));
    }
    return payload;
  }

  /** Reads the next packet of a message that is not over yet. */
  async need(): Promise<Packet> {
    const next = await this.next();
    if (next === undefined) throw cutOff(this.#location);
    return next;
  }

  /** The bytes behind the packets that were read, to the end of the stream. */
  async *rest(): AsyncGenerator<Buffer, void, undefined> {
    if (this.#pending.length > 0) yield this.#pending;
    this.#pending = Buffer.alloc(0);
    for (let chunk = await this.#chunks.next(); chunk.done !== true; chunk = await this.#chunks.next()) {
      yield chunk.value;
    }
  }

  async #length(): Promise<number | undefined> {
    const digits = await this.#take(LENGTH_DIGITS, true);
    if (digits.length === 0) return undefined;
    const text = digits.toString('latin1');
    if (!/^[0-9a-fA-F]{4}$/.test(text)) {
      throw new ProtocolError(this.#location, `"${printable(text)}" stands where the length of a packet belongs`);
    }
    const length = Number.parseInt(text, 16);
    if (length === 3 || length > LARGEST_PACKET) {
      throw new ProtocolError(
        this.#location,
        `a packet of ${length} bytes is announced, the limit is ${LARGEST_PACKET}`,
      );
    }
    return length;
  }

  async #take(count: number, orEnd = false): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = count;
    for (;;) {
      const part = this.#pending.subarray(0, missing);
      this.#pending = this.#pending.subarray(part.length);
      missing -= part.length;
      if (missing === 0) return parts.length === 0 ? part : Buffer.concat([...parts, part]);
      if (part.length > 0) parts.push(part);
      const chunk = await this.#chunks.next();
      if (chunk.done === true) {
        if (orEnd && missing === count) return Buffer.alloc(0);
        throw cutOff(this.#location);
      }
      this.#pending = chunk.value;
    }
  }
}

/** The error for an answer that ended before it was complete. */
export function cutOff(location: string): RemoteError {
  return new RemoteError({
    kind: 'interrupted',
    location,
    detail: 'the connection ended in the middle of the answer.',
    remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of a proxy in between.',
  });
}

/** The error for a message by which the server itself refuses to go on. */
export function serverSays(location: string, text: string): RemoteError {
  const detail = `the server says: ${printable(text.trimEnd().replace(/\.$/, ''))}.`;
  if (speaksOfLoad(text)) return new BusyError(location, detail);
  return new RemoteError({
    kind: 'refused',
    location,
    detail,
    remedy: 'Check the URL, and what the token or key may do there; else ask the operator of the server.',
  });
}
