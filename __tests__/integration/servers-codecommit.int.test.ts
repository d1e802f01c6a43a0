import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { askCodecommitOracle, neededCodecommitOracle, oracleEnvironment } from '../oracles/codecommit-oracle.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import type { Ended } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { CodeCommitServer, TOO_MANY_COMMANDS, type AccessKey } from '../servers/codecommit-server.js';
import { codecommitPassword, regionOfHost } from '../servers/codecommit-signature.js';
import { ForwardProxy } from '../servers/forward-proxy.js';

// The servers that the tests of CodeCommit rely on, tried with clients that are not ours.
const HOST = 'git-codecommit.us-east-1.amazonaws.com';
const CHINESE = 'git-codecommit.cn-north-1.amazonaws.com.cn';
const KEY: AccessKey = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 'Fwo/+a%b==' };
const USER = encodeURIComponent(`${KEY.id}%${KEY.sessionToken ?? ''}`);
const GENERATED = 'me-at-123:p+w/=';

const scratch = new Scratch();
let [now, number] = [Date.now(), 0];
let server: CodeCommitServer;
let proxy: ForwardProxy;
let certificate: Certified;
let source: TestRepository;
let target: TestRepository;
let name: string;

beforeAll(async () => {
  certificate = certified(scratch.join('certificates'), [HOST, CHINESE]);
  mkdirSync(scratch.join('root'));
  const { key, cert } = certificate;
  const settings = { key, cert, generated: GENERATED, accessKey: KEY, now: () => now };
  server = await CodeCommitServer.start(scratch.join('root'), settings);
  proxy = await ForwardProxy.start();
  for (const host of [HOST, CHINESE]) proxy.route(host, server.port);
  source = TestRepository.create(scratch.join('source'));
  source.set({ 'refs/heads/main': source.commits(3) });
});

beforeEach(() => {
  now = Date.now();
  name = `demo-${(number += 1)}`;
  target = TestRepository.create(scratch.join('root', name));
  server.forget();
  proxy.forget();
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
  scratch.remove();
});

