/** A delta that does not follow the format: a clause for messages. */
export class DamagedDelta extends Error {}

/** An object that is too large to be held in memory. */
export class TooLarge extends Error {}

/**
 * Makes an object from a delta and its base (gitformat-pack, "Deltified representation").
 *
 * @param largest bytes that the object may have
 * @throws {DamagedDelta}
 * @throws {TooLarge}
 */
export function applyDelta(delta: Buffer, base: Buffer, largest: number): Buffer {
  const reader = new DeltaReader(delta, largest);
  if (reader.size() !== base.length) throw new DamagedDelta('a delta was made for another object');
  const size = reader.size();
  const parts: Buffer[] = [];
  let length = 0;
  while (!reader.isAtEnd) {
    const part = reader.part(base);
    if (part.length === 0) throw new DamagedDelta('a delta has an empty instruction');
    parts.push(part);
    length += part.length;
    if (length > size) throw new DamagedDelta('a delta makes more than it announces');
  }
  if (length !== size) throw new DamagedDelta('a delta makes less than it announces');
  return Buffer.concat(parts);
}

class DeltaReader {
  readonly #delta: Buffer;
  readonly #largest: number;
  #at = 0;

  constructor(delta: Buffer, largest: number) {
    this.#delta = delta;
    this.#largest = largest;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#delta.length;
  }

  size(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const next = this.#byte();
      value += (next & 0x7f) * factor;
      if (value > this.#largest) throw new TooLarge();
      if ((next & 0x80) === 0) return value;
    }
  }

  /** The bytes of one instruction: copied from the base, or carried by the delta. */
  part(base: Buffer): Buffer {
    const instruction = this.#byte();
    if ((instruction & 0x80) === 0) return this.#delta.subarray(this.#at, (this.#at += instruction));
    const offset = this.#littleEndian(instruction & 0x0f, 4);
    const size = this.#littleEndian((instruction >> 4) & 0x07, 3);
    return base.subarray(offset, offset + (size === 0 ? 0x10000 : size));
  }

  #byte(): number {
    const value = this.#delta[this.#at];
    if (value === undefined) throw new DamagedDelta('a delta ends too early');
    this.#at += 1;
    return value;
  }

  /** @param present a bit for each byte that is there; the others are zero */
  #littleEndian(present: number, bytes: number): number {
    let value = 0;
    for (let place = 0; place < bytes; place += 1) {
      if ((present & (1 << place)) !== 0) value += this.#byte() * 256 ** place;
    }
    return value;
  }
}
