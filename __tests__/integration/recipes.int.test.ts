import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { githubBranch } from '../recordings/github-branches.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { replaced } from '../runners/examples.js';
import { configured, environmentOf, readComponent, type InputValue } from '../runners/gitlab-inputs.js';
import type { Ended } from '../run.js';
import { runStep } from '../runners/action-step.js';
import { certified } from '../servers/authority.js';
import { CodeCommitServer } from '../servers/codecommit-server.js';
import { apiRequests, paged, serveApi } from '../servers/forge-api.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { SshServer } from '../servers/ssh-server.js';

type Texts = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | boolean>>;
type Step = Readonly<{ uses: string; with: Values; env?: Texts }>;
type Job = Readonly<{ if?: string; steps: readonly Step[] }>;
type Workflow = Readonly<{ on: object; concurrency: Values; permissions: Texts; jobs: Readonly<Record<string, Job>> }>;
type Included = Readonly<{ include: readonly [{ readonly inputs: Readonly<Record<string, InputValue>> }] }>;

jest.setTimeout(40_000);
const sshd = needed('sshd');
const AWS = 'git-codecommit.eu-west-1.amazonaws.com';
const HOSTS = [
  ...['github.com', 'api.github.com', 'gitlab.com', 'codeberg.org', 'gitea.example.com', AWS],
  ...['dev.azure.com', 'bitbucket.org', 'git.example.com'],
];
const CLI = `${process.execPath} ${resolve('dist/cli/index.js')}`;
const secret = (name: string): string => `the-secret-${name}`;
const [JOB_TOKEN, TOKEN] = [secret('JOB_TOKEN'), secret('MIRROR_TOKEN')];
const finished = { code: 0, outputs: { status: 'finished', changed: 'true', 'last-error': '' } };
const RECIPES = {
  codeberg: 'GitHub to Codeberg',
  codecommit: 'GitHub to AWS CodeCommit, with OIDC',
  gitlab: 'GitHub to GitLab',
  github: 'GitLab to GitHub',
  gitea: 'GitHub to Gitea or Forgejo, and back',
  azure: 'From Azure Pipelines',
  bitbucket: 'From Bitbucket Pipelines',
  jenkins: 'From Jenkins',
  protected: 'Only protected branches',
  divergent: 'Keep divergent refs',
  several: 'Several mirrors at once',
  pull: 'Another repository on a schedule: a pull mirror',
  ssh: 'Over SSH with a deploy key',
  check: 'A nightly drift check',
  part: 'A part of the repository',
  dryRun: 'A dry run by hand first',
  backup: 'A backup into a folder, by cron',
  triggers: 'Triggers and concurrency',
};
const PAGE = readFileSync('docs/recipes.md', 'utf8');
const action = parse(readFileSync('action.yml', 'utf8')) as { inputs: Record<string, { default?: string }> };
const found = PAGE.matchAll(/^## (.*)\n([^]*?)(?=^## |$(?![^]))/gm);
const sections = new Map(Array.from(found, ([, heading = '', text = '']) => [heading, text]));

/** The blocks of a recipe in one language, in their order, without what they are indented by. */
function blocks(heading: string, language: string): string[] {
  const found = (sections.get(heading) ?? '').matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm'));
  return Array.from(found, ([, margin = '', text = '']) => text.replace(new RegExp(`^${margin}`, 'gm'), ''));
}

const workflow = (heading: string): Workflow => parse(blocks(heading, 'yaml')[0] ?? '') as Workflow;
const stepsOf = ({ jobs }: Pick<Workflow, 'jobs'>): Step[] => Object.values(jobs).flatMap(({ steps }) => steps);

/** The one step of a recipe that mirrors; of some only the steps are shown. */
function stepOf(heading: string, index = 0): Step {
  const shown = parse(blocks(heading, 'yaml')[index] ?? '') as Workflow | Job;
  const steps = 'jobs' in shown ? stepsOf(shown) : shown.steps;
  const [step, ...more] = steps.filter(({ uses }) => uses.endsWith('push-mirror/push-mirror@v1'));
  if (step === undefined || more.length > 0) throw new Error(`${heading} has not one step that mirrors`);
  return step;
}

describe('every recipe', () => {
  test('is one that the tests below know, and stands in the table of contents', () => {
    expect([...sections.keys()]).toEqual(Object.values(RECIPES));
    const listed = Array.from(PAGE.matchAll(/^\d+\. \[(.*)\]\(#.*\)$/gm), ([, title]) => title);
    expect([...listed, RECIPES.triggers]).toEqual(Object.values(RECIPES));
  });

  const workflows = Object.values(RECIPES).flatMap((heading) =>
    blocks(heading, 'yaml').flatMap((text, index) => (/^jobs:/m.test(text) ? [{ heading, index, text }] : [])),
  );
  test.each(workflows)('$heading ($index) has inputs that there are, and loses no run', ({ heading, index, text }) => {
    const { concurrency, jobs, permissions } = parse(text) as Workflow;
    const step = stepOf(heading, index);
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
    for (const { uses } of stepsOf({ jobs })) expect(uses).toMatch(/^[\w:/.-]+@v\d+$/);
    expect([typeof permissions, concurrency['cancel-in-progress']]).toEqual(['object', false]);
    // What brings nothing over must not take the place of a run that would.
    const bringsAllOver = !('check' in step.with) && !('dry-run' in step.with);
    expect(/^(?:mirror|project)$/.test(String(concurrency.group))).toBe(bringsAllOver);
    // Forgejo runs what is in `.github/workflows`, too.
    const isRunThere = /codeberg\.org|gitea\.example\.com/.test(JSON.stringify(step));
    expect(Object.values(jobs)[0]!.if ?? '').toMatch(isRunThere ? "github.server_url == 'https://github.com'" : '');
  });

  test('is set off as the section on triggers says', () => {
    expect(Object.keys(workflow(RECIPES.triggers).on)).toEqual(['push', 'delete', 'schedule', 'workflow_dispatch']);
    expect(stepOf(RECIPES.triggers)).toEqual(stepOf(RECIPES.gitlab));
  });
});

// The names of real hosts lead to this machine, each to a server of its own: the recipes run as they stand.
const shared = new Scratch();
const certificate = certified(shared.join('certificates'), HOSTS);
let proxy: ForwardProxy;
let scratch: Scratch;
let source: TestRepository;
/** The source's first commit, its last, and one that only mirrors have. */
let [first, main, own] = ['', '', ''];
const open: { stop(): Promise<unknown> }[] = [];

beforeAll(async () => void (proxy = await ForwardProxy.start()));

afterAll(async () => {
  await proxy.stop();
  shared.remove();
});

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  [first, own] = [source.commit(), source.commit()];
  main = source.commits(2, first);
  source.set({ ...branches(main, 'main', 'topic', 'release/1', 'release/old-1'), 'refs/tags/v1': main });
  source.set({ 'refs/tags/beta': source.tagObject('beta', main) });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
  scratch.remove();
});

const branches = (id: string, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`refs/heads/${name}`, id]));
const network = (): Texts => ({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate.authority });

