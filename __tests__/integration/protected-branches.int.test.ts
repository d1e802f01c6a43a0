import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { hostOf } from '../../src/hosts/hosts.js';
import { protectedBranches } from '../../src/hosts/protected-branches.js';
import type { ForgeKind } from '../../src/hosts/forge.js';
import { commandName } from '../../src/cli/names.js';
import { systemClock } from '../../src/protocol/clock.js';
import { ConfigurationError, parseOptions } from '../../src/options/options.js';
import { readCertificates } from '../../src/protocol/http/certificates.js';
import { parseLocation } from '../../src/protocol/location.js';
import { rawOptions } from '../raw-options.js';
import { GITEA_ERRORS, GITEA_HEADERS, giteaBranch } from '../recordings/gitea-branches.js';
import { GITHUB_ERRORS, GITHUB_HEADERS, githubBranch, type RecordedBranch } from '../recordings/github-branches.js';
import { GITLAB_ERRORS, GITLAB_HEADERS, gitlabBranch, gitlabRule } from '../recordings/gitlab-branches.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { always, apiRequests, inTurn, paged, serveApi, type ApiReply, type ApiRoute } from '../servers/forge-api.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const TOKEN = 's3cret-token-of-the-source';
const HOSTS = [
  'github.com',
  '*.github.com',
  'github.example.com',
  '*.octocorp.ghe.com',
  'octocorp.ghe.com',
  'gitlab.com',
];
const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'gitea'];
const TAGS = ['refs/tags/v1', 'refs/tags/v2'];

// One source under every path that a forge may have it at; a target that is behind, and has a branch of its own.
const scratch = new Scratch();
let source: TestRepository;
let target: TestRepository;
let before: Readonly<Record<string, string>>;
let after: Readonly<Record<string, string>>;
let server: GitHttpServer;
let secure: GitHttpServer;
let proxy: ForwardProxy;
let certificate: Certified;
let first: string;

beforeAll(async () => {
  certificate = certified(scratch.join('certificates'), HOSTS);
  source = TestRepository.create(scratch.join('root', 'me', 'project.git'));
  for (const group of [
    ['group', 'sub'],
    ['gitlab', 'group', 'sub'],
  ]) {
    mkdirSync(scratch.join('root', ...group), { recursive: true });
    symlinkSync(source.path, scratch.join('root', ...group, 'project.git'));
  }
  first = source.commit();
  const [second, topic] = [source.commit([first]), source.commit([first])];
  after = {
    'refs/heads/main': second,
    'refs/heads/release/1': first,
    'refs/heads/release/2': second,
    'refs/heads/1-stable': second,
    'refs/heads/topic': topic,
    'refs/tags/v1': first,
    'refs/tags/v2': second,
  };
  before = { 'refs/heads/main': first, 'refs/heads/merged': first, 'refs/heads/topic': first };
  source.set(after);
  const template = TestRepository.create(scratch.join('template.git'));
  template.copyFrom(source);
  template.set({ ...Object.fromEntries(Object.keys(after).map((ref) => [ref, null])), ...before });
  server = await GitHttpServer.start(scratch.join('root'));
  secure = await GitHttpServer.start(scratch.join('root'), https.createServer(certificate));
  proxy = await ForwardProxy.start();
  for (const host of ['github.com', 'api.github.com', 'github.example.com', 'gitlab.com'])
    proxy.route(host, secure.port);
  for (const host of ['octocorp.ghe.com', 'api.octocorp.ghe.com']) proxy.route(host, secure.port);
});

beforeEach(() => {
  cpSync(scratch.join('template.git'), scratch.join('target.git'), { recursive: true });
  target = TestRepository.at(scratch.join('target.git'));
  for (const one of [server, secure]) {
    one.forget();
    Object.assign(one.behaviour, { intercept: undefined, delayMs: 0 });
  }
});

afterEach(() => {
  rmSync(scratch.join('target.git'), { recursive: true, force: true });
});

afterAll(async () => {
  await Promise.all([server.stop(), secure.stop(), proxy.stop()]);
  scratch.remove();
});

/** Where each forge has its lists, below the root of a server. */
const LISTS: Readonly<Record<ForgeKind | 'gitlab branches', string>> = {
  github: '/api/v3/repos/me/project/branches',
  gitlab: '/api/v4/projects/group%2Fsub%2Fproject/protected_branches',
  'gitlab branches': '/api/v4/projects/group%2Fsub%2Fproject/repository/branches',
  gitea: '/api/v1/repos/me/project/branches',
};

