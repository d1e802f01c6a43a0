import { Capabilities } from './capabilities.js';
import { checkedId, checkedRefName, readRefName } from './checked.js';
import { ProtocolError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { isZeroId, type ObjectFormat, type ObjectId } from './object-format.js';
import { FLUSH, lineOf, type PacketReader } from './pkt-line.js';
import { printable } from '../printable.js';
import { isTooDeep, isValidRefName } from './ref-name.js';

/** A ref as a server tells it. */
export interface Ref {
  readonly name: string;
  readonly id: ObjectId;
  /** The object that an annotated tag points to in the end. */
  readonly peeled?: ObjectId | undefined;
  /** The ref that a symbolic ref stands for. */
  readonly symref?: string | undefined;
}

/** Refs as a server lists them. */
export interface Listing {
  readonly refs: readonly Ref[];
  /** Names of refs that are listed wrongly; see {@link BrokenRefs}. */
  readonly broken: readonly string[];
  /** The server says that HEAD names a branch which does not exist (gitprotocol-v2, "ls-refs", `unborn`). */
  readonly isUnborn?: boolean;
}

/** The first message of a service: in protocol v2 its capabilities alone, before that its refs too. */
export type Advertisement =
  | { readonly version: 2; readonly capabilities: Capabilities }
  | (Listing & {
      readonly version: 0;
      readonly capabilities: Capabilities;
      /** Objects a server holds beside its refs (`.have`, from alternates). */
      readonly extraHaves: readonly ObjectId[];
      readonly isShallow: boolean;
    });

/**
 * Reads an advertisement (gitprotocol-v2 "Capability Advertisement", gitprotocol-pack "Reference Discovery",
 * gitprotocol-http "Discovering References").
 *
 * @throws {ProtocolError} for anything else
 */
export async function readAdvertisement(packets: PacketReader, location: string): Promise<Advertisement> {
  let first = await packets.need();
  if (Buffer.isBuffer(first) && lineOf(first).startsWith('# service=')) {
    if ((await packets.need()) !== FLUSH)
      throw new ProtocolError(location, 'the service line is not followed by a flush');
    first = await packets.need();
  }
  if (first === FLUSH) return nothingAdvertised();
  if (!Buffer.isBuffer(first)) throw new ProtocolError(location, 'the advertisement begins with a delimiter');
  const line = lineOf(first);
  if (line === 'version 2') return { version: 2, capabilities: await readCapabilities(packets, location) };
  const refLine = line === 'version 1' ? await packets.need() : first;
  return new RefAdvertisement(location).read(refLine, packets);
}

/**
 * Names of refs that a server lists wrongly: git lists a ref whose file is damaged with the zero id, and a folder may
 * hold names that Git does not allow, or that are in too many folders. They exist, but are of no use.
 */
export class BrokenRefs {
  readonly names = new Set<string>();
  readonly #location: string;

  constructor(location: string) {
    this.#location = location;
  }

  /** Takes a ref over if it is broken. A symbolic ref to a ref that does not exist is listed with the zero id, too. */
  takes({ name, id, symref }: Ref): boolean {
    if (isValidRefName(name) && !isTooDeep(name) && (symref !== undefined || !isZeroId(id))) return false;
    this.names.add(name);
    if (this.names.size > WIRE_LIMITS.brokenRefs.value) throw tooMuch(this.#location, WIRE_LIMITS.brokenRefs);
    return true;
  }
}

/** Bytes and lines of a listing, counted as they come. */
export class ListingSize {
  readonly #location: string;
  #bytes = 0;
  #lines = 0;

  constructor(location: string) {
    this.#location = location;
  }

  /** @throws {ProtocolError} for a listing that is too long */
  add(line: Buffer): void {
    this.#bytes += line.length;
    this.#lines += 1;
    if (line.length > WIRE_LIMITS.refLine.value + 1) throw tooMuch(this.#location, WIRE_LIMITS.refLine);
    if (this.#bytes > WIRE_LIMITS.listing.value) throw tooMuch(this.#location, WIRE_LIMITS.listing);
    if (this.#lines > WIRE_LIMITS.refs.value) throw tooMuch(this.#location, WIRE_LIMITS.refs);
  }
}

function nothingAdvertised(): Advertisement {
  return { version: 0, capabilities: Capabilities.none, refs: [], broken: [], extraHaves: [], isShallow: false };
}

async function readCapabilities(packets: PacketReader, location: string): Promise<Capabilities> {
  const lines: string[] = [];
  let bytes = 0;
  for (let next = await packets.need(); next !== FLUSH; next = await packets.need()) {
    if (!Buffer.isBuffer(next)) throw new ProtocolError(location, 'a delimiter stands among the capabilities');
    packets.worked(next.length);
    lines.push(lineOf(next));
    bytes += next.length;
    if (lines.length > WIRE_LIMITS.capabilities.value) throw tooMuch(location, WIRE_LIMITS.capabilities);
    if (bytes > WIRE_LIMITS.capabilityBytes.value) throw tooMuch(location, WIRE_LIMITS.capabilityBytes);
  }
  return Capabilities.of(lines);
}

/** The refs of protocol v0 and v1, as they come in. */
class RefAdvertisement {
  readonly #location: string;
  readonly #refs = new Map<string, Ref>();
  readonly #broken: BrokenRefs;
  readonly #extraHaves: ObjectId[] = [];
  #capabilities = Capabilities.none;
  #format: ObjectFormat = 'sha1';
  #isShallow = false;

  constructor(location: string) {
    this.#location = location;
    this.#broken = new BrokenRefs(location);
  }

  async read(first: PacketValue, packets: PacketReader): Promise<Advertisement> {
    const size = new ListingSize(this.#location);
    let next = first;
    for (let isFirst = true; next !== FLUSH; next = await packets.need(), isFirst = false) {
      if (!Buffer.isBuffer(next)) throw new ProtocolError(this.#location, 'a delimiter stands among the refs');
      const line = isFirst ? this.#withoutCapabilities(next) : next;
      size.add(line);
      packets.worked(next.length);
      this.#line(line);
    }
    return {
      version: 0,
      capabilities: this.#capabilities,
      refs: this.#withSymrefs(),
      broken: [...this.#broken.names],
      extraHaves: this.#extraHaves,
      isShallow: this.#isShallow,
    };
  }

  #withoutCapabilities(payload: Buffer): Buffer {
    const nul = payload.indexOf(0);
    if (nul < 0) throw new ProtocolError(this.#location, 'the first ref comes without capabilities');
    const words = lineOf(payload.subarray(nul + 1)).split(' ');
    if (words.length > WIRE_LIMITS.capabilities.value) throw tooMuch(this.#location, WIRE_LIMITS.capabilities);
    this.#capabilities = Capabilities.of(words);
    this.#format = this.#capabilities.objectFormat(this.#location);
    return payload.subarray(0, nul);
  }

  #line(payload: Buffer): void {
    const end = payload.at(-1) === 0x0a ? payload.length - 1 : payload.length;
    const space = payload.indexOf(0x20);
    const word = payload.toString('latin1', 0, Math.max(space, 0));
    if (word === 'shallow') {
      this.#isShallow = true;
      return;
    }
    const id = checkedId(word, this.#format, this.#location);
    const bytes = payload.subarray(space + 1, end);
    const text = bytes.toString('latin1');
    if (text === 'capabilities^{}') return;
    if (text === '.have') this.#extraHaves.push(id);
    else if (text.endsWith('^{}')) this.#peel(bytes.subarray(0, -3), id);
    else this.#add({ name: readRefName(bytes, this.#location), id });
  }

  #add(ref: Ref): void {
    const { name } = ref;
    if (this.#refs.has(name) || this.#broken.names.has(name))
      throw new ProtocolError(this.#location, `the ref "${printable(name, 300)}" is advertised twice`);
    if (!this.#broken.takes(ref)) this.#refs.set(name, ref);
  }

  #peel(bytes: Buffer, id: ObjectId): void {
    const name = readRefName(bytes, this.#location);
    const ref = this.#refs.get(this.#broken.names.has(name) ? name : checkedRefName(bytes, this.#location));
    if (ref !== undefined) this.#refs.set(ref.name, { ...ref, peeled: id });
  }

  #withSymrefs(): Ref[] {
    const symrefs = new Map(this.#capabilities.values('symref').map(symrefIn));
    return Array.from(this.#refs.values(), (ref) => {
      const symref = symrefs.get(ref.name);
      return symref === undefined ? ref : { ...ref, symref };
    });
  }
}

function symrefIn(value: string): readonly [name: string, target: string] {
  const colon = value.indexOf(':');
  return [value.slice(0, colon), value.slice(colon + 1)];
}

type PacketValue = Awaited<ReturnType<PacketReader['need']>>;
