import { Validator, type Schema } from '@cfworker/json-schema';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { readMirrors, type PlacedEntry } from '../../src/list/document.js';
import { MIRRORS_SCHEMA, type MirrorEntry } from '../../src/list/schema.js';
import { pick, seeded } from '../random.js';

const TITLE = 'mirrors.yml';
const SECRET = 'glpat-0123456789abcdefghij';

/** An entry that says all there is to say. */
const FULL: Required<MirrorEntry> = {
  url: 'https://host.example/me/mirror.git',
  name: 'a name',
  enabled: true,
  token_variable: 'TOKEN',
  username: 'me',
  ssh_private_key_variable: 'KEY',
  ssh_known_hosts: 'host.example ssh-ed25519 AAAA',
  only_protected_branches: false,
  branches: ['main', '!wip/*'],
  mirror_branch_regex: '^main$',
  tags: ['v*'],
  keep_divergent_refs: true,
  prune: 'never',
  default_branch: 'never',
  lfs: 'always',
  lfs_url: 'https://lfs.example/me',
  push_options: ['ci.skip'],
};

const { properties } = MIRRORS_SCHEMA.items;

function read(text: string): { entries: readonly PlacedEntry[]; problems: readonly string[] } {
  const problems: string[] = [];
  const entries = readMirrors(text, TITLE, (problem) => problems.push(problem));
  return { entries, problems };
}

function entriesOf(text: string): MirrorEntry[] {
  const { entries, problems } = read(text);
  expect(problems).toEqual([]);
  return entries.map(({ entry }) => entry);
}

const problemsOf = (text: string): readonly string[] => {
  const { entries, problems } = read(text);
  if (problems.length > 0) expect(entries).toEqual([]);
  return problems;
};

const at = (line: number, column: number, sentence: string): string =>
  `${TITLE}, line ${line}, column ${column}: ${sentence}`;

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');