const PERMISSIONS: Readonly<Record<ForgeKind, string>> = {
  github: '"Contents: read"',
  gitlab: '`read_api`',
  gitea: '`read:repository`',
};

const SIGNED_IN: Readonly<Record<ForgeKind, string>> = {
  github: `token ${TOKEN}`,
  gitlab: `Bearer ${TOKEN}`,
  gitea: `Basic ${Buffer.from(`oauth2:${TOKEN}`).toString('base64')}`,
};

const root = (): string => server.url('').slice(0, -1);

/** What a job that runs on the forge at hand finds in its environment. */
function job(kind: ForgeKind): Record<string, string> {
  if (kind === 'gitlab') {
    return { CI_PROJECT_URL: `${root()}/me/else`, CI_SERVER_URL: root(), CI_API_V4_URL: `${root()}/api/v4` };
  }
  const github = { GITHUB_SERVER_URL: root(), GITHUB_REPOSITORY: 'me/else', GITHUB_API_URL: `${root()}/api/v3` };
  return kind === 'gitea' ? { ...github, GITEA_ACTIONS: 'true' } : github;
}

const sourceUrl = (kind: ForgeKind): string =>
  server.url(kind === 'gitlab' ? 'group/sub/project.git' : 'me/project.git');

/** Mirrors from the forge that the job runs on, unless a test says otherwise. */
async function mirror(kind: ForgeKind, given: Given = {}, url = sourceUrl(kind)): Promise<Run> {
  const wanted = { onlyProtectedBranches: 'true', sourceToken: TOKEN, environment: job(kind) };
  return run(url, target.path, { ...wanted, ...given });
}

/** Mirrors from a host of the real world, whose name leads to the secure server. */
async function mirrorFrom(url: string, given: Given = {}): Promise<Run> {
  const network = { proxyFor: (): URL => new URL(proxy.url), caCertificate: certificate.authority };
  return run(url, target.path, { onlyProtectedBranches: 'true', sourceToken: TOKEN, ...network, ...given });
}

function recorded(...names: readonly string[]): RecordedBranch[] {
  return names.map((name) => ({ name, id: after[`refs/heads/${name}`] ?? first }));
}

/** The lists of a forge in which these branches are protected. */
function routes(kind: ForgeKind, ...names: readonly string[]): Record<string, ApiRoute> {
  const address = root() + LISTS[kind];
  switch (kind) {
    case 'github': {
      const items = recorded(...names).map((one) => githubBranch(one, `${root()}/api/v3`));
      return { [LISTS.github]: paged({ items, address, headers: GITHUB_HEADERS }) };
    }
    case 'gitlab':
      return { [LISTS.gitlab]: paged({ items: names.map(gitlabRule), address, headers: GITLAB_HEADERS }) };
    case 'gitea': {
      const all = recorded('main', 'release/1', 'release/2', '1-stable', 'topic');
      const items = all.map((one) => giteaBranch(one, names.includes(one.name)));
      return { [LISTS.gitea]: paged({ items, address, headers: GITEA_HEADERS }) };
    }
  }
}

/** The target with these of the source's refs brought over, and nothing else changed. */
function brought(branches: readonly string[], tags = TAGS): Record<string, string> {
  const refs = [...branches.map((name) => `refs/heads/${name}`), ...tags];
  return { ...before, ...Object.fromEntries(refs.map((ref) => [ref, after[ref] ?? ''])) };
}

function expectBrought({ report }: Run, branches: readonly string[], tags = TAGS): void {
  expect(report.last_error).toBeNull();
  expect(report.update_status).toBe('finished');
  expect(target.refs()).toEqual(brought(branches, tags));
}

/** Checks that the run failed, said so, and that the target is as it was. */
function expectRefused({ report }: Run, ...said: readonly (string | RegExp)[]): void {
  expect(target.refs()).toEqual(before);
  expect(report.update_status).toBe('failed');
  for (const part of said) expect(report.last_error).toEqual(expect.stringMatching(part));
  expect(report.last_error).toContain('--branch');
}

const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

/** The API's requests as `host/path?query`. */
const askedAt = (one: GitHttpServer): string[] =>
  apiRequests(one).map(({ headers, path }) => `${headers.host ?? ''}${path}`);

const asked = (): string[] => apiRequests(server).map(({ path }) => path);

