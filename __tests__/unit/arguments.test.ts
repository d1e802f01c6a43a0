import { describe, expect, test } from '@jest/globals';
import { posix, win32 } from 'node:path';
import { parseArguments, type Invocation } from '../../src/cli/arguments.js';
import { helpText } from '../../src/cli/help.js';
import { rawOptions } from '../raw-options.js';

type Mirroring = Extract<Invocation, { kind: 'mirror' }>;

function mirroring(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Mirroring {
  const invocation = parseArguments(args, environment);
  if (invocation.kind !== 'mirror') throw new Error(invocation.kind);
  return invocation;
}

const endsOf = (raw: Mirroring['raw']): string[] => [raw['source-url'], raw['target-url']];
const rawOf = (...args: readonly string[]): Mirroring['raw'] => mirroring(args).raw;

describe('parseArguments', () => {
  test('two repositories, and nothing else given', () => {
    expect(parseArguments(['a', 'b'], {})).toEqual({
      kind: 'mirror',
      json: false,
      verbose: false,
      problems: [],
      files: { report: '', dotenv: '' },
      raw: rawOptions({ source: { url: 'a' }, target: { url: 'b' } }),
    });
  });

  test.each<[readonly string[], Partial<Mirroring['raw']>]>([
    [['--only-protected-branches'], { 'only-protected-branches': 'true' }],
    [['--keep-divergent-refs'], { 'keep-divergent-refs': 'true' }],
    [['--dry-run'], { 'dry-run': 'true' }],
    [['--dry-run=false'], { 'dry-run': 'false' }],
    [['--check'], { check: 'true' }],
    [['--check=false'], { check: 'false' }],
    [['--branch', 'main', '--branch=release/*'], { branches: ['main', 'release/*'] }],
    [['--branch', '!wip'], { branches: ['!wip'] }],
    [['--tag', 'v*', '--tag', '!*'], { tags: ['v*', '!*'] }],
    [['--mirror-branch-regex', '^main$'], { 'mirror-branch-regex': '^main$' }],
    [['--mirror-branch-regex=-x'], { 'mirror-branch-regex': '-x' }],
    [['--prune', 'never', '--prune', 'always'], { prune: 'always' }],
    [['--lfs=never'], { lfs: 'never' }],
    [['--push-option', 'a=b', '--push-option=c'], { 'push-options': ['a=b', 'c'] }],
    [['--timeout', '5'], { timeout: '5' }],
  ])('%j, before the repositories and after them', (args, expected) => {
    for (const all of [
      [...args, 'a', 'b'],
      ['a', 'b', ...args],
      ['a', ...args, 'b'],
    ]) {
      expect(mirroring(all)).toMatchObject({ problems: [], raw: expected });
      expect(endsOf(rawOf(...all))).toEqual(['a', 'b']);
    }
  });

  test.each<[readonly string[], { json: boolean; verbose: boolean }]>([
    [['--json'], { json: true, verbose: false }],
    [['--verbose'], { json: false, verbose: true }],
    [['-v'], { json: false, verbose: true }],
  ])('%j', (args, expected) => {
    expect(mirroring(['a', 'b', ...args])).toMatchObject(expected);
  });

  test.each<[readonly string[], { readonly raw?: Partial<Mirroring['raw']>; readonly files?: Mirroring['files'] }]>([
    [['--mirrors', 'mirrors.yml'], { raw: { mirrors: 'mirrors.yml', 'max-parallel': '' } }],
    [['--mirrors=a', '--mirrors=b', '--max-parallel=8'], { raw: { mirrors: 'b', 'max-parallel': '8' } }],
    [['--report', 'r.json'], { files: { report: 'r.json', dotenv: '' } }],
    [['--dotenv=push-mirror.env'], { files: { report: '', dotenv: 'push-mirror.env' } }],
  ])('%j, with a source alone', (args, expected) => {
    for (const all of [
      [...args, 'a'],
      ['a', ...args],
    ]) {
      expect(mirroring(all)).toMatchObject({ problems: [], ...expected });
      expect(endsOf(rawOf(...all))).toEqual(['a', '']);
    }
  });

  test.each<[readonly string[], Invocation['kind']]>([
    [['--help'], 'help'],
    [['-h'], 'help'],
    [['--version'], 'version'],
    [['--help', '--version'], 'help'],
    [['a', 'b', '--nonsense', '--help'], 'help'],
  ])('%j: %s', (args, kind) => {
    expect(parseArguments(args, {}).kind).toBe(kind);
  });

  test('after -- everything is a repository', () => {
    expect(rawOf('--', '--dry-run', '-h')).toMatchObject({
      'dry-run': '',
      'source-url': '--dry-run',
      'target-url': '-h',
    });
  });

  test('secrets come from the environment', () => {
    const environment = {
      PUSH_MIRROR_SOURCE_TOKEN: 'st',
      PUSH_MIRROR_SOURCE_USERNAME: 'su',
      PUSH_MIRROR_TARGET_TOKEN: 'tt',
      PUSH_MIRROR_TARGET_USERNAME: 'tu',
      PUSH_MIRROR_SSH_PRIVATE_KEY: 'key',
      PUSH_MIRROR_SSH_KNOWN_HOSTS: 'hosts',
    };

    expect(mirroring(['a', 'b'], environment).raw).toMatchObject({
      ...{ 'source-url': 'a', 'source-username': 'su', 'source-token': 'st' },
      ...{ 'target-url': 'b', username: 'tu', token: 'tt' },
      ...{ 'ssh-private-key': 'key', 'ssh-known-hosts': 'hosts' },
    });
  });

  test.each<[readonly string[], readonly (RegExp | string)[]]>([
    [['a', 'b', '--nonsense'], [/^--nonsense is not an option: see push-mirror --help\.$/]],
    [['a', 'b', '--token=secret'], [/^--token is not an option/]],
    [['a', 'b', '-x'], [/^-x is not an option/]],
    [['a', 'b', 'c'], [/also "c"/]],
    [['a', 'b', '--prune'], [/^--prune needs a value/]],
    [
      ['a', 'b', 'c', '--nonsense', '--branch'],
      [/--nonsense/, /--branch needs a value/, /"c"/],
    ],
    [['a', 'b', '--nonsense\u001b[31m'], [/^--nonsense… is not an option/]],
    [['a', 'b', 'https://me:s3cr3tpass@h.example/x'], [/also "https:\/\/\*{5}:\*{5}@h\.example\/x"/]],
    [['a', 'b', '--prunehttps://me:s3cr3tpass@h.example/x'], [/^--prunehttps… is not an option/]],
    [['a', 'b', '--branches=main'], [/^--branches is not an option: did you mean --branch\?$/]],
    [['a', 'b', '--toString'], [/^--toString is not an option: see/]],
    [['a', 'b', '--__proto__'], [/^--__proto__ is not an option/]],
  ])('%j: all problems at once', (args, problems) => {
    expect(mirroring(args).problems).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  // Else `--dry-run="$DRY"` mirrors in earnest where the variable is empty.
  test.each([
    'dry-run',
    'check',
    'keep-divergent-refs',
    'only-protected-branches',
    'allow-insecure-http',
    'json',
    'verbose',
  ])('--%s= with nothing behind it is a mistake', (name) => {
    expect(mirroring([`--${name}=`, 'a', 'b']).problems).toEqual([
      `--${name}= needs true or false after the "=", or no "=".`,
    ]);
  });

  test.each([
    ['--json', true, []],
    ['--json=true', true, []],
    ['--json=false', false, []],
    ['--json=yes', false, ['--json takes true or false, or no value.']],
    ['--verbose=1', false, ['--verbose takes true or false, or no value.']],
  ])('%s', (option, expected, problems) => {
    const { json, verbose, problems: told } = mirroring([option, 'a', 'b']);

    expect([json || verbose, told]).toEqual([expected, problems]);
  });

  test('line ends and spaces around a token and a user name do not count', () => {
    const environment = { PUSH_MIRROR_TARGET_TOKEN: '\r\n s3cret\n', PUSH_MIRROR_TARGET_USERNAME: ' me ' };

    expect(mirroring(['a', 'b'], environment).raw).toMatchObject({ token: 's3cret', username: 'me' });
  });

  // Else "--branch --dry-run a b" mirrors in earnest.
  test.each([
    '--branch',
    '--tag',
    '--mirror-branch-regex',
    '--prune',
    '--push-option',
    '--mirrors',
    '--max-parallel',
    '--report',
    '--dotenv',
  ])('an option is not taken for the value of %s', (option) => {
    expect(mirroring([option, '--dry-run', 'a', 'b']).problems).toEqual([expect.stringContaining(option)]);
  });
});

describe('helpText', () => {
  const HELP = helpText();

  test.each([
    '--branch PATTERN',
    '--tag PATTERN',
    '--mirror-branch-regex',
    '--only-protected-branches',
    '--keep-divergent-refs',
    '--prune',
    '--lfs',
    '--mirrors LIST',
    '--max-parallel N',
    '--dry-run',
    '--check',
    '--report FILE',
    '--dotenv FILE',
    '--push-option',
    '--timeout',
    '--json',
    '--verbose',
    '--help',
    '--version',
  ])('tells %s', (option) => {
    expect(HELP).toContain(option);
  });

  test('fits into a terminal', () => {
    expect(HELP.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('single quotes, which cmd.exe leaves in a value', () => {
  const problemsOn = (style: typeof posix, ...args: readonly string[]): readonly string[] => {
    const invocation = parseArguments(['a', 'b', ...args], {}, style);
    return invocation.kind === 'mirror' ? invocation.problems : [];
  };

  test.each([
    [['--branch', "'main'"], '--branch'],
    [["--branch='release/*'"], '--branch'],
    [['--tag', 'v1', '--tag', "'v*'"], '--tag'],
    [['--prune', "'never'"], '--prune'],
    [['--mirrors', "'list.yml'"], '--mirrors'],
    [['--report', "'a"], '--report'],
  ])('%j', (args, name) => {
    expect(problemsOn(win32, ...args)).toEqual([
      `${name} begins with a single quote, which cmd.exe passes on as a part of the value: write ${name} "…".`,
    ]);
    expect(problemsOn(posix, ...args)).toEqual([]);
  });

  test.each([["it's"], ['main'], ['"main"']])('%s begins with none', (value) => {
    expect(problemsOn(win32, '--branch', value)).toEqual([]);
  });
});
