import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readAdvertisement, type Advertisement, type Listing } from '../../src/protocol/wire/advertisement.js';
import { ProtocolError, RemoteError } from '../../src/protocol/errors.js';
import { readRefs as readListing } from '../../src/protocol/wire/ls-refs.js';
import { DELIMITER_BYTES, FLUSH_BYTES, packet, PacketReader } from '../../src/protocol/wire/pkt-line.js';
import { git, isolatedGit, Scratch, TestRepository } from '../repositories/git.js';

const LOCATION = 'https://host.example/x.git';
const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(40)) as [string, string, string];
const ZERO = '0'.repeat(40);
const CAPABILITIES = 'ofs-delta agent=git/2.0';

async function* chunked(bytes: Buffer): AsyncGenerator<Buffer, void, undefined> {
  yield bytes;
}

async function read(...bytes: readonly Buffer[]): Promise<Advertisement> {
  return readAdvertisement(new PacketReader(LOCATION, chunked(Buffer.concat(bytes))), LOCATION);
}

const first = (line: string, capabilities = CAPABILITIES): Buffer => packet(`${line}\0${capabilities}\n`);

type RefAdvertisement = Extract<Advertisement, { version: 0 }>;

async function readRefs(...bytes: readonly Buffer[]): Promise<RefAdvertisement> {
  const advertisement = await read(...bytes);
  if (advertisement.version !== 0) throw new Error('a version without refs');
  return advertisement;
}