/** Starts the server behind the name of a host, which takes one token, with a repository, with and without `.git`. */
async function serve({ path }: TestRepository, host: string, token = '', name = 'me/project') {
  mkdirSync(dirname(scratch.join(host, name)), { recursive: true });
  for (const end of ['', '.git']) symlinkSync(path, scratch.join(host, name + end));
  const server = await GitHttpServer.start(scratch.join(host), https.createServer(certificate));
  open.push(server);
  if (token !== '') server.behaviour.credentials = `${host === 'github.com' ? 'x-access-token' : 'oauth2'}:${token}`;
  proxy.route(host, server.port);
  return server;
}

/** Makes a mirror that is behind: an old `main`, a branch that is merged, and one of its own. */
async function mirror(host: string, token = TOKEN): Promise<TestRepository> {
  const target = TestRepository.create(scratch.join(`mirror-on-${host}`));
  target.git(['fetch', '--quiet', source.path, first, own]);
  target.set({ ...branches(first, 'main', 'merged'), ...branches(own, 'own') });
  await serve(target, host, token);
  return target;
}

/** All that the source has, and what the mirror had of its own. */
function expectMirrored(target: TestRepository): void {
  expect(target.refs()).toEqual({ ...source.refs(), ...branches(own, 'own') });
  expect(target.fsck()).toBe('');
}

