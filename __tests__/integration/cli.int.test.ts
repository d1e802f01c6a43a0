import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { helpText } from '../../src/cli/help.js';
import type { Report } from '../../src/report/report.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { runBundle, type Ended } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const TOKEN = 'ghp_s3cr3t/+token=';

let scratch: Scratch;
let source: TestRepository;
let tip: string;
let servers: GitHttpServer[];

beforeEach(() => {
  scratch = new Scratch();
  mkdirSync(scratch.join('from'));
  mkdirSync(scratch.join('to'));
  source = TestRepository.create(scratch.join('from', 'source.git'));
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

const cli = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runBundle('cli', args, environment, { folder: scratch.path });

/** A target with a hook of this name. */
function targetWithHook(name: 'pre-receive' | 'update', script: string): TestRepository {
  const target = TestRepository.create(scratch.join('to', 'target.git'));
  const hook = scratch.join('to', 'target.git', 'hooks', name);
  writeFileSync(hook, `#!/bin/sh\n${script}\n`);
  chmodSync(hook, 0o755);
  return target;
}

function everything({ stdout, stderr }: Ended): string {
  return stdout + stderr;
}

function expectNoSecret(ended: Ended, secret = TOKEN, username = 'me'): void {
  const forms = [secret, encodeURIComponent(secret), btoa(`${username}:${secret}`).replace(/=+$/, '')];
  for (const form of forms) expect(everything(ended)).not.toContain(form);
}

describe('--help and --version', () => {
  test.each(['--help', '-h'])('%s tells every option of the contract and every variable', async (option) => {
    const { code, stdout, stderr } = await cli([option]);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(helpText());
    const options =
      'branch tag mirror-branch-regex only-protected-branches keep-divergent-refs prune lfs dry-run push-option json help version';
    for (const name of options.split(' ')) expect(stdout).toMatch(new RegExp(`^ .*--${name}\\b`, 'm'));
    for (const end of [
      'SOURCE_TOKEN',
      'TARGET_TOKEN',
      'SOURCE_USERNAME',
      'TARGET_USERNAME',
      'SSH_PRIVATE_KEY',
      'SSH_KNOWN_HOSTS',
    ]) {
      expect(stdout).toContain(`PUSH_MIRROR_${end}`);
    }
  });

  test("--version is package.json's", async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('a mirror that is as the policy wants it', () => {
  test('exits with 0, and finds nothing to do the second time', async () => {
    const first = await cli(['from/source.git', 'to/target.git']);

    expect([first.code, first.stdout.split('\n').at(-2)]).toEqual([
      0,
      expect.stringMatching(/^finished: 2 created; in /),
    ]);
    expect(TestRepository.at(scratch.join('to', 'target.git')).refs()).toEqual(source.refs());

    const second = await cli(['from/source.git', 'to/target.git']);
    expect([second.code, second.stdout]).toEqual([0, expect.stringMatching(/^finished: 2 unchanged; .* no pack\n$/)]);
  });

  test('writes no escape codes where there is no terminal', async () => {
    expect(everything(await cli(['--verbose', 'from/source.git', 'to/target.git']))).not.toContain('\u001b');
  });

  test('mirrors the repository of the folder it is run in', async () => {
    git(scratch.path, ['clone', '--quiet', source.path, 'work']);
    const { code } = await runBundle('cli', ['.', '../to/copy.git'], {}, { folder: scratch.join('work') });

    expect(code).toBe(0);
    expect(TestRepository.at(scratch.join('to', 'copy.git')).refs()).toMatchObject({ 'refs/heads/main': tip });
  });

  test('selects by the options', async () => {
    source.set({ 'refs/heads/release/1': tip, 'refs/heads/release/old-1': tip, 'refs/tags/x': tip });
    await cli(['--branch', 'release/*', '--branch', '!release/old-*', '--tag=v*', 'from/source.git', 'to/target.git']);

    expect(Object.keys(TestRepository.at(scratch.join('to', 'target.git')).refs())).toEqual([
      'refs/heads/release/1',
      'refs/tags/v1',
    ]);
  });
});

describe('a mirror that is not', () => {
  test('exits with 1 where a ref has diverged', async () => {
    const target = TestRepository.create(scratch.join('to', 'target.git'));
    const other = target.commit();
    target.set({ 'refs/heads/main': other });
    const { code, stdout } = await cli(['--keep-divergent-refs', 'from/source.git', 'to/target.git']);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^ {2}diverged {2}refs\/heads\/main /m);
    expect(stdout).toMatch(/^error: Some refs have diverged .*refs\/heads\/main\.$/m);
    expect(target.refs()).toMatchObject({ 'refs/heads/main': other, 'refs/tags/v1': source.refs()['refs/tags/v1'] });
  });

  test('exits with 1 where a ref was rejected, in the words of the target', async () => {
    const target = targetWithHook('update', '[ "$1" != refs/heads/main ] || { echo "main is closed today"; exit 1; }');
    const { code, stdout, stderr } = await cli(['from/source.git', 'to/target.git']);

    expect(code).toBe(1);
    expect(stderr).toContain('remote: main is closed today');
    expect(stdout).toMatch(/^ {2}rejected {2}refs\/heads\/main /m);
    expect(Object.keys(target.refs())).toEqual(['refs/tags/v1']);
  });

  test.each([
    ['the source is missing', ['from/nothing.git', 'to/target.git'], /from\/nothing\.git: nothing is at this path/],
    [
      'the source is no repository',
      ['from', 'to/target.git'],
      /from: this folder is no Git repository\. Give the folder/,
    ],
    [
      'the target is a file',
      ['from/source.git', 'from/source.git/HEAD'],
      /HEAD: this is a file, and no Git repository/,
    ],
    ['the target is no repository', ['from/source.git', 'to'], /to: this folder is no Git repository/],
    ['both are the same', ['from/source.git', 'from/source'], /source and target are the same repository/],
  ])('exits with 1 where %s', async (_what, args, message) => {
    const { code, stdout } = await cli(args);

    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });

  test('exits with 1 where a server does not know the repository', async () => {
    const server = await serve('to');
    const { code, stdout } = await cli(['from/source.git', server.url('nothing.git')]);

    expect([code, stdout]).toEqual([1, expect.stringContaining('HTTP 404')]);
  });
});

describe('bad usage', () => {
  test('exits with 2, tells everything that is wrong, and changes nothing', async () => {
    const { code, stdout, stderr } = await cli([
      'from/source.git',
      'ftp://host.example/x.git',
      'one-too-many',
      '--nonsense',
      '--prune=some',
      '--lfs=sometimes',
      '--only-protected-branches',
      '--mirror-branch-regex=(',
      '--branch=!',
      '--timeout=soon',
      '--json',
    ]);

    expect([code, stdout]).toEqual([2, '']);
    const wanted =
      '"one-too-many" --nonsense --prune --lfs --only-protected-branches --mirror-branch-regex --branch --timeout <target>';
    for (const name of wanted.split(' ')) expect(stderr).toContain(name);
    expect(
      stderr
        .trim()
        .split('\n')
        .every((line) => line.startsWith('push-mirror: ')),
    ).toBe(true);
  });

  test.each([
    ['an option that is none', ['from/source.git', 'to/target.git', '--mirror']],
    ['a value that is none', ['from/source.git', 'to/target.git', '--prune', 'all']],
    ['a boolean that is none', ['from/source.git', 'to/target.git', '--dry-run=perhaps']],
    ['no target', ['from/source.git']],
    ['nothing at all', []],
  ])('%s: no repository is touched', async (_what, args) => {
    const { code, stdout, stderr } = await cli(args);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^push-mirror: .+/);
    expect(readdirSync(scratch.join('to'))).toEqual([]);
  });

  test('a token is not sent over plain http, and the name is not even looked up', async () => {
    const { code, stderr } = await cli(['from/source.git', 'http://host.invalid/x.git'], {
      PUSH_MIRROR_TARGET_TOKEN: TOKEN,
    });

    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/<target> "http:\/\/host\.invalid\/x\.git" is not encrypted.*use https/),
    ]);
  });
});