describe('a token that looks wrong', () => {
  test.each<[ForgeKind, string, RegExp]>([
    ['github', `${TOKEN}\u200b`, /has a character in it that is not seen \(U\+200B\)/],
    ['gitlab', `"${TOKEN}"`, /begins or ends with a quote/],
    ['gitlab', `${TOKEN}\n${TOKEN}`, /has a line break in it/],
    ['gitea', `Bearer ${TOKEN}`, /begins with the words of a header/],
  ])('is told beside the refusal of %s', async (kind, sourceToken, words) => {
    serveApi(server, { [LISTS[kind]]: always({ status: 401, headers: {}, body: '{"message":"Bad credentials"}' }) });

    const seen = await mirror(kind, { sourceToken });

    expectRefused(seen, literally(PERMISSIONS[kind]), words);
    expect(seen.report.last_error).not.toContain(TOKEN);
  });
});

describe('GitHub', () => {
  const API = 'https://api.github.com';

  /** Two branches a page; the next ones are named as GitHub does, by the repository's number. */
  function inPages(origin = API, path = ''): Record<string, ApiRoute> {
    const items = recorded('main', 'release/1', 'release/2', '1-stable', 'gone').map((one) => githubBranch(one, API));
    const list = paged({
      items,
      size: 2,
      headers: GITHUB_HEADERS,
      address: `${origin}${path}/repositories/1296269/branches`,
    });
    return { [`${path}/repos/me/project/branches`]: list, [`${path}/repositories/1296269/branches`]: list };
  }

  const PROTECTED = ['main', 'release/1', 'release/2', '1-stable'];
  const QUERY = 'protected=true&per_page=100';

  test('is asked at api.github.com, page by page, signed in by the token', async () => {
    serveApi(secure, inPages());

    expectBrought(await mirrorFrom('https://github.com/me/project.git'), PROTECTED);

    expect(askedAt(secure)).toEqual([
      `api.github.com/repos/me/project/branches?${QUERY}`,
      `api.github.com/repos/me/project/branches?${QUERY}&page=2`,
      `api.github.com/repos/me/project/branches?${QUERY}&page=3`,
    ]);
    expect(apiRequests(secure).map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`token ${TOKEN}`));
  });

  test.each([
    ['https://github.example.com/me/project.git', 'github.example.com', '/api/v3'],
    ['https://octocorp.ghe.com/me/project', 'api.octocorp.ghe.com', ''],
  ])('as %s is asked at %s%s', async (url, host, path) => {
    serveApi(secure, inPages(`https://${host}`, path));

    expectBrought(await mirrorFrom(url), PROTECTED);

    expect(askedAt(secure)[0]).toBe(`${host}${path}/repos/me/project/branches?${QUERY}`);
    expect(askedAt(secure)).toHaveLength(3);
  });

  test('that the job runs on is asked where the job says, whatever name its pages have', async () => {
    serveApi(server, inPages('https://github.internal.example', '/api/v3'));

    expectBrought(await mirror('github'), PROTECTED);

    expect(asked()).toEqual([
      `/api/v3/repos/me/project/branches?${QUERY}`,
      `/api/v3/repos/me/project/branches?${QUERY}&page=2`,
      `/api/v3/repos/me/project/branches?${QUERY}&page=3`,
    ]);
  });

  test('that the job runs on is not asked for a repository elsewhere, nor gets its token', async () => {
    serveApi(server, {});
    serveApi(secure, inPages());

    expectBrought(await mirrorFrom('https://github.com/me/project.git', { environment: job('github') }), PROTECTED);

    expect(server.requests).toEqual([]);
  });

  test('is asked without a token where none is given', async () => {
    serveApi(server, routes('github', 'main'));

    expectBrought(await mirror('github', { sourceToken: '' }), ['main']);

    expect(apiRequests(server)[0]!.headers).not.toHaveProperty('authorization');
  });

  test('knows the repository by its new name, too: a redirect within the API is followed', async () => {
    const moved = {
      status: 301,
      body: GITHUB_ERRORS[301],
      headers: { Location: `${root()}/api/v3/repositories/1296269/branches?${QUERY}` },
    };
    serveApi(server, { ...inPages(root(), '/api/v3'), [LISTS.github]: always(moved) });

    expectBrought(await mirror('github'), PROTECTED);
  });

  test('does not write into the log by itself', async () => {
    const [reply] = [{ body: [], headers: { Deprecation: 'true', Sunset: 'Fri, 31 Dec 2027 23:59:59 GMT' } }];
    serveApi(server, { [LISTS.github]: always(reply) });
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);

    await mirror('github');
    const written = [...warn.mock.calls];
    warn.mockRestore();

    expect(written).toEqual([]);
  });

  test('is asked about a repository that is read over SSH', async () => {
    serveApi(secure, inPages());
    const settings = {
      network: { proxyFor: (): URL => new URL(proxy.url), certificates: readCertificates(certificate.authority, '/') },
      limits: { connect: 5000, silence: 5000 },
      signal: new AbortController().signal,
      clock: systemClock,
      userAgent: 'push-mirror/test',
    };
    const names = { tokenName: 'the token', branchesName: 'the branches' };
    const request = {
      host: hostOf('github.com'),
      credentials: { username: 'git', password: TOKEN },
      jobForge: undefined,
    };
    for (const url of ['git@github.com:me/project.git', 'ssh://git@ssh.github.com:443/me/project.git']) {
      secure.forget();
      const location = parseLocation(url, '/') as Parameters<typeof protectedBranches>[0]['location'];

      expect(await protectedBranches({ ...request, ...names, location }, settings)).toEqual([...PROTECTED, 'gone']);
      expect(askedAt(secure)[0]).toBe(`api.github.com/repos/me/project/branches?${QUERY}`);
      expect(apiRequests(secure)[0]!.headers.authorization).toBe(`token ${TOKEN}`);
    }
  });

  test('is signed in to by the source token also where Git itself goes over SSH', () => {
    const raw = rawOptions({
      source: { url: 'git@github.com:me/project.git', token: TOKEN },
      target: { url: '/srv/target.git' },
      onlyProtectedBranches: 'true',
    });

    expect(parseOptions(raw, commandName, '/').source.credentials).toMatchObject({ password: TOKEN });
  });
});

