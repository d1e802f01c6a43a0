import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readFileSync } from 'node:fs';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, type Given } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const MAIN = 'refs/heads/main';
const OLD = 'refs/heads/old';

interface Ends {
  readonly source: TestRepository;
  readonly target: TestRepository;
  readonly server: GitHttpServer;
  /** The commit of `main` and of the tag at both ends. */
  readonly base: string;
  /** One before it. */
  readonly before: string;
}

interface Case {
  readonly prepare: (ends: Ends) => void;
  readonly given?: Given;
}

const update = ({ source, base }: Ends): void => source.set({ [MAIN]: source.commit([base]) });
const remain = ({ target, before }: Ends): void => target.set({ [OLD]: before });
const diverge = (ends: Ends): void => {
  update(ends);
  ends.target.set({ [MAIN]: ends.target.commit([ends.base]) });
};

/** By the words of the page. */
const CASES: Readonly<Record<string, Case>> = {
  'nothing changed': { prepare: () => undefined },
  'a branch is updated': { prepare: update },
  'a branch is updated, `keep-divergent-refs`': { prepare: update, given: { keepDivergentRefs: 'true' } },
  'a branch is created': { prepare: ({ source, base }) => source.set({ 'refs/heads/new': source.commit([base]) }) },
  'a ref is created on an object that the target has': {
    prepare: ({ source, base }) => source.set({ 'refs/heads/new': base }),
  },
  'a branch is overwritten, and the source does not know its old tip': { prepare: diverge },
  'a branch is overwritten, and the source knows its old tip': {
    prepare: (ends) => {
      const { source, target, base } = ends;
      const old = source.commit([base]);
      source.set({ [MAIN]: old });
      target.copyFrom(source);
      update(ends);
    },
  },
  'a branch has diverged, `keep-divergent-refs`': { prepare: diverge, given: { keepDivergentRefs: 'true' } },
  'an annotated tag is moved': {
    prepare: ({ source, base }) => source.set({ 'refs/tags/v1': source.tagObject('again', base) }),
  },
  'a merged branch is deleted': { prepare: remain },
  'a branch is deleted, `prune: always`': { prepare: remain, given: { prune: 'always' } },
  'a branch is updated, and another one is deleted': {
    prepare: (ends) => {
      update(ends);
      remain(ends);
    },
  },
  'a branch exists only on the target, with commits unknown to the source': {
    prepare: ({ target, base }) => target.set({ [OLD]: target.commit([base]) }),
  },
  'a branch exists only on the target, `prune: never`': { prepare: remain, given: { prune: 'never' } },
  'first mirror': { prepare: ({ target }) => target.set({ [MAIN]: null, 'refs/tags/v1': null }) },
  'first mirror, `default-branch: never`': {
    prepare: ({ target }) => target.set({ [MAIN]: null, 'refs/tags/v1': null }),
    given: { defaultBranch: 'never' },
  },
  'the default branch of the source has another name': {
    prepare: ({ source, base }) => {
      source.set({ [MAIN]: null, 'refs/heads/trunk': source.commit([base]) });
      source.symref('HEAD', 'refs/heads/trunk');
    },
  },
  'a branch is updated, and the source has no filters': {
    prepare: (ends) => {
      update(ends);
      ends.server.behaviour.filter = false;
    },
  },
  'a branch is updated, and the source has no v2': {
    prepare: (ends) => {
      update(ends);
      ends.server.behaviour.protocolV2 = false;
    },
  },
  'a branch is updated, `dry-run`': { prepare: update, given: { dryRun: 'true' } },
  'a branch is updated, `check`': { prepare: update, given: { check: 'true' } },
};

describe('docs/protocol.md counts the requests', () => {
  const page = readFileSync('docs/protocol.md', 'utf8');
  const table = page.slice(page.indexOf('\n| case |')).split('\n\n')[0] ?? '';
  const counted = new Map(
    Array.from(table.matchAll(/^\| (.+?) \| .+ \| (\d+) \| \d \|$/gm), ([, name = '', count]) => [name, Number(count)]),
  );
  let scratch: Scratch;
  let server: GitHttpServer;
  let base: string;
  let before: string;

  beforeAll(async () => {
    scratch = new Scratch();
    const source = TestRepository.create(scratch.join('source.git'));
    before = source.commits(2);
    base = source.commit([before]);
    source.set({ [MAIN]: base, 'refs/tags/v1': source.tagObject('v1', base) });
    server = await GitHttpServer.start(scratch.path);
  });

  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  const copy = (name: string): TestRepository => {
    cpSync(scratch.join('source.git'), scratch.join(name), { recursive: true });
    return TestRepository.at(scratch.join(name));
  };

  test('of the cases below', () => {
    expect([...counted.keys()]).toEqual(Object.keys(CASES));
  });

  test.each(Object.entries(CASES).map(([name, one], index) => ({ name, index, ...one })))(
    'when $name',
    async ({ name, index, prepare, given }) => {
      const [from, to] = [`${index}-source.git`, `${index}-target.git`];
      Object.assign(server.behaviour, { filter: true, protocolV2: true });
      prepare({ source: copy(from), target: copy(to), server, base, before });
      server.forget();

      const { report } = await run(server.url(from), server.url(to), { lfs: 'never', ...given });

      expect(server.asked).toHaveLength(counted.get(name) ?? 0);
      expect(report.transfer.requests).toBe(counted.get(name));
    },
  );
});
