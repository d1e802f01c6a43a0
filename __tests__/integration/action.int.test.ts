import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Report } from '../../src/report/report.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { runStep, type Step as PlainStep } from '../runners/action-step.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const TOKEN = 'ghp_s3cr3t/+token=';
const JOB_TOKEN = 'ghs_job-token-of-this-run';
const KEY =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\nAAAEbm9uZQAAAAAAAAABAAA\n-----END OPENSSH PRIVATE KEY-----\n';

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let tip: string;
let servers: GitHttpServer[];

beforeEach(() => {
  scratch = new Scratch();
  for (const folder of ['from', 'from/me', 'to', 'temp']) mkdirSync(scratch.join(folder));
  source = TestRepository.create(scratch.join('from', 'me', 'project'));
  target = TestRepository.create(scratch.join('to', 'target.git'));
  tip = source.commits(2);
  source.set({ 'refs/heads/main': tip, 'refs/tags/v1': source.tagObject('v1', tip) });
  servers = [];
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  scratch.remove();
});

async function serve(folder: string, credentials?: string): Promise<GitHttpServer> {
  const server = await GitHttpServer.start(scratch.join(folder));
  server.behaviour.credentials = credentials;
  servers.push(server);
  return server;
}

function hook(name: 'pre-receive' | 'update', script: string): void {
  const path = scratch.join('to', 'target.git', 'hooks', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** A workflow command, as `::error title=x::message`. */
interface Command {
  readonly name: string;
  readonly properties: string;
  readonly message: string;
}

interface Step extends PlainStep {
  readonly commands: readonly Command[];
}

async function step(
  inputs: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const ended = await runStep(scratch.path, inputs, environment);
  return { ...ended, commands: commandsIn(ended.stdout) };
}

function commandsIn(stdout: string): Command[] {
  return stdout.split('\n').flatMap((line) => {
    const [, name, properties = '', message = ''] = /^::([a-z-]+)(?: ([^:]*))?::(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, properties, message }];
  });
}

const messages = ({ commands }: Step, name: string): string[] =>
  commands.filter((command) => command.name === name).map(({ message }) => message);

const reportOf = ({ outputs }: Step): Report => JSON.parse(readFileSync(outputs.report ?? '', 'utf8')) as Report;

/** Everything that the step told, but for the masks themselves. */
function told(one: Step): string {
  const log = one.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const files = readdirSync(scratch.join('temp')).map((file) => readFileSync(scratch.join('temp', file), 'utf8'));
  return [...log, one.stderr, ...files].join('\n');
}

const local = (): Record<string, string> => ({ 'target-url': target.path, 'source-url': source.path });

describe('a mirror that finished', () => {
  test('outputs, report, summary, annotation and exit code', async () => {
    target.copyFrom(source);
    const next = source.commit([tip]);
    source.set({ 'refs/heads/main': next, 'refs/heads/new': source.commit([next]) });
    target.set({ 'refs/heads/merged': tip });
    const ended = await step(local());

    expect(ended.code).toBe(0);
    expect(ended.outputs).toEqual({
      status: 'finished',
      changed: 'true',
      'created-refs': '["refs/heads/new"]',
      'updated-refs': '["refs/heads/main"]',
      'deleted-refs': '["refs/heads/merged"]',
      'divergent-refs': '[]',
      'rejected-refs': '[]',
      'last-error': '',
      'last-error-code': '',
      report: expect.stringMatching(/\/temp\/.*\.json$/),
    });
    expect(target.refs()).toEqual(source.refs());
    expect(ended.summary).toMatch(/^### ✅ Mirror finished/);
    expect(ended.summary.match(/^\| .*refs\/heads\/(?:main|new|merged)/gm)).toHaveLength(3);
    expect(messages(ended, 'notice')).toEqual([
      expect.stringContaining('1 created, 1 updated, 1 deleted, 1 unchanged'),
    ]);
    expect([...messages(ended, 'error'), ...messages(ended, 'warning')]).toEqual([]);
  });

  test('a forced update counts as updated', async () => {
    target.set({ 'refs/heads/main': target.commit() });

    expect((await step(local())).outputs).toMatchObject({
      'updated-refs': '["refs/heads/main"]',
      'created-refs': '["refs/tags/v1"]',
    });
  });

  test('the second time nothing has changed, and nothing is annotated', async () => {
    await step(local());
    const ended = await step(local());

    expect([ended.code, ended.outputs.status, ended.outputs.changed]).toEqual([0, 'finished', 'false']);
    expect(ended.commands).toEqual([]);
  });

  test('the report has the fields of the contract', async () => {
    const report = reportOf(await step({ ...local(), 'mirror-branch-regex': '^main$', 'keep-divergent-refs': 'true' }));

    expect(report).toEqual({
      url: target.path,
      source_url: source.path,
      update_status: 'finished',
      last_error: null,
      last_error_code: null,
      last_update_started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      last_update_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      only_protected_branches: false,
      keep_divergent_refs: true,
      mirror_branch_regex: '^main$',
      dry_run: false,
      check: false,
      refs: [
        { ref: 'refs/heads/main', outcome: 'created', old: null, new: tip, message: null, code: null },
        {
          ref: 'refs/tags/v1',
          outcome: 'created',
          old: null,
          new: source.refs()['refs/tags/v1'],
          message: null,
          code: null,
        },
      ],
      notices: [],
      counts: { created: 2, updated: 0, forced: 0, deleted: 0, unchanged: 0, diverged: 0, kept: 0, rejected: 0 },
      transfer: {
        requests: expect.any(Number),
        bytes_received: expect.any(Number),
        bytes_sent: expect.any(Number),
        pack_bytes: expect.any(Number),
        duration_ms: expect.any(Number),
      },
      lfs: null,
    });
  });

  test("warns of a branch that is kept because it is the target's default", async () => {
    target.symref('HEAD', 'refs/heads/old');
    target.copyFrom(source);
    target.set({ 'refs/heads/old': tip });
    const ended = await step(local());

    expect([ended.code, messages(ended, 'warning')]).toEqual([
      0,
      [
        expect.stringContaining("it is the target's default branch"),
        expect.stringContaining('which was the default branch of the target: that is now main'),
      ],
    ]);
    expect(target.refs()).toHaveProperty('refs/heads/old');
  });

  test('a runner without a summary is none the worse for it', async () => {
    const ended = await step(local(), { GITHUB_STEP_SUMMARY: '' });

    expect([ended.code, ended.outputs.status]).toEqual([0, 'finished']);
  });
});

describe('a mirror that failed', () => {
  test('a ref has diverged under keep-divergent-refs', async () => {
    const other = target.commit();
    target.set({ 'refs/heads/main': other, 'refs/heads/merged': other });
    const ended = await step({ ...local(), 'keep-divergent-refs': 'true' });

    expect(ended.code).toBe(1);
    expect(ended.outputs).toMatchObject({
      status: 'failed',
      changed: 'true',
      'created-refs': '["refs/tags/v1"]',
      'deleted-refs': '[]',
      'divergent-refs': '["refs/heads/main"]',
      'rejected-refs': '[]',
      'last-error': 'Some refs have diverged and have not been updated on the target: refs/heads/main.',
      'last-error-code': 'refs-diverged',
    });
    expect(ended.summary).toMatch(/^### ❌ Mirror failed/);
    expect(ended.commands.filter(({ name }) => name === 'error')).toEqual([
      {
        name: 'error',
        properties: 'title=push-mirror%3A refs/heads/main diverged',
        message: expect.stringContaining('commits here that the source does not have'),
      },
      { name: 'error', properties: '', message: ended.outputs['last-error'] },
    ]);
    expect(reportOf(ended)).toMatchObject({ update_status: 'failed', counts: { diverged: 1, kept: 1, created: 1 } });
    expect(target.refs()).toMatchObject({ 'refs/heads/main': other, 'refs/heads/merged': other });
  });

  test('a hook rejects a ref, and the others land', async () => {
    hook('update', '[ "$1" != refs/heads/main ]');
    const ended = await step(local());

    expect(ended.code).toBe(1);
    expect(ended.outputs).toMatchObject({
      status: 'failed',
      'created-refs': '["refs/tags/v1"]',
      'rejected-refs': '["refs/heads/main"]',
      'last-error': expect.stringContaining('refs/heads/main'),
      'last-error-code': 'refs-rejected',
    });
    expect(messages(ended, 'error')).toEqual([expect.stringContaining('hook declined'), ended.outputs['last-error']]);
    expect(Object.keys(target.refs())).toEqual(['refs/tags/v1']);
  });

  test('the target cannot be reached', async () => {
    const ended = await step({ ...local(), 'target-url': scratch.join('from', 'me') });

    expect([ended.code, ended.outputs.status, ended.outputs.changed]).toEqual([1, 'failed', 'false']);
    expect(ended.outputs['last-error']).toContain('is no Git repository');
    expect(messages(ended, 'error')).toEqual([ended.outputs['last-error']]);
  });

  test('there are no more annotations than a step shows', async () => {
    hook('update', 'exit 1');
    source.set(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`refs/heads/b${index}`, tip])));
    const ended = await step(local());

    expect(messages(ended, 'error')).toHaveLength(10);
    expect(JSON.parse(ended.outputs['rejected-refs'] ?? '')).toHaveLength(32);
  });
});

