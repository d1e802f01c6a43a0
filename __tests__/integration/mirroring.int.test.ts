import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ObjectPool } from '../repositories/loose-objects.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { holdBackFlush, serverWithLateEnd } from '../servers/late-end.js';
import { pushesSeenBy } from '../servers/push-commands.js';

const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';
const V1 = 'refs/tags/v1';

const KEEP: Given = { keepDivergentRefs: 'true' };

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
/** Three commits of the source, one on top of the other; its `main` is at the third. */
let first: string;
let second: string;
let third: string;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  first = source.commit();
  second = source.commit([first]);
  third = source.commit([second]);
  source.set({ [MAIN]: third });
});

afterEach(() => scratch.remove());

/** Gives the target all objects of the source, and these refs. */
function giveTarget(refs: Readonly<Record<string, string>>): void {
  target.takeObjects(source);
  target.set(refs);
}

async function mirror(given: Given = {}): Promise<Run> {
  return run(source.path, target.path, given);
}

function messageOf({ report }: Run, ref: string): string {
  return report.refs.find((one) => one.ref === ref)?.message ?? '';
}

describe('refs in play', () => {
  test('branches and tags come over by full name, a branch and a tag of one name too', async () => {
    source.set({ 'refs/heads/v1': first, [V1]: second, [TOPIC]: third });

    const { report } = await mirror();

    expect(report.counts).toMatchObject({ created: 4 });
    expect(target.refs()).toEqual({ [MAIN]: third, [TOPIC]: third, 'refs/heads/v1': first, [V1]: second });
  });

  test('every other namespace is left alone on both sides', async () => {
    source.set({ 'refs/pull/1/head': third, 'refs/merge-requests/1/head': third, 'refs/notes/commits': third });
    giveTarget({ [MAIN]: third, 'refs/pull/2/head': second, 'refs/keep/this': second });

    const { outcomes } = await mirror({ prune: 'always' });

    expect(outcomes).toEqual({ [MAIN]: 'unchanged' });
    expect(target.git(['for-each-ref', '--format=%(refname)'])).toBe(`${MAIN}\nrefs/keep/this\nrefs/pull/2/head`);
  });

  test('a symbolic ref of the source is neither pushed nor listed', async () => {
    source.symref('refs/heads/alias', MAIN);

    const { outcomes } = await mirror();

    expect(outcomes).toEqual({ [MAIN]: 'created' });
  });

  test('a branch of the target whose name is a symbolic ref on the source is kept', async () => {
    source.symref('refs/heads/alias', MAIN);
    giveTarget({ [MAIN]: third, 'refs/heads/alias': first });

    const seen = await mirror({ prune: 'always' });

    expect(seen.outcomes).toEqual({ 'refs/heads/alias': 'kept', [MAIN]: 'unchanged' });
    expect(messageOf(seen, 'refs/heads/alias')).toContain('symbolic ref on the source');
    expect(target.refs()).toMatchObject({ 'refs/heads/alias': first });
  });

  test('a branch whose name is a symbolic ref on the target is rejected, and no ref is moved by that name', async () => {
    source.set({ 'refs/heads/alias': first });
    giveTarget({ [MAIN]: third });
    target.symref('refs/heads/alias', MAIN);

    const seen = await mirror();

    expect(seen.outcomes).toEqual({ 'refs/heads/alias': 'rejected', [MAIN]: 'unchanged' });
    expect(seen.report).toMatchObject({ update_status: 'failed', last_error_code: 'refs-rejected' });
    expect(seen.report.refs[0]).toEqual({
      ref: 'refs/heads/alias',
      outcome: 'rejected',
      old: third,
      new: first,
      message:
        'it is a symbolic ref to refs/heads/main on the target, and a push to it would change refs/heads/main: ' +
        'delete the symbolic ref there (`git symbolic-ref --delete`), or exclude this ref from the mirror',
      code: 'symref-on-target',
    });
    expect(target.refs()).toEqual({ [MAIN]: third });
    expect(target.git(['symbolic-ref', 'refs/heads/alias'])).toBe(MAIN);
  });
});

describe('broken refs of a folder', () => {
  beforeEach(() => {
    source.git(['pack-refs', '--all']);
    for (const name of ['topic', 'desktop.ini', 'main (copy)']) {
      writeFileSync(join(source.path, 'refs/heads', name), name === 'topic' ? '' : '[.ShellClassInfo]\r\n');
    }
  });

  test.each(['merged', 'always'])('are not absent: what the target has stays, under prune: %s', async (prune) => {
    giveTarget({ [MAIN]: second, [TOPIC]: first, 'refs/heads/gone': first });

    const seen = await mirror({ prune });

    expect(seen.outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'kept', 'refs/heads/gone': 'deleted' });
    expect(seen.report.notices.join()).toMatch(/The source has \d broken refs \(.*refs\/heads\/desktop\.ini/);
    expect(target.refs()).toEqual({ [MAIN]: third, [TOPIC]: first });
  });
});

