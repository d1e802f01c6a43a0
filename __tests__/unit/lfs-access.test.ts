import { describe, expect, test } from '@jest/globals';
import { configuredAccess, knownAccess, type Access, type FindAccess } from '../../src/lfs/wire/access.js';
import { basicAuthorization, type Credentials } from '../../src/protocol/credentials.js';
import { bareUrl } from '../../src/protocol/location.js';
import { RemoteError } from '../../src/protocol/errors.js';

const OWN = { username: 'reader', password: 'token-of-the-source' };
const SIGNED_IN = { Authorization: basicAuthorization(OWN) };
const SECRET = 'pass-word-4711';
/** What must not be used where the file names something. */
const NOT_ASKED: FindAccess = async () => Promise.reject(new Error('the other way was taken'));

/** The access that an `.lfsconfig` with this URL leads to, in a repository at this origin. */
const follow = async (url: string, origin = 'https://host.example'): Promise<Access> =>
  configuredAccess(async () => url, NOT_ASKED, {
    location: `${origin}/me/x.git/info/lfs`,
    origin,
    credentials: () => OWN,
  })('download');

/** What the user reads where it is not followed. */
const refused = async (url: string, origin?: string): Promise<RemoteError> => {
  const outcome: unknown = await follow(url, origin).then(
    ({ endpoint }) => `${url} was followed to ${endpoint.href}`,
    (error: unknown) => error,
  );
  if (!(outcome instanceof RemoteError)) throw new Error(String(outcome));
  return outcome;
};

describe('a server of which all is known', () => {
  const endpoint = new URL('https://host.example/me/x.git/info/lfs');

  test('is where it is, with what signs in, for as long as it lasts', async () => {
    const access = await knownAccess(endpoint, () => OWN)('upload');

    expect(access.endpoint.href).toBe(endpoint.href);
    expect(access.headers()).toEqual(SIGNED_IN);
    expect(access.expiresAt).toBeUndefined();
  });

  test('gets nothing where nothing signs in', async () => {
    expect((await knownAccess(endpoint, undefined)('download')).headers()).toEqual({});
  });

  test('is signed in to for each request anew', async () => {
    let signed = 0;
    const credentials = (): Credentials => ({ username: 'key', password: `signature ${(signed += 1)}` });

    const { headers } = await knownAccess(endpoint, credentials)('download');

    expect(signed).toBe(0);
    expect([headers(), headers()]).toEqual([
      { Authorization: basicAuthorization({ username: 'key', password: 'signature 1' }) },
      { Authorization: basicAuthorization({ username: 'key', password: 'signature 2' }) },
    ]);
  });

  test.each([
    ['https://host.example/me/x/', 'https://host.example/me/x'],
    ['https://host.example/me/x///', 'https://host.example/me/x'],
    ['https://host.example/me/x?a=b#c', 'https://host.example/me/x'],
    ['https://host.example/me%20x', 'https://host.example/me%20x'],
    ['https://host.example/', 'https://host.example/'],
  ])('%s without a slash at the end is %s', (url, bare) => {
    const given = new URL(url);

    expect(bareUrl(given).href).toBe(bare);
    expect(given.href).toBe(url);
  });
});

describe('where an .lfsconfig names nothing', () => {
  test('the other way is taken, for each operation', async () => {
    const asked: string[] = [];
    const otherwise: FindAccess = async (operation) => {
      asked.push(operation);
      return knownAccess(new URL('https://host.example/own'), undefined)(operation);
    };
    const find = configuredAccess(async () => undefined, otherwise, {
      location: 'https://host.example/own',
      origin: 'https://host.example',
      credentials: undefined,
    });

    expect((await find('download')).endpoint.href).toBe('https://host.example/own');
    await find('upload');
    expect(asked).toEqual(['download', 'upload']);
  });

  test('it is read once, and not before it is needed', async () => {
    let read = 0;
    const find = configuredAccess(
      async () => {
        read += 1;
        return 'https://host.example/lfs';
      },
      NOT_ASKED,
      { location: 'x', origin: 'https://host.example', credentials: undefined },
    );

    expect(read).toBe(0);
    await Promise.all([find('download'), find('upload')]);
    await find('download');
    expect(read).toBe(1);
  });

  test('that it cannot be read is told', async () => {
    const find = configuredAccess(async () => Promise.reject(new Error('it is gone')), NOT_ASKED, {
      location: 'x',
      origin: 'https://host.example',
      credentials: undefined,
    });

    await expect(find('download')).rejects.toThrow('it is gone');
  });
});