/** A text in which the runner has put the values of expressions; one that is not known is a mistake. */
const filled = (text: string, values: Texts): string =>
  text.replace(/\$\{\{ (?:secrets\.(\w+_TOKEN)|(.+?)) \}\}/g, (_all, token?: string, expression?: string) => {
    const value = token === undefined ? values[expression ?? ''] : secret(token);
    if (value === undefined) throw new Error(`nothing is known of ${expression ?? ''}`);
    return value;
  });

/** Runs a step as a runner does, with the defaults of action.yml. */
async function run(step: Step, values: Texts = {}, job: Texts = {}): Promise<Ended & { outputs: Texts }> {
  const known = { 'github.token': JOB_TOKEN, ...values };
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
  const given = { ...(Object.fromEntries(defaults) as Texts), ...step.with };
  const filledIn = (texts: Readonly<Record<string, unknown>>): Texts =>
    Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, filled(String(value), known)]));
  return runStep(scratch.path, filledIn(given), {
    ...filledIn(step.env ?? {}),
    ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_API_URL: 'https://api.github.com', ...network(), ...job },
  });
}

/** Runs commands of the page. */
async function shell(script: string, environment: Texts = {}): Promise<Ended> {
  const options = { cwd: scratch.path, env: { ...isolatedGit(), ...environment }, timeout: 30_000 };
  return new Promise((settle) => {
    execFile('sh', ['-c', script], options, (error, stdout, stderr) => settle({ code: error ? 1 : 0, stdout, stderr }));
  });
}

test.each([
  ['github.com', 'gitlab.com', RECIPES.gitlab, 0, 'GITHUB_ACTIONS'],
  ['github.com', 'codeberg.org', RECIPES.codeberg, 0, 'GITHUB_ACTIONS'],
  ['github.com', 'gitea.example.com', RECIPES.gitea, 0, 'GITHUB_ACTIONS'],
  ['gitea.example.com', 'github.com', RECIPES.gitea, 1, 'GITEA_ACTIONS'],
  ['gitea.example.com', 'github.com', RECIPES.gitea, 1, 'FORGEJO_ACTIONS'],
])('%s to %s: all is brought over, what is merged goes', async (from, to, heading, index, runner) => {
  await serve(source, from, JOB_TOKEN);
  const target = await mirror(to);
  const ended = await run(stepOf(heading, index), {}, { GITHUB_SERVER_URL: `https://${from}`, [runner]: 'true' });
  const refs = { 'updated-refs': '["refs/heads/main"]', 'deleted-refs': '["refs/heads/merged"]' };
  expect(ended).toMatchObject({ code: 0, outputs: { ...finished.outputs, ...refs } });
  expectMirrored(target);
});

test("GitLab to GitHub: the component's job", async () => {
  const server = await serve(source, 'gitlab.com');
  server.behaviour.credentials = `gitlab-ci-token:${JOB_TOKEN}`;
  const target = await mirror('github.com');
  const [{ inputs }] = (parse(blocks(RECIPES.github, 'yaml')[0] ?? '') as Included).include;
  const component = readComponent(readFileSync('templates/push-mirror.yml', 'utf8'));
  const job = configured(component, { ...inputs, command: CLI })['push-mirror']!;
  const project = { CI_SERVER_URL: 'https://gitlab.com', CI_PROJECT_URL: 'https://gitlab.com/me/project' };
  const settings = { ...isolatedGit(), ...project, CI_JOB_TOKEN: JOB_TOKEN, MIRROR_TOKEN: TOKEN, ...network() };
  expect(await shell(job.script.join('\n'), environmentOf(job, settings))).toMatchObject({ code: 0 });
  expectMirrored(target);
});

