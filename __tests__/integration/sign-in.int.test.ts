import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/protocol/clock.js';
import { CommandProcess, until } from '../command-process.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { freePort } from '../servers/free-port.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { Nginx, type NginxSettings } from '../servers/nginx.js';

const MAIN = 'refs/heads/main';
const TOKEN = 'a-token:that/nobody+may=see';
const OWN = 'git.corp.example';
/** A name that no other machine can have. */
const NOWHERE = 'nowhere.invalid';
const HOSTS = ['github.com', 'octocorp.ghe.com', 'gitlab.com', 'bitbucket.org', 'dev.azure.com', 'codeberg.org'];
const PROXY_USER = { name: 'me@corp', password: 'the proxy:pass/word' };

const scratch = new Scratch();
let certificate: Certified;
/** The same repositories over https and http. */
let secure: GitHttpServer;
let plain: GitHttpServer;
let proxy: ForwardProxy;
let source: TestRepository;
let target: TestRepository;
let [number, name] = [0, ''];
const open: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  certificate = certified(scratch.join('certificates'), [...HOSTS, OWN, NOWHERE]);
  mkdirSync(scratch.join('root'));
  secure = await GitHttpServer.start(scratch.join('root'), https.createServer(certificate));
  plain = await GitHttpServer.start(scratch.join('root'));
});

beforeEach(async () => {
  number += 1;
  name = `x-${number}.git`;
  source = TestRepository.create(scratch.join(`source-${number}.git`));
  source.set({ [MAIN]: source.commits(2) });
  target = TestRepository.create(scratch.join('root', name));
  proxy = await startProxy();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.stop()));
  for (const server of [secure, plain]) {
    server.forget();
    server.behaviour.credentials = undefined;
  }
});

afterAll(async () => {
  await Promise.all([secure.stop(), plain.stop()]);
  scratch.remove();
});

async function startProxy(settings: Parameters<typeof ForwardProxy.start>[0] = {}): Promise<ForwardProxy> {
  const started = await ForwardProxy.start(settings);
  open.push(started);
  for (const host of [...HOSTS, OWN, NOWHERE]) {
    started.route(host, secure.port);
    started.route(`${host}:80`, plain.port);
  }
  return started;
}

function through(url: string): Given {
  return { proxyFor: () => new URL(url), caCertificate: certificate.authority };
}

async function mirror(url: string, given: Given = {}): Promise<Run> {
  return run(source.path, url, { ...through(proxy.url), ...given });
}

function expectThere({ report }: Pick<Run, 'report'>): void {
  expect(report.last_error).toBeNull();
  expect(target.refs()).toEqual(source.refs());
  expect(target.fsck()).toBe('');
}

function expectNothingDone({ report }: Pick<Run, 'report'>, error: RegExp): void {
  expect(report.update_status).toBe('failed');
  expect(report.last_error).toMatch(error);
  expect(target.refs()).toEqual({});
}

/** The user names and passwords that a server was sent, one for each request. */
function sentTo(server: GitHttpServer): string[] {
  return server.requests.map(({ headers: { authorization = '' } }) =>
    Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8'),
  );
}

