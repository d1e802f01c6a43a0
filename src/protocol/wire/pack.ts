import { GatheredBytes, readAtMost } from '../bounded.js';
import { crypto, zlib } from '../built-ins.js';
import { isError, ProtocolError } from '../errors.js';
import type { Budget } from '../limits/budget.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { BadNumber, NumberReader } from '../numbers.js';
import { Turns } from '../turns.js';
import { applyDelta, DamagedDelta, deltaSizes, TooLarge } from './delta.js';
import { hashObject, idBytes, type ObjectFormat, type ObjectId } from './object-format.js';

/** The four types of object (gitformat-pack). */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object as it stands in a pack, with its deltas resolved. */
export interface PackedObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** Limits for a pack that is held in memory. */
export interface PackLimits {
  /** Bytes of the pack as it comes. */
  readonly bytes: number;
  /** Bytes of its objects together, inflated and with their deltas resolved. */
  readonly content: number;
  /** What all packs of a run may have together. */
  readonly sums?: PackSums | undefined;
}

/** Sums over the packs that are held in memory one after the other. */
export interface PackSums {
  readonly bytes: Budget;
  readonly objects: Budget;
}

/** The origin of a pack, and the format of its objects' names. */
export interface PackOrigin {
  readonly location: string;
  readonly format: ObjectFormat;
  /** Ends the decoding of a pack, which can take seconds. */
  readonly signal?: AbortSignal | undefined;
}

const HEADER_BYTES = 12;
const OFS_DELTA = 6;
const REF_DELTA = 7;
const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };

/** Counts the objects that the pack announces (gitformat-pack, the header). Reads no further than that. */
export async function countObjects(pack: AsyncIterator<Buffer>, location: string): Promise<number> {
  const { header } = await readHeader(pack, location);
  return header.readUInt32BE(8);
}

/**
 * Decodes the objects of a small pack that leans on nothing outside of it.
 *
 * @returns `undefined` for a pack that is larger than the limits, those of {@link WIRE_LIMITS} included
 * @throws {ProtocolError} for a pack that is damaged
 */
export async function readObjects(
  pack: AsyncGenerator<Buffer, void, undefined>,
  origin: PackOrigin,
  limits: PackLimits,
): Promise<Map<ObjectId, PackedObject> | undefined> {
  const { sums } = limits;
  const most = Math.min(limits.bytes, sums?.bytes.left ?? Infinity);
  const bytes = await readAtMost(pack, most);
  sums?.bytes.spend(bytes?.length ?? most);
  if (bytes === undefined) return undefined;
  try {
    return await new PackDecoder(bytes, origin, limits).decode();
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw plainDamage(error, origin.location);
  }
}

function plainDamage(error: unknown, location: string): unknown {
  if (error instanceof DamagedPack) return new ProtocolError(location, `the pack is damaged: ${error.message}`);
  if (error instanceof BadNumber) return new ProtocolError(location, `the pack is damaged: it ${error.message}`);
  if (error instanceof DamagedDelta) return new ProtocolError(location, `the pack is damaged: ${error.message}`);
  return error;
}

/** Reads the type of the first object in a pack, and no further. */
export async function firstObjectType(pack: AsyncIterator<Buffer>, location: string): Promise<ObjectType | undefined> {
  const { header, rest } = await readHeader(pack, location);
  if (header.readUInt32BE(8) === 0) return undefined;
  if (rest.length > 0) return typeOf(rest);
  const next = await pack.next();
  return next.done === true ? undefined : typeOf(next.value);
}

function typeOf(entry: Buffer): ObjectType | undefined {
  return TYPES[((entry[0] ?? 0) >> 4) & 7];
}

