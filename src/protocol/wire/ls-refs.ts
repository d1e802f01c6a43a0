import { BrokenRefs, ListingSize, type Listing, type Ref } from './advertisement.js';
import { checkedId, checkedRefName, readRefName } from './checked.js';
import { beginCommand, type Terms } from './command.js';
import { ProtocolError } from '../errors.js';
import { isZeroId, type ObjectFormat, type ObjectId } from './object-format.js';
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
    true,
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
  const size = new ListingSize(location);
  let isUnborn = false;
  for (let next = await answer.packets.need(); next !== FLUSH; next = await answer.packets.need()) {
    if (!Buffer.isBuffer(next)) throw new ProtocolError(location, 'a delimiter stands among the refs');
    size.add(next);
    answer.packets.worked(next.length);
    const ref = refOf(next, format, location);
    if (ref === undefined && isUnborn) throw new ProtocolError(location, 'two refs are unborn, and only HEAD can be');
    isUnborn ||= ref === undefined;
    if (ref === undefined) continue;
    if (refs.has(ref.name) || broken.names.has(ref.name))
      throw new ProtocolError(location, `the ref "${printable(ref.name, 300)}" is listed twice`);
    if (!broken.takes(ref)) refs.set(ref.name, ref);
  }
  await answer.release();
  return { refs: [...refs.values()], broken: [...broken.names], isUnborn };
}

function refOf(line: Buffer, format: ObjectFormat, location: string): Ref | undefined {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  const space = line.indexOf(SPACE);
  const wordEnd = space < 0 ? end : space;
  const word = line.toString('latin1', 0, wordEnd);
  if (word === 'unborn') return undefined;
  const id = checkedId(word, format, location);
  const rest = line.subarray(Math.min(wordEnd + 1, end), end);
  if (!rest.includes(SPACE)) return { name: readRefName(rest, location), id };
  return withAttributes(rest.toString('latin1').split(' '), id, { format, location });
}

function withAttributes(
  words: readonly string[],
  id: ObjectId,
  { format, location }: { readonly format: ObjectFormat; readonly location: string },
): Ref {
  // The name of a broken ref may hold spaces, and must not be taken for the name before the first of them.
  const nameWords = isZeroId(id) ? words.findLastIndex((one) => !isAttribute(one)) + 1 : 1;
  const name = Buffer.from(words.slice(0, nameWords).join(' '), 'latin1');
  let peeled: string | undefined;
  let symref: string | undefined;
  for (const attribute of words.slice(nameWords)) {
    if (attribute.startsWith(PEELED)) peeled = checkedId(attribute.slice(PEELED.length), format, location);
    if (attribute.startsWith(SYMREF))
      symref = checkedRefName(Buffer.from(attribute.slice(SYMREF.length), 'latin1'), location);
  }
  return { name: readRefName(name, location), id, peeled, symref };
}

const SPACE = 0x20;
const PEELED = 'peeled:';
const SYMREF = 'symref-target:';

function isAttribute(word: string): boolean {
  return word.startsWith(PEELED) || word.startsWith(SYMREF);
}
