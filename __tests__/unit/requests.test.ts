import { describe, expect, test } from '@jest/globals';
import { Capabilities } from '../../src/protocol/wire/capabilities.js';
import { RemoteError } from '../../src/protocol/errors.js';
import { fetchAll } from '../../src/protocol/wire/fetch-v0.js';
import { PacketReader } from '../../src/protocol/wire/pkt-line.js';
import { push, type PushReport, type RefUpdate } from '../../src/protocol/wire/push.js';
import type { Answer, Body, RepositoryFolder, Transport } from '../../src/protocol/wire/transport.js';
import { SourceRepository } from '../../src/repositories/source.js';
import type { StagingSettings } from '../../src/repositories/stage-git.js';
import { HurriedClock } from '../clock.js';
import { TargetRepository } from '../../src/repositories/target.js';
import { UploadPack } from '../../src/repositories/upload-pack.js';
import { flush, message, pkt, serviceLine } from '../servers/pkt.js';

const ID = 'a'.repeat(40);
const LONG_ID = 'b'.repeat(64);
const broken = new RemoteError({ kind: 'silent', location: 'there', detail: 'the server sent nothing.' });

function answer(bytes: Buffer, end?: Error): Answer {
  const chunks = (async function* () {
    if (bytes.length > 0) yield bytes;
    if (end !== undefined) throw end;
  })();
  const packets = new PacketReader('there', chunks);
  const release = async () => {
    while ((await packets.next()) !== undefined);
  };
  return { packets, release, abort: () => undefined };
}

/** A server in ten lines: what it advertises, and what it answers to each request. */
function server(
  advertised: Buffer,
  reply: (body: string) => Answer,
  stateless = true,
): { transport: Transport; asked: string[] } {
  const asked: string[] = [];
  const request = async (_service: string, body: Body) => {
    const chunks: Buffer[] = [];
    for await (const chunk of Buffer.isBuffer(body) ? [body] : body) chunks.push(chunk);
    asked.push(Buffer.concat(chunks).toString('latin1'));
    return reply(asked.at(-1) ?? '');
  };
  const traffic = { requests: 0, bytesReceived: 0, bytesSent: 0 };
  const advertise = async () => answer(advertised);
  return {
    transport: {
      location: 'there',
      place: stateless ? 'http' : 'ssh',
      stateless,
      traffic,
      advertise,
      request,
      close: async () => undefined,
    },
    asked,
  };
}

/** The packets that name a capability. */
function named(body = ''): string[] {
  const words: string[] = [];
  for (let at = 0; ;) {
    const length = Number.parseInt(body.slice(at, at + 4), 16);
    if (!(length >= 4)) return words.filter((word) => /^(?:agent|object-format)=/.test(word));
    words.push(body.slice(at + 4, at + length));
    at += length;
  }
}

function advertisingV2(...capabilities: string[]): Buffer {
  return Buffer.concat([
    serviceLine('git-upload-pack'),
    message('version 2\n', ...capabilities.map((one) => `${one}\n`)),
  ]);
}

/** Lists and fetches, as git 2.25 answers: it gives up on a capability that it has not advertised. */
function answering(allowed: readonly string[], id = ID): (body: string) => Answer {
  return (body) => {
    const given = named(body).map((one) => one.split('=')[0] ?? '');
    if (!given.every((name) => allowed.includes(name))) return answer(Buffer.alloc(0));
    if (id.length === 64 && !body.includes('object-format=sha256')) return answer(Buffer.alloc(0));
    return answer(
      body.includes('command=fetch') ? message('packfile\n', '\u0001PACK') : message(`${id} refs/heads/main\n`),
    );
  };
}

const OLD = ['agent=git/2.25.1', 'ls-refs', 'fetch=shallow', 'server-option'];
const TODAY = ['agent=git/2.50.0', 'ls-refs=unborn', 'fetch=shallow filter', 'object-format=sha1'];
const SHA256 = ['agent=git/2.50.0', 'ls-refs=unborn', 'fetch=shallow filter', 'object-format=sha256'];
const NAMELESS = ['ls-refs', 'fetch'];

