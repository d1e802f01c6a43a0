import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { TestRepository } from '../repositories/git.js';
import { run, type Run } from '../run.js';
import type { ServerBehaviour } from '../servers/git-http-server.js';
import {
  advertisement,
  answering,
  neverEnding,
  ofOldGit,
  packs,
  pushes,
  type Alter,
  type End,
} from '../servers/faults.js';

/** Takes capabilities out of what one end advertises. */
function without(end: End, ...capabilities: readonly string[]): Alter {
  return (chunk, seen) => {
    for (const capability of advertisement(end)(seen) ? capabilities : []) {
      const at = chunk.toString('latin1').search(new RegExp(`[\\0 ]${capability} `));
      if (at >= 0) chunk.write('x', at + 1);
    }
    return chunk;
  };
}

/** Takes the last flush off the answer to a push, which follows what hooks say: the one before ends the report. */
const withoutEnd: Alter = (chunk, seen) => {
  const isEnd = /^(?:.*0000)?0000$/s.test(chunk.toString('latin1'));
  return pushes(seen) && isEnd ? chunk.subarray(0, -4) : chunk;
};

/** A server that answers as they do; and git 2.25.5 itself, where OLD_GIT says where it is installed. */
const OLD_GITS: readonly (readonly [string, Partial<ServerBehaviour>])[] = [
  ['a server that answers like them', { alter: ofOldGit }],
  ...(process.env.OLD_GIT === undefined ? [] : [['itself', { prefix: process.env.OLD_GIT }] as const]),
];