/** Runs the real git, which reaches the server by its real name, through the proxy. */
async function git(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = {
    ...isolatedGit(),
    https_proxy: proxy.url,
    GIT_SSL_CAINFO: certificate.authority,
    ...environment,
  };
  return new Promise((settle) => {
    execFile('git', args, { cwd: source.path, env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

function signed(host: string, repository: string, at = now): string {
  const timestamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const parts = { secretKey: KEY.secret, region: regionOfHost(host) ?? '', timestamp };
  const password = codecommitPassword({ ...parts, host, path: `/v1/repos/${repository}` });
  return `https://${USER}:${password}@${host}/v1/repos/${repository}`;
}

describe('the formula', () => {
  test.each([
    ['git-codecommit.us-west-2.amazonaws.com', 'us-west-2'],
    ['git-codecommit-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['git-codecommit.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['vpce-0b47ea36-jkl88hez-us-west-2b.git-codecommit-fips.us-east-1.vpce.amazonaws.com', 'us-east-1'],
    ['git-codecommit.us-west-2.amazonaws.com.example.org', undefined],
    ['git-codecommit.amazonaws.com', undefined],
  ])('knows the region of %s', (host, region) => expect(regionOfHost(host)).toBe(region));

  // Published with the tests of git-remote-codecommit.
  test('gives the published password', () => {
    const parts = { secretKey: 'secret', region: 'us-west-2', host: 'git-codecommit.us-west-2.amazonaws.com' };
    expect(codecommitPassword({ ...parts, path: '/v1/repos/test_repo', timestamp: '20171224T115320Z' })).toBe(
      '20171224T115320Zb6df2d758a8023b2f000a546417007b65494f3ce8ad0300fd45fcfa173f1959a',
    );
  });
});

describe('signing in', () => {
  test('generated credentials may read and push', async () => {
    const url = `https://${GENERATED.split(':').map(encodeURIComponent).join(':')}@${HOST}/v1/repos/${name}`;
    expect(await git(['push', url, 'main'])).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    expect(await git(['ls-remote', url])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('refs/heads/main'),
    });
    expect(server.pushes).toBe(1);
    expect(server.signatures).toEqual([]);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:443`]));
  });

  test.each([HOST, CHINESE])('a signature for %s may push, and is noted', async (host) => {
    expect(await git(['push', signed(host, name), 'main'])).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    expect(server.signatures.length).toBeGreaterThan(1);
    expect(new Set(server.signatures).size).toBe(1);
  });

  test.each([
    ['of another repository', () => signed(HOST, 'other').replace(/other$/, name)],
    ['of another host', () => signed(CHINESE, name).replace(CHINESE, HOST)],
    ['of 16 minutes ago', () => signed(HOST, name, now - 16 * 60_000)],
    ['of another key', () => signed(HOST, name).replace(KEY.id, 'AKIDOTHER')],
    ['without the session token', () => signed(HOST, name).replace(USER, KEY.id)],
    ['that was changed', () => signed(HOST, name).replace(/.@/, 'g@')],
  ])('a signature %s is refused', async (_, url) => {
    const { code, stderr } = await git(['push', url(), 'main']);
    expect(code).toBe(128);
    expect(stderr).toContain('The requested URL returned error: 403');
    expect(server.signatures).toEqual([]);
    expect(target.refs()).toEqual({});
  });

  test('a signature of 14 minutes ago is accepted', async () => {
    expect(await git(['push', signed(HOST, name, now - 14 * 60_000), 'main'])).toMatchObject({ code: 0 });
  });

  test('who does not sign in is asked to', async () => {
    expect((await git(['ls-remote', `https://${HOST}/v1/repos/${name}`])).stderr).toContain('could not read Username');
    expect(server.git.requests.map(({ status }) => status)).toEqual([401]);
  });
});

describe('limits and refusals', () => {
  test('neither atomic nor ofs-delta is offered for a push', async () => {
    const { stderr } = await git(['push', signed(HOST, name), 'main'], { GIT_TRACE_PACKET: '1' });
    const offered = stderr.split('\n').find((line) => line.includes('< ') && line.includes('report-status'));
    expect(offered).toContain('delete-refs');
    expect(offered).not.toMatch(/atomic|ofs-delta/);
  });

  test.each(['.git', '/.git', '//x'])('%s after the name is not found', async (suffix) => {
    const { stderr } = await git(['ls-remote', signed(HOST, `${name}${suffix}`)]);
    expect(stderr).toMatch(/not found|403/);
    expect(server.signatures.length).toBeLessThan(2);
  });

  test('what is throttled is answered 429, so many times', async () => {
    server.throttle(2);
    const url = signed(HOST, name);
    for (const _ of [1, 2]) expect((await git(['ls-remote', url])).stderr).toContain('429');
    expect(await git(['ls-remote', url])).toMatchObject({ code: 0 });
  });

  test('only what is to be throttled is', async () => {
    server.throttle(1, /^POST /);
    expect((await git(['push', signed(HOST, name), 'main'])).stderr).toContain('429');
    expect(server.git.asked[0]).toBe(`GET /v1/repos/${name}/info/refs`);
  });

  // With 40, because git takes half a minute to ask for two pushes of 4,000.
  test('a push of too many refs is refused as a whole', async () => {
    const { key, cert } = certificate;
    const settings = { key, cert, accessKey: KEY, mostCommands: 40 };
    const strict = await CodeCommitServer.start(scratch.join('root'), settings);
    proxy.route(HOST, strict.port);
    const main = source.refs()['refs/heads/main']!;
    source.set(Object.fromEntries(Array.from({ length: 41 }, (_, at) => [`refs/many/${at}`, main])));
    const push = ['push', '--porcelain', signed(HOST, name), 'refs/many/*:refs/heads/*'];
    const refused = await git(push);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`remote: ${TOO_MANY_COMMANDS}`);
    expect(refused.stdout.match(/\[remote rejected\] \(pre-receive hook declined\)/g)).toHaveLength(41);
    expect(target.refs()).toEqual({});

    source.set({ 'refs/many/40': null });
    expect(await git(push)).toMatchObject({ code: 0 });
    expect(Object.keys(target.refs())).toHaveLength(40);
    expect(strict.pushes).toBe(2);
    proxy.route(HOST, server.port);
    await strict.stop();
  });
});

const oracle = neededCodecommitOracle();

oracle.describe('beside git-remote-codecommit', () => {
  test('the formula gives the same passwords', () => {
    const inputs = ['us-east-1', 'cn-northwest-1', 'us-gov-east-1', 'eu-central-1'].flatMap((region, at) => {
      const common = { secretKey: `s/+${at}`, region, epochMillis: 1_577_934_245_999 + at * 86_400_007 };
      return [null, KEY.sessionToken ?? ''].map((sessionToken) => ({
        ...common,
        accessKey: `AKID${at}`,
        sessionToken,
        repository: `Repo_${at}.x-y`,
        hostname: at % 2 === 0 ? null : `git-codecommit-fips.${region}.amazonaws.com`,
      }));
    });
    const answers = askCodecommitOracle(oracle.path, inputs);
    const expected = inputs.map(({ secretKey, region, epochMillis }, at) => {
      const { hostname: host, path } = answers[at]!;
      const timestamp = new Date(epochMillis).toISOString().replace(/[-:]|\.\d+/g, '');
      return codecommitPassword({ secretKey, region, host, path, timestamp });
    });
    expect(answers.map(({ password }) => password)).toEqual(expected);
    expect(answers.map(({ hostname }) => regionOfHost(hostname))).toEqual(inputs.map(({ region }) => region));
    expect(answers.map(({ username }) => username)).toEqual(
      inputs.map(({ accessKey, sessionToken }) => (sessionToken === null ? accessKey : `${accessKey}%${sessionToken}`)),
    );
  });

  test.each(['us-east-1', 'cn-north-1'])('it pushes to the server of %s by its own URL', async (region) => {
    const programs = scratch.join('programs');
    mkdirSync(programs, { recursive: true });
    const program = `#!/bin/sh\nexec '${oracle.path}' -c 'import git_remote_codecommit as g; g.main()' "$@"\n`;
    writeFileSync(`${programs}/git-remote-codecommit`, program);
    chmodSync(`${programs}/git-remote-codecommit`, 0o755);
    const environment = oracleEnvironment();
    const ended = await git(['push', `codecommit::${region}://${name}`, 'main'], {
      ...environment,
      PATH: `${programs}:${environment.PATH ?? ''}`,
      AWS_ACCESS_KEY_ID: KEY.id,
      AWS_SECRET_ACCESS_KEY: KEY.secret,
      AWS_SESSION_TOKEN: KEY.sessionToken ?? '',
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual({ 'refs/heads/main': source.refs()['refs/heads/main'] });
    expect(server.signatures).not.toEqual([]);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${region === 'us-east-1' ? HOST : CHINESE}:443`]));
  });
});
