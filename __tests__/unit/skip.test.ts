import { describe, expect, test } from '@jest/globals';
import { canSignIn, reasonToSkip, type JobOrigin } from '../../src/action/skip.js';
import { readSurroundings } from '../../src/options/surroundings.js';
import { rawOptions, type GivenOptions } from '../raw-options.js';

const MIRROR = 'https://gitlab.example/me/mirror.git';
const OWN: JobOrigin = { actor: 'me', payload: { repository: { fork: false } } };

/** As the door asks: only where there is nothing to sign in with. */
function reason(job: Partial<JobOrigin>, given: GivenOptions = {}): string | undefined {
  const { target, ...rest } = given;
  const raw = rawOptions({ target: { url: MIRROR, ...target }, ...rest });
  return canSignIn(raw) ? undefined : reasonToSkip({ ...OWN, ...job });
}

const pullRequest = (head: unknown): JobOrigin['payload'] => ({
  pull_request: { head, base: { repo: { full_name: 'me/project' } } },
});
const DEPENDABOT = { actor: 'dependabot[bot]' };

describe('a job without secrets is passed over', () => {
  test.each<[string, Partial<JobOrigin>, RegExp]>([
    ['of Dependabot', DEPENDABOT, /^Nothing is mirrored: runs of Dependabot get no secrets/],
    [
      'for a pull request from a fork',
      { payload: pullRequest({ repo: { full_name: 'you/project' } }) },
      /^Nothing is mirrored: runs for pull requests from forks get no secrets/,
    ],
    [
      'for a pull request from a fork that is gone',
      { payload: pullRequest({ repo: null }) },
      /pull requests from forks get no secrets/,
    ],
    [
      'in a fork',
      { payload: { repository: { fork: true } } },
      /^Nothing is mirrored: this is a fork, which does not have the secrets/,
    ],
  ])('%s', (_what, job, message) => {
    expect(reason(job)).toMatch(message);
  });

  test('also where the URL of the mirror is itself a secret', () => {
    expect(reason(DEPENDABOT, { target: { url: '' } })).toMatch(/Dependabot/);
  });

  test('also where the URL names a user, for a token that is not there: that is no sign-in', () => {
    expect(reason(DEPENDABOT, { target: { url: 'ssh://git@gitlab.example/me/mirror.git' } })).toMatch(/Dependabot/);
    expect(reason(DEPENDABOT, { target: { url: 'https://me@gitlab.example/me/mirror.git' } })).toMatch(/Dependabot/);
  });
});

describe('a job that can sign in, or should be able to, runs', () => {
  test.each<[string, Partial<JobOrigin>, GivenOptions]>([
    ['with a token, in a fork', { payload: { repository: { fork: true } } }, { target: { token: 'secret' } }],
    ['with a key, of Dependabot', DEPENDABOT, { target: { sshPrivateKey: 'key' } }],
    ['with a password in the URL', DEPENDABOT, { target: { url: 'https://me:secret@gitlab.example/x.git' } }],
    ['to a folder', DEPENDABOT, { target: { url: './mirror.git' } }],
    ['to an absolute path', DEPENDABOT, { target: { url: '/srv/mirror.git' } }],
    ['to a folder without a slash in it', DEPENDABOT, { target: { url: 'mirror.git' } }],
    ['to a folder below the home folder', DEPENDABOT, { target: { url: '~/mirror.git' } }],
    ['to a drive of Windows', DEPENDABOT, { target: { url: 'C:\\mirrors\\x.git' } }],
    ['to a share of Windows', DEPENDABOT, { target: { url: '\\\\server\\share\\x.git' } }],
    ['to a file URL', DEPENDABOT, { target: { url: 'file:///srv/mirror.git' } }],
    ['without a token, in its own repository', {}, {}],
    ['for a pull request of its own', { payload: pullRequest({ repo: { full_name: 'me/project' } }) }, {}],
    ['without a payload', { payload: {} }, {}],
  ])('%s', (_what, job, given) => {
    expect(reason(job, given)).toBeUndefined();
  });

  test('with AWS credentials from the environment', () => {
    const surroundings = readSurroundings({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' });

    expect(reason(DEPENDABOT, { surroundings, target: { url: 'codecommit::us-east-1://x' } })).toBeUndefined();
  });
});