describe('servers that can do less than others', () => {
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

  describe.each(OLD_GITS)('git 2.18 to 2.27, which know protocol v2 without object-format: %s', (_which, settings) => {
    beforeEach(() => {
      Object.assign(pair.server.behaviour, settings);
    });

    test('are mirrored from and to, deletions too', async () => {
      pair.target.set({ 'refs/heads/done': pair.old });

      const done = await mirror();

      expectMirrored(pair, done);
      expect(done.outcomes['refs/heads/done']).toBe('deleted');
      expect(pair.server.asked.filter((line) => line === 'GET /target.git/info/refs')).toHaveLength(1);
    });

    test('cost no request more than others', async () => {
      const { report } = await mirror({ lfs: 'never' });
      const { requests } = report.transfer;
      Object.assign(pair.server.behaviour, { alter: undefined, prefix: undefined });
      pair.target.set({ 'refs/heads/main': pair.old, 'refs/heads/feature': null, 'refs/tags/v1': null });

      expect((await mirror({ lfs: 'never' })).report.transfer.requests).toBe(requests);
    });

    test.each(['target.git/info/refs?service=git-receive-pack', 'source.git/info/refs?service=git-upload-pack'])(
      'advertise what git 2.25.5 does: %s',
      async (path) => {
        const answer = await fetch(pair.server.url(path), { headers: { 'Git-Protocol': 'version=2' } });

        expect((await answer.text()).split('\n').map((line) => line.replace(/^(?:0000)?\w{4}/, ''))).toEqual(
          path.includes('receive-pack')
            ? [
                `${pair.old} refs/heads/main\0report-status delete-refs side-band-64k quiet atomic ofs-delta agent=git/2.25.5`,
                '',
              ]
            : ['version 2', 'agent=git/2.25.5', 'ls-refs', 'fetch=shallow filter', 'server-option', ''],
        );
      },
    );
  });

  describe('a source without protocol v2', () => {
    const all = ['multi_ack_detailed', 'side-band-64k', 'thin-pack', 'ofs-delta', 'no-progress', 'object-format=sha1'];

    test.each<[lacking: string, lacking: readonly string[], asked: readonly string[]]>([
      ['nothing', [], all],
      ['side-band-64k', ['side-band-64k'], all.map((word) => word.replace('-64k', ''))],
      ['a side-band', ['side-band-64k', 'side-band'], all.filter((word) => word !== 'side-band-64k')],
      ['one kind of acknowledgements', ['multi_ack_detailed'], all.map((word) => word.replace('_detailed', ''))],
      ['acknowledgements', ['multi_ack_detailed', 'multi_ack'], all.slice(1)],
      ['deltas', ['thin-pack', 'ofs-delta'], all.filter((word) => !/thin|ofs/.test(word))],
      ['silence', ['no-progress'], all.filter((word) => word !== 'no-progress')],
    ])('and without %s is asked for all the rest', async (_what, lacking, asked) => {
      pair.server.behaviour.protocolV2 = false;
      pair.server.behaviour.alter = without('source', ...lacking);

      expectMirrored(pair, await mirror());

      const [body = ''] = pair.server.requests.filter(packs).map((seen) => seen.body.toString('latin1'));
      const words = /want [0-9a-f]+ (.*)\n/.exec(body)?.[1]?.split(' ') ?? [];
      expect(words).toEqual([...asked, 'agent=push-mirror/test']);
    });
  });

  test('a git of this machine without options for a hash and a branch makes folders, and stages', async () => {
    const refused = '--object-format=*|--initial-branch=*) echo "error: unknown option" >&2; exit 129;;';
    const script = `#!/bin/sh\nfor word; do case $word in ${refused} esac; done\nPATH=\${PATH#*:} exec git "$@"\n`;
    mkdirSync(pair.scratch.join('bin'));
    writeFileSync(pair.scratch.join('bin', 'git'), script, { mode: 0o755 });
    const folder = pair.scratch.join('new.git');
    pair.source.git(['symbolic-ref', 'HEAD', 'refs/heads/feature']);
    pair.server.behaviour.protocolV2 = false;

    const { report } = await pair.command([pair.url('source'), folder], {
      PATH: `${pair.scratch.join('bin')}:${process.env.PATH}`,
    });

    expect(report.last_error).toBeNull();
    const made = TestRepository.at(folder);
    expect(made.refs()).toEqual(pair.source.refs());
    expect(made.git(['symbolic-ref', 'HEAD'])).toBe('refs/heads/feature');
  }, 15_000);

  describe('a target that does not delete', () => {
    beforeEach(() => {
      pair.server.behaviour.alter = without('target', 'delete-refs');
      pair.target.set({ 'refs/heads/done': pair.old });
    });

    test.each(['false', 'true'])('gets all else, and the deletion is rejected; dry run: %s', async (dryRun) => {
      const { report, outcomes } = await mirror({ dryRun });

      const created = ['refs/heads/feature', 'refs/tags/v1'].map((ref) => [ref, 'created']);
      expect(outcomes).toEqual({
        'refs/heads/done': 'rejected',
        'refs/heads/main': 'updated',
        ...Object.fromEntries(created),
      });
      expect(report.last_error_code).toBe('refs-rejected');
      expect(report.refs.find(({ ref }) => ref === 'refs/heads/done')).toMatchObject({
        code: 'deletion',
        message: expect.stringMatching(/does not support deletions.*`prune: never`/),
      });
      const landed = dryRun === 'true' ? pair.before : pair.source.refs();
      expect(pair.target.refs()).toEqual({ ...landed, 'refs/heads/done': pair.old });
    });
  });

  describe('a target without push options', () => {
    const what = /the server does not take push options.*nothing was pushed/;
    const remedy = /Remove `push-options`, or allow them.*receive\.advertisePushOptions/;

    test.each(['false', 'true'])('fails the run, and nothing is pushed; dry run: %s', async (dryRun) => {
      const failed = await mirror({ pushOptions: ['ci.skip'], dryRun });

      expectFailed(pair, failed, { what, where: pair.url('target'), remedy });
      expect(failed.report.last_error_code).toBe('push-options');
      expect(pair.pushes).toBe(0);
    });

    test('that is yet to be made is not left behind', async () => {
      const folder = pair.scratch.join('new.git');

      const { report } = await run(pair.source.path, folder, { pushOptions: ['ci.skip'] });

      expect([report.last_error_code, existsSync(folder)]).toEqual(['push-options', false]);
    });
  });

  test.each([
    [302, 'not-reached'],
    [400, 'no-result'],
    [403, 'not-reached'],
    [413, 'no-result'],
    [500, 'no-result'],
  ])('a push that is answered with HTTP status %i: the refs are %s', async (status, code) => {
    pair.server.behaviour.intercept = answering(pushes, status, { Location: pair.url('source') });

    const { report } = await mirror();

    expect(new Set(report.refs.map((ref) => ref.code))).toEqual(new Set([code]));
    expect(report.counts.rejected).toBe(3);
    expect(pair.pushes).toBeLessThanOrEqual(status === 403 ? 1 : 6);
  });

  describe('a push that was answered in full is done', () => {
    const created = { created: 2, updated: 1, rejected: 0 };

    test('if the server then says nothing for too long', async () => {
      pair.server.behaviour.intercept = neverEnding(pushes);
      pair.server.behaviour.alter = withoutEnd;

      const done = await mirror({ timeout: '2' });

      expectMirrored(pair, done);
      expect([pair.pushes, done.report.counts]).toMatchObject([1, created]);
      expect(done.lines.join('\n')).toMatch(/reported the result for every ref, but did not end the push properly/);
    }, 15_000);

    test('if the connection then ends too early', async () => {
      pair.server.behaviour.alter = withoutEnd;

      const done = await mirror();

      expectMirrored(pair, done);
      expect([pair.pushes, done.report.counts]).toMatchObject([1, created]);
      expect(pair.server.asked.filter((line) => line === 'GET /target.git/info/refs')).toHaveLength(1);
    });

    test('if a hook leaves a process behind', async () => {
      mkdirSync(pair.scratch.join('target.git', 'hooks'), { recursive: true });
      const script = '#!/bin/sh\ncat >/dev/null\nsleep 5 &\n';
      writeFileSync(pair.scratch.join('target.git', 'hooks', 'post-receive'), script, { mode: 0o755 });

      const done = await run(pair.source.path, pair.target.path, { timeout: '2' });

      expectMirrored(pair, done);
      expect(done.report.counts).toMatchObject(created);
    }, 15_000);
  });
});