describe('from another CI', () => {
  type AzureStep = Readonly<{ script?: string; env?: Texts }>;
  type Bitbucket = Readonly<{ clone: Values; pipelines: Readonly<Record<string, unknown>> }>;
  const secrets = { PUSH_MIRROR_SOURCE_TOKEN: JOB_TOKEN, PUSH_MIRROR_TARGET_TOKEN: TOKEN };

  /** Runs a line of a recipe, with the command of this checkout in the place of what npx would fetch. */
  async function ci(line: string, environment: Texts): Promise<Ended> {
    const npx = `#!/bin/sh\n[ "$1 $2" = '--yes push-mirror' ] || exit 3\nshift 2\nexec ${CLI} "$@"\n`;
    writeFileSync(scratch.join('npx'), npx, { mode: 0o755 });
    const PATH = `${scratch.path}:${process.env.PATH ?? ''}`;
    return shell(line, { ...network(), ...environment, PATH });
  }

  test('Azure Pipelines: the script, with what the pipeline puts into its environment', async () => {
    const server = await serve(source, 'dev.azure.com', JOB_TOKEN, 'me/project/_git/project');
    server.behaviour.credentials = `me:${JOB_TOKEN}`;
    const target = await mirror('github.com');
    const pipeline = parse(blocks(RECIPES.azure, 'yaml')[0] ?? '') as { trigger: object; steps: readonly AzureStep[] };
    const [step, ...more] = pipeline.steps.filter(({ script }) => script !== undefined);
    expect([more, step?.env]).toEqual([
      [],
      { PUSH_MIRROR_SOURCE_TOKEN: '$(System.AccessToken)', PUSH_MIRROR_TARGET_TOKEN: '$(MIRROR_TOKEN)' },
    ]);
    expect(pipeline.trigger).toMatchObject({ branches: { include: ['*'] }, tags: { include: ['*'] } });
    const uri = { BUILD_REPOSITORY_URI: 'https://me@dev.azure.com/me/project/_git/project' };
    expect(await ci(step?.script ?? '', { ...secrets, ...uri })).toMatchObject({ code: 0 });
    expectMirrored(target);
  });

  test.each([
    ['an access token', 'x-token-auth', 'ATCTT-secret-of-a-repository'],
    ["a user's API token", 'x-bitbucket-api-token-auth', 'ATATT-secret-of-a-user'],
  ])('Bitbucket Pipelines: the script, with %s', async (_kind, user, token) => {
    const server = await serve(source, 'bitbucket.org', token);
    server.behaviour.credentials = `${user}:${token}`;
    const target = await mirror('github.com');
    const { clone, pipelines } = parse(blocks(RECIPES.bitbucket, 'yaml')[0] ?? '') as Bitbucket;
    const scripts = Array.from(JSON.stringify(pipelines).matchAll(/"script":(\[.*?\])/g), ([, list]) => list);
    expect([clone, new Set(scripts).size, scripts.length]).toEqual([{ enabled: false }, 1, 3]);
    const lines = JSON.parse(scripts[0] ?? '[]') as readonly string[];
    const job = { ...secrets, PUSH_MIRROR_SOURCE_TOKEN: token, BITBUCKET_REPO_FULL_NAME: 'me/project' };
    expect(await ci(lines.join('\n'), job)).toMatchObject({ code: 0 });
    expectMirrored(target);
  });

  test('Jenkins: the command, with the credentials that the pipeline names', async () => {
    await serve(source, 'git.example.com', JOB_TOKEN);
    const target = await mirror('github.com');
    const [pipeline = ''] = blocks(RECIPES.jenkins, 'groovy');
    const named = Array.from(pipeline.matchAll(/^ +(\w+) = credentials\('[a-z-]+'\)$/gm), ([, name]) => name);
    expect(named).toEqual(Object.keys(secrets));
    expect([pipeline.match(/\{/g)?.length, pipeline.includes('"')]).toEqual([pipeline.match(/\}/g)?.length, false]);
    const [, command = 'false'] = /^ +sh '(.*)'$/m.exec(pipeline) ?? [];
    expect(await ci(command, secrets)).toMatchObject({ code: 0 });
    expectMirrored(target);
    expect(readFileSync(scratch.join('report.json'), 'utf8')).toContain('"update_status": "finished"');
  });
});

