import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { ProtocolError } from '../../src/protocol/errors.js';
import { emptyPack, type ObjectFormat } from '../../src/protocol/wire/object-format.js';
import { countObjects, firstObjectType, readObjects, type PackedObject } from '../../src/protocol/wire/pack.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { seeded } from '../random.js';

const LOCATION = 'https://host.example/x.git';
const NO_LIMIT = { bytes: 1e9, content: 1e9 };
const CHECKSUM_BYTES = 20;

type Objects = ReadonlyMap<string, PackedObject>;

async function* chunked(bytes: Buffer, size = bytes.length || 1): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decoded(bytes: Buffer, format: ObjectFormat = 'sha1'): Promise<Objects> {
  const objects = await readObjects(chunked(bytes), { location: LOCATION, format }, NO_LIMIT);
  if (objects === undefined) throw new Error('over the limit');
  return objects;
}

/** By id: type and size, as `git cat-file --batch-check` has them. */
function summary(objects: Objects): Record<string, string> {
  return Object.fromEntries([...objects].map(([id, { type, content }]) => [id, `${type} ${content.length}`]));
}

function catFile(repository: TestRepository): Record<string, string> {
  const lines = repository.git(['cat-file', '--batch-check', '--batch-all-objects']).split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

function packOf(repository: TestRepository, ...args: readonly string[]): Buffer {
  return execFileSync('git', ['-C', repository.path, 'pack-objects', '--all', '--stdout', '-q', ...args], {
    env: isolatedGit(),
    input: '',
    maxBuffer: 1e9,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** A repository whose files differ by little, so that git makes chains of deltas of them. */
function repositoryWithDeltas(path: string, format: ObjectFormat, commits = 20, length = 200): TestRepository {
  const repository = TestRepository.create(path, { format });
  const lines = Array.from({ length }, (_, line) => `line ${line} of a file that changes little\n`);
  let tip: string | undefined;
  for (let made = 0; made < commits; made += 1) {
    lines[(made * 37) % lines.length] = `changed ${made}\n`;
    tip = repository.commit(tip === undefined ? [] : [tip], lines.join(''));
  }
  repository.set({ 'refs/heads/main': tip!, 'refs/tags/v1': repository.tagObject('v1', tip!) });
  return repository;
}

/** What came of decoding: the objects, or that the pack was found to be damaged. */
async function attempt(bytes: Buffer): Promise<Record<string, string> | 'damaged'> {
  try {
    return summary(await decoded(bytes));
  } catch (error) {
    if (error instanceof ProtocolError) return 'damaged';
    throw error;
  }
}

describe("packs of git's own making", () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
  });

  afterAll(() => scratch.remove());

  describe.each(['sha1', 'sha256'] as const)('%s', (format) => {
    let repository: TestRepository;

    beforeAll(() => {
      repository = repositoryWithDeltas(scratch.join(`${format}.git`), format);
    });

    test.each([
      ['no deltas', ['--window=0']],
      ['deltas that name their base', ['--window=20', '--depth=20']],
      ['deltas that point to their base', ['--window=20', '--depth=20', '--delta-base-offset']],
    ])('with %s', async (_what, args) => {
      const bytes = packOf(repository, ...args);

      expect(summary(await decoded(bytes, format))).toEqual(catFile(repository));
    });

    test('the packs with deltas have deltas', () => {
      expect(packOf(repository, '--window=20').length).toBeLessThan(packOf(repository, '--window=0').length / 2);
    });

    test('of commits alone', async () => {
      const bytes = packOf(repository, '--filter=tree:0');

      expect(new Set([...(await decoded(bytes, format)).values()].map(({ type }) => type))).toEqual(
        new Set(['commit', 'tag']),
      );
    });
  });

  test('contents are what git says they are', async () => {
    const repository = repositoryWithDeltas(scratch.join('contents.git'), 'sha1', 5);
    const objects = await decoded(packOf(repository, '--window=20', '--delta-base-offset'));

    for (const [id, { type, content }] of objects) {
      expect(
        content.equals(execFileSync('git', ['-C', repository.path, 'cat-file', type, id], { env: isolatedGit() })),
      ).toBe(true);
    }
  });

  test.each([1, 7, 4096])('it does not matter how the bytes are cut: %i at a time', async (size) => {
    const repository = TestRepository.create(scratch.join(`cut-${size}.git`));
    repository.set({ 'refs/heads/main': repository.commits(2) });
    const bytes = packOf(repository);
    const objects = await readObjects(chunked(bytes, size), { location: LOCATION, format: 'sha1' }, NO_LIMIT);

    expect(summary(objects ?? new Map())).toEqual(catFile(repository));
    expect(await countObjects(chunked(bytes, size), LOCATION)).toBe(6);
    expect(await firstObjectType(chunked(bytes, size), LOCATION)).toBe('commit');
  });

  test('an object of 256 KiB', async () => {
    const repository = TestRepository.create(scratch.join('large.git'));
    const random = seeded(3);
    const content = Array.from({ length: 1 << 18 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
    repository.set({ 'refs/heads/main': repository.commit([], content) });

    expect(summary(await decoded(packOf(repository)))).toEqual(catFile(repository));
  });

  describe('damage', () => {
    const packs: { bytes: Buffer; whole: Record<string, string> }[] = [];

    beforeAll(async () => {
      const repository = repositoryWithDeltas(scratch.join('damage.git'), 'sha1', 2, 20);
      for (const args of [['--window=0'], ['--window=20'], ['--window=20', '--delta-base-offset']]) {
        const bytes = packOf(repository, ...args);
        packs.push({ bytes, whole: summary(await decoded(bytes)) });
      }
    });

    test('a pack that is cut off within its objects is damaged', async () => {
      for (const { bytes } of packs) {
        for (let length = 0; length < bytes.length - CHECKSUM_BYTES; length += 1) {
          expect({ length, came: await attempt(bytes.subarray(0, length)) }).toEqual({ length, came: 'damaged' });
        }
      }
    });

    test('a pack that is cut off within its checksum is damaged, or whole but for that', async () => {
      for (const { bytes, whole } of packs) {
        for (let length = bytes.length - CHECKSUM_BYTES; length < bytes.length; length += 1) {
          expect(['damaged', whole]).toContainEqual(await attempt(bytes.subarray(0, length)));
        }
      }
    });

    test('a byte that flips is found, or does no harm', async () => {
      const random = seeded(4);
      for (const { bytes, whole } of packs) {
        const places = [
          ...Array.from({ length: 40 }, (_, place) => place),
          ...Array.from({ length: 500 }, () => Math.floor(random() * bytes.length)),
        ];
        for (const place of places) {
          const damaged = Buffer.from(bytes);
          damaged[place]! ^= 1 << Math.floor(random() * 8);
          const came = await attempt(damaged);
          expect({ place, came: came === 'damaged' ? whole : came }).toEqual({ place, came: whole });
        }
      }
    });

    test('noise in the middle is found, or does no harm', async () => {
      const random = seeded(5);
      for (const { bytes, whole } of packs) {
        for (let round = 0; round < 200; round += 1) {
          const damaged = Buffer.from(bytes);
          const from = 12 + Math.floor(random() * (bytes.length - 12));
          for (let at = from; at < Math.min(from + 16, bytes.length); at += 1) damaged[at] = Math.floor(random() * 256);
          const came = await attempt(damaged);
          expect(came === 'damaged' ? whole : came).toEqual(whole);
        }
      }
    });
  });
});

describe('packs made by hand', () => {
  const BLOB = Buffer.from('base content\n');

  function header(count: number, version = 2): Buffer {
    const bytes = Buffer.alloc(12);
    bytes.write('PACK');
    bytes.writeUInt32BE(version, 4);
    bytes.writeUInt32BE(count, 8);
    return bytes;
  }

  function entry(type: number, size: number, ...rest: readonly Buffer[]): Buffer {
    const head: number[] = [];
    let left = Math.floor(size / 16);
    head.push((type << 4) | (size & 15) | (left > 0 ? 0x80 : 0));
    while (left > 0) {
      head.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      left = Math.floor(left / 128);
    }
    return Buffer.concat([Buffer.from(head), ...rest]);
  }

  const blob = (content: Buffer, announced = content.length): Buffer => entry(3, announced, deflateSync(content));
  const ofsDelta = (distance: number, delta: Buffer): Buffer =>
    entry(6, delta.length, Buffer.from([distance]), deflateSync(delta));
  const refDelta = (base: string, delta: Buffer): Buffer =>
    entry(7, delta.length, Buffer.from(base, 'hex'), deflateSync(delta));

  function pack(...entries: readonly Buffer[]): Buffer {
    return sealed(Buffer.concat([header(entries.length), ...entries]));
  }

  function sealed(bytes: Buffer): Buffer {
    return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
  }

  const copy = (offset: number, size: number): readonly number[] => [0x91, offset, size];

  test('the empty pack holds nothing', async () => {
    expect((await decoded(emptyPack('sha1'))).size).toBe(0);
    expect(await countObjects(chunked(emptyPack('sha1')), LOCATION)).toBe(0);
    expect(await firstObjectType(chunked(emptyPack('sha1')), LOCATION)).toBeUndefined();
  });

  test('a delta that copies and inserts', async () => {
    const base = blob(BLOB);
    const delta = Buffer.from([BLOB.length, 8, ...copy(0, 5), 3, 0x61, 0x62, 0x63]);

    expect(
      [...(await decoded(pack(base, ofsDelta(base.length, delta)))).values()].map(({ content }) => String(content)),
    ).toEqual(['base content\n', 'base abc']);
  });

  test('a copy of size zero stands for 64 KiB', async () => {
    const large = Buffer.alloc(0x10000, 'x');
    const base = blob(large);
    const delta = Buffer.from([0x80, 0x80, 0x04, 0x80, 0x80, 0x04, 0x80]);
    const objects = await decoded(pack(base, refDelta('11'.repeat(20), delta))).catch(() => undefined);

    expect(objects).toBeUndefined();
    expect(summary(await decoded(pack(base)))).toEqual(
      summary(await decoded(pack(base, refDelta(idOf(large), delta)))),
    );
  });

  const idOf = (content: Buffer): string =>
    createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

  test('a base may come after what is made of it', async () => {
    const delta = Buffer.from([BLOB.length, 5, ...copy(0, 5)]);

    expect((await decoded(pack(refDelta(idOf(BLOB), delta), blob(BLOB)))).size).toBe(2);
  });

  test('deltas of which each comes before its base are as many steps as they are', async () => {
    const numbered = (number: number): Buffer => Buffer.from(String(number).padStart(6, '0'));
    const chain = (length: number): Buffer =>
      pack(
        ...Array.from({ length }, (_, index) => {
          const delta = Buffer.concat([Buffer.from([6, 6, 6]), numbered(length - index)]);
          return refDelta(idOf(numbered(length - index - 1)), delta);
        }),
        blob(numbered(0)),
      );
    const time = async (length: number): Promise<number> => {
      const [bytes, startedAt] = [chain(length), performance.now()];
      expect((await decoded(bytes)).size).toBe(length + 1);
      return performance.now() - startedAt;
    };
    await time(400);
    const short = await time(500);

    // Eight times as many: if each looked through all the others, it would take sixty-four times as long.
    expect(await time(4000)).toBeLessThan(32 * short);
  });

  test('an object that came twice is the base of those that point to either', async () => {
    const [base, delta] = [blob(BLOB), (size: number) => Buffer.from([BLOB.length, size, ...copy(0, size)])];
    const made = [ofsDelta(base.length, delta(5)), refDelta(idOf(BLOB), delta(6))];
    const objects = await decoded(pack(base, base, ...made));

    expect([...objects.values()].map(({ content }) => String(content)).sort()).toEqual([
      'base ',
      'base c',
      'base content\n',
    ]);
  });

  test.each<[string, Buffer]>([
    ['it is empty', Buffer.alloc(0)],
    ['it is no pack', sealed(Buffer.from('KCAP\0\0\0\x02\0\0\0\0'))],
    ['its header is cut off', header(0).subarray(0, 11)],
    ['it announces more than it holds', sealed(Buffer.concat([header(2), blob(BLOB)]))],
    ['it announces four billion objects', sealed(Buffer.concat([header(0xffffffff), blob(BLOB)]))],
    ['it announces less than it holds', sealed(Buffer.concat([header(1), blob(BLOB), blob(Buffer.from('other'))]))],
    ['its checksum is that of another', Buffer.concat([pack(blob(BLOB)).subarray(0, -1), Buffer.from([0])])],
    ['its version is not known', sealed(Buffer.concat([header(1, 9), blob(BLOB)]))],
    ['an object is smaller than announced', pack(blob(BLOB, BLOB.length + 1))],
    ['an object is larger than announced', pack(blob(BLOB, BLOB.length - 1))],
    ['an object inflates to far more than announced', pack(blob(Buffer.alloc(10_000_000), 10))],
    [
      'an object announces a size without end',
      sealed(Buffer.concat([header(1), Buffer.alloc(400, 0xff), Buffer.from([0])])),
    ],
    [
      'a size is so long that it is no number',
      sealed(Buffer.concat([header(1), Buffer.alloc(400, 0x80), Buffer.from([0])])),
    ],
    ['an object has no type', pack(entry(0, BLOB.length, deflateSync(BLOB)))],
    ['an object has the type that is reserved', pack(entry(5, BLOB.length, deflateSync(BLOB)))],
    ['an object cannot be inflated', pack(entry(3, 4, Buffer.from('nothing of that kind')))],
    ['a base lies before the pack', pack(ofsDelta(100, Buffer.from([13, 5, ...copy(0, 5)])))],
    ['a base lies between two objects', pack(blob(BLOB), ofsDelta(3, Buffer.from([13, 5, ...copy(0, 5)])))],
    ['a delta is its own base', pack(ofsDelta(0, Buffer.from([13, 5, ...copy(0, 5)])))],
    ['a base is not there', pack(refDelta('11'.repeat(20), Buffer.from([13, 5, ...copy(0, 5)])))],
    ['a delta was made for another size', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([12, 5, ...copy(0, 5)])))],
    ['a delta makes too much', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 4, ...copy(0, 5)])))],
    ['a delta makes too little', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 6, ...copy(0, 5)])))],
    ['a delta copies beyond its base', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 9, ...copy(9, 9)])))],
    ['a delta inserts beyond its end', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 9, 9, 0x61])))],
    ['a delta has an instruction of nothing', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 1, 0, 1, 0x61])))],
    ['a delta ends within its sizes', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 0x85])))],
    ['a delta ends within an instruction', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 5, 0x91, 0])))],
    [
      'a delta announces a size that is no number',
      pack(
        blob(BLOB),
        refDelta(
          idOf(BLOB),
          Buffer.concat([Buffer.from([13]), Buffer.alloc(400, 0x80), Buffer.from([0, ...copy(0, 5)])]),
        ),
      ),
    ],
  ])('is damaged where %s', async (_what, bytes) => {
    await expect(decoded(bytes)).rejects.toThrow(ProtocolError);
  });

  test('a damaged pack is told by the repository it came from', async () => {
    await expect(decoded(Buffer.alloc(0))).rejects.toThrow(/^https:\/\/host\.example\/x\.git: .*pack/);
  });

  test.each([
    ['an object announces more than 8 MiB', pack(blob(BLOB, 2 ** 31))],
    [
      'a delta announces more than 8 MiB',
      pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 0xff, 0xff, 0xff, 0x7f]))),
    ],
  ])('where %s, it is too large', async (_name, bytes) => {
    expect(await readObjects(chunked(bytes), { location: LOCATION, format: 'sha1' }, NO_LIMIT)).toBeUndefined();
  });

  test.each([
    ['objects', pack(blob(BLOB), blob(Buffer.from('another one')))],
    ['deltas', pack(blob(BLOB), refDelta(idOf(BLOB), Buffer.from([13, 5, ...copy(0, 5)])))],
  ])('a small pack may hold too much once it is inflated: %s', async (_name, bytes) => {
    const origin = { location: LOCATION, format: 'sha1' } as const;
    const whole = await readObjects(chunked(bytes), origin, NO_LIMIT);

    expect(whole?.size).toBe(2);
    expect(await readObjects(chunked(bytes), origin, { bytes: 1e9, content: BLOB.length + 4 })).toBeUndefined();
  });

  test('a pack over the limit is not read to its end', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer, void, undefined> {
      for (;;) {
        given += 1;
        yield Buffer.alloc(1000);
      }
    }

    expect(
      await readObjects(endless(), { location: LOCATION, format: 'sha1' }, { ...NO_LIMIT, bytes: 10_000 }),
    ).toBeUndefined();
    expect(given).toBe(11);
  });

  test.each([
    [1, 'commit'],
    [2, 'tree'],
    [3, 'blob'],
    [4, 'tag'],
    [6, undefined],
    [7, undefined],
  ])('the first object is of type %i: %s', async (type, expected) => {
    const bytes = sealed(Buffer.concat([header(1), entry(type, 3, Buffer.from('x'))]));

    expect(await firstObjectType(chunked(bytes), LOCATION)).toBe(expected);
    expect(await firstObjectType(chunked(bytes, 12), LOCATION)).toBe(expected);
  });

  test.each([0, 5, 11])('a header that is cut off after %i bytes is none', async (length) => {
    await expect(countObjects(chunked(header(1).subarray(0, length)), LOCATION)).rejects.toThrow(ProtocolError);
    await expect(firstObjectType(chunked(header(1).subarray(0, length)), LOCATION)).rejects.toThrow(ProtocolError);
  });

  test('a header of something else is none', async () => {
    await expect(countObjects(chunked(Buffer.from('<html></html>')), LOCATION)).rejects.toThrow(ProtocolError);
  });
});