describe('a request of protocol v2 names only what was advertised', () => {
  test.each([
    ['git 2.25, over HTTP', OLD, true, [[], ['agent=us']]],
    ['git 2.25, over SSH and in a folder', OLD, false, [['agent=us'], ['agent=us']]],
    ['git of today, over HTTP', TODAY, true, [[], ['agent=us', 'object-format=sha1']]],
    ['git of today, over SSH', TODAY, false, Array.from({ length: 2 }, () => ['agent=us', 'object-format=sha1'])],
    ['a server without an agent', NAMELESS, false, [[], []]],
    [
      'SHA-256, over HTTP: it is asked again',
      SHA256,
      true,
      [[], ...Array.from({ length: 2 }, () => ['agent=us', 'object-format=sha256'])],
    ],
  ])('%s', async (_who, capabilities, stateless, expected) => {
    const id = capabilities === SHA256 ? LONG_ID : ID;
    const allowed = capabilities.map((one) => one.split('=')[0] ?? '');
    const { transport, asked } = server(advertisingV2(...capabilities), answering(allowed, id), stateless);
    const uploadPack = new UploadPack(transport, 'us');

    expect(await uploadPack.list(['refs/'])).toMatchObject({ refs: [{ name: 'refs/heads/main', id }], broken: [] });
    await uploadPack.fetch({ wants: [id], haves: [], done: true });

    expect(asked.map(named)).toEqual(expected);
  });

  test.each([
    ['git 2.25, over SSH: it would keep the filter', OLD, false, 'given up'],
    ['git 2.25, over HTTP', OLD, true, 'released'],
    ['git of today, over SSH', TODAY, false, 'released'],
  ])('an answer with a filter, of %s', async (_who, capabilities, stateless, expected) => {
    const seen: string[] = [];
    const replies = answering(capabilities.map((one) => one.split('=')[0] ?? ''));
    const reply = (body: string): Answer => ({
      ...replies(body),
      ...(body.includes('filter tree:0') ? { abort: () => void seen.push('given up') } : {}),
      release: async () => void seen.push('released'),
    });
    const { transport } = server(advertisingV2(...capabilities), reply, stateless);
    const uploadPack = new UploadPack(transport, 'us');
    await uploadPack.list(['refs/']);
    seen.length = 0;

    const { pack } = await uploadPack.fetch({ wants: [ID], haves: [], done: false, filter: 'tree:0' });
    for await (const _chunk of pack ?? []);

    expect(seen).toEqual([expected]);
  });

  test('to a target that is asked for details, and once more because it lists no HEAD', async () => {
    const { transport, asked } = server(advertisingV2(...OLD), answering(['agent']));

    expect((await new TargetRepository(transport, 'us', 1000).details()).symrefs.size).toBe(0);

    expect(asked.map(named)).toEqual([[], ['agent=us']]);
  });
});

describe('a request before protocol v2 names what was advertised, is understood and does no harm', () => {
  const words = (body = ''): string[] => /^.{4}want a+(.*)\n/.exec(body)?.[1]?.split(' ').slice(1) ?? [];
  const GIT =
    'multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative no-progress include-tag multi_ack_detailed no-done symref=HEAD:refs/heads/main object-format=sha1 agent=git/2.50.0';
  const DULWICH =
    'multi_ack_detailed multi_ack side-band-64k thin-pack ofs-delta no-progress include-tag shallow no-done filter object-format=sha1';
  const GO_GIT_5 = 'agent=go-git/5.x ofs-delta symref=HEAD:refs/heads/main';

  test.each([
    ['git', GIT, 'multi_ack_detailed side-band-64k thin-pack ofs-delta no-progress object-format=sha1 agent=us'],
    ['dulwich', DULWICH, 'multi_ack_detailed side-band-64k thin-pack ofs-delta no-progress object-format=sha1'],
    ['go-git 5', GO_GIT_5, 'ofs-delta agent=us'],
    ['a server that knows nothing', '', ''],
    ['a server of long ago', 'multi_ack side-band', 'multi_ack side-band'],
    ['words that nobody knows', 'side-band-65k ofs-deltas atomic push-cert=1 filter', ''],
  ])('to %s, for a fetch', async (_who, advertised, expected) => {
    const capabilities = Capabilities.of(advertised.split(' '));
    const bands = capabilities.has('side-band') || capabilities.has('side-band-64k');
    const reply = bands ? message('NAK\n', '\u0001PACK') : Buffer.concat([pkt('NAK\n'), Buffer.from('PACK')]);
    const { transport, asked } = server(Buffer.alloc(0), () => answer(reply));

    const pack = await fetchAll(transport, { agent: 'us', format: 'sha1', capabilities }, [ID, 'b'.repeat(40)]);
    const chunks: Buffer[] = [];
    for await (const chunk of pack) chunks.push(chunk);

    expect(words(asked[0]).join(' ')).toBe(expected);
    expect(asked[0]).toMatch(/\n0032want b+\n00000009done\n$/);
    expect(Buffer.concat(chunks).toString()).toBe('PACK');
  });

  test.each([
    ['ACK', message(`ACK ${ID}\n`)],
    ['nothing', Buffer.alloc(0)],
    ['a pack without a word', message('\u0001PACK')],
  ])('and %s in place of NAK is no answer', async (_what, reply) => {
    const { transport } = server(Buffer.alloc(0), () => answer(reply));
    const capabilities = Capabilities.of(['side-band-64k']);

    await expect(fetchAll(transport, { agent: 'us', format: 'sha1', capabilities }, [ID])).rejects.toThrow(
      /NAK belongs|ended in the middle/,
    );
  });

  test.each([
    [
      'git',
      'report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta push-options object-format=sha1 agent=git/2',
      'report-status-v2 side-band-64k quiet object-format=sha1 agent=us',
    ],
    [
      'dulwich',
      'report-status delete-refs quiet atomic ofs-delta side-band-64k no-done object-format=sha1',
      'report-status side-band-64k quiet object-format=sha1',
    ],
    [
      'go-git',
      'agent=go-git/6.x delete-refs no-thin ofs-delta push-options quiet report-status side-band-64k',
      'report-status side-band-64k quiet agent=us',
    ],
    ['a server that knows nothing', '', ''],
    ['words that nobody knows', 'report-status-v3 side-band atomic2 quieter', ''],
  ])('to %s, for a push', async (_who, advertised, expected) => {
    const { transport, asked } = server(Buffer.alloc(0), () => answer(Buffer.concat([pkt('unpack ok\n'), flush])));

    await push(transport, {
      updates: [{ ref: 'refs/heads/a', old: ID, new: ID }],
      capabilities: Capabilities.of(advertised.split(' ')),
      format: 'sha1',
      agent: 'us',
      pushOptions: [],
      pack: undefined,
      reportWithinMs: 1000,
      onText: () => undefined,
    }).catch(() => undefined);

    expect(/\0 ?(.*?)0000/.exec(asked[0] ?? '')?.[1]).toBe(expected);
  });
});