describe('what is sent to sign in', () => {
  test.each([
    ['github.com', 'x-access-token'],
    ['octocorp.ghe.com', 'x-access-token'],
    ['gitlab.com', 'oauth2'],
    ['bitbucket.org', 'x-token-auth'],
    ['dev.azure.com', 'oauth2'],
    ['codeberg.org', 'oauth2'],
    [OWN, 'oauth2'],
  ])('to %s: the user %s and the token, from the first request on', async (host, username) => {
    secure.behaviour.credentials = `${username}:${TOKEN}`;

    const seen = await mirror(`https://${host}/${name}`, { targetToken: TOKEN });

    expectThere(seen);
    expect(secure.requests.map(({ status }) => status)).not.toContain(401);
    expect(new Set(sentTo(secure))).toEqual(new Set([`${username}:${TOKEN}`]));
    expect(new Set(secure.requests.map(({ headers }) => headers.host))).toEqual(new Set([host]));
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}:443`]));
    expect(proxy.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  test.each<[string, string, Given, string]>([
    ['as given before that of the host', '', { targetUsername: 'me', targetToken: TOKEN }, `me:${TOKEN}`],
    ['of the URL, decoded', 'me%40corp:p%40s%3As%2F%25%E2%82%AC@', {}, 'me@corp:p@s:s/%€'],
    ['of the URL beside a token', 'me@', { targetToken: TOKEN }, `me:${TOKEN}`],
    ['a token alone in the URL', 'ghp_0123456789abcdef@', {}, 'x-access-token:ghp_0123456789abcdef'],
  ])('%s', async (_what, inUrl, given, sent) => {
    secure.behaviour.credentials = sent;

    const seen = await mirror(`https://${inUrl}github.com/${name}`, given);

    expectThere(seen);
    expect(new Set(sentTo(secure))).toEqual(new Set([sent]));
    expect(JSON.stringify(seen)).not.toContain(sent.slice(sent.indexOf(':') + 1));
  });

  test('nothing where nothing is given', async () => {
    expectThere(await mirror(`https://github.com/${name}`));
    expect(new Set(sentTo(secure))).toEqual(new Set(['']));
  });

  test('to the source its own', async () => {
    secure.behaviour.credentials = `oauth2:${TOKEN}`;
    target.copyFrom(source);
    const copy = TestRepository.create(scratch.join(`copy-${number}.git`));

    const seen = await run(`https://gitlab.com/${name}`, copy.path, { ...through(proxy.url), sourceToken: TOKEN });

    expect(seen.report.last_error).toBeNull();
    expect(copy.refs()).toEqual(source.refs());
    expect(new Set(sentTo(secure))).toEqual(new Set([`oauth2:${TOKEN}`]));
  });
});

describe('a private certificate authority', () => {
  const url = (): string => `https://${OWN}/${name}`;

  test('is taken as a path and as PEM, at both ends', async () => {
    for (const caCertificate of [certificate.authority, readFileSync(certificate.authority, 'utf8')]) {
      expectThere(await mirror(url(), { caCertificate }));
    }
    const back = await run(url(), scratch.join(`back-${number}.git`), through(proxy.url));
    expect(back.report).toMatchObject({ last_error: null, update_status: 'finished' });
  });

  test('that is not given: says how to give it, and sends nothing', async () => {
    const failed = await mirror(url(), { caCertificate: '', targetToken: TOKEN });

    expectNothingDone(failed, /certificate is not trusted.*`ca-certificate`/);
    expect(failed.report.last_error).toContain(url());
    expect(failed.report.last_error).not.toContain('proxy');
    expect(secure.requests).toEqual([]);
  });

  test('is not enough for a certificate of another name', async () => {
    proxy.route('other.corp.example', secure.port);

    const failed = await mirror(`https://other.corp.example/${name}`, { targetToken: TOKEN });

    expectNothingDone(failed, /certificate is not trusted.*Check the host name: /);
    expect(secure.requests).toEqual([]);
  });

  test('nor for one that has expired', async () => {
    const old = certified(scratch.join(`old-${number}`), [OWN], -1);
    const server = await GitHttpServer.start(scratch.join('root'), https.createServer(old));
    open.push(server);
    proxy.route(OWN, server.port);

    const failed = await mirror(url(), { caCertificate: old.authority, targetToken: TOKEN });

    expectNothingDone(failed, /certificate is not trusted.*CERT_HAS_EXPIRED.*Its operator must renew it.*clock/);
    expect(server.requests).toEqual([]);
  });
});

