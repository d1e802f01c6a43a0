import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { Scratch, TestRepository } from '../repositories/git.js';
import { HurriedClock } from '../clock.js';
import { run, runBundle, type Given, type Run } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { CodeCommitServer, type AccessKey } from '../servers/codecommit-server.js';
import { signedAt } from '../servers/codecommit-signature.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { pushesSeenBy } from '../servers/push-commands.js';

const MAIN = 'refs/heads/main';
const HOST = 'git-codecommit.us-east-1.amazonaws.com';
const FIPS = 'git-codecommit-fips.us-east-1.amazonaws.com';
const CHINESE = 'git-codecommit.cn-north-1.amazonaws.com.cn';
const VPC = 'vpce-0b47ea36-jkl88hez-us-east-1b.git-codecommit.us-east-1.vpce.amazonaws.com';
const KEY = {
  id: 'ASIADEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'Fwo/+a%b==IQoJb3JpZ2',
} satisfies AccessKey;
const GENERATED = { username: 'me-at-123', password: 'p+w/=:%generated' };
const KEYS = { AWS_ACCESS_KEY_ID: KEY.id, AWS_SECRET_ACCESS_KEY: KEY.secret, AWS_SESSION_TOKEN: KEY.sessionToken };
const MINUTE = 60_000;
const PUSH = /^POST .*\/git-receive-pack$/;

const scratch = new Scratch();
let certificate: Certified;
let server: CodeCommitServer;
let proxy: ForwardProxy;
let source: TestRepository;
let target: TestRepository;
let [now, number, name] = [Date.now(), 0, ''];

beforeAll(async () => {
  certificate = certified(scratch.join('certificates'), [HOST, FIPS, CHINESE, VPC]);
  mkdirSync(scratch.join('root'));
  const { key, cert } = certificate;
  const generated = `${GENERATED.username}:${GENERATED.password}`;
  const settings = { key, cert, generated, accessKey: KEY, now: () => now };
  server = await CodeCommitServer.start(scratch.join('root'), settings);
  server.git.behaviour.keptBody = 8 * 1024 * 1024;
  proxy = await ForwardProxy.start();
  for (const host of [HOST, FIPS, CHINESE, VPC]) proxy.route(host, server.port);
});

beforeEach(() => {
  [now, number] = [Date.now(), number + 1];
  name = `Demo_${number}.x-y`;
  source = TestRepository.create(scratch.join(`source-${number}`));
  source.set({ [MAIN]: source.commits(2), 'refs/tags/v1': source.commit() });
  target = TestRepository.create(scratch.join('root', name));
});

afterEach(() => {
  server.intercept = undefined;
  server.throttle(0);
  server.forget();
  proxy.forget();
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
  scratch.remove();
});

/** Mirrors to a repository of CodeCommit's, signed in by keys unless something else is given. */
async function mirror(to: string, given: Given = {}, from = source.path): Promise<Run> {
  return run(from, to, {
    environment: KEYS,
    clock: { sleep: new HurriedClock().sleep, now: () => now },
    proxyFor: () => new URL(proxy.url),
    caCertificate: certificate.authority,
    ...given,
  });
}

function expectThere({ report }: Pick<Run, 'report'>): void {
  expect(report.last_error).toBeNull();
  expect(target.refs()).toEqual(source.refs());
  expect(target.fsck()).toBe('');
}

/** Neither keys nor what is made of them may be read anywhere. */
function expectNoSecretIn(shown: unknown): void {
  const text = JSON.stringify(shown);
  const user = `${KEY.id}%${KEY.sessionToken}`;
  const headers = server.git.requests.map(({ headers: { authorization = '' } }) =>
    authorization.replace(/^Basic /, ''),
  );
  expect(headers.every((header) => header.length > 20)).toBe(true);
  for (const secret of [
    KEY.secret,
    KEY.sessionToken,
    user,
    encodeURIComponent(user),
    ...server.signatures,
    ...headers,
  ]) {
    expect(text).not.toContain(secret);
  }
}

