import { describe, expect, test } from '@jest/globals';
import { DEFAULT_USERNAMES } from '../../src/hosts/hosts.js';
import {
  credentialsIn,
  namesPassword,
  secretsInUrl,
  shownUrl,
  splitUser,
  userinfoOf,
  withoutPassword,
  withoutUserinfo,
} from '../../src/protocol/userinfo.js';
import { pick, seeded } from '../random.js';

describe('the userinfo of a URL', () => {
  test.each([
    ['https://host.example/x', undefined, undefined],
    ['https://me@host.example/x', 'me', undefined],
    ['https://:s3cret@host.example/x', undefined, 's3cret'],
    ['https://m%C3%A9:p%40ss%2F@host.example/x', 'mé', 'p@ss/'],
    ['https://me:100%@host.example/x', 'me', '100%'],
  ])('%s: %s and %s', (text, username, password) => {
    const url = new URL(text);

    expect(userinfoOf(url)).toEqual({ username, password });
    expect(credentialsIn(url)).toEqual(
      username === undefined && password === undefined
        ? undefined
        : { username: username ?? '', password: password ?? '' },
    );
    expect(withoutUserinfo(url).href).toBe('https://host.example/x');
    expect(withoutPassword(url).password).toBe('');
  });

  test.each([
    ['git@host.example:x', 'git', 'host.example:x'],
    ['host.example:x@y', undefined, 'host.example:x@y'],
    ['/srv/me@x', undefined, '/srv/me@x'],
    ['me:secret@host:x', undefined, 'me:secret@host:x'],
  ])('%s in the scp-like form: %s and %s', (text, user, rest) => {
    expect(splitUser(text)).toEqual({ user, rest });
  });

  test.each([
    ['https://me:s3cret@host/x', true],
    ['https://me:@host/x', false],
    ['https://me:a/b@host/x', true],
    ['https://me@host/x', false],
    ['ssh://git@host:22/x', false],
    ['https://host:8443/@scope/x', false],
    ['git@host:x', false],
  ])('%s names a password: %s', (text, expected) => {
    expect(namesPassword(text)).toBe(expected);
  });
});

/** Shorter secrets are not masked, since they would mask half of a text. */
const SHORTEST = 4;

describe('what is shown never holds what is masked', () => {
  const random = seeded(7);
  const SIGNS: [string, ...string[]] = [
    '/',
    ':',
    '@',
    '?',
    '#',
    '%',
    '%40',
    '%2F',
    '%zz',
    '[',
    ']',
    ' ',
    '\\',
    '&',
    '=',
  ];
  const NAMES: [string, ...string[]] = ['', 'me', 'git', 'oauth2', 'x-access-token', 'me@corp.example', '%C3%A9'];
  const SCHEMES: [string, ...string[]] = [
    'https://',
    ...['http://', 'HTTPS://', 'https:///', 'ssh://', 'ftp://', 'git+ssh://', 'https:', 'https::https://'],
    ...['codecommit://', 'codecommit::us-east-1://', '', ' https://'],
  ];
  const HOSTS: [string, ...string[]] = ['host.example', 'host.example:8443', '[::1]:80', '127.0.0.1', 'ho st', ''];
  const PATHS: [string, ...string[]] = [
    '/x.git',
    ':x.git',
    '/group/@scope/x',
    '',
    '/x?a=b',
    '/x#y',
    '?token=T0P',
    '/a:b@c',
  ];

  let count = 0;
  const secret = (): string => {
    const word = (): string => `${(count += 1)}S${Math.floor(random() * 1e9).toString(36)}`;
    return Array.from({ length: 1 + Math.floor(random() * 3) }, word).join(pick(random, SIGNS));
  };
  const userinfo = (): string =>
    pick(random, [
      `${pick(random, NAMES)}:${secret()}@`,
      `${pick(random, NAMES)}:${secret()}@`,
      `${secret()}@`,
      `${secret()}:@`,
      `${secret()}:x-oauth-basic@`,
      `${pick(random, NAMES)}@`,
      '',
    ]);
  const url = (): string => pick(random, SCHEMES) + userinfo() + pick(random, HOSTS) + pick(random, PATHS);
  const urls = Array.from({ length: 5000 }, url);
  const maskedIn = (text: string): string[] =>
    secretsInUrl(text, DEFAULT_USERNAMES)
      .flatMap(({ secrets }) => secrets)
      .filter(({ length }) => length >= SHORTEST);

  test('of five thousand URLs by chance', () => {
    const leaking = urls.filter((text) => maskedIn(text).some((one) => shownUrl(text).includes(one)));

    expect(leaking.slice(0, 20)).toEqual([]);
    expect(urls.filter((text) => maskedIn(text).length > 0).length).toBeGreaterThan(2500);
  });

  test('and a URL that parses is masked as it is read', () => {
    const isKnown = ({ password }: URL): boolean => password.length >= SHORTEST && password !== 'x-oauth-basic';
    const known = urls.filter((text) => URL.canParse(text) && isKnown(new URL(text)));
    const missed = known.filter((text) => !maskedIn(text).includes(userinfoOf(new URL(text)).password ?? ''));

    expect(missed).toEqual([]);
    expect(known.length).toBeGreaterThan(500);
  });
});