test('a pull mirror: from a third repository, and refused in the mirror itself', async () => {
  await serve(source, 'gitlab.com', secret('SOURCE_TOKEN'), 'them/project');
  const target = await mirror('github.com');
  const before = target.refs();
  const refused = await run(stepOf(RECIPES.pull));
  expect([refused.code, refused.outputs['last-error']]).toEqual([1, expect.stringContaining('that this job runs in')]);
  expect(target.refs()).toEqual(before);
  expect(await run(stepOf(RECIPES.pull), {}, { GITHUB_REPOSITORY: 'me/mirrors' })).toMatchObject(finished);
  expectMirrored(target);
});

test('a backup: the line of the crontab, and what to do when a history was rewritten', async () => {
  await serve(source, 'github.com', TOKEN);
  const home = scratch.join('home');
  mkdirSync(join(home, '.config'), { recursive: true });
  writeFileSync(join(home, '.config', 'push-mirror-token'), `${TOKEN}\n`);
  // npx would ask the registry; this one takes the command of this checkout.
  const npx = `#!/bin/sh\n[ "$1 $2" = '--yes push-mirror' ] || exit 3\nshift 2\nexec ${CLI} "$@"\n`;
  writeFileSync(join(home, 'npx'), npx, { mode: 0o755 });
  const [script = '', rename = ''] = blocks(RECIPES.backup, 'sh');
  writeFileSync(join(home, 'backup.sh'), script);
  const line = /^17 3 \* \* \* (.*)$/m.exec(blocks(RECIPES.backup, 'crontab')[0] ?? '')?.[1] ?? 'false';
  const environment = { ...network(), HOME: home, PATH: `${home}:${process.env.PATH ?? ''}` };
  const mail = async (): Promise<string> => (await shell(line, environment)).stdout;
  const backup = TestRepository.at(join(home, 'backup', 'project.git'));
  const before = source.refs();
  expect(await mail()).toBe('');
  expect(backup.refs()).toEqual(before);
  expect(readFileSync(join(home, 'backup', 'project.json'), 'utf8')).toContain('"update_status": "finished"');
  source.set({ ...branches(source.commit(), 'main'), 'refs/heads/topic': null });
  expect(await mail()).toMatch(/diverged +refs\/heads\/main/);
  expect(backup.refs()).toEqual(before);
  expect(await shell(rename, { HOME: home })).toMatchObject({ code: 0 });
  expect(await mail()).toBe('');
  expect(backup.refs()).toEqual({ ...before, ...source.refs(), ...branches(main, 'main-before') });
});