describe('the report on a push', () => {
  const update = (ref: string): RefUpdate => ({ ref, old: ID, new: ID });
  const report = message('unpack ok\n', 'ok refs/heads/a\n', 'ng refs/heads/b no\n');
  const banded = pkt(Buffer.concat([Buffer.from('\u0001'), report]));

  const inBand = (...lines: readonly string[]): Buffer =>
    Buffer.concat([pkt(Buffer.concat([Buffer.from('\u0001'), message(...lines)])), flush]);

  async function pushed(bytes: Buffer, end?: Error, refs = ['refs/heads/a', 'refs/heads/b']): Promise<PushReport> {
    const { transport } = server(Buffer.alloc(0), () => answer(bytes, end));
    const given = await push(transport, {
      updates: refs.map(update),
      capabilities: Capabilities.of(['report-status', 'side-band-64k']),
      format: 'sha1',
      agent: 'us',
      pushOptions: [],
      pack: undefined,
      reportWithinMs: 1000,
      onText: () => undefined,
    });
    if (given === undefined) throw new Error('no report');
    return given;
  }

  test('in good order is without trouble', async () => {
    expect((await pushed(Buffer.concat([banded, flush]))).trouble).toBeUndefined();
  });

  test.each([
    ['silence', banded, broken, /sent nothing/],
    ['the end of the connection', banded, undefined, /ended in the middle/],
    ['a broken connection after the last flush', Buffer.concat([banded, flush]), broken, /sent nothing/],
    ['garbage', Buffer.concat([banded, Buffer.from('zzzz')]), undefined, /zzzz/],
  ])('is kept whatever follows: %s', async (_what, bytes, end, says) => {
    const { unpack, statuses, trouble } = await pushed(bytes, end);

    expect([unpack, Object.fromEntries(statuses)]).toEqual([
      'ok',
      { 'refs/heads/a': { accepted: true }, 'refs/heads/b': { accepted: false, reason: 'no' } },
    ]);
    expect(trouble?.message).toMatch(says);
  });

  test.each([
    ['the server gives up behind it', Buffer.concat([banded, pkt('\u0003hook died')]), /hook died/],
    [
      'one ref was both done and refused',
      inBand('unpack ok\n', 'ng refs/heads/a no\n', 'ok refs/heads/a\n', 'ng refs/heads/b no\n'),
      /both .* no/,
    ],
    [
      'another ref was moved',
      inBand('unpack ok\n', 'ok refs/heads/a\n', 'option refname refs/heads/c\n', 'ng refs/heads/b no\n'),
      /moved refs\/heads\/c instead/,
    ],
    [
      'the ref got another object',
      inBand('unpack ok\n', 'ok refs/heads/a\n', `option new-oid ${'b'.repeat(40)}\n`, 'ng refs/heads/b no\n'),
      /to b{40} instead/,
    ],
    [
      'the ref had another object',
      inBand('unpack ok\n', 'ok refs/heads/a\n', `option old-oid ${'b'.repeat(40)}\n`, 'ng refs/heads/b no\n'),
      /from b{40} instead/,
    ],
  ])('leaves a ref in doubt where %s', async (_what, bytes, reason) => {
    const { statuses } = await pushed(bytes);

    expect(statuses.get('refs/heads/a')).toMatchObject({ accepted: false, isInDoubt: true });
    expect(JSON.stringify(statuses.get('refs/heads/a'))).toMatch(reason);
    expect(statuses.get('refs/heads/b')).toEqual({ accepted: false, reason: 'no' });
  });

  test('accepts a ref whose options say what was asked for', async () => {
    const options = ['option refname refs/heads/a\n', `option old-oid ${ID}\n`, `option new-oid ${ID}\n`];
    const { statuses } = await pushed(
      inBand('unpack ok\n', 'ok refs/heads/a\n', ...options, 'option forced-update\n', 'ok refs/heads/b\n'),
    );

    expect(Object.fromEntries(statuses)).toEqual({
      'refs/heads/a': { accepted: true },
      'refs/heads/b': { accepted: true },
    });
  });

  test('keeps nothing of refs that were not pushed, and accepts none where no objects were taken', async () => {
    const { statuses } = await pushed(
      inBand(
        'unpack index-pack died\n',
        'ok refs/heads/a\n',
        'ok refs/heads/c\n',
        'ng refs/heads/d x\n',
        'ng\n',
        'ng \n',
      ),
      undefined,
      ['refs/heads/a'],
    );

    expect(Object.fromEntries(statuses)).toEqual({
      'refs/heads/a': { accepted: false, reason: 'the objects were not taken' },
    });
  });

  test('is none without its own end', async () => {
    const endless = pkt(Buffer.concat([Buffer.from('\u0001'), pkt('unpack ok\n'), pkt('ok refs/heads/a\n')]));

    await expect(pushed(Buffer.concat([endless, flush]), undefined, ['refs/heads/a'])).rejects.toThrow(/in the middle/);
  });

  test('has no more lines than there can be', async () => {
    const lines = Array.from({ length: 100 }, () => 'ok refs/heads/a\n');

    await expect(pushed(inBand('unpack ok\n', ...lines), undefined, ['refs/heads/a'])).rejects.toThrow(
      /more than 8 lines for each ref/,
    );
  });

  test('is not believed before the last of the pack was given to the transport', async () => {
    async function* pack(): AsyncGenerator<Buffer, void, undefined> {
      yield Buffer.from('PACK');
      yield Buffer.from('more');
    }
    const asked = { updates: [update('refs/heads/a')], capabilities: Capabilities.of(['report-status']) };
    const rest = {
      format: 'sha1',
      agent: 'us',
      pushOptions: [],
      reportWithinMs: 1000,
      onText: () => undefined,
    } as const;
    const bytes = message('unpack ok\n', 'ok refs/heads/a\n');
    const reading = async (chunks: number): Promise<PushReport | undefined> => {
      const transport = {
        ...server(Buffer.alloc(0), () => answer(bytes)).transport,
        request: async (_service: string, body: AsyncIterable<Buffer>) => {
          const parts = body[Symbol.asyncIterator]();
          for (let read = 0; read < chunks; read += 1) await parts.next();
          return answer(bytes);
        },
      } as Transport;
      return push(transport, { ...asked, ...rest, pack: pack() });
    };

    expect((await reading(2))?.statuses.get('refs/heads/a')).toMatchObject({ accepted: false, isInDoubt: true });
    expect((await reading(3))?.statuses.get('refs/heads/a')).toEqual({ accepted: true });
  });

  test('is not kept where it lacks a ref', async () => {
    await expect(pushed(banded, broken, ['refs/heads/a', 'refs/heads/c'])).rejects.toBe(broken);
    await expect(pushed(Buffer.alloc(0), broken)).rejects.toBe(broken);
  });
});

describe('a folder whose git says nothing of a broken ref', () => {
  test.each([
    ['git 2.25: its files tell', ['agent=git/2.25.1'], ['refs/heads/b']],
    ['no word on which git it is', [], ['refs/heads/b']],
    ['git of today lists it', ['agent=git/2.39.5'], []],
  ])('%s', async (_which, capabilities, broken) => {
    const { transport } = server(advertisingV2(...capabilities, 'ls-refs'), answering(['agent'], ID), false);
    const loose = ['refs/heads/main', 'refs/heads/b'];
    const folder = { looseRefs: async () => loose } as unknown as RepositoryFolder;
    const clock = new HurriedClock();
    const settings = { clock, signal: new AbortController().signal } as unknown as StagingSettings;

    const snapshot = await new SourceRepository({ ...transport, folder }, 'us', settings).read();

    expect([...snapshot.refs.keys()]).toEqual(['refs/heads/main']);
    expect([...(snapshot.broken ?? [])]).toEqual(broken);
  });
});