function again({ lines }: Run): string[] {
  return lines.filter((line) => /Trying again|Reading both ends again/.test(line));
}

describe('as the target, signed by keys', () => {
  test.each<[string, () => string, Readonly<Record<string, string>>, string]>([
    ['its region', () => `codecommit::us-east-1://${name}`, { AWS_REGION: 'eu-west-1' }, HOST],
    ['the region of the environment', () => `codecommit://${name}`, { AWS_REGION: 'cn-north-1' }, CHINESE],
    ['FIPS', () => `codecommit::us-east-1://${name}`, { AWS_USE_FIPS_ENDPOINT: 'true' }, FIPS],
    ['its URL', () => server.url(name), {}, HOST],
    ['its URL with .git and a slash', () => `${server.url(name)}.git/`, {}, HOST],
    ['the URL of a VPC endpoint', () => server.url(name, VPC), {}, VPC],
  ])('named by %s', async (_how, url, environment, host) => {
    const seen = await mirror(url(), { environment: { ...KEYS, ...environment } });

    expectThere(seen);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${host}:443`]));
    expect(server.refusals).toEqual([]);
    expect(server.signatures).toHaveLength(server.git.requests.length);
    expect(server.pushes).toBe(1);
    expectNoSecretIn(seen);
  });

  test('each request is signed at its own time: a run may last longer than a signature lives', async () => {
    target.set({ [MAIN]: target.commit() });
    server.intercept = () => {
      now += 10 * MINUTE;
      return false;
    };

    const seen = await mirror(server.url(name));

    expectThere(seen);
    const times = server.signatures.map((signature) => signedAt(signature) ?? 0);
    expect(times.length).toBeGreaterThan(1);
    expect(server.refusals).toEqual([]);
    expect(Math.max(...times) - Math.min(...times)).toBe(10 * MINUTE * (times.length - 1));
    expectNoSecretIn(seen);
  });

  test.each<[string, Given]>([
    ['a wrong secret', { environment: { ...KEYS, AWS_SECRET_ACCESS_KEY: 'another secret' } }],
    ['another session token', { environment: { ...KEYS, AWS_SESSION_TOKEN: 'an-expired-token' } }],
    ['no session token', { environment: { ...KEYS, AWS_SESSION_TOKEN: '' } }],
    ['a clock that is 16 minutes slow', { clock: { sleep: new HurriedClock().sleep, now: () => now - 16 * MINUTE } }],
  ])('%s is refused in words that name what it may be', async (_what, given) => {
    const { report, lines } = await mirror(server.url(name), given);

    expect(report.update_status).toBe('failed');
    expect(report.last_error).toContain(server.url(name));
    expect(report.last_error).toMatch(/HTTP 403/);
    expect(report.last_error).toMatch(/region in the URL is wrong/);
    expect(report.last_error).toMatch(/credentials have expired/);
    expect(report.last_error).toMatch(/clock of this machine is wrong/);
    expect(report.last_error).toMatch(/codecommit:GitPush/);
    expect(server.signatures).toEqual([]);
    expect(target.refs()).toEqual({});
    expectNoSecretIn({ report, lines });
  });

  // What was signed by keys is no token, and there is none that could be given a permission.
  test('who signs by keys is not told to look after a token', async () => {
    const { report } = await mirror(server.url(name), { environment: { ...KEYS, AWS_SECRET_ACCESS_KEY: 'another' } });

    expect(report.last_error).not.toContain('PUSH_MIRROR_TARGET_TOKEN');
    expect(report.last_error).not.toMatch(/the token may not/);
  });

  test('a repository that is not there', async () => {
    const { report } = await mirror('codecommit::us-east-1://nothing');

    expect(report.last_error).toMatch(/no such repository.*HTTP 404.*Check also the region in the URL/);
  });
});

describe('HTTPS Git credentials', () => {
  const OPTIONS = { targetUsername: GENERATED.username, targetToken: GENERATED.password };

  test.each<[string, () => string, Given]>([
    ['as options', () => server.url(name), OPTIONS],
    ['as options for the short form', () => `codecommit::us-east-1://${name}`, OPTIONS],
    [
      'in the URL',
      () => server.url(name).replace('//', `//${GENERATED.username}:${encodeURIComponent(GENERATED.password)}@`),
      {},
    ],
  ])('%s go before keys, and nothing is signed', async (_how, url, given) => {
    const seen = await mirror(url(), given);

    expectThere(seen);
    expect([server.signatures, server.refusals]).toEqual([[], []]);
    expect(JSON.stringify(seen)).not.toContain(GENERATED.password);
    expect(JSON.stringify(seen)).not.toContain(encodeURIComponent(GENERATED.password));
  });

  test('that are wrong', async () => {
    const seen = await mirror(server.url(name), { ...OPTIONS, targetToken: 'a-wrong-password' });

    expect(seen.report.last_error).toMatch(/HTTP 403.*PUSH_MIRROR_TARGET_TOKEN/);
    expect(target.refs()).toEqual({});
  });
});

