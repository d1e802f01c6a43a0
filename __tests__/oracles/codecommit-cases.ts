import { signedCredentials, type AwsKeys } from '../../src/hosts/aws-signature.js';
import { codecommitUrl } from '../../src/hosts/codecommit-url.js';
import { Random } from '../repositories/random.js';
import type { OracleInput } from './codecommit-oracle.js';

/** Those of which git-remote-codecommit knows the hosts by itself. */
export const KNOWN_REGIONS = ['us-east-1', 'ap-southeast-5', 'us-gov-west-1', 'cn-north-1', 'cn-northwest-1'];
export const OTHER_REGIONS = ['us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'eusc-de-east-1'];
export const ROUNDS = 1000;
const FIRST_INSTANT = Date.UTC(2000, 1, 29, 23, 59, 59, 999);
const LAST_INSTANT = Date.UTC(2099, 11, 31, 23, 59, 59, 999);

/** One thing to sign, as this program and as git-remote-codecommit are asked for it. */
export interface Case {
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

/** Things to sign, by chance; a seed repeats them. */
export function cases(seed: number): Case[] {
  const random = new Random(seed);
  return Array.from({ length: ROUNDS }, () => randomCase(random));
}

/** A case as git-remote-codecommit is asked for it. */
export const asked = ({ keys, region, url, now, hostname: host }: Case): OracleInput => ({
  accessKey: keys.accessKeyId,
  secretKey: keys.secretAccessKey,
  sessionToken: keys.sessionToken ?? null,
  region,
  repository: url.pathname.slice('/v1/repos/'.length),
  hostname: host,
  epochMillis: now,
});

/** What we sign. */
export const signed = ({ keys, region, url, now }: Case): { username: string; password: string } =>
  signedCredentials(keys, region, url, now);
