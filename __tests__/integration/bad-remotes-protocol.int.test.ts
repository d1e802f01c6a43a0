import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { expectFailed, expectHarmless, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { TestRepository } from '../repositories/git.js';
import { run, type Run } from '../run.js';
import {
  advertisement,
  advertising,
  cutAfter,
  endAfter,
  instead,
  neverEnding,
  packs,
  pushes,
  refs,
  silent,
  type End,
  type Intercept,
} from '../servers/faults.js';
import { flush, message, pkt, serviceLine } from '../servers/pkt.js';

const ENDS: readonly End[] = ['source', 'target'];
const SERVICES = { source: 'git-upload-pack', target: 'git-receive-pack' } as const;
const ID = 'a'.repeat(40);
const BREAKS = /the server's answer breaks Git's protocol: /;
const CHECK_URL = /Check that the URL is that of a Git repository/;
/** What to do where the server's own words are all that is known. */
const ADVICE = / (?:Ask|Check|Do|Follow|Look|See)\b.*\.$/;
const MEBIBYTE = 1024 * 1024;

/** The advertisement of a server before protocol v2, with these lines after the one that carries capabilities. */
function refAdvertisement(end: End, ...lines: readonly (string | Buffer)[]): Buffer {
  const capable = `${ID} refs/heads/main\0report-status side-band-64k ofs-delta\n`;
  return Buffer.concat([serviceLine(SERVICES[end]), message(capable, ...lines)]);
}

/** Advertises the same lines over and over, for as long as the client listens. */
function endless(end: End, beginning: Buffer, line: string): Intercept {
  return (_request, response, seen) => {
    if (!advertisement(end)(seen)) return false;
    response.writeHead(200, { 'Content-Type': `application/x-${SERVICES[end]}-advertisement` });
    const lines = Buffer.concat(Array.from({ length: 20 }, () => pkt(line)));
    const stream = function* (): Generator<Buffer> {
      yield beginning;
      for (;;) yield lines;
    };
    Readable.from(stream())
      .on('error', () => undefined)
      .pipe(response);
    return true;
  };
}

describe('a remote that does not keep to the protocol', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  async function mirror(given: Parameters<typeof run>[2] = {}): Promise<Run> {
    return run(pair.url('source'), pair.url('target'), given);
  }

  function expectBroken(failed: Run, end: End, what: RegExp): void {
    expectFailed(pair, failed, { what: BREAKS, where: pair.url(end), remedy: CHECK_URL });
    expect(failed.report.last_error).toMatch(what);
    expect(failed.report.last_error?.length).toBeLessThan(1000);
    expect(pair.pushes).toBe(0);
  }

  describe.each(ENDS)('in what the %s advertises', (end) => {
    test.each([
      ['digits that are none', 'zzzz', /"zzzz" stands where the length of a packet belongs/],
      ['escape codes for digits', '\u001b[2J', /"\\x1b\[2J" stands where/],
      ['a length of 3', '0003', /a packet of 3 bytes is announced/],
      ['a length just too long', 'fff1', /a packet of 65521 bytes is announced/],
      ['the greatest length', 'ffff', /a packet of 65535 bytes is announced/],
    ])('a packet with %s', async (_what, length, says) => {
      const bytes = Buffer.concat([serviceLine(SERVICES[end]), Buffer.from(`${length}${ID}`)]);
      pair.server.behaviour.intercept = advertising(end, bytes);

      expectBroken(await mirror(), end, says);
    });

    test('an end in the middle of a packet: asked three times in all', async () => {
      const bytes = Buffer.concat([serviceLine(SERVICES[end]), Buffer.from(`00ff${ID}`)]);
      pair.server.behaviour.intercept = advertising(end, bytes);

      const failed = await mirror();

      const what = /ended in the middle of the answer/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /Run the mirror again/ });
      expect(pair.server.requests.filter(advertisement(end))).toHaveLength(3);
    }, 15_000);

    test('a ref twice', async () => {
      pair.server.behaviour.intercept = advertising(end, refAdvertisement(end, `${ID} refs/heads/main\n`));

      expectBroken(await mirror(), end, /the ref "refs\/heads\/main" is advertised twice/);
    });

    test('a ref name of 60,000 bytes', async () => {
      const name = `refs/heads/${'a'.repeat(60_000)}`;
      pair.server.behaviour.intercept = advertising(end, refAdvertisement(end, `${ID} ${name}\n`));

      expectBroken(await mirror(), end, /a line of the refs is longer than 12 KiB/);
    });

    test.each(['', 'a'.repeat(39), 'A'.repeat(40), 'g'.repeat(40), 'a'.repeat(64)])(
      'the object id "%s"',
      async (id) => {
        pair.server.behaviour.intercept = advertising(end, refAdvertisement(end, `${id} refs/heads/other\n`));

        expectBroken(await mirror(), end, /is no sha1 object id/);
      },
    );

    test('an object format that nobody knows', async () => {
      const line = `${ID} refs/heads/main\0report-status object-format=md5\n`;
      pair.server.behaviour.intercept = advertising(end, Buffer.concat([serviceLine(SERVICES[end]), message(line)]));

      expectBroken(await mirror(), end, /unknown object format "md5"/);
    });

    test('an error packet: its text is passed on, made harmless', async () => {
      const text = 'ERR \u001b[2Jno entry\n::error::gotcha\r\n##[error]gotcha\u202e';
      pair.server.behaviour.intercept = advertising(end, Buffer.concat([serviceLine(SERVICES[end]), pkt(text)]));

      const failed = await mirror();

      const what = /the server says: "?\\x1b\[2Jno entry\\x0a::error::gotcha\\x0d\\x0a##\[error\]gotcha\\u\{202e\}/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: ADVICE });
    });
  });

  test('lines without end', async () => {
    const beginning = Buffer.concat([
      serviceLine('git-receive-pack'),
      pkt(`${ID} refs/heads/main\0report-status side-band-64k\n`),
    ]);
    pair.server.behaviour.intercept = endless('target', beginning, `shallow ${'a'.repeat(65_000)}\n`);

    expectBroken(await mirror(), 'target', /a line of the refs is longer than 12 KiB/);
  }, 60_000);

  test('capabilities without end', async () => {
    const beginning = Buffer.concat([serviceLine('git-upload-pack'), pkt('version 2\n')]);
    pair.server.behaviour.intercept = endless('source', beginning, 'capability\n');

    expectBroken(await mirror(), 'source', /more than 1,000 capabilities are advertised/);
  });

  test.each([
    [
      'a ref twice',
      message(`${ID} refs/heads/main\n`, `${ID} refs/heads/main\n`),
      /"refs\/heads\/main" is listed twice/,
    ],
    ['a symbolic ref to nowhere', message(`${ID} refs/heads/a symref-target:..\n`), /"\.\." is no valid ref name/],
    ['no name', message(`${ID}\n`), /"" is no valid ref name/],
    [
      'a delimiter',
      Buffer.concat([pkt(`${ID} refs/heads/main\n`), Buffer.from('0001'), flush]),
      /a delimiter stands among/,
    ],
  ])('a list of refs with %s', async (_what, bytes, says) => {
    pair.server.behaviour.alter = instead(refs, bytes);

    expectBroken(await mirror(), 'source', says);
  });

  const ZERO = '0'.repeat(40);
  const ODD_NAMES = ['a..b', '../../config', 'a.lock', 'a b', '-\u001b[31m'].map((name) => `refs/heads/${name}`);

  test('broken refs of the source are named, and neither deleted nor overwritten on the target', async () => {
    const { old, source, target } = pair;
    const main = source.refs()['refs/heads/main'] ?? '';
    target.set({ 'refs/heads/feature': old, 'refs/tags/v1': old });
    const broken = ['refs/heads/feature', ...ODD_NAMES].map((name) => `${ZERO} ${name}\n`);
    const head = [`${main} HEAD symref-target:refs/heads/main\n`, `${main} refs/heads/main\n`];
    pair.server.behaviour.alter = instead(refs, message(...head, ...broken));

    const done = await mirror({ prune: 'always' });

    expect(done.outcomes).toEqual({
      'refs/heads/feature': 'kept',
      'refs/heads/main': 'updated',
      'refs/tags/v1': 'deleted',
    });
    expect(done.report.refs[0]).toMatchObject({ code: 'broken-on-source' });
    expect(done.report).toMatchObject({ update_status: 'finished' });
    expect(done.report.notices).toEqual([
      'The source has 6 broken refs (refs/heads/feature, refs/heads/a..b, refs/heads/../../config, refs/heads/a.lock, refs/heads/a b, refs/heads/-\\x1b[31m): ' +
        'refs of such a name are neither pushed nor deleted. Repair or delete them on the source.',
    ]);
    expect(target.refs()).toEqual({ 'refs/heads/feature': old, 'refs/heads/main': main });
  });

  test('a broken ref of the target is named, and not overwritten', async () => {
    const { old, source } = pair;
    const lines = [`${ZERO} refs/heads/feature\n`, ...ODD_NAMES.map((name) => `${old} ${name}\n`)];
    const capable = `${old} refs/heads/main\0report-status side-band-64k ofs-delta\n`;
    const bytes = Buffer.concat([serviceLine('git-receive-pack'), message(capable, ...lines)]);
    pair.server.behaviour.intercept = advertising('target', bytes);

    const done = await mirror();

    expect(done.outcomes).toEqual({
      'refs/heads/feature': 'rejected',
      'refs/heads/main': 'updated',
      'refs/tags/v1': 'created',
    });
    expect(done.report.refs[0]).toMatchObject({
      message: 'the target has a broken ref of this name: repair or delete it there',
      code: 'broken-on-target',
    });
    expect(done.report).toMatchObject({ update_status: 'failed' });
    expect(done.report.notices).toEqual([
      expect.stringMatching(/^The target has 6 broken refs \(refs\/heads\/feature, /),
    ]);
    expect(pair.target.refs()).toMatchObject({ 'refs/heads/main': source.refs()['refs/heads/main'] });
  });

  test('an error packet in the place of the refs', async () => {
    pair.server.behaviour.alter = instead(refs, pkt('ERR out of order\u0007'));

    const failed = await mirror();

    const what = /the server says: "?out of order\\x07/;
    expectFailed(pair, failed, { what, where: pair.url('source'), remedy: ADVICE });
  });

  describe.each([
    ['that is sent as a whole', 0],
    ['that is streamed', 3 * MEBIBYTE],
  ])('in a pack %s', (_kind, bytes) => {
    beforeEach(() => {
      if (bytes > 0) pair.grow(bytes);
    });

    const half = Math.max(60, bytes / 2);

    test('the connection is cut half-way: tried three times, then given up', async () => {
      pair.server.behaviour.alter = cutAfter(half, packs);

      const failed = await mirror({ branches: ['main'], tags: ['!*'] });

      const remedy = /Run the mirror again; if it happens every time, look for a size or time limit/;
      expectFailed(pair, failed, { what: /the connection (?:broke|ended)/, where: pair.url('source'), remedy });
      expect(failed.report.refs.filter(({ outcome }) => outcome !== 'rejected')).toEqual([]);
      expect(pair.pushes).toBe(bytes > 0 ? 3 : 0);
    }, 30_000);

    test('the answer ends half-way in good order: never taken for the whole', async () => {
      pair.server.behaviour.alter = endAfter(half, packs);

      const failed = await mirror({ branches: ['main'], tags: ['!*'] });

      const remedy = /Run the mirror again; if it happens every time, look for a size or time limit/;
      const what = /the connection ended in the middle of the answer/;
      expectFailed(pair, failed, { what, where: pair.url('source'), remedy });
      expect(pair.pushes).toBe(bytes > 0 ? 3 : 0);
    }, 30_000);

    test('the source goes silent half-way', async () => {
      pair.server.behaviour.intercept = neverEnding(packs);
      pair.server.behaviour.alter = endAfter(half, packs);

      const failed = await mirror({ timeout: '3', lfs: 'never' });

      const what = /the server sent nothing for 3 seconds/;
      expectFailed(pair, failed, { what, where: pair.url('source'), remedy: /raise `timeout`/ });
      expect(pair.server.requests.filter(packs)).not.toEqual([]);
      expect(pair.pushes).toBe(bytes > 0 ? 1 : 0);
    }, 15_000);
  });

  test('a pack that ends between two packets is not taken for a whole one', async () => {
    const beginning = pkt(Buffer.concat([Buffer.from('\u0001PACK'), Buffer.from([0, 0, 0, 2, 0, 0, 0, 3])]));
    pair.server.behaviour.alter = instead(packs, Buffer.concat([pkt('packfile\n'), beginning]));

    const failed = await mirror();

    const what = /the connection ended in the middle of the answer/;
    expectFailed(pair, failed, { what, where: pair.url('source'), remedy: /Run the mirror again/ });
    expect(pair.pushes).toBe(0);
  }, 15_000);

  test('a pack that is cut once, and whole when it is asked for again', async () => {
    let cuts = 0;
    pair.server.behaviour.alter = (chunk, seen) => (packs(seen) && (cuts += 1) === 1 ? null : chunk);

    expectMirrored(pair, await mirror());

    expect(cuts).toBeGreaterThan(1);
  }, 15_000);

  test.each([
    ['a band that there is none of', message('packfile\n', '\u0007garbage'), /band 7 is used, there are 1 to 3/],
    ['an empty packet', Buffer.concat([pkt('packfile\n'), Buffer.from('0004')]), /band none is used/],
    [
      'a delimiter',
      Buffer.concat([pkt('packfile\n'), Buffer.from('0001')]),
      /a delimiter stands in a multiplexed stream/,
    ],
    ['a section that nobody knows', message('wanted\u001b[m\n'), /the section "wanted\\x1b\[m" of the answer/],
    ['no section', flush, /a section of the answer has no heading/],
  ])('in the place of a pack %s', async (_what, bytes, says) => {
    pair.server.behaviour.alter = instead(packs, bytes);

    expectBroken(await mirror(), 'source', says);
  });

  test('a source that gives up in the middle of a pack, and says why', async () => {
    const said = Buffer.concat([
      pkt('packfile\n'),
      pkt('\u0001PACK'),
      pkt('\u0003disk on fire\u001b[31m\n::error::gotcha\n'),
    ]);
    pair.server.behaviour.alter = instead(packs, said);

    const failed = await mirror();

    const what = /the server says: "?disk on fire\\x1b\[31m\\x0a::error::gotcha/;
    expectFailed(pair, failed, { what, where: pair.url('source'), remedy: ADVICE });
  });

  test('a pack that is damaged on its way is refused by the target, ref by ref, and nothing moves', async () => {
    pair.server.behaviour.alter = (chunk, seen) => {
      const at = packs(seen) ? chunk.indexOf('PACK') : -1;
      if (at >= 0) chunk.write('pack', at);
      return chunk;
    };

    const { report, outcomes, lines } = await mirror({ lfs: 'never' });

    expect(report.update_status).toBe('failed');
    expect(outcomes).toEqual({
      'refs/heads/feature': 'rejected',
      'refs/heads/main': 'rejected',
      'refs/tags/v1': 'rejected',
    });
    expect(report.refs.map(({ message }) => message).join()).toMatch(/unpack/);
    expect(pair.target.refs()).toEqual(pair.before);
    expect(pair.target.fsck()).toBe('');
    expectHarmless({ lines });
  }, 15_000);

  describe.each(ENDS)('silence at the %s', (end) => {
    test('in the place of an advertisement', async () => {
      pair.server.behaviour.intercept = silent(advertisement(end));

      const failed = await mirror({ timeout: '1' });

      const what = /the server sent nothing for 1 seconds/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /Try again later, or raise `timeout`/ });
    }, 10_000);

    test('in the middle of an advertisement', async () => {
      pair.server.behaviour.intercept = neverEnding(advertisement(end));
      pair.server.behaviour.alter = endAfter(50, advertisement(end));

      const failed = await mirror({ timeout: '1' });

      const what = /the server sent nothing for 1 seconds/;
      expectFailed(pair, failed, { what, where: pair.url(end), remedy: /Try again later, or raise `timeout`/ });
    }, 10_000);
  });

  test.each([
    ['after a push', 0],
    ['after a long push', 3 * MEBIBYTE],
  ])(
    'silence at the target %s',
    async (_when, bytes) => {
      if (bytes > 0) pair.grow(bytes);
      pair.server.behaviour.intercept = silent(pushes);

      const failed = await mirror({ timeout: '1' });

      const what = /the server sent nothing for 1 seconds/;
      expectFailed(pair, failed, { what, where: pair.url('target'), remedy: /Try again later, or raise `timeout`/ });
      expect(pair.pushes).toBeLessThanOrEqual(6);
      expect(failed.report.refs.map(({ message }) => message).join()).toMatch(
        /the push of this ref fails at the target, even where it is pushed alone/,
      );
    },
    30_000,
  );

  test('a target that stops reading in the middle of a push', async () => {
    pair.grow(16 * MEBIBYTE);
    pair.server.behaviour.config.push('pack.compression=0');
    pair.server.behaviour.intercept = (request, _response, seen) => {
      if (pushes(seen)) request.pause();
      return pushes(seen);
    };

    const failed = await mirror({ timeout: '3' });

    const what = /the server sent nothing for 3 seconds/;
    expectFailed(pair, failed, { what, where: pair.url('target'), remedy: /Try again later, or raise `timeout`/ });
    expect(failed.report.transfer.bytes_sent).toBeLessThan(16 * MEBIBYTE);
  }, 20_000);

  test.each([
    ['sha256', 'sha1'],
    ['sha1', 'sha256'],
  ] as const)('a source of %s objects and a target of %s objects', async (one, other) => {
    const source = TestRepository.create(pair.scratch.join('one.git'), { format: one });
    TestRepository.create(pair.scratch.join('other.git'), { format: other });
    source.set({ 'refs/heads/main': source.commits(2) });

    const failed = await run(pair.server.url('one.git'), pair.server.url('other.git'));

    expectFailed(pair, failed, {
      what: new RegExp(`the target names its objects by ${other}, the source by ${one}`),
      where: pair.server.url('other.git'),
      remedy: new RegExp(`git init --bare --object-format=${one}`),
    });
    expect(pair.server.asked.filter((line) => line.endsWith('git-receive-pack'))).toEqual([]);
  });

  test.each([true, false])('a source that is a shallow clone, with protocol v2: %s', async (protocolV2) => {
    pair.source.git([
      'clone',
      '--quiet',
      '--bare',
      '--depth=1',
      `file://${pair.source.path}`,
      pair.scratch.join('shallow.git'),
    ]);
    pair.server.behaviour.protocolV2 = protocolV2;
    const url = pair.server.url('shallow.git');

    const failed = await run(url, pair.url('target'));

    const what = /the source is a shallow clone, so parts of the history are missing/;
    expectFailed(pair, failed, { what, where: url, remedy: /git fetch --unshallow.*fetch-depth: 0/ });
    expect(pair.pushes).toBe(0);
  });
});
