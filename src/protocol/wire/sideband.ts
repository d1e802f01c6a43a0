import { trimEndOf } from '../trim.js';
import { GatheredBytes } from '../bounded.js';
import { ProtocolError, tooMuch } from '../errors.js';
import { FLUSH, RESPONSE_END, serverSays, type Packet, type PacketReader } from './pkt-line.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { cutBytes, printable } from '../printable.js';

/** Hears each line that a server writes for people, without control characters. It is long: cut it where it is shown. */
export type RemoteText = (line: string) => void;

/** Data of so many bytes is given on as it comes, in more pieces than that it is put together. */
const SMALL_BYTES = 4 * 1024;

/**
 * Takes the data out of a multiplexed stream (gitprotocol-pack, "side-band-64k"): band 1 is given on, band 2 is text for
 * people, band 3 is the reason for which the server gives up.
 */
export async function* dataBand(
  packets: PacketReader,
  location: string,
  onText: RemoteText,
): AsyncGenerator<Buffer, void, undefined> {
  const small = new GatheredBytes();
  const lines = new RemoteLines(onText);
  const size = new DataSize(location);
  try {
    for (let next = await packets.need(); next !== FLUSH && next !== RESPONSE_END;) {
      const content = contentOf(next, { location, lines });
      packets.worked(content.length);
      size.add(content.length);
      if (content.length < SMALL_BYTES) small.add(content);
      else {
        if (small.length > 0) yield small.takeWhole();
        yield content;
      }
      const following = packets.atHand();
      if (following === undefined && small.length > 0) yield small.takeWhole();
      next = following ?? (await packets.need());
    }
  } catch (error) {
    if (small.length > 0) yield small.takeWhole();
    throw error;
  }
  if (small.length > 0) yield small.takeWhole();
  lines.end();
}

/** Packets with data, and the bytes in them: a server that sends next to nothing in each makes work without end. */
class DataSize {
  readonly #location: string;
  #packets = 0;
  #bytes = 0;

  constructor(location: string) {
    this.#location = location;
  }

  /** @throws {ProtocolError} for too many packets with too little in them */
  add(bytes: number): void {
    if (bytes === 0) return;
    this.#packets += 1;
    this.#bytes += bytes;
    const isTiny = this.#bytes < this.#packets * WIRE_LIMITS.dataBytes.value;
    if (isTiny && this.#packets > WIRE_LIMITS.tinyPackets.value) throw tooMuch(this.#location, WIRE_LIMITS.tinyPackets);
  }
}

/** The data in a packet; words for people go to the lines. */
function contentOf(packet: Packet, to: { readonly location: string; readonly lines: RemoteLines }): Buffer {
  const { location, lines } = to;
  if (!Buffer.isBuffer(packet)) throw new ProtocolError(location, 'a delimiter stands in a multiplexed stream');
  const content = packet.subarray(1);
  switch (packet[0]) {
    case 1:
      return content;
    case 2:
      lines.add(content);
      return NOTHING;
    case 3:
      lines.end();
      throw serverSays(location, trimEndOf(content.toString('utf8'), ' \t\r\n\0'));
    default:
      throw new ProtocolError(location, `band ${packet[0] ?? 'none'} is used, there are 1 to 3`);
  }
}

const NOTHING = Buffer.alloc(0);

/**
 * Cuts a server's text into lines: it comes in pieces, cut also within a letter, and progress ends in a carriage
 * return.
 */
class RemoteLines {
  readonly #onText: RemoteText;
  /** One byte more than is shown, by which a cut is known. */
  readonly #pending = Buffer.alloc(WIRE_LIMITS.lineBytes.value + 1);
  #length = 0;
  #told = 0;

  constructor(onText: RemoteText) {
    this.#onText = onText;
  }

  add(bytes: Buffer): void {
    let from = 0;
    for (let end = endOfLine(bytes, from); end >= 0; end = endOfLine(bytes, from)) {
      this.#keep(bytes.subarray(from, end));
      this.end();
      from = end + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  end(): void {
    this.#tell(cutBytes(this.#pending.subarray(0, this.#length), WIRE_LIMITS.lineBytes.value));
    this.#length = 0;
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.copy(this.#pending, this.#length);
  }

  #tell(line: string): void {
    const text = line.trimEnd();
    if (text === '' || this.#told > WIRE_LIMITS.remoteLines.value) return;
    this.#told += 1;
    this.#onText(
      this.#told > WIRE_LIMITS.remoteLines.value
        ? '(what else the server says is not shown)'
        : printable(text, WIRE_LIMITS.lineCharacters.value),
    );
  }
}

/** The place of the next line feed or carriage return. */
function endOfLine(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] === 0x0a || bytes[at] === 0x0d) return at;
  return -1;
}