describe('divergence', () => {
  test('a target that is behind is updated', async () => {
    giveTarget({ [MAIN]: first });

    const { outcomes, report } = await mirror();

    expect(outcomes).toEqual({ [MAIN]: 'updated' });
    expect(report.refs).toEqual([{ ref: MAIN, outcome: 'updated', old: first, new: third, message: null, code: null }]);
    expect(target.refs()).toEqual({ [MAIN]: third });
  });

  test('a target with commits of its own is overwritten: forced', async () => {
    giveTarget({});
    target.set({ [MAIN]: target.commit([second]) });

    const { outcomes, report } = await mirror();

    expect(outcomes).toEqual({ [MAIN]: 'forced' });
    expect(report.update_status).toBe('finished');
    expect(target.refs()).toEqual({ [MAIN]: third });
  });

  test('a target strictly ahead has diverged, even where the source knows its commits', async () => {
    source.set({ [MAIN]: second, 'refs/heads/later': third });
    giveTarget({ [MAIN]: third, 'refs/heads/later': third });

    expect((await mirror({ ...KEEP, dryRun: 'true' })).outcomes).toMatchObject({ [MAIN]: 'diverged' });
    expect((await mirror()).outcomes).toMatchObject({ [MAIN]: 'forced' });
    expect(target.refs()).toMatchObject({ [MAIN]: second });
  });

  test('with keep-divergent-refs a diverged ref is left alone, the others come over, and the run ends failed', async () => {
    source.set({ [TOPIC]: third, [V1]: second });
    giveTarget({ [TOPIC]: first });
    const own = target.commit([second]);
    target.set({ [MAIN]: own });

    const seen = await mirror(KEEP);

    expect(seen.outcomes).toEqual({ [MAIN]: 'diverged', [TOPIC]: 'updated', [V1]: 'created' });
    expect(seen.report.update_status).toBe('failed');
    expect(seen.report.last_error).toContain(MAIN.replace('refs/heads/', ''));
    expect(messageOf(seen, MAIN)).toContain('commits here that the source does not have');
    expect(target.refs()).toEqual({ [MAIN]: own, [TOPIC]: third, [V1]: second });
  });

  test.each(['merged', 'never', 'always'])(
    'with keep-divergent-refs nothing is deleted, under prune: %s neither',
    async (prune) => {
      giveTarget({ [MAIN]: third, [TOPIC]: first, [V1]: first });

      const { outcomes, report } = await mirror({ ...KEEP, prune });

      expect(outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'kept', [V1]: 'kept' });
      expect(report.update_status).toBe('finished');
      expect(target.refs()).toEqual({ [MAIN]: third, [TOPIC]: first, [V1]: first });
    },
  );

  test('annotated tags that the source knows are judged by the commits they peel to', async () => {
    source.tagObject('v1', first);
    source.tagObject('v2', second);
    const nested = source.tagObject('v1', source.tagObject('v1', second), 'tag');
    source.set({ [V1]: nested, 'refs/tags/v2': source.tagObject('v2', first) });
    giveTarget({ [MAIN]: third });
    target.set({ [V1]: target.tagObject('v1', first), 'refs/tags/v2': target.tagObject('v2', second) });

    const { outcomes } = await mirror(KEEP);

    expect(outcomes).toEqual({ [MAIN]: 'unchanged', [V1]: 'updated', 'refs/tags/v2': 'diverged' });
  });

  test('an annotated tag that the source does not know has diverged, whatever it peels to', async () => {
    const [same, behind, light] = [V1, 'refs/tags/v2', 'refs/tags/v3'];
    source.set({ [same]: source.tagObject('v1', second), [behind]: source.tagObject('v2', third), [light]: third });
    giveTarget({ [MAIN]: third });
    const signed = (name: string, commit: string): string => target.tagObject(`${name}, signed`, commit);
    const own = { [same]: signed('v1', second), [behind]: signed('v2', first), [light]: signed('v3', third) };
    target.set(own);

    const kept = await mirror(KEEP);

    expect(kept.outcomes).toEqual({
      [MAIN]: 'unchanged',
      [same]: 'diverged',
      [behind]: 'diverged',
      [light]: 'diverged',
    });
    expect(messageOf(kept, same)).toContain('another tag here, which the source does not have');
    expect(target.refs()).toEqual({ [MAIN]: third, ...own });

    const forced = await mirror();

    expect(forced.outcomes).toEqual({ [MAIN]: 'unchanged', [same]: 'forced', [behind]: 'forced', [light]: 'forced' });
    expect(target.refs()).toEqual(source.refs());
  });

  test('a target that is behind is updated, also where the clock was ahead when its commits were made', async () => {
    const pool = new ObjectPool();
    const tree = pool.tree({ file: pool.blob('content') });
    const commits: string[] = [];
    for (let number = 0; number < 20; number += 1) {
      const time = 1_577_836_800 + (number <= 5 ? 1_000_000 : number);
      commits.push(pool.commit(tree, commits.slice(-1), `commit ${number}`, time));
    }
    const content = { tips: [], symrefs: new Map<string, string>(), head: `ref: ${MAIN}`, hasPackedRefs: false };
    const [long, copy] = [scratch.join('long.git'), scratch.join('copy.git')];
    const [old, middle, tip] = [commits[5]!, commits[15]!, commits[19]!];
    pool.write(long, {
      ...content,
      refs: new Map([
        [MAIN, tip],
        [TOPIC, tip],
      ]),
    });
    pool.write(copy, {
      ...content,
      refs: new Map([
        [MAIN, middle],
        [TOPIC, old],
      ]),
    });

    const { outcomes } = await run(long, copy, KEEP);

    expect(outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'updated' });
  });

  describe.each(['a server with filter', 'a server without'])('a tag on what is no commit, from %s', (server) => {
    let http: GitHttpServer;

    beforeEach(async () => {
      http = await GitHttpServer.start(scratch.path);
      http.behaviour.filter = server === 'a server with filter';
    });

    afterEach(() => http.stop());

    test('has diverged as soon as it differs', async () => {
      const [one, other] = ['one', 'other'].map((text) => source.git(['hash-object', '-w', '--stdin'], text));
      source.set({ 'refs/tags/blob': one!, 'refs/tags/to-commit': second, [V1]: source.tagObject('v1', one!, 'blob') });
      source.set({ 'refs/tags/other': other! });
      giveTarget({ [MAIN]: third, 'refs/tags/blob': other!, 'refs/tags/to-commit': one!, [V1]: one! });

      const kept = await run(http.url('source.git'), target.path, KEEP);
      const forced = await run(http.url('source.git'), target.path);

      expect(kept.outcomes).toMatchObject({
        'refs/tags/blob': 'diverged',
        'refs/tags/to-commit': 'diverged',
        [V1]: 'diverged',
      });
      expect(forced.outcomes).toMatchObject({
        'refs/tags/blob': 'forced',
        'refs/tags/to-commit': 'forced',
        [V1]: 'forced',
      });
      expect(target.refs()).toEqual(source.refs());
    });

    test('has diverged where only its annotation is new or gone', async () => {
      const blob = source.git(['hash-object', '-w', '--stdin'], 'a key');
      source.set({ [V1]: blob });
      giveTarget({ [MAIN]: third });
      target.set({ [V1]: target.tagObject('v1', blob, 'blob') });

      const { outcomes } = await run(http.url('source.git'), target.path, KEEP);

      expect(outcomes).toEqual({ [MAIN]: 'unchanged', [V1]: 'diverged' });
    });
  });
});