describe('a list that is right', () => {
  test.each([
    ['YAML', stringify([FULL])],
    ['YAML in brackets', stringify([FULL], { collectionStyle: 'flow' })],
    ['JSON', JSON.stringify([FULL], undefined, 2)],
    ['lines that end as on Windows', stringify([FULL]).replaceAll('\n', '\r\n')],
    ['a byte order mark, as editors on Windows leave it', `\ufeff${stringify([FULL])}`],
    ['a directive and comments', `%YAML 1.2\n--- # the mirrors\n${stringify([FULL])}...\n`],
    ['no line feed at the end', stringify([FULL]).trimEnd()],
    ['JSON in one line', JSON.stringify([FULL])],
    ['all lines indented', indented(stringify([FULL]))],
    ['all lines indented, behind empty ones', `\n  \n${indented(stringify([FULL]))}`],
    ['all lines indented, as on Windows', indented(stringify([FULL])).replaceAll('\n', '\r\n')],
    ['a byte order mark before the indentation', `\ufeff${indented(stringify([FULL]))}`],
    ['spaces and tabs behind lines', stringify([FULL]).replaceAll(/(?<=[^:|-])\n/g, ' \t \n')],
    ['a mark of a document before and behind', `---\n${stringify([FULL])}---\n`],
    ['marks behind, with comments', `${stringify([FULL])}...\n# the end\n--- # nothing\n\n...\n`],
    ['a mark behind, as on Windows', `${stringify([FULL])}---\n`.replaceAll('\n', '\r\n')],
  ])('%s', (_what, text) => {
    expect(entriesOf(text)).toEqual([FULL]);
  });

  test('what is not said is not there', () => {
    expect(entriesOf('- url: a\n- url: b\n  tags: []\n')).toEqual([{ url: 'a' }, { url: 'b', tags: [] }]);
  });

  test('anchors and aliases', () => {
    const text = lines('- url: a', "  branches: &some [main, 'release/*']", '- url: b', '  branches: *some');

    expect(entriesOf(text).map(({ branches }) => branches)).toEqual([
      ['main', 'release/*'],
      ['main', 'release/*'],
    ]);
  });

  describe('merge keys', () => {
    const base = lines('- &a', '  url: a', '  prune: never', '  tags: [v1]');

    test.each<[string, string, Record<string, unknown>]>([
      ['the attributes of another mirror', '- <<: *a\n  url: b\n', { url: 'b', prune: 'never', tags: ['v1'] }],
      ['also behind own attributes', '- url: b\n  tags: []\n  <<: *a\n', { url: 'b', prune: 'never', tags: [] }],
      ['all of them', '- <<: *a\n', { url: 'a', prune: 'never', tags: ['v1'] }],
      ['in brackets', '- {<<: *a, url: b}\n', { url: 'b', prune: 'never', tags: ['v1'] }],
      ['a mapping of its own', '- <<: {prune: always}\n  url: b\n', { url: 'b', prune: 'always' }],
      ['none of an empty list', '- <<: []\n  url: b\n', { url: 'b' }],
      [
        'several: the first one wins',
        '- <<: [{prune: always, lfs: never}, *a]\n  url: b\n',
        { url: 'b', prune: 'always', lfs: 'never', tags: ['v1'] },
      ],
      [
        'over several steps',
        '- &b\n  <<: *a\n  url: b\n  lfs: never\n- <<: *b\n  prune: merged\n',
        { url: 'b', prune: 'merged', lfs: 'never', tags: ['v1'] },
      ],
    ])('take over %s', (_what, text, entry) => {
      expect(entriesOf(base + text).at(-1)).toEqual(entry);
    });

    test('an attribute that was taken over has its place where its mirror begins', () => {
      const [, second] = read(`${base}- <<: *a\n  url: b\n`).entries;

      expect(second?.place('prune')).toBe(at(5, 3, '`prune`'));
      expect(second?.place('url')).toBe(at(6, 8, '`url`'));
    });

    test.each<[string, string, number, number, string]>([
      ['a text', '- <<: glpat\n  url: b\n', 5, 7, 'a text'],
      ['nothing', '- <<:\n  url: b\n', 5, 6, 'nothing'],
      ['the alias of a list', '- url: b\n  tags: &t [v1]\n- url: c\n  <<: [*t]\n', 8, 8, 'a list'],
      ['a list of texts', '- <<: [*a, glpat]\n  url: b\n', 5, 12, 'a text'],
    ])('%s is none to take over', (_what, text, line, column, noun) => {
      const sentence = `\`<<\` must be a mapping to take over, as in \`<<: *name\`, or a list of such, not ${noun}.`;

      expect(problemsOf(base + text)).toEqual([at(line, column, sentence)]);
    });

    test('a mistake that several take over is told once, where it stands', () => {
      const text = lines(
        '- &a',
        '  url: a',
        '  prune: nevr',
        '- &b',
        '  <<: *a',
        '- <<: [*a, *b]',
        '  urll: c',
        '- *a',
      );

      expect(problemsOf(text)).toEqual([
        at(3, 10, '`prune` is "nevr"; allowed are merged, never, always.'),
        expect.stringMatching(/^mirrors\.yml, line 7, column 3: `urll` is not an attribute/),
      ]);
    });

    test('a mirror without a URL of its own or another one', () => {
      expect(problemsOf('- &a\n  prune: never\n- <<: *a\n- <<: *a\n  url: b\n')).toEqual([
        at(2, 3, 'the mirror has no `url`.'),
        at(3, 3, 'the mirror has no `url`.'),
      ]);
    });

    test('work grows no faster than the list, also where mappings name each other twice', () => {
      const steps = Array.from(
        { length: 90 },
        (_, step) => `- &m${step + 1} {<<: [*m${step}, *m${step}], url: a${step}}`,
      );

      expect(entriesOf(lines('- &m0 {url: a, lfs: never}', ...steps))[90]).toEqual({ url: 'a89', lfs: 'never' });
    });

    test.each(['%YAML 1.1\n---\n', ''])('are followed whatever version of YAML is named: %j', (directive) => {
      expect(entriesOf(`${directive}${base}- <<: *a\n  url: b\n`).at(-1)).toMatchObject({ prune: 'never' });
    });
  });

  test.each(['no', 'off', 'yes', 'on'])('%s is a text, as YAML 1.2 has it', (text) => {
    expect(problemsOf(`- url: a\n  enabled: ${text}\n`)).toEqual([
      at(2, 12, `\`enabled\` must be true or false, not the text "${text}".`),
    ]);
  });

  test.each(['null', '~', ''])('a URL that is %j is none', (text) => {
    expect(problemsOf(`- url: ${text}\n`)).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 1, column [78]: `url` must be a text, not nothing\.$/),
    ]);
  });
});