async function readHeader(pack: AsyncIterator<Buffer>, location: string): Promise<{ header: Buffer; rest: Buffer }> {
  const gathered = new GatheredBytes();
  while (gathered.length < HEADER_BYTES) {
    const next = await pack.next();
    if (next.done === true) throw new ProtocolError(location, 'the pack ends within its header');
    gathered.add(next.value);
  }
  const bytes = gathered.takeWhole();
  if (bytes.toString('latin1', 0, 4) !== 'PACK') throw new ProtocolError(location, 'what should be a pack is none');
  return { header: bytes.subarray(0, HEADER_BYTES), rest: bytes.subarray(HEADER_BYTES) };
}

/** A pack that does not follow the format: a clause for messages. */
class DamagedPack extends Error {}

/** A delta that waits for its base, which is known by its number in the pack or by its id. */
interface DeltaEntry {
  readonly entry: number;
  readonly base: number | ObjectId;
  readonly delta: Buffer;
}

/** An object with its deltas resolved. */
interface Made {
  /** Its number in the pack. */
  readonly entry: number;
  readonly id: ObjectId;
  readonly object: PackedObject;
  /** Deltas of which it is made. */
  readonly depth: number;
}

class PackDecoder {
  readonly #bytes: Buffer;
  readonly #format: ObjectFormat;
  readonly #limits: PackLimits;
  readonly #reader: NumberReader;
  readonly #turns: Turns;
  readonly #end: number;
  readonly #byId = new Map<ObjectId, PackedObject>();
  /** Where each entry begins, in rising order. */
  readonly #places: number[] = [];
  /** The objects that are no deltas. */
  readonly #whole: Made[] = [];
  #inflated = 0;

  constructor(bytes: Buffer, { format, signal }: PackOrigin, limits: PackLimits) {
    this.#bytes = bytes;
    this.#format = format;
    this.#limits = limits;
    this.#end = Math.max(0, bytes.length - idBytes(format));
    this.#reader = new NumberReader(bytes, HEADER_BYTES, this.#end);
    this.#turns = new Turns(signal);
  }

