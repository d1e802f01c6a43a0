import { describe, expect, test } from '@jest/globals';
import { signedCredentials, type AwsKeys } from '../../src/hosts/aws-signature.js';
import { codecommitRegion } from '../../src/hosts/codecommit.js';
import { cases, KNOWN_REGIONS, OTHER_REGIONS, ROUNDS, signed } from '../oracles/codecommit-cases.js';
import { codecommitPassword, signedAt } from '../servers/codecommit-signature.js';

describe('a signature', () => {
  const KEYS: AwsKeys = { accessKeyId: 'access', secretAccessKey: 'secret', sessionToken: undefined };
  const URL_OF_REPOSITORY = new URL('https://git-codecommit.us-west-2.amazonaws.com/v1/repos/test_repo');
  const INSTANT = Date.UTC(2017, 11, 24, 11, 53, 20);

  // Published with the tests of git-remote-codecommit.
  test('is the published one', () => {
    expect(signedCredentials(KEYS, 'us-west-2', URL_OF_REPOSITORY, INSTANT)).toEqual({
      username: 'access',
      password: '20171224T115320Zb6df2d758a8023b2f000a546417007b65494f3ce8ad0300fd45fcfa173f1959a',
    });
  });

  test('names the second, and not its parts', () => {
    const password = (now: number): string => signedCredentials(KEYS, 'us-west-2', URL_OF_REPOSITORY, now).password;

    expect(password(INSTANT + 999)).toBe(password(INSTANT));
    expect(signedAt(password(INSTANT + 1000))).toBe(INSTANT + 1000);
  });

  test('has the session token behind the name, and does not depend on it', () => {
    const withToken = signedCredentials({ ...KEYS, sessionToken: 'a+/=%b' }, 'us-west-2', URL_OF_REPOSITORY, INSTANT);

    expect(withToken.username).toBe('access%a+/=%b');
    expect(withToken.password).toBe(signedCredentials(KEYS, 'us-west-2', URL_OF_REPOSITORY, INSTANT).password);
  });

  test('is for a host whatever its port', () => {
    const other = new URL(URL_OF_REPOSITORY.href.replace('.com/', '.com:8443/'));

    expect(signedCredentials(KEYS, 'us-west-2', other, INSTANT)).toEqual(
      signedCredentials(KEYS, 'us-west-2', URL_OF_REPOSITORY, INSTANT),
    );
  });

  test.each<[string, Partial<AwsKeys>, string, string, number]>([
    ['another key', { secretAccessKey: 'Secret' }, 'us-west-2', URL_OF_REPOSITORY.href, INSTANT],
    ['another region', {}, 'us-west-1', URL_OF_REPOSITORY.href, INSTANT],
    ['another repository', {}, 'us-west-2', URL_OF_REPOSITORY.href.replace('test', 'Test'), INSTANT],
    ['another host', {}, 'us-west-2', URL_OF_REPOSITORY.href.replace('commit', 'commit-fips'), INSTANT],
    ['another second', {}, 'us-west-2', URL_OF_REPOSITORY.href, INSTANT + 1000],
  ])('is another for %s', (_what, keys, region, url, now) => {
    const signature = (password: string): string => password.slice('YYYYMMDDTHHMMSSZ'.length);
    const usual = signedCredentials(KEYS, 'us-west-2', URL_OF_REPOSITORY, INSTANT);

    const other = signedCredentials({ ...KEYS, ...keys }, region, new URL(url), now);

    expect(signature(other.password)).toMatch(/^[0-9a-f]{64}$/);
    expect(signature(other.password)).not.toBe(signature(usual.password));
  });

  test(`is what the formula gives, ${ROUNDS} times`, () => {
    const all = cases(1);

    expect(all.map((one) => signed(one).password)).toEqual(
      all.map(({ keys, region, url, now }) => {
        const timestamp = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
        const parts = { secretKey: keys.secretAccessKey, region, host: url.hostname, path: url.pathname, timestamp };
        return codecommitPassword(parts);
      }),
    );
  });

  test('is for the region that the name of the host has', () => {
    const all = cases(2);

    expect(all.map(({ url }) => codecommitRegion(url.hostname))).toEqual(all.map(({ region }) => region));
    expect(new Set(all.map(({ region }) => region)).size).toBe(KNOWN_REGIONS.length + OTHER_REGIONS.length);
  });
});