describe('GitLab', () => {
  const PROJECT = '/api/v4/projects/group%2Fsub%2Fproject';

  test('gives its rules page by page, and a wildcard stands for all that it matches', async () => {
    const items = ['main', 'release/*', '*-stable', 'nothing-like-it*'].map(gitlabRule);
    const address = 'https://gitlab.internal.example/api/v4/projects/278964/protected_branches';
    serveApi(server, { [LISTS.gitlab]: paged({ items, size: 2, headers: GITLAB_HEADERS, address }) });

    expectBrought(await mirror('gitlab'), ['main', 'release/1', 'release/2', '1-stable']);

    expect(asked()).toEqual([
      `${PROJECT}/protected_branches?per_page=100`,
      `${PROJECT}/protected_branches?per_page=100&page=2`,
    ]);
    expect(apiRequests(server).map(({ headers }) => headers.authorization)).toEqual(Array(2).fill(`Bearer ${TOKEN}`));
  });

  test('at gitlab.com is asked at gitlab.com', async () => {
    serveApi(secure, routes('gitlab', 'main'));

    expectBrought(await mirrorFrom('https://gitlab.com/group/sub/project.git'), ['main']);

    expect(askedAt(secure)).toEqual([`gitlab.com${PROJECT}/protected_branches?per_page=100`]);
  });

  test.each([401, 403, 404] as const)(
    'tells a job (after %i) of every branch whether it is protected',
    async (status) => {
      const all = recorded('main', 'topic', 'release/1', '1-stable', 'release/2');
      const items = all.map((one) => gitlabBranch(one, one.name === 'main' || one.name.startsWith('release/')));
      const address = `${root()}${LISTS['gitlab branches']}`;
      serveApi(server, {
        [LISTS.gitlab]: always({ status, headers: GITLAB_HEADERS, body: GITLAB_ERRORS[status] }),
        [LISTS['gitlab branches']]: paged({ items, size: 2, headers: GITLAB_HEADERS, address }),
      });

      const seen = await mirror('gitlab', { sourceUsername: 'gitlab-ci-token' });

      expectBrought(seen, ['main', 'release/1', 'release/2']);
      expect(asked()).toEqual([
        `${PROJECT}/protected_branches?per_page=100`,
        `${PROJECT}/repository/branches?per_page=100`,
        `${PROJECT}/repository/branches?per_page=100&page=2`,
        `${PROJECT}/repository/branches?per_page=100&page=3`,
      ]);
      for (const { headers } of apiRequests(server)) {
        expect(headers).toMatchObject({ 'job-token': TOKEN });
        expect(headers).not.toHaveProperty('authorization');
      }
    },
  );

  test('below a path of its server knows a project by its own path', async () => {
    const environment = {
      CI_PROJECT_URL: `${root()}/gitlab/me/else`,
      CI_SERVER_URL: `${root()}/gitlab`,
      CI_API_V4_URL: `${root()}/gitlab/api/v4`,
    };
    serveApi(server, { [`/gitlab${LISTS.gitlab}`]: always({ body: [gitlabRule('main')] }) });

    const seen = await mirror('gitlab', { environment }, server.url('gitlab/group/sub/project.git'));

    expectBrought(seen, ['main']);
    expect(asked()).toEqual([`/gitlab${PROJECT}/protected_branches?per_page=100`]);
  });

  test.each([
    ['merged', ['refs/heads/release/0']],
    ['never', []],
  ])('protects by name what the source no longer has: prune: %s deletes %j', async (prune, deleted) => {
    serveApi(server, routes('gitlab', 'main', 'release/*'));
    const own = target.commit([first]);
    target.set({ 'refs/heads/release/0': first, 'refs/heads/release/own': own });

    const { outcomes } = await mirror('gitlab', { prune });

    expect(Object.keys(outcomes).filter((ref) => outcomes[ref] === 'deleted')).toEqual(deleted);
    const all = {
      ...brought(['main', 'release/1', 'release/2']),
      'refs/heads/release/0': first,
      'refs/heads/release/own': own,
    };
    expect(target.refs()).toEqual(Object.fromEntries(Object.entries(all).filter(([ref]) => !deleted.includes(ref))));
  });
});

