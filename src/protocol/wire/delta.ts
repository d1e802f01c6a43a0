import { BadNumber, NumberReader } from '../numbers.js';

/** A delta that does not follow the format: a clause for messages. */
export class DamagedDelta extends Error {}

/** An object that is too large to be held in memory. */
export class TooLarge extends Error {}

/** The base and result of a delta, as it says itself. */
export interface DeltaSizes {
  readonly base: number;
  readonly result: number;
}

/**
 * Reads the sizes at the beginning of a delta.
 *
 * @throws {DamagedDelta}
 */
export function deltaSizes(delta: Buffer): DeltaSizes {
  return strictly(() => sizesIn(new NumberReader(delta)));
}

/**
 * Makes an object from a delta and its base (gitformat-pack, "Deltified representation").
 *
 * @param largest bytes that the object may have
 * @throws {DamagedDelta}
 * @throws {TooLarge}
 */
export function applyDelta(delta: Buffer, base: Buffer, largest: number): Buffer {
  return strictly(() => {
    const reader = new NumberReader(delta);
    const sizes = sizesIn(reader);
    if (sizes.result > largest) throw new TooLarge();
    if (sizes.base !== base.length) throw new DamagedDelta('a delta was made for another object');
    const result = Buffer.allocUnsafe(sizes.result);
    let length = 0;
    while (!reader.isAtEnd) length += write(nextPart(reader, delta, base), result, length);
    if (length !== result.length) throw new DamagedDelta('a delta makes less than it announces');
    return result;
  });
}

function strictly<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof BadNumber ? new DamagedDelta(`a delta ${error.message}`) : error;
  }
}

function sizesIn(reader: NumberReader): DeltaSizes {
  return { base: reader.size(), result: reader.size() };
}

/** The bytes that one instruction gives. */
interface Part {
  readonly from: Buffer;
  readonly start: number;
  readonly end: number;
}

function nextPart(reader: NumberReader, delta: Buffer, base: Buffer): Part {
  const instruction = reader.byte();
  if (instruction === 0) throw new DamagedDelta('a delta has an empty instruction');
  if ((instruction & 0x80) === 0) {
    const start = reader.skip(instruction);
    return { from: delta, start, end: start + instruction };
  }
  const start = reader.partial(instruction & 0x0f);
  const end = start + (reader.partial((instruction >> 4) & 0x07) || 0x10000);
  if (end > base.length) throw new DamagedDelta('a delta copies what its base does not have');
  return { from: base, start, end };
}

/** Up to so many bytes a loop is faster than a call of `copy`. */
const FEW_BYTES = 32;

function write({ from, start, end }: Part, result: Buffer, at: number): number {
  const length = end - start;
  if (at + length > result.length) throw new DamagedDelta('a delta makes more than it announces');
  if (length > FEW_BYTES) return from.copy(result, at, start, end);
  for (let place = 0; place < length; place += 1) result[at + place] = from[start + place] ?? 0;
  return length;
}