describe('the place of an attribute', () => {
  const text = lines(
    '# comment',
    '- name: one',
    '  url: a',
    '-',
    '    url: b',
    '    tags:',
    '      - v*',
    '- {url: c, lfs: never}',
  );

  test.each<[number, keyof MirrorEntry, number, number]>([
    [0, 'url', 3, 8],
    [0, 'name', 2, 9],
    [1, 'url', 5, 10],
    [1, 'tags', 7, 7],
    [2, 'url', 8, 9],
    [2, 'lfs', 8, 17],
    // What an entry has not is missing where the entry begins.
    [0, 'prune', 2, 3],
    [1, 'token_variable', 5, 5],
    [2, 'name', 8, 3],
  ])('of entry %i, %s: line %i, column %i', (index, attribute, line, column) => {
    expect(read(text).entries[index]?.place(attribute)).toBe(at(line, column, `\`${attribute}\``));
  });

  test('is the same where lines end as on Windows', () => {
    expect(read(text.replaceAll('\n', '\r\n')).entries[1]?.place('tags')).toBe(at(7, 7, '`tags`'));
  });
});

test.each([
  ['a space without a break in the indentation', '- url: a\n\u00a0 name: b\n', 2, 1, '(U+00A0) is no space'],
  ['an ideographic space', '- url:\u3000a\n', 1, 7, '(U+3000) is no space'],
  ['a colon of full width', '- url\uff1aa\n', 1, 6, '(U+FF1A) is no colon'],
])('%s is told beside the mistake that it makes', (_, text, line, column, words) => {
  const { problems } = read(text);

  expect(problems).toHaveLength(2);
  expect(problems[1]).toContain(`line ${line}, column ${column}: this character ${words} to YAML`);
});