describe('protocol v0', () => {
  test('refs, the ids tags peel to, symbolic refs, what alternates hold', async () => {
    const advertisement = await readRefs(
      first(`${ONE} HEAD`, `symref=HEAD:refs/heads/main symref=refs/heads/a:refs/heads/b ${CAPABILITIES}`),
      packet(`${ONE} refs/heads/a\n`),
      packet(`${ONE} refs/heads/main`),
      packet(`${TWO} refs/tags/v1\n`),
      packet(`${ONE} refs/tags/v1^{}\n`),
      packet(`${THREE} .have\n`),
      FLUSH_BYTES,
    );

    expect(advertisement).toMatchObject({
      version: 0,
      refs: [
        { name: 'HEAD', id: ONE, symref: 'refs/heads/main' },
        { name: 'refs/heads/a', id: ONE, symref: 'refs/heads/b' },
        { name: 'refs/heads/main', id: ONE },
        { name: 'refs/tags/v1', id: TWO, peeled: ONE },
      ],
      extraHaves: [THREE],
      isShallow: false,
    });
    expect(advertisement.capabilities.has('ofs-delta')).toBe(true);
  });

  test('a service line may come first, as over HTTP', async () => {
    const refs = [first(`${ONE} refs/heads/main`), FLUSH_BYTES];

    expect(await read(packet('# service=git-receive-pack\n'), FLUSH_BYTES, ...refs)).toEqual(await read(...refs));
  });

  test('a version line may come first, as in v1', async () => {
    const refs = [first(`${ONE} refs/heads/main`), FLUSH_BYTES];

    expect(await read(packet('version 1\n'), ...refs)).toEqual(await read(...refs));
  });

  test.each([
    ['a line for capabilities alone', [first(`${'0'.repeat(40)} capabilities^{}`), FLUSH_BYTES]],
    ['a flush', [FLUSH_BYTES]],
    ['a service line and a flush', [packet('# service=git-upload-pack\n'), FLUSH_BYTES, FLUSH_BYTES]],
  ])('an empty repository says so by %s', async (_how, bytes) => {
    expect(await read(...bytes)).toMatchObject({ version: 0, refs: [], extraHaves: [] });
  });

  test('an alternate may come first', async () => {
    expect(await read(first(`${ONE} .have`), FLUSH_BYTES)).toMatchObject({ refs: [], extraHaves: [ONE] });
  });

  test('a shallow repository says so', async () => {
    expect(await read(first(`${ONE} refs/heads/main`), packet(`shallow ${TWO}\n`), FLUSH_BYTES)).toMatchObject({
      isShallow: true,
      refs: [{ name: 'refs/heads/main' }],
    });
  });

  test('ids have the length of the object format', async () => {
    const long = 'a'.repeat(64);

    expect(await read(first(`${long} refs/heads/main`, 'object-format=sha256'), FLUSH_BYTES)).toMatchObject({
      refs: [{ name: 'refs/heads/main', id: long }],
    });
    await expect(read(first(`${ONE} refs/heads/main`, 'object-format=sha256'), FLUSH_BYTES)).rejects.toThrow(
      ProtocolError,
    );
  });

  test('a broken ref, and a name that Git does not allow, are set apart', async () => {
    const advertisement = await readRefs(
      first(`${ZERO} refs/heads/broken`),
      packet(`${ONE} refs/heads/../../x\n`),
      packet(`${TWO} refs/heads/../../x^{}\n`),
      packet(`${ONE} refs/heads/a\u0007\n`),
      packet(`${ONE} refs/heads/main\n`),
      FLUSH_BYTES,
    );

    expect(advertisement).toMatchObject({
      refs: [{ name: 'refs/heads/main', id: ONE }],
      broken: ['refs/heads/broken', 'refs/heads/../../x', 'refs/heads/a\u0007'],
    });
  });

  test('names are bytes', async () => {
    const name = Buffer.concat([Buffer.from(`${ONE} refs/heads/`), Buffer.from([0xe9, 0x21]), Buffer.from(`\0x\n`)]);

    expect(await read(packet(name), FLUSH_BYTES)).toMatchObject({ refs: [{ name: 'refs/heads/\udce9!' }] });
  });

  test.each<[string, readonly Buffer[]]>([
    ['the first ref has no capabilities', [packet(`${ONE} refs/heads/main\n`), FLUSH_BYTES]],
    ['an id is too short', [first(`${ONE.slice(1)} refs/heads/main`), FLUSH_BYTES]],
    ['an id is in upper case', [first(`${'A'.repeat(40)} refs/heads/main`), FLUSH_BYTES]],
    ['there is no name', [first(ONE), FLUSH_BYTES]],
    ['the name is empty', [first(`${ONE} `), FLUSH_BYTES]],
    ['the name is too long', [first(`${ONE} refs/heads/${'a'.repeat(5000)}`), FLUSH_BYTES]],
    ['a broken ref comes twice', [first(`${ZERO} refs/heads/a`), packet(`${TWO} refs/heads/a\n`), FLUSH_BYTES]],
    ['a broken ref comes again', [first(`${ONE} refs/heads/a`), packet(`${ZERO} refs/heads/a\n`), FLUSH_BYTES]],
    ['a name that is none is peeled', [first(`${ONE} refs/heads/a`), packet(`${ONE} a..b^{}\n`), FLUSH_BYTES]],
    [
      'more than 1,000 refs are broken',
      [
        first(`${ONE} refs/heads/a`),
        ...Array.from({ length: 1001 }, (_none, number) => packet(`${ZERO} refs/heads/${number}\n`)),
        FLUSH_BYTES,
      ],
    ],
    ['a ref comes twice', [first(`${ONE} refs/heads/a`), packet(`${TWO} refs/heads/a\n`), FLUSH_BYTES]],
    ['the object format is not known', [first(`${ONE} refs/heads/a`, 'object-format=md5'), FLUSH_BYTES]],
    ['it begins with a delimiter', [DELIMITER_BYTES, FLUSH_BYTES]],
    ['a delimiter stands among the refs', [first(`${ONE} refs/heads/a`), DELIMITER_BYTES, FLUSH_BYTES]],
    [
      'no flush follows the service line',
      [packet('# service=git-upload-pack\n'), first(`${ONE} refs/heads/a`), FLUSH_BYTES],
    ],
    ['the version is not known', [packet('version 3\n'), FLUSH_BYTES]],
    ['it is a web page', [Buffer.from('<!DOCTYPE html><html></html>')]],
  ])('is none where %s', async (_what, bytes) => {
    await expect(read(...bytes)).rejects.toThrow(ProtocolError);
  });

  test.each<[string, readonly Buffer[]]>([
    ['before it began', []],
    ['after the service line', [packet('# service=git-upload-pack\n')]],
    ['after the service line and its flush', [packet('# service=git-upload-pack\n'), FLUSH_BYTES]],
    ['after a version line', [packet('version 1\n')]],
    ['among the refs', [first(`${ONE} refs/heads/main`)]],
    ['within a line', [first(`${ONE} refs/heads/main`).subarray(0, 30)]],
    ['among the capabilities of v2', [packet('version 2\n'), packet('fetch\n')]],
  ])('is not taken for one where it is cut off %s', async (_where, bytes) => {
    await expect(read(...bytes)).rejects.toMatchObject({ kind: 'interrupted' });
  });

  test('an ERR packet is the word of the server', async () => {
    await expect(read(packet('ERR no such repository'))).rejects.toThrow(RemoteError);
  });
});