describe('--json', () => {
  test('prints the report and nothing else on stdout', async () => {
    const server = await serve('.');
    const { code, stdout, stderr } = await cli(['--json', '--verbose', server.url('from/source.git'), 'to/target.git']);
    const report = JSON.parse(stdout) as Report;

    expect(code).toBe(0);
    expect(stderr).not.toBe('');
    expect(report).toEqual({
      url: 'to/target.git',
      source_url: server.url('from/source.git'),
      update_status: 'finished',
      last_error: null,
      last_error_code: null,
      last_update_started_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      last_update_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      only_protected_branches: false,
      keep_divergent_refs: false,
      mirror_branch_regex: null,
      check: false,
      dry_run: false,
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
    expect(report.transfer.pack_bytes).toBeGreaterThan(100);
  });

  test('prints it where the mirror failed as well', async () => {
    const { code, stdout } = await cli(['--json', 'from/nothing.git', 'to/target.git']);

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      update_status: 'failed',
      last_error: expect.stringContaining('nothing.git'),
      last_error_code: 'not-a-repository',
      refs: [],
    });
  });

  test('a dry run tells what would happen, and changes nothing', async () => {
    const target = TestRepository.create(scratch.join('to', 'target.git'));
    target.set({ 'refs/heads/main': target.commit(), 'refs/heads/old': target.commit() });
    const before = target.refs();
    const { code, stdout } = await cli(['--json', '--dry-run', '--prune=always', 'from/source.git', 'to/target.git']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dry_run: true,
      notices: [],
      counts: { created: 1, forced: 1, deleted: 1 },
      transfer: { pack_bytes: 0 },
    });
    expect(target.refs()).toEqual(before);
  });
});