describe('one sentence for each mistake, with its line and column', () => {
  test.each<[string, string, number, number, string]>([
    ['nothing', '# only a comment\n', 1, 1, 'the list of mirrors must be a list, not nothing.'],
    ['no mirror', '[]', 1, 1, 'the list of mirrors is empty.'],
    [
      'a single mirror',
      'url: a\n',
      1,
      1,
      'the list of mirrors must be a list, not a mapping: begin each mirror with `- `, as in `- url:`.',
    ],
    [
      'a mapping around the list',
      'mirrors:\n  - url: a\n',
      1,
      1,
      'the list of mirrors must be a list, not a mapping: leave out what stands around the list, such as `mirrors:`.',
    ],
    ['a text', '"mirrors"', 1, 1, 'the list of mirrors must be a list, not a text: begin each mirror with `- url:`.'],
    [
      'a mirror that is a URL',
      '- https://host.example/a.git\n',
      1,
      3,
      'the mirror must be a mapping with a `url`, not a text: write `url:` and a space before the URL.',
    ],
    [
      'a tab behind spaces',
      '- url: a\n \tname: b\n',
      2,
      1,
      'this line is indented with a tab: YAML allows only spaces.',
    ],
    [
      'an alias of nothing',
      '- url: a\n  <<: *none\n',
      2,
      7,
      "in YAML, * begins the name of what stands behind an & above, and there is no such name: put the text in quotes, as in '*' or '!wip/*'.",
    ],
    ['a mirror without a URL', lines('- url: a', '- name: b'), 2, 3, 'the mirror has no `url`.'],
    ['an empty mirror', '- url: a\n- {}\n', 2, 3, 'the mirror has no `url`.'],
    ['a mirror that is a list', '- url: a\n- [b]\n', 2, 3, 'the mirror must be a mapping with a `url`, not a list.'],
    ['an empty URL', "- url: ''\n", 1, 8, '`url` is empty.'],
    ['a URL that is a number', '- url: 5\n', 1, 8, '`url` must be a text, not a number.'],
    ['a URL that is a list', '- url:\n    - a\n', 2, 5, '`url` must be a text, not a list.'],
    [
      'a flag in words',
      '- url: a\n  enabled: "true"\n',
      2,
      12,
      '`enabled` must be true or false, not the text "true".',
    ],
    [
      'a flag that is a number',
      '- url: a\n  enabled: 1\n',
      2,
      12,
      '`enabled` must be true or false, not the number 1.',
    ],
    [
      'patterns that are a text',
      '- url: a\n  branches: main\n',
      2,
      13,
      '`branches` must be a list, not the text "main".',
    ],
    ['patterns that are nothing', '- url: a\n  tags:\n  lfs: auto\n', 2, 8, '`tags` must be a list, not nothing.'],
    [
      'a pattern that is a number',
      '- url: a\n  tags: [v1, 2]\n',
      2,
      14,
      'one of `tags` must be a text (in quotes), not the number 2.',
    ],
    ['an empty pattern', '- url: a\n  tags:\n    - v*\n    - ""\n', 4, 7, 'one of `tags` is empty.'],
    ['another way to prune', '- url: a\n  prune: all\n', 2, 10, '`prune` is "all"; allowed are merged, never, always.'],
    ['a flag in its place', '- url: a\n  lfs: true\n', 2, 8, '`lfs` is true; allowed are auto, always, never.'],
    [
      'a token in place of its variable',
      `- url: a\n  token_variable: ${SECRET}\n`,
      2,
      19,
      '`token_variable` must be the name of an environment variable, not its value.',
    ],
    [
      'a token that is a number',
      '- url: a\n  token_variable: 20240501123456\n',
      2,
      19,
      '`token_variable` must be a text, not a number.',
    ],
    [
      'a variable as shells write it',
      '- url: a\n  token_variable: $TOKEN\n',
      2,
      19,
      '`token_variable` must be the name of an environment variable, not its value.',
    ],
    [
      'a name that is too long',
      `- url: a\n  name: ${'n'.repeat(101)}\n`,
      2,
      9,
      '`name` is longer than 100 characters.',
    ],
    ['too many', '- url: a\n'.repeat(101), 1, 1, 'the list of mirrors has more than 100.'],
  ])('%s', (_what, text, line, column, sentence) => {
    expect(problemsOf(text)).toEqual([at(line, column, sentence)]);
  });

  test.each<[string, string, string, number, number]>([
    ['that is none', '- url: a\n  urls: b\n', 'urls', 2, 3],
    ['written as an input is', '- {url: a, lfs-url: b}\n', 'lfs-url', 1, 12],
    ['in capitals', '- URL: a\n  url: b\n', 'URL', 1, 3],
    ['for a token', `- url: a\n  token: ${SECRET}\n`, 'token', 2, 3],
    ['of a mapping', '- url: a\n  auth:\n    token: b\n', 'auth', 2, 3],
    ['whose name is a number', '- url: a\n  7: b\n', '7', 2, 3],
    ['in a mapping to take over', '- url: a\n  <<: {nam: b}\n', 'nam', 2, 8],
  ])('an attribute %s', (_what, text, name, line, column) => {
    expect(problemsOf(text)).toEqual([
      at(
        line,
        column,
        `\`${name}\` is not an attribute of a mirror. The attributes are ${Object.keys(FULL).join(', ')}.`,
      ),
    ]);
  });

  test('of several mistakes each is told, in the order of the file', () => {
    const text = lines('- name: a', '- url: b', '  lfs: never!', '  branches: 1', '- url: [c]', '  color: red');

    expect(problemsOf(text)).toEqual([
      at(1, 3, 'the mirror has no `url`.'),
      at(3, 8, '`lfs` is "never!"; allowed are auto, always, never.'),
      at(4, 13, '`branches` must be a list, not the number 1.'),
      at(5, 8, '`url` must be a text, not a list.'),
      expect.stringContaining('line 6, column 3: `color` is not an attribute'),
    ]);
  });
});

