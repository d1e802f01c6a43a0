import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { needed, type NeededProgram } from '../requires.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, type Given, type Run } from '../run.js';
import { DulwichServer, neededDulwich } from '../servers/dulwich.js';
import { GoGitServer } from '../servers/go-git.js';
import { JGitServer } from '../servers/jgit.js';
import type { RunningServer } from '../servers/other-servers.js';

const python = neededDulwich();
const goGit = needed('go-git-server');
const jgit = needed('jgit-server');

const SERVERS: readonly [string, NeededProgram, (root: string) => Promise<RunningServer>, hasV2: boolean][] = [
  ['dulwich', python, (root) => DulwichServer.start(python.path, root), false],
  ['go-git', goGit, (root) => GoGitServer.start(goGit.path, root), true],
  ['go-git without protocol v2', goGit, (root) => GoGitServer.start(goGit.path, root, false), false],
  ['JGit', jgit, (root) => JGitServer.start(jgit.path, root), true],
];

const ONE_END = ['source', 'target'] as const;
const ENDS = [...ONE_END, 'both ends'] as const;
type Ends = (typeof ENDS)[number];

describe.each(SERVERS)('%s', (_name, program, start, hasV2) => {
  program.describe('between two repositories', () => {
    let scratch: Scratch;
    let server: RunningServer;
    let pairs = 0;

    beforeAll(async () => {
      scratch = new Scratch();
      server = await start(scratch.path);
    });

    afterAll(async () => {
      await server.stop();
      scratch.remove();
    });

    let source: TestRepository;
    let target: TestRepository;
    /** A line of commits: the history of the source's main branch. */
    let line: string[];

    beforeEach(() => {
      pairs += 1;
      source = TestRepository.create(scratch.join(`source-${pairs}.git`));
      target = TestRepository.create(scratch.join(`target-${pairs}.git`));
      line = [];
      for (let made = 0; made < 4; made += 1) line.push(source.commit(line.slice(-1)));
    });

    async function mirror(ends: Ends, given: Given = {}): Promise<Run> {
      const at = (end: 'source' | 'target', path: string): string =>
        ends === end || ends === 'both ends' ? server.url(`${end}-${pairs}.git`) : path;
      return run(at('source', source.path), at('target', target.path), { lfs: 'never', ...given });
    }

    function expectSame({ report }: Run): void {
      expect(report.last_error).toBeNull();
      expect(target.refs()).toEqual(source.refs());
      expect(target.fsck()).toBe('');
    }

    test.each(ENDS)('at the %s: a mirror is made, brought up to date, and then left alone', async (ends) => {
      const [one = '', two = '', three = '', four = ''] = line;
      const aside = source.commit([one]);
      source.set({
        'refs/heads/main': three,
        'refs/heads/behind': one,
        'refs/heads/moved': aside,
        'refs/heads/merged': two,
        'refs/tags/light': one,
        'refs/tags/v1': source.tagObject('v1', two),
        'refs/tags/latest': source.tagObject('latest', one),
        'refs/tags/of-tag': source.tagObject('of-tag', source.tagObject('inner', one), 'tag'),
        'refs/tags/merged': source.tagObject('merged', two),
      });
      const first = await mirror(ends);
      expect(new Set(Object.values(first.outcomes))).toEqual(new Set(['created']));
      expectSame(first);

      source.set({
        'refs/heads/main': four,
        'refs/heads/behind': two,
        'refs/heads/moved': source.commit([one]),
        'refs/heads/merged': null,
        'refs/heads/new/branch': source.commit([two]),
        'refs/tags/light': source.commit(),
        'refs/tags/latest': source.tagObject('latest', three),
        'refs/tags/of-tag': source.tagObject('of-tag', source.tagObject('inner', two), 'tag'),
        'refs/tags/merged': null,
      });
      const second = await mirror(ends);
      expectSame(second);
      // The copy of a source without protocol v2 holds only what refs lead to, and so not the tags of before.
      const movedTag = hasV2 || ends === 'target' ? 'updated' : 'forced';
      expect(second.outcomes).toEqual({
        'refs/heads/main': 'updated',
        'refs/heads/behind': 'updated',
        'refs/heads/moved': 'forced',
        'refs/heads/merged': 'deleted',
        'refs/heads/new/branch': 'created',
        'refs/tags/light': 'forced',
        'refs/tags/latest': movedTag,
        'refs/tags/of-tag': movedTag,
        'refs/tags/merged': 'deleted',
        'refs/tags/v1': 'unchanged',
      });

      const third = await mirror(ends);
      expect(new Set(Object.values(third.outcomes))).toEqual(new Set(['unchanged']));
      expect(third.report.transfer.pack_bytes).toBe(0);
    });

    test.each(ONE_END)(
      'at the %s: what has diverged is kept if it shall be, and all else is brought up to date',
      async (ends) => {
        const [one = '', two = '', three = '', four = ''] = line;
        const known = source.commit([one]);
        source.set({
          'refs/heads/main': four,
          'refs/heads/behind': three,
          'refs/heads/known': two,
          'refs/heads/side': known,
          'refs/heads/unknown': two,
          'refs/tags/v1': source.tagObject('v1', four),
          'refs/tags/v2': source.tagObject('v2', four),
        });
        target.takeObjects(source);
        const unknown = target.commit([one]);
        const ours = {
          'refs/heads/known': known,
          'refs/heads/unknown': unknown,
          'refs/tags/v2': target.tagObject('v2', one),
        };
        target.set({ 'refs/heads/main': three, 'refs/heads/behind': one, 'refs/tags/v1': two, ...ours });

        const { report, outcomes } = await mirror(ends, { keepDivergentRefs: 'true' });

        expect(report.last_error_code).toBe('refs-diverged');
        expect(outcomes).toEqual({
          'refs/heads/main': 'updated',
          'refs/heads/behind': 'updated',
          'refs/heads/known': 'diverged',
          'refs/heads/side': 'created',
          'refs/heads/unknown': 'diverged',
          'refs/tags/v1': 'updated',
          'refs/tags/v2': 'diverged',
        });
        expect(target.refs()).toEqual({ ...source.refs(), ...ours });
        expect(target.fsck()).toBe('');
      },
    );

    test.each(ONE_END)('at the %s: what is not merged stays', async (ends) => {
      const [one = '', two = ''] = line;
      const aside = source.commit([one]);
      source.set({ 'refs/heads/main': two, 'refs/heads/aside': aside });
      target.takeObjects(source);
      const stays = {
        'refs/heads/known': source.commit([aside]),
        'refs/heads/unknown': target.commit([one]),
        'refs/tags/unmerged': target.tagObject('unmerged', aside),
        'refs/tags/tree': target.tree({ file: 'of a tag' }),
      };
      target.takeObjects(source);
      target.set({ 'refs/heads/main': one, ...stays });

      const { report, outcomes } = await mirror(ends);

      expect(report.last_error).toBeNull();
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome === 'kept')).toHaveLength(4);
      expect(target.refs()).toEqual({ ...source.refs(), ...stays });
    });

    test('at both ends: a pack of several megabytes goes through', async () => {
      const [, , , four = ''] = line;
      const big = source.commit([four], randomBytes(4_000_000).toString('base64'));
      source.set({ 'refs/heads/main': big });

      const done = await mirror('both ends');

      expectSame(done);
      expect(done.report.transfer.pack_bytes).toBeGreaterThan(4_000_000);
    });
  });
});
