import { describe, expect, test } from '@jest/globals';
import { lfsStatusError } from '../../src/lfs/wire/errors.js';
import type { UnexpectedLfsAnswer } from '../../src/lfs/wire/meanings.js';

const LOCATION = 'https://host.example/x.git/info/lfs';
const NOTHING = { code: '', message: '' };

function answered(status: number, given: Partial<UnexpectedLfsAnswer> = {}): string {
  const usual = { act: 'batch', answerer: 'server', signer: 'user', isRead: false } as const;
  const { message } = lfsStatusError({
    ...usual,
    location: LOCATION,
    status,
    said: NOTHING,
    tokenName: '`token`',
    ...given,
  });
  expect(message.startsWith(`${LOCATION}: `)).toBe(true);
  return message.slice(LOCATION.length + 2);
}

describe('a sign-in that is refused', () => {
  test.each<[number, Partial<UnexpectedLfsAnswer>, string]>([
    [401, {}, 'the Git LFS server does not accept the token (HTTP 401). Check that `token` is right'],
    [401, { signer: 'nobody' }, 'the Git LFS server requires a sign-in (HTTP 401). Set `token`.'],
    [403, {}, 'the token may not write Git LFS objects (HTTP 403). Give `token` the permission to write to'],
    [403, { isRead: true, act: 'download' }, 'the token may not read Git LFS objects (HTTP 403).'],
    [403, { signer: 'nobody' }, 'nobody may write Git LFS objects without a sign-in (HTTP 403). Set `token`.'],
    [403, { signer: 'nobody', tokenName: undefined }, 'Only the `.lfsconfig` of the source names that server'],
  ])('%i %j: what the user has set is named', (status, given, message) => {
    expect(answered(status, given)).toContain(message);
  });

  test.each<[number, Partial<UnexpectedLfsAnswer>, string]>([
    [401, {}, 'the Git LFS server does not accept the credentials that git-lfs-authenticate returned (HTTP 401).'],
    [
      401,
      { signer: 'ssh-without' },
      'the Git LFS server requires a sign-in, and git-lfs-authenticate returned no credentials (HTTP 401).',
    ],
    [403, {}, 'the credentials that git-lfs-authenticate returned may not write Git LFS objects (HTTP 403).'],
    [
      403,
      { isRead: true, act: 'download' },
      'the credentials that git-lfs-authenticate returned may not read Git LFS objects (HTTP 403).',
    ],
  ])('%i %j, over SSH: the key is named, and no token', (status, given, message) => {
    expect(answered(status, { signer: 'ssh', ...given })).toBe(`${message} Check the permissions of the SSH key.`);
  });

  test('what is no question of signing in is the same over SSH', () => {
    expect(answered(507, { signer: 'ssh' })).toBe(answered(507));
  });

  test.each([401, 403])('%i for what the Git LFS server signed itself: no token is named, nor a right', (status) => {
    const [act, answerer, signer] = ['upload', 'storage', 'server'] as const;

    const message = answered(status, { act, answerer, signer, elsewhere: 'storage.example' });

    expect(message).toContain('the storage at storage.example, to which the Git LFS server leads, refuses the upload');
    expect(message).not.toMatch(/`token`|may not|nobody may/);
  });
});

describe('words of a storage', () => {
  const storage = { act: 'upload', answerer: 'storage', signer: 'server', elsewhere: 'storage.example' } as const;

  test.each<[number, string, RegExp]>([
    [400, 'InvalidArgument', /refuses the upload as the Git LFS server wants it .*ask its operator/],
    [403, 'SignatureDoesNotMatch', /refuses the upload as the Git LFS server signed it .*keys/],
    [403, 'RequestTimeTooSkewed', /because of its time .*clocks of the Git LFS server, .* and of its storage differ/],
    [404, 'NoSuchBucket', /does not know the place that the Git LFS server names/],
    [404, 'BlobNotFound', /does not know the address that the Git LFS server names for the upload/],
    [405, 'MethodNotAllowed', /takes no PUT at the address/],
    [409, 'OperationAborted', /is at work on the same object for somebody else .*Run the mirror again later/],
    [411, 'MissingContentLength', /wants to know the length of the object, which it was told/],
    [412, 'PreconditionFailed', /on a condition that the Git LFS server sets/],
    [400, 'EntityTooLarge', /refuses an object of this size/],
    [501, 'NotImplemented', /does not know something that the Git LFS server wants of the upload/],
    [503, 'SlowDown', /asks for fewer requests .*Run the mirror again later/],
    [500, 'InternalError', /gave up/],
    [418, 'constructor', /refuses the upload/],
  ])('%i %s', (status, code, meaning) => {
    const message = answered(status, { ...storage, said: { code, message: 'words of it' } });

    expect(message).toMatch(meaning);
    expect(message).toContain(`the storage at storage.example, to which the Git LFS server leads, `);
    expect(message).toContain(`(HTTP ${status}).`);
    expect(message).toContain(` The storage says: ${code}: words of it.`);
    expect(message).not.toMatch(/has no Git LFS|the token|offers the object|nobody may/);
  });

  test('of a download that is not there, and of a verification', () => {
    expect(answered(404, { ...storage, act: 'download', isRead: true })).toMatch(
      /^the storage at storage\.example, .* does not have the object \(HTTP 404\)\./,
    );
    expect(answered(404, { act: 'verify', answerer: 'verification', signer: 'user' })).toMatch(
      /^the Git LFS server does not find the object that was uploaded \(HTTP 404\)\./,
    );
  });
});

test.each([
  [{ kind: 'too-many' } as const, /: the request is redirected more than 5 times\. /],
  [{ kind: 'insecure', to: new URL('http://a.example/') } as const, /which is not encrypted and so is not followed/],
])('a redirect that is not followed: %j', (refusedRedirect, words) => {
  const redirectedTo = new URL('http://a.example/x?sig=secret');

  const message = answered(307, { refusedRedirect, redirectedTo });

  expect(message).toMatch(words);
  expect(message).toContain('http://a.example/x (HTTP 307)');
});

test('a redirect without an address is said to be one', () => {
  expect(answered(307)).toBe(
    'the Git LFS server redirects to no valid address (HTTP 307). Ask the operator of the Git LFS server to correct its addresses.',
  );
});