describe('a local target that does not exist', () => {
  const target = (): string => scratch.join('to', 'target.git');

  test.each(['main', 'trunk', 'a/b'])('is created as a bare repository whose HEAD is %s', async (branch) => {
    const other = TestRepository.create(scratch.join('from', 'other.git'), { defaultBranch: branch });
    other.set({ [`refs/heads/${branch}`]: other.commit(), 'refs/heads/0': other.commit() });

    expect((await cli(['from/other.git', 'to/target.git'])).code).toBe(0);
    expect(git(target(), ['rev-parse', '--is-bare-repository'])).toBe('true');
    expect(git(target(), ['symbolic-ref', 'HEAD'])).toBe(`refs/heads/${branch}`);
    expect(TestRepository.at(target()).refs()).toEqual(other.refs());
    expect(TestRepository.at(target()).fsck()).toBe('');
  });

  test.each(['sha1', 'sha256'] as const)('names its objects as the source does: %s', async (format) => {
    const other = TestRepository.create(scratch.join('from', 'other.git'), { format });
    other.set({ 'refs/heads/main': other.commit() });

    expect((await cli(['from/other.git', 'to/target.git'])).code).toBe(0);
    expect(git(target(), ['rev-parse', '--show-object-format'])).toBe(format);
    expect(TestRepository.at(target()).refs()).toEqual(other.refs());
  });

  test('is created for an empty source as well', async () => {
    TestRepository.create(scratch.join('from', 'empty.git'));

    expect((await cli(['from/empty.git', 'to/target.git'])).code).toBe(0);
    expect(TestRepository.at(target()).refs()).toEqual({});
  });

  test('may be given as a file URL, and lie below folders that do not exist', async () => {
    expect((await cli(['from/source.git', `file://${scratch.join('to', 'a', 'b.git')}`])).code).toBe(0);
    expect(TestRepository.at(scratch.join('to', 'a', 'b.git')).refs()).toEqual(source.refs());
  });

  test('is not created in a dry run', async () => {
    const { code, stdout } = await cli(['--dry-run', 'from/source.git', 'to/target.git']);

    expect([code, stdout]).toEqual([0, expect.stringContaining('2 created')]);
    expect(readdirSync(scratch.join('to'))).toEqual([]);
  });

  test.each(['from/nothing.git', 'from'])('is not left behind where the source %s cannot be read', async (from) => {
    expect((await cli([from, 'to/target.git'])).code).toBe(1);
    expect(readdirSync(scratch.join('to'))).toEqual([]);
  });

  test('is not left behind where the source turns out to be incomplete', async () => {
    git(scratch.path, ['clone', '--quiet', '--bare', '--depth=1', `file://${source.path}`, 'from/shallow.git']);
    const { code, stdout } = await cli(['from/shallow.git', 'to/target.git']);

    expect([code, stdout]).toEqual([1, expect.stringContaining('shallow')]);
    expect(readdirSync(scratch.join('to'))).toEqual([]);
  });

  test('is not left behind where the source breaks off', async () => {
    const server = await serve('from');
    server.behaviour.alter = (chunk, { path }) =>
      path.includes('git-upload-pack') && chunk.includes('PACK') ? null : chunk;
    const { code } = await cli([server.url('source.git'), 'to/target.git']);

    expect(code).toBe(1);
    expect(readdirSync(scratch.join('to'))).toEqual([]);
  });

  test('a folder that was there before stays', async () => {
    mkdirSync(target());
    writeFileSync(scratch.join('to', 'target.git', 'note'), 'mine');

    expect((await cli(['from/source.git', 'to/target.git'])).code).toBe(1);
    expect(readdirSync(target())).toEqual(['note']);
  });
});

