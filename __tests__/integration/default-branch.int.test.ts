import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { ForgeKind } from '../../src/hosts/forge.js';
import { NOT_SET, repositoryWith } from '../recordings/default-branches.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { run, type Given, type Run } from '../run.js';
import { always, apiRequests, serveApi, type ApiReply, type ApiRoute } from '../servers/forge-api.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const TOKEN = 's3cret-token-of-the-target';
const MAIN = 'refs/heads/main';
const MASTER = 'refs/heads/master';
const SIDE = 'refs/heads/side';

const scratch = new Scratch();
let server: GitHttpServer;
let source: TestRepository;
let target: TestRepository;
let first: string;
let second: string;
let count = 0;

beforeAll(async () => {
  mkdirSync(scratch.join('root', 'me'), { recursive: true });
  mkdirSync(scratch.join('root', 'group', 'sub'), { recursive: true });
  server = await GitHttpServer.start(scratch.join('root'));
});

beforeEach(() => {
  source = TestRepository.create(scratch.join(`source-${(count += 1)}.git`));
  first = source.commit();
  second = source.commit([first]);
  source.set({ [MAIN]: second, [SIDE]: first });
  target = emptyTarget(scratch.join(`target-${count}.git`));
  server.forget();
  server.behaviour.intercept = undefined;
});

afterEach(() => {
  for (const path of ['me/project.git', 'group/sub/project.git'])
    rmSync(scratch.join('root', path), { recursive: true, force: true });
});

afterAll(async () => {
  await server.stop();
  scratch.remove();
});

/** Its HEAD names `master`, which is not there. */
function emptyTarget(path: string): TestRepository {
  return TestRepository.create(path, { defaultBranch: 'master' });
}

const headOf = (repository: TestRepository): string =>
  readFileSync(`${repository.path}/HEAD`, 'utf8').trimEnd().replace('ref: ', '');

/** The target has these refs, with their objects. */
function holding(refs: Readonly<Record<string, string>>, repository = target): void {
  repository.takeObjects(source);
  repository.set(refs);
}