describe('a proxy', () => {
  const url = (): string => `https://${OWN}/${name}`;
  const encoded = `${encodeURIComponent(PROXY_USER.name)}:${encodeURIComponent(PROXY_USER.password)}`;

  test.each(['https', 'http'])('that requires a sign-in gets it for %s, and nobody else does', async (scheme) => {
    const strict = await startProxy({ credentials: `${PROXY_USER.name}:${PROXY_USER.password}` });
    const server = scheme === 'https' ? secure : plain;

    const seen = await mirror(`${scheme}://${OWN}/${name}`, through(strict.url.replace('//', `//${encoded}@`)));

    expectThere(seen);
    expect(strict.seen.length).toBeGreaterThan(0);
    expect(server.requests.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
    for (const secret of [PROXY_USER.password, encodeURIComponent(PROXY_USER.password)]) {
      expect(JSON.stringify(seen)).not.toContain(secret);
    }
  });

  test.each([
    ['https', 'HTTPS_PROXY'],
    ['http', 'HTTP_PROXY'],
  ])('that requires a sign-in and gets none for %s: says where it goes', async (scheme, variable) => {
    const strict = await startProxy({ credentials: `${PROXY_USER.name}:${PROXY_USER.password}` });

    const failed = await mirror(`${scheme}://${OWN}/${name}`, through(strict.url));

    expectNothingDone(
      failed,
      new RegExp(`proxy.* requires a sign-in \\(HTTP 407\\)\\. Put user and password into ${variable}`),
    );
    expect(strict.asked).toHaveLength(1);
  });

  test('whose password is wrong is told without the password', async () => {
    const strict = await startProxy({ credentials: 'somebody:else' });

    const failed = await mirror(url(), through(strict.url.replace('//', `//${encoded}@`)));

    expectNothingDone(failed, /HTTP 407/);
    expect(failed.report.last_error).toContain(strict.url);
    expect(JSON.stringify(failed)).not.toMatch(/the proxy:pass|the%20proxy/);
  });

  test('that refuses with 403 is asked once', async () => {
    proxy.behaviour.refuse = 403;

    expectNothingDone(
      await mirror(url()),
      /the proxy http:\/\/127\.0\.0\.1:\d+ refuses \(HTTP 403\).*HTTPS_PROXY.*NO_PROXY/,
    );
    expect(proxy.asked).toHaveLength(1);
  });

  test('that refuses plain http, and is the one for https: the variable is named that leads to it', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`;

    const failed = await mirror(`http://${OWN}/${name}`, through(closed));

    expectNothingDone(failed, /the proxy .* cannot be used .*Check HTTP_PROXY, or name the host in NO_PROXY/);
  });

  test('that has no way to the host is asked three times', async () => {
    const failed = await mirror(`https://unknown.example/${name}`);

    expectNothingDone(failed, /the proxy http:\/\/127\.0\.0\.1:\d+ refuses \(HTTP 502\).*Check HTTPS_PROXY/);
    expect(proxy.asked).toEqual(Array.from({ length: 3 }, () => 'CONNECT unknown.example:443'));
  });

  test('that cannot be reached is named', async () => {
    const closed = `http://127.0.0.1:${await freePort()}`;

    const failed = await Promise.all(
      ['https', 'http'].map(async (scheme) => mirror(`${scheme}://${OWN}/${name}`, through(closed))),
    );

    for (const one of failed)
      expectNothingDone(one, new RegExp(`the proxy ${closed} cannot be used \\(ECONNREFUSED\\)`));
  });

  test('that says nothing is not waited for longer than asked, and is named', async () => {
    proxy.behaviour.silent = true;

    const failed = await mirror(url(), { timeout: '1' });

    expectNothingDone(failed, /the proxy http:\/\/127\.0\.0\.1:\d+/);
    expect(failed.report.transfer.duration_ms).toBeLessThan(10_000);
  });

  test('that says nothing does not keep the command from ending', async () => {
    proxy.behaviour.silent = true;
    const command = new CommandProcess(['--timeout', '1', source.path, url()], { HTTPS_PROXY: proxy.url });

    const ended = await Promise.race([command.ended, sleep(8000)]);
    command.signal('SIGKILL');

    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('failed') });
  });

  test('that cuts a tunnel is asked for another', async () => {
    proxy.behaviour.cutAfter = 100;
    const isCut = until(() => proxy.seen.length > 0).then(() => (proxy.behaviour.cutAfter = undefined));

    const seen = await mirror(url(), { clock: systemClock });

    await isCut;
    expectThere(seen);
    expect(seen.lines.filter((line) => line.includes('Trying again'))).toHaveLength(1);
  });

  test('is asked for plain http by the whole URL', async () => {
    expectThere(await mirror(`http://${OWN}/${name}`));

    expect(proxy.asked[0]).toBe(`GET http://${OWN}/${name}/info/refs?service=git-receive-pack`);
    expect(proxy.asked.filter((asked) => asked.startsWith('CONNECT'))).toEqual([]);
    expect(new Set(plain.requests.map(({ headers }) => headers.host))).toEqual(new Set([OWN]));
  });

  test('is asked for plain http with a push that is streamed', async () => {
    source.set({ [MAIN]: source.commit([], randomBytes(1_500_000).toString('base64')) });

    expectThere(await mirror(`http://${OWN}/${name}`));
    expect(Math.max(...plain.requests.map(({ received }) => received))).toBeGreaterThan(1_500_000);
  });

  test('is not asked for what is on this machine', async () => {
    expectThere(await mirror(plain.url(name), { targetToken: TOKEN }));
    expectThere(await mirror(plain.url(name).replace('127.0.0.1', 'localhost')));

    expect(proxy.seen).toEqual([]);
  });
});