  async decode(): Promise<Map<ObjectId, PackedObject>> {
    if (this.#bytes.toString('latin1', 0, 4) !== 'PACK' || this.#end < HEADER_BYTES)
      throw new DamagedPack('it has no header');
    await this.#check();
    const count = this.#bytes.readUInt32BE(8);
    if (count * SMALLEST_ENTRY > this.#end - HEADER_BYTES) throw new BadNumber('ends too early');
    if (count > WIRE_LIMITS.objects.value || this.#limits.sums?.objects.spend(count) === false) throw new TooLarge();
    const deltas: DeltaEntry[] = [];
    for (let entry = 0; entry < count; entry += 1) {
      const delta = this.#entry(entry);
      if (delta !== undefined) deltas.push(delta);
      if (this.#turns.isOver) await this.#turns.give();
    }
    if (!this.#reader.isAtEnd) throw new DamagedPack('it holds more than it announces');
    await this.#resolve(deltas);
    return this.#byId;
  }

  // Deflated data has a checksum of its own; the header, types, sizes and names of bases have only the pack's.
  async #check(): Promise<void> {
    const version = this.#bytes.readUInt32BE(4);
    if (version !== 2 && version !== 3) throw new DamagedPack(`its version is ${version}`);
    const hash = crypto().createHash(this.#format);
    for (let at = 0; at < this.#end; at += SLICE_BYTES) {
      hash.update(this.#bytes.subarray(at, Math.min(this.#end, at + SLICE_BYTES)));
      if (this.#turns.isOver) await this.#turns.give();
    }
    if (!hash.digest().equals(this.#bytes.subarray(this.#end))) throw new DamagedPack('its checksum is another');
  }

  #entry(entry: number): DeltaEntry | undefined {
    const at = this.#reader.at;
    this.#places.push(at);
    const { type, size } = this.#reader.typeAndSize();
    if (size > WIRE_LIMITS.object.value) throw new TooLarge();
    if (type === OFS_DELTA) {
      const base = this.#entryAt(at - this.#reader.offset(at));
      return { entry, base, delta: this.#inflate(size) };
    }
    if (type === REF_DELTA) {
      const length = idBytes(this.#format);
      const start = this.#reader.skip(length);
      const base = this.#bytes.toString('hex', start, start + length);
      return { entry, base, delta: this.#inflate(size) };
    }
    const name = TYPES[type];
    if (name === undefined) throw new DamagedPack(`it holds an object of type ${type}`);
    this.#whole.push(this.#keep(entry, { type: name, content: this.#inflate(size) }, 0));
    return undefined;
  }

  /** Finds the entry that begins at a place. */
  #entryAt(place: number): number {
    let [from, to] = [0, this.#places.length - 1];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#places[middle] ?? 0) < place) from = middle + 1;
      else to = middle;
    }
    if (this.#places[from] !== place) throw new DamagedPack(NO_BASE);
    return from;
  }

  #inflate(size: number): Buffer {
    this.#count(size);
    const input = this.#bytes.subarray(this.#reader.at, this.#end);
    // Memory is taken for what the input can give, whatever size is announced.
    const most = Math.max(64, Math.min(size + 1, input.length * MOST_INFLATION));
    const { buffer, bytesTaken } = inflate(input, most);
    if (buffer.length !== size) throw new DamagedPack(`an object has ${buffer.length} bytes instead of ${size}`);
    this.#reader.skip(bytesTaken);
    return buffer;
  }

  /** Goes from each object to those that are made of it, so that their order in the pack does not matter. */
  async #resolve(deltas: readonly DeltaEntry[]): Promise<void> {
    const waiting = new Map<DeltaEntry['base'], DeltaEntry[]>();
    for (const delta of deltas) {
      const others = waiting.get(delta.base);
      if (others === undefined) waiting.set(delta.base, [delta]);
      else others.push(delta);
    }
    const ready = this.#whole;
    // An array that grows while it is iterated gives the new elements, too.
    for (const base of ready) {
      for (const key of [base.entry, base.id]) {
        for (const delta of waiting.get(key) ?? []) {
          ready.push(this.#make(delta, base));
          if (this.#turns.isOver) await this.#turns.give();
        }
        waiting.delete(key);
      }
    }
    if (waiting.size > 0) throw new DamagedPack(NO_BASE);
  }

  #make({ entry, delta }: DeltaEntry, { object: { type, content: base }, depth }: Made): Made {
    if (depth >= WIRE_LIMITS.deltas.value) throw new TooLarge();
    this.#count(deltaSizes(delta).result);
    return this.#keep(entry, { type, content: applyDelta(delta, base, WIRE_LIMITS.object.value) }, depth + 1);
  }

  #count(bytes: number): void {
    this.#inflated += bytes;
    if (this.#inflated > this.#limits.content) throw new TooLarge();
  }

  #keep(entry: number, object: PackedObject, depth: number): Made {
    const id = hashObject(object.type, object.content, this.#format);
    this.#byId.set(id, object);
    return { entry, id, object, depth };
  }
}

const NO_BASE = 'a delta leans on an object that is not there';

/** Bytes of an entry: one tells its type, and deflated data takes eight. */
const SMALLEST_ENTRY = 9;

/** Bytes that are hashed at once. */
const SLICE_BYTES = 1024 * 1024;

/** Bytes that deflate can make of one, as zlib's documentation says (1032), and some to spare. */
const MOST_INFLATION = 1040;

/** Inflates; with `info` the result also says how much of the input the object took, which a pack does not. */
function inflate(input: Buffer, most: number): { buffer: Buffer; bytesTaken: number } {
  const options = { info: true, chunkSize: most, maxOutputLength: most };
  try {
    const { buffer, engine } = zlib().inflateSync(input, options) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { buffer, bytesTaken: engine.bytesWritten };
  } catch (error) {
    throw isError(error) ? new DamagedPack('an object cannot be inflated') : error;
  }
}
