import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expectFailed, expectHarmless, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { run, runBundle, type Run } from '../run.js';
import {
  advertisement,
  advertising,
  answering,
  cutAfter,
  cutting,
  endAfter,
  firstOf,
  instead,
  pushes,
} from '../servers/faults.js';
import { message, pkt, serviceLine } from '../servers/pkt.js';

const MEBIBYTE = 1024 * 1024;
const CREATED = ['refs/heads/feature', 'refs/tags/v1'];

/** A report on a push, in the band in which it comes. */
function banded(report: Buffer): Buffer {
  return message(Buffer.concat([Buffer.from('\u0001'), report]));
}

/** A push of three refs, and those of its parts. */
const MOST_PUSHES_IN_PARTS = 6;

describe('a target that fails a push', () => {
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

  /** Puts a hook into the target that says something to the user before it ends. */
  function hook(name: string, script: string): void {
    mkdirSync(pair.scratch.join('target.git', 'hooks'), { recursive: true });
    writeFileSync(pair.scratch.join('target.git', 'hooks', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  const SIZES = [
    ['a push that is sent as a whole', 0],
    ['a push that is streamed', 3 * MEBIBYTE],
  ] as const;

  test('names the session, by which its operator finds the push', async () => {
    pair.server.behaviour.config = ['transfer.advertiseSID=true'];
    pair.server.behaviour.intercept = answering(pushes, 500);

    const { report } = await mirror();

    expect(report.last_error).toMatch(/answers with HTTP status 500\..* The server's session id is [\w.-]{10,100}\. /);
  });

  describe.each(SIZES)('%s', (_kind, bytes) => {
    beforeEach(() => {
      if (bytes > 0) pair.grow(bytes);
    });

    test.each([
      [500, /answers with HTTP status 500/, /ask the operator/],
      [413, /refuses a push of this size \(HTTP 413\)/, /client_max_body_size.*SSH/],
      [403, /lets nobody write to this repository without a sign-in, .*\(HTTP 403\)/, /Set PUSH_MIRROR_TARGET_TOKEN/],
      [401, /requires a sign-in \(HTTP 401\)/, /Set PUSH_MIRROR_TARGET_TOKEN/],
    ])(
      'answered with %i: told, after the parts of it were tried where a smaller push might land',
      async (status, what, remedy) => {
        pair.server.behaviour.intercept = answering(pushes, status);

        const failed = await mirror();

        expectFailed(pair, failed, { what, where: pair.url('target'), remedy });
        expect(pair.pushes).toBeLessThanOrEqual(status < 404 ? 1 : MOST_PUSHES_IN_PARTS);
      },
      15_000,
    );

    test.each([408, 503])(
      'answered with %i every time: planned anew, three times in all, the last time in parts',
      async (status) => {
        pair.server.behaviour.intercept = answering(pushes, status);

        const failed = await mirror();

        const what = new RegExp(`gave up \\(HTTP ${status}\\)`);
        expectFailed(pair, failed, { what, where: pair.url('target'), remedy: /Run the mirror again/ });
        // A status of the 4xx says that nothing was done: no part is in doubt, and none is tried.
        expect(pair.pushes).toBeLessThanOrEqual(2 + MOST_PUSHES_IN_PARTS);
      },
      15_000,
    );

    test('the connection is cut before the target has done anything, every time', async () => {
      pair.server.behaviour.intercept = cutting(pushes);

      const failed = await mirror();

      const remedy = /Run the mirror again; if it happens every time/;
      expectFailed(pair, failed, { what: /the connection broke/, where: pair.url('target'), remedy });
      expect(pair.pushes).toBeLessThanOrEqual(2 + MOST_PUSHES_IN_PARTS);
    }, 15_000);

    test('the connection is cut once: both ends are read again, then it is sent again', async () => {
      pair.server.behaviour.intercept = cutting(firstOf(1, pushes));

      const done = await mirror();

      expectMirrored(pair, done);
      expect(pair.pushes).toBe(2);
      expect(done.lines.filter((line) => line.includes('Reading both ends again'))).toHaveLength(1);
      expect(pair.server.asked.filter((line) => line === 'GET /target.git/info/refs')).toHaveLength(2);
    }, 15_000);

    test('the connection is cut after the target has done everything: it is not sent again', async () => {
      pair.server.behaviour.alter = cutAfter(0, pushes);

      const done = await mirror();

      expectMirrored(pair, done);
      expect(pair.pushes).toBe(1);
      expect(done.outcomes).toEqual({
        'refs/heads/main': 'updated',
        ...Object.fromEntries(CREATED.map((ref) => [ref, 'created'])),
      });
      expect(done.report.refs.find(({ ref }) => ref === 'refs/heads/main')?.old).toBe(pair.old);
    }, 15_000);

    test('the report ends in the middle: it is not sent again', async () => {
      pair.server.behaviour.alter = endAfter(20, pushes);

      const done = await mirror();

      expectMirrored(pair, done);
      expect(pair.pushes).toBe(1);
      expect(done.report.counts).toMatchObject({ created: 2, updated: 1, rejected: 0 });
    }, 15_000);
  });

  test('a deletion whose report is lost is reported as a deletion', async () => {
    pair.target.set({ 'refs/heads/done': pair.old });
    pair.server.behaviour.alter = cutAfter(0, pushes);

    const done = await mirror();

    expectMirrored(pair, done);
    expect(pair.pushes).toBe(1);
    expect(done.outcomes['refs/heads/done']).toBe('deleted');
  }, 15_000);

  test('under keep-divergent-refs a push whose report is lost is not sent again either', async () => {
    pair.server.behaviour.alter = cutAfter(0, pushes);

    const done = await mirror({ keepDivergentRefs: 'true' });

    expectMirrored(pair, done);
    expect(pair.pushes).toBe(1);
    expect(done.report.counts).toMatchObject({ created: 2, updated: 1, diverged: 0 });
  }, 15_000);

  test('a target that gives no report: its refs tell, and the push is sent once', async () => {
    const capable = message(`${pair.old} refs/heads/main\0ofs-delta object-format=sha1\n`);
    const bytes = Buffer.concat([serviceLine('git-receive-pack'), capable]);
    pair.server.behaviour.intercept = advertising('target', bytes, firstOf(1, advertisement('target')));

    const done = await mirror();

    expectMirrored(pair, done);
    expect(pair.pushes).toBe(1);
    expect(done.report.counts).toMatchObject({ created: 2, updated: 1, rejected: 0 });
  }, 15_000);

  test.each([
    ['no verdict on a ref', message('unpack ok\n', 'ok refs/heads/main\n')],
    ['a verdict on a ref that was not pushed', message('unpack ok\n', 'ok refs/heads/other\n')],
    ['two results of unpacking', message('unpack ok\n', 'unpack error\n', 'ok refs/heads/main\n')],
  ])(
    'a report with %s: the refs themselves tell',
    async (_what, report) => {
      pair.server.behaviour.alter = instead(pushes, banded(report));

      expectMirrored(pair, await mirror());
    },
    15_000,
  );

  test.each([
    [
      'a refusal without a reason',
      message('unpack ok\n', ...['heads/main', 'heads/feature', 'tags/v1'].map((ref) => `ng refs/${ref}\n`)),
      /no reason given/,
    ],
  ])(
    'a report with %s',
    async (_what, report, says) => {
      pair.server.behaviour.alter = instead(pushes, banded(report));

      const failed = await mirror();

      expect(failed.report.update_status).toBe('failed');
      const feature = failed.report.refs.find(({ ref }) => ref === 'refs/heads/feature');
      expect(feature?.outcome).toBe('rejected');
      expect(feature?.message).toMatch(says);
    },
    15_000,
  );

  test('a report that is none: the refs themselves tell, and the words are a warning', async () => {
    pair.server.behaviour.alter = instead(pushes, banded(message('hello\u001b[31m\n')));

    const done = await mirror();

    expectMirrored(pair, done);
    expect(done.lines.join('\n')).toMatch(
      /the report on the push begins with "hello\\x1b\[31m".*Reading both ends again/,
    );
    expect(done.report.counts).toMatchObject({ rejected: 0, created: 2, updated: 1 });
    expect(pair.pushes).toBe(1);
  }, 15_000);

  test('a report that ends within its band is no report: the refs themselves tell', async () => {
    pair.server.behaviour.alter = instead(pushes, banded(pkt('unpack ok\n').subarray(0, 8)));

    const done = await mirror();

    expectMirrored(pair, done);
    expect(pair.pushes).toBe(1);
    expect(done.report.counts).toMatchObject({ created: 2, updated: 1, rejected: 0 });
  }, 15_000);

  describe('what it says to people', () => {
    const words = String.raw`printf '\033[2J\033]0;gotcha\007one\n::error::two\r::set-output name=status::finished\n##[command]three\n\302\205\342\200\256four\n\377five\n'`;

    test('comes through from a hook, each line on its own, made harmless', async () => {
      hook('pre-receive', `${words} >&2`);

      const done = await mirror();

      expectMirrored(pair, done);
      expectHarmless(done);
      const remote = done.lines.filter((line) => line.startsWith('target: '));
      expect(remote).toEqual([
        String.raw`target: \x1b[2J\x1b]0;gotcha\x07one`,
        'target: ::error::two',
        'target: ::set-output name=status::finished',
        'target: ##[command]three',
        String.raw`target: \u{85}\u{202e}four`,
        'target: \ufffdfive',
      ]);
    });

    test('comes through in a refusal, made harmless', async () => {
      hook('update', `${words} >&2; exit 1`);

      const failed = await mirror();

      expect(failed.report.update_status).toBe('failed');
      expectHarmless(failed);
      for (const { message: said } of failed.report.refs) expect(said).toMatch(/the target refuses it: hook declined/);
    });

    test('in a reason and in an error, made harmless', async () => {
      const reason = 'ng refs/heads/feature \u001b[31mno\u0007\r::error::gotcha\u2028next\n';
      const report = message('unpack ok\n', 'ok refs/heads/main\n', 'ok refs/tags/v1\n', reason);
      pair.server.behaviour.alter = instead(pushes, banded(report));

      const failed = await mirror();

      expectHarmless(failed);
      const said = failed.report.refs.find(({ ref }) => ref === 'refs/heads/feature')?.message;
      expect(said).toContain(String.raw`\x1b[31mno\x07\x0d::error::gotcha\u{2028}next`);
    });

    test.each(['cli', 'action'] as const)('never becomes a line of its own in the log of %s', async (bundle) => {
      hook('pre-receive', `${words} >&2; exit 1`);
      const temporary = pair.scratch.join('runner');
      mkdirSync(temporary);

      const { code, stdout, stderr } = await runBundle(
        bundle,
        bundle === 'cli' ? [pair.url('source'), pair.url('target')] : [],
        {
          'INPUT_SOURCE-URL': pair.url('source'),
          'INPUT_TARGET-URL': pair.url('target'),
          GITHUB_ACTIONS: 'true',
          RUNNER_TEMP: temporary,
        },
      );

      expect(code).toBe(1);
      const log = stdout + stderr;
      expect(log).toContain('remote: ::error::two');
      expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
      expect(
        log
          .split('\n')
          .filter((line) => /^(?:::set-output name=status::finished|::error::two|##\[command\])/.test(line)),
      ).toEqual([]);
    });
  });
});
