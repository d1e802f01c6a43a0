import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { configure, JGitServer } from '../servers/jgit.js';

const jgit = needed('jgit-server');

const [MAIN, NEW] = ['refs/heads/main', 'refs/heads/new'];
const ENDS = ['source', 'target', 'both'] as const;

jgit.describe('JGit', () => {
  let scratch: Scratch;
  let server: JGitServer;
  let pairs = 0;

  beforeAll(async () => {
    scratch = new Scratch();
    server = await JGitServer.start(jgit.path, scratch.path);
  });

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  /** Two empty repositories, of which JGit serves one or both; the others are folders. */
  function newPair(ends: (typeof ENDS)[number]) {
    const name = `pair-${(pairs += 1)}`;
    const [source, target] = ['source', 'target'].map((end) => TestRepository.create(scratch.join(name, `${end}.git`)));
    if (source === undefined || target === undefined) throw new Error('there are two');
    configure(source.path, [['uploadpack.allowFilter', 'true']]);
    const addressOf = (end: 'source' | 'target'): string =>
      ends === end || ends === 'both' ? server.url(`${name}/${end}.git`) : scratch.join(name, `${end}.git`);
    const mirror = (given: Given = {}): Promise<Run> => run(addressOf('source'), addressOf('target'), given);
    return { source, target, mirror };
  }

  type Pair = ReturnType<typeof newPair>;

  function expectMirrored({ source, target }: Pair, { report }: Run, but: Readonly<Record<string, string>> = {}): void {
    expect([report.last_error, report.update_status]).toEqual([null, 'finished']);
    expect(target.refs()).toEqual({ ...source.refs(), ...but });
    expect(target.fsck()).toBe('');
  }

  describe.each(ENDS)('as %s', (ends) => {
    test.each([
      ['merged', { 'refs/heads/merged': 'deleted', 'refs/heads/foreign': 'kept', 'refs/tags/v1': 'deleted' }],
      ['never', { 'refs/heads/merged': 'kept', 'refs/heads/foreign': 'kept', 'refs/tags/v1': 'kept' }],
      ['always', { 'refs/heads/merged': 'deleted', 'refs/heads/foreign': 'deleted', 'refs/tags/v1': 'deleted' }],
    ] as const)('prune: %s', async (prune, expected) => {
      const pair = newPair(ends);
      const { source, target, mirror } = pair;
      const [older, first] = [source.commit(), source.commit()];
      source.set({ [MAIN]: source.commit([older, first]) });
      target.takeObjects(source);
      target.set({
        [MAIN]: source.refs()[MAIN] ?? '',
        'refs/heads/merged': older,
        'refs/heads/foreign': target.commit([first]),
        'refs/tags/v1': target.tagObject('v1', first),
      });
      const before = target.refs();

      const done = await mirror({ prune });

      expect(done.outcomes).toEqual({ [MAIN]: 'unchanged', ...expected });
      const kept = Object.entries(expected).filter(([, outcome]) => outcome === 'kept');
      expectMirrored(pair, done, Object.fromEntries(kept.map(([ref]) => [ref, before[ref] ?? ''])));
    });

    test('a folder of branches becomes a branch, and a branch a folder', async () => {
      const pair = newPair(ends);
      const { source, target, mirror } = pair;
      const root = source.commit();
      const first = source.commit([root]);
      target.takeObjects(source);
      target.set({ [MAIN]: first, 'refs/heads/a/b': root, 'refs/heads/c': target.commit([first]) });
      source.set({ [MAIN]: first, 'refs/heads/a': source.commit([first]), 'refs/heads/c/d': source.commit([first]) });

      const done = await mirror({ prune: 'always' });

      expect(done.outcomes).toMatchObject({ 'refs/heads/a': 'created', 'refs/heads/c/d': 'created' });
      expectMirrored(pair, done);
    });
  });

  describe.each(['target', 'both'] as const)('as %s, with a hook that refuses one branch', (ends) => {
    test.each([
      ['that one', false],
      ['the whole push for its sake', true],
    ])('it refuses %s: the others land, and the reason is its own', async (_what, isForAll) => {
      const pair = newPair(ends);
      const { source, target, mirror } = pair;
      const first = source.commits(40);
      const good = Array.from({ length: 12 }, (_none, index) => `refs/heads/good-${index}`);
      source.set(Object.fromEntries([MAIN, NEW, ...good].map((ref) => [ref, source.commit([first])])));
      configure(target.path, [
        ['hook.refuse', NEW],
        ['hook.refuseAll', String(isForAll)],
      ]);

      const { outcomes, report } = await mirror();

      const { [NEW]: refused, ...others } = source.refs();
      expect(refused).toBeDefined();
      expect(target.refs()).toEqual(others);
      expect(target.fsck()).toBe('');
      expect(Object.entries(outcomes).filter(([, outcome]) => outcome === 'rejected')).toEqual([[NEW, 'rejected']]);
      const { message } = report.refs.find(({ ref }) => ref === NEW) ?? {};
      expect(message).toContain('the policy of this server forbids it');
      expect(message).toContain(`${NEW} may not be written here`);
      expect(message).not.toMatch(/%|Resolving|Checking|objects/);
    });
  });

  test('a branch of the target that may be a symbolic ref is kept: JGit tells of HEAD alone', async () => {
    const pair = newPair('target');
    const { source, target, mirror } = pair;
    const [first, stable, old] = [source.commit(), source.commit(), source.commit()];
    source.set({ [MAIN]: source.commit([first]) });
    target.takeObjects(source);
    target.set({ [MAIN]: first, 'refs/heads/stable': stable, 'refs/heads/old': old });
    target.symref('refs/heads/latest', 'refs/heads/stable');

    const done = await mirror({ prune: 'always' });

    expect(done.outcomes).toEqual({
      [MAIN]: 'updated',
      'refs/heads/latest': 'kept',
      'refs/heads/stable': 'kept',
      'refs/heads/old': 'deleted',
    });
    expect(target.git(['symbolic-ref', 'refs/heads/latest'])).toBe('refs/heads/stable');
    expect(target.fsck()).toBe('');
  });
});