describe('deletion', () => {
  test('a branch that is merged into the default branch goes, one that is not is kept', async () => {
    const unmerged = source.commit([second]);
    source.set({ 'refs/pull/7/head': unmerged });
    giveTarget({ [MAIN]: third, [TOPIC]: second, 'refs/heads/unmerged': unmerged });

    const seen = await mirror();

    expect(seen.outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'deleted', 'refs/heads/unmerged': 'kept' });
    expect(messageOf(seen, 'refs/heads/unmerged')).toContain('not merged');
    expect(target.refs()).toEqual({ [MAIN]: third, 'refs/heads/unmerged': unmerged });
  });

  test('a branch whose commits the source does not know is kept', async () => {
    giveTarget({ [MAIN]: third });
    target.set({ [TOPIC]: target.commit([third]) });

    const seen = await mirror();

    expect(seen.outcomes).toMatchObject({ [TOPIC]: 'kept' });
    expect(messageOf(seen, TOPIC)).toContain('does not know');
  });

  test('a branch at the very tip of the default branch is merged', async () => {
    giveTarget({ [MAIN]: third, [TOPIC]: third });

    expect((await mirror()).outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'deleted' });
  });

  test('what this run brings into the default branch counts as merged', async () => {
    giveTarget({ [MAIN]: first, [TOPIC]: second });

    expect((await mirror()).outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'deleted' });
    expect(target.refs()).toEqual({ [MAIN]: third });
  });

  test('an annotated tag is judged by its commit, where the source does not know the tag object too', async () => {
    giveTarget({ [MAIN]: third });
    const own = target.commit([third]);
    target.set({ [V1]: target.tagObject('v1', second), 'refs/tags/own': target.tagObject('own', own) });

    const { outcomes } = await mirror();

    expect(outcomes).toEqual({ [MAIN]: 'unchanged', 'refs/tags/own': 'kept', [V1]: 'deleted' });
  });

  test('a tag on what is no commit is kept, even where the default branch holds it', async () => {
    const [tree, blob] = ['main^{tree}', 'main:file'].map((name) => source.git(['rev-parse', name]));
    giveTarget({ [MAIN]: third, 'refs/tags/blob': blob!, 'refs/tags/tree': tree! });

    const seen = await mirror();

    expect(seen.outcomes).toEqual({ [MAIN]: 'unchanged', 'refs/tags/blob': 'kept', 'refs/tags/tree': 'kept' });
    expect(messageOf(seen, 'refs/tags/blob')).toContain('no commit');
  });

  test('prune: never keeps what is merged', async () => {
    giveTarget({ [MAIN]: third, [TOPIC]: first });

    expect((await mirror({ prune: 'never' })).outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'kept' });
    expect(target.refs()).toMatchObject({ [TOPIC]: first });
  });

  test('prune: always deletes what is not merged, unknown or no commit', async () => {
    giveTarget({ [MAIN]: third });
    const blob = target.git(['hash-object', '-w', '--stdin'], 'of the target');
    target.set({ [TOPIC]: target.commit(), 'refs/tags/blob': blob });

    const { outcomes } = await mirror({ prune: 'always' });

    expect(outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'deleted', 'refs/tags/blob': 'deleted' });
    expect(target.refs()).toEqual({ [MAIN]: third });
  });

  test.each(['merged', 'always'])('an empty source deletes nothing under prune: %s', async (prune) => {
    giveTarget({ [MAIN]: third, [TOPIC]: first });
    source.set({ [MAIN]: null });

    const seen = await mirror({ prune });

    expect(seen.outcomes).toEqual({ [MAIN]: 'kept', [TOPIC]: 'kept' });
    expect(seen.report.update_status).toBe('finished');
    expect(messageOf(seen, TOPIC)).toContain('no default branch');
    expect(target.refs()).toEqual({ [MAIN]: third, [TOPIC]: first });
  });

  test.each(['merged', 'always'])('a detached HEAD of the source deletes nothing under prune: %s', async (prune) => {
    giveTarget({ [MAIN]: first, [TOPIC]: first });
    source.git(['update-ref', '--no-deref', 'HEAD', third]);

    const { outcomes } = await mirror({ prune });

    expect(outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'kept' });
  });

  test.each(['merged', 'always'])('an unborn HEAD of the source deletes nothing under prune: %s', async (prune) => {
    giveTarget({ [MAIN]: first, [TOPIC]: first });
    source.symref('HEAD', 'refs/heads/yet-to-come');

    const { outcomes } = await mirror({ prune });

    expect(outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'kept' });
  });

  test.each(['merged', 'always'])(
    'after the default branch was renamed, the old one stays while it is the default branch of the target: prune: %s',
    async (prune) => {
      giveTarget({ [MAIN]: third, [TOPIC]: first });
      source.git(['branch', '--quiet', '-m', 'main', 'trunk']);

      const seen = await mirror({ prune });

      expect(seen.outcomes).toEqual({ [MAIN]: 'kept', [TOPIC]: 'deleted', 'refs/heads/trunk': 'created' });
      expect(messageOf(seen, MAIN)).toContain("target's default branch");
      expect(seen.report.update_status).toBe('finished');

      target.symref('HEAD', 'refs/heads/trunk');
      expect((await mirror({ prune })).outcomes).toEqual({ [MAIN]: 'deleted', 'refs/heads/trunk': 'unchanged' });
    },
  );

  test.each(['merged', 'always'])(
    'a branch that a symbolic ref of the target stands for is kept under prune: %s',
    async (prune) => {
      giveTarget({ [MAIN]: third, [TOPIC]: first });
      target.symref('refs/heads/stable', TOPIC);

      const { outcomes } = await mirror({ prune });

      expect(outcomes).toEqual({ [MAIN]: 'unchanged', 'refs/heads/stable': 'kept', [TOPIC]: 'kept' });
      expect(target.fsck()).toBe('');
    },
  );
});

