import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import type { Report } from '../../src/report/report.js';
import { CommandProcess, until } from '../command-process.js';
import { expectClear, expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { TestRepository } from '../repositories/git.js';
import { run } from '../run.js';
import {
  answering,
  cutAfter,
  cutting,
  endAfter,
  neverEnding,
  packs,
  pushes,
  questions,
  silent,
} from '../servers/faults.js';

const MEBIBYTE = 1024 * 1024;

describe('what a run leaves on disk', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  const mirror = (...options: readonly string[]): ReturnType<MirroredPair['command']> =>
    pair.command([...options, pair.url('source'), pair.url('target')]);

  test('a source with protocol v2: nothing, and it is not copied', async () => {
    const { code, report, left, stderr } = await mirror();

    expectMirrored(pair, { report });
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(stderr).not.toContain('copied to a temporary folder');
  });

  test('a source without protocol v2: copied to a temporary folder, which is gone afterwards', async () => {
    pair.server.behaviour.protocolV2 = false;

    const { code, report, left, stderr } = await mirror();

    expectMirrored(pair, { report });
    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(stderr).toContain('copied to a temporary folder');
    expect(report.counts).toMatchObject({ created: 2, updated: 1 });
  });

  test('a source without protocol v2, when there is nothing to do: not copied at all', async () => {
    pair.server.behaviour.protocolV2 = false;
    pair.target.copyFrom(pair.source);

    const { report, left, stderr } = await mirror();

    expectMirrored(pair, { report });
    expect(left).toEqual([]);
    expect(stderr).not.toContain('copied to a temporary folder');
  });

  describe('without the program git', () => {
    const environment = { PATH: '/nonexistent' };
    const missing = { what: /: the program `git` is not installed\./, remedy: /Install git, or put it on the PATH/ };

    test('a source without protocol v2: it is said what to install, and nothing is left', async () => {
      pair.server.behaviour.protocolV2 = false;

      const { code, report, left } = await pair.command([pair.url('source'), pair.url('target')], environment);

      expectFailed(pair, { report }, { ...missing, where: pair.url('source') });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    });

    test('a target that is to be made: the same', async () => {
      const target = pair.scratch.join('new.git');

      const { code, report } = await pair.command([pair.url('source'), target], environment);

      expectClear(report, { ...missing, where: `${target}: ` });
      expect(code).toBe(1);
    });
  });

  describe.each([true, false])('after a failure, with protocol v2 at the source: %s', (protocolV2) => {
    beforeEach(() => {
      pair.grow(3 * MEBIBYTE);
      pair.server.behaviour.protocolV2 = protocolV2;
    });

    test('the target refuses the push: nothing is left', async () => {
      pair.server.behaviour.intercept = answering(pushes, 500);

      const { code, report, left } = await mirror('--branch=main', '--tag=!*');

      expectFailed(
        pair,
        { report },
        { what: /HTTP status 500/, where: pair.url('target'), remedy: /ask the operator/ },
      );
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 20_000);

    test('the target cuts the connection in the middle of the push: nothing is left', async () => {
      pair.server.behaviour.intercept = cutting(pushes);

      const { code, report, left } = await mirror('--branch=main', '--tag=!*');

      const remedy = /Run the mirror again/;
      expectFailed(pair, { report }, { what: /the connection broke/, where: pair.url('target'), remedy });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 20_000);

    test('the target goes silent: nothing is left', async () => {
      pair.server.behaviour.intercept = silent(pushes);

      const { code, report, left } = await mirror('--timeout', '1');

      const what = /the server sent nothing for 1 seconds/;
      expectFailed(pair, { report }, { what, where: pair.url('target'), remedy: /raise `timeout`/ });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 20_000);

    test('the source cuts the connection in the middle of the pack: nothing is left', async () => {
      pair.server.behaviour.alter = cutAfter(MEBIBYTE, packs);

      const { code, report, left } = await mirror('--branch=main', '--tag=!*');

      const remedy = /Run the mirror again/;
      expectFailed(pair, { report }, { what: /the connection broke/, where: pair.url('source'), remedy });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 30_000);

    test('the source ends the pack in the middle: nothing is left', async () => {
      pair.server.behaviour.alter = endAfter(MEBIBYTE, packs);

      const { code, report, left } = await mirror('--branch=main', '--tag=!*');

      const what = /the connection ended in the middle of the answer/;
      expectFailed(pair, { report }, { what, where: pair.url('source'), remedy: /Run the mirror again/ });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 30_000);

    test('the source goes silent in the middle of the pack: nothing is left', async () => {
      pair.server.behaviour.intercept = neverEnding(packs);
      pair.server.behaviour.alter = endAfter(MEBIBYTE, packs);

      const { code, report, left } = await mirror('--timeout', '1');

      const what = /the server sent nothing for 1 seconds/;
      expectFailed(pair, { report }, { what, where: pair.url('source'), remedy: /raise `timeout`/ });
      expect({ code, left }).toEqual({ code: 1, left: [] });
    }, 20_000);
  });

  test.each([true, false])(
    'stopped in the middle of the pack, with protocol v2: %s: nothing is left',
    async (protocolV2) => {
      pair.grow(3 * MEBIBYTE);
      pair.server.behaviour.protocolV2 = protocolV2;
      pair.server.behaviour.intercept = neverEnding(packs);
      pair.server.behaviour.alter = endAfter(MEBIBYTE, packs);
      const temporary = pair.scratch.join('temporary');
      mkdirSync(temporary);
      const command = new CommandProcess(['--json', pair.url('source'), pair.url('target')], { TMPDIR: temporary });
      await until(() => pair.server.requests.some((seen) => packs(seen) && seen.sent === MEBIBYTE));
      const stoppedAt = Date.now();

      command.signal('SIGTERM');
      const { code, stdout } = await command.ended;

      expect(Date.now() - stoppedAt).toBeLessThan(8_000);
      expect({ code, left: readdirSync(temporary) }).toEqual({ code: 1, left: [] });
      expect((JSON.parse(stdout) as Report).last_error).toMatch(/stopped by SIGTERM/);
      expect(pair.target.refs()).toEqual(pair.before);
    },
    30_000,
  );

  test('a local target that did not exist is not left half made', async () => {
    pair.server.behaviour.alter = cutAfter(60, packs);
    const path = pair.scratch.join('new.git');

    const { code, report, left } = await pair.command([pair.url('source'), path]);

    expect({ code, left }).toEqual({ code: 1, left: [] });
    expectClear(report, {
      what: /the connection broke/,
      where: pair.url('source'),
      remedy: /Run the mirror again/,
    });
    expect(() => TestRepository.at(path).refs()).toThrow(/cannot change to|No such file/);
  }, 20_000);

  test('the command ends when its run has ended', async () => {
    pair.server.behaviour.intercept = cutting(pushes);
    const startedAt = Date.now();

    const { code } = await mirror('--timeout', '60');

    expect(code).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  }, 100_000);
});

describe('a source that can do less', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  const LESSER = [
    ['without filter', { filter: false, protocolV2: true }],
    ['without protocol v2', { filter: true, protocolV2: false }],
    ['without either', { filter: false, protocolV2: false }],
  ] as const;

  describe.each(LESSER)('%s', (_what, behaviour) => {
    beforeEach(() => {
      Object.assign(pair.server.behaviour, behaviour);
      const { source, target, old } = pair;
      // One branch of each kind: rewritten, merged and gone, gone without a merge, with commits of the target's own.
      const [rewritten, unmerged] = [source.commit([old]), source.commit([old])];
      target.copyFrom(source);
      source.set({ 'refs/heads/rewritten': rewritten, 'refs/heads/unmerged': unmerged, 'refs/heads/own': old });
      target.copyFrom(source);
      source.set({ 'refs/heads/rewritten': source.commit([old]), 'refs/heads/unmerged': null });
      source.set({ 'refs/heads/feature': source.commit([source.refs()['refs/heads/feature'] ?? '']) });
      target.set({
        'refs/heads/merged': source.git(['rev-parse', `${old}^`]),
        'refs/heads/own': target.commit([old]),
        'refs/tags/gone': old,
      });
    });

    test('is mirrored as any other, and what became of each ref is told right', async () => {
      const { outcomes, lines } = await run(pair.url('source'), pair.url('target'));

      expect(outcomes).toEqual({
        'refs/heads/feature': 'updated',
        'refs/heads/main': 'unchanged',
        'refs/heads/merged': 'deleted',
        'refs/heads/own': 'forced',
        'refs/heads/rewritten': 'forced',
        'refs/heads/unmerged': 'kept',
        'refs/tags/gone': 'deleted',
        'refs/tags/v1': 'unchanged',
      });
      expect(pair.target.refs()).toMatchObject(pair.source.refs());
      expect(pair.target.fsck()).toBe('');
      const isCopied = lines.some((line) => line.includes('copied to a temporary folder'));
      expect(isCopied).toBe(!behaviour.protocolV2);
    });

    test('keep-divergent-refs leaves alone what has diverged', async () => {
      const { outcomes } = await run(pair.url('source'), pair.url('target'), { keepDivergentRefs: 'true' });

      expect(outcomes).toEqual({
        'refs/heads/feature': 'updated',
        'refs/heads/main': 'unchanged',
        'refs/heads/merged': 'kept',
        'refs/heads/own': 'diverged',
        'refs/heads/rewritten': 'diverged',
        'refs/heads/unmerged': 'kept',
        'refs/tags/gone': 'kept',
        'refs/tags/v1': 'unchanged',
      });
    });
  });

  test('without protocol v2, and moved while it is copied: both ends are read again', async () => {
    pair.server.behaviour.protocolV2 = false;
    const { source } = pair;
    const newest = source.commit([source.refs()['refs/heads/main'] ?? '']);
    let moved = 0;
    pair.server.behaviour.intercept = (_request, _response, seen) => {
      if (questions(seen) && (moved += 1) === 1) source.set({ 'refs/heads/main': newest });
      return false;
    };

    const done = await run(pair.url('source'), pair.url('target'));

    expectMirrored(pair, done);
    expect(pair.target.refs()['refs/heads/main']).toBe(newest);
  }, 20_000);
});

describe('source and target the same repository', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  const SAME = { what: /source and target are the same repository/, remedy: /Give another repository as the target/ };

  test.each([
    ['source.git', 'source.git'],
    ['source.git', 'source'],
    ['source', 'source.git'],
    ['source.git', 'source.git/'],
    ['source/', 'source.git/'],
    ['source.git', './source.git'],
    ['source.git', '%73ource.git'],
    ['source.git', '/source.git'],
  ])('over HTTP, as %s and as %s: refused before anything is asked', async (one, other) => {
    const failed = await run(pair.server.url(one), pair.server.url(other));

    expectFailed(pair, failed, { ...SAME, where: pair.server.url('') });
    expect(pair.server.requests).toEqual([]);
  });

  test('over HTTP, with credentials in one of the URLs', async () => {
    const url = pair.url('source').replace('//', '//user:secret-word@');

    const failed = await run(pair.url('source'), url);

    expectFailed(pair, failed, { ...SAME, where: pair.url('source') });
    expect(JSON.stringify(failed)).not.toContain('secret-word');
  });

  test.each([
    ['a repository', 'and itself', 'work', 'work'],
    ['a work tree', 'and its .git', 'work', 'work/.git'],
    ['a .git', 'and its work tree', 'work/.git', 'work'],
    ['a folder', 'and a link to it', 'work', 'link'],
    ['a folder with a slash', 'and without', 'work/', 'work'],
    ['a bare repository', 'and without .git', 'source.git', 'source'],
    ['a bare repository', 'and a link to it', 'source.git', 'bare-link'],
  ])('on this machine, %s %s', async (_one, _other, one, other) => {
    const { scratch, source } = pair;
    source.git(['clone', '--quiet', source.path, scratch.join('work')]);
    symlinkSync(scratch.join('work'), scratch.join('link'));
    symlinkSync(source.path, scratch.join('bare-link'));
    const before = source.refs();

    const failed = await run(scratch.join(one), scratch.join(other));

    expectFailed(pair, failed, { ...SAME, where: scratch.path });
    expect(source.refs()).toEqual(before);
  });

  test('on this machine, as a path and as a file URL', async () => {
    const failed = await run(pair.source.path, `file://${pair.source.path}`);

    expectFailed(pair, failed, { ...SAME, where: pair.source.path });
  });

  test('a copy is another repository', async () => {
    cpSync(pair.source.path, pair.scratch.join('copy.git'), { recursive: true });

    const { report } = await run(pair.source.path, pair.scratch.join('copy.git'));

    expect(report.update_status).toBe('finished');
  });
});