describe('Gitea and Forgejo', () => {
  test.each(['GITEA_ACTIONS', 'FORGEJO_ACTIONS'])('tell of every branch whether it is protected (%s)', async (name) => {
    const all = recorded('1-stable', 'main', 'release/1', 'release/2', 'topic');
    const items = all.map((one) => giteaBranch(one, one.name !== 'topic' && one.name !== '1-stable'));
    const address = `https://gitea.internal.example${LISTS.gitea}`;
    serveApi(server, { [LISTS.gitea]: paged({ items, size: 2, headers: GITEA_HEADERS, address }) });
    const environment = { ...job('github'), [name]: 'true' };

    expectBrought(await mirror('gitea', { environment }), ['main', 'release/1', 'release/2']);

    expect(asked()).toEqual(['?limit=50', '?limit=50&page=2', '?limit=50&page=3'].map((query) => LISTS.gitea + query));
    expect(apiRequests(server).map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(SIGNED_IN.gitea));
  });

  test('may have no list at all', async () => {
    serveApi(server, { [LISTS.gitea]: always({ body: null }) });

    expectBrought(await mirror('gitea'), []);
  });
});

describe('a server that no name tells', () => {
  /** What each forge answers to those who have not signed in. */
  const SIGNS: Readonly<Record<ForgeKind, Readonly<Record<string, ApiReply>>>> = {
    gitea: { '/api/v1/version': { headers: GITEA_HEADERS, body: { version: '1.26.0' } } },
    gitlab: { '/api/v4/version': { status: 401, headers: GITLAB_HEADERS, body: GITLAB_ERRORS[401] } },
    github: {
      '/api/v3/meta': {
        headers: { ...GITHUB_HEADERS, 'X-GitHub-Enterprise-Version': 'enterprise-server@3.17.4' },
        body: { verifiable_password_authentication: true, installed_version: '3.17.4' },
      },
    },
  };

  function signs(kind: ForgeKind): Record<string, ApiRoute> {
    return Object.fromEntries(Object.entries(SIGNS[kind]).map(([path, reply]) => [path, always(reply)]));
  }

  test.each(KINDS)('is found to be %s by asking, without credentials', async (kind) => {
    serveApi(server, { ...signs(kind), ...routes(kind, 'main') });

    expectBrought(await mirror(kind, { environment: {} }), ['main']);

    const [questions, lists] = [asked().slice(0, 3), apiRequests(server).slice(3)];
    expect(questions.toSorted()).toEqual(['/api/v1/version', '/api/v3/meta', '/api/v4/version']);
    for (const { headers } of apiRequests(server).slice(0, 3)) {
      expect(JSON.stringify(headers)).not.toContain(TOKEN);
      expect(headers).not.toHaveProperty('authorization');
    }
    expect(lists.map(({ headers }) => headers.authorization)).toEqual([SIGNED_IN[kind]]);
    for (const { headers } of apiRequests(server)) expect(headers['user-agent']).toBe('push-mirror/test');
  });

  test('is found to be gitea although it answers only those who have signed in', async () => {
    // REQUIRE_SIGNIN_VIEW, as Gitea 1.26 answers then.
    const body = '{"message":"Only signed in user is allowed to call APIs."}\n';
    const reply = { status: 403, headers: GITEA_HEADERS, body };
    serveApi(server, { '/api/v1/version': always(reply), ...routes('gitea', 'main') });

    expectBrought(await mirror('gitea', { environment: {} }), ['main']);
  });

  test('is none of them: that is said, and what to do', async () => {
    serveApi(server, {});

    const seen = await mirror('github', { environment: {} });

    expectRefused(
      seen,
      literally(root()),
      /not one of GitHub, GitLab, Gitea and Forgejo/,
      /Name the branches with --branch/,
    );
    expect(asked()).toHaveLength(3);
  });

  test('is not GitLab because a web server before it says "401 Unauthorized"', async () => {
    const page = '<!DOCTYPE HTML>\n<html><head>\n<title>401 Unauthorized</title>\n</head><body></body></html>\n';
    const reply = { status: 401, headers: { 'Content-Type': 'text/html', 'WWW-Authenticate': 'Basic' }, body: page };
    serveApi(server, {
      '/api/v1/version': always(reply),
      '/api/v3/meta': always(reply),
      '/api/v4/version': always(reply),
    });

    expectRefused(await mirror('github', { environment: {} }), /not one of GitHub/);

    expect(asked()).toHaveLength(3);
  });
});

