import { BrokenRefs, checkedId, checkedRefName, readRefName, type Listing, type Ref } from './advertisement.js';
import { beginCommand, type Terms } from './command.js';
import { ProtocolError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { isZeroId, type ObjectFormat } from './object-format.js';
import { FLUSH, FLUSH_BYTES, packet } from './pkt-line.js';
import { printable } from '../printable.js';
import { encodeRefName } from './ref-name.js';
import type { Answer, Transport } from './transport.js';

/**
 * Asks for the refs that begin with one of the prefixes (gitprotocol-v2, "ls-refs"), with peeled tags and symbolic
 * refs' targets. A server may send more than the prefixes say.
 */
export async function requestRefs(transport: Transport, terms: Terms, prefixes: readonly string[]): Promise<Answer> {
  return transport.request(
    'git-upload-pack',
    Buffer.concat([
      beginCommand('ls-refs', terms),
      packet('peel\n'),
      packet('symrefs\n'),
      ...(terms.capabilities.hasFeature('ls-refs', 'unborn') ? [packet('unborn\n')] : []),
      ...prefixes.map((prefix) =>
        packet(Buffer.concat([Buffer.from('ref-prefix '), encodeRefName(prefix), Buffer.from('\n')])),
      ),
      FLUSH_BYTES,
    ]),
  );
}

/**
 * Reads the answer to {@link requestRefs}.
 *
 * @throws {ProtocolError} for lines of another form
 */
export async function readRefs(answer: Answer, format: ObjectFormat, location: string): Promise<Listing> {
  const refs = new Map<string, Ref>();
  const broken = new BrokenRefs(location);
  let bytes = 0;
  let isUnborn = false;
  for (let next = await answer.packets.need(); next !== FLUSH; next = await answer.packets.need()) {
    if (!Buffer.isBuffer(next)) throw new ProtocolError(location, 'a delimiter stands among the refs');
    const ref = refOf(next, format, location);
    isUnborn ||= ref === undefined;
    if (ref === undefined) continue;
    if (refs.has(ref.name) || broken.names.has(ref.name))
      throw new ProtocolError(location, `the ref "${printable(ref.name, 300)}" is listed twice`);
    if (!broken.takes(ref)) refs.set(ref.name, ref);
    bytes += next.length;
    if (bytes > WIRE_LIMITS.listing.value) throw tooMuch(location, WIRE_LIMITS.listing);
    if (refs.size > WIRE_LIMITS.refs.value) throw tooMuch(location, WIRE_LIMITS.refs);
  }
  await answer.release();
  return { refs: [...refs.values()], broken: [...broken.names], isUnborn };
}

function refOf(line: Buffer, format: ObjectFormat, location: string): Ref | undefined {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  const [idPart, namePart = Buffer.alloc(0), ...attributes] = split(line.subarray(0, end));
  const word = idPart?.toString('latin1') ?? '';
  if (word === 'unborn') return undefined;
  const id = checkedId(word, format, location);
  let name = namePart;
  let peeled: string | undefined;
  let symref: string | undefined;
  for (const attribute of attributes) {
    const text = attribute.toString('latin1');
    if (text.startsWith('peeled:')) peeled = checkedId(text.slice('peeled:'.length), format, location);
    if (text.startsWith('symref-target:'))
      symref = checkedRefName(attribute.subarray('symref-target:'.length), location);
    // The name of a broken ref may hold spaces, and must not be taken for the name before the first of them.
    else if (isZeroId(id)) name = Buffer.concat([name, Buffer.from(' '), attribute]);
  }
  return { name: readRefName(name, location), id, peeled, symref };
}

function split(line: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let space = line.indexOf(0x20); space >= 0; space = line.indexOf(0x20, from)) {
    parts.push(line.subarray(from, space));
    from = space + 1;
  }
  return [...parts, line.subarray(from)];
}