describe('selection', () => {
  test('a branch that is not selected is neither pushed nor deleted nor listed', async () => {
    source.set({ 'refs/heads/release/1': second, [TOPIC]: third });
    giveTarget({ [MAIN]: first, 'refs/heads/gone': first, 'refs/heads/release/gone': first });

    const { outcomes } = await mirror({ branches: ['release/*'], prune: 'always' });

    expect(outcomes).toEqual({ 'refs/heads/release/1': 'created', 'refs/heads/release/gone': 'deleted' });
    expect(target.refs()).toEqual({ [MAIN]: first, 'refs/heads/gone': first, 'refs/heads/release/1': second });
  });

  test('a leading ! excludes, whatever else matches', async () => {
    source.set({ [TOPIC]: third, 'refs/heads/topic-2': third });

    const { outcomes } = await mirror({ branches: ['*', '!topic*'] });

    expect(outcomes).toEqual({ [MAIN]: 'created' });
  });

  test('tags are selected by tags alone', async () => {
    source.set({ [TOPIC]: third, [V1]: first, 'refs/tags/nightly': second });

    expect((await mirror({ branches: ['topic'], dryRun: 'true' })).outcomes).toEqual({
      [TOPIC]: 'created',
      'refs/tags/nightly': 'created',
      [V1]: 'created',
    });
    expect((await mirror({ tags: ['!*'], dryRun: 'true' })).outcomes).toEqual({
      [MAIN]: 'created',
      [TOPIC]: 'created',
    });
    expect((await mirror({ tags: ['v*'], mirrorBranchRegex: '^top' })).outcomes).toEqual({
      [TOPIC]: 'created',
      [V1]: 'created',
    });
    expect(target.refs()).toEqual({ [TOPIC]: third, [V1]: first });
  });

  test('merged branches are judged by the default branch, also where that is not selected', async () => {
    giveTarget({ [TOPIC]: second });

    expect((await mirror({ branches: ['topic'] })).outcomes).toEqual({ [TOPIC]: 'deleted' });
    expect(target.refs()).toEqual({});
  });
});