describe('protocol v2', () => {
  test('tells capabilities alone', async () => {
    const advertisement = await read(
      packet('version 2\n'),
      packet('agent=git/2.39\n'),
      packet('ls-refs=unborn\n'),
      packet('fetch=shallow filter\n'),
      packet('object-format=sha256\n'),
      FLUSH_BYTES,
    );

    expect(advertisement.version).toBe(2);
    expect(advertisement.capabilities.hasFeature('fetch', 'filter')).toBe(true);
    expect(advertisement.capabilities.objectFormat('x')).toBe('sha256');
  });

  test.each<[string, readonly Buffer[]]>([
    ['a delimiter stands among the capabilities', [packet('version 2\n'), DELIMITER_BYTES, FLUSH_BYTES]],
    [
      'there is no end to the capabilities',
      [packet('version 2\n'), ...Array.from({ length: 1001 }, () => packet('x')), FLUSH_BYTES],
    ],
  ])('is none where %s', async (_what, bytes) => {
    await expect(read(...bytes)).rejects.toThrow(ProtocolError);
  });
});

describe('the refs of protocol v2', () => {
  const list = async (...lines: readonly string[]): Promise<Listing> => {
    const bytes = Buffer.concat([...lines.map((line) => packet(`${line}\n`)), FLUSH_BYTES]);
    const packets = new PacketReader(LOCATION, chunked(bytes));
    return readListing({ packets, release: async () => undefined, abort: () => undefined }, 'sha1', LOCATION);
  };

  test('a broken ref, and a name that Git does not allow, are set apart', async () => {
    expect(
      await list(
        `${ONE} HEAD symref-target:refs/heads/main`,
        `${ZERO} refs/heads/broken`,
        `${ONE} refs/heads/a..b peeled:${TWO}`,
        `${ONE} refs/heads/main`,
        `${ZERO} refs/heads/main copy 2`,
        `${ZERO} refs/heads/nowhere symref-target:refs/heads/gone`,
      ),
    ).toEqual({
      refs: [
        { name: 'HEAD', id: ONE, symref: 'refs/heads/main' },
        { name: 'refs/heads/main', id: ONE },
        { name: 'refs/heads/nowhere', id: ZERO, symref: 'refs/heads/gone' },
      ],
      isUnborn: false,
      broken: ['refs/heads/broken', 'refs/heads/a..b', 'refs/heads/main copy 2'],
    });
  });

  test('not more than 1000 broken ones', async () => {
    const broken = Array.from({ length: 1001 }, (_none, number) => `${ZERO} refs/heads/${number}`);

    expect((await list(...broken.slice(1))).broken).toHaveLength(1000);
    await expect(list(...broken)).rejects.toThrow('more than 1,000 refs are broken');
  });

  test.each([
    ['a broken ref comes twice', `${ZERO} refs/heads/a`, `${ONE} refs/heads/a`],
    ['a broken ref comes again', `${ONE} refs/heads/a`, `${ZERO} refs/heads/a`],
    ['there is no name', ZERO],
  ])('are none where %s', async (_what, ...lines) => {
    await expect(list(...lines)).rejects.toThrow(ProtocolError);
  });
});