describe('as the source', () => {
  test('signed by keys, into a folder', async () => {
    target.copyFrom(source);
    const copy = TestRepository.create(scratch.join(`copy-${number}`));

    const seen = await mirror(copy.path, {}, `codecommit::us-east-1://${name}`);

    expect(seen.report.last_error).toBeNull();
    expect(copy.refs()).toEqual(source.refs());
    expect(copy.fsck()).toBe('');
    expect(server.refusals).toEqual([]);
    expect(server.signatures).toHaveLength(server.git.requests.length);
    expectNoSecretIn(seen);
  });

  test('from one region into another', async () => {
    const from = TestRepository.create(scratch.join('root', `${name}.from`));
    from.copyFrom(source);

    expectThere(await mirror(server.url(name, CHINESE), {}, `codecommit::us-east-1://${name}.from`));
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${HOST}:443`, `CONNECT ${CHINESE}:443`]));
    expect(server.refusals).toEqual([]);
  });

  test('that may not be read', async () => {
    const environment = { ...KEYS, AWS_SECRET_ACCESS_KEY: 'another secret' };

    const { report } = await mirror(scratch.join('new.git'), { environment }, `codecommit::us-east-1://${name}`);

    expect(report.last_error).toMatch(/HTTP 403.*region.*expired.*clock.*codecommit:GitPull/);
  });
});

describe('throttled', () => {
  test.each([
    ['what the target advertises', /^GET .*\/info\/refs$/],
    ['a small push', PUSH],
  ])('%s is asked for again', async (_what, only) => {
    server.throttle(1, only);

    const seen = await mirror(server.url(name));

    expectThere(seen);
    expect(again(seen)).toEqual([expect.stringMatching(/HTTP status 429\. Trying again in/)]);
    expect(server.refusals).toEqual(['throttled']);
    expect(server.git.asked.filter((asked) => only.test(asked))).toHaveLength(2);
    expectNoSecretIn(seen);
  });

  test('a question to the source is asked again', async () => {
    target.copyFrom(source);
    const copy = TestRepository.create(scratch.join(`copy-${number}`));
    server.throttle(1, /^POST .*\/git-upload-pack$/);

    const { report } = await mirror(copy.path, {}, server.url(name));

    expect(report.last_error).toBeNull();
    expect(copy.refs()).toEqual(source.refs());
    expect(server.refusals).toEqual(['throttled']);
  });

  test('a push that is too long to be kept is made anew', async () => {
    source.set({ [MAIN]: source.commit([], randomBytes(2_000_000).toString('base64')) });
    server.throttle(1, PUSH);

    const seen = await mirror(server.url(name));

    expectThere(seen);
    expect(server.pushes).toBe(2);
    const push = server.git.requests.findLast(({ path }) => path.endsWith('/git-receive-pack'));
    expect(push!.headers['transfer-encoding']).toBe('chunked');
    expect(again(seen)).toEqual([expect.stringMatching(/HTTP 429.*Reading both ends again/)]);
    expectNoSecretIn(seen);
  });
});

