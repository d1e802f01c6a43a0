/** A number from outside that breaks its format, or is out of its range: a clause for messages. */
export class BadNumber extends Error {}

/** Range of a number; without `most`, up to the largest safe integer. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** Reads decimal digits without a sign; `undefined` for anything else, and out of the range. */
export function decimal(text: string, { least = 0, most = Number.MAX_SAFE_INTEGER }: Range = {}): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** Reads so many hexadecimal digits at the beginning of bytes; `undefined` for anything else. */
export function hexadecimalIn(bytes: Uint8Array, digits: number): number | undefined {
  let value = 0;
  for (let at = 0; at < digits; at += 1) {
    const digit = hexadecimalDigit(bytes[at] ?? 0);
    if (digit === undefined) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hexadecimalDigit(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined;
}

/** A factor beyond which no byte of a number in base 128 counts. */
const LARGEST_FACTOR = 2 ** 49;

/** Reads the numbers in bytes one after the other. Every number that it returns is a safe integer, and not negative. */
export class NumberReader {
  /** Place of the next byte. */
  at: number;
  readonly #bytes: Buffer;
  readonly #end: number;

  /** @param end place behind the last byte that may be read */
  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = at;
    this.#end = Math.min(end, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  /** @throws {BadNumber} where no byte is left, as all methods do */
  byte(): number {
    const value = this.#bytes[this.at];
    if (value === undefined || this.isAtEnd) throw new BadNumber('ends too early');
    this.at += 1;
    return value;
  }

  /** Passes over bytes that are no number, and returns the place of the first. */
  skip(count: number): number {
    const start = this.at;
    if (count > this.#end - start) throw new BadNumber('ends too early');
    this.at += count;
    return start;
  }

  /** Reads a size (gitformat-pack, "size encoding"): seven bits a byte, the lowest first. */
  size(): number {
    const first = this.byte();
    return this.#sizeOf(first & 0x7f, 128, first);
  }

  /** Reads the type of an object and its size behind a delta or deflated (gitformat-pack, "n-byte type and length"). */
  typeAndSize(): { readonly type: number; readonly size: number } {
    const first = this.byte();
    return { type: (first >> 4) & 7, size: this.#sizeOf(first & 15, 16, first) };
  }

  /**
   * Reads an offset (gitformat-pack, "offset encoding"): seven bits a byte, the highest first, and none is written in two
   * ways.
   */
  offset(most: number): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    while ((byte & 0x80) !== 0) {
      byte = this.byte();
      value = (value + 1) * 128 + (byte & 0x7f);
      if (value > most) break;
    }
    if (value > most) throw new BadNumber('has an offset that is too large');
    return value;
  }

  /**
   * Reads a number of which only some bytes are there, the lowest first (gitformat-pack, "copy from base object").
   *
   * @param present a bit for each of at most four bytes; the others are zero
   */
  partial(present: number): number {
    let value = 0;
    for (let place = 0; place < 4; place += 1) {
      if ((present & (1 << place)) !== 0) value += this.byte() * 256 ** place;
    }
    return value;
  }

  #sizeOf(low: number, firstFactor: number, firstByte: number): number {
    let value = low;
    let byte = firstByte;
    for (let factor = firstFactor; (byte & 0x80) !== 0; factor *= 128) {
      if (factor > LARGEST_FACTOR) throw new BadNumber('has a size without an end');
      byte = this.byte();
      value += (byte & 0x7f) * factor;
    }
    if (!Number.isSafeInteger(value)) throw new BadNumber('has a size that is too large');
    return value;
  }
}
