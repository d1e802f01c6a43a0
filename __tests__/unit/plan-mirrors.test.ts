import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { inputName } from '../../src/action/inputs.js';
import { commandName } from '../../src/cli/names.js';
import { ConfigurationError, type Options } from '../../src/options/options.js';
import { readMirrors } from '../../src/list/document.js';
import { readGiven, type GivenMirrors, type ListSettings, type MirrorPlan } from '../../src/list/plan-mirrors.js';
import { normalizePrivateKey } from '../../src/protocol/programs/ssh-key.js';
import { regexCompiler } from '../../src/options/selection.js';
import { rawOptions, type GivenOptions } from '../raw-options.js';
import { Scratch } from '../repositories/git.js';

const compileRegex = await regexCompiler(true);
const SECRET = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const OTHER = 'a+second/secret=for%others';
const [KEY, OWN_KEY] = [privateKey(), privateKey()];
const KNOWN = 'host.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const HTTPS = 'https://host.example/me/one.git';
const SSH = 'ssh://git@host.example/me/two.git';

/** A private key as ssh takes it. */
function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return normalizePrivateKey(key.export({ type: 'sec1', format: 'pem' }).toString());
}

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
});

afterEach(() => {
  scratch.remove();
});

/** What a test may set beside the list. */
interface Beside {
  readonly options?: GivenOptions;
  readonly maxParallel?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly door?: 'command' | 'action';
}

function settingsOf({ environment = {}, door = 'command' }: Beside): ListSettings {
  return { names: door === 'command' ? commandName : inputName, environment, folder: scratch.path, compileRegex };
}

function given(mirrors: string, beside: Beside): GivenMirrors {
  const { options: { source, ...rest } = {}, maxParallel = '' } = beside;
  const raw = rawOptions({ mirrors, maxParallel, source: { url: '/srv/source.git', ...source }, ...rest });
  return readGiven(raw, settingsOf(beside), mirrors === '' ? undefined : readMirrors);
}

function planOf(mirrors: string, beside: Beside = {}): MirrorPlan {
  return given(mirrors, beside).plan();
}

