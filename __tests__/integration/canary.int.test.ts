import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentsBelow, escapedForJson, formsOf, traced, written, type Call, type Traced } from '../canary.js';
import { MirroredPair } from '../mirrored-pair.js';
import { asFiles, commitLfs, generatedObjects, type LfsObject } from '../repositories/lfs.js';
import { needed } from '../requires.js';
import { certified } from '../servers/authority.js';
import { CodeCommitServer } from '../servers/codecommit-server.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { both, batches, downloads, uploads, verifications, withErrors, type LfsFault } from '../servers/lfs-choices.js';
import { LfsFaults, withLfs } from '../servers/lfs-faults.js';
import { LfsServer, neededLfsServer } from '../servers/lfs-server.js';
import { withTokens } from '../servers/lfs-tokens.js';
import { SshServer } from '../servers/ssh-server.js';

// Each can be told from the others, and has what is written differently when it is encoded.
const SOURCE_TOKEN = 'canary+source/token=with%percent';
const TARGET_TOKEN = 'canary+target/token=with%percent';
// It shares no eight characters with the others: where it is no secret of a run, it is shown.
const URL_PASSWORD = 'pass@url:word/like%others';
const PROXY_PASSWORD = 'canary@proxy:password/with%percent';
const AWS = { id: 'AKIACANARYEXAMPLE', secret: 'canary/aws+secret/access=key0123456789ab' };
const SESSION = 'canary//session+token/which=is==longer/than%others0123456789abcdefghijklmnopqrstuvwxyz';
const LFS_PASSWORD = 'canary:lfs@url/password+with%percent';
const READING = { token: 'canary.reading+action/token==', signature: 'canary0reading1signature2/+3==' };
const WRITING = { token: 'canary.writing+action/token==', signature: 'canary0writing1signature2/+3==' };
const REGION_HOST = 'git-codecommit.us-east-1.amazonaws.com';
const LIMIT_MS = 60_000;

const strace = needed('strace');
const sshd = needed('sshd');
const python = neededLfsServer();

interface Place {
  readonly environment: Readonly<Record<string, string>>;
  /** Where everything is that may be written to. */
  readonly folder: string;
  readonly trace: string;
}