describe('from GitHub', () => {
  beforeEach(async () => void (await serve(source, 'github.com', JOB_TOKEN)));

  test('to CodeCommit: the credentials of the role are enough, and the policies allow this and no more', async () => {
    const [id, key, token] = ['ASIADEXAMPLE', 'wJalrXUtnFEMI', 'Fwo/+a%b==IQoJb3JpZ2'];
    const accessKey = { id, secret: key, sessionToken: token };
    const server = await CodeCommitServer.start(scratch.join('aws'), { ...certificate, accessKey });
    open.push(server);
    proxy.route(AWS, server.port);
    const target = TestRepository.create(scratch.join('aws', 'project'));
    const { with: role } = stepsOf(workflow(RECIPES.codecommit))[0]!;
    const region = String(role['aws-region']);
    const keys = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token, AWS_REGION: region };
    expect(await run(stepOf(RECIPES.codecommit), {}, keys)).toMatchObject(finished);
    expect(target.refs()).toEqual(source.refs());
    expect([server.refusals, server.signatures.length]).toEqual([[], server.git.requests.length]);
    const account = /^arn:aws:iam::(\d{12}):role\/mirror$/.exec(String(role['role-to-assume']))?.[1] ?? '';
    const issuer = 'token.actions.githubusercontent.com';
    const subjects = ['repo:me@1234/project@5678:ref:refs/*', 'repo:me/project:ref:refs/*'];
    const audience = { [`${issuer}:aud`]: 'sts.amazonaws.com' };
    const Condition = { StringEquals: audience, StringLike: { [`${issuer}:sub`]: subjects } };
    const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` };
    const Resource = `arn:aws:codecommit:${region}:${account}:project`;
    const rules = [
      { Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity', Condition },
      { Effect: 'Allow', Action: ['codecommit:GitPull', 'codecommit:GitPush'], Resource },
    ];
    expect(blocks(RECIPES.codecommit, 'json').map((text) => JSON.parse(text) as unknown)).toEqual(
      rules.map((rule) => ({ Version: '2012-10-17', Statement: [rule] })),
    );
    expect(workflow(RECIPES.codecommit).permissions).toEqual({ 'id-token': 'write', contents: 'read' });
  });

  test("only protected branches: the job's token is enough to ask for them", async () => {
    const [target, api] = [await mirror('gitlab.com'), await serve(source, 'api.github.com')];
    const [address, before] = ['https://api.github.com/repos/me/project/branches', target.refs()];
    const tags = { 'refs/tags/v1': main, 'refs/tags/beta': source.git(['rev-parse', 'beta']) };
    const items = ['main', 'release/1'].map((name) => githubBranch({ name, id: main }, 'https://api.github.com'));
    serveApi(api, { [new URL(address).pathname]: paged({ items, address }) });
    expect(await run(stepOf(RECIPES.protected))).toMatchObject(finished);
    expect(target.refs()).toEqual({ ...before, ...branches(main, 'main', 'release/1'), ...tags });
    expect(apiRequests(api).map(({ headers }) => headers.authorization)).toEqual([`token ${JOB_TOKEN}`]);
  });

  test.each([
    ['until their commits are in the source', 'true'],
    ['until somebody overwrites them by hand', 'false'],
  ])('diverged refs are kept, nothing is deleted, and it is red %s', async (_until, keep) => {
    const target = await mirror('gitlab.com');
    const diverged = target.commit([first], source.git(['show', 'main:file']));
    target.set(branches(diverged, 'main'));
    const before = target.refs();
    const red = await run(stepOf(RECIPES.divergent), { '!inputs.overwrite': 'true' });
    expect([red.code, red.outputs['divergent-refs']]).toEqual([1, '["refs/heads/main"]']);
    expect(target.refs()).toEqual({ ...source.refs(), ...before });
    // What the recipe has a person type, in a clone of theirs.
    const typed = replaced(blocks(RECIPES.divergent, 'sh')[0] ?? '', /https:\S+/, target.path);
    const commands = `set -e\ngit clone --branch=topic '${source.path}' clone\ncd clone\n${typed}`;
    expect((await shell(keep === 'true' ? commands : '')).code).toBe(0);
    expect(await run(stepOf(RECIPES.divergent), { '!inputs.overwrite': keep })).toMatchObject(finished);
    expect(target.refs()).toEqual({ ...before, ...source.refs() });
    expect(target.isAncestor(diverged, 'main')).toBe(keep === 'true');
  });

  test('several mirrors: each has its own token, branches and tags', async () => {
    const one = await mirror('gitlab.com', secret('GITLAB_TOKEN'));
    const other = await mirror('codeberg.org', secret('CODEBERG_TOKEN'));
    const before = other.refs();
    expect(await run(stepOf(RECIPES.several))).toMatchObject(finished);
    expectMirrored(one);
    const selected = branches(main, 'main', 'release/1', 'release/old-1');
    expect(other.refs()).toEqual({ ...before, ...selected, 'refs/tags/v1': main });
  });

  sshd.describe('over SSH', () => {
    test('with the key and the known hosts that the commands make', async () => {
      const server = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
      open.push(server);
      const target = TestRepository.create(scratch.join('target.git'));
      const file = (name: string): string => readFileSync(scratch.join(name), 'utf8');
      const [makeKey = '', scan = ''] = blocks(RECIPES.ssh, 'sh');
      expect(await shell(makeKey)).toMatchObject({ code: 0 });
      server.authorize(file('mirror-key.pub'));
      const { stdout } = await shell(replaced(scan, '2222 git.example.com', `${server.port} 127.0.0.1`));
      expect(stdout).toContain(server.fingerprints[0]);
      const step = stepOf(RECIPES.ssh);
      const url = replaced(String(step.with['target-url']), /^ssh:.*:2222\/.*/, server.url(target.path));
      const here = { ...step, with: { ...step.with, 'target-url': url } };
      const known = { 'secrets.MIRROR_SSH_KEY': file('mirror-key'), 'vars.MIRROR_KNOWN_HOSTS': file('known_hosts') };
      expect(await run(here, { ...known, 'vars.MIRROR_KNOWN_HOSTS': '' })).toMatchObject({ code: 1 });
      expect(target.refs()).toEqual({});
      expect(await run(here, known)).toMatchObject(finished);
      expect(target.refs()).toEqual(source.refs());
    });
  });

  test('a nightly check changes nothing: red where the mirror is behind, green where it is not', async () => {
    const target = await mirror('gitlab.com');
    const before = target.refs();
    const red = await run(stepOf(RECIPES.check));
    expect(red).toMatchObject({
      code: 1,
      outputs: { 'last-error': expect.stringMatching(/^The target is not .* 7 refs/) },
    });
    expect(target.refs()).toEqual(before);
    await run(stepOf(RECIPES.gitlab));
    expect((await run(stepOf(RECIPES.check))).outputs).toMatchObject({ ...finished.outputs, changed: 'false' });
  });

  test('a part, by patterns: what they leave out is not touched, what they select is as in the source', async () => {
    const target = await mirror('gitlab.com');
    target.set(branches(own, 'release/old-1'));
    const before = target.refs();
    target.set(branches(own, 'release/gone'));
    expect(await run(stepOf(RECIPES.part))).toMatchObject(finished);
    expect(target.refs()).toEqual({ ...before, ...branches(main, 'main', 'release/1'), 'refs/tags/v1': main });
  });

  test('a part, by an expression: no tags, and nothing is deleted', async () => {
    const target = await mirror('gitlab.com');
    target.set(branches(first, 'release/2'));
    const before = target.refs();
    expect(await run(stepOf(RECIPES.part, 1))).toMatchObject(finished);
    expect(target.refs()).toEqual({ ...before, ...branches(main, 'main', 'release/1') });
  });

  test('a dry run tells what a real run then does; in one that a push sets off there is no input', async () => {
    const target = await mirror('gitlab.com');
    const before = target.refs();
    const dry = await run(stepOf(RECIPES.dryRun), { 'inputs.dry-run': 'true' });
    expect(target.refs()).toEqual(before);
    const { outputs, code } = await run(stepOf(RECIPES.dryRun), { 'inputs.dry-run': '' });
    expectMirrored(target);
    expect([dry.code, dry.outputs]).toEqual([code, { ...outputs, report: dry.outputs.report }]);
    expect(outputs).toMatchObject(finished.outputs);
  });
});
