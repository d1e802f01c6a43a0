import { readAtMost } from '../bounded.js';
import { crypto, zlib } from '../built-ins.js';
import { ProtocolError } from '../errors.js';
import { applyDelta, DamagedDelta, TooLarge } from './delta.js';
import { hashObject, idBytes, type ObjectFormat, type ObjectId } from './object-format.js';

/** The four types of object (gitformat-pack). */
export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object as it stands in a pack, with its deltas resolved. */
export interface PackedObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** Limits for a pack that is held in memory, in bytes. */
export interface PackLimits {
  /** Bytes of the pack as it comes. */
  readonly bytes: number;
  /** Bytes of its objects together, inflated and with their deltas resolved. */
  readonly content: number;
}

/** The origin of a pack, and the format of its objects' names. */
export interface PackOrigin {
  readonly location: string;
  readonly format: ObjectFormat;
}

const HEADER_BYTES = 12;
const LARGEST_OBJECT = 8 * 1024 * 1024;
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
 * @returns `undefined` for a pack that is larger than the limits, or holds an object of more than 8 MiB
 * @throws {ProtocolError} for a pack that is damaged
 */
export async function readObjects(
  pack: AsyncGenerator<Buffer, void, undefined>,
  origin: PackOrigin,
  limits: PackLimits,
): Promise<Map<ObjectId, PackedObject> | undefined> {
  const bytes = await readAtMost(pack, limits.bytes);
  if (bytes === undefined) return undefined;
  try {
    return new PackDecoder(bytes, origin, limits.content).decode();
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
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
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < HEADER_BYTES) {
    const next = await pack.next();
    if (next.done === true) throw new ProtocolError(location, 'the pack ends within its header');
    bytes = Buffer.concat([bytes, next.value]);
  }
  if (bytes.toString('latin1', 0, 4) !== 'PACK') throw new ProtocolError(location, 'what should be a pack is none');
  return { header: bytes.subarray(0, HEADER_BYTES), rest: bytes.subarray(HEADER_BYTES) };
}

interface DeltaEntry {
  readonly at: number;
  readonly base: ObjectId | number;
  readonly delta: Buffer;
}

class PackDecoder {
  readonly #bytes: Buffer;
  readonly #origin: PackOrigin;
  readonly #most: number;
  readonly #byId = new Map<ObjectId, PackedObject>();
  readonly #byPlace = new Map<number, { readonly id: ObjectId; readonly object: PackedObject }>();
  readonly #end: number;
  #at = HEADER_BYTES;
  #inflated = 0;

  /** @param most bytes that the objects may have together */
  constructor(bytes: Buffer, origin: PackOrigin, most: number) {
    this.#bytes = bytes;
    this.#origin = origin;
    this.#most = most;
    this.#end = Math.max(0, bytes.length - idBytes(origin.format));
  }