describe('inputs', () => {
  test('everything that is wrong is annotated, and nothing is changed', async () => {
    const ended = await step({
      ...local(),
      'target-url': 'ftp://host.example/x.git',
      'keep-divergent-refs': 'yes',
      'dry-run': '1',
      prune: 'some',
      lfs: 'sometimes',
      'only-protected-branches': 'true',
      'mirror-branch-regex': '(',
      timeout: 'soon',
    });

    expect(ended.code).toBe(1);
    expect(ended.outputs).toMatchObject({ status: 'failed', changed: 'false' });
    const problems = messages(ended, 'error');
    for (const name of [
      'target-url',
      'keep-divergent-refs',
      'dry-run',
      'prune',
      'lfs',
      'only-protected-branches',
      'mirror-branch-regex',
      'timeout',
    ]) {
      expect(problems).toContainEqual(expect.stringContaining(`\`${name}\``));
      expect(ended.outputs['last-error']).toContain(`\`${name}\``);
      expect(ended.summary).toContain(`\n- &#96;${name.replaceAll('-', '&#45;')}&#96; `);
    }
    expect(ended.summary.split('\n')[0]).toBe('### ❌ 9 inputs are wrong: nothing was done');
    expect(target.refs()).toEqual({});
  });

  test('no target at all', async () => {
    const ended = await step({});

    expect([ended.code, messages(ended, 'error')[0]]).toEqual([
      1,
      expect.stringMatching(/`target-url` is missing: .*, or several mirrors as `mirrors`\.$/),
    ]);
  });

  test('no source, and no repository in which the job runs', async () => {
    const ended = await step({ 'target-url': target.path }, { GITHUB_REPOSITORY: '' });

    expect([ended.code, messages(ended, 'error')[0]]).toEqual([1, expect.stringContaining('`source-url` is missing')]);
  });

  test.each(['true', 'True', 'TRUE'])('dry-run: %s', async (value) => {
    const ended = await step({ ...local(), 'dry-run': value });

    expect([ended.code, ended.outputs.changed, reportOf(ended).dry_run]).toEqual([0, 'true', true]);
    expect(target.refs()).toEqual({});
  });

  test.each(['false', 'False', 'FALSE', ''])('dry-run: "%s"', async (value) => {
    expect(reportOf(await step({ ...local(), 'dry-run': value })).dry_run).toBe(false);
    expect(target.refs()).toEqual(source.refs());
  });

  test('patterns stand one a line, white space around them does not count', async () => {
    source.set({ 'refs/heads/release/1': tip, 'refs/heads/release/old': tip, 'refs/heads/topic': tip });
    await step({ ...local(), branches: '\n  main\r\n\trelease/*  \n\n  !release/old\n', tags: '!*' });

    expect(Object.keys(target.refs())).toEqual(['refs/heads/main', 'refs/heads/release/1']);
  });

  test('push options reach the hooks', async () => {
    target.git(['config', 'receive.advertisePushOptions', 'true']);
    hook(
      'pre-receive',
      `echo "$GIT_PUSH_OPTION_COUNT $GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1" > '${scratch.join('options')}'`,
    );
    await step({ ...local(), 'push-options': 'ci.skip\nkey=a value' });

    expect(readFileSync(scratch.join('options'), 'utf8')).toBe('2 ci.skip key=a value\n');
  });
});