describe('signing in over HTTP', () => {
  test('each end gets its own token, and no other', async () => {
    TestRepository.create(scratch.join('to', 'target.git'));
    const from = await serve('from', 'reader:source-token');
    const to = await serve('to', 'writer:target-token');
    const ended = await cli([from.url('source.git'), to.url('target.git')], {
      PUSH_MIRROR_SOURCE_USERNAME: 'reader',
      PUSH_MIRROR_SOURCE_TOKEN: 'source-token',
      PUSH_MIRROR_TARGET_USERNAME: 'writer',
      PUSH_MIRROR_TARGET_TOKEN: 'target-token',
    });

    expect(ended.code).toBe(0);
    expect(new Set(from.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Basic ${btoa('reader:source-token')}`]),
    );
    expect(new Set(to.requests.map(({ headers }) => headers.authorization))).toEqual(
      new Set([`Basic ${btoa('writer:target-token')}`]),
    );
  });

  test('without a user name the one that hosts take is sent', async () => {
    TestRepository.create(scratch.join('to', 'target.git'));
    const to = await serve('to', `oauth2:${TOKEN}`);

    expect((await cli(['from/source.git', to.url('target.git')], { PUSH_MIRROR_TARGET_TOKEN: TOKEN })).code).toBe(0);
  });

  test('without a token nothing is sent, and the message says what to set', async () => {
    const to = await serve('to', `me:${TOKEN}`);
    const { code, stdout } = await cli(['from/source.git', to.url('target.git')]);

    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/requires a sign-in \(HTTP 401\).*PUSH_MIRROR_TARGET_TOKEN/),
    ]);
    expect(to.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  test('a token that is refused is told by its name alone', async () => {
    const to = await serve('to', 'me:another');
    const ended = await cli(['--verbose', 'from/source.git', to.url('target.git')], {
      PUSH_MIRROR_TARGET_USERNAME: 'me',
      PUSH_MIRROR_TARGET_TOKEN: TOKEN,
    });

    expect([ended.code, ended.stdout]).toEqual([
      1,
      expect.stringMatching(/HTTP 401.*PUSH_MIRROR_TARGET_TOKEN is right/),
    ]);
    expectNoSecret(ended);
  });
});

describe('secrets', () => {
  const secretsOfTarget = { PUSH_MIRROR_TARGET_USERNAME: 'me', PUSH_MIRROR_TARGET_TOKEN: TOKEN };

  test.each([[[]], [['--json', '--verbose']]])('a token in a URL signs in, and is masked (%j)', async (options) => {
    TestRepository.create(scratch.join('to', 'target.git'));
    const to = await serve('to', `me:${TOKEN}`);
    const url = to.url('target.git').replace('//', `//me:${encodeURIComponent(TOKEN)}@`);
    const ended = await cli([...options, 'from/source.git', url]);

    expect(ended.code).toBe(0);
    expectNoSecret(ended);
  });

  test('a token in a URL is masked in the report', async () => {
    const to = await serve('to', `me:${TOKEN}`);
    const url = to.url('target.git').replace('//', `//me:${encodeURIComponent(TOKEN)}@`);
    const { stdout } = await cli(['--json', 'from/source.git', url]);

    expect(JSON.parse(stdout)).toMatchObject({ url: to.url('target.git').replace('//', '//*****:*****@') });
  });

  test('a token in a URL that is wrong is masked', async () => {
    const ended = await cli(['from/source.git', `https://me:${encodeURIComponent(TOKEN)}@host.example/x.git?y`]);

    expect(ended.code).toBe(2);
    expectNoSecret(ended);
  });

  test.each([[[]], [['--json']], [['--verbose']]])('a token that the server echoes is masked (%j)', async (options) => {
    const to = await serve('to');
    to.behaviour.intercept = (request, response) => {
      const { authorization } = request.headers;
      response
        .writeHead(403, { 'Content-Type': 'text/plain' })
        .end(`${TOKEN} ${encodeURIComponent(TOKEN)} ${authorization ?? ''}`);
      return true;
    };
    const ended = await cli([...options, 'from/source.git', to.url('target.git')], secretsOfTarget);

    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('The server says: ***** ***** Basic *****');
    expectNoSecret(ended);
  });

  test('a long token that the server echoes is masked, though what a server says is cut', async () => {
    const long = `eyJhbGciOiJIUzI1NiJ9.${'c0ffee'.repeat(100)}.signature`;
    const to = await serve('to');
    to.behaviour.intercept = (_request, response) => {
      response.writeHead(403, { 'Content-Type': 'text/plain' }).end(`bad token ${long}`);
      return true;
    };
    const ended = await cli(['from/source.git', to.url('target.git')], { PUSH_MIRROR_TARGET_TOKEN: long });

    expect(ended.code).toBe(1);
    expect(everything(ended)).not.toContain(long.slice(0, 30));
  });

  test('a token that a hook echoes is masked', async () => {
    targetWithHook('update', `echo "you sent ${TOKEN}"; exit 1`);
    const to = await serve('to', `me:${TOKEN}`);
    const ended = await cli(['--verbose', 'from/source.git', to.url('target.git')], secretsOfTarget);

    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('remote: you sent *****')]);
    expectNoSecret(ended);
  });

  test.each<[string, (list: string) => string[]]>([
    ['the report would take the place of the list', (list) => ['--report', list]],
    ['the variables would take the place of the list', (list) => ['--dotenv', list]],
    ['both would go to one file', () => ['--report', 'one.txt', '--dotenv', './one.txt']],
  ])('%s: nothing is done, nothing is written', async (_what, options) => {
    const list = scratch.join('list.yml');
    writeFileSync(list, '- url: to/target.git\n');
    writeFileSync(scratch.join('one.txt'), 'mine');
    const ended = await cli(['from/source.git', '--mirrors', list, ...options(list)]);

    expect([ended.code, ended.stderr]).toEqual([
      2,
      expect.stringMatching(/, the same file as --\w+: give another file\.$/m),
    ]);
    expect(readFileSync(list, 'utf8')).toBe('- url: to/target.git\n');
    expect(readFileSync(scratch.join('one.txt'), 'utf8')).toBe('mine');
    expect(existsSync(scratch.join('to', 'target.git'))).toBe(false);
  });

  test('report and variables may both go to a device', async () => {
    expect(
      (await cli(['--report', '/dev/null', '--dotenv', '/dev/null', 'from/source.git', 'to/target.git'])).code,
    ).toBe(0);
  });

  test.each(['never', 'always'])('a token that is the name of a branch is masked (--prune %s)', async (prune) => {
    const target = TestRepository.create(scratch.join('to', 'target.git'));
    target.copyFrom(source);
    target.set({ [`refs/heads/${TOKEN}`]: tip });
    const files = ['report.json', 'push-mirror.env'].map((name) => scratch.join(name));
    const options = ['--prune', prune, '--verbose', '--report', files[0] ?? '', '--dotenv', files[1] ?? ''];
    const to = await serve('to', `me:${TOKEN}`);
    const ended = await cli([...options, 'from/source.git', to.url('target.git')], secretsOfTarget);

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('refs/heads/*****');
    expectNoSecret(ended);
    for (const file of files) {
      expect(readFileSync(file, 'utf8')).toContain(prune === 'never' ? 'finished' : 'refs/heads/*****');
      expect(readFileSync(file, 'utf8')).not.toContain(TOKEN);
    }
  });

  // In a step of a workflow the runner reads what the command prints.
  test.each(['::error::injected', '##[error]injected', '  ::set-output name=a::injected'])(
    'what a hook says is no command to a runner: %s',
    async (line) => {
      targetWithHook('update', `echo '${line}'; exit 1`);
      const ended = await cli(['--verbose', 'from/source.git', 'to/target.git']);

      expect(ended.stderr).toContain('injected');
      const lines = ended.stderr.split('\n');
      expect(lines.filter((one) => one.trimStart().startsWith('::') || one.includes('##['))).toEqual([]);
    },
  );

  test('no child process sees one', async () => {
    targetWithHook('pre-receive', `env > '${scratch.join('environment')}'`);
    const { code } = await cli(['from/source.git', 'to/target.git'], {
      ...secretsOfTarget,
      PUSH_MIRROR_SOURCE_TOKEN: TOKEN,
      PUSH_MIRROR_SSH_PRIVATE_KEY: TOKEN,
      SOME_OTHER_SECRET: TOKEN,
    });

    expect(code).toBe(0);
    expect(existsSync(scratch.join('environment'))).toBe(true);
    expect(readFileSync(scratch.join('environment'), 'utf8')).not.toContain(TOKEN);
  });
});