describe('an .lfsconfig is followed', () => {
  test.each([
    ['https://host.example/lfs/x', 'https://host.example/lfs/x'],
    ['https://host.example/lfs/x/', 'https://host.example/lfs/x'],
    ['https://host.example:443/lfs', 'https://host.example/lfs'],
    ['HTTPS://HOST.example/lfs', 'https://host.example/lfs'],
    ['https:\\\\host.example\\lfs', 'https://host.example/lfs'],
    ['https://host.example/a/../lfs?x=y#z', 'https://host.example/lfs'],
    [`https://me:${SECRET}@host.example/lfs`, 'https://host.example/lfs'],
  ])('%s is the own origin: what signs in there goes along', async (url, endpoint) => {
    const access = await follow(url);

    expect(access.endpoint.href).toBe(endpoint);
    expect(access.headers()).toEqual(SIGNED_IN);
    expect(access.expiresAt).toBeUndefined();
  });

  test.each([
    ['https://lfs.example/x', 'https://lfs.example/x'],
    ['https://host.example:8443/x', 'https://host.example:8443/x'],
    ['https://lfs.host.example/x', 'https://lfs.host.example/x'],
    ['https://host.example.evil.example/x', 'https://host.example.evil.example/x'],
    ['https://host.example@evil.example/x', 'https://evil.example/x'],
    [`https://me:${SECRET}@evil.example/x`, 'https://evil.example/x'],
    ['https://evil.example\\@host.example/x', 'https://evil.example/@host.example/x'],
    ['https://evil.example/https://host.example/', 'https://evil.example/https://host.example'],
    ['https://host.exam\tple/x', 'https://host.example/x'],
    ['https://host.example./x', 'https://host.example./x'],
    ['https://[::1]:8080/x', 'https://[::1]:8080/x'],
  ])('%s leads to %s, with nothing that signs in unless that is the own origin', async (url, endpoint) => {
    const access = await follow(url);

    expect(access.endpoint.href).toBe(endpoint);
    expect(access.headers()).toEqual(access.endpoint.origin === 'https://host.example' ? SIGNED_IN : {});
  });

  test('from http to http and https, to another server without what signs in', async () => {
    const own = await follow('http://host.example/lfs', 'http://host.example');
    const others = [
      await follow('https://host.example/lfs', 'http://host.example'),
      await follow('http://host.example:8080/lfs', 'http://host.example'),
      await follow('http://lfs.example/lfs', 'http://host.example'),
    ];

    expect(own.headers()).toEqual(SIGNED_IN);
    expect(others.map(({ headers }) => headers())).toEqual([{}, {}, {}]);
  });

  test('without anything that signs in, where there is nothing', async () => {
    const own = { location: 'x', origin: 'https://host.example', credentials: undefined };
    const find = configuredAccess(async () => `https://me:${SECRET}@host.example/x`, NOT_ASKED, own);

    expect((await find('download')).headers()).toEqual({});
  });
});

test('an address over SSH is followed where the key is for it', async () => {
  const asked: unknown[] = [];
  const endpoint = new URL('https://host.example/lfs');
  const access = await configuredAccess(async () => 'ssh://git@host.example:22/other/x.git', NOT_ASKED, {
    ...{ location: 'x', origin: 'https://host.example', credentials: undefined },
    overSsh: (place) => {
      asked.push(place);
      return knownAccess(endpoint, () => OWN);
    },
  })('download');

  expect(asked).toMatchObject([{ kind: 'ssh', user: 'git', host: 'host.example', path: '/other/x.git' }]);
  expect(access.headers()).toEqual(SIGNED_IN);
});

describe('an .lfsconfig is not followed', () => {
  test.each([
    'http://host.example/lfs',
    'http://lfs.example/lfs',
    'HTTP://host.example/lfs',
    'ftp://host.example/lfs',
    'file:///etc',
    'git://host.example/x',
    '/srv/lfs',
    '../lfs',
    'lfs',
    '',
    'https://',
    'https://host example/',
    'https://host.example:99999/',
    'none\u001b[31m\nsuch',
  ])('%j: said in clear words', async (url) => {
    const { kind, location, message } = await refused(url);

    expect(kind).toBe('lfs');
    expect(location).toBe('https://host.example/me/x.git/info/lfs');
    expect(message).toMatch(
      /^https:\/\/host\.example\/me\/x\.git\/info\/lfs: its \.lfsconfig says that the Git LFS objects are at ".*", which is no https URL\. /,
    );
    expect(message).toMatch(/Correct `lfs\.url` in that file, or name the server with `source-lfs-url`\.$/);
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each([
    'ssh://git@host.example/me/x.git',
    'git+ssh://me@lfs.example:2222/x',
    'git@host.example:me/x.git',
    'lfs.example:x',
    // Git takes these, too, for a host and a path.
    'javascript:alert(1)',
    'data:text/plain,x',
  ])('%s, where no key is for it: that is said, with the remedy', async (url) => {
    const { kind, message } = await refused(url);

    expect(kind).toBe('lfs');
    expect(message).toMatch(/but the source is not read over SSH from the same host and account, so no key is used/);
    expect(message).toMatch(/Name the https URL of that Git LFS server with `source-lfs-url`\.$/);
  });

  test('even where the repository is read over http', async () => {
    expect((await refused('ftp://host.example/lfs', 'http://host.example')).message).toContain(
      'ftp://host.example/lfs',
    );
  });

  test('a text without end is shown in part', async () => {
    expect((await refused('x'.repeat(60_000))).message.length).toBeLessThan(1000);
  });

  test.each([
    `http://me:${SECRET}@lfs.example/x`,
    `ftp://me:${SECRET}@lfs.example/x`,
    `ssh://${SECRET}@lfs.example/x`,
    `https://me:${SECRET}@lfs.example:99999/x`,
    `ftp://me:a@${SECRET}@lfs.example/x`,
    `ftp://me:a/${SECRET}@lfs.example/x`,
    `https://me:a b/${SECRET}@lfs.example:x/`,
    `http:me:${SECRET}@lfs.example/x`,
    `http:\\\\me:${SECRET}@lfs.example/x`,
    `http:/me:${SECRET}@lfs.example/x`,
    `me:${SECRET}@lfs.example/x`,
    `me:${SECRET}@lfs.example:x`,
  ])('%s: the password is not shown', async (url) => {
    const { message } = await refused(url);

    expect(message).not.toContain(SECRET);
    expect(message).toContain('lfs.example');
  });
});
