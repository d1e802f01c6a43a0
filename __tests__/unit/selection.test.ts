import { describe, expect, test } from '@jest/globals';
import { checkPattern, unmatched } from '../../src/options/patterns.js';
import { checkRegex, regexCompiler, selection } from '../../src/options/selection.js';
import { Problem } from '../../src/protocol/problem.js';

const compile = await regexCompiler(true);
const branches = (patterns: readonly string[], name: string): boolean =>
  selection({ branches: patterns, tags: [] })(`refs/heads/${name}`);
const regex = (mirrorBranchRegex: string, name: string): boolean =>
  selection({ branches: [], tags: [], mirrorBranchRegex }, compile)(`refs/heads/${name}`);

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('patterns', () => {
  test.each<[readonly string[], string, boolean]>([
    [[], 'anything/at/all', true],
    [['main'], 'main', true],
    [['main'], 'Main', false],
    [['main'], 'main2', false],
    [['main'], 'my/main', false],
    [['main'], 'main/2', false],
    [['*'], 'a/b/c', true],
    [['**'], 'a/b/c', true],
    [['release/*'], 'release/1', true],
    [['release/*'], 'release/1/2', true],
    [['release/*'], 'release/', true],
    [['release/*'], 'release', false],
    [['release/*'], 'my/release/1', false],
    [['*/fix'], 'a/b/fix', true],
    [['*/fix'], 'fix', false],
    [['a*b*c'], 'abc', true],
    [['a*b*c'], 'a-b-b-c', true],
    [['a*b*c'], 'acb', false],
    [['ab*ba'], 'aba', false],
    [['a*a'], 'a', false],
    [['a*aa*a'], 'aaa', false],
    [['a*aa*a'], 'aaaa', true],
    [['main', 'dev'], 'dev', true],
    [['main', 'dev'], 'topic', false],
    [['v1.2'], 'v1.2', true],
    [['v1.2'], 'v1x2', false],
    [['a+'], 'aa', false],
    [['a+'], 'a+', true],
    [['(x)|$'], '(x)|$', true],
    [['{a,b}'], 'a', false],
    [['{a,b}'], '{a,b}', true],
    [['ma!n'], 'ma!n', true],
    [['été'], 'été', true],
    [['été'], 'Été', false],
  ])('%j and %s: %s', (patterns, name, expected) => {
    expect(branches(patterns, name)).toBe(expected);
  });

  test.each<[readonly string[], string, boolean]>([
    [['!wip/*'], 'main', true],
    [['!wip/*'], 'wip/x', false],
    [['release/*', '!release/old-*'], 'release/new', true],
    [['release/*', '!release/old-*'], 'release/old-1', false],
    [['!release/old-*', 'release/*'], 'release/old-1', false],
    [['release/*', '!release/old-*'], 'main', false],
    [['!*'], 'main', false],
    [['main', '!*'], 'main', false],
    [['!!x'], '!x', false],
    [['!!x'], 'x', true],
  ])('excludes: %j and %s: %s', (patterns, name, expected) => {
    expect(branches(patterns, name)).toBe(expected);
  });

  test('branches and tags are selected by their own patterns', () => {
    const select = selection({ branches: ['main'], tags: ['v*'] });

    expect(
      ['refs/heads/main', 'refs/heads/v1', 'refs/tags/v1', 'refs/tags/main', 'refs/notes/v1', 'refs/heads/'].filter(
        select,
      ),
    ).toEqual(['refs/heads/main', 'refs/tags/v1']);
  });

  test('a name of 4,096 characters against a pattern made to be slow takes no time to speak of', () => {
    const name = `${'a'.repeat(4_000)}${'b'.repeat(96)}`;

    expect(milliseconds(() => expect(branches([`${'*a'.repeat(120)}*c`], name)).toBe(false))).toBeLessThan(500);
  });
});

