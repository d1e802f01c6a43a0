import { describe, expect, test } from '@jest/globals';
import { lfsStatusError, type UnexpectedLfsAnswer } from '../../src/lfs/wire/errors.js';

const LOCATION = 'https://host.example/x.git/info/lfs';

function answered(status: number, given: Partial<UnexpectedLfsAnswer> = {}): string {
  const tokenName = '`token`';
  return lfsStatusError({
    location: LOCATION,
    status,
    said: '',
    operation: 'upload',
    asked: 'batch',
    signedIn: true,
    isOverSsh: false,
    tokenName,
    ...given,
  }).message;
}

describe('a sign-in that is refused', () => {
  test.each<[number, Partial<UnexpectedLfsAnswer>, string]>([
    [401, {}, 'the Git LFS server does not accept the token (HTTP 401). Check that `token` is right'],
    [401, { signedIn: false }, 'the Git LFS server requires a sign-in (HTTP 401). Set `token`.'],
    [403, {}, 'the token may not write Git LFS objects (HTTP 403). Give `token` the permission to write to'],
  ])('%i %j: what the user has set is named', (status, given, message) => {
    expect(answered(status, given)).toContain(`${LOCATION}: ${message}`);
  });

  test.each<[number, Partial<UnexpectedLfsAnswer>, string]>([
    [401, {}, 'the Git LFS server does not accept the credentials that git-lfs-authenticate returned (HTTP 401).'],
    [
      401,
      { signedIn: false },
      'the Git LFS server requires a sign-in, and git-lfs-authenticate returned no credentials (HTTP 401).',
    ],
    [403, {}, 'the credentials that git-lfs-authenticate returned may not write Git LFS objects (HTTP 403).'],
    [
      403,
      { operation: 'download', asked: 'object' },
      'the credentials that git-lfs-authenticate returned may not read Git LFS objects (HTTP 403).',
    ],
  ])('%i %j, over SSH: the key is named, and no token', (status, given, message) => {
    const isOverSsh = true;

    expect(answered(status, { ...given, isOverSsh })).toBe(
      `${LOCATION}: ${message} Check the permissions of the SSH key.`,
    );
  });

  test('what is no question of signing in is the same over SSH', () => {
    expect(answered(507, { isOverSsh: true })).toBe(answered(507));
  });
});