describe('names that exclude each other', () => {
  test('a merged a/b makes room for a', async () => {
    source.set({ 'refs/heads/a': third });
    giveTarget({ [MAIN]: third, 'refs/heads/a/b': first });

    expect((await mirror()).outcomes).toEqual({
      'refs/heads/a': 'created',
      'refs/heads/a/b': 'deleted',
      [MAIN]: 'unchanged',
    });
    expect(target.refs()).toEqual({ 'refs/heads/a': third, [MAIN]: third });
  });

  test('an a that stays keeps a/b from being created, and everything else comes over', async () => {
    source.set({ 'refs/heads/a/b': third, [TOPIC]: third });
    giveTarget({ [MAIN]: third });
    const own = target.commit([third]);
    target.set({ 'refs/heads/a': own });

    const seen = await mirror();

    expect(seen.outcomes).toEqual({
      'refs/heads/a': 'kept',
      'refs/heads/a/b': 'rejected',
      [MAIN]: 'unchanged',
      [TOPIC]: 'created',
    });
    expect(messageOf(seen, 'refs/heads/a/b')).toContain('refs/heads/a');
    expect(seen.report.update_status).toBe('failed');
    expect(target.refs()).toEqual({ 'refs/heads/a': own, [MAIN]: third, [TOPIC]: third });
  });
});

