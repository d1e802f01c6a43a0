import { describe, expect, test } from '@jest/globals';
import { commandName } from '../../src/cli/names.js';
import { signInFor, type Endpoint } from '../../src/options/endpoint.js';
import { ConfigurationError, parseOptions } from '../../src/options/options.js';
import { readSurroundings } from '../../src/options/surroundings.js';
import { rawOptions, type GivenEnd } from '../raw-options.js';

const HOST = 'git-codecommit.us-east-1.amazonaws.com';
const URL_OF_REPOSITORY = `https://${HOST}/v1/repos/x`;
const SECRET = 'a-token-that-nobody-may-see';
const AWS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET };

type Environment = Readonly<Record<string, string>>;

function read(target: GivenEnd, environment: Environment, allowInsecureHttp: string): Endpoint {
  const surroundings = readSurroundings(environment);
  const raw = rawOptions({ source: { url: '/srv/x.git' }, target, surroundings, allowInsecureHttp });
  return parseOptions(raw, commandName, '/').target;
}

const endpoint = (target: GivenEnd, environment: Environment = {}, allowInsecureHttp = ''): Endpoint =>
  read(target, environment, allowInsecureHttp);

function problems(target: GivenEnd, environment: Environment = {}, allowInsecureHttp = ''): readonly string[] {
  try {
    read(target, environment, allowInsecureHttp);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('signing in to CodeCommit', () => {
  test.each<[string, Environment]>([
    ['nothing', {}],
    ['the id of a key alone', { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' }],
    ['the secret of a key alone', { AWS_SECRET_ACCESS_KEY: SECRET }],
    ['a session token alone', { AWS_SESSION_TOKEN: SECRET }],
    ['an empty secret', { ...AWS, AWS_SECRET_ACCESS_KEY: ' ' }],
  ])('with %s: says what to set, and shows no secret', (_what, environment) => {
    for (const url of [URL_OF_REPOSITORY, 'codecommit::us-east-1://x', `https://me@${HOST}/v1/repos/x`]) {
      const all = problems({ url }, environment);

      expect(all).toEqual([
        expect.stringMatching(
          /^<target> ".*" is in CodeCommit.*set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.*or HTTPS Git credentials as PUSH_MIRROR_TARGET_USERNAME and PUSH_MIRROR_TARGET_TOKEN\.$/,
        ),
      ]);
      expect(all.join()).not.toContain(SECRET);
    }
  });

  test.each<[string, GivenEnd]>([
    ['a token', { url: URL_OF_REPOSITORY, token: SECRET }],
    ['a token for the short form', { url: 'codecommit::us-east-1://x', token: SECRET }],
    ['a password in the URL', { url: URL_OF_REPOSITORY.replace('//', `//:${SECRET}@`) }],
  ])('with %s, but no user name: says where the two come from', (_what, target) => {
    expect(problems(target, AWS)).toEqual([
      expect.stringMatching(
        /^PUSH_MIRROR_TARGET_USERNAME is missing: CodeCommit's HTTPS Git credentials are a generated/,
      ),
    ]);
  });

  test('with generated credentials nothing is signed, whatever the environment holds', () => {
    const { credentials, signing } = endpoint({ url: URL_OF_REPOSITORY, username: 'me-at-1', token: SECRET }, AWS);

    expect({ credentials, signing }).toEqual({
      credentials: { username: 'me-at-1', password: SECRET },
      signing: undefined,
    });
  });

  test.each([
    ['codecommit::us-east-1://x', URL_OF_REPOSITORY, 'us-east-1'],
    ['codecommit://x', 'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x', 'eu-west-1'],
    [`${URL_OF_REPOSITORY}.git/`, URL_OF_REPOSITORY, 'us-east-1'],
    [`https://me@${HOST}/v1/repos/x`, URL_OF_REPOSITORY, 'us-east-1'],
  ])('with keys requests to %s are signed for %s', (url, asked, region) => {
    const read = endpoint({ url }, { ...AWS, AWS_REGION: 'eu-west-1', AWS_SESSION_TOKEN: 'session' });

    expect(read).toMatchObject({ credentials: undefined, signing: { region, keys: { sessionToken: 'session' } } });
    expect(read.location.kind === 'http' ? read.location.url.href : '').toBe(asked);
  });

  test('each request is signed at its own time', () => {
    let now = Date.UTC(2030, 0, 1, 12);
    const made: string[] = [];
    const signIn = signInFor(endpoint({ url: URL_OF_REPOSITORY }, AWS), {
      now: () => now,
      onSecret: (secret) => made.push(secret),
    });

    const first = signIn?.();
    now += 90_000;

    expect(first).toMatchObject({ username: 'AKIDEXAMPLE', password: expect.stringMatching(/^20300101T120000Z/) });
    expect(signIn?.().password).toMatch(/^20300101T120130Z/);
    // All but the time is made known as a secret.
    expect(made[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(first?.password).toBe(`20300101T120000Z${made[0] ?? ''}`);
    expect(made).toHaveLength(2);
  });

  test('keys of AWS go nowhere else', () => {
    for (const host of [`${HOST}.evil.example`, `evil.${HOST}`, 'github.com']) {
      const read = endpoint({ url: `https://${host}/v1/repos/x` }, AWS);

      expect([read.credentials, read.signing]).toEqual([undefined, undefined]);
    }
  });
});

describe('plain http', () => {
  test.each<[string, string, Environment]>([
    ['a token', SECRET, {}],
    ['a signature', '', AWS],
  ])('%s is not sent unencrypted, unless it is allowed', (_what, token, environment) => {
    const url = token === '' ? `http://${HOST}/v1/repos/x` : 'http://host.example/x.git';

    expect(problems({ url, token }, environment)).toEqual([
      expect.stringMatching(
        /^<target> "http:.*" is not encrypted, so PUSH_MIRROR_TARGET_TOKEN could be read by others.*or set --allow-insecure-http/,
      ),
    ]);
    expect(problems({ url, token }, environment, 'true')).toEqual([]);
    expect(problems({ url, token }, environment, 'false')).toHaveLength(1);
  });

  test.each(['localhost.evil.example', '127.0.0.1.evil.example', 'evil-localhost', '0.0.0.0', '[::2]', '128.0.0.1'])(
    '%s is not this machine',
    (host) => expect(problems({ url: `http://${host}/x`, token: SECRET })).toHaveLength(1),
  );

  test.each(['localhost:8080', '127.9.9.9', '[::1]:8080', '2130706433'])('%s is this machine', (host) =>
    expect(problems({ url: `http://${host}/x`, token: SECRET })).toEqual([]),
  );
});

describe('credentials in the URL', () => {
  test.each([
    ['me:p%40ss', 'me', 'p@ss'],
    ['me:50%25', 'me', '50%'],
    ['me:a%3Ab', 'me', 'a:b'],
    ['me:a:b', 'me', 'a:b'],
    ['me:a%2Fb', 'me', 'a/b'],
    ['me%40corp.example:x', 'me@corp.example', 'x'],
    ['a%2Fb%25:x', 'a/b%', 'x'],
    ['me:%2540', 'me', '%40'],
    ['me:a+b', 'me', 'a+b'],
    ['m%C3%A9:%E2%82%AC', 'mé', '€'],
    [':x', 'oauth2', 'x'],
  ])('%s are the user name %s and the password %s', (given, username, password) => {
    expect(endpoint({ url: `https://${given}@host.example/x.git` }).credentials).toEqual({ username, password });
  });

  test.each<[string, GivenEnd]>([
    ['the option', { url: 'https://host.example/x', username: 'a:b', token: SECRET }],
    ['the URL', { url: `https://a%3Ab:${SECRET}@host.example/x` }],
  ])('a user name with a colon in %s is refused', (_where, target) => {
    expect(problems(target)).toEqual([
      'The user name for <target> contains a ":", which basic authentication does not allow.',
    ]);
  });
});

describe('the user over SSH', () => {
  const user = (url: string, username = ''): string | undefined => {
    const { location } = endpoint({ url, username });
    return location.kind === 'ssh' ? location.user : 'no SSH';
  };

  test.each(['github.com', 'gitlab.com', 'bitbucket.org', 'ssh.dev.azure.com', 'codeberg.org'])(
    'is git at %s, where none is given',
    (host) => {
      expect(user(`ssh://${host}/me/x.git`)).toBe('git');
      expect(user(`${host}:me/x.git`)).toBe('git');
      expect(user(`ssh://other@${host}/me/x.git`)).toBe('other');
    },
  );

  test('is left to ssh at other hosts', () => {
    expect(user('ssh://host.example/x.git')).toBeUndefined();
  });

  test.each([`ssh://${HOST}/v1/repos/x`, `${HOST}:v1/repos/x`])('is the id of a key at %s', (url) => {
    expect(user(url, 'APKAEXAMPLE')).toBe('APKAEXAMPLE');
    expect(user(url.replace(HOST, `APKAURL@${HOST}`), 'APKAEXAMPLE')).toBe('APKAURL');
    expect(problems({ url }, AWS)).toEqual([
      expect.stringMatching(
        /names no user: for CodeCommit, give the id of the SSH key \(APKA…\) as PUSH_MIRROR_TARGET_USERNAME\.$/,
      ),
    ]);
  });
});

describe('proxies', () => {
  const REMOTE = { url: 'https://host.example/x.git' };

  test.each([
    'http://proxy.example:3128',
    'https://proxy.example',
    'proxy.example:3128',
    'http://me:p%40@proxy.example:1',
  ])('%s can be used', (url) => {
    expect(problems(REMOTE, { HTTPS_PROXY: url, http_proxy: url })).toEqual([]);
  });

  test.each([
    'socks5://proxy.example:1080',
    'http://',
    'http://[',
    'http://proxy.example:port',
    'ftp://proxy.example',
    ':',
  ])('%s cannot, which is said by the name of each variable', (url) => {
    const all = problems(REMOTE, { https_proxy: url, HTTP_PROXY: url });

    expect(all).toEqual(
      ['https_proxy', 'HTTP_PROXY'].map(
        (name) => `${name} is "${url}", which cannot be used as a proxy: give http://host:port.`,
      ),
    );
  });

  test.each([
    ['whose scheme is not known', `socks5://me:${SECRET}@proxy.example`],
    ['whose port is none', `http://me:${SECRET}@proxy.example:port`],
    // What cannot be decoded can neither be sent; without a word the proxy would be left out.
    ['whose password has a lone percent sign', `http://me:${SECRET}%@proxy.example:3128`],
  ])('one %s is refused without its password being shown', (_what, url) => {
    const all = problems(REMOTE, { HTTPS_PROXY: url });

    expect(all).toEqual([expect.stringMatching(/^HTTPS_PROXY is "\w+:\/\/[*:]+@proxy\.example/)]);
    expect(all.join()).not.toContain(SECRET);
  });

  test('are no matter where both ends are on this machine', () => {
    expect(problems({ url: '/srv/y.git' }, { HTTPS_PROXY: 'socks5://proxy.example' })).toEqual([]);
  });
});