describe('branches that a host makes for a while', () => {
  const QUEUED = 'gh-readonly-queue/main/pr-1-abc';

  test.each<[readonly string[], string | undefined, string, boolean]>([
    [[], undefined, QUEUED, false],
    [['*'], undefined, QUEUED, false],
    [['*/main/*'], undefined, QUEUED, false],
    [['!wip/*'], undefined, QUEUED, false],
    [['*', '!gh-readonly-queue/*'], undefined, QUEUED, false],
    [['gh-readonly-queue/*'], undefined, QUEUED, true],
    [['*', 'gh-readonly-queue/main/*'], undefined, QUEUED, true],
    [['gh-readonly-queue*'], undefined, QUEUED, true],
    [['gh-readonly-queue/*', '!*/pr-1-*'], undefined, QUEUED, false],
    [[], '.', QUEUED, false],
    [[], '^(main|gh-readonly-queue/.*)$', QUEUED, true],
    [[], undefined, 'main', true],
    [[], undefined, 'gh-readonly-queue', true],
    [[], undefined, 'my/gh-readonly-queue/x', true],
  ])('by %j or %j: %s: %s', (patterns, mirrorBranchRegex, name, expected) => {
    const select = selection({ branches: patterns, tags: [], mirrorBranchRegex }, compile, 'gh-readonly-queue/');

    expect(select(`refs/heads/${name}`)).toBe(expected);
    expect(select(`refs/tags/${name}`)).toBe(true);
  });

  test('elsewhere are like others', () => {
    expect(branches([], QUEUED)).toBe(true);
  });
});

describe('patterns that match nothing', () => {
  const NAMES = ['main', 'release/1', 'wip/x', "'odd'"];

  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['main', 'release/*'], []],
    [
      ['main', 'relase/*', 'dev', 'dev'],
      ['relase/*', 'dev'],
    ],
    [['*', 'Main'], ['Main']],
    // One that excludes may wait for names to come.
    [['!old/*', '!dev'], []],
    [
      ["'main'", '"main"', "!'wip/*'"],
      ["'main'", '"main"', "!'wip/*'"],
    ],
    [["'odd'", "!'odd'"], []],
  ])('of %j: %j', (patterns, left) => {
    expect(unmatched(patterns, NAMES)).toEqual(left);
  });
});

describe('mirror-branch-regex', () => {
  test.each([
    ['main', 'main', true],
    ['main', 'domain', true],
    ['^main$', 'domain', false],
    ['main', 'MAIN', false],
    ['(?i)main', 'MAIN', true],
    ['^release/\\d+$', 'release/12', true],
    ['^release/\\d+$', 'release/x', false],
    ['^(main|dev)$', 'dev', true],
    ['', 'anything', true],
  ])('%s and %s: %s', (expression, name, expected) => {
    expect(regex(expression, name)).toBe(expected);
  });

  test('says nothing about tags', () => {
    expect(selection({ branches: [], tags: [], mirrorBranchRegex: 'main' }, compile)('refs/tags/v1')).toBe(true);
  });

  test('takes a time that does not explode', () => {
    const name = `${'a'.repeat(4_095)}!`;

    expect(milliseconds(() => expect(regex('^(a+)+$', name)).toBe(false))).toBeLessThan(2_000);
    expect(milliseconds(() => expect(regex('^(a|aa|a?)*$', name)).toBe(false))).toBeLessThan(2_000);
  });
});

describe('checks', () => {
  test.each(['main', 'release/*', '!wip/*', '*', 'refs/x', 'heads/x'])('the pattern %s is one', (pattern) => {
    expect(() => checkPattern(pattern)).not.toThrow();
  });

  test.each(['', '!', 'refs/heads/main', 'refs/tags/v*', '!refs/heads/x'])(
    'the pattern %s can match nothing',
    (pattern) => {
      expect(() => checkPattern(pattern)).toThrow(Problem);
    },
  );

  test.each(['main', 'a'.repeat(255), '^(?:a|b)$', '\\p{Greek}'])('the expression %s is one', (expression) => {
    expect(() => checkRegex(expression, compile)).not.toThrow();
  });

  test.each([
    ['('],
    ['*a'],
    ['[z-a]'],
    ['a(?=b)'],
    ['(?<!a)b'],
    ['(a)\\1'],
    ['a{1001}'],
    ['((a{100}){100}){100}'],
    ['a'.repeat(256)],
  ])('the expression %s is none', (expression) => {
    expect(() => checkRegex(expression, compile)).toThrow(Problem);
  });

  test('an expression that is as costly as the limits allow is checked in bounded time', () => {
    expect(milliseconds(() => checkRegex('(a?){1000}'.repeat(25), compile))).toBeLessThan(5_000);
  });
});