describe('what is no YAML', () => {
  test.each<[string, string, number, number]>([
    ['a tab', '- url: a\n\tname: b\n', 2, 2],
    ['a quote without an end', '- url: "a\n- url: b\n', 3, 1],
    ['an attribute twice', '- url: a\n  url: b\n', 2, 3],
    ['a bracket without an end', '- url: a\n  tags: [v1\n', 3, 1],
    ['a wrong indentation', '- url: a\n name: b\n', 2, 1],
    ['two colons in a line', '- url: a\n  name: b: c\n', 2, 9],
    ['two documents', '- url: a\n---\n- url: b\n', 2, 1],
    ['a document behind an empty one', '- url: a\n---\n---\n- url: b\n', 2, 1],
    ['a sign that YAML keeps for itself', '- url: a\n  name: @b\n', 2, 9],
  ])('%s is one mistake, with line and column', (_what, text, line, column) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(`^mirrors\\.yml, line ${line}, column ${column}: .+\\.$`)]);
  });

  // Whoever writes patterns writes this, sooner or later.
  test.each<[string, string, number, number]>([
    ['* alone', '- url: a\n  tags: [*]\n', 2, 10],
    ['* alone in a line', '- url: a\n  branches:\n    - main\n    - *\n', 4, 7],
    ['* before a word', '- url: a\n  branches:\n    - *-stable\n', 3, 7],
    ['! before a word', '- url: a\n  branches:\n    - main\n    - !wip/*\n', 4, 7],
    ['! in brackets', '- url: a\n  tags: [!*]\n', 2, 10],
    ['! before two words', '- url: a\n  branches: [!wip x]\n', 2, 14],
  ])('a pattern without quotes, with %s: the message says what to do', (_what, text, line, column) => {
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(`^mirrors\\.yml, line ${line}, column ${column}: .*quotes`),
    ]);
  });

  test('a list of a megabyte and more is not read', () => {
    const line = '- url: https://host.example/a-mirror.git\n';

    expect(problemsOf(line.repeat(Math.ceil((1024 * 1024) / line.length) + 1))).toEqual([
      `${TITLE} is larger than 1 MiB.`,
    ]);
  });

  test('very many aliases', () => {
    const text = lines('- url: a', '  name: &a b', `  tags: [${'*a, '.repeat(2001)}]`);

    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 3, column \d+: more than 2000 aliases are in this list/),
    ]);
  });

  test.each([
    ['lists', '- '.repeat(5_000)],
    ['brackets', '['.repeat(5_000)],
    ['merge keys', `- ${'<<: {'.repeat(5_000)}`],
  ])('%s that are nested very deeply', (_what, text) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/nested too deeply\.$/)]);
  });

  test('an alias of what it stands in by a merge key', () => {
    expect(problemsOf('- &a\n  url: b\n  <<: *a\n')).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 3, column 7: this is an alias/),
    ]);
  });

  test('an alias before its anchor', () => {
    expect(problemsOf('- <<: *a\n  url: b\n- &a\n  url: c\n')).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 1, column 7: in YAML, \* begins the name of what/),
    ]);
  });

  test('an alias of what it stands in', () => {
    expect(problemsOf('- &a\n  url: b\n  tags: [*a]\n')).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 3, column 10: this is an alias/),
    ]);
  });

  test('of very many mistakes the first are told', () => {
    const problems = problemsOf('- 1\n'.repeat(99));

    expect(problems).toHaveLength(51);
    expect([problems[0], problems.at(-1)]).toEqual([
      at(1, 3, 'the mirror must be a mapping with a `url`, not a number.'),
      `${TITLE}: and 49 more mistakes.`,
    ]);
  });
});