describe('over HTTP', () => {
  let server: GitHttpServer;

  beforeEach(async () => {
    server = await GitHttpServer.start(scratch.path);
  });

  afterEach(() => server.stop());

  async function mirrorOverHttp(given: Given = {}): Promise<Run> {
    server.forget();
    return run(server.url('source.git'), server.url('target.git'), given);
  }

  describe('order', () => {
    test('an empty target gets the default branch of the source first', async () => {
      source.set({ 'refs/heads/a': first, 'refs/heads/trunk': third, [V1]: second });
      source.symref('HEAD', 'refs/heads/trunk');

      await mirrorOverHttp();

      const [push, ...more] = pushesSeenBy(server);
      expect(push?.commands[0]).toBe('create refs/heads/trunk');
      expect(push?.commands.toSorted()).toEqual([
        'create refs/heads/a',
        `create ${MAIN}`,
        'create refs/heads/trunk',
        `create ${V1}`,
      ]);
      expect(more).toEqual([]);
    });

    test('deletions that free a name come before the creation that needs it, other deletions last', async () => {
      source.set({ 'refs/heads/a': second, 'refs/heads/x/y': second });
      giveTarget({ [MAIN]: first, 'refs/heads/a/b': first, 'refs/heads/b': first, 'refs/heads/x': first });

      await mirrorOverHttp();

      const commands = pushesSeenBy(server).flatMap((push) => push.commands);
      expect(commands[0]).toBe(`update ${MAIN}`);
      expect(commands.slice(1, 3).toSorted()).toEqual(['delete refs/heads/a/b', 'delete refs/heads/x']);
      expect(commands.slice(3, 5).toSorted()).toEqual(['create refs/heads/a', 'create refs/heads/x/y']);
      expect(commands.slice(5)).toEqual(['delete refs/heads/b']);
      expect(target.refs()).toEqual(source.refs());
    });

    test('the default branch waits for the deletion that frees its own name', async () => {
      source.set({ 'refs/heads/a': third });
      source.symref('HEAD', 'refs/heads/a');
      giveTarget({ [MAIN]: third, 'refs/heads/a/b': first });

      await mirrorOverHttp();

      const [push] = pushesSeenBy(server);
      expect(push?.commands).toEqual(['delete refs/heads/a/b', 'create refs/heads/a']);
    });
  });

  describe('the report', () => {
    test('has the fields of the contract, and no others', async () => {
      const before = Date.now();
      source.set({ [TOPIC]: third });
      giveTarget({ [MAIN]: first, 'refs/heads/gone': first });

      const { report } = await mirrorOverHttp({ mirrorBranchRegex: '.', tags: ['!*'] });

      const { last_update_started_at: startedAt, last_update_at: endedAt, transfer, ...others } = report;
      expect(others).toEqual({
        url: server.url('target.git'),
        source_url: server.url('source.git'),
        update_status: 'finished',
        last_error: null,
        last_error_code: null,
        only_protected_branches: false,
        keep_divergent_refs: false,
        mirror_branch_regex: '.',
        dry_run: false,
        check: false,
        refs: [
          {
            ref: 'refs/heads/gone',
            outcome: 'deleted',
            old: first,
            new: null,
            message: expect.stringContaining('merged'),
            code: 'merged',
          },
          { ref: MAIN, outcome: 'updated', old: first, new: third, message: null, code: null },
          { ref: TOPIC, outcome: 'created', old: null, new: third, message: null, code: null },
        ],
        notices: [],
        counts: {
          created: 1,
          updated: 1,
          forced: 0,
          deleted: 1,
          unchanged: 0,
          diverged: 0,
          kept: 0,
          rejected: 0,
        },
        lfs: null,
      });
      for (const time of [startedAt, endedAt]) expect(new Date(time).toISOString()).toBe(time);
      expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
      expect(Object.keys(transfer).toSorted()).toEqual([
        'bytes_received',
        'bytes_sent',
        'duration_ms',
        'pack_bytes',
        'requests',
      ]);
    });

    test('lists refs in the order of their bytes', async () => {
      const names = ['a', 'a-b', 'Z', 'ä', '\u{1f600}', '\uffee', 'a.b'].map((name) => `refs/heads/${name}`);
      source.set(Object.fromEntries(names.map((name) => [name, third])));

      const { report } = await mirrorOverHttp();

      const inGitsOrder = source.git(['for-each-ref', '--format=%(refname)', 'refs/heads']).split('\n');
      expect(report.refs.map(({ ref }) => ref)).toEqual(inGitsOrder);
      expect(inGitsOrder).toHaveLength(names.length + 1);
    });

    test('tells what was transferred', async () => {
      giveTarget({ [MAIN]: first });

      const { report } = await mirrorOverHttp();

      const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
      const [push] = pushesSeenBy(server);
      expect(push?.packBytes).toBeGreaterThan(100);
      expect(report.transfer).toMatchObject({
        requests: server.requests.length,
        bytes_received: sum(server.requests.map(({ sent }) => sent)),
        bytes_sent: sum(server.requests.map(({ received }) => received)),
        pack_bytes: push?.packBytes,
      });
      expect(report.transfer.duration_ms).toBeGreaterThan(0);
    });

    test('of a second run tells of no change, no pack and no push', async () => {
      source.set({ [TOPIC]: second, [V1]: source.tagObject('v1', second) });
      await mirrorOverHttp();

      const { report } = await mirrorOverHttp();

      expect(report.counts).toMatchObject({ unchanged: 3, created: 0, updated: 0, forced: 0, deleted: 0 });
      expect(report.transfer.pack_bytes).toBe(0);
      expect(pushesSeenBy(server)).toEqual([]);
    });
  });

  describe('a dry run', () => {
    test.each(['false', 'true'])(
      'says what would happen, in the same words, and changes nothing: keep-divergent-refs %s',
      async (keepDivergentRefs) => {
        source.set({ [TOPIC]: third, 'refs/heads/diverged': third, 'refs/heads/a/b': first, [V1]: second });
        giveTarget({ [MAIN]: first, 'refs/heads/merged': second, [V1]: second });
        const own = target.commit([first]);
        target.set({ 'refs/heads/diverged': own, 'refs/heads/own': own, 'refs/heads/a': own });
        const before = target.git(['for-each-ref']);
        const objects = target.git(['count-objects', '-v']);

        const dry = await mirrorOverHttp({ keepDivergentRefs, dryRun: 'true' });
        expect(pushesSeenBy(server)).toEqual([]);
        expect([target.git(['for-each-ref']), target.git(['count-objects', '-v'])]).toEqual([before, objects]);

        const real = await mirrorOverHttp({ keepDivergentRefs });
        expect(dry.report.refs).toEqual(real.report.refs);
        expect(dry.report.counts).toEqual(real.report.counts);
        expect(dry.report).toMatchObject({ dry_run: true, update_status: 'failed' });
        expect(dry.report.last_error).toBe(real.report.last_error);
        expect(target.git(['for-each-ref'])).not.toBe(before);
      },
    );

    test('does not create a local target', async () => {
      const path = scratch.join('yet-to-come.git');

      const { outcomes } = await run(server.url('source.git'), path, { dryRun: 'true' });

      expect(outcomes).toEqual({ [MAIN]: 'created' });
      expect(existsSync(path)).toBe(false);
    });
  });

  describe('races', () => {
    /** Does something once, when the push has been sent but no ref has been moved yet. */
    function beforePush(act: () => void): void {
      let isDone = false;
      server.behaviour.intercept = (request) => {
        if (!isDone && request.method === 'POST' && request.url?.endsWith('/git-receive-pack') === true) {
          isDone = true;
          act();
        }
        return false;
      };
    }

    test('a ref that somebody moved on the target meanwhile is not overwritten blindly, but planned again', async () => {
      giveTarget({ [MAIN]: first });
      const own = target.commit([first]);
      beforePush(() => target.set({ [MAIN]: own }));

      const { report } = await mirrorOverHttp();

      expect(report.refs).toEqual([{ ref: MAIN, outcome: 'forced', old: own, new: third, message: null, code: null }]);
      expect(target.refs()).toEqual({ [MAIN]: third });
    });

    test('under keep-divergent-refs a ref that diverged meanwhile is diverged', async () => {
      source.set({ [TOPIC]: second });
      giveTarget({ [MAIN]: first });
      const own = target.commit([first]);
      beforePush(() => target.set({ [MAIN]: own }));

      const { outcomes } = await mirrorOverHttp(KEEP);

      expect(outcomes).toEqual({ [MAIN]: 'diverged', [TOPIC]: 'created' });
      expect(target.refs()).toEqual({ [MAIN]: own, [TOPIC]: second });
    });

    test('a branch that somebody pushed to meanwhile is not deleted as merged', async () => {
      giveTarget({ [MAIN]: third, [TOPIC]: first });
      const own = target.commit([first]);
      beforePush(() => target.set({ [TOPIC]: own }));

      const { outcomes } = await mirrorOverHttp();

      expect(outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'kept' });
      expect(target.refs()).toEqual({ [MAIN]: third, [TOPIC]: own });
    });

    test('a run that a newer one overtakes does not take the target back', async () => {
      source.set({ [MAIN]: second });
      giveTarget({ [MAIN]: first });
      target.git(['fetch', '--quiet', source.path, third]);
      const late = await GitHttpServer.start(scratch.path);
      late.behaviour.delayMs = 100;
      let isOvertaken = false;
      server.behaviour.alter = (chunk, { method }) => {
        if (method === 'POST' && !isOvertaken) {
          isOvertaken = true;
          source.set({ [MAIN]: third });
          target.set({ [MAIN]: third });
        }
        return chunk;
      };

      const { report } = await run(server.url('source.git'), late.url('target.git'));
      await late.stop();

      expect(isOvertaken).toBe(true);
      expect(report.update_status).toBe('finished');
      expect(target.refs()).toEqual({ [MAIN]: third });
    });
  });

  describe('a source without protocol v2', () => {
    beforeEach(() => {
      server.behaviour.protocolV2 = false;
    });

    test('is mirrored by the same rules', async () => {
      source.set({ [V1]: source.tagObject('v1', second) });
      giveTarget({ [MAIN]: first, 'refs/heads/merged': second });
      target.set({ 'refs/heads/own': target.commit([first]) });

      const { outcomes } = await mirrorOverHttp();

      expect(outcomes).toEqual({
        [MAIN]: 'updated',
        'refs/heads/merged': 'deleted',
        'refs/heads/own': 'kept',
        [V1]: 'created',
      });
      expect(target.fsck()).toBe('');
    });

    test('may take its time between the last byte of the pack and the end of the answer', async () => {
      const late = await GitHttpServer.start(scratch.path, serverWithLateEnd(200));
      late.behaviour.protocolV2 = false;
      holdBackFlush(late);

      const { report } = await run(late.url('source.git'), target.path);
      await late.stop();

      expect(report).toMatchObject({ update_status: 'finished', last_error: null });
      expect(target.refs()).toEqual(source.refs());
    });

    test('does not keep the command waiting for an answer that nobody needs', async () => {
      giveTarget({ [MAIN]: third });
      let isHeld = false;
      server.behaviour.intercept = ({ method }) => {
        isHeld ||= method === 'POST';
        return method === 'POST';
      };
      const startedAt = Date.now();

      const { code } = await runBundle('cli', ['--timeout', '12', server.url('source.git'), target.path]);

      expect({ code, isHeld }).toEqual({ code: 0, isHeld: true });
      expect(Date.now() - startedAt).toBeLessThan(9000);
    });
  });
});

