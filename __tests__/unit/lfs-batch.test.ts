import { describe, expect, test } from '@jest/globals';
import { batchRequest, readBatch } from '../../src/lfs/wire/batch.js';
import { lfsEndpoint } from '../../src/lfs/wire/endpoint.js';
import { parseLocation } from '../../src/protocol/location.js';

const OID = 'a'.repeat(64);
const ENDPOINT = new URL('https://host.example/me/x.git/info/lfs');
const NOW = 1_700_000_000_000;

const read = (answer: unknown) => readBatch(JSON.stringify(answer), [{ oid: OID, size: 5 }], ENDPOINT, NOW);
const one = (fields: Readonly<Record<string, unknown>>) => read({ objects: [{ oid: OID, size: 5, ...fields }] })[0];

test('the request names the operation, the ref and the objects', () => {
  const body = JSON.parse(batchRequest('upload', [{ oid: OID, size: 5 }], 'refs/heads/main').toString()) as unknown;

  expect(body).toEqual({
    operation: 'upload',
    transfers: ['basic'],
    ref: { name: 'refs/heads/main' },
    objects: [{ oid: OID, size: 5 }],
    hash_algo: 'sha256',
  });
});

describe('the answer', () => {
  test('an object with actions', () => {
    const header = { Authorization: 'Basic abc', 'X-Key': 'y' };
    const actions = {
      upload: { href: 'https://store.example/u', header, expires_in: 60 },
      verify: { href: '/verify', expires_at: '2030-01-01T00:00:00Z' },
    };

    expect(one({ authenticated: true, actions })).toEqual({
      oid: OID,
      size: 5,
      authenticated: true,
      download: undefined,
      upload: { href: new URL('https://store.example/u'), header, expiresAt: NOW + 60_000 },
      verify: {
        href: new URL('https://host.example/verify'),
        header: {},
        expiresAt: Date.parse('2030-01-01T00:00:00Z'),
      },
      error: undefined,
    });
  });

  test('an object that is there already has no actions', () => {
    expect(one({})).toMatchObject({ upload: undefined, download: undefined, error: undefined });
  });

  test('the size is the one that was asked about', () => {
    expect(one({ size: 7 })).toMatchObject({ size: 5 });
  });

  test('an error is told, made safe to show', () => {
    expect(one({ error: { code: 404, message: 'gone\u001b[31m' } })?.error).toEqual({
      code: 404,
      message: 'gone\\x1b[31m',
    });
  });

  test.each([
    ['a code that is a text', { code: '507', message: 'quota exceeded' }, { code: 507, message: 'quota exceeded' }],
    ['no code', { message: 'quota exceeded' }, { code: 0, message: 'quota exceeded' }],
    ['a code that is none', { code: 'full', message: 'quota exceeded' }, { code: 0, message: 'quota exceeded' }],
    ['no words', { code: 507 }, { code: 507, message: '' }],
    ['words alone', 'quota exceeded', { code: 0, message: 'quota exceeded' }],
    ['nothing', {}, { code: 0, message: '' }],
    ['something else', true, { code: 0, message: '' }],
  ])('an error with %s is one', (_what, error, told) => {
    expect(one({ error })?.error).toEqual(told);
  });

  test('an error that is null is none', () => {
    expect(one({ error: null })?.error).toBeUndefined();
  });

  // Some languages write an empty object as [].
  test.each([[undefined], [null], [{}], [[]]])('actions %j: the object is there', (actions) => {
    expect(one({ actions })).toMatchObject({ upload: undefined, download: undefined, error: undefined });
  });

  test('an action that is null beside another is none', () => {
    const download = { href: 'https://store.example/d' };

    expect(one({ actions: { download, upload: null, verify: null } })).toMatchObject({
      download: { href: new URL(download.href) },
      upload: undefined,
      verify: undefined,
    });
  });

  test('an error beside actions that are null is told', () => {
    expect(one({ actions: { upload: null }, error: { code: 422, message: 'no' } })?.error?.code).toBe(422);
  });

  test('of older servers, actions by another name', () => {
    expect(one({ _links: { upload: { href: '/u' } } })?.upload?.href.href).toBe('https://host.example/u');
  });

  test.each(['0001-01-01T00:00:00Z', 'soon', ''])('"%s" is no end', (expires_at) => {
    expect(one({ actions: { download: { href: '/d', expires_at } } })?.download?.expiresAt).toBeUndefined();
  });

  test('an object that was not asked about is passed over', () => {
    expect(read({ objects: [{ oid: 'b'.repeat(64), size: 1, actions: {} }] })).toEqual([]);
  });

  test('headers that decide about the connection are not for a server to give', () => {
    const header = {
      Host: 'evil',
      'Content-Length': '1',
      'Transfer-Encoding': 'chunked',
      'Proxy-Authorization': 'x',
      'X-Ok': 'y',
    };

    expect(one({ actions: { download: { href: '/d', header } } })?.download?.header).toEqual({ 'X-Ok': 'y' });
  });

  test.each<[string, unknown, RegExp]>([
    ['no list', {}, /has no list of objects/],
    ['a list that is none', { objects: {} }, /has no list of objects/],
    ['another transfer', { transfer: 'tus', objects: [] }, /wants the transfer "tus"/],
    [
      'another kind of address',
      { objects: [{ oid: OID, actions: { download: { href: 'file:///etc/passwd' } } }] },
      /an address that is not http or https/,
    ],
    [
      'an address that is none',
      { objects: [{ oid: OID, actions: { download: { href: 'http://' } } }] },
      /an invalid address/,
    ],
    [
      'a line feed in a header',
      { objects: [{ oid: OID, actions: { upload: { href: '/u', header: { X: 'a\nb' } } } }] },
      /an invalid header/,
    ],
    [
      'a header without a name',
      { objects: [{ oid: OID, actions: { upload: { href: '/u', header: { '': 'a' } } } }] },
      /an invalid header/,
    ],
    [
      'a header that is no text',
      { objects: [{ oid: OID, actions: { upload: { href: '/u', header: { X: 1 } } } }] },
      /an invalid header/,
    ],
    ...(
      [
        [{ upload: {} }, /an action without an address/],
        [{ upload: [] }, /an action without an address/],
        [{ upload: { href: 5 } }, /an action without an address/],
        [{ upload: 'https://store.example/u' }, /an action without an address/],
        [{ download: { href: null } }, /an action without an address/],
        [{ upload: { href: '/u' }, verify: {} }, /an action without an address/],
        [{ upload: null }, /neither an upload nor a download/],
        [{ upload: null, verify: { href: '/v' } }, /neither an upload nor a download/],
        [{ put: { href: '/u' } }, /neither an upload nor a download/],
        [[{ href: '/u' }], /the actions that it names for an object are not valid/],
        ['none', /the actions that it names for an object are not valid/],
      ] as const
    ).map(([actions, message]): [string, unknown, RegExp] => [
      `actions ${JSON.stringify(actions)}`,
      { objects: [{ oid: OID, actions }] },
      message,
    ]),
  ])('%s is refused', (_what, answer, message) => {
    expect(() => read(answer)).toThrow(message);
  });

  test('what is no JSON is refused, with the place and what to do', () => {
    expect(() => readBatch('<html>', [], ENDPOINT, NOW)).toThrow(
      'https://host.example/me/x.git/info/lfs: the Git LFS server breaks its protocol: its answer is not JSON. Check that the URL is that of a Git LFS server',
    );
  });
});