describe('no message holds what should not be shown', () => {
  const url = `https://me:${SECRET}@host.example/x.git`;

  test.each<[string, string, string?]>([
    ['a list of URLs', `- ${url}\n`],
    ['a URL alone', `${url}\n`],
    ['a URL after a tab', `- name: a\n\turl: ${url}\n`],
    ['a URL at the wrong depth', `- name: a\n url: ${url}\n`],
    ['a URL for an alias', `- url: *${url}\n`],
    ['a URL to take over', `- url: a\n  <<: ${url}\n`],
    ['a token to take over', `- url: a\n  <<: ["${SECRET}"]\n`],
    ['a token taken over for its variable', `- &a\n  url: a\n  token_variable: ${SECRET}\n- <<: *a\n  url: b\n`],
    ['a URL with a tag', `- url: !${url}\n`],
    ['a URL in quotes that are broken', `- url: "${url}" ${SECRET}\n`],
    ['a URL in brackets', `- [${url}]\n`],
    ['a token for a key', `- url: a\n  ${SECRET}\n`],
    ['a token for an attribute', `- url: a\n  ${SECRET}: b\n`],
    ['a URL for an attribute', `- url: a\n  ${url}: b\n`],
    ['a URL for all attributes', `[{${url}}]`],
    ['a number for a URL', '- url: 20240501123456\n', '20240501123456'],
    ['a short password for a name', '- url: a\n  name: 5.25e9\n', '525'],
    ['a short password for a list', '- url: a\n  push_options: s3cr3tpass\n', 's3cr3tpass'],
    ['a short password for a user name', '- url: a\n  username: [s3cr3tpass]\n', 's3cr3tpass'],
    ['a short password in a choice', '- url: a\n  lfs: "s3cr3t:pass"\n', 's3cr3t'],
    ['a short password in an attribute', '- url: a\n  "me:s3cr3tpass": b\n', 's3cr3tpass'],
    ['a token in a wrong attribute', `- url: a\n  password: ${SECRET}\n`],
    ['a token for its variable', `- url: a\n  token_variable: ${SECRET}\n`],
    ['a token for a list', `- url: a\n  token_variable: [${SECRET}]\n`],
    ['a URL for a choice', `- url: a\n  lfs: ${url}\n`],
    ['a URL for patterns', `- url: a\n  branches: ${url}\n`],
    ['a URL for a flag', `- url: a\n  enabled: ${url}\n`],
    ['a document after another', `- url: a\n--- ${url}\n`],
    ['a text after the end', `[{url: a}] ${url}\n`],
    ['a directive', `%YAML ${SECRET}\n---\n- url: a\n`],
  ])('%s', (_what, text, secret = SECRET) => {
    const problems = problemsOf(text);

    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain(secret);
  });
});