describe('the proxy that the environment names', () => {
  const command = async (url: string, environment: Readonly<Record<string, string>>): ReturnType<typeof runBundle> =>
    runBundle('cli', ['--ca-certificate', certificate.authority, source.path, url], environment);

  test.each<[string, (url: string) => Readonly<Record<string, string>>]>([
    ['HTTPS_PROXY', (url) => ({ HTTPS_PROXY: url })],
    ['https_proxy before HTTPS_PROXY', (url) => ({ https_proxy: url, HTTPS_PROXY: 'http://127.0.0.1:1' })],
    ['HTTPS_PROXY as address and port', (url) => ({ HTTPS_PROXY: url.replace('http://', '') })],
    ['HTTPS_PROXY as name and port', (url) => ({ HTTPS_PROXY: url.replace('http://127.0.0.1', 'localhost') })],
    ['a NO_PROXY for others', (url) => ({ HTTPS_PROXY: url, NO_PROXY: `other.example,x${NOWHERE}` })],
  ])('%s', async (_what, environment) => {
    const ended = await command(`https://${NOWHERE}/${name}`, environment(proxy.url));

    expect(ended).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${NOWHERE}:443`]));
  });

  test('is left out where NO_PROXY says so', async () => {
    const lists = [NOWHERE, '.invalid', `other.example, ${NOWHERE}:443`, '*'];

    const ended = await Promise.all(
      lists.map(async (list) => command(`https://${NOWHERE}/${name}`, { HTTPS_PROXY: proxy.url, NO_PROXY: list })),
    );

    expect(ended.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(ended.filter(({ stderr }) => !stderr.includes('host name'))).toEqual([]);
    expect(proxy.seen).toEqual([]);
  });

  test('is left out for this machine', async () => {
    expect(await command(plain.url(name), { HTTP_PROXY: proxy.url, http_proxy: proxy.url })).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    expect(proxy.seen).toEqual([]);
  });

  test('keeps its password out of everything that is printed', async () => {
    const strict = await startProxy({ credentials: 'me:another' });
    const environment = { HTTPS_PROXY: strict.url.replace('//', '//me:Zq7%40Wv9pLmTr@') };

    const { code, stdout, stderr } = await runBundle(
      'cli',
      ['-v', '--json', source.path, `https://${OWN}/${name}`],
      environment,
    );

    expect(code).toBe(1);
    expect(stderr).toContain('HTTP 407');
    expect(stdout + stderr).not.toMatch(/Zq7|Wv9pLmTr/);
    expect(strict.seen.map(({ headers }) => headers['proxy-authorization'])).toContain(
      `Basic ${Buffer.from('me:Zq7@Wv9pLmTr').toString('base64')}`,
    );
  });
});

describe('a token over plain http', () => {
  test('is refused before anything is asked', async () => {
    await expect(mirror(`http://${OWN}/${name}`, { targetToken: TOKEN })).rejects.toThrow(
      /is not encrypted, so PUSH_MIRROR_TARGET_TOKEN could be read by others on the network: use https, or set --allow-insecure-http/,
    );
    expect([proxy.seen, plain.requests]).toEqual([[], []]);
  });

  test('goes through where it is allowed', async () => {
    plain.behaviour.credentials = `oauth2:${TOKEN}`;

    expectThere(await mirror(`http://${OWN}/${name}`, { targetToken: TOKEN, allowInsecureHttp: 'true' }));

    expect(new Set(sentTo(plain))).toEqual(new Set([`oauth2:${TOKEN}`]));
    expect(proxy.seen[0]?.headers.authorization).toBe(plain.requests[0]?.headers.authorization);
  });
});

const nginx = needed('nginx');