test.each([
  ['https://host.example/me/x', 'https://host.example/me/x.git/info/lfs'],
  ['https://host.example/me/x.git', 'https://host.example/me/x.git/info/lfs'],
  ['https://host.example:8443/me/x.git/', 'https://host.example:8443/me/x.git/info/lfs'],
  ['https://me:secret@host.example/me/x', 'https://host.example/me/x.git/info/lfs'],
  ['ssh://git@host.example:2222/me/x.git', 'https://host.example/me/x.git/info/lfs'],
  ['git@host.example:me/x y', 'https://host.example/me/x%20y.git/info/lfs'],
  ['ssh://git@[::1]/x', 'https://[::1]/x.git/info/lfs'],
])('the server of %s is %s', (repository, endpoint) => {
  const location = parseLocation(repository, '/');
  expect(location.kind === 'local' ? undefined : lfsEndpoint(location)?.href).toBe(endpoint);
});

test.each(['git@prod.1:foo/bar.git', 'git@host.256:foo', 'git@[fe80::1%eth0]:foo.git', 'git@a%zz:foo.git'])(
  'there is no URL for the server of %s',
  (repository) => {
    const location = parseLocation(repository, '/');
    expect(location.kind === 'ssh' && lfsEndpoint(location)).toBeUndefined();
  },
);
