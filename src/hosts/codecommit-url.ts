import { withoutGit } from '../protocol/location.js';
import { Problem } from '../protocol/problem.js';
import { CODECOMMIT } from './codecommit.js';

/** Variables of the environment that decide where CodeCommit's repositories are. */
export interface AwsPlace {
  /** `AWS_REGION`, or `AWS_DEFAULT_REGION`; may be empty. */
  readonly region: string;
  /** Use endpoints validated by FIPS (`AWS_USE_FIPS_ENDPOINT`). */
  readonly fips: boolean;
}

// By the beginning of the region's name (docs.aws.amazon.com: "AWS partitions").
const SUFFIXES: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['eusc-', 'amazonaws.eu'],
];

// As git-remote-codecommit has it: codecommit::region://[profile@]repository, and codecommit://[profile@]repository.
const FORM = /^codecommit:(?::([^:/]*):)?\/\/(.*)$/;
const REGION = /^[a-z]{2,5}(?:-[a-z]+)+-\d{1,2}$/;
const REPOSITORY = /^(?!\.{1,2}$)[\w.-]{1,100}$/;

/** Tells whether a text has the form of git-remote-codecommit. */
export function isCodecommitForm(text: string): boolean {
  return /^codecommit:(?::|\/\/)/.test(text);
}

/**
 * The HTTPS URL of a repository that is given in the form of git-remote-codecommit.
 *
 * @throws {Problem} for a text that names no repository of CodeCommit
 */
export function codecommitUrl(text: string, place: AwsPlace): string {
  const [, named, rest = ''] = FORM.exec(text) ?? [];
  const beforeName = rest.lastIndexOf('@');
  const repository = rest.slice(beforeName + 1);
  if (!REPOSITORY.test(repository)) {
    throw new Problem('names no repository: give codecommit::REGION://NAME');
  }
  if (beforeName >= 0) {
    throw new Problem(
      'names a profile, but no configuration files of AWS are read: leave it out, and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  const region = named ?? place.region;
  if (region === '') {
    throw new Problem('names no region: give codecommit::REGION://NAME, or set AWS_REGION');
  }
  if (!REGION.test(region)) {
    throw new Problem('names an invalid region: regions look like us-east-1');
  }
  return `https://git-codecommit${place.fips ? '-fips' : ''}.${region}.${suffixOf(region)}/v1/repos/${repository}`;
}

/** A URL of CodeCommit as its server wants it: without `.git` and a slash at the end. */
export function tidyCodecommitUrl(url: URL): URL {
  if (!CODECOMMIT.hostname.test(url.hostname)) return url;
  const tidy = new URL(url);
  tidy.pathname = withoutGit(url.pathname);
  return tidy;
}

function suffixOf(region: string): string {
  return SUFFIXES.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'amazonaws.com';
}
