import { BusyError, speaksOfLoad } from '../busy.js';
import { RemoteError, ProtocolError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { hexadecimalIn } from '../numbers.js';
import { printable } from '../printable.js';
import { Headway, type Tolerance } from './headway.js';

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

const NOTHING = Buffer.alloc(0);
const ERROR = Buffer.from('ERR ');

/** Reads packets from a stream of bytes, strictly, holding no more than one packet and one chunk. */
export class PacketReader {
  readonly #location: string;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #headway: Headway;
  /** Bytes that were received and not read yet. */
  #pending: Buffer = NOTHING;
  /** Memory at whose beginning stands a packet that comes in pieces; `#pending` ends at its first free byte. */
  #room: Buffer = NOTHING;
  #free = 0;

  /**
   * @param location the repository that the bytes come from, for messages
   * @param limits time for the server to get on with what it was asked for; see {@link Headway}
   */
  constructor(location: string, chunks: AsyncIterable<Buffer>, limits?: Tolerance) {
    this.#location = location;
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#headway = new Headway(location, limits);
  }

  /**
   * Reads the next packet, or `undefined` where the stream ends between two packets.
   *
   * @throws {ProtocolError} for something that is no length, or a server's `ERR` packet as {@link RemoteError}
   */
  async next(): Promise<Packet | undefined> {
    for (;;) {
      const packet = this.atHand();
      if (packet !== undefined) return packet;
      if (await this.#receive()) continue;
      if (this.#pending.length > 0) throw cutOff(this.#location);
      return undefined;
    }
  }

  /** Reads the next packet of a message that is not over yet. */
  async need(): Promise<Packet> {
    const next = await this.next();
    if (next === undefined) throw cutOff(this.#location);
    return next;
  }

  /** Reads the next packet if all of it was received already. */
  atHand(): Packet | undefined {
    if (this.#pending.length < LENGTH_DIGITS) return undefined;
    const length = this.#length();
    if (length > this.#pending.length) return undefined;
    const end = Math.max(length, LENGTH_DIGITS);
    const payload = this.#pending.subarray(LENGTH_DIGITS, end);
    this.#pending = this.#pending.subarray(end);
    this.#headway.packet(end);
    if (length === 0) return FLUSH;
    if (length === 1) return DELIMITER;
    if (length === 2) return RESPONSE_END;
    if (payload[0] === ERROR[0] && payload.subarray(0, ERROR.length).equals(ERROR)) {
      throw serverSays(this.#location, lineOf(payload.subarray(ERROR.length)));
    }
    return payload;
  }

  /** Notes that so many bytes were what the server was asked for. Whoever reads an answer says this; see {@link Headway}. */
  worked(bytes: number): void {
    this.#headway.work(bytes);
  }

  /** Leaves the limit of time to the reader of the answer. */
  stopTiming(): void {
    this.#headway.stopTiming();
  }

  /** The bytes behind the packets that were read, to the end of the stream: all of them are work. */
  async *rest(): AsyncGenerator<Buffer, void, undefined> {
    do {
      const bytes = this.#pending;
      this.#pending = NOTHING;
      this.worked(bytes.length);
      if (bytes.length > 0) yield bytes;
    } while (await this.#receive());
  }

  /**
   * Reads on to the end of the stream, where nothing of interest is left.
   *
   * @throws {ProtocolError} where the stream goes on and on
   */
  async finish(): Promise<void> {
    let bytes = 0;
    for (let next = await this.next(); next !== undefined; next = await this.next()) {
      bytes += LENGTH_DIGITS + (Buffer.isBuffer(next) ? next.length : 0);
      if (bytes > WIRE_LIMITS.behindEnd.value) throw tooMuch(this.#location, WIRE_LIMITS.behindEnd);
    }
  }

  #length(): number {
    const length = hexadecimalIn(this.#pending, LENGTH_DIGITS);
    if (length === undefined) {
      const text = this.#pending.toString('latin1', 0, LENGTH_DIGITS);
      throw new ProtocolError(this.#location, `"${printable(text)}" stands where the length of a packet belongs`);
    }
    if (length === 3 || length > LARGEST_PACKET) {
      throw new ProtocolError(
        this.#location,
        `a packet of ${length} bytes is announced, the limit is ${LARGEST_PACKET}`,
      );
    }
    return length;
  }

  /** @returns false at the end of the stream */
  async #receive(): Promise<boolean> {
    const chunk = await this.#headway.wait(this.#chunks.next());
    if (chunk.done === true) return false;
    this.#pending = this.#pending.length === 0 ? chunk.value : this.#joined(chunk.value);
    return true;
  }

  /** Puts a chunk behind the pending bytes. Each byte is copied a few times at most, however small the chunks are. */
  #joined(chunk: Buffer): Buffer {
    const { length } = this.#pending;
    const isInRoom = this.#pending.buffer === this.#room.buffer;
    if (!isInRoom || this.#free + chunk.length > this.#room.length) {
      const room = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
      this.#pending.copy(room);
      this.#room = room;
      this.#free = length;
    }
    chunk.copy(this.#room, this.#free);
    this.#free += chunk.length;
    return this.#room.subarray(this.#free - length - chunk.length, this.#free);
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
