import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { applyDelta, DamagedDelta, TooLarge } from '../../src/protocol/wire/delta.js';
import { hashObject, isObjectId } from '../../src/protocol/wire/object-format.js';
import {
  commitLinks,
  committedAt,
  entriesOf,
  parentsOf,
  peel,
  tagLink,
  targetOf,
  treeOf,
  UnclearObject,
} from '../../src/protocol/wire/objects.js';
import { countObjects, firstObjectType, readObjects } from '../../src/protocol/wire/pack.js';
import { anyOf, below, type Random } from '../bytes.js';
import { holds, LARGEST_INPUT, type Target } from '../target.js';
import { inPieces, LOCATION, WIRE_ERRORS } from './stream.js';

const CHECKSUM_BYTES = 20;
const ID = '1'.repeat(40);
const COMMIT = `tree ${ID}\nparent ${ID}\nauthor A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n\nwords\n`;
const TAG = `object ${ID}\ntype commit\ntag v1\ntagger A <a@b> 1700000000 +0000\n\nwords\n`;
const TREE = Buffer.concat(
  ['100644 a', '40000 b', '160000 c', '120000 d'].flatMap((head) => [Buffer.from(`${head}\0`), Buffer.alloc(20, 7)]),
);
const BLOB = Buffer.from('line of a file\n'.repeat(20));

/** An entry of a pack before it is written. */
interface Entry {
  readonly type: number;
  readonly content: Buffer;
  /** Stands between header and content: the place or the id of a base. */
  readonly base?: Buffer;
  /** The size that is announced, where it is another. */
  readonly size?: Buffer;
}

/** The header of an entry: its type, and its size as a number of 4 and then 7 bits a byte. */
function header(type: number, size: number): Buffer {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

function packOf(entries: readonly Entry[], count = entries.length): Buffer {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(count, 8);
  return withChecksum(Buffer.concat([head, ...entries.map(bytesOf), Buffer.alloc(CHECKSUM_BYTES)]));
}

function bytesOf({ type, content, base = Buffer.alloc(0), size }: Entry): Buffer {
  return Buffer.concat([size ?? header(type, content.length), base, deflateSync(content)]);
}

function withChecksum(pack: Buffer): Buffer {
  const content = pack.subarray(0, Math.max(0, pack.length - CHECKSUM_BYTES));
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}

/** The size of a delta's base or result, 7 bits a byte. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A delta that takes parts of its base, and adds some of its own. */
function deltaFor(base: Buffer, random: Random): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (let left = 1 + below(random, random() < 0.1 ? 3000 : 4); left > 0; left -= 1) {
    if (random() < 0.5) {
      const added = Buffer.from('added by a delta'.slice(0, 1 + below(random, 15)));
      parts.push(Buffer.concat([Buffer.from([added.length]), added]));
      length += added.length;
    } else {
      const size = Math.min(base.length, 1 + below(random, 255));
      parts.push(Buffer.from([0x90, size]));
      length += size;
    }
  }
  const isRight = random() < 0.9;
  return Buffer.concat([varint(base.length), varint(isRight ? length : below(random, 2 ** 40)), ...parts]);
}

const ENDLESS = [
  Buffer.from('bfffffffffffffffffffffffffffff7f', 'hex'),
  Buffer.concat([Buffer.alloc(400, 0xff), Buffer.from([0x7f])]),
];

/** Makes a pack of objects and deltas, in which a few things may be wrong. */
function randomPack(random: Random): Buffer {
  const entries: Entry[] = [];
  const most = random() < 0.05 ? 4000 : 6;
  let base: Buffer = BLOB;
  let length = 0;
  for (let left = below(random, most); left > 0 && length < LARGEST_INPUT; left -= 1) {
    const entry = randomEntry(base, random);
    if (entry.type < 6) base = entry.content;
    entries.push(entry);
    length += bytesOf(entry).length;
  }
  return packOf(entries, random() < 0.9 ? entries.length : below(random, 2 ** 32));
}