describe('5,000 refs and more', () => {
  const COUNT = 5000;
  const MERGED = ['refs/heads/done/1', 'refs/heads/done/2'];

  /** `main` two commits long, of which the target has one, and a line of commits on top, each with a branch. */
  function manyRefs(): void {
    const commit = (ref: string, mark: number): string =>
      `commit ${ref}\nmark :${mark}\ncommitter C <c@example.com> 1577836800 +0000\ndata 0\n` +
      `${mark === 1 ? '' : `from :${mark - 1}\n`}M 100644 inline file\ndata ${String(mark).length}\n${mark}\n`;
    const branch = (at: number): string => `refs/heads/line/${String(at).padStart(5, '0')}`;
    const lines = Array.from({ length: COUNT }, (_, at) => commit(branch(at), at + 3));
    source.set({ [MAIN]: null, 'refs/tags/v1': null });
    source.git(['fast-import', '--quiet'], commit(MAIN, 1) + commit(MAIN, 2) + lines.join(''));
    const first = source.git(['rev-parse', `${MAIN}~1`]);
    target.git(['fast-import', '--quiet'], commit(MAIN, 1));
    target.set(Object.fromEntries([MAIN, ...MERGED].map((ref) => [ref, first])));
  }

  const packedObjects = (body: Buffer): number => body.readUInt32BE(body.indexOf('PACK') + 8);

  test('go over in two pushes: the default branch first, deletions last, and no object twice', async () => {
    manyRefs();
    const lacking = source.git(['rev-list', '--objects', '--all', '--not', `${MAIN}~1`]).split('\n').length;

    const seen = await mirror(server.url(name));

    expectThere(seen);
    expect(seen.report.counts).toMatchObject({ created: COUNT, updated: 1, deleted: MERGED.length });
    const [first = [], second = [], ...more] = pushesSeenBy(server.git).map(({ commands }) => commands);
    expect(more).toEqual([]);
    expect([first.length, second.length]).toEqual([4000, COUNT + 1 + MERGED.length - 4000]);
    expect(first[0]).toBe(`update ${MAIN}`);
    expect(second.slice(-MERGED.length)).toEqual(MERGED.map((ref) => `delete ${ref}`));
    expect([...first, ...second].filter((one) => one.startsWith('delete '))).toHaveLength(MERGED.length);
    expect(server.refusals).toEqual([]);
    const pushes = server.git.requests.filter(({ method, path }) => PUSH.test(`${method} ${path}`));
    const objects = pushes.map(({ body }) => packedObjects(body));
    expect(objects.reduce((sum, one) => sum + one, 0)).toBe(lacking);
    expectNoSecretIn(seen);
  }, 180_000);
});

describe('the command', () => {
  test('finds the proxy, the keys and the authority, and shows no secret', async () => {
    const ended = await runBundle(
      'cli',
      ['--ca-certificate', certificate.authority, '--verbose', source.path, `codecommit://${name}`],
      { ...KEYS, AWS_DEFAULT_REGION: 'us-east-1', HTTPS_PROXY: proxy.url },
    );

    expect(ended).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    expect(server.signatures).not.toEqual([]);
    expectNoSecretIn(ended);
  });

  test('says what the keys lack before anything is asked', async () => {
    const { code, stderr } = await runBundle('cli', [source.path, `codecommit://${name}`], { AWS_REGION: 'us-east-1' });

    expect(code).toBe(2);
    expect(stderr).toContain('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    expect(proxy.seen).toEqual([]);
  });
});
