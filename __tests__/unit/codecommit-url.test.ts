import { describe, expect, test } from '@jest/globals';
import { codecommitUrl, isCodecommitForm, tidyCodecommitUrl, type AwsPlace } from '../../src/hosts/codecommit-url.js';
import { Problem } from '../../src/protocol/problem.js';
import { CODECOMMIT, codecommitRegion } from '../../src/hosts/codecommit.js';
import { hostOf } from '../../src/hosts/hosts.js';

const NOWHERE: AwsPlace = { region: '', fips: false };
const IRELAND: AwsPlace = { region: 'eu-west-1', fips: false };
const HOST = 'git-codecommit.us-east-1.amazonaws.com';

function problem(text: string, place = NOWHERE): string {
  try {
    return `no problem, but ${codecommitUrl(text, place)}`;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

describe('the form of git-remote-codecommit', () => {
  test.each([
    ['codecommit::us-east-1://x', true],
    ['codecommit://x', true],
    ['codecommit://profile@x', true],
    ['codecommit::', true],
    ['codecommit:x', false],
    ['codecommit/x', false],
    ['./codecommit://x', false],
    ['https://codecommit://x', false],
    [`https://${HOST}/v1/repos/x`, false],
  ])('%s: %s', (text, isForm) => {
    expect(isCodecommitForm(text)).toBe(isForm);
  });

  test('a region in it goes before that of the environment', () => {
    expect(codecommitUrl('codecommit::us-east-1://x', IRELAND)).toBe(`https://${HOST}/v1/repos/x`);
  });

  test('without a region that of the environment is taken', () => {
    expect(codecommitUrl('codecommit://x', IRELAND)).toBe('https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x');
  });

  test.each(['x', 'A_b-c.d', '0', '-x', '_', 'a..b', '.x', 'x'.repeat(100)])('the repository %s', (name) => {
    const url = codecommitUrl(`codecommit::us-east-1://${name}`, NOWHERE);

    expect(new URL(url).href).toBe(`https://${HOST}/v1/repos/${name}`);
  });
});

describe('regions and partitions', () => {
  test.each([
    ['us-east-1', 'amazonaws.com'],
    ['ap-southeast-5', 'amazonaws.com'],
    ['mx-central-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['cn-northwest-1', 'amazonaws.com.cn'],
    ['us-iso-east-1', 'c2s.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov'],
    ['us-isof-south-1', 'csp.hci.ic.gov'],
    ['eu-isoe-west-1', 'cloud.adc-e.uk'],
    ['eusc-de-east-1', 'amazonaws.eu'],
  ])('%s is at %s, with FIPS too, and is found again in the name', (region, suffix) => {
    const names = [false, true].map(
      (fips) => new URL(codecommitUrl(`codecommit::${region}://x`, { region: '', fips })).hostname,
    );

    expect(names).toEqual([`git-codecommit.${region}.${suffix}`, `git-codecommit-fips.${region}.${suffix}`]);
    expect(names.map(codecommitRegion)).toEqual([region, region]);
    expect(names.map(hostOf)).toEqual([CODECOMMIT, CODECOMMIT]);
  });
});

describe('what is refused', () => {
  test.each([
    ['codecommit::us-east-1://me@x'],
    ['codecommit://me@x'],
    ['codecommit::us-east-1://@x'],
    ['codecommit://me:secret@x'],
  ])('the profile in %s, with what to set instead', (text) => {
    expect(problem(text, IRELAND)).toMatch(/^names a profile.*leave it out, and set AWS_ACCESS_KEY_ID and AWS_SECRET/);
  });

  test.each([
    ['no name', 'codecommit::us-east-1://'],
    ['a slash in it', 'codecommit::us-east-1://a/b'],
    ['a slash after it', 'codecommit::us-east-1://a/'],
    ['a query', 'codecommit::us-east-1://a?b'],
    ['a fragment', 'codecommit::us-east-1://a#b'],
    ['a space', 'codecommit::us-east-1://a b'],
    ['a percent sign', 'codecommit::us-east-1://a%2Fb'],
    ['a line feed', 'codecommit::us-east-1://a\n'],
    ['101 characters', `codecommit::us-east-1://${'x'.repeat(101)}`],
    ['letters that are not ASCII', 'codecommit::us-east-1://ä'],
    ['two regions', 'codecommit::us-east-1::x://a'],
    ['a single colon', 'codecommit::us-east-1:/a'],
    ['the folder itself', 'codecommit::us-east-1://.'],
    ['the folder above', 'codecommit::us-east-1://..'],
  ])('%s as the repository', (_what, text) => {
    expect(problem(text, IRELAND)).toBe('names no repository: give codecommit::REGION://NAME');
  });

  test('no region anywhere', () => {
    expect(problem('codecommit://x')).toBe('names no region: give codecommit::REGION://NAME, or set AWS_REGION');
  });

  test.each([
    'us-east',
    'US-EAST-1',
    'us-east-1.evil.example',
    'us_east_1',
    '../x-y-1',
    'evil.example#-x-1',
    'us-east-1 ',
  ])('"%s" as the region, in the URL and in the environment', (region) => {
    expect(problem('codecommit://x', { region, fips: false })).toBe(
      'names an invalid region: regions look like us-east-1',
    );
    expect(problem(`codecommit::${region}://x`)).toMatch(/^names (?:an invalid region|no repository)/);
  });
});

describe('the URL as CodeCommit wants it', () => {
  const tidy = (url: string): string => tidyCodecommitUrl(new URL(url)).href;

  test.each([
    ['x', 'x'],
    ['x/', 'x'],
    ['x.git', 'x'],
    ['x.git/', 'x'],
    ['x.git//', 'x'],
    ['x.github', 'x.github'],
    ['x.git.y', 'x.git.y'],
    ['xgit', 'xgit'],
  ])('%s becomes %s', (given, wanted) => {
    expect(tidy(`https://${HOST}/v1/repos/${given}`)).toBe(`https://${HOST}/v1/repos/${wanted}`);
  });

  test('at a VPC endpoint too', () => {
    const host = 'vpce-0b47ea36-jkl88hez.git-codecommit-fips.us-east-1.vpce.amazonaws.com';

    expect(tidy(`https://${host}/v1/repos/x.git`)).toBe(`https://${host}/v1/repos/x`);
  });

  test('every other host keeps its own', () => {
    const url = new URL('https://github.com/me/x.git/');

    expect(tidyCodecommitUrl(url).href).toBe('https://github.com/me/x.git/');
    expect(tidy(`https://${HOST}.evil.example/v1/repos/x.git`)).toBe(`https://${HOST}.evil.example/v1/repos/x.git`);
  });

  test('what was given is not altered', () => {
    const url = new URL(`https://${HOST}/v1/repos/x.git`);

    tidyCodecommitUrl(url);

    expect(url.pathname).toBe('/v1/repos/x.git');
  });
});

describe('the names of its servers', () => {
  test.each([
    ['GIT-CODECOMMIT.US-EAST-1.AMAZONAWS.COM', 'us-east-1'],
    ['vpce-0b47ea36-jkl88hez.git-codecommit.us-east-1.vpce.amazonaws.com', 'us-east-1'],
    ['vpce-0b47ea36-jkl88hez-us-west-2b.git-codecommit.us-west-2.vpce.amazonaws.com', 'us-west-2'],
    ['vpce-0b47ea36.git-codecommit.cn-north-1.vpce.amazonaws.com.cn', 'cn-north-1'],
  ])('%s is in %s', (hostname, region) => {
    expect(codecommitRegion(hostname)).toBe(region);
    expect(hostOf(hostname)).toBe(CODECOMMIT);
  });

  test.each([
    `${HOST}.evil.example`,
    `${HOST}.cn.evil.example`,
    `evil-${HOST}`,
    `evil.${HOST}`,
    `vpce-1.evil.${HOST}`,
    'git-codecommit.us-east-1.amazonaws.com.evil',
    'git-codecommit.us-east-1.amazonawsxcom',
    'git-codecommitxus-east-1.amazonaws.com',
    'git-codecommit.us-east-1.evil.amazonaws.com',
    'git-codecommit.us-east-1.vpce.evil.amazonaws.com',
    'git-codecommit.amazonaws.com',
    'git-codecommit..amazonaws.com',
    'codecommit.us-east-1.amazonaws.com',
    'amazonaws.com',
    '',
  ])('"%s" is none', (hostname) => {
    expect(codecommitRegion(hostname)).toBeUndefined();
    expect(hostOf(hostname)).not.toBe(CODECOMMIT);
  });
});
