import { describe, expect, test } from '@jest/globals';
import { signedCredentials, type AwsKeys } from '../../src/hosts/aws-signature.js';
import { codecommitUrl } from '../../src/hosts/codecommit-url.js';
import { codecommitRegion } from '../../src/hosts/codecommit.js';
import { askCodecommitOracle, neededCodecommitOracle, type OracleInput } from '../oracles/codecommit-oracle.js';
import { Random } from '../repositories/random.js';
import { codecommitPassword, signedAt } from '../servers/codecommit-signature.js';

/** Those of which git-remote-codecommit knows the hosts by itself. */
const KNOWN_REGIONS = ['us-east-1', 'ap-southeast-5', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'];
const OTHER_REGIONS = ['us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'eusc-de-east-1'];
const ROUNDS = 1000;
const FIRST_INSTANT = Date.UTC(2000, 1, 29, 23, 59, 59, 999);
const LAST_INSTANT = Date.UTC(2099, 11, 31, 23, 59, 59, 999);

/** One thing to sign, as this program and as git-remote-codecommit are asked for it. */
interface Case {
  readonly keys: AwsKeys;
  readonly region: string;
  readonly url: URL;
  readonly now: number;
  /** The host, where git-remote-codecommit has to be told. */
  readonly hostname: string | null;
}

function text(random: Random, signs: string, least: number, most: number): string {
  return Array.from({ length: random.between(least, most) }, () => random.pick(signs.split(''))).join('');
}

function repositoryName(random: Random): string {
  const name = text(random, 'aZ_09.-._-', 1, random.chance(0.1) ? 100 : 12);
  // As a path these two lead elsewhere, and no repository can have them as its name.
  return /^\.{1,2}$/.test(name) ? 'x' : name;
}

function hostname(random: Random, region: string): string {
  const fips = random.chance(0.5) ? '-fips' : '';
  if (random.chance(0.5)) return `vpce-0b47ea36-${region}b.git-codecommit${fips}.${region}.vpce.amazonaws.com`;
  return new URL(codecommitUrl(`codecommit::${region}://x`, { region: '', fips: fips !== '' })).hostname;
}

function randomCase(random: Random): Case {
  const region = random.pick([...KNOWN_REGIONS, ...OTHER_REGIONS]);
  const isTold = !KNOWN_REGIONS.includes(region) || random.chance(0.5);
  const host = isTold
    ? hostname(random, region)
    : new URL(codecommitUrl(`codecommit://x`, { region, fips: false })).hostname;
  return {
    keys: {
      accessKeyId: `${random.pick(['AKIA', 'ASIA'])}${text(random, 'ABCXYZ234567', 12, 16)}`,
      secretAccessKey: text(random, 'abcXYZ0189+/', 1, 40),
      sessionToken: random.chance(0.5) ? undefined : text(random, 'abcXYZ0189+/=%&:', 1, 900),
    },
    region,
    url: new URL(`https://${host}/v1/repos/${repositoryName(random)}`),
    now: random.between(FIRST_INSTANT, LAST_INSTANT),
    hostname: isTold ? host : null,
  };
}

function cases(seed: number): Case[] {
  const random = new Random(seed);
  return Array.from({ length: ROUNDS }, () => randomCase(random));
}

const asked = ({ keys, region, url, now, hostname: host }: Case): OracleInput => ({
  accessKey: keys.accessKeyId,
  secretKey: keys.secretAccessKey,
  sessionToken: keys.sessionToken ?? null,
  region,
  repository: url.pathname.slice('/v1/repos/'.length),
  hostname: host,
  epochMillis: now,
});

const signed = ({ keys, region, url, now }: Case): { username: string; password: string } =>
  signedCredentials(keys, region, url, now);

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

const oracle = neededCodecommitOracle();

oracle.describe('beside git-remote-codecommit', () => {
  test(`user name, password, host and path are the same, ${ROUNDS} times`, () => {
    const all = cases(3);

    const answers = askCodecommitOracle(oracle.path, all.map(asked));

    const ours = all.map((one) => ({ ...signed(one), hostname: one.url.hostname, path: one.url.pathname }));
    expect(ours).toEqual(answers.map(({ url: _, ...answer }) => answer));
    expect(all.filter((one) => one.hostname === null).length).toBeGreaterThan(ROUNDS / 8);
    expect(all.filter(({ keys }) => keys.sessionToken === undefined).length).toBeGreaterThan(ROUNDS / 4);
  });
});