describe.each(KINDS)('what is mirrored from %s', (kind) => {
  const NOTHING = 'No branch of the source is protected (and selected), so no branch is mirrored.';

  test('are the protected branches and all tags; the rest of the target is left alone', async () => {
    serveApi(server, routes(kind, 'main', 'release/1'));

    const seen = await mirror(kind);

    expectBrought(seen, ['main', 'release/1']);
    expect(Object.keys(seen.outcomes).toSorted()).toEqual([
      'refs/heads/main',
      'refs/heads/release/1',
      'refs/tags/v1',
      'refs/tags/v2',
    ]);
    expect(seen.report.notices).toEqual([]);
    expect(seen.report.only_protected_branches).toBe(true);
  });

  test('is narrowed by the patterns for branches, and tags by theirs alone', async () => {
    serveApi(server, routes(kind, 'main', 'release/1', 'release/2'));

    expectBrought(
      await mirror(kind, { branches: ['release/*', '!release/2', 'topic'], tags: ['v1'] }),
      ['release/1'],
      ['refs/tags/v1'],
    );
  });

  test('is no branch where none is protected, and that is said', async () => {
    serveApi(server, routes(kind));

    const seen = await mirror(kind);

    expectBrought(seen, []);
    expect(seen.report.notices).toEqual([NOTHING]);
  });

  test('is no branch where none of the protected ones is selected, and that is said', async () => {
    serveApi(server, routes(kind, 'main'));

    const seen = await mirror(kind, { branches: ['topic'] });

    expectBrought(seen, []);
    expect(seen.report.notices).toEqual([NOTHING]);
  });

  test('is not a branch that is protected no longer: it is neither moved nor deleted', async () => {
    serveApi(server, routes(kind, 'main', 'topic', 'merged'));
    await mirror(kind, { dryRun: 'true' });
    serveApi(server, routes(kind, 'main'));

    const { outcomes } = await mirror(kind, { prune: 'always' });

    expect(outcomes).not.toHaveProperty(['refs/heads/topic']);
    expect(outcomes).not.toHaveProperty(['refs/heads/merged']);
    expect(target.refs()).toEqual(brought(['main']));
  });
});