nginx.describe('behind nginx', () => {
  const USER = { targetUsername: 'user', targetToken: 'pass word:/+%' };

  async function started(settings: Partial<NginxSettings> = {}): Promise<Nginx> {
    const credentials = `${USER.targetUsername}:${USER.targetToken}`;
    const upstream = plain.url('');
    const server = await Nginx.start(scratch.join(`nginx-${number}`), {
      nginx: nginx.path,
      upstream,
      credentials,
      ...settings,
    });
    open.push(server);
    return server;
  }

  const mirrorTo = async (server: Nginx, path: string, given: Given = {}): Promise<Run> =>
    run(source.path, server.url(path), { caCertificate: server.ca, ...USER, ...given });

  test('TLS and basic authentication, from the first request on, both ways', async () => {
    const server = await started();

    expectThere(await mirrorTo(server, name));
    const { targetUsername: sourceUsername, targetToken: sourceToken } = USER;
    const given = { caCertificate: server.ca, sourceUsername, sourceToken };
    const back = await run(server.url(name), scratch.join(`back-${number}.git`), given);

    expect(back.report.last_error).toBeNull();
    expect(server.answered.filter((line) => !line.endsWith(' 200'))).toEqual([]);
  });

  test.each([
    ['kept by nginx', 64 * 1024, true],
    ['passed on by nginx', 64 * 1024, false],
    ['streamed, kept by nginx', 3_000_000, true],
    ['streamed, passed on by nginx', 3_000_000, false],
  ])('a push over the limit, %s: says which limit it is', async (_what, bytes, buffersRequests) => {
    source.set({ [MAIN]: source.commit([], randomBytes(bytes).toString('base64')) });
    const server = await started({ maxBody: '32k', buffersRequests });

    const failed = await mirrorTo(server, name);

    expectNothingDone(failed, /refuses a push of this size \(HTTP 413\).*client_max_body_size/);
    // nginx writes its log when it is done with a connection, not with the answer.
    const pushes = (): string[] => server.answered.filter((line) => line.startsWith('POST '));
    await until(() => pushes().length > 0);
    expect(pushes()).toEqual([`POST /${name}/git-receive-pack 413`]);
    expect(target.fsck()).toBe('');
  });

  test('a push below the limit that is streamed goes through', async () => {
    source.set({ [MAIN]: source.commit([], randomBytes(3_000_000).toString('base64')) });
    const server = await started({ maxBody: '10m' });

    expectThere(await mirrorTo(server, name));
  });
});

describe('a sign-in that fails, and looks wrong', () => {
  const RIGHT = 'Zq3xW9vT7LmN2pRs';

  beforeEach(() => {
    plain.behaviour.credentials = `oauth2:${RIGHT}`;
  });

  test.each<[string, Given, string]>([
    [
      'quotes',
      { targetToken: `"${RIGHT}"` },
      'The value of PUSH_MIRROR_TARGET_TOKEN begins or ends with a quote: give it without quotes.',
    ],
    [
      'the words of a header',
      { targetToken: `Bearer ${RIGHT}` },
      'The value of PUSH_MIRROR_TARGET_TOKEN begins with the words of a header',
    ],
    ['a pair', { targetToken: `me:${RIGHT}` }, 'The value of PUSH_MIRROR_TARGET_TOKEN has the form "user:token"'],
    ['a sign that is not seen', { targetToken: `${RIGHT}\u200b` }, '(U+200B)'],
    [
      'the user name',
      { targetToken: RIGHT, targetUsername: '"oauth2"' },
      'The value of PUSH_MIRROR_TARGET_USERNAME begins or ends with a quote',
    ],
  ])('%s: is told beside the refusal', async (_what, given, words) => {
    const { report } = await run(source.path, plain.url(name), given);

    expect(report.last_error_code).toBe('unauthorized');
    expect(report.last_error).toContain('the server does not accept the user name and token (HTTP 401).');
    expect(report.last_error).toContain(words);
    expect(report.last_error).not.toContain(RIGHT.slice(0, 8));
  });

  test('a password in the URL, of the source', async () => {
    const url = plain.url(name).replace('://', `://me:${encodeURIComponent(`'${RIGHT}'`)}@`);

    const { report } = await run(url, source.path);

    expect(report.last_error).toContain('The value of the password in the URL begins or ends with a quote');
  });

  test('says nothing where it looks right, or is taken', async () => {
    expect((await run(source.path, plain.url(name), { targetToken: 'wrong-token-1' })).report.last_error).not.toContain(
      'The value of',
    );
    plain.behaviour.credentials = `oauth2:"${RIGHT}"`;
    expect((await run(source.path, plain.url(name), { targetToken: `"${RIGHT}"` })).report.last_error).toBeNull();
  });
});