strace.describe('no secret reaches anything but the server that it is for', () => {
  let pair: MirroredPair;
  const open: { stop(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    pair = await MirroredPair.start();
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    await pair.stop();
  }, LIMIT_MS);

  /** A folder of its own for all that a run may write: temporary files, home, outputs, summary. */
  function place(): Place {
    const folder = pair.scratch.join('written');
    for (const name of ['tmp', 'home', 'runner']) mkdirSync(join(folder, name), { recursive: true });
    for (const name of ['output', 'summary']) writeFileSync(join(folder, name), '');
    const environment = {
      TMPDIR: join(folder, 'tmp'),
      HOME: join(folder, 'home'),
      RUNNER_TEMP: join(folder, 'runner'),
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    };
    return { environment, folder, trace: pair.scratch.join('trace') };
  }

  /** A hook that says what it should not have got to know, in all the ways in which it could. */
  function talkativeHook(...secrets: readonly string[]): void {
    const path = join(pair.target.path, 'hooks', 'pre-receive');
    const said = secrets.flatMap(written).map((form) => `cat <<'END' >&2\nit is ${form} and so on\nEND`);
    writeFileSync(path, `#!/bin/sh\n${said.join('\n')}\nexit 1\n`);
    chmodSync(path, 0o755);
  }

  async function command(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Written> {
    const { environment: own, folder, trace } = place();
    const done = await traced('dist/cli/index.js', ['--json', '--verbose', ...args], { ...own, ...environment }, trace);
    return { done, folder, shown: done.stdout + done.stderr };
  }

  async function action(inputs: Readonly<Record<string, string>>, environment = {}): Promise<Written> {
    const { environment: own, folder, trace } = place();
    const given = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    );
    const all = { ...own, ...given, RUNNER_DEBUG: '1', ...environment };
    const done = await traced('dist/index.js', [], all, trace);
    // That is how the runner gets to know what it must hide.
    const shown = (done.stdout + done.stderr).replace(/^::add-mask::.*$/gm, '');
    return { done, folder, shown };
  }

  /** Mirrors the source's folder to the target with its token, through one of the doors. */
  async function withToken(door: 'command' | 'action'): Promise<Written> {
    const [source, target] = [pair.source.path, pair.url('target')];
    return door === 'command'
      ? command([source, target], { PUSH_MIRROR_TARGET_USERNAME: 'user', PUSH_MIRROR_TARGET_TOKEN: TARGET_TOKEN })
      : action({ 'source-url': source, 'target-url': target, username: 'user', token: TARGET_TOKEN });
  }

  test.each(['command', 'action'] as const)(
    'tokens, over HTTP, by the %s',
    async (door) => {
      pair.server.behaviour.credentials = `user:${TARGET_TOKEN}`;

      const run = await withToken(door);

      expect(run.done.code).toBe(0);
      expect(pair.target.refs()).toEqual(pair.source.refs());
      expectNowhere(run, [TARGET_TOKEN]);
    },
    LIMIT_MS,
  );

  test.each(['command', 'action'] as const)(
    'tokens that a hook of the target repeats, by the %s',
    async (door) => {
      pair.server.behaviour.credentials = `user:${TARGET_TOKEN}`;
      talkativeHook(TARGET_TOKEN, URL_PASSWORD);

      const run = await withToken(door);

      expect(run.done.code).toBe(1);
      // What it said is shown, and what is no secret of this run is shown as it is.
      expect(run.shown).toContain(`it is ${URL_PASSWORD} and so on`);
      expect(run.shown).toContain('it is ***** and so on');
      expectNowhere(run, [TARGET_TOKEN]);
    },
    LIMIT_MS,
  );

  test(
    'passwords in a URL, that are wrong, of a server that repeats them',
    async () => {
      const basic = Buffer.from(`me:${URL_PASSWORD}`).toString('base64');
      pair.server.behaviour.intercept = (request, response) => {
        const { authorization = '' } = request.headers;
        response
          .writeHead(401, { 'Content-Type': 'text/plain' })
          .end(`${authorization} is ${URL_PASSWORD}, which is wrong`);
        return true;
      };
      const target = pair.url('target').replace('//', `//me:${encodeURIComponent(URL_PASSWORD)}@`);

      const run = await action({ 'source-url': pair.source.path, 'target-url': target });

      expect(run.done.code).toBe(1);
      expect(pair.server.requests.map(({ headers }) => headers.authorization)).toContain(`Basic ${basic}`);
      expectNowhere(run, [URL_PASSWORD]);
    },
    LIMIT_MS,
  );

  test(
    'what stands in inputs that are wrong',
    async () => {
      const target = `https://me:${encodeURIComponent(URL_PASSWORD)}@host.example/x y?z`;
      const given = { 'source-url': `ftp://${SOURCE_TOKEN}@host/x`, 'target-url': target, token: TARGET_TOKEN };

      const run = await action({ ...given, 'ssh-private-key': `no key ${SOURCE_TOKEN}`, prune: 'yes' });

      expect(run.done.code).toBe(1);
      expectNowhere(run, [URL_PASSWORD, TARGET_TOKEN]);
    },
    LIMIT_MS,
  );

  sshd.describe('with sshd', () => {
    test.each(['command', 'action'] as const)(
      'an SSH key, and the token for a source that git itself has to copy, by the %s',
      async (door) => {
        const server = await SshServer.start(pair.scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
        open.push(server);
        pair.server.behaviour.protocolV2 = false;
        pair.server.behaviour.credentials = `user:${SOURCE_TOKEN}`;
        const [source, target] = [pair.url('source'), server.url(pair.target.path)];

        const run =
          door === 'command'
            ? await command([source, target], {
                PUSH_MIRROR_SOURCE_USERNAME: 'user',
                PUSH_MIRROR_SOURCE_TOKEN: SOURCE_TOKEN,
                PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey,
                PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts,
              })
            : await action({
                'source-url': source,
                'source-username': 'user',
                'source-token': SOURCE_TOKEN,
                'target-url': target,
                'ssh-private-key': server.privateKey,
                'ssh-known-hosts': server.knownHosts,
              });

        expect(run.done.code).toBe(0);
        expect(pair.target.refs()).toEqual(pair.source.refs());
        const programs = run.done.calls.filter(isProgram).map(({ line }) => /^execve\("([^"]+)"/.exec(line)?.[1]);
        expect(programs.filter((program) => /\/(?:ssh|git)$/.test(program ?? '')).length).toBeGreaterThan(1);
        expectNowhere(run, [SOURCE_TOKEN, server.privateKey]);
      },
      LIMIT_MS,
    );
  });

  python.describe('with an LFS server', () => {
    let server: LfsServer;
    let faults: LfsFaults;

    beforeEach(async () => {
      server = await LfsServer.start(pair.scratch.join('lfs'), { program: python.path });
      faults = await LfsFaults.start(server.root);
      open.push(server, faults);
      withLfs(pair.server, faults, 'same origin');
      withTokens(pair.server, faults, {
        source: { repository: `reader:${SOURCE_TOKEN}`, batch: `reader:${SOURCE_TOKEN}`, action: READING },
        target: { repository: `writer:${TARGET_TOKEN}`, batch: `me:${LFS_PASSWORD}`, action: WRITING },
      });
    }, LIMIT_MS);

    const SECRETS = [
      ...[SOURCE_TOKEN, TARGET_TOKEN, LFS_PASSWORD],
      ...[READING, WRITING].flatMap(({ token, signature }) => [token, signature]),
    ];

    /** Mirrors with both tokens, and with another address for the target's objects, through one of the doors. */
    async function withObjects(door: 'command' | 'action'): Promise<Written> {
      const password = encodeURIComponent(LFS_PASSWORD);
      const elsewhere = `${pair.url('target')}/info/lfs`.replace('//', `//me:${password}@`);
      const [source, target] = [pair.url('source'), pair.url('target')];
      return door === 'command'
        ? command(['--lfs', 'always', '--lfs-url', elsewhere, source, target], {
            PUSH_MIRROR_SOURCE_USERNAME: 'reader',
            PUSH_MIRROR_SOURCE_TOKEN: SOURCE_TOKEN,
            PUSH_MIRROR_TARGET_USERNAME: 'writer',
            PUSH_MIRROR_TARGET_TOKEN: TARGET_TOKEN,
          })
        : action({
            ...{ 'source-url': source, 'source-username': 'reader', 'source-token': SOURCE_TOKEN },
            ...{ 'target-url': target, username: 'writer', token: TARGET_TOKEN },
            ...{ lfs: 'always', 'lfs-url': elsewhere },
          });
    }

    /** A branch for each object: `one/0`, `one/1` … */
    function commitEach(objects: readonly LfsObject[]): void {
      commitLfs(
        pair.source,
        ...objects.map((object, at) => ({ ref: `refs/heads/one/${at}`, files: asFiles([object]), track: ['*.bin'] })),
      );
      server.store('source').put(objects);
    }

    test.each(['command', 'action'] as const)(
      'tokens of both ends, of another address, and of what the LFS servers bring, by the %s',
      async (door) => {
        // Then git has to copy the source: a program that could see them.
        pair.server.behaviour.protocolV2 = false;
        commitEach(generatedObjects(3, 50_000));

        const run = await withObjects(door);

        expect(run.done.code).toBe(0);
        expect(pair.target.refs()).toEqual(pair.source.refs());
        expect(server.store('target').oids()).toEqual(server.store('source').oids());
        expect(run.done.calls.filter(isProgram).length).toBeGreaterThan(1);
        expectNowhere(run, SECRETS);
      },
      LIMIT_MS,
    );

    /** What a server says that repeats a secret, in all the ways in which it could: the bodies of its answers. */
    const repeating = (secret: string): string[] => [
      ...written(secret).map((form) => JSON.stringify({ message: `it is ${form} and so on` })),
      ...escapedForJson(secret).map((form) => `{"message":"it is ${form} and so on"}`),
      // So much is not shown: it is cut off in the middle.
      JSON.stringify({ message: `${'long '.repeat(50)}it is${' '.repeat(25)}${secret} and so on` }),
    ];

    const READER = [SOURCE_TOKEN, READING.token, READING.signature];
    const WRITER = [LFS_PASSWORD, TARGET_TOKEN, WRITING.token, WRITING.signature];
    type Answering = (oid: string, body: string) => LfsFault;
    const inBatch =
      (operation: 'download' | 'upload'): Answering =>
      (oid, body) => {
        const { message } = JSON.parse(body) as { message: string };
        return withErrors(batches(operation), { code: 422, message }, oid);
      };
    const REPEATED: [string, readonly string[], Answering][] = [
      ['a download, 403', READER, (oid, body) => ({ chosen: downloads(oid), answer: { status: 403, body } })],
      ['an upload, 422', WRITER, (oid, body) => ({ chosen: uploads(oid), answer: { status: 422, body } })],
      ['a verification, 403', WRITER, (oid, body) => ({ chosen: verifications(oid), answer: { status: 403, body } })],
      ['an object in the batch of the source', READER, inBatch('download')],
      ['an object in the batch of the target', WRITER, inBatch('upload')],
    ];

    test.each(REPEATED.flatMap((one) => (['command', 'action'] as const).map((door) => [...one, door] as const)))(
      'what the answer to %s repeats (%#)',
      async (_name, secrets, answering, door) => {
        const said = secrets.flatMap(repeating);
        const objects = generatedObjects(said.length + 1, 1000);
        commitEach(objects);
        faults.spoil(...said.map((body, at) => answering(objects[at]!.oid, body)));

        const run = await withObjects(door);

        expect(run.done.code).toBe(1);
        const refs = Object.keys(pair.target.refs()).filter((ref) => ref.startsWith('refs/heads/one/'));
        expect(refs).toEqual([`refs/heads/one/${said.length}`]);
        expect(run.shown.match(/it (?:is *\S*)?\*{5}/g)?.length).toBeGreaterThanOrEqual(said.length);
        expectNowhere(run, SECRETS);
      },
      LIMIT_MS,
    );

    test.each(['source', 'target'] as const)(
      'what the refusal of a whole batch of the %s repeats',
      async (end) => {
        const [secret, operation] = end === 'source' ? [SOURCE_TOKEN, 'download'] : [LFS_PASSWORD, 'upload'];
        commitEach(generatedObjects(1, 1000));
        const body = `{"message":"it is ${[...escapedForJson(secret), ...written(secret)].join(' ')}"}`;
        const chosen = both(batches(operation as 'download' | 'upload'), ({ repository }) => repository === end);
        faults.spoil({ chosen, answer: { status: 403, body } });

        const run = await withObjects('action');

        expect(run.done.code).toBe(1);
        expect(run.shown).toContain('(HTTP 403). The server says: it is ***** ***** ***** ');
        expectNowhere(run, SECRETS);
      },
      LIMIT_MS,
    );
  });

  test.each([
    ['that are right', AWS.secret],
    ['that are wrong', `another ${AWS.secret}`],
  ])(
    'AWS credentials %s, and the password of a proxy, on the way to CodeCommit',
    async (_what, secret) => {
      const certificate = certified(pair.scratch.join('certificates'), [REGION_HOST]);
      const accessKey = { ...AWS, secret, sessionToken: SESSION };
      mkdirSync(pair.scratch.join('codecommit'));
      pair.target.git(['clone', '--quiet', '--bare', pair.target.path, pair.scratch.join('codecommit', 'mirror')]);
      const server = await CodeCommitServer.start(pair.scratch.join('codecommit'), { ...certificate, accessKey });
      const proxy = await ForwardProxy.start({ credentials: `me:${PROXY_PASSWORD}` });
      open.push(server, proxy);
      proxy.route(REGION_HOST, server.port);

      const run = await command(
        ['--ca-certificate', certificate.authority, pair.source.path, 'codecommit::us-east-1://mirror'],
        {
          HTTPS_PROXY: proxy.url.replace('//', `//me:${encodeURIComponent(PROXY_PASSWORD)}@`),
          AWS_ACCESS_KEY_ID: AWS.id,
          AWS_SECRET_ACCESS_KEY: AWS.secret,
          AWS_SESSION_TOKEN: SESSION,
        },
      );

      expect(run.done.code).toBe(secret === AWS.secret ? 0 : 1);
      expect(proxy.asked).toContain(`CONNECT ${REGION_HOST}:443`);
      expectNowhere(run, [PROXY_PASSWORD, AWS.secret, SESSION]);
      expect(run.shown).not.toMatch(/\d{8}T\d{6}Z[0-9a-f]{64}/);
    },
    LIMIT_MS,
  );
});

interface Written {
  readonly done: Traced;
  readonly folder: string;
  /** What people get to see. */
  readonly shown: string;
}

/** The door itself is started with the secrets in its environment: that is how it gets them. */
function isProgram({ name }: Call, index: number): boolean {
  return name.startsWith('execve') && index > 0;
}

/** What goes to a server is what the secret is for; a key's file has no name. */
function isToServer(line: string): boolean {
  return /^\w+\(\d+<(?:(?:TCP|socket|TCPv6):|[^>]*>\(deleted\),)/.test(line);
}

/** What goes to the terminal is looked at as what is shown. */
function isToTerminal(line: string): boolean {
  return /^\w+\([12]<pipe:/.test(line);
}

function expectNowhere({ done, folder, shown }: Written, secrets: readonly string[]): void {
  const forms = secrets.flatMap(formsOf);
  const held = (text: string): boolean => forms.some((form) => text.includes(form));
  expect(done.calls.length).toBeGreaterThan(5);
  // Without this the rest could pass for want of a trace.
  expect(held(done.calls[0]?.line ?? '')).toBe(true);
  const { calls } = done;
  expect(calls.filter(isProgram).filter(({ line }) => held(line))).toEqual([]);
  const writes = calls.filter(
    ({ name, line }) => !name.startsWith('execve') && !isToServer(line) && !isToTerminal(line),
  );
  expect(writes.filter(({ line }) => held(line))).toEqual([]);
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
  expect([...contentsBelow(folder)].filter(([path, content]) => held(path) || held(content))).toEqual([]);
  expect([...contentsBelow(join(folder, 'tmp')).keys()]).toEqual([]);
}