describe('HEAD of a folder', () => {
  const NOW_MAIN =
    'The HEAD of the target named a branch that does not exist there (master): the default branch is now main, as on the source.';
  const into = async (given: Given = {}): Promise<Run> => run(source.path, target.path, given);

  test('that names nothing names the default branch of the source, and a clone has its files', async () => {
    const { report } = await into();

    expect([report.update_status, report.notices, headOf(target)]).toEqual(['finished', [NOW_MAIN], MAIN]);
    git(scratch.path, ['clone', '--quiet', target.path, `clone-${count}`]);
    expect(git(scratch.join(`clone-${count}`), ['rev-parse', 'HEAD'])).toBe(second);
    expect((await into()).report.notices).toEqual([]);
  });

  test('is put right too where nothing else is to be done', async () => {
    holding({ [MAIN]: second, [SIDE]: first });

    const { report, outcomes } = await into();

    expect(outcomes).toEqual({ [MAIN]: 'unchanged', [SIDE]: 'unchanged' });
    expect([report.notices, headOf(target)]).toEqual([[NOW_MAIN], MAIN]);
  });

  test('is put right in a repository whose refs are no files', async () => {
    const path = scratch.join(`reftable-${count}.git`);
    try {
      git(scratch.path, ['init', '--quiet', '--bare', '--ref-format=reftable', '-b', 'master', path]);
    } catch {
      return; // This git knows files alone.
    }

    expect((await run(source.path, path)).report.notices).toEqual([NOW_MAIN]);
    expect(git(path, ['symbolic-ref', 'HEAD'])).toBe(MAIN);
  });

  test.each<readonly [what: string, head: string, prepare: () => void, given?: Given]>([
    ['that names another branch', SIDE, () => target.symref('HEAD', SIDE)],
    ['that is detached', 'an object', () => git(target.path, ['update-ref', '--no-deref', 'HEAD', first])],
    ['with default-branch: never', MASTER, () => undefined, { defaultBranch: 'never' }],
    ['in a dry run', MASTER, () => undefined, { dryRun: 'true' }],
    ['in a check', MASTER, () => undefined, { check: 'true' }],
    ['where only tags are mirrored', MASTER, () => source.set({ 'refs/tags/v1': first }), { branches: ['!*'] }],
    [
      'that names a branch of its own that the source has not merged',
      MASTER,
      () => target.set({ [MASTER]: target.commit([first]) }),
    ],
    [
      'that names a branch of its own, with prune: always',
      MASTER,
      () => target.set({ [MASTER]: first }),
      { prune: 'always' },
    ],
    [
      'that names a branch that is gone from the source, with prune: never',
      MASTER,
      () => target.set({ [MASTER]: first }),
      { prune: 'never' },
    ],
    [
      'that names a branch that is gone from the source, with keep-divergent-refs',
      MASTER,
      () => target.set({ [MASTER]: first }),
      { keepDivergentRefs: 'true' },
    ],
  ])('%s is left alone (%s)', async (_what, head, prepare, given = {}) => {
    holding({ [SIDE]: first });
    prepare();

    const { report } = await into(given);

    const notices = report.notices.filter((notice) => /HEAD|default branch/.test(notice));
    expect([notices, headOf(target).replace(first, 'an object')]).toEqual([[], head]);
  });

  test('of a repository with a work tree is left alone', async () => {
    const path = scratch.join(`work-${count}`);
    git(scratch.path, ['init', '--quiet', '-b', 'master', path]);

    const { report } = await run(source.path, path);

    expect([report.update_status, report.notices]).toEqual(['finished', []]);
    expect(git(path, ['symbolic-ref', 'HEAD'])).toBe(MASTER);
  });

  test('that names nothing is told where the default branch of the source is not mirrored', async () => {
    const { report } = await into({ branches: ['side'] });

    expect([report.update_status, headOf(target)]).toEqual(['finished', MASTER]);
    expect(report.notices).toEqual([
      'The HEAD of the target names a branch that does not exist there (master), so a clone of it checks nothing out. ' +
        "The source's default branch is not on the target: mirror that branch, or run `git symbolic-ref HEAD refs/heads/side` in the repository.",
    ]);
  });

  test('a command to type in is safe, whatever a branch is called', async () => {
    source.git(['update-ref', "refs/heads/$(id)'`x`", first]);
    source.set({ [MAIN]: null, [SIDE]: null });

    const { report } = await into();

    expect(report.notices.join()).toContain("`git symbolic-ref HEAD 'refs/heads/$(id)'\\''`x`'` in the repository.");
  });

  test('follows a branch of the source that has another name now; the next run deletes the old one', async () => {
    holding({ [MASTER]: first, [SIDE]: first });

    const { report, outcomes } = await into();

    expect(outcomes).toEqual({ [MAIN]: 'created', [MASTER]: 'kept', [SIDE]: 'unchanged' });
    expect([report.update_status, headOf(target)]).toEqual(['finished', MAIN]);
    expect(report.notices).toEqual([
      'The source no longer has the branch master, which was the default branch of the target: that is now main, as on the source. The next run deletes master there.',
    ]);
    const next = await into();
    expect(next.outcomes).toEqual({ [MAIN]: 'unchanged', [MASTER]: 'deleted', [SIDE]: 'unchanged' });
    expect(next.report.notices).toEqual([]);
  });
});

const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'gitea'];
const APIS: Readonly<Record<ForgeKind, string>> = {
  github: 'PATCH /api/v3/repos/me/project',
  gitlab: 'PUT /api/v4/projects/group%2Fsub%2Fproject',
  gitea: 'PATCH /api/v1/repos/me/project',
};
const PLACES: Readonly<Record<ForgeKind, string>> = {
  github: 'choose main on GitHub (Settings, General, "Default branch").',
  gitlab: 'choose main on GitLab (Settings, Repository, "Branch defaults").',
  gitea: 'choose main on Gitea or Forgejo (Settings, Branches, "Default Branch").',
};

