import { trimEndOf } from '../trim.js';
import { ProtocolError } from '../errors.js';
import { FLUSH, RESPONSE_END, serverSays, type PacketReader } from './pkt-line.js';
import { printable } from '../printable.js';

/** Hears each line that a server writes for people, without control characters. It is long: cut it where it is shown. */
export type RemoteText = (line: string) => void;

/**
 * Takes the data out of a multiplexed stream (gitprotocol-pack, "side-band-64k"): band 1 is given on, band 2 is text for
 * people, band 3 is the reason for which the server gives up.
 */
export async function* dataBand(
  packets: PacketReader,
  location: string,
  onText: RemoteText,
): AsyncGenerator<Buffer, void, undefined> {
  const lines = new RemoteLines(onText);
  for (let next = await packets.need(); next !== FLUSH; next = await packets.need()) {
    if (next === RESPONSE_END) break;
    if (!Buffer.isBuffer(next)) throw new ProtocolError(location, 'a delimiter stands in a multiplexed stream');
    const content = next.subarray(1);
    switch (next[0]) {
      case 1:
        if (content.length > 0) yield content;
        break;
      case 2:
        lines.add(content);
        break;
      case 3:
        lines.end();
        throw serverSays(location, trimEndOf(content.toString('utf8'), ' \t\r\n\0'));
      default:
        throw new ProtocolError(location, `band ${next[0] ?? 'none'} is used, there are 1 to 3`);
    }
  }
  lines.end();
}

/** Lines that are shown: a server could fill a disk with its words. */
const MOST_LINES = 2000;

/** Bytes of a line that are kept: names of refs are long, and what a server says of them stands behind them. */
const MOST_BYTES = 16 * 1024;
const MOST_CHARACTERS = 8 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a server's text into lines: it comes in pieces, cut also within a letter, and progress ends in a carriage
 * return.
 */
class RemoteLines {
  readonly #onText: RemoteText;
  #pending = NOTHING;
  #told = 0;

  constructor(onText: RemoteText) {
    this.#onText = onText;
  }

  add(bytes: Buffer): void {
    let from = 0;
    for (const [at, byte] of bytes.entries()) {
      if (byte !== 0x0a && byte !== 0x0d) continue;
      this.#keep(bytes.subarray(from, at));
      this.end();
      from = at + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  end(): void {
    this.#tell(this.#pending.toString('utf8'));
    this.#pending = NOTHING;
  }

  #keep(bytes: Buffer): void {
    const kept = bytes.subarray(0, MOST_BYTES - this.#pending.length);
    if (kept.length > 0) this.#pending = Buffer.concat([this.#pending, kept]);
  }

  #tell(line: string): void {
    const text = line.trimEnd();
    if (text === '' || this.#told > MOST_LINES) return;
    this.#told += 1;
    this.#onText(
      this.#told > MOST_LINES ? '(what else the server says is not shown)' : printable(text, MOST_CHARACTERS),
    );
  }
}