describe('objects', () => {
  test('tags on blobs and trees come over, annotated or not', async () => {
    const blob = source.git(['hash-object', '-w', '--stdin'], 'a key');
    const tree = source.git(['mktree'], `100644 blob ${blob}\tkey\n`);
    source.set({
      'refs/tags/blob': blob,
      'refs/tags/tree': tree,
      'refs/tags/annotated-blob': source.tagObject('annotated-blob', blob, 'blob'),
      'refs/tags/annotated-tree': source.tagObject('annotated-tree', tree, 'tree'),
    });

    const { report } = await mirror();

    expect(report.counts).toMatchObject({ created: 5 });
    expect(target.refs()).toEqual(source.refs());
    expect(target.git(['cat-file', '-p', 'refs/tags/annotated-blob^{}'])).toBe('a key');
    expect(target.fsck()).toBe('');
  });

  test('a ref name that is no UTF-8 comes over byte for byte, and goes again', async () => {
    const latin1 = Buffer.from('refs/heads/caf\xe9', 'latin1');
    const line = Buffer.concat([Buffer.from(`${second} `), latin1, Buffer.from('\n')]);
    writeFileSync(join(source.path, 'packed-refs'), line);
    const name = 'refs/heads/caf\udce9';

    const created = await mirror();
    expect(created.outcomes).toEqual({ [name]: 'created', [MAIN]: 'created' });
    expect(packedRefsOf(target)).toContain(`${second} refs/heads/caf\xe9\n`);

    expect((await mirror()).outcomes).toEqual({ [name]: 'unchanged', [MAIN]: 'unchanged' });

    writeFileSync(join(source.path, 'packed-refs'), '');
    expect((await mirror()).outcomes).toEqual({ [name]: 'deleted', [MAIN]: 'unchanged' });
    expect(packedRefsOf(target)).not.toContain('refs/heads/caf');
  });

  describe('of a sha256 repository', () => {
    let modern: TestRepository;
    let tip: string;

    beforeEach(() => {
      modern = TestRepository.create(scratch.join('modern.git'), { format: 'sha256' });
      tip = modern.commits(2);
      modern.set({ [MAIN]: tip, [V1]: modern.tagObject('v1', tip) });
    });

    test.each(['local', 'http'])('come over, %s, and are compared by the same rules', async (way) => {
      const server = await GitHttpServer.start(scratch.path);
      const copy = TestRepository.create(scratch.join('copy.git'), { format: 'sha256' });
      const mirrorModern = (): Promise<Run> =>
        way === 'local' ? run(modern.path, copy.path) : run(server.url('modern.git'), server.url('copy.git'));
      const root = modern.git(['rev-parse', 'main^']);

      expect((await mirrorModern()).outcomes).toEqual({ [MAIN]: 'created', [V1]: 'created' });
      expect(copy.refs()).toEqual(modern.refs());
      copy.set({ [MAIN]: root, [TOPIC]: root });
      expect((await mirrorModern()).outcomes).toEqual({ [MAIN]: 'updated', [TOPIC]: 'deleted', [V1]: 'unchanged' });
      expect(copy.fsck()).toBe('');
      await server.stop();
    });

    test('make a local target that does not exist a sha256 repository', async () => {
      const path = scratch.join('new.git');

      await run(modern.path, path);

      expect(TestRepository.at(path).git(['rev-parse', '--show-object-format'])).toBe('sha256');
      expect(TestRepository.at(path).refs()).toEqual(modern.refs());
    });

    test('do not go into a sha1 repository, and the message says what to do', async () => {
      const { report } = await run(modern.path, target.path);

      expect(report.update_status).toBe('failed');
      expect(report.last_error).toContain('--object-format=sha256');
      expect(target.refs()).toEqual({});
    });
  });

  test('a change of one line in a history of 200 commits costs less than 1000 bytes', async () => {
    const lines = Array.from({ length: 1000 }, (_none, line) => Math.sin(line).toString(36));
    const pool = new ObjectPool();
    let tip: string | undefined;
    const commit = (number: number): void => {
      lines[number % lines.length] = `change ${number}`;
      const tree = pool.tree({ file: pool.blob(lines.join('\n')) });
      tip = pool.commit(tree, tip === undefined ? [] : [tip], `commit ${number}`, 1_577_836_800 + number);
    };
    const write = (name: string): string => {
      const path = scratch.join(name);
      const refs = new Map([[MAIN, tip ?? '']]);
      pool.write(path, { tips: [], refs, symrefs: new Map(), head: `ref: ${MAIN}`, hasPackedRefs: false });
      return path;
    };
    for (let number = 1; number <= 200; number += 1) commit(number);
    const copy = write('copy.git');
    commit(201);
    const long = write('long.git');

    const { outcomes, report } = await run(long, copy);

    expect(outcomes).toEqual({ [MAIN]: 'updated' });
    expect(report.transfer.pack_bytes).toBeGreaterThan(0);
    expect(report.transfer.pack_bytes).toBeLessThan(1000);
    expect(report.transfer.bytes_received + report.transfer.bytes_sent).toBeLessThan(5000);
    expect(TestRepository.at(copy).fsck()).toBe('');
  });
});