describe('HEAD of a server', () => {
  const UNBORN =
    'The HEAD of the target names a branch that does not exist there, so a clone of it checks nothing out.';
  const root = (): string => server.url('').slice(0, -1);

  /** What a job that runs on the forge of the target finds in its environment. */
  function job(kind: ForgeKind): Record<string, string> {
    if (kind === 'gitlab')
      return { CI_PROJECT_URL: `${root()}/me/else`, CI_SERVER_URL: root(), CI_API_V4_URL: `${root()}/api/v4` };
    const github = { GITHUB_SERVER_URL: root(), GITHUB_REPOSITORY: 'me/else', GITHUB_API_URL: `${root()}/api/v3` };
    return kind === 'gitea' ? { ...github, GITEA_ACTIONS: 'true' } : github;
  }

  const pathOn = (kind: ForgeKind): string => (kind === 'gitlab' ? 'group/sub/project.git' : 'me/project.git');

  async function into(kind: ForgeKind, given: Given = {}): Promise<Run> {
    const wanted = { targetToken: TOKEN, environment: job(kind), lfs: 'never' };
    return run(source.path, server.url(pathOn(kind)), { ...wanted, ...given });
  }

  /** A forge that answers so, and makes HEAD what it is asked for if it says so. */
  function forge(kind: ForgeKind, reply: (branch: string) => ApiReply): void {
    target = emptyTarget(scratch.join('root', pathOn(kind)));
    const route: ApiRoute = (_query, seen) => {
      const { default_branch: branch } = JSON.parse(seen.body.toString()) as { default_branch: string };
      const answer = reply(branch);
      if ((answer.status ?? 200) === 200) target.symref('HEAD', `refs/heads/${branch}`);
      return answer;
    };
    serveApi(server, { [APIS[kind].replace(/^\w+ /, '')]: route });
  }

  const asked = (): string[] => apiRequests(server).map(({ method, path }) => `${method} ${path}`);
  const lookedAtHead = (): number => server.requests.filter(({ body }) => body.includes('ref-prefix HEAD')).length;

  test.each(KINDS)('on %s is set by one request, signed in by the token', async (kind) => {
    forge(kind, (branch) => repositoryWith(kind, branch));

    const { report } = await into(kind);

    expect([report.update_status, headOf(target)]).toEqual(['finished', MAIN]);
    expect(report.notices).toEqual([
      'The HEAD of the target named a branch that does not exist there: the default branch is now main, as on the source.',
    ]);
    expect(asked()).toEqual([APIS[kind]]);
    const [request] = apiRequests(server);
    expect(JSON.parse(request?.body.toString() ?? '')).toEqual({ default_branch: 'main' });
    expect(request?.headers.authorization).toEqual(
      { github: `token ${TOKEN}`, gitlab: `Bearer ${TOKEN}`, gitea: expect.stringMatching(/^Basic /) }[kind],
    );
    server.forget();
    expect((await into(kind)).report.notices).toEqual([]);
    expect([asked(), lookedAtHead()]).toEqual([[], 0]);
  });

  test.each(KINDS.flatMap((kind) => NOT_SET[kind].map((reply) => ({ kind, status: reply.status, reply }))))(
    'that $kind does not set (HTTP $status) is told, with its words and the place to do it',
    async ({ kind, status, reply }) => {
      forge(kind, () => reply);

      const { report } = await into(kind);

      expect([report.update_status, target.refs()]).toEqual(['finished', { [MAIN]: second, [SIDE]: first }]);
      const { message, error } = reply.body as { message?: string | { base: string[] }; error?: string };
      const words = (typeof message === 'object' ? message.base[0] : message) ?? error ?? '';
      const [notice = '', ...others] = report.notices;
      expect([others, asked()]).toEqual([[], [APIS[kind]]]);
      expect(notice).toContain(`${UNBORN} ${root()}/api/`);
      expect(notice).toContain(`the default branch could not be set (HTTP ${status}). The server says: ${words}.`);
      expect(notice).toContain(PLACES[kind]);
    },
  );

  test.each<readonly [string, ApiReply]>([
    ['keeps another', repositoryWith('gitea', 'master')],
    ['answers nonsense', { body: '<html>' }],
    ['answers null', { body: null }],
    ['leads elsewhere', { status: 307, headers: { Location: 'https://elsewhere.example/' }, body: {} }],
  ])('is told to be so where the API %s', async (_what, reply) => {
    forge('gitea', () => reply);
    target.symref('HEAD', MASTER);
    serveApi(server, { [APIS.gitea.replace(/^\w+ /, '')]: always(reply) });

    const { report } = await into('gitea');

    expect([report.update_status, asked(), headOf(target)]).toEqual(['finished', [APIS.gitea], MASTER]);
    expect(report.notices).toEqual([expect.stringContaining(UNBORN)]);
    expect(report.notices[0]).toContain(PLACES.gitea);
  });

  test('is left to a host that chooses a default branch after the push has ended', async () => {
    forge('gitea', () => {
      target.symref('HEAD', SIDE);
      return NOT_SET.gitea[0]!;
    });

    const { report } = await into('gitea');

    expect([report.notices, headOf(target)]).toEqual([[], SIDE]);
  });

  test('without a token is told with the command, by one request', async () => {
    target = emptyTarget(scratch.join('root', 'me', 'project.git'));

    const { report } = await into('gitea', { targetToken: '', environment: {} });

    expect([report.update_status, asked(), headOf(target)]).toEqual(['finished', [], MASTER]);
    expect(report.notices).toEqual([
      `${UNBORN} To make main the default branch, run \`git symbolic-ref HEAD refs/heads/main\` in the repository.`,
    ]);
  });

  test('of which nobody knows what it is, is set where the server turns out to be a forge', async () => {
    forge('gitea', (branch) => repositoryWith('gitea', branch));
    const { intercept } = server.behaviour;
    server.behaviour.intercept = (request, response, seen) => {
      if (seen.path !== '/api/v1/version') return intercept?.(request, response, seen) ?? false;
      response.end('{"version":"1.27.0"}');
      return true;
    };

    const { report } = await into('gitea', { environment: {} });

    expect([report.notices.length, headOf(target), asked().at(-1)]).toEqual([1, MAIN, APIS.gitea]);
    const probes = apiRequests(server).filter(({ method }) => method === 'GET');
    expect(probes.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(undefined));
  });

  test('of which nobody knows what it is, is told where the server is no forge', async () => {
    target = emptyTarget(scratch.join('root', 'me', 'project.git'));

    const { report } = await into('gitea', { environment: {} });

    expect(report.notices).toEqual([
      `${UNBORN} ${root()}: the default branch could not be set: the server is not one of GitHub, GitLab, Gitea and Forgejo. Run \`git symbolic-ref HEAD refs/heads/main\` in the repository.`,
    ]);
  });

  test.each<readonly [string, () => void, Given?]>([
    ['nothing changed', () => holding({ [MAIN]: second, [SIDE]: first })],
    [
      'a branch is updated',
      () => {
        source.set({ [SIDE]: second });
        holding({ [MAIN]: first, [SIDE]: second });
      },
    ],
    ['a branch is created beside others', () => holding({ [MAIN]: second })],
    ['it is not to be changed', () => undefined, { defaultBranch: 'never' }],
  ])('is not asked for where %s', async (_what, prepare, given = {}) => {
    forge('gitea', (branch) => repositoryWith('gitea', branch));
    prepare();

    const { report } = await into('gitea', given);

    expect([report.update_status, report.notices, asked(), lookedAtHead()]).toEqual(['finished', [], [], 0]);
  });

  test('that was asked for before a deletion is not asked for again', async () => {
    forge('gitea', (branch) => repositoryWith('gitea', branch));
    holding({ [MAIN]: second, [SIDE]: first, 'refs/heads/old': first });

    const { report, outcomes } = await into('gitea');

    // The second look is the one by which the target says that its HEAD names nothing: only then is something deleted.
    expect([outcomes['refs/heads/old'], lookedAtHead(), asked()]).toEqual(['deleted', 2, [APIS.gitea]]);
    expect([report.notices.length, headOf(target)]).toEqual([1, MAIN]);
  });

  test('follows a branch of the source that has another name now', async () => {
    forge('github', (branch) => repositoryWith('github', branch));
    holding({ [MASTER]: first });

    const { report, outcomes } = await into('github');

    expect([outcomes[MASTER], headOf(target), asked()]).toEqual(['kept', MAIN, [APIS.github]]);
    expect(report.notices).toEqual([expect.stringContaining('that is now main, as on the source')]);
    expect((await into('github')).outcomes[MASTER]).toBe('deleted');
  });

  test('is not known before protocol v2 either, unless HEAD is listed', async () => {
    forge('gitea', (branch) => repositoryWith('gitea', branch));
    server.behaviour.protocolV2 = false;
    try {
      expect((await into('gitea')).report.notices).toHaveLength(1);
    } finally {
      server.behaviour.protocolV2 = true;
    }
    expect(headOf(target)).toBe(MAIN);
  });
});