function problemsOf(mirrors: string, beside: Beside = {}): readonly string[] {
  try {
    planOf(mirrors, beside);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** The options of the one mirror of a list. */
function only(mirror: string, beside: Beside = {}): Options {
  const { mirrors } = planOf(`- ${mirror}\n`, beside);
  if (mirrors.length !== 1) throw new Error(`${mirrors.length} mirrors`);
  return mirrors[0]!.options;
}

const names = (plan: MirrorPlan): (string | undefined)[] => plan.mirrors.map(({ name }) => name);

describe('without a list', () => {
  test('there is one mirror, without a name', () => {
    const plan = planOf('', { options: { target: { url: HTTPS, token: SECRET } } });

    expect(plan).toMatchObject({ isList: false, disabled: [], maxParallel: 1 });
    expect(names(plan)).toEqual([undefined]);
    expect(plan.mirrors[0]?.options.target).toMatchObject({ display: HTTPS, credentials: { password: SECRET } });
  });

  test('and it must be right', () => {
    expect(problemsOf('')).toEqual([expect.stringContaining('<target> is missing')]);
  });
});

describe('where the list is', () => {
  const LIST = `- url: ${HTTPS}\n- url: ${SSH}\n`;

  test.each([
    ['in lines', LIST],
    ['in lines after an empty one', `\n${LIST}`],
    ['in lines that are indented', LIST.replaceAll(/^(?=.)/gm, '  ')],
    ['in one line', `- url: ${HTTPS}`],
    ['in one line that is indented', `  - url: ${HTTPS}`],
    ['in brackets', `[{ url: ${HTTPS} }, { url: "${SSH}" }]`],
  ])('inline, %s', (_what, text) => {
    expect(names(planOf(text))[0]).toBe(HTTPS);
    expect(planOf(text).isList).toBe(true);
  });

  test.each(['mirrors.yml', './mirrors.yml', 'a folder/mirrors: all.yml', '.github/mirrors.json'])(
    'in the file %s',
    (path) => {
      for (const folder of ['a folder', '.github']) mkdirSync(scratch.join(folder));
      writeFileSync(scratch.join(path), path.endsWith('.json') ? JSON.stringify([{ url: HTTPS }]) : LIST);

      expect(names(planOf(path))[0]).toBe(HTTPS);
      expect(names(planOf(scratch.join(path)))[0]).toBe(HTTPS);
    },
  );

  test('in a file whose name has spaces around it, as in a variable', () => {
    writeFileSync(scratch.join('mirrors.yml'), LIST.replaceAll(/^(?=.)/gm, '  '));

    expect(names(planOf('  mirrors.yml '))[0]).toBe(HTTPS);
  });

  test('messages speak of the file, or of where it was given', () => {
    writeFileSync(scratch.join('mirrors.yml'), '- url: a\n  prune: all\n');
    const sentence = 'line 2, column 10: `prune` is "all"; allowed are merged, never, always.';

    expect(problemsOf('mirrors.yml')).toEqual([`mirrors.yml, ${sentence}`]);
    expect(problemsOf('- url: a\n  prune: all\n')).toEqual([`--mirrors, ${sentence}`]);
    expect(problemsOf('- url: a\n  prune: all\n', { door: 'action' })).toEqual([`\`mirrors\`, ${sentence}`]);
  });

  test.each<[string, string, 'command' | 'action', string]>([
    [
      'a file that is not there',
      'mirrors.yaml',
      'command',
      '--mirrors is "mirrors.yaml", which is neither a file nor a list of mirrors.',
    ],
    [
      'the same, as an input',
      'a.yml',
      'action',
      '`mirrors` is "a.yml", which is neither a file nor a list of mirrors.',
    ],
    ['a folder', '.', 'command', '--mirrors is ".", which is neither a file nor a list of mirrors.'],
    [
      'one mirror, and no list',
      `url: ${HTTPS}`,
      'command',
      `--mirrors is "url: ${HTTPS}", which is neither a file nor a list of mirrors.`,
    ],
    ['escapes', '\u001b[31mx', 'command', '--mirrors is "\\x1b[31mx", which is neither a file nor a list of mirrors.'],
    ['a name with a zero', 'a\0b', 'command', '--mirrors is "a\\x00b", which is neither a file nor a list of mirrors.'],
  ])('%s', (_what, given, door, sentence) => {
    expect(problemsOf(given, { door })).toEqual([sentence]);
  });

  test('a file as Windows PowerShell writes it', () => {
    writeFileSync(scratch.join('mirrors.yml'), `\ufeff${LIST}`, 'utf16le');

    expect(problemsOf('mirrors.yml')).toEqual([
      '--mirrors "mirrors.yml" is a file in UTF-16, as Windows PowerShell writes them: save it as UTF-8 (`Out-File -Encoding utf8`).',
    ]);
  });

  test('a file that may not be read', () => {
    writeFileSync(scratch.join('mirrors.yml'), LIST);
    chmodSync(scratch.join('mirrors.yml'), 0);
    const told = '--mirrors is "mirrors.yml", which is neither a file nor a list of mirrors.';

    // Who is root may read it all the same.
    expect(problemsOf('mirrors.yml')).toEqual(process.getuid?.() === 0 ? [] : [told]);
  });

  test.each([
    `url: https://me:${OTHER}@host.example/x.git`,
    `https://me:${OTHER}@host.example/x.git`,
    `url: https://${SECRET}@host.example/x.git`,
  ])('a password in what is no list is not shown: %s', (given) => {
    const told = problemsOf(given).join('\n');

    expect(told).toMatch(/^--mirrors is ".*host\.example.*", which is neither a file nor a list of mirrors\.$/);
    expect(told).not.toContain(OTHER);
    expect(told).not.toContain(SECRET);
  });
});

describe('what a mirror takes from the options, and what it says itself', () => {
  const GIVEN: GivenOptions = {
    tags: ['v*'],
    keepDivergentRefs: 'true',
    prune: 'never',
    lfs: 'always',
    pushOptions: ['ci.skip'],
    timeout: '7',
    dryRun: 'true',
    check: 'true',
    target: { sshPrivateKey: KEY, sshKnownHosts: KNOWN },
  };

  test('nothing is given: the defaults', () => {
    expect(only(`url: ${HTTPS}`)).toMatchObject({
      target: { display: HTTPS, credentials: undefined },
      source: { display: '/srv/source.git' },
      policy: { keepDivergentRefs: false, prune: 'merged' },
      rules: { branches: [], tags: [], mirrorBranchRegex: undefined },
      lfs: 'auto',
      lfsUrl: undefined,
      pushOptions: [],
      dryRun: false,
      check: false,
    });
  });

  test('it says nothing: what the options say', () => {
    const options = only(`url: ${SSH}`, { options: GIVEN });

    expect(options).toMatchObject({
      policy: { keepDivergentRefs: true, prune: 'never' },
      rules: { tags: ['v*'] },
      lfs: 'always',
      pushOptions: ['ci.skip'],
      timeoutMs: 7000,
      dryRun: true,
      check: true,
      target: { sshPrivateKey: KEY, sshKnownHosts: KNOWN },
    });
  });

  test.each<[string, Partial<Record<keyof Options, unknown>>]>([
    ['keep_divergent_refs: false', { policy: { keepDivergentRefs: false, prune: 'never' } }],
    ['prune: always', { policy: { keepDivergentRefs: true, prune: 'always' } }],
    ['tags: ["!*"]', { rules: { tags: ['!*'] } }],
    ['tags: []', { rules: { tags: [] } }],
    ['lfs: never', { lfs: 'never' }],
    ['push_options: []', { pushOptions: [] }],
    ['push_options: [a, b=c]', { pushOptions: ['a', 'b=c'] }],
    ['lfs_url: https://lfs.example/x', { lfsUrl: { url: new URL('https://lfs.example/x') } }],
    [`ssh_known_hosts: '@revoked ${KNOWN}'`, { target: { sshKnownHosts: `@revoked ${KNOWN}` } }],
  ])('it says %s', (attribute, expected) => {
    const options = only(`url: ${SSH}\n  ${attribute}`, { options: GIVEN });

    const { select: _, ...policy } = options.policy;
    expect({ ...options, policy }).toMatchObject(expected);
    expect(options.timeoutMs).toBe(7000);
  });

  test('user name and token', () => {
    const environment = { TOKEN: SECRET, UNUSED: OTHER };

    expect(only(`{ url: ${HTTPS}, username: me, token_variable: TOKEN }`, { environment }).target.credentials).toEqual({
      username: 'me',
      password: SECRET,
    });
    expect(only(`url: ${HTTPS}`, { environment }).target.credentials).toBeUndefined();
  });

  test('line ends and spaces around a token do not count', () => {
    const environment = { TOKEN: `${SECRET}\n`, NONE: ' \n' };

    expect(only(`{ url: ${HTTPS}, token_variable: TOKEN }`, { environment }).target.credentials?.password).toBe(SECRET);
    expect(problemsOf(`- { url: ${HTTPS}, token_variable: NONE }`, { environment })).toEqual([
      expect.stringContaining('names NONE, which is not set in the environment, or is empty.'),
    ]);
  });

  test('a key of its own, and one for all others', () => {
    const list = `- url: ${SSH}\n  ssh_private_key_variable: OWN\n- url: ssh://git@other.example/x.git\n`;
    const { mirrors } = planOf(list, { options: { target: { sshPrivateKey: KEY } }, environment: { OWN: OWN_KEY } });

    expect(mirrors.map(({ options }) => options.target.sshPrivateKey)).toEqual([OWN_KEY, KEY]);
  });

  describe('which branches', () => {
    const select = (attributes: string, options: GivenOptions): string[] => {
      const { policy } = only(`url: ${HTTPS}\n${attributes}`, { options });
      return ['main', 'release/1', 'topic'].filter((name) => policy.select(`refs/heads/${name}`));
    };

    test.each<[string, GivenOptions, string[]]>([
      ['', {}, ['main', 'release/1', 'topic']],
      ['', { branches: ['main'] }, ['main']],
      ['', { mirrorBranchRegex: '^t' }, ['topic']],
      ['  branches: [release/*]', { branches: ['main'] }, ['release/1']],
      ['  branches: [release/*]', { mirrorBranchRegex: '^t' }, ['release/1']],
      ['  branches: []', { branches: ['main'] }, ['main', 'release/1', 'topic']],
      ['  mirror_branch_regex: ^t', { branches: ['main'] }, ['topic']],
      ['  mirror_branch_regex: ^t', { mirrorBranchRegex: '^m' }, ['topic']],
      ['  only_protected_branches: false', { branches: ['main'] }, ['main']],
    ])('of a mirror with %j beside %j: %j', (attributes, options, expected) => {
      expect(select(attributes, options)).toEqual(expected);
    });

    const hosted = { url: 'https://github.com/me/project' };

    test.each<[string, GivenOptions, boolean, readonly string[]]>([
      ['', { onlyProtectedBranches: 'true' }, true, []],
      ['', { onlyProtectedBranches: 'true', branches: ['main'] }, true, ['main']],
      ['  only_protected_branches: false', { onlyProtectedBranches: 'true' }, false, []],
      ['  only_protected_branches: true', { branches: ['main'] }, true, []],
      ['  only_protected_branches: true', { mirrorBranchRegex: '^m' }, true, []],
      ['  branches: [main]', { onlyProtectedBranches: 'true' }, false, ['main']],
      ['  mirror_branch_regex: ^t', { onlyProtectedBranches: 'true' }, false, []],
    ])('protected ones, of a mirror with %j beside %j', (attributes, options, isOnlyProtected, branches) => {
      const planned = only(`url: ${HTTPS}\n${attributes}`, { options: { ...options, source: hosted } });

      expect([planned.onlyProtectedBranches, planned.rules.branches]).toEqual([isOnlyProtected, branches]);
    });
  });
});

describe('names', () => {
  test('are those that are given, else URLs without credentials', () => {
    const list = [
      '- { url: /srv/a.git, name: One }',
      `- url: https://me:${SECRET}@host.example/x.git`,
      `- url: https://${SECRET}@host.example/y.git`,
      '- url: git@host.example:me/x.git',
    ];

    expect(names(planOf(list.join('\n')))).toEqual([
      'One',
      'https://*****:*****@host.example/x.git',
      'https://*****@host.example/y.git',
      'git@host.example:me/x.git',
    ]);
  });

  test.each([
    ['a\nb', 'a\\x0ab'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\u202egpj.exe', '\\u{202e}gpj.exe'],
    ['é 😀', 'é 😀'],
    ['a\tb', 'a b'],
  ])('%j is shown as %j', (name, shown) => {
    expect(names(planOf(JSON.stringify([{ url: '/srv/a.git', name }])))).toEqual([shown]);
  });

  test.each<[string, string, string]>([
    [
      'the same URL',
      '- url: a\n- url: b\n- url: a\n',
      '--mirrors, line 3, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same name',
      '- {url: a, name: x}\n- {url: b, name: x}\n',
      '--mirrors, line 2, column 18: `name` is the same as that of another mirror.',
    ],
    [
      'the same URL, switched off',
      '- url: a\n- {url: a, enabled: false}\n',
      '--mirrors, line 2, column 9: `url` is the same as that of another mirror.',
    ],
    [
      'the same repository: without .git',
      `- url: ${HTTPS}\n- url: https://host.example/me/one\n`,
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same repository: with a password',
      `- url: ${HTTPS}\n- url: https://me:${SECRET}@host.example/me/one.git\n`,
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same folder',
      '- url: a.git\n- url: ./a.git\n',
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same folder, once as a URL',
      '- url: /srv/a.git\n- url: file:///srv/a.git\n',
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same repository: in capitals, with a port',
      `- url: ${HTTPS}\n- url: HTTPS://HOST.example:443/me/one\n`,
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
    [
      'the same repository: over SSH',
      `- url: ${HTTPS}\n- url: git@host.example:me/one.git\n`,
      '--mirrors, line 2, column 8: `url` is the same as that of another mirror.',
    ],
  ])('two mirrors with %s', (_what, list, sentence) => {
    expect(problemsOf(list)).toEqual([sentence]);
  });
});

describe('mirrors that are switched off', () => {
  const list = `- { url: ${HTTPS}, enabled: true }\n- { url: ${SSH}, enabled: false, name: Off }\n- { url: /srv/c.git, enabled: false }\n`;

  test('are named and not made', () => {
    const plan = planOf(list);

    expect([names(plan), plan.disabled]).toEqual([[HTTPS], ['Off', '/srv/c.git']]);
  });

  test('need no variables', () => {
    const plan = planOf(`- url: ${HTTPS}\n  enabled: false\n  token_variable: MISSING\n- url: /srv/b.git\n`);

    expect([names(plan), plan.disabled]).toEqual([['/srv/b.git'], [HTTPS]]);
  });

  test('all of them: there is nothing to do', () => {
    expect(planOf(`- { url: ${HTTPS}, enabled: false }`)).toMatchObject({
      mirrors: [],
      disabled: [HTTPS],
      isList: true,
    });
  });
});

describe('how many at the same time', () => {
  test.each([
    ['', 4],
    ['1', 1],
    ['20', 20],
  ])('%j: %i', (given, expected) => {
    expect(planOf(`- url: ${HTTPS}`, { maxParallel: given }).maxParallel).toBe(expected);
  });

  test('it is checked where there is no list, too, beside all else', () => {
    expect(problemsOf('', { maxParallel: 'all', options: { target: { url: HTTPS }, prune: 'some' } })).toEqual([
      '--max-parallel is "all"; allowed are whole numbers from 1 to 20.',
      '--prune is "some"; allowed are merged, never, always.',
    ]);
    expect(problemsOf('', { maxParallel: '0', options: { target: { url: HTTPS } } })).toEqual([
      '--max-parallel is "0"; allowed are whole numbers from 1 to 20.',
    ]);
  });

  test('credentials in a wrong place are not shown', () => {
    const url = `https://me:${OTHER}@host.example/x`;
    const problems = problemsOf('', {
      maxParallel: url,
      options: { target: { url: HTTPS }, prune: url, timeout: url },
    });

    expect(problems).toHaveLength(3);
    expect(problems.filter((one) => one.includes('https://*****:*****@host.example/x'))).toHaveLength(3);
  });

  test.each(['0', '21', '-1', '1.5', 'all', '1e1', '٣', '\u001b[31m'])('%j is refused', (given) => {
    expect(problemsOf(`- url: ${HTTPS}`, { maxParallel: given })).toEqual([
      expect.stringMatching(/^--max-parallel is "[^\u001b]+"; allowed are whole numbers from 1 to 20\.$/),
    ]);
  });
});

describe('what contradicts itself', () => {
  test.each<[string, GivenOptions, string]>([
    [
      'a target',
      { target: { url: HTTPS } },
      '<target> and --mirrors exclude each other: give `url` to each mirror of the list.',
    ],
    [
      'a token',
      { target: { token: SECRET } },
      'PUSH_MIRROR_TARGET_TOKEN and --mirrors exclude each other: give `token_variable` to each mirror of the list.',
    ],
    [
      'a user name',
      { target: { username: 'me' } },
      'PUSH_MIRROR_TARGET_USERNAME and --mirrors exclude each other: give `username` to each mirror of the list.',
    ],
    [
      'an LFS server',
      { lfsUrl: 'https://lfs.example' },
      '--lfs-url and --mirrors exclude each other: give `lfs_url` to each mirror of the list.',
    ],
  ])('%s beside a list', (_what, options, sentence) => {
    expect(problemsOf('- url: /srv/b.git', { options })).toEqual([sentence]);
  });

  test.each<[string, string]>([
    [
      'branches: [main]\n  mirror_branch_regex: ^main$',
      '--mirrors, line 3, column 24: `mirror_branch_regex` and --mirrors, line 2, column 13: `branches` exclude each other: give one of them.',
    ],
    [
      'only_protected_branches: true\n  mirror_branch_regex: x',
      '--mirrors, line 3, column 24: `mirror_branch_regex` and --mirrors, line 2, column 28: `only_protected_branches` exclude each other: give one of them.',
    ],
  ])('in one mirror: %j', (attributes, sentence) => {
    const options = { source: { url: 'https://github.com/me/project' } };

    expect(problemsOf(`- url: ${HTTPS}\n  ${attributes}`, { options })).toEqual([sentence]);
  });

  test('an option that is wrong is told once, by its own name', () => {
    const list = `- url: ${HTTPS}\n- url: ${SSH}\n`;

    expect(problemsOf(list, { options: { prune: 'all', dryRun: 'perhaps', branches: ['!'] } })).toEqual([
      expect.stringMatching(/^--branch "!"/),
      expect.stringMatching(/^--prune is "all"/),
      expect.stringMatching(/^--dry-run is "perhaps"/),
    ]);
  });

  test('a source that is missing is told once', () => {
    expect(problemsOf(`- url: ${HTTPS}\n- url: ${SSH}\n`, { options: { source: { url: '' } } })).toEqual([
      expect.stringContaining('<source> is missing'),
    ]);
  });
});

describe('what is wrong with a mirror is told with its place', () => {
  test.each<[string, string, number, number, RegExp]>([
    ['a URL', 'url: ftp://host.example/x.git', 1, 8, /^`url` "ftp:\/\/host\.example\/x\.git" /],
    ['an expression', `url: ${HTTPS}\n  mirror_branch_regex: (`, 2, 24, /^`mirror_branch_regex` "\("/],
    ['a pattern', `url: ${HTTPS}\n  branches: [main, '!']`, 2, 13, /^`branches` "!"/],
    ['a tag', `url: ${HTTPS}\n  tags: ['!']`, 2, 9, /^`tags` "!"/],
    [
      'an LFS server',
      `url: ${HTTPS}\n  lfs_url: lfs.example`,
      2,
      12,
      /^`lfs_url` "lfs\.example" is not the URL of a Git LFS server/,
    ],
    ['known hosts', `url: ${SSH}\n  ssh_known_hosts: nonsense`, 2, 20, /^`ssh_known_hosts` has the line "nonsense"/],
    [
      'a push option',
      `url: ${HTTPS}\n  push_options: ["a\\tb"]`,
      2,
      17,
      /^`push_options` "a b" contains a control character/,
    ],
    [
      'no user for CodeCommit',
      'url: ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x',
      1,
      8,
      /^`url` .* names no user/,
    ],
    ['no credentials for CodeCommit', 'url: codecommit::eu-west-1://x', 1, 8, /^`url` .*there are no credentials/],
  ])('%s', (_what, entry, line, column, sentence) => {
    const [problem = '', ...others] = problemsOf(`- ${entry}`);
    const place = `--mirrors, line ${line}, column ${column}: `;

    expect(others).toEqual([]);
    expect([problem.slice(0, place.length), problem.slice(place.length)]).toEqual([
      place,
      expect.stringMatching(sentence),
    ]);
  });

  test.each([
    ['is not set', {}],
    ['is empty', { TOKEN: '' }],
  ])('a variable that %s', (_what, environment) => {
    expect(problemsOf(`- url: ${HTTPS}\n  token_variable: TOKEN\n`, { environment })).toEqual([
      expect.stringMatching(
        /^--mirrors, line 2, column 19: `token_variable` names .*not set in the environment, or is empty\.$/,
      ),
    ]);
  });

  test('a key that is none, of a variable', () => {
    const environment = { KEY: OTHER };

    expect(problemsOf(`- url: ${SSH}\n  ssh_private_key_variable: KEY\n`, { environment })).toEqual([
      expect.stringMatching(/^--mirrors, line 2, column 29: `ssh_private_key_variable` /),
    ]);
  });

  test('a token over plain http', () => {
    const list = '- url: http://host.example/x.git\n  token_variable: TOKEN\n';

    expect(problemsOf(list, { environment: { TOKEN: SECRET } })).toEqual([
      expect.stringMatching(
        /^--mirrors, line 1, column 8: `url` .* is not encrypted, so --mirrors, line 2, column 19: `token_variable` could/,
      ),
    ]);
  });

  test('everything at once: list, options and mirrors', () => {
    const list = `- url: ${HTTPS}\n  token_variable: MISSING\n- url: ftp://x\n  prune: never\n- url: ${HTTPS}\n`;
    const problems = problemsOf(list, { maxParallel: 'x', options: { target: { token: SECRET }, timeout: 'soon' } });

    expect(problems.map((problem) => /--[a-z-]+(?:, line \d+)?|PUSH_\w+/.exec(problem)?.[0]).toSorted()).toEqual([
      '--max-parallel',
      '--mirrors, line 2',
      '--mirrors, line 3',
      '--mirrors, line 5',
      '--timeout',
      'PUSH_MIRROR_TARGET_TOKEN',
    ]);
  });
});

describe('secrets', () => {
  const redactedBy = (mirrors: string, beside: Beside, text: string): string =>
    given(mirrors, beside).secrets.redact(text);

  const said = (secret: string): string => `it is ${secret}, ${encodeURIComponent(secret)}, ${btoa(`me:${secret}`)}`;

  test.each<[string, string, Beside]>([
    ['a token of a variable', `- {url: ${HTTPS}, token_variable: A}`, { environment: { A: OTHER } }],
    [
      'a token of a mirror with its user',
      `- {url: ${HTTPS}, username: me, token_variable: A}`,
      { environment: { A: OTHER } },
    ],
    [
      'a token of a mirror that is switched off',
      `- {url: ${HTTPS}, enabled: false, token_variable: A}`,
      { environment: { A: OTHER } },
    ],
    ['a password in a URL', `- url: https://me:${encodeURIComponent(OTHER)}@host.example/x.git`, {}],
    [
      'a password in the URL of an LFS server',
      `- {url: a, lfs_url: "https://me:${encodeURIComponent(OTHER)}@lfs.example"}`,
      {},
    ],
    ["the source's token", `- url: ${HTTPS}`, { options: { source: { token: OTHER } } }],
    ['a token beside the list, which is an error', `- url: ${HTTPS}`, { options: { target: { token: OTHER } } }],
    ['a token of one of several', `- url: a\n- {url: b, token_variable: A}\n- url: c\n`, { environment: { A: OTHER } }],
  ])('%s', (_what, mirrors, beside) => {
    const shown = redactedBy(mirrors, beside, said(OTHER));

    expect(shown).toMatch(/^it is \*{5}, \*{5}, /);
    expect(shown).not.toContain(btoa(`me:${OTHER}`).replace(/=+$/, ''));
  });

  test('a private key, line by line', () => {
    const beside = { environment: { KEY } };

    expect(redactedBy(`- {url: "${SSH}", ssh_private_key_variable: KEY}`, beside, KEY.split('\n')[1] ?? '')).toBe(
      '*****',
    );
  });

  test('of several mirrors, each with one of its own: none is told twice', () => {
    const tokens = Object.fromEntries(
      Array.from({ length: 9 }, (_one, index) => [`TOKEN_${index}`, `${SECRET}${index}`]),
    );
    const list = Object.keys(tokens).map(
      (name) => `- {url: /srv/${name}.git, token_variable: ${name}, username: ${name}}`,
    );
    const { secrets } = given(list.join('\n'), { options: { source: { token: OTHER } }, environment: tokens });

    expect(secrets.given.toSorted()).toEqual([OTHER, ...Object.values(tokens)].toSorted());
    expect(secrets.redact(said(`${SECRET}8`))).toMatch(/^it is \*{5}, \*{5}, /);
  });

  test('a list that is wrong hides what the options have', () => {
    expect(redactedBy('- no: list', { options: { source: { token: OTHER } } }, OTHER)).toBe('*****');
    expect(redactedBy('nowhere.yml', { options: { source: { token: OTHER } } }, OTHER)).toBe('*****');
    expect(redactedBy('.', { options: { source: { token: OTHER } } }, OTHER)).toBe('*****');
  });

  // A token of GitHub is a valid name of a variable.
  test('a token in place of its variable is not shown', () => {
    const problems = problemsOf(
      `- {url: ${HTTPS}, token_variable: ${SECRET}}\n- {url: "${SSH}", ssh_private_key_variable: ${SECRET}}`,
    );

    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).not.toContain(SECRET);
  });
});