function randomEntry(base: Buffer, random: Random): Entry {
  const size =
    random() < 0.95 ? {} : { size: random() < 0.5 ? anyOf(random, ENDLESS) : header(3, below(random, 2 ** 40)) };
  const chance = random();
  if (chance < 0.2)
    return { type: 6, content: deltaFor(base, random), base: Buffer.from([1 + below(random, 60)]), ...size };
  if (chance < 0.4) {
    const id = hashObject(anyOf(random, ['blob', 'tree']), base, 'sha1');
    return { type: 7, content: deltaFor(base, random), base: Buffer.from(id, 'hex'), ...size };
  }
  if (chance < 0.5) return { type: 3, content: Buffer.alloc(below(random, random() < 0.2 ? 4e6 : 1000)), ...size };
  const content = anyOf(random, [Buffer.from(COMMIT), TREE, BLOB, Buffer.from(TAG), Buffer.alloc(0)]);
  return { type: random() < 0.97 ? 1 + below(random, 4) : below(random, 8), content, ...size };
}

const LIMITS = { bytes: LARGEST_INPUT, content: 8 * 1024 * 1024 };

async function decoded(pack: AsyncGenerator<Buffer, void, undefined>): Promise<unknown> {
  const objects = await readObjects(pack, { location: LOCATION, format: 'sha1' }, LIMITS);
  if (objects === undefined) return 'too large';
  let length = 0;
  for (const [id, { type, content }] of objects) {
    length += content.length;
    if (content.length < 10_000) holds(hashObject(type, content, 'sha1') === id, 'an object has the id of another');
  }
  holds(length <= LIMITS.content, 'the objects are larger than the limit');
  for (const id of [...objects.keys()].slice(0, 100)) peel(id, objects);
  return Array.from(objects.values(), ({ type, content }) => [type, content.length]);
}

export const PACKS: readonly Target[] = [
  {
    name: 'pack',
    form: 'bytes',
    seeds: [
      packOf([]),
      packOf([
        { type: 1, content: Buffer.from(COMMIT) },
        { type: 2, content: TREE },
        { type: 3, content: BLOB },
        { type: 4, content: Buffer.from(TAG) },
      ]),
    ],
    errors: WIRE_ERRORS,
    generate: randomPack,
    repair: withChecksum,
    run: (input) => inPieces(input, (chunks) => decoded(chunks())),
  },
  {
    name: 'pack-beginning',
    form: 'bytes',
    seeds: [packOf([]), packOf([{ type: 1, content: Buffer.from(COMMIT) }])],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const type = await firstObjectType(chunks(), LOCATION);
        const count = await countObjects(chunks(), LOCATION);
        holds(Number.isSafeInteger(count) && count >= 0, 'a pack has a number of objects that is none');
        return { type, count };
      }),
  },
  {
    name: 'delta',
    form: 'bytes',
    seeds: [
      Buffer.concat([varint(BLOB.length), varint(10), Buffer.from([0x90, 10])]),
      Buffer.concat([varint(BLOB.length), varint(3), Buffer.from([3, 1, 2, 3])]),
    ],
    errors: [DamagedDelta, TooLarge],
    generate: (random) => deltaFor(BLOB, random),
    run: (input) => {
      const made = applyDelta(input, BLOB, LARGEST_INPUT);
      holds(made.length <= LARGEST_INPUT, 'a delta makes more than the limit');
      return made;
    },
  },
  {
    name: 'trees',
    form: 'bytes',
    seeds: [TREE],
    errors: [UnclearObject],
    run: (input) => {
      const entries = [...entriesOf(input, 20)];
      holds(
        entries.every(({ id }) => isObjectId(id, 'sha1')),
        'an entry of a tree has an id that is none',
      );
      return entries.map(({ kind, name }) => [kind, name]);
    },
  },
  {
    name: 'objects',
    form: 'bytes',
    seeds: [COMMIT, TAG, `tree ${ID}\ngpgsig -----BEGIN\n tree x\n\ntree ${ID}\n`],
    errors: [UnclearObject],
    run: (input) => {
      const time = committedAt(input);
      holds(time === undefined || Number.isSafeInteger(time), 'a commit has a time that is none');
      const ids = [treeOf(input), targetOf(input), ...parentsOf(input)];
      return { time, ids, commit: commitLinks(input), tag: tagLink(input) };
    },
  },
];
