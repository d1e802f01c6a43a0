import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.js';
import { CommandProcess, until } from '../command-process.js';
import { LfsPair } from '../lfs-pair.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { commitLargeTrees } from '../repositories/large-trees.js';
import {
  asFiles,
  commitLfs,
  generatedObject,
  generatedObjects,
  keepLocally,
  lfsObject,
  pointer,
  type LfsObject,
} from '../repositories/lfs.js';
import { run, runBundle, type Run } from '../run.js';
import type { SeenRequest } from '../servers/git-http-server.js';
import * as lfs from '../servers/lfs-choices.js';
import { LfsServer, neededLfsServer } from '../servers/lfs-server.js';

const START_MS = 60_000;
const MAIN = 'refs/heads/main';
const HANDS_OVER = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
const python = neededLfsServer();

const oidsOf = (objects: readonly { readonly oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();
const sum = (requests: readonly SeenRequest[]): number => requests.reduce((total, { sent }) => total + sent, 0);

python.describe('lfs: auto', () => {
  let scratch: Scratch;
  let server: LfsServer;
  let pair: LfsPair;
  let source: TestRepository;
  let made = 0;
  const fresh = (): string => scratch.join(`folder-${(made += 1)}`);

  beforeAll(async () => {
    scratch = new Scratch();
    server = await LfsServer.start(scratch.join('lfs'), { program: python.path });
  }, START_MS);

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  beforeEach(async () => {
    pair = await LfsPair.start({ root: fresh(), number: made, server });
    ({ source } = pair);
    // What is on the way is then as large as it is, and nobody spends time on it.
    for (const setting of ['core.compression=0', 'core.bigFileThreshold=500k'])
      source.git(['config', ...setting.split('=')]);
  });

  afterEach(() => pair.stop());

  const looks = (): string[] => pair.looks().map(({ without }) => without);

  /** Everything is there: the refs, and these objects and no others. */
  const expectMirrored = ({ report }: Pick<Run, 'report'>, objects: readonly LfsObject[] = []): void => {
    expect(report.refs.filter(({ outcome }) => outcome === 'rejected')).toEqual([]);
    expect(report.last_error).toBeNull();
    expect(pair.target.refs()).toEqual(source.refs());
    expect(pair.stored.oids()).toEqual(oidsOf(objects));
  };

  /** Everything is there, and nobody asked for any Git LFS object. */
  const expectWithoutLfs = (mirrored: Pick<Run, 'report'>): void => {
    expectMirrored(mirrored);
    expect(mirrored.report.lfs).toBeNull();
    expect(pair.faults.requests).toEqual([]);
  };

  /** Makes commits on `main`, each with a file of so many bytes. */
  const commitFiles = (count: number, bytes: number): void => {
    const random = (): string => randomBytes(bytes / 2).toString('hex');
    commitLfs(source, ...Array.from({ length: count }, (_, index) => ({ files: { [`text/${index}.txt`]: random() } })));
  };

  /** Runs the command from `dist/`, and says what it left in its temporary folder. */
  const command = async (
    ...options: readonly string[]
  ): Promise<{ report: Report; stderr: string; left: string[] }> => {
    const temporary = fresh();
    mkdirSync(temporary);
    const args = ['--json', ...options, pair.url('source'), pair.url('target')];
    const { stdout, stderr } = await runBundle('cli', args, { TMPDIR: temporary });
    if (stdout === '') throw new Error(`the command printed no report, but said: ${stderr}`);
    return { report: JSON.parse(stdout) as Report, stderr, left: readdirSync(temporary) };
  };

  describe('a repository without Git LFS', () => {
    test('first mirror: at most three small questions beside the pack, and none to an LFS server', async () => {
      commitFiles(20, 20_000);
      source.set({ 'refs/heads/other': source.commit([source.refs()[MAIN]!]), 'refs/tags/v1': source.refs()[MAIN]! });

      const mirrored = await pair.mirror();

      expectWithoutLfs(mirrored);
      // What the one for the folders brings first need not be asked for by the one for the roots.
      expect(['blob:none tree:0', 'blob:none tree:0 tree:0']).toContain(looks().toSorted().join(' '));
      // The refs twice, the pack, and these.
      expect(pair.questions()).toHaveLength(3 + looks().length);
      expect(mirrored.report.transfer.pack_bytes).toBeGreaterThan(200_000);
      expect(sum(pair.looks())).toBeLessThan(4000);
    });

    test('what a first mirror is asked for does not grow with its history', async () => {
      commitFiles(3, 2000);
      await pair.mirror();
      const small = sum(pair.looks());
      pair.forget();
      pair.target.set({ [MAIN]: null });
      for (let round = 0; round < 10; round += 1) commitFiles(3, 2000);

      expectWithoutLfs(await pair.mirror());

      expect(sum(pair.looks())).toBeLessThan(small + 500);
    });

    test('1100 branches are asked about in two questions, and one for what they have in common', async () => {
      const commits = Array.from({ length: 1100 }, (_, index) => [
        `commit refs/heads/b${index}\ncommitter C <c@example.com> ${index} +0000\ndata 0`,
        'M 100644 inline file\ndata 1\nx',
      ]);
      source.git(['fast-import', '--quiet', '--done'], `${commits.flat().join('\n')}\ndone\n`);
      source.symref('HEAD', 'refs/heads/b0');

      expectWithoutLfs(await pair.mirror());

      expect(looks().length).toBeLessThanOrEqual(4);
      expect(sum(pair.looks())).toBeLessThan(500_000);
    });

    test('nothing changed: not a question more than for the refs', async () => {
      commitFiles(1, 100);
      await pair.mirror();
      pair.forget();

      expectWithoutLfs(await pair.mirror());

      expect(pair.web.asked.toSorted()).toEqual([
        `GET /${pair.name('source')}.git/info/refs`,
        `GET /${pair.name('target')}.git/info/refs`,
        `POST /${pair.name('source')}.git/git-upload-pack`,
      ]);
    });

    test('one commit: one question more than with lfs: never, as small as the change without its files', async () => {
      commitFiles(2, 1_000_000);
      await pair.mirror();
      commitFiles(1, 1_000_000);
      pair.forget();
      await pair.mirror({ lfs: 'never' });
      const without = pair.questions().length;
      expect(looks()).toEqual([]);
      commitFiles(1, 1_000_000);
      pair.forget();

      expectWithoutLfs(await pair.mirror());

      expect(pair.questions()).toHaveLength(without + 1);
      expect(looks()).toEqual(['blob:limit=1k']);
      expect(sum(pair.looks())).toBeLessThan(1000);
    });

    test('a tag on what the target holds: no question', async () => {
      commitFiles(2, 100);
      await pair.mirror();
      source.set({ 'refs/tags/v1': source.refs()[MAIN]! });
      pair.forget();

      expectWithoutLfs(await pair.mirror());

      expect(looks()).toEqual([]);
    });

    test('a deletion: no question', async () => {
      commitFiles(2, 100);
      source.set({ 'refs/heads/merged': source.refs()[MAIN]! });
      await pair.mirror();
      source.set({ 'refs/heads/merged': null });
      pair.forget();

      const mirrored = await pair.mirror();

      expectWithoutLfs(mirrored);
      expect(mirrored.outcomes).toEqual({ [MAIN]: 'unchanged', 'refs/heads/merged': 'deleted' });
      expect(looks()).toEqual([]);
    });

    test('a dry run', async () => {
      commitFiles(2, 100);

      const { report, outcomes } = await pair.mirror({ dryRun: 'true' });

      expect([report.lfs, outcomes]).toEqual([null, { [MAIN]: 'created' }]);
      expect(looks()).toContain('tree:0');
    });
  });

  describe('pointers that nobody hands to Git LFS', () => {
    const object = lfsObject('nobody has it');
    const fixtures = { 'fixtures/pointer.txt': pointer(object), 'fixtures/.gitattributes': '*.txt text\n' };

    test('are files like others', async () => {
      commitLfs(source, { files: fixtures });
      expectWithoutLfs(await pair.mirror());

      commitLfs(source, { files: { 'fixtures/again.txt': pointer(generatedObject(1, 10)) } });
      pair.forget();

      expectWithoutLfs(await pair.mirror());
      expect(looks()).toEqual(['blob:limit=1k', 'tree:0']);
    });

    test('are followed with lfs: always', async () => {
      commitLfs(source, { files: fixtures });

      const { report, outcomes } = await pair.mirror({ lfs: 'always' });

      expect(outcomes).toEqual({ [MAIN]: 'rejected' });
      expect(report.refs[0]?.message).toContain(`${object.oid} (fixtures/pointer.txt) could not be transferred`);
    });
  });

  describe('where a .gitattributes says so', () => {
    const [one, two] = generatedObjects(2, 500) as [LfsObject, LfsObject];
    const hold = (...objects: readonly LfsObject[]): void => pair.held.put(objects);
    const LONG = `${'# a line of comment\n'.repeat(100)}${HANDS_OVER}`;

    const OTHER = 'refs/heads/other';
    const tagged = (id: string, type: string): Record<string, string> => ({
      'refs/tags/v1': source.tagObject('v1', id, type),
    });
    /** A folder in which a folder lists 300,000 submodules: 9 MB. */
    const vastTree = (): string => {
      const entries = Array.from({ length: 300_000 }, (_, at) => `160000 commit ${'1'.repeat(40)}\tx${at}\n`);
      const folder = source.git(['mktree'], entries.join(''));
      return source.git(['mktree'], `040000 tree ${folder}\tvast\n`);
    };
    const treeOf = (ref: string): string => source.git(['rev-parse', `${ref}^{tree}`]);

    test.each<[string, () => void]>([
      ['in the root', () => commitLfs(source, { files: { '.gitattributes': HANDS_OVER, 'a/x.bin': one } })],
      [
        'by a macro',
        () => commitLfs(source, { files: { '.gitattributes': `[attr]big filter=lfs\n*.x big\n`, y: one } }),
      ],
      ['in a long file', () => commitLfs(source, { files: { '.gitattributes': LONG, 'x.bin': one } })],
      [
        'in a folder of the default branch alone',
        () => commitLfs(source, { files: { 'a/b/.gitattributes': HANDS_OVER, 'a/b/c/x.bin': one } }),
      ],
      [
        'in the root of another branch alone',
        () => {
          commitLfs(source, { ref: OTHER, files: { '.gitattributes': HANDS_OVER, 'x.bin': one } });
          source.set({ [MAIN]: source.commits(2) });
        },
      ],
      [
        'in a folder of another branch alone',
        () => {
          commitLfs(source, { ref: OTHER, files: { 'a/b/.gitattributes': HANDS_OVER, 'a/b/c/x.bin': one } });
          source.set({ [MAIN]: source.commits(2) });
        },
      ],
      [
        'in a folder of the default branch, beside one whose folders are too large to be looked through',
        () => {
          commitLfs(source, { files: { 'a/b/.gitattributes': HANDS_OVER, 'a/b/c/x.bin': one } });
          source.set({ 'refs/heads/vast': source.git(['commit-tree', vastTree(), '-m', 'vast']) });
        },
      ],
      [
        'on a tag alone',
        () => {
          const tip = commitLfs(source, { ref: OTHER, files: { '.gitattributes': HANDS_OVER, 'x.bin': one } });
          source.set({ [MAIN]: source.commits(2), 'refs/tags/light': tip, [OTHER]: null });
        },
      ],
      [
        'on an annotated tag alone',
        () => {
          const tip = commitLfs(source, { ref: OTHER, files: { '.gitattributes': HANDS_OVER, 'x.bin': one } });
          source.set({ [MAIN]: source.commits(2), ...tagged(tip, 'commit'), [OTHER]: null });
        },
      ],
      [
        'on a tag of a tag alone',
        () => {
          const tip = commitLfs(source, { ref: OTHER, files: { '.gitattributes': HANDS_OVER, 'x.bin': one } });
          source.set({ [MAIN]: source.commits(2), ...tagged(source.tagObject('inner', tip), 'tag'), [OTHER]: null });
        },
      ],
      [
        'on a tag of a tree alone',
        () => {
          commitLfs(source, { ref: OTHER, files: { '.gitattributes': HANDS_OVER, 'x.bin': one } });
          source.set({ [MAIN]: source.commits(2), ...tagged(treeOf(OTHER), 'tree'), [OTHER]: null });
        },
      ],
    ])('%s: at a first mirror', async (_where, build) => {
      hold(one);
      build();

      const mirrored = await pair.mirror();

      expectMirrored(mirrored, [one]);
      expect(mirrored.report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 500 });
    });

    test.each<[string, Record<string, string>, Record<string, LfsObject | string>]>([
      ['in the root, from before', { '.gitattributes': HANDS_OVER }, { 'a/x.bin': one }],
      ['in the root, now', {}, { '.gitattributes': HANDS_OVER, 'a/x.bin': one }],
      ['in a folder, from before', { 'a/.gitattributes': HANDS_OVER }, { 'a/b/x.bin': one }],
      ['in a folder, now', {}, { 'a/b/.gitattributes': HANDS_OVER, 'a/b/c/x.bin': one }],
      ['in a long file, from before', { '.gitattributes': LONG }, { 'x.bin': one }],
      ['in a long file, now', {}, { '.gitattributes': LONG, 'x.bin': one }],
      ['by a macro, from before', { '.gitattributes': '[attr]big filter=lfs\n*.x big\n' }, { y: one }],
    ])('%s: in a change', async (_where, before, change) => {
      hold(one);
      commitLfs(source, { files: { file: 'text', ...before } });
      expect((await pair.mirror()).report.update_status).toBe('finished');
      expect(pair.stored.oids()).toEqual([]);

      commitLfs(source, { files: change });
      const mirrored = await pair.mirror();

      expectMirrored(mirrored, [one]);
      expect(mirrored.report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 500 });
    });

    test('in a folder of a branch that is new: in a change', async () => {
      hold(one);
      commitLfs(source, { files: { file: 'text' } });
      await pair.mirror();
      source.set({ [OTHER]: source.refs()[MAIN]! });
      commitLfs(source, { ref: OTHER, files: { 'a/.gitattributes': HANDS_OVER, 'a/x.bin': one } });
      commitLfs(source, { ref: OTHER, files: { 'a/x.bin': 'text now' } });

      expectMirrored(await pair.mirror(), [one]);
    });

    test('another folder is not looked at: its pointers come along, though', async () => {
      hold(one, two);
      commitLfs(source, { files: { 'a/.gitattributes': HANDS_OVER, 'a/x.bin': one, 'b/pointer.txt': pointer(two) } });

      expectMirrored(await pair.mirror(), [one, two]);
    });

    test('a .gitattributes that is a folder, a link or a submodule says nothing', async () => {
      commitLfs(source, { files: { '.gitattributes/x.txt': HANDS_OVER, 'a/x.bin': pointer(one) } });
      const link = source.git(['hash-object', '-w', '--stdin'], 'attributes');
      const text = source.git(['hash-object', '-w', '--stdin'], HANDS_OVER);
      const file = source.git(['hash-object', '-w', '--stdin'], pointer(one));
      const trees = [`120000 blob ${link}`, `160000 commit ${source.refs()[MAIN]!}`].map((entry) =>
        source.git(
          ['mktree'],
          `${entry}\t.gitattributes\n100644 blob ${text}\tattributes\n100644 blob ${file}\tx.bin\n`,
        ),
      );
      const [linked, subproject] = trees.map((tree) => source.git(['commit-tree', tree, '-m', 'x'])) as [
        string,
        string,
      ];
      const onTop = trees.map((tree) => source.git(['commit-tree', tree, '-m', 'y', '-p', source.refs()[MAIN]!]));
      source.set({ 'refs/heads/linked': linked, 'refs/heads/subproject': subproject });

      expectWithoutLfs(await pair.mirror());

      source.set({ 'refs/heads/linked': onTop[0]!, 'refs/heads/subproject': onTop[1]! });
      expectWithoutLfs(await pair.mirror());
      expect(looks().length).toBeGreaterThan(3);
    });
  });

  describe('a repository with Git LFS', () => {
    test('first all, then what is new, then nothing', async () => {
      const objects = generatedObjects(5, 20_000);
      pair.commit(objects);
      const first = await pair.mirror();
      expectMirrored(first, objects);
      expect(first.report.lfs).toEqual({ objects: 5, uploaded: 5, bytes: 100_000 });

      const newer = generatedObjects(2, 3000, 2);
      pair.commit(newer, 'newer');
      pair.forget();
      const second = await pair.mirror();

      expectMirrored(second, [...objects, ...newer]);
      expect(second.report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 6000 });
      for (const { batch } of pair.faults.seen('batch')) expect(oidsOf(batch?.objects ?? [])).toEqual(oidsOf(newer));
      expect(pair.faults.seen('batch')).toHaveLength(2);
      expect(oidsOf(pair.faults.seen('upload').map(({ oid = '' }) => ({ oid })))).toEqual(oidsOf(newer));
      expect(sum(pair.looks())).toBeLessThan(2500);

      pair.forget();
      const third = await pair.mirror();

      expectMirrored(third, [...objects, ...newer]);
      expect(third.report.lfs).toBeNull();
      expect([looks(), pair.faults.requests]).toEqual([[], []]);
    });

    test('the same objects on another branch: the target is asked, and the source is not', async () => {
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      await pair.mirror();
      commitLfs(source, { ref: 'refs/heads/other', files: asFiles(objects, 'moved'), track: ['*.bin'] });
      pair.forget();

      const mirrored = await pair.mirror();

      expectMirrored(mirrored, objects);
      expect(pair.faults.requests.map(({ kind, batch }) => [kind, batch?.operation])).toEqual([['batch', 'upload']]);
      expect(mirrored.report.lfs).toEqual({ objects: 3, uploaded: 0, bytes: 0 });
    });

    test('a text file in it: no LFS server is asked', async () => {
      pair.commit(generatedObjects(2, 100));
      await pair.mirror();
      commitLfs(source, { files: { 'README.md': 'text' } });
      pair.forget();

      const { report } = await pair.mirror();

      expect(report).toMatchObject({ last_error: null, lfs: null });
      expect(pair.faults.requests).toEqual([]);
      expect(looks()).toEqual(['blob:limit=1k']);
    });

    test('keep-divergent-refs: the objects of a branch that has diverged stay where they are', async () => {
      const [own, theirs, others] = [1, 2, 3].map((seed) => generatedObject(seed, 1000)) as [
        LfsObject,
        LfsObject,
        LfsObject,
      ];
      pair.commit([own]);
      await pair.mirror();
      pair.target.set({ [MAIN]: pair.target.commit([pair.target.refs()[MAIN]!]) });
      pair.commit([theirs], 'theirs');
      pair.held.put([others]);
      commitLfs(source, { ref: 'refs/heads/other', files: { 'x.bin': others }, track: ['*.bin'] });

      const { report, outcomes } = await pair.mirror({ keepDivergentRefs: 'true' });

      expect(outcomes).toEqual({ [MAIN]: 'diverged', 'refs/heads/other': 'created' });
      expect(report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 1000 });
      expect(pair.stored.oids()).toEqual(oidsOf([own, others]));

      const forced = await pair.mirror();

      expect(forced.outcomes).toEqual({ [MAIN]: 'forced', 'refs/heads/other': 'unchanged' });
      expectMirrored(forced, [own, theirs, others]);
    });

    const without: readonly [what: string, give: (tip: string) => void][] = [
      [
        'a ref of a pull request',
        (tip) => pair.target.git(['fetch', '--quiet', source.path, `${tip}:refs/pull/1/head`]),
      ],
      [
        'another repository that the target shares objects with',
        (tip) => {
          const pool = TestRepository.create(join(pair.target.path, '..', 'pool.git'));
          pool.git(['fetch', '--quiet', source.path, `${tip}:refs/heads/main`]);
          writeFileSync(join(pair.target.path, 'objects', 'info', 'alternates'), `${pool.path}/objects\n`);
        },
      ],
    ];
    test.each(without)('what came to the target by %s came without objects', async (_what, give) => {
      const objects = generatedObjects(2, 500);
      give(pair.commit(objects));
      const { report, outcomes } = await pair.mirror();

      expect([report.last_error, outcomes]).toEqual([null, { [MAIN]: 'created' }]);
      expect(pair.stored.oids()).toEqual(oidsOf(objects));
    });

    test('a branch that is not selected: its objects stay where they are', async () => {
      const [own, theirs] = generatedObjects(2, 1000) as [LfsObject, LfsObject];
      pair.commit([own]);
      pair.held.put([theirs]);
      commitLfs(source, { ref: 'refs/heads/private', files: { 'x.bin': theirs }, track: ['*.bin'] });

      const { report } = await pair.mirror({ branches: ['main'] });

      expect(report).toMatchObject({ last_error: null, lfs: { objects: 1, uploaded: 1 } });
      expect(pair.stored.oids()).toEqual([own.oid]);
    });

    test('branches are deleted: no question', async () => {
      pair.commit(generatedObjects(2, 100));
      source.set({ 'refs/heads/merged': source.refs()[MAIN]! });
      await pair.mirror();
      source.set({ 'refs/heads/merged': null });
      pair.forget();

      const { report, outcomes } = await pair.mirror({ prune: 'always' });

      expect(outcomes).toEqual({ [MAIN]: 'unchanged', 'refs/heads/merged': 'deleted' });
      expect([report.lfs, looks(), pair.faults.requests]).toEqual([null, [], []]);
    });

    test('a lost object keeps back the refs that need it, and no other', async () => {
      const lost = lfsObject('lost');
      const good = generatedObjects(2, 100);
      pair.commit(good);
      commitLfs(source, { ref: 'refs/heads/lost', files: { 'a/lost.bin': lost }, track: ['*.bin'] });
      commitLfs(source, { ref: 'refs/heads/plain', files: { text: 'text' } });
      source.set({ 'refs/tags/lost': source.tagObject('lost', source.refs()['refs/heads/lost']!) });

      const { report, outcomes } = await pair.mirror();

      expect(outcomes).toEqual({
        'refs/heads/lost': 'rejected',
        [MAIN]: 'created',
        'refs/heads/plain': 'created',
        'refs/tags/lost': 'rejected',
      });
      for (const { message } of report.refs.filter(({ outcome }) => outcome === 'rejected')) {
        expect(message).toContain(`its Git LFS object ${lost.oid} (a/lost.bin) could not be transferred: `);
      }
      expect(pair.stored.oids()).toEqual(oidsOf(good));

      pair.held.put([lost]);
      expectMirrored(await pair.mirror(), [...good, lost]);
    });

    test('a repository whose ids are SHA-256', async () => {
      const other = await LfsPair.start({ root: fresh(), number: made, server, format: 'sha256' });
      try {
        const objects = generatedObjects(2, 100);
        other.commit(objects);
        await other.mirror();
        const newer = generatedObjects(1, 100, 2);
        other.commit(newer, 'newer');

        const { report } = await other.mirror();

        expect(report).toMatchObject({ last_error: null, lfs: { objects: 1, uploaded: 1 } });
        expect(other.target.refs()).toEqual(other.source.refs());
        expect(other.stored.oids()).toEqual(oidsOf([...objects, ...newer]));
      } finally {
        await other.stop();
      }
    });
  });

  describe('objects that take long', () => {
    // Four go over at once on one server, so these take longer than the timeout, though none of them does.
    const objects = generatedObjects(9, 1000);
    const SLOW = { chosen: lfs.uploads(), delayMs: 1500 };
    const TIMEOUT = { timeout: '4' };

    const packs = (): SeenRequest[] =>
      pair.questions().filter(({ body }) => body.includes('thin-pack') && !body.includes('filter '));

    test('the pack does not wait for them: it is asked for again, after the refs are confirmed', async () => {
      pair.commit(objects);
      commitFiles(1, 12_000_000);
      pair.faults.spoil(SLOW);

      const mirrored = await pair.mirror(TIMEOUT);

      expectMirrored(mirrored, objects);
      const uploads = pair.faults.seen('upload');
      expect(Math.max(...uploads.map(({ endedAt }) => endedAt)) - uploads[0]!.startedAt).toBeGreaterThan(4000);
      const [early, late] = packs();
      expect(packs()).toHaveLength(2);
      expect(early!.sent).toBeLessThan(12_000_000);
      expect(late!.sent).toBeGreaterThan(12_000_000);
      const paths = pair.web.requests.map(({ method, path, body }) =>
        body.includes('command=ls-refs') ? 'refs' : `${method} ${path.split('?')[0] ?? ''}`,
      );
      const push = paths.indexOf(`POST /${pair.name('target')}.git/git-receive-pack`);
      const lastOfObjects = paths.findLastIndex((path) => path.includes('/info/lfs/'));
      const confirmed = paths.slice(0, push).lastIndexOf('refs');
      expect(lastOfObjects).toBeLessThan(confirmed);
      expect(confirmed).toBeLessThan(push);
    });

    test('the pack does not wait for a search that takes long', async () => {
      commitFiles(1, 12_000_000);
      const ends: string[] = [];
      const { intercept } = pair.web.behaviour;
      pair.web.behaviour.intercept = (request, response, seen) => {
        const end = response.end.bind(response);
        const isSearch = (): boolean => seen.body.includes('filter blob:limit');
        response.end = () => {
          setTimeout(end, isSearch() ? 7000 : 0);
          return response;
        };
        response.once('close', () => {
          if (isSearch()) ends.push('search');
          else if (seen.body.includes('thin-pack')) ends.push('pack');
        });
        return intercept?.(request, response, seen) === true;
      };

      expectMirrored(await pair.mirror({ lfs: 'always', timeout: '20' }), []);

      expect(ends).toEqual(['pack', 'search', 'pack']);
    });

    test('no connection for the pack is held open beside them', async () => {
      const object = generatedObject(1, 1000);
      pair.commit([object]);
      commitFiles(1, 12_000_000);
      pair.faults.spoil(SLOW);
      const closedAt = new Map<SeenRequest, number>();
      const { intercept } = pair.web.behaviour;
      pair.web.behaviour.intercept = (request, response, seen) => {
        response.once('close', () => closedAt.set(seen, performance.now()));
        return intercept?.(request, response, seen) === true;
      };

      expectMirrored(await pair.mirror(TIMEOUT), [object]);

      const [upload] = pair.faults.seen('upload');
      expect(closedAt.get(packs()[0]!)).toBeLessThan(upload!.endedAt);
    });

    /** Has something done while the first object goes over. */
    const duringUpload = (act: () => void): void => {
      let isDone = false;
      const chosen: lfs.LfsChoice = (seen) => {
        if (seen.kind === 'upload' && !isDone) {
          isDone = true;
          act();
        }
        return false;
      };
      pair.faults.spoil({ chosen });
    };

    test('a branch that the source moves meanwhile ends where the source has it', async () => {
      const first = generatedObjects(3, 1000);
      const newer = generatedObjects(2, 1000, 2);
      pair.commit(first);
      duringUpload(() => pair.commit(newer, 'newer'));

      const mirrored = await pair.mirror(TIMEOUT);

      expectMirrored(mirrored, [...first, ...newer]);
      expect(mirrored.outcomes).toEqual({ [MAIN]: 'created' });
      expect(mirrored.lines.join('\n')).toContain('changed by somebody else meanwhile');
      expect(mirrored.report.lfs).toEqual({ objects: 5, uploaded: 5, bytes: 5000 });
    });

    test('a branch that the source takes back meanwhile ends where the source has it', async () => {
      const first = generatedObjects(1, 1000);
      const before = pair.commit(first);
      await pair.mirror();
      const newer = generatedObjects(1, 1000, 2);
      pair.commit(newer, 'newer');
      duringUpload(() => source.set({ [MAIN]: before }));

      const mirrored = await pair.mirror(TIMEOUT);

      expectMirrored(mirrored, [...first, ...newer]);
    });

    test('a branch that the source deletes meanwhile is not made', async () => {
      const [own, theirs] = generatedObjects(2, 1000) as [LfsObject, LfsObject];
      pair.commit([own]);
      pair.held.put([theirs]);
      commitLfs(source, { ref: 'refs/heads/short', files: { 'x.bin': theirs }, track: ['*.bin'] });
      duringUpload(() => source.set({ 'refs/heads/short': null }));

      const { report } = await pair.mirror(TIMEOUT);

      expect(report.last_error).toBeNull();
      expect(pair.target.refs()).toEqual(source.refs());
    });
  });

  describe('a source that leaves nothing out', () => {
    beforeEach(() => {
      pair.web.behaviour.filter = false;
    });

    const expectNoStage = ({ lines }: Run): void => expect(lines.join('\n')).not.toContain('temporary folder');

    test('without Git LFS', async () => {
      commitFiles(2, 1000);
      const first = await pair.mirror();
      expectWithoutLfs(first);
      expectNoStage(first);
      expect(first.report.notices).toEqual([]);

      commitFiles(1, 1000);
      expectWithoutLfs(await pair.mirror());
    });

    test('with Git LFS: a small change needs no temporary folder', async () => {
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      const first = await pair.mirror();
      expectMirrored(first, objects);
      expectNoStage(first);

      const newer = generatedObjects(2, 1000, 2);
      pair.commit(newer, 'newer');
      pair.forget();
      const second = await pair.mirror();

      expectMirrored(second, [...objects, ...newer]);
      expect(second.report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 2000 });
      expect(looks()).toEqual([]);
      expectNoStage(second);
    });

    test('auto at a tip that is large: a notice, and the refs', async () => {
      pair.commit(generatedObjects(1, 1000));
      commitFiles(1, 9_000_000);

      const { report, outcomes } = await pair.mirror();

      expect(outcomes).toEqual({ [MAIN]: 'created' });
      expect(report).toMatchObject({ update_status: 'finished', last_error: null, lfs: null });
      expect(report.notices).toEqual([
        expect.stringMatching(
          /^It is not known whether the source uses Git LFS, .* Set `lfs` to `always` or `never`\.$/,
        ),
      ]);
      expect(pair.faults.requests).toEqual([]);

      const newer = generatedObjects(1, 1000, 2);
      pair.commit(newer, 'newer');
      const later = await pair.mirror();

      expectMirrored(later, newer);
      expect(later.report.notices).toEqual([]);
    });

    test('always, with a history of more than 32 MB: by the temporary folder, of which nothing is left', async () => {
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      commitFiles(3, 12_000_000);

      const { report, stderr, left } = await command('--lfs=always');

      expectMirrored({ report }, objects);
      expect(report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 3000 });
      expect(stderr).toContain('the history is copied to a temporary folder and searched there for Git LFS objects.');
      expect(left).toEqual([]);
    });
  });

  describe('a source that leaves only some things out', () => {
    test.each(['blob:limit', 'tree', 'blob:none'])('it refuses %s', async (kind) => {
      pair.web.behaviour.config.push(`uploadpackfilter.${kind}.allow=false`);
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      const first = await pair.mirror();
      expectMirrored(first, objects);

      const newer = generatedObjects(2, 1000, 2);
      pair.commit(newer, 'newer');
      const second = await pair.mirror();

      expectMirrored(second, [...objects, ...newer]);
      expect(second.report).toMatchObject({ lfs: { objects: 2, uploaded: 2 }, notices: [] });
    });

    test.each(['blob:limit', 'tree', 'blob:none'])('it refuses %s, and uses no Git LFS', async (kind) => {
      pair.web.behaviour.config.push(`uploadpackfilter.${kind}.allow=false`);
      commitFiles(3, 1000);
      expectMirrored(await pair.mirror());

      commitFiles(1, 1000);
      expectWithoutLfs(await pair.mirror());
    });
  });

  describe('a source that says it leaves things out, and does not', () => {
    beforeEach(() => {
      pair.web.behaviour.config.push('uploadpackfilter.allow=false');
    });

    test('with Git LFS', async () => {
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      expectMirrored(await pair.mirror(), objects);

      const newer = generatedObjects(2, 1000, 2);
      pair.commit(newer, 'newer');
      expectMirrored(await pair.mirror(), [...objects, ...newer]);
    });

    test('at a tip that is large: a notice, and no copy of it in the temporary folder', async () => {
      commitFiles(1, 9_000_000);

      const mirrored = await pair.mirror();

      expectWithoutLfs(mirrored);
      expect(mirrored.lines.join('\n')).not.toContain('temporary folder');
      expect(mirrored.report.notices).toEqual([
        expect.stringMatching(/^It is not known whether the source uses Git LFS/),
      ]);
    });
  });

  describe('a history that is too large for memory', () => {
    const objects = generatedObjects(3, 1000);
    const STAGED = 'the history is copied to a temporary folder and searched there for Git LFS objects.';

    test('by its trees: the right refs are withheld, the others land, and later changes are small again', async () => {
      const lost = lfsObject('lost');
      expect(commitLargeTrees(source, { commits: 620, files: 5000 })).toBeGreaterThan(100_000_000);
      pair.commit(objects);
      commitLfs(source, { ref: 'refs/heads/lost', files: { 'a/b/größe.bin': lost }, track: ['*.bin'] });
      const onTop = commitLfs(source, { ref: 'refs/heads/lost', files: { 'a/b/größe.bin': null } });
      const old = source.git(['rev-parse', `${MAIN}~5`]);
      source.set({ 'refs/tags/lost': source.tagObject('lost', onTop), 'refs/heads/old': old });

      const first = await command();

      expect(Object.fromEntries(first.report.refs.map(({ ref, outcome }) => [ref, outcome]))).toEqual({
        'refs/heads/lost': 'rejected',
        [MAIN]: 'created',
        'refs/heads/old': 'created',
        'refs/tags/lost': 'rejected',
      });
      for (const { message } of first.report.refs.filter(({ outcome }) => outcome === 'rejected')) {
        expect(message).toContain(`its Git LFS object ${lost.oid} (a/b/größe.bin) could not be transferred: `);
      }
      expect(first.report.lfs).toEqual({ objects: 4, uploaded: 3, bytes: 3000 });
      expect(pair.stored.oids()).toEqual(oidsOf(objects));
      expect([first.stderr.split(STAGED).length, first.left]).toEqual([2, []]);

      pair.held.put([lost]);
      const newer = generatedObjects(1, 1000, 2);
      pair.commit(newer, 'newer');
      const second = await command();

      expectMirrored(second, [...objects, lost, ...newer]);
      expect(second.report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 1004 });
      expect(second.stderr).not.toContain('temporary folder');
    });

    describe('by one object', () => {
      beforeEach(() => {
        const tree = source.git(['mktree']);
        // Longer than any object that is held in memory, though it is small on its way.
        source.git(['config', 'core.compression', '9']);
        source.set({ [MAIN]: source.git(['commit-tree', tree], 'x'.repeat(9_000_000)) });
        pair.commit(objects);
      });

      /** The answer for the temporary folder: the one before it was too much for memory. */
      const isForStage = (seen: SeenRequest): boolean => {
        const asked = pair.looks().filter(({ without }) => without === 'blob:limit=1k');
        return asked.length % 2 === 0 && Object.is(asked.at(-1), seen);
      };

      test('it is looked through, and nothing is left', async () => {
        const { report, stderr, left } = await command();

        expectMirrored({ report }, objects);
        expect(stderr).toContain(STAGED);
        expect(left).toEqual([]);
      });

      test('on top of what the target holds: only what is new is asked for', async () => {
        await pair.mirror();
        const tree = source.git(['rev-parse', `${MAIN}^{tree}`]);
        const long = source.git(['commit-tree', tree, '-p', MAIN], 'y'.repeat(9_000_000));
        source.set({ [MAIN]: long, 'refs/heads/other': long });
        const newer = generatedObjects(2, 1000, 2);
        pair.commit(newer, 'newer');
        pair.forget();

        const { report, lines } = await pair.mirror();

        expectMirrored({ report }, [...objects, ...newer]);
        expect(lines.join('\n')).toContain(STAGED);
        expect(report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 2000 });
        for (const { batch } of pair.faults.seen('batch')) expect(oidsOf(batch?.objects ?? [])).toEqual(oidsOf(newer));
      });

      test('a pack that breaks off is asked for anew, and nothing is left', async () => {
        let isCut = false;
        pair.web.behaviour.alter = (chunk, seen) => {
          if (isCut || !isForStage(seen)) return chunk;
          if (seen.sent > 0) isCut = true;
          return isCut ? null : chunk.subarray(0, 500);
        };

        const { report, stderr, left } = await command();

        expectMirrored({ report }, objects);
        expect(stderr.split(STAGED)).toHaveLength(3);
        expect(left).toEqual([]);
      });

      test('a pack that is damaged: an error, and nothing is left', async () => {
        pair.web.behaviour.alter = (chunk, seen) => {
          const at = 2000 - seen.sent;
          if (isForStage(seen) && at >= 0 && at < chunk.length) chunk.writeUInt8(chunk.readUInt8(at) ^ 1, at);
          return chunk;
        };

        const { report, stderr, left } = await command();

        expect(report.last_error).toContain(`${pair.url('source')}: git could not store the copy: `);
        expect(stderr).toContain(STAGED);
        expect([pair.target.refs(), left]).toEqual([{}, []]);
      });

      test('a run that is stopped in the middle of it: nothing is left', async () => {
        // All but the beginning of the pack never comes.
        const { intercept } = pair.web.behaviour;
        pair.web.behaviour.intercept = (request, response, seen) => {
          const end = response.end.bind(response);
          response.end = () => (isForStage(seen) ? response : end());
          return intercept?.(request, response, seen) === true;
        };
        pair.web.behaviour.alter = (chunk, seen) =>
          isForStage(seen) ? chunk.subarray(0, Math.max(0, 500 - seen.sent)) : chunk;
        const temporary = fresh();
        mkdirSync(temporary);
        const started = new CommandProcess(['--json', pair.url('source'), pair.url('target')], { TMPDIR: temporary });
        const packs = (): string[] => readdirSync(temporary, { recursive: true, encoding: 'utf8' });
        await until(() => packs().some((path) => /^push-mirror-stage-.*tmp_pack/.test(path)));

        started.signal('SIGTERM');

        expect((await started.ended).code).not.toBe(0);
        expect([pair.target.refs(), readdirSync(temporary)]).toEqual([{}, []]);
      });
    });
  });

  describe('other sources', () => {
    test('with protocol v0: from the copy in the temporary folder, of which nothing is left', async () => {
      pair.web.behaviour.protocolV2 = false;
      const objects = generatedObjects(3, 1000);
      pair.commit(objects);
      const first = await command();
      expectMirrored(first, objects);

      const newer = generatedObjects(2, 1000, 2);
      pair.commit(newer, 'newer');
      const second = await command();

      expectMirrored(second, [...objects, ...newer]);
      expect(second.report.lfs).toEqual({ objects: 2, uploaded: 2, bytes: 2000 });
      expect([...first.left, ...second.left]).toEqual([]);
    });

    test('with protocol v0 and without Git LFS', async () => {
      pair.web.behaviour.protocolV2 = false;
      commitFiles(2, 1000);
      expectWithoutLfs(await pair.mirror());

      pair.forget();
      expectWithoutLfs(await pair.mirror());
      expect(pair.questions().filter(({ body }) => body.includes('want '))).toEqual([]);
    });

    test('a folder, with its objects in it', async () => {
      const mirrorFolder = async (): Promise<Run> => run(source.path, pair.url('target'));
      const objects = generatedObjects(3, 1000);
      keepLocally(source.path, objects);
      commitLfs(source, { files: asFiles(objects), track: ['*.bin'] });
      const first = await mirrorFolder();
      expectMirrored(first, objects);

      const newer = generatedObjects(1, 1000, 2);
      keepLocally(source.path, newer);
      commitLfs(source, { files: asFiles(newer, 'newer') });
      const second = await mirrorFolder();

      expectMirrored(second, [...objects, ...newer]);
      expect(second.report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 1000 });
      expect((await mirrorFolder()).report.lfs).toBeNull();
    });

    test('a folder without Git LFS', async () => {
      commitFiles(2, 1000);
      expectWithoutLfs(await run(source.path, pair.url('target')));
    });

    test.each<[string, (tip: string) => void]>([
      ['a HEAD that is on no branch', (tip) => source.git(['update-ref', '--no-deref', 'HEAD', tip])],
      ['a default branch that does not exist', () => source.symref('HEAD', 'refs/heads/none')],
    ])('%s', async (_what, leave) => {
      const objects = generatedObjects(2, 1000);
      leave(pair.commit(objects));
      expectMirrored(await pair.mirror(), objects);

      const newer = generatedObjects(1, 1000, 2);
      pair.commit(newer, 'newer');
      expectMirrored(await pair.mirror(), [...objects, ...newer]);
    });

    test('an empty repository, into an empty one and into one that is not', async () => {
      expectWithoutLfs(await pair.mirror());

      pair.target.set({ 'refs/heads/own': pair.target.commit() });
      const { report, outcomes } = await pair.mirror();

      expect([report.last_error, report.lfs, outcomes]).toEqual([null, null, { 'refs/heads/own': 'kept' }]);
      expect(looks()).toEqual([]);
    });

    test('tags on files and trees alone', async () => {
      const blob = source.git(['hash-object', '-w', '--stdin'], 'a file');
      const tree = source.git(['mktree'], `100644 blob ${blob}\tfile\n`);
      source.set({
        'refs/tags/blob': blob,
        'refs/tags/tree': tree,
        'refs/tags/v1': source.tagObject('v1', blob, 'blob'),
      });

      expectWithoutLfs(await pair.mirror());
    });

    test('a target with a history of its own that the source knows nothing of', async () => {
      const objects = generatedObjects(2, 1000);
      pair.commit(objects);
      pair.target.set({ [MAIN]: pair.target.commit(), 'refs/heads/own': pair.target.commit() });

      const mirrored = await pair.mirror({ prune: 'always' });

      expectMirrored(mirrored, objects);
      expect(mirrored.outcomes).toEqual({ [MAIN]: 'forced', 'refs/heads/own': 'deleted' });
    });
  });
});