describe("the job's own repository and token", () => {
  test('are the source where no other is given', async () => {
    const from = await serve('from', `oauth2:${JOB_TOKEN}`);
    const server = from.url('').replace(/\/$/, '');
    const ended = await step({ 'target-url': target.path, 'job-token': JOB_TOKEN }, { GITHUB_SERVER_URL: server });

    expect(ended.code).toBe(0);
    expect(reportOf(ended).source_url).toBe(`${server}/me/project`);
    expect(target.refs()).toEqual(source.refs());
  });

  test('the token goes to another repository of the same server', async () => {
    const from = await serve('from', `oauth2:${JOB_TOKEN}`);
    const inputs = { 'target-url': target.path, 'job-token': JOB_TOKEN, 'source-url': from.url('me/project') };

    expect(
      (await step(inputs, { GITHUB_SERVER_URL: from.url('').replace(/\/$/, ''), GITHUB_REPOSITORY: 'me/other' })).code,
    ).toBe(0);
  });

  test.each([
    ['another port', 'http://127.0.0.1:1'],
    ['another name', 'http://localhost:PORT'],
    ['another scheme', 'https://127.0.0.1:PORT'],
    ['a name that merely begins alike', 'http://127.0.0.1:PORT.example'],
  ])('the token does not go to another server: %s', async (_what, serverUrl) => {
    const from = await serve('from');
    const inputs = { 'target-url': target.path, 'job-token': JOB_TOKEN, 'source-url': from.url('me/project') };
    const ended = await step(inputs, { GITHUB_SERVER_URL: serverUrl.replace('PORT', String(from.port)) });

    expect(ended.code).toBe(0);
    expect(from.requests.length).toBeGreaterThan(0);
    expect(from.requests.filter(({ headers }) => JSON.stringify(headers).includes('Basic'))).toEqual([]);
  });

  test('a job does not mirror into its own repository, also if that is written in capitals', async () => {
    const to = await serve('to');
    const inputs = { 'target-url': to.url('Target'), 'source-url': source.path };
    const job = { GITHUB_SERVER_URL: to.url('').replace(/\/$/, ''), GITHUB_REPOSITORY: 'target' };
    const ended = await step(inputs, job);

    expect([ended.code, ended.outputs['last-error']]).toEqual([
      1,
      expect.stringContaining('the target is the repository that this job runs in.'),
    ]);
    expect(to.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('the token does not go to the target, also not on the same server', async () => {
    const server = await serve('.');
    const inputs = {
      'job-token': JOB_TOKEN,
      'target-url': server.url('to/target.git'),
      'source-url': server.url('from/me/project'),
    };
    const ended = await step(inputs, { GITHUB_SERVER_URL: server.url('').replace(/\/$/, '') });

    expect(ended.code).toBe(0);
    const signedIn = server.requests
      .filter(({ headers }) => headers.authorization !== undefined)
      .map(({ path }) => path);
    expect(signedIn.length).toBeGreaterThan(0);
    expect(signedIn.filter((path) => path.startsWith('/to/'))).toEqual([]);
  });

  test('a source token goes before the token of the job', async () => {
    const from = await serve('from', `reader:${TOKEN}`);
    const ended = await step(
      { 'target-url': target.path, 'job-token': JOB_TOKEN, 'source-token': TOKEN, 'source-username': 'reader' },
      { GITHUB_SERVER_URL: from.url('').replace(/\/$/, '') },
    );

    expect(ended.code).toBe(0);
    expect(new Set(from.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Basic ${btoa(`reader:${TOKEN}`)}`]),
    );
  });
});

describe('secrets', () => {
  test('are masked first thing, whole and line by line, and appear nowhere else', async () => {
    const ended = await step({
      ...local(),
      token: TOKEN,
      'source-token': 'the-source-token',
      'ssh-private-key': KEY,
      'target-url': `https://me:in-the-url@host.invalid:1/x.git?wrong`,
    });
    const lines = ended.stdout.split('\n');
    const masks = messages(ended, 'add-mask').map((mask) => mask.replaceAll('%0A', '\n').replaceAll('%25', '%'));

    expect(lines.findIndex((line) => !line.startsWith('::add-mask::'))).toBe(masks.length);
    for (const secret of [TOKEN, 'the-source-token', 'in-the-url', KEY.trim(), ...KEY.trim().split('\n')]) {
      expect(masks).toContain(secret);
      expect(told(ended)).not.toContain(secret);
    }
  });

  test('a secret that the server echoes is masked in the log, the outputs, the summary and the report', async () => {
    const to = await serve('to');
    to.behaviour.intercept = (request, response) => {
      const { authorization } = request.headers;
      response
        .writeHead(403, { 'Content-Type': 'text/plain' })
        .end(`${TOKEN} ${encodeURIComponent(TOKEN)} ${authorization ?? ''}`);
      return true;
    };
    const ended = await step(
      { ...local(), 'target-url': to.url('target.git'), username: 'me', token: TOKEN },
      { RUNNER_DEBUG: '1' },
    );

    expect([ended.code, ended.outputs['last-error']]).toEqual([
      1,
      expect.stringContaining('The server says: ***** ***** Basic *****'),
    ]);
    for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(`me:${TOKEN}`).replace(/=+$/, '')]) {
      expect(told(ended)).not.toContain(form);
    }
  });

  test('a secret that a hook echoes is masked', async () => {
    hook('update', `echo "you sent ${TOKEN}"; exit 1`);
    const to = await serve('to', `me:${TOKEN}`);
    const ended = await step({ ...local(), 'target-url': to.url('target.git'), username: 'me', token: TOKEN });

    expect([ended.code, ended.stdout]).toEqual([1, expect.stringContaining('remote: you sent *****')]);
    expect(told(ended)).not.toContain(TOKEN);
  });

  test('a secret that is the name of a branch is masked in the log, the outputs, the summary and the report', async () => {
    target.copyFrom(source);
    target.set({ [`refs/heads/${TOKEN}`]: tip });
    const to = await serve('to', `me:${TOKEN}`);
    const ended = await step({ ...local(), 'target-url': to.url('target.git'), username: 'me', token: TOKEN });

    expect([ended.code, ended.outputs['deleted-refs']]).toEqual([0, '["refs/heads/*****"]']);
    expect(ended.summary).not.toContain(TOKEN);
    expect(told(ended)).not.toContain(TOKEN);
  });

  test('a secret in the name of a file that cannot be written is masked', async () => {
    const ended = await step({ ...local(), token: TOKEN }, { GITHUB_OUTPUT: scratch.join('nowhere', TOKEN) });

    expect([ended.code, messages(ended, 'warning')]).toEqual([0, [expect.stringContaining('/nowhere/*****')]]);
    expect(told(ended)).not.toContain(TOKEN);
  });

  test('no child process sees one', async () => {
    hook('pre-receive', `env > '${scratch.join('environment')}'`);
    const ended = await step({ ...local(), token: TOKEN, 'job-token': JOB_TOKEN, 'ssh-private-key': KEY });

    expect(ended.code).toBe(0);
    expect(readFileSync(scratch.join('environment'), 'utf8')).not.toMatch(/s3cr3t|job-token|OPENSSH|INPUT_/);
  });
});

describe('what a server says is no workflow command', () => {
  /** The runner takes `::name::` at the beginning of a line, else `##[name]` anywhere in it (its ActionCommand.cs). */
  function injectedIn(stdout: string): string[] {
    const ours = /^::(?:debug|error)(?: title=push-mirror[^:]*)?::(?!injected)/;
    return stdout
      .split('\n')
      .filter((line) => !ours.test(line) && (line.trimStart().startsWith('::') || line.includes('##[')));
  }

  test.each([
    '::error::injected',
    '##[error]injected',
    '##[add-mask]refs',
    '::stop-commands::x',
    '  ::set-output name=status::finished',
  ])('from a hook: %s', async (line) => {
    hook('update', `echo '${line}'; exit 1`);
    const ended = await step(local(), { RUNNER_DEBUG: '1' });

    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/injected|add-mask|stop-commands|set-output/);
    expect(injectedIn(ended.stdout)).toEqual([]);
  });

  test('from a web server', async () => {
    const to = await serve('to');
    to.behaviour.intercept = (_request, response) => {
      response.writeHead(403, { 'Content-Type': 'text/plain' }).end('##[error]injected');
      return true;
    };
    const ended = await step({ ...local(), 'target-url': to.url('target.git') });

    expect(ended.outputs['last-error']).toContain('injected');
    expect(injectedIn(ended.stdout)).toEqual([]);
  });
});