describe("git's own", () => {
  let scratch: Scratch;
  let repository: TestRepository;

  beforeAll(() => {
    scratch = new Scratch();
    repository = TestRepository.create(scratch.join('x.git'));
    const tip = repository.commits(3);
    repository.set({
      'refs/heads/main': tip,
      'refs/heads/topic': repository.commit([tip]),
      'refs/tags/v1': repository.tagObject('v1', tip),
      'refs/tags/light': tip,
    });
    repository.symref('refs/heads/alias', 'refs/heads/main');
  });

  afterAll(() => scratch.remove());

  function advertised(service: 'upload-pack' | 'receive-pack', path: string, protocol = ''): Buffer {
    return execFileSync('git', [service, '--http-backend-info-refs', path], {
      env: { ...isolatedGit(), ...(protocol === '' ? {} : { GIT_PROTOCOL: protocol }) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  test.each(['', 'version=1'])('upload-pack with the protocol "%s"', async (protocol) => {
    const { refs, isShallow } = await readRefs(advertised('upload-pack', repository.path, protocol));

    expect(
      Object.fromEntries(refs.filter(({ symref }) => symref === undefined).map(({ name, id }) => [name, id])),
    ).toMatchObject(repository.refs());
    expect(refs.find(({ name }) => name === 'refs/tags/v1')?.peeled).toBe(repository.refs()['refs/heads/main']);
    expect(refs.find(({ name }) => name === 'HEAD')?.symref).toBe('refs/heads/main');
    expect(isShallow).toBe(false);
  });

  test('upload-pack with protocol v2', async () => {
    const advertisement = await read(advertised('upload-pack', repository.path, 'version=2'));

    expect(advertisement.version).toBe(2);
    expect(advertisement.capabilities.hasFeature('fetch', 'shallow')).toBe(true);
  });

  test('receive-pack', async () => {
    const { refs, capabilities } = await readRefs(advertised('receive-pack', repository.path));

    expect(refs.map(({ name }) => name)).toEqual([
      'refs/heads/alias',
      'refs/heads/main',
      'refs/heads/topic',
      'refs/tags/light',
      'refs/tags/v1',
    ]);
    expect(capabilities.has('report-status-v2')).toBe(true);
  });

  test.each(['upload-pack', 'receive-pack'] as const)('%s of an empty repository', async (service) => {
    const empty = TestRepository.create(scratch.join(`empty-${service}.git`));

    expect(await readRefs(advertised(service, empty.path))).toMatchObject({
      refs: [],
      extraHaves: [],
      isShallow: false,
    });
  });

  test('receive-pack of a repository with an alternate', async () => {
    git(scratch.path, ['clone', '--quiet', '--bare', '--shared', repository.path, 'borrower.git']);
    const borrower = TestRepository.at(scratch.join('borrower.git'));
    borrower.set(Object.fromEntries(Object.keys(borrower.refs()).map((ref) => [ref, null])));
    const { extraHaves } = await readRefs(advertised('receive-pack', borrower.path));

    expect(extraHaves).toContain(repository.refs()['refs/heads/main']);
  });

  test('upload-pack of a shallow repository', async () => {
    git(scratch.path, ['clone', '--quiet', '--bare', '--depth=1', `file://${repository.path}`, 'shallow.git']);

    expect((await readRefs(advertised('upload-pack', scratch.join('shallow.git')))).isShallow).toBe(true);
  });

  test('upload-pack of a repository with sha256', async () => {
    const other = TestRepository.create(scratch.join('sha256.git'), { format: 'sha256' });
    other.set({ 'refs/heads/main': other.commit() });
    const { refs } = await readRefs(advertised('upload-pack', other.path));

    expect(refs).toContainEqual({ name: 'refs/heads/main', id: other.refs()['refs/heads/main'] });
  });
});