/** What must not reach a terminal or a log from outside: control characters, line feeds among them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const SENTENCE = /^mirrors\.yml, line \d+, column \d+: \S.*\.$|^mirrors\.yml repeats itself/;

describe('what is hostile', () => {
  const names = [
    'a\nb',
    '\u001b[31mred',
    '::error::x',
    '\u202eabc',
    '%0A::error::',
    'a/b~c%2F',
    '__proto__',
    'constructor',
  ];

  test.each(names)('an attribute %j', (name) => {
    const problems = problemsOf(JSON.stringify([{ url: 'a' }]).replace('}', `,${JSON.stringify(name)}:1}`));

    expect(problems).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 1, column 13: (?:`[^`:/]+`|this) is not an attribute/),
    ]);
    expect(problems[0]).not.toMatch(UNSAFE);
  });

  test.each(names)('a value %j', (value) => {
    const problems = problemsOf(JSON.stringify([{ url: 'a', prune: value }]));

    expect(problems).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 1, column 21: `prune` (?:is "[a-z]+"; allowed are|must be one of) /),
    ]);
    expect(problems[0]).not.toMatch(UNSAFE);
  });

  test.each(['{"url": "\\ud800"}', '{"a": 1, "\\udc00": 1}'])('half of a character, in %s', (entry) => {
    expect(problemsOf(`[${entry}]`)).toEqual([
      expect.stringMatching(/^mirrors\.yml, line 1, column (?:10|11): this text has half of a character\.$/),
    ]);
  });

  test('texts thrown together: each mistake is a sentence in one line, and nothing is taken that the schema does not allow', () => {
    const random = seeded(20);
    const signs = '[ ] { } , " \' ! | > # % @ ? << &a *a'.split(' ');
    const spaces = ['- ', '  ', '\n', '\n  ', ': ', '!!str ', '---\n', '\t', '\r', '\0', '\ufeff'];
    const words = 'url name tags branches true null 1 0x1 \u001b[31m é \ud83d\ude00 url:\xa0a'.split(' ');
    const right = ['- url: a\n', '- url: b\n  tags: [v1]\n', '- {url: &a c}\n', '- url: *a\n', '# x\n'];
    const parts: [string, ...string[]] = ['url: a', ...signs, ...spaces, ...words, ...right, ...right, ...right];
    const text = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(random, parts)).join('');
    const schema = new Validator(MIRRORS_SCHEMA as unknown as Schema, '2020-12');
    const runs = Array.from({ length: 3000 }, () => read(text()));
    const taken = runs.filter(({ problems }) => problems.length === 0);
    const refused = runs.filter(({ problems }) => problems.length > 0);

    expect(taken.filter(({ entries }) => !schema.validate(entries.map(({ entry }) => entry)).valid)).toEqual([]);
    expect(refused.filter(({ entries }) => entries.length > 0)).toEqual([]);
    expect(
      refused.flatMap(({ problems }) => problems).filter((one) => UNSAFE.test(one) || !SENTENCE.test(one)),
    ).toEqual([]);
    expect([taken.length > 50, refused.length > 50]).toEqual([true, true]);
  });
});

describe('the schema', () => {
  const published: unknown = JSON.parse(readFileSync('docs/mirrors.schema.json', 'utf8'));

  test('is published as it is', () => {
    expect(published).toEqual(MIRRORS_SCHEMA);
  });

  test('has every attribute that is read, and no other', () => {
    expect(Object.keys(properties)).toEqual(Object.keys(FULL));
  });

  test.each(Object.entries(properties))('describes %s', (_name, property) => {
    expect(property.description).toMatch(/^[A-Z].*\.$/);
  });
});

describe('docs/mirrors.md', () => {
  const page = readFileSync('docs/mirrors.md', 'utf8');
  const schema = new Validator(JSON.parse(readFileSync('docs/mirrors.schema.json', 'utf8')) as Schema, '2020-12');
  const yaml = Array.from(page.matchAll(/^```yaml\n([^]*?)^```$/gm), ([, text = '']) => text);

  interface Workflow {
    readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
    readonly steps?: readonly Step[];
  }
  interface Step {
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
  }

  const stepsOf = (text: string): readonly Step[] => {
    const { jobs = {}, steps = [] } = parse(text) as Workflow;
    return [...steps, ...Object.values(jobs).flatMap((job) => job.steps)].filter(
      ({ with: given }) => given?.mirrors !== undefined,
    );
  };
  const files = yaml.filter((text) => Array.isArray(parse(text)));
  const inline = yaml
    .filter((text) => !files.includes(text))
    .flatMap(stepsOf)
    .map(({ with: given, env }) => ({ mirrors: String(given?.mirrors), env }))
    .filter(({ mirrors }) => mirrors.includes('\n'));

  test('has a file and lists in workflows', () => {
    expect([files.length, inline.length]).toEqual([2, 2]);
  });

  test.each([...files, ...inline.map(({ mirrors }) => mirrors)])('the example %j is right', (text) => {
    expect(schema.validate(parse(text, { merge: true })).errors).toEqual([]);
    expect(entriesOf(text)).not.toEqual([]);
  });

  test('a step has the variables that its list names, each from a secret of that name', () => {
    for (const { mirrors, env } of inline) {
      const named = entriesOf(mirrors).flatMap(({ token_variable: name }) => (name === undefined ? [] : [name]));
      expect(env).toEqual(Object.fromEntries(named.map((name) => [name, `\${{ secrets.${name} }}`])));
    }
  });

  test('every input that a step has is one', () => {
    const action = parse(readFileSync('action.yml', 'utf8')) as { readonly inputs: Readonly<Record<string, unknown>> };
    const inputs = Object.keys(action.inputs);
    const given = yaml.filter((text) => !files.includes(text)).flatMap(stepsOf);

    expect(given.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !inputs.includes(name))).toEqual([]);
  });

  test("has a row for every attribute, with the schema's words", () => {
    const [, table = ''] = /^\| attribute \|.*\n\|[-| ]+\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const rows = table
      .trimEnd()
      .split('\n')
      .map((row) => /^\| `(\w+)` \| .+ \| (.+) \|$/.exec(row)?.slice(1) ?? [row]);

    expect(rows.map(([name, words = '']) => [name, words])).toEqual(
      Object.entries(properties).map(([name, { description }]) => [name, description]),
    );
  });
});