describe('what a job shows where nothing is protected', () => {
  test('a summary with a note, a warning, and no failure', async () => {
    serveApi(server, routes('github'));
    mkdirSync(scratch.join('runner'), { recursive: true });
    const files = {
      GITHUB_OUTPUT: scratch.join('runner', 'output'),
      GITHUB_STEP_SUMMARY: scratch.join('runner', 'summary'),
    };
    for (const file of Object.values(files)) writeFileSync(file, '');

    const { code, stdout } = await runBundle('action', [], {
      ...job('github'),
      ...files,
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: scratch.join('runner'),
      'INPUT_SOURCE-URL': sourceUrl('github'),
      'INPUT_TARGET-URL': target.path,
      'INPUT_ONLY-PROTECTED-BRANCHES': 'true',
    });

    expect(code).toBe(0);
    const summary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toMatch(/^### ✅ Mirror finished/);
    expect(summary).toMatch(/\*\*Note:\*\* No branch of the source is protected .*, so no branch is mirrored/);
    expect(stdout).toMatch(
      /^::warning title=push-mirror::No branch of the source is protected .* so no branch is mirrored\.$/m,
    );
    expect(stdout).not.toMatch(/^::error/m);
    expect(readFileSync(files.GITHUB_OUTPUT, 'utf8')).toMatch(/status<<.*\nfinished\n/);
    expect(target.refs()).toEqual(brought([]));
  });
});

describe.each(KINDS)('nothing changes on the target where %s', (kind) => {
  const ERRORS = { github: GITHUB_ERRORS, gitlab: GITLAB_ERRORS, gitea: GITEA_ERRORS }[kind];
  const paths = kind === 'gitlab' ? [LISTS.gitlab, LISTS['gitlab branches']] : [LISTS[kind]];
  const answering = (route: ApiRoute): void => serveApi(server, Object.fromEntries(paths.map((path) => [path, route])));

  test.each([401, 403, 404] as const)('refuses with %i: the permission is named', async (status) => {
    answering(always({ status, body: ERRORS[status] }));

    const seen = await mirror(kind);

    const permission = literally(PERMISSIONS[kind]);
    expectRefused(seen, permission, /Check PUSH_MIRROR_SOURCE_TOKEN/, new RegExp(`HTTP ${status}`), literally(root()));
    expect(seen.report.last_error).not.toContain('..');
  });

  test('requires a sign-in, and there is none: what to set is named', async () => {
    answering(always({ status: 401, body: ERRORS[401] }));

    expectRefused(
      await mirror(kind, { sourceToken: '' }),
      /Set PUSH_MIRROR_SOURCE_TOKEN/,
      literally(PERMISSIONS[kind]),
    );
  });

  test('gives the token back in its words: it is not shown', async () => {
    answering(always({ status: 403, body: { message: `no, ${TOKEN}` } }));

    const seen = await mirror(kind);

    expectRefused(seen, /no, \*\*\*\*\*/);
    expect(JSON.stringify(seen.report)).not.toContain(TOKEN);
  });

  test('answers with a page', async () => {
    answering(always({ headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Sign in</title>' }));

    expectUnreadable(await mirror(kind));
  });

  test('answers with half a list', async () => {
    answering(always({ body: '[{"name":"main","protected":true},{"na' }));

    expectUnreadable(await mirror(kind));
  });

  test('answers with something that is no list', async () => {
    answering(always({ body: { name: 'main', protected: true } }));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.update_status).toBe('failed');
    expect(report.last_error).toContain(root());
  });

  test('answers without end', async () => {
    answering((_query, _seen, response) => void response.writeHead(200).end(Buffer.alloc(9 * 1024 * 1024, ' ')));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toMatch(/the API's answer is longer than 8 MiB\. Ask .*, or name the branches/);
    expect(report.last_error).not.toMatch(/HTTP \d/);
  });

  test('has more wildcards than anybody needs', async () => {
    answering(() => ({ body: Array.from({ length: 1001 }, (_, n) => ({ name: `${n}*`, protected: true })) }));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toContain("the API's list of branches has more than 1,000 items with a wildcard.");
  });

  test('has pages without end', async () => {
    const more = { Link: `<${root()}${LISTS[kind]}?page=2>; rel="next"` };
    // So that a program that would go on for ever comes to an end, too.
    answering(() => ({ body: [], headers: server.requests.length < 6000 ? more : {} }));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toMatch(
      /the API's list of branches has no end\. Ask .*, or name the branches with --branch instead\.$/,
    );
    expect(server.requests.length).toBeLessThan(20);
  });

  test('has more pages than a list can have', async () => {
    let page = 1;
    answering(() => ({
      body: [],
      headers: page < 6000 ? { Link: `<${root()}${LISTS[kind]}?page=${(page += 1)}>; rel="next"` } : {},
    }));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toContain("the API's list of branches has more than 2,000 pages.");
  });

  test('answers with what takes much memory', async () => {
    answering((_query, _seen, response) => void response.writeHead(200).end(`[${'[],'.repeat(1_000_000)}[]]`));

    const { report } = await mirror(kind);

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toContain('the answer has more than 500,000 items.');
  });

  test('leads to another server: the token does not go there', async () => {
    const other = await GitHttpServer.start(scratch.join('root'));
    serveApi(other, routes(kind, 'main'));
    answering(always({ status: 302, headers: { Location: other.url(LISTS[kind].slice(1)) }, body: {} }));

    const seen = await mirror(kind);
    await other.stop();

    expect(other.requests).toEqual([]);
    expect(target.refs()).toEqual(before);
    expect(seen.report.last_error).toMatch(/another server|HTTP 302/);
  });

  test('says nothing: the time limit ends it', async () => {
    answering(() => undefined);

    const { report } = await mirror(kind, { timeout: '1' });

    expect(target.refs()).toEqual(before);
    expect(report.last_error).toMatch(/the server sent nothing for 1 seconds\. Try again later, or raise `timeout`/);
    expect(report.last_error).not.toMatch(/HTTP \d/);
  });
});

describe('passing trouble', () => {
  test.each(KINDS)('of %s is waited for', async (kind) => {
    const [path, list] = Object.entries(routes(kind, 'main'))[0]!;
    serveApi(server, { [path]: inTurn(always({ status: 503, body: 'try again' }), list) });

    expectBrought(await mirror(kind), ['main']);

    expect(asked()).toHaveLength(2);
  });

  test('is waited for as long as the server asks for', async () => {
    const [path, list] = Object.entries(routes('github', 'main'))[0]!;
    serveApi(server, { [path]: inTurn(always({ status: 429, headers: { 'Retry-After': '1' }, body: {} }), list) });

    expectBrought(await mirror('github', { clock: systemClock }), ['main']);

    const [one, other] = apiRequests(server).map(({ startedAt }) => startedAt);
    expect(other! - one!).toBeGreaterThanOrEqual(990);
  });

  test('that does not pass ends the run after some attempts, and no permission is blamed', async () => {
    serveApi(server, { [LISTS.gitea]: always({ status: 503, body: 'down' }) });

    const seen = await mirror('gitea');

    expectRefused(seen, /HTTP 503/, /Run the mirror again later/);
    expect(seen.report.last_error).not.toContain('read:repository');
    expect(asked()).toHaveLength(3);
  });

  test('of the connection is waited for', async () => {
    const [path, list] = Object.entries(routes('github', 'main'))[0]!;
    const broken: ApiRoute = (_query, _seen, response) => void response.destroy();
    serveApi(server, { [path]: inTurn(broken, list) });

    expectBrought(await mirror('github'), ['main']);
  });
});

describe('what cannot be: a wrong configuration', () => {
  async function problemsOf(url: string, given: Given = {}): Promise<readonly string[]> {
    const problem: unknown = await mirrorFrom(url, given).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ConfigurationError);
    return (problem as ConfigurationError).problems;
  }

  test.each([
    ['a folder', scratch.join('root', 'me', 'project.git'), {}],
    ['CodeCommit', 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x', { sourceUsername: 'me-at-1' }],
    ['Bitbucket', 'https://bitbucket.org/me/x.git', {}],
    ['Azure Repos', 'https://dev.azure.com/me/project/_git/x', {}],
  ])('%s protects nothing that can be asked for', async (_host, url, given) => {
    expect(await problemsOf(url, given)).toEqual([
      `--only-protected-branches asks the source's host which branches are protected. That works only with GitHub, GitLab, Gitea and Forgejo, ` +
        `and the source "${url}" is not there: name the branches with --branch instead.`,
    ]);
  });

  test('an expression for branches beside it', async () => {
    expect(await problemsOf('https://github.com/me/x', { mirrorBranchRegex: 'release' })).toEqual([
      '--mirror-branch-regex and --only-protected-branches exclude each other: give one of them.',
    ]);
  });
});

/** Checks that a run failed because the API's answer made no sense. */
function expectUnreadable({ report }: Run): void {
  expect(target.refs()).toEqual(before);
  expect(report.update_status).toBe('failed');
  expect(report.last_error).toContain(`${root()}/api/v`);
  expect(report.last_error).toMatch(/not JSON|HTTP 200/);
}