describe('an empty repository', () => {
  test('as the target takes everything', async () => {
    source.set({ [TOPIC]: second, [V1]: source.tagObject('v1', first) });

    const { report } = await mirror();

    expect(report).toMatchObject({ update_status: 'finished', counts: { created: 3 } });
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
  });

  test.each(['sha1', 'sha256'] as const)('as both ends is nothing to do: %s', async (format) => {
    const [one, other] = ['one.git', 'other.git'].map((name) => TestRepository.create(scratch.join(name), { format }));

    const { report } = await run(one!.path, other!.path);

    expect(report).toMatchObject({ update_status: 'finished', last_error: null, refs: [] });
    expect(report.transfer.pack_bytes).toBe(0);
  });

  test('that does not exist yet is made, with the default branch of the source', async () => {
    source.git(['branch', '--quiet', '-m', 'main', 'trunk']);
    const path = scratch.join('new.git');

    const { outcomes } = await run(source.path, path);

    expect(outcomes).toEqual({ 'refs/heads/trunk': 'created' });
    expect(TestRepository.at(path).git(['symbolic-ref', 'HEAD'])).toBe('refs/heads/trunk');
    expect(TestRepository.at(path).refs()).toEqual({ 'refs/heads/trunk': third });
  });
});

/** The refs of a repository, a character for each byte. */
function packedRefsOf(repository: TestRepository): string {
  repository.git(['pack-refs', '--all']);
  return readFileSync(join(repository.path, 'packed-refs'), 'latin1');
}
