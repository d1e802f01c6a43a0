import { describe, expect, test } from '@jest/globals';
import { commandName } from '../../src/cli/names.js';
import { shownUrl } from '../../src/protocol/userinfo.js';
import { inputName } from '../../src/action/inputs.js';
import { ConfigurationError, parseOptions, type Options } from '../../src/options/options.js';
import { regexCompiler } from '../../src/options/selection.js';
import type { OptionNames, RawOptions } from '../../src/options/raw.js';
import { rawOptions, type GivenOptions } from '../raw-options.js';

const compile = await regexCompiler(true);
const SECRET = 'ghp_0123456789abcdef';

/** A source and a target that are right, and what else is given. */
function raw({ source, target, ...rest }: GivenOptions = {}): RawOptions {
  return rawOptions({
    source: { url: '/srv/source.git', ...source },
    target: { url: 'https://host.example/me/mirror.git', ...target },
    ...rest,
  });
}

const parsed = (given: GivenOptions = {}): Options => parseOptions(raw(given), commandName, '/folder', compile);

function problems(given: GivenOptions, names: OptionNames = commandName): readonly string[] {
  try {
    parseOptions(raw(given), names, '/folder', compile);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('what is right', () => {
  test('what is not given has the default of the contract', () => {
    expect(parsed()).toMatchObject({
      source: { location: { kind: 'local', path: '/srv/source.git' }, credentials: undefined },
      target: { location: { kind: 'http' }, credentials: undefined },
      policy: { keepDivergentRefs: false, prune: 'merged' },
      rules: { branches: [], tags: [], mirrorBranchRegex: undefined },
      dryRun: false,
      check: false,
      pushOptions: [],
      timeoutMs: 300_000,
    });
    expect(['refs/heads/a', 'refs/tags/a', 'refs/pull/1/head'].map(parsed().policy.select)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('what is given is taken', () => {
    const options = parsed({
      branches: ['main', 'release/*'],
      tags: ['!*'],
      keepDivergentRefs: 'true',
      prune: 'always',
      dryRun: 'TRUE',
      check: 'true',
      pushOptions: ['ci.skip'],
      timeout: '60',
      lfs: 'never',
    });

    expect(options).toMatchObject({
      policy: { keepDivergentRefs: true, prune: 'always' },
      dryRun: true,
      check: true,
      pushOptions: ['ci.skip'],
      timeoutMs: 60_000,
    });
    expect(['refs/heads/main', 'refs/heads/topic', 'refs/tags/v1'].map(options.policy.select)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each(['true', 'True', 'TRUE'])('%s is true', (text) => {
    expect(parsed({ keepDivergentRefs: text }).policy.keepDivergentRefs).toBe(true);
  });

  test.each(['false', 'False', 'FALSE', ''])('"%s" is false', (text) => {
    expect(parsed({ keepDivergentRefs: text }).policy.keepDivergentRefs).toBe(false);
  });

  test('a relative path starts from the folder', () => {
    expect(parsed({ source: { url: '.' } }).source.location).toEqual({ kind: 'local', path: '/folder' });
  });
});

describe('credentials', () => {
  const credentials = (target: GivenOptions['target']): unknown => parsed({ target: target ?? {} }).target.credentials;

  test.each([
    ['https://github.com/me/x.git', 'x-access-token'],
    ['https://gitlab.com/me/x.git', 'oauth2'],
    ['https://bitbucket.org/me/x.git', 'x-token-auth'],
    ['https://git.example/me/x.git', 'oauth2'],
  ])('for %s the user name is %s', (url, username) => {
    expect(credentials({ url, token: SECRET })).toEqual({ username, password: SECRET });
  });

  test.each([
    [
      'the option before the URL',
      { url: 'https://inurl@host.example/x.git', username: 'given', token: SECRET },
      'given',
    ],
    ['the URL before the default', { url: 'https://inurl@host.example/x.git', token: SECRET }, 'inurl'],
  ])('the user name comes from %s', (_what, target, username) => {
    expect(credentials(target)).toEqual({ username, password: SECRET });
  });

  test.each([
    ['the token before the URL', { url: 'https://u:inurl@host.example/x.git', token: SECRET }, SECRET],
    ['the URL, decoded', { url: 'https://u:p%40ss%2Fword@host.example/x.git' }, 'p@ss/word'],
  ])('the password comes from %s', (_what, target, password) => {
    expect(credentials(target)).toEqual({ username: 'u', password });
  });

  test('over SSH they are for the API of the host alone, and not of the user of SSH', () => {
    const given = { url: 'git@github.com:me/x.git', token: SECRET, username: 'me' };

    expect(credentials(given)).toEqual({ username: 'x-access-token', password: SECRET });
  });

  test.each([
    ['https://ghp_0123456789abcdef@github.com/me/x', 'x-access-token', 'ghp_0123456789abcdef'],
    ['https://github_pat_11A_bc@github.com/me/x', 'x-access-token', 'github_pat_11A_bc'],
    ['https://ghs_01:x-oauth-basic@github.com/me/x', 'x-access-token', 'ghs_01'],
    ['https://glpat-x_y-z@gitlab.com/me/x', 'oauth2', 'glpat-x_y-z'],
    [`https://${'0a'.repeat(20)}@codeberg.org/me/x`, 'oauth2', '0a'.repeat(20)],
  ])('%s has a token in the place of the user name', (url, username, password) => {
    expect(credentials({ url })).toEqual({ username, password });
  });

  test('none without a token, and none for what is neither HTTP nor SSH', () => {
    expect(credentials({ username: 'me' })).toBeUndefined();
    expect(credentials({ url: 'https://me@github.com/me/x' })).toBeUndefined();
    expect(credentials({ url: '/srv/x.git', token: SECRET })).toBeUndefined();
  });

  test('the URL that is asked holds none', () => {
    const { location } = parsed({ target: { url: `https://me:${SECRET}@host.example/x.git` } }).target;

    expect(location.kind === 'http' ? location.url.href : '').toBe('https://host.example/x.git');
  });

  test.each(['http://127.0.0.1:8080/x.git', 'http://localhost/x.git', 'http://[::1]/x.git', 'http://127.1.2.3/x.git'])(
    'a token may go unencrypted to %s',
    (url) => {
      expect(problems({ target: { url, token: SECRET } })).toEqual([]);
    },
  );

  test.each([
    ['http://host.example/x.git', { token: SECRET }],
    [`http://me:${SECRET}@host.example/x.git`, {}],
    ['http://localhost.host.example/x.git', { token: SECRET }],
    ['http://127.0.0.1.host.example/x.git', { token: SECRET }],
    ['http://10.0.0.1/x.git', { token: SECRET }],
    ['HTTP://host.example/x.git', { token: SECRET }],
  ])('a token may not go unencrypted to %s', (url, rest) => {
    expect(problems({ target: { url, ...rest } })).toEqual([
      expect.stringMatching(/<target>.*not encrypted.*use https/),
    ]);
  });

  test('without a token plain http is fine', () => {
    expect(problems({ target: { url: 'http://host.example/x.git' } })).toEqual([]);
  });
});

describe('problems', () => {
  test('are all reported together, each by the name of its option', () => {
    const all = problems({
      source: { url: '' },
      target: { url: 'ftp://host.example/x.git' },
      branches: ['!', 'refs/heads/main'],
      mirrorBranchRegex: '(',
      tags: ['refs/tags/v1'],
      onlyProtectedBranches: 'true',
      keepDivergentRefs: 'yes',
      prune: 'some',
      lfs: 'sometimes',
      dryRun: '1',
      pushOptions: ['a\nb'],
      timeout: '0',
    });

    expect(all.map((problem) => problem.split(/ "| is | and /)[0]).toSorted()).toEqual(
      [
        '<source>',
        '<target>',
        '--branch',
        '--branch',
        '--mirror-branch-regex',
        '--mirror-branch-regex',
        '--mirror-branch-regex',
        '--tag',
        '--keep-divergent-refs',
        '--prune',
        '--lfs',
        '--dry-run',
        '--push-option',
        '--timeout',
      ].toSorted(),
    );
    expect(new ConfigurationError(all).message).toBe(all.join('\n'));
  });

  test.each<[string, GivenOptions, RegExp]>([
    ['no source', { source: { url: '' } }, /^<source> is missing: give the repository's URL or path\.$/],
    [
      'no target',
      { target: { url: '' } },
      /^<target> is missing: give the repository's URL or path, or several mirrors as --mirrors\.$/,
    ],
    [
      'an unknown scheme',
      { target: { url: 'ftp://h/x' } },
      /^<target> "ftp:\/\/h\/x" has the scheme "ftp"; supported are https/,
    ],
    [
      'CodeCommit without anything to sign in with',
      { target: { url: 'codecommit::eu-west-1://x' } },
      /^<target> "codecommit::eu-west-1:\/\/x" is in CodeCommit, but there are no credentials: set AWS_ACCESS_KEY_ID/,
    ],
    ['a boolean that is none', { dryRun: 'yes' }, /^--dry-run is "yes"; allowed are true and false\.$/],
    ['another one', { check: '1' }, /^--check is "1"; allowed are true and false\.$/],
    ['a prune that is none', { prune: 'all' }, /^--prune is "all"; allowed are merged, never, always\.$/],
    ['an lfs that is none', { lfs: 'on' }, /^--lfs is "on"; allowed are auto, always, never\.$/],
    [
      'only protected branches',
      { onlyProtectedBranches: 'true' },
      /^--only-protected-branches asks the source's host .* the source "\/srv\/source\.git" is not there: name the branches with --branch/,
    ],
    ['an empty exclusion', { tags: ['!'] }, /^--tag "!" excludes nothing: a pattern must follow/],
    [
      'a full ref name',
      { branches: ['refs/heads/x'] },
      /^--branch "refs\/heads\/x" begins with "refs\/": patterns match the short name/,
    ],
    [
      'an expression that is none',
      { mirrorBranchRegex: '(?=x)' },
      /^--mirror-branch-regex "\(\?=x\)" is not an RE2 expression/,
    ],
    [
      'an expression that is too long',
      { mirrorBranchRegex: 'x'.repeat(256) },
      /^--mirror-branch-regex "x+" is longer than 255 characters/,
    ],
    ['no seconds', { timeout: '1.5' }, /^--timeout is "1\.5"; allowed are whole numbers from 1 to 86400\.$/],
    ['no time at all', { timeout: '0' }, /^--timeout is "0"; allowed/],
    ['too much time', { timeout: '86401' }, /^--timeout is "86401"; allowed/],
    ['exponents', { timeout: '1e3' }, /^--timeout is "1e3"; allowed/],
    ['a push option of two lines', { pushOptions: ['a\nb'] }, /^--push-option "a\\x0ab" contains a control character/],
    [
      'a push option that is too long',
      { pushOptions: ['x'.repeat(1001)] },
      /^--push-option "x+…" contains .* or is longer than 1000/,
    ],
    [
      'a user name with a colon',
      { target: { username: 'a:b', token: SECRET } },
      /user name for <target> contains a ":"/,
    ],
  ])('%s', (_what, given, message) => {
    expect(problems(given)).toEqual([expect.stringMatching(message)]);
  });

  test('names the inputs where it came through the action', () => {
    expect(problems({ target: { url: '' }, prune: 'x', dryRun: 'y' }, inputName)).toEqual([
      expect.stringContaining('`target-url`'),
      expect.stringContaining('`prune`'),
      expect.stringContaining('`dry-run`'),
    ]);
  });

  test.each<[string, GivenOptions, RegExp]>([
    ['branches', { branches: ['main'] }, /^--mirror-branch-regex and --branch exclude each other: give one of them\.$/],
    [
      'only protected branches',
      { onlyProtectedBranches: 'true' },
      /^--mirror-branch-regex and --only-protected-branches exclude each other: give one of them\.$/,
    ],
  ])('a regex and %s contradict each other', (_what, given, message) => {
    expect(problems({ mirrorBranchRegex: '^main$', ...given })).toContainEqual(expect.stringMatching(message));
  });

  test('a value that is shown is one line, and not endless', () => {
    const [problem = ''] = problems({ prune: `\u001b[31m\n${'x'.repeat(5000)}` });

    expect(problem).not.toMatch(/[\n\u001b]/);
    expect(problem.length).toBeLessThan(300);
  });
});

describe('secrets in what is shown', () => {
  test.each([
    [`https://me:${SECRET}@host.example/x.git`, 'https://*****:*****@host.example/x.git'],
    [`https://${SECRET}@host.example/x.git`, 'https://*****@host.example/x.git'],
    [`https://${SECRET}:@host.example/x.git`, 'https://*****:*****@host.example/x.git'],
    [`https://:${SECRET}@host.example/x.git`, 'https://*****:*****@host.example/x.git'],
    [`https://${SECRET}:x-oauth-basic@host.example/x.git`, 'https://*****:*****@host.example/x.git'],
    [`HTTPS://me:${SECRET}@host.example/x.git`, 'HTTPS://*****:*****@host.example/x.git'],
    [`ssh://git:${SECRET}@host.example/x.git`, 'ssh://*****:*****@host.example/x.git'],
    [`ftp://me:${SECRET}@host.example/x.git`, 'ftp://*****:*****@host.example/x.git'],
    [`me:${SECRET}@host.example:x.git`, '*****:*****@host.example:x.git'],
    ['ssh://git@host.example/x.git', 'ssh://git@host.example/x.git'],
    ['git@host.example:x.git', 'git@host.example:x.git'],
    ['https://host.example/x.git', 'https://host.example/x.git'],
    ['https://host.example/@scope/x.git', 'https://host.example/@scope/x.git'],
    ['/srv/x.git', '/srv/x.git'],
    // A query may hold a token as well.
    [`https://host.example/x.git?private_token=${SECRET}`, 'https://host.example/x.git?…'],
    [`https://host.example/x.git#${SECRET}`, 'https://host.example/x.git#…'],
    [`https://host.example?private_token=${SECRET}&mail=me@x.example`, 'https://*****@x.example'],
    [`host.example/x.git?private_token=${SECRET}`, 'host.example/x.git?…'],
    [`https://me:${SECRET}@host.example/x.git?a=b`, 'https://*****:*****@host.example/x.git?…'],
    // A port and a path, or a password: nobody can tell.
    [`https://127.0.0.1:9/${SECRET}@host/x.git`, 'https://*****:*****@host/x.git'],
    [`https://127.0.0.1:9?${SECRET}@host/x.git`, 'https://*****:*****@host/x.git'],
    [`https://me:9@x/${SECRET}@host/x.git`, 'https://*****:*****@host/x.git'],
    [`https:///me:${SECRET}@host/x.git`, 'https:///*****:*****@host/x.git'],
    [`https:me:${SECRET}@host/x.git`, '*****:*****@host/x.git'],
    [`https::https://me:${SECRET}@host/x.git`, 'https::https://*****:*****@host/x.git'],
    [`me:9/${SECRET}@host.example:x.git`, '*****:*****@host.example:x.git'],
    // And what is surely no password stays.
    ['https://host.example/group/pkg@1/x.git', 'https://host.example/group/pkg@1/x.git'],
    ['https://host.example:8443/x.git', 'https://host.example:8443/x.git'],
    ['https://[::1]/@scope/x.git', 'https://[::1]/@scope/x.git'],
    ['ssh://git@host.example:2222/group/pkg@1/x.git', 'ssh://git@host.example:2222/group/pkg@1/x.git'],
    ['git@host.example:group/pkg@1/x.git', 'git@host.example:group/pkg@1/x.git'],
    ['codecommit::us-east-1://me@x', 'codecommit::us-east-1://me@x'],
    ['file:///srv/a:b@c/x.git', 'file:///srv/a:b@c/x.git'],
    ['/srv/a:b@c/x.git', '/srv/a:b@c/x.git'],
    ['C:/a@b/x.git', 'C:/a@b/x.git'],
    ['../a?b#c', '../a?b#c'],
  ])('%s is shown as %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
  });

  // Generated passwords, those of CodeCommit for one, hold such characters; who pastes them gets an error, not a leak.
  test.each(['/', '/x/', '@', '?', '#', ':', '%', '[', ' ', '\\', '+/='])(
    'a password with an unencoded "%s" is not shown',
    (character) => {
      const url = `https://me:Zq7${character}Wv9pLmTr@host.example/x.git`;

      expect(shownUrl(url)).not.toMatch(/Zq7|Wv9pLmTr/);
      expect(problems({ target: { url } }).join()).not.toMatch(/Zq7|Wv9pLmTr/);
    },
  );

  test.each<[string, GivenOptions]>([
    ['in a URL with a query', { target: { url: `https://me:${SECRET}@host.example/x.git?a=b` } }],
    ['in a query', { target: { url: `https://host.example/x.git?private_token=${SECRET}` } }],
    ['in a query of a URL without its scheme', { target: { url: `host.example/x.git?private_token=${SECRET}` } }],
    ['behind what could be a port', { target: { url: `https://host.example:9/${SECRET}@x/?y` } }],
    ['in a URL that names no repository', { target: { url: `https://me:${SECRET}@host.example` } }],
    ['in a URL of an unknown scheme', { target: { url: `ftp://me:${SECRET}@host.example/x` } }],
    ['in a URL with a wrong port', { target: { url: `https://me:${SECRET}@host.example:port/x` } }],
    ['in a URL with a wrong percent sign', { target: { url: `https://me:${SECRET}%zz@host.example/x` } }],
    ['in a URL that is not encrypted', { target: { url: `http://me:${SECRET}@host.example/x` } }],
    [
      'in what could be a path that is not encrypted',
      { target: { url: `http://host.example:9/${SECRET}@x/y`, token: SECRET } },
    ],
    ['as a token that is not encrypted', { target: { url: 'http://host.example/x', token: SECRET } }],
  ])('%s a secret is masked', (_what, given) => {
    const all = problems(given);

    expect(all).toHaveLength(1);
    expect(all.join()).not.toContain(SECRET);
  });
});