  decode(): Map<ObjectId, PackedObject> {
    if (this.#bytes.toString('latin1', 0, 4) !== 'PACK' || this.#bytes.length < HEADER_BYTES)
      throw this.#damaged('it has no header');
    const deltas: DeltaEntry[] = [];
    this.#check();
    const count = this.#bytes.readUInt32BE(8);
    for (let entry = 0; entry < count; entry += 1) {
      const delta = this.#entry();
      if (delta !== undefined) deltas.push(delta);
    }
    if (this.#at !== this.#end) throw this.#damaged('it holds more than it announces');
    this.#resolve(deltas);
    return this.#byId;
  }

  // Deflated data has a checksum of its own; the header, types, sizes and names of bases have only the pack's.
  #check(): void {
    const version = this.#bytes.readUInt32BE(4);
    if (version !== 2 && version !== 3) throw this.#damaged(`its version is ${version}`);
    const sum = crypto().createHash(this.#origin.format).update(this.#bytes.subarray(0, this.#end)).digest();
    if (!sum.equals(this.#bytes.subarray(this.#end))) throw this.#damaged('its checksum is another');
  }

  #entry(): DeltaEntry | undefined {
    const at = this.#at;
    const { type, size } = this.#entryHeader();
    if (size > LARGEST_OBJECT) throw new TooLarge();
    if (type === OFS_DELTA) return { at, base: at - this.#baseDistance(), delta: this.#inflate(size) };
    if (type === REF_DELTA) {
      const end = this.#at + idBytes(this.#origin.format);
      const base = this.#bytes.toString('hex', this.#at, end);
      this.#at = end;
      return { at, base, delta: this.#inflate(size) };
    }
    const name = TYPES[type];
    if (name === undefined) throw this.#damaged(`it holds an object of type ${type}`);
    this.#keep(at, { type: name, content: this.#inflate(size) });
    return undefined;
  }

  #entryHeader(): { type: number; size: number } {
    let byte = this.#byte();
    const type = (byte >> 4) & 7;
    let size = byte & 15;
    for (let factor = 16; (byte & 0x80) !== 0; factor *= 128) {
      byte = this.#byte();
      size += (byte & 0x7f) * factor;
    }
    return { type, size };
  }

  #baseDistance(): number {
    let byte = this.#byte();
    let distance = byte & 0x7f;
    while ((byte & 0x80) !== 0) {
      byte = this.#byte();
      distance = (distance + 1) * 128 + (byte & 0x7f);
    }
    return distance;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#damaged('it ends too early');
    this.#at += 1;
    return byte;
  }

  #inflate(size: number): Buffer {
    this.#count(size);
    const options = { info: true, chunkSize: Math.max(64, size + 1), maxOutputLength: Math.max(64, size + 1) };
    try {
      // With `info` the result also says how much of the input the object took, which a pack does not.
      const { buffer, engine } = zlib().inflateSync(this.#bytes.subarray(this.#at), options) as unknown as {
        buffer: Buffer;
        engine: { bytesWritten: number };
      };
      if (buffer.length !== size) throw this.#damaged(`an object has ${buffer.length} bytes instead of ${size}`);
      this.#at += engine.bytesWritten;
      return buffer;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      throw this.#damaged('an object cannot be inflated');
    }
  }

  /** Goes from each object to those that are made of it, so that their order in the pack does not matter. */
  #resolve(deltas: readonly DeltaEntry[]): void {
    const waiting = new Map<DeltaEntry['base'], DeltaEntry[]>();
    for (const delta of deltas) {
      const others = waiting.get(delta.base);
      if (others === undefined) waiting.set(delta.base, [delta]);
      else others.push(delta);
    }
    // A map that grows while it is iterated gives the new entries, too.
    for (const [place, { id, object }] of this.#byPlace) {
      for (const base of [place, id]) {
        for (const delta of waiting.get(base) ?? []) this.#make(delta, object);
        waiting.delete(base);
      }
    }
    if (waiting.size > 0) throw this.#damaged('a delta leans on an object that is not there');
  }

  #make({ at, delta }: DeltaEntry, { type, content: base }: PackedObject): void {
    const content = this.#apply(delta, base);
    this.#count(content.length);
    this.#keep(at, { type, content });
  }

  #apply(delta: Buffer, base: Buffer): Buffer {
    try {
      return applyDelta(delta, base, LARGEST_OBJECT);
    } catch (error) {
      throw error instanceof DamagedDelta ? this.#damaged(error.message) : error;
    }
  }

  #count(bytes: number): void {
    this.#inflated += bytes;
    if (this.#inflated > this.#most) throw new TooLarge();
  }

  #keep(at: number, object: PackedObject): void {
    const id = hashObject(object.type, object.content, this.#origin.format);
    this.#byPlace.set(at, { id, object });
    this.#byId.set(id, object);
  }

  #damaged(detail: string): ProtocolError {
    return new ProtocolError(this.#origin.location, `the pack is damaged: ${detail}`);
  }
}
