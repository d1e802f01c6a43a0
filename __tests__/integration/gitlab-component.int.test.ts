import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { Report } from '../../src/report/report.js';
import type { ListReport } from '../../src/report/run-report.js';
import { formsOf } from '../canary.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { findProgram, needed } from '../requires.js';
import { replaced } from '../runners/examples.js';
import {
  configured,
  environmentOf,
  readComponent,
  written,
  type InputValue,
  type JobConfiguration,
} from '../runners/gitlab-inputs.js';
import { DOTENV, runPipeline, type PipelineRun, type Project } from '../runners/gitlab.js';
import { describeSandboxed, sandboxed } from '../sandbox.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { SshServer } from '../servers/ssh-server.js';

const gitlab = needed('gitlab-ci-local');
const sshd = needed('sshd');
const TEMPLATE = readFileSync('templates/push-mirror.yml', 'utf8');
const PAGE = readFileSync('docs/gitlab.md', 'utf8');
const COMMAND = `${process.execPath} ${resolve('dist/cli/index.js')}`;
const JOB_TOKEN = 'glcbt-64_the-token-of-this-job';
const TOKEN = 'ghp_theTokenOfTheMirrorWhichNobodyMaySee';
const SHELLS = ['dash', 'bash', 'busybox', 'ksh', 'mksh', 'zsh'].filter((name) => findProgram(name) !== undefined);
const component = readComponent(TEMPLATE);

type Inputs = Readonly<Record<string, InputValue>>;

/** The YAML of the page's examples. */
const examples = Array.from(PAGE.matchAll(/^```yaml\n([^]*?)^```$/gm), ([, yaml = '']) => yaml);

describe('the component', () => {
  /** What the action has and the component has otherwise, because inputs are in clear there. */
  const ELSEWHERE: Readonly<Record<string, string | undefined>> = {
    token: 'token-variable',
    'ssh-private-key': 'ssh-private-key-variable',
    'source-token': 'source-token-variable',
    'job-token': 'source-token-variable',
  };
  const action = parse(readFileSync('action.yml', 'utf8')) as {
    inputs: Readonly<Record<string, { readonly default?: string }>>;
  };

  test.each(Object.keys(action.inputs))("has the action's input %s", (name) => {
    expect(Object.keys(component.inputs)).toContain(ELSEWHERE[name] ?? name);
  });

  test.each(Object.entries(action.inputs).filter(([name, input]) => input.default !== undefined && !ELSEWHERE[name]))(
    "has the action's default of %s",
    (name, input) => {
      expect(String(component.inputs[name]?.default)).toBe(input.default);
    },
  );

  test.each(Object.keys(component.inputs))('uses its input %s, and says what it is for', (name) => {
    expect(component.inputs[name]?.description).toMatch(/\.$/);
    expect(component.body).toContain(`$[[ inputs.${name} ]]`);
  });

  test.each(Object.entries(component.inputs).filter(([, { type, options }]) => type === undefined && !options))(
    'takes the text %s in one line only, and has a default that is none of no characters',
    (name, { regex, default: text }) => {
      expect(regex).toBeDefined();
      expect(text).toMatch(/\S/);
      expect(() => configured(component, { [name]: 'a\nb: c' })).toThrow('does not match');
      expect(() => configured(component, { [name]: 'a\u2028b: c' })).toThrow('does not match');
    },
  );

  test('runs the version that it is a part of', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(component.inputs.version?.default).toBe(version);
  });

  test('clones nothing, is not interrupted, does not overlap itself, waits for nobody, and always leaves its report', () => {
    expect(configured(component, {})['push-mirror']).toMatchObject({
      stage: 'deploy',
      image: 'node:24-alpine',
      needs: [],
      interruptible: false,
      resource_group: 'push-mirror',
      rules: [{ if: '$CI_COMMIT_BRANCH' }, { if: '$CI_COMMIT_TAG' }],
      variables: { GIT_STRATEGY: 'none' },
      artifacts: { when: 'always', paths: ['push-mirror.json'], reports: { dotenv: 'push-mirror.env' } },
    });
  });

  test('fails where it fails: that is left to the user', () => {
    expect(Object.keys(configured(component, {})['push-mirror'] ?? {})).not.toContain('allow_failure');
  });
});

describe('docs/gitlab.md', () => {
  const rows = Array.from(
    PAGE.matchAll(/^\| (`[^|]*`) \| ([^|]*) \| (.*) \|$/gm),
    ([, names = '', otherwise = '']) => ({
      names: Array.from(names.matchAll(/`([^`]+)`/g), ([, name = '']) => name),
      otherwise,
    }),
  );

  test('tells every input, and no other', () => {
    expect(rows.flatMap(({ names }) => names).toSorted()).toEqual(Object.keys(component.inputs).toSorted());
  });

  test.each(rows.flatMap(({ names, otherwise }) => names.map((name) => ({ name, otherwise }))))(
    'tells the default of $name',
    ({ name, otherwise }) => {
      const value = component.inputs[name]?.default;

      const words = Array.isArray(value) ? (value.length === 0 ? 'none' : 'see below') : `\`${String(value)}\``;
      expect(otherwise).toBe(words);
    },
  );

  test('has the examples that these tests know', () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  test.each(examples.map((example, index) => [index + 1, example] as const))(
    'has examples that GitLab takes: number %i',
    (_number, example) => {
      const { include = [] } = parse(example) as { include?: { inputs?: Inputs }[] };

      for (const { inputs = {} } of include) expect(() => configured(component, inputs)).not.toThrow();
    },
  );
});

/** Texts that mean something to a shell, to YAML or to GitLab. */
const HOSTILE: readonly string[] = [
  `'; touch pwned; '`,
  `"; touch pwned; "`,
  '$(touch pwned)',
  '`touch pwned`',
  '&& touch pwned #',
  '\\',
  '\\n\\',
  'x: y',
  '# x',
  '- x',
  '* ?[a-z]',
  '!x',
  '&x',
  '{x}',
  '[x',
  'x]]',
  '%d%s%%',
  'EOF',
  'END',
  '--prune=always',
  '-v',
  'x  ',
  'é ✓',
  '$[[ inputs.token-variable ]]',
];
/** Those that GitLab itself replaces where a variable may stand. */
const DOLLARS: readonly string[] = ['$HOME', '${HOME}', '$$', '$1', '^main$', 'a$'];

/** Whether GitLab takes inputs by their expressions. */
function isTaken(inputs: Inputs): boolean {
  try {
    configured(component, inputs);
    return true;
  } catch (error) {
    if (String(error).includes('does not match')) return false;
    throw error;
  }
}

/** Writes a command that records how it is called. */
function recorder(scratch: Scratch): { command: string; recorded: () => Recorded } {
  const [program, file] = [scratch.join('record.mjs'), scratch.join('recorded.json')];
  const what = '{ args: process.argv.slice(2), environment: process.env }';
  writeFileSync(
    program,
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(file)}, JSON.stringify(${what}));\n`,
  );
  const recorded = (): Recorded => {
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    return JSON.parse(text) as Recorded;
  };
  return { command: `${process.execPath} ${program}`, recorded };
}

interface Recorded {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

describe("the job's script, in a POSIX shell", () => {
  const SETTINGS = {
    PATH: process.env.PATH ?? '',
    HOME: '/home/of-somebody',
    CI_SERVER_URL: 'https://gitlab.example.com',
    CI_PROJECT_URL: 'https://gitlab.example.com/me/project',
    CI_JOB_TOKEN: JOB_TOKEN,
  };
  let scratch: Scratch;
  let record: ReturnType<typeof recorder>;

  beforeAll(() => {
    scratch = new Scratch();
    record = recorder(scratch);
    mkdirSync(scratch.join('job'));
  });

  afterAll(() => scratch.remove());

  afterEach(() => {
    expect(existsSync(scratch.join('job', 'pwned'))).toBe(false);
  });

  /** Runs the job as GitLab configures it. */
  function run(inputs: Inputs, settings: Readonly<Record<string, string>> = {}) {
    rmSync(scratch.join('recorded.json'), { force: true });
    const whole = { 'target-url': 'https://example.com/copy.git', command: record.command, ...inputs };
    const jobs = Object.values(configured(component, whole)) as [JobConfiguration];
    expect(jobs).toHaveLength(1);
    const [job] = jobs;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', job.script.join('\n')], {
      cwd: scratch.join('job'),
      env: environmentOf(job, { ...SETTINGS, ...settings }),
      encoding: 'utf8',
    });
    return { job, code: status, stdout, stderr };
  }

  function called(inputs: Inputs, settings: Readonly<Record<string, string>> = {}): Recorded {
    const { code, stderr } = run(inputs, settings);
    expect([code, stderr]).toEqual([0, '']);
    return record.recorded();
  }

  const DEFAULTS = ['--report=push-mirror.json', '--dotenv=push-mirror.env'];
  const POLICY = [
    ...['--prune=merged', '--default-branch=auto', '--lfs=auto', '--timeout=300', '--isolation-timeout=600'],
  ];
  const ENDS = ['--', 'https://gitlab.example.com/me/project.git', 'https://example.com/copy.git'];

  test('mirrors the project of the job, and signs in with its token', () => {
    const { args, environment } = called({});

    expect(args).toEqual([...DEFAULTS, ...POLICY, ...ENDS]);
    expect(environment).toMatchObject({
      PUSH_MIRROR_SOURCE_USERNAME: 'gitlab-ci-token',
      PUSH_MIRROR_SOURCE_TOKEN: JOB_TOKEN,
      PUSH_MIRROR_TARGET_USERNAME: '',
      PUSH_MIRROR_TARGET_TOKEN: '',
      PUSH_MIRROR_SSH_PRIVATE_KEY: '',
      PUSH_MIRROR_SSH_KNOWN_HOSTS: '',
    });
  });

  test('gives every input to the command', () => {
    const { args, environment } = called(
      {
        'token-variable': 'MIRROR_TOKEN',
        username: 'somebody',
        'ssh-private-key-variable': 'MIRROR_KEY',
        'ssh-known-hosts': ['a.example.com ssh-ed25519 AAAA', 'b.example.com ssh-rsa BBBB'],
        'only-protected-branches': true,
        branches: ['release/*', '!release/old-*'],
        'mirror-branch-regex': '^rel',
        tags: ['v*', '!v0.*'],
        'keep-divergent-refs': true,
        prune: 'never',
        lfs: 'always',
        'lfs-url': 'https://lfs.example.com/x',
        'dry-run': true,
        check: true,
        'push-options': ['ci.skip', 'a=b c'],
        'source-url': 'https://other.example.com/me/x.git',
        'source-token-variable': 'OTHER_TOKEN',
        'source-username': 'me',
        'default-branch': 'never',
        timeout: 17,
        'isolation-timeout': 18,
        'ca-certificate': '$OUR_CA',
        'allow-insecure-http': true,
        verbose: true,
        report: 'r.json',
      },
      { MIRROR_TOKEN: TOKEN, MIRROR_KEY: 'the\nkey', OTHER_TOKEN: 'the other token', OUR_CA: '/builds/OUR_CA' },
    );

    expect(args).toEqual([
      ...['--report=r.json', '--dotenv=push-mirror.env'],
      ...['--branch=release/*', '--branch=!release/old-*', '--tag=v*', '--tag=!v0.*'],
      ...['--push-option=ci.skip', '--push-option=a=b c', '--only-protected-branches', '--mirror-branch-regex=^rel'],
      ...['--keep-divergent-refs', '--prune=never', '--default-branch=never', '--lfs=always'],
      ...['--lfs-url=https://lfs.example.com/x', '--dry-run', '--check', '--timeout=17', '--isolation-timeout=18'],
      ...['--ca-certificate=/builds/OUR_CA', '--allow-insecure-http'],
      '--verbose',
      ...['--', 'https://other.example.com/me/x.git', 'https://example.com/copy.git'],
    ]);
    expect(environment).toMatchObject({
      PUSH_MIRROR_SOURCE_USERNAME: 'me',
      PUSH_MIRROR_SOURCE_TOKEN: 'the other token',
      PUSH_MIRROR_TARGET_USERNAME: 'somebody',
      PUSH_MIRROR_TARGET_TOKEN: TOKEN,
      PUSH_MIRROR_SSH_PRIVATE_KEY: 'the\nkey',
      PUSH_MIRROR_SSH_KNOWN_HOSTS: 'a.example.com ssh-ed25519 AAAA\nb.example.com ssh-rsa BBBB\n',
    });
  });

  test.each<[string, Inputs]>([
    ['another project of this GitLab', { 'source-url': '$CI_SERVER_URL/me/other.git' }],
    ['the project by its URL', { 'source-url': 'https://gitlab.example.com/me/project.git' }],
  ])("%s is read with the job's token", (_what, inputs) => {
    expect(called(inputs).environment).toMatchObject({
      PUSH_MIRROR_SOURCE_USERNAME: 'gitlab-ci-token',
      PUSH_MIRROR_SOURCE_TOKEN: JOB_TOKEN,
    });
  });

  test.each([
    'https://gitlab.example.com.evil.example/me/project.git',
    'https://gitlab.example.com:8443/me/project.git',
    'https://gitlab.example.com@evil.example/me/project.git',
    'http://gitlab.example.com/me/project.git',
    'ssh://git@gitlab.example.com/me/project.git',
  ])("%s does not get the job's token", (url) => {
    expect(called({ 'source-url': url }).environment).toMatchObject({
      PUSH_MIRROR_SOURCE_USERNAME: '',
      PUSH_MIRROR_SOURCE_TOKEN: '',
    });
  });

  test('a variable may be of the type "File": then it is the path of what it holds', () => {
    writeFileSync(scratch.join('key'), 'the\nkey\n');
    writeFileSync(scratch.join('hosts'), 'a.example.com ssh-ed25519 AAAA\n');

    const { environment } = called(
      {
        'ssh-private-key-variable': 'MIRROR_KEY',
        'token-variable': 'MIRROR_TOKEN',
        mirrors: [{ url: 'git@example.com:x.git', ssh_private_key_variable: 'OTHER_KEY', token_variable: 'A_TOKEN' }],
      },
      {
        MIRROR_KEY: scratch.join('key'),
        MIRROR_TOKEN: '/no/such/file',
        PUSH_MIRROR_SSH_KNOWN_HOSTS: scratch.join('hosts'),
        OTHER_KEY: scratch.join('key'),
        A_TOKEN: 'as it is',
      },
    );

    expect(environment).toMatchObject({
      PUSH_MIRROR_SSH_PRIVATE_KEY: 'the\nkey',
      PUSH_MIRROR_SSH_KNOWN_HOSTS: 'a.example.com ssh-ed25519 AAAA',
      PUSH_MIRROR_TARGET_TOKEN: '/no/such/file',
      OTHER_KEY: 'the\nkey',
      A_TOKEN: 'as it is',
    });
  });

  test('several mirrors stand in a list, and there is no target beside them', () => {
    const mirrors = [
      { url: 'https://a.example.com/x.git', branches: ["it's", '$HOME', '"'] },
      { url: 'git@b.example.com:x.git', keep_divergent_refs: true },
    ];

    const { args } = called({ 'target-url': 'none', mirrors, 'max-parallel': 2 });

    const list = args.find((argument) => argument.startsWith('--mirrors='))?.slice('--mirrors='.length) ?? '';
    expect(parse(list)).toEqual(mirrors);
    expect(args.slice(-3)).toEqual(['--max-parallel=2', '--', 'https://gitlab.example.com/me/project.git']);
  });

  test('every text is that text in a list', () => {
    const texts = [...HOSTILE, ...DOLLARS];
    const mirrors = texts.map((url) => ({ url, branches: [url] }));

    const { args } = called({ branches: texts, tags: texts, 'push-options': texts, mirrors });

    expect(args.slice(2, -10)).toEqual(
      ['branch', 'tag', 'push-option'].flatMap((option) => texts.map((text) => `--${option}=${text}`)),
    );
    const list = args.find((argument) => argument.startsWith('--mirrors=')) ?? '';
    expect(parse(list.slice('--mirrors='.length))).toEqual(mirrors);
  });

  test.each(HOSTILE)('a text is that text: %s', (text) => {
    const { args, environment } = called({
      'target-url': text,
      'source-url': text,
      username: text,
      'source-username': text,
      'lfs-url': text,
      'ca-certificate': text,
      'mirror-branch-regex': text,
    });

    expect(args.slice(2, -3)).toEqual([
      `--mirror-branch-regex=${text}`,
      ...['--prune=merged', '--default-branch=auto', '--lfs=auto'],
      `--lfs-url=${text}`,
      ...['--timeout=300', '--isolation-timeout=600'],
      `--ca-certificate=${text}`,
    ]);
    expect(args.slice(-3)).toEqual(['--', text, text]);
    expect(environment).toMatchObject({ PUSH_MIRROR_TARGET_USERNAME: text, PUSH_MIRROR_SOURCE_USERNAME: text });
  });

  test.each(DOLLARS)('an expression is not taken for a variable: %s', (text) => {
    expect(called({ 'mirror-branch-regex': text }).args).toContain(`--mirror-branch-regex=${text}`);
  });

  test.each([...HOSTILE, ...DOLLARS])('a name is that name, or GitLab refuses it: %s', (text) => {
    const usual = configured(component, {});
    const places: Readonly<Record<string, (job: JobConfiguration) => unknown>> = {
      'job-name': ({ artifacts }) => (artifacts as { name: string }).name,
      stage: ({ stage }) => stage,
      image: ({ image }) => image,
      'resource-group': (job) => job.resource_group,
      report: ({ artifacts }) => (artifacts as { paths: string[] }).paths[0],
      version: ({ variables }) => variables.PUSH_MIRROR_INPUT_VERSION,
      'token-variable': ({ variables }) => variables.PUSH_MIRROR_INPUT_TOKEN_VARIABLE,
      'source-token-variable': ({ variables }) => variables.PUSH_MIRROR_INPUT_SOURCE_TOKEN_VARIABLE,
      'ssh-private-key-variable': ({ variables }) => variables.PUSH_MIRROR_INPUT_SSH_PRIVATE_KEY_VARIABLE,
    };
    const taken = Object.entries(places).filter(([name]) => isTaken({ [name]: text }));
    for (const [name, place] of taken) {
      const jobs = configured(component, { [name]: text });
      const [job] = Object.values(jobs);
      expect(Object.keys(jobs)).toEqual([name === 'job-name' ? text : 'push-mirror']);
      expect(place(job!)).toBe(text);
      expect(job!.script).toEqual(usual['push-mirror']?.script);
    }
  });

  test.each<[string, Inputs]>([
    ['several lines', { branches: ['main', 'a\nb'] }],
    ['a number, which YAML makes of 1.10', { tags: [1.1] }],
    ['a mapping', { 'push-options': [{ a: 'b' }] }],
    ['a null', { 'ssh-known-hosts': [null] }],
  ])('an item of a list is refused that is %s', (_what, inputs) => {
    const { code, stderr } = run(inputs);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^push-mirror: [a-z-]+: each item must be a string on one line, not .*\.\n$/);
    expect(existsSync(scratch.join('recorded.json'))).toBe(false);
  });

  test.each(['none', '$MIRROR_URL'])('neither a mirror nor several (%s): it says so, and runs nothing', (targetUrl) => {
    const { code, stderr } = run({ 'target-url': targetUrl }, { MIRROR_URL: '' });

    expect([code, stderr]).toEqual([
      2,
      "push-mirror: target-url is missing: give the target's URL, or a list of targets as mirrors.\n",
    ]);
    expect(existsSync(scratch.join('recorded.json'))).toBe(false);
  });

  test.each(['token-variable', 'ssh-private-key-variable', 'source-token-variable'])(
    'where there is no variable of the name that %s gives, it says so, and runs nothing',
    (name) => {
      for (const settings of [{}, { NOT_HERE: '' }]) {
        const { code, stderr } = run({ [name]: 'NOT_HERE' }, settings);

        expect(code).toBe(2);
        expect(stderr).toBe(
          `push-mirror: ${name} names NOT_HERE, and this job has no variable of that name, or the variable is empty: look under ` +
            'Settings, CI/CD, Variables. A protected variable exists only for protected branches and tags.\n',
        );
        expect(existsSync(scratch.join('recorded.json'))).toBe(false);
      }
    },
  );

  test('what an older run left does not pass for its own', () => {
    writeFileSync(scratch.join('job', 'push-mirror.json'), '{"update_status":"finished"}');
    writeFileSync(scratch.join('job', 'push-mirror.env'), 'PUSH_MIRROR_STATUS=finished\n');

    expect(run({ 'token-variable': 'NOT_HERE' }).code).toBe(2);
    expect(existsSync(scratch.join('job', 'push-mirror.json'))).toBe(false);
    expect(readFileSync(scratch.join('job', 'push-mirror.env'), 'utf8')).toBe(
      'PUSH_MIRROR_STATUS=failed\nPUSH_MIRROR_CHANGED=false\n',
    );
  });

  test('takes the package in the version that is given, and looks for it in no folder of the project', () => {
    mkdirSync(scratch.join('bin'));
    writeFileSync(scratch.join('bin', 'npx'), `#!/bin/sh\nexec ${record.command} "$@"\n`, { mode: 0o755 });

    const { args } = called(
      { command: 'npx', version: '1.2.3-rc.1' },
      { PATH: `${scratch.join('bin')}:${SETTINGS.PATH}` },
    );

    expect(args.slice(0, 6)).toEqual([
      ...['--yes', '--loglevel=error', '--prefix', expect.stringMatching(/^\/.*\/push-mirror-\w+$/)],
      ...['push-mirror@1.2.3-rc.1', DEFAULTS[0]],
    ]);
    expect(args.slice(-3)).toEqual(ENDS);
  });

  test('the words of a command are that, and nothing else in it has a meaning', () => {
    const words = ['*', '$HOME', '"a', "b'", '$(touch', 'pwned)'];

    expect(called({ command: `${record.command}  ${words.join(' ')}` }).args.slice(0, 7)).toEqual([
      ...words,
      DEFAULTS[0],
    ]);
  });

  test('the exit code of the command is that of the job', () => {
    writeFileSync(scratch.join('fail.sh'), 'exit 3\n');

    expect(run({ command: `sh ${scratch.join('fail.sh')}` }).code).toBe(3);
  });

  test('shows no secret where each command is traced', () => {
    const inputs = { 'target-url': '/copy.git', command: record.command, 'token-variable': 'MIRROR_TOKEN' };
    const job = Object.values(configured(component, inputs))[0];
    const env = environmentOf(job!, { ...SETTINGS, MIRROR_TOKEN: TOKEN });

    for (const shell of ['sh', 'bash']) {
      const { status, stderr } = spawnSync(shell, ['-xc', job!.script.join('\n')], {
        cwd: scratch.join('job'),
        env,
        encoding: 'utf8',
      });

      expect(status).toBe(0);
      expect([TOKEN, JOB_TOKEN].flatMap(formsOf).filter((form) => stderr.includes(form))).toEqual([]);
      expect(record.recorded().environment.PUSH_MIRROR_TARGET_TOKEN).toBe(TOKEN);
    }
  });

  test('the folder of the job cannot be written: a sentence', () => {
    const [job] = Object.values(configured(component, { command: record.command }));
    const { status, stderr } = spawnSync('sh', ['-c', job!.script.join('\n')], {
      cwd: '/proc',
      env: environmentOf(job!, SETTINGS),
      encoding: 'utf8',
    });

    expect([status, stderr]).toEqual([
      2,
      'push-mirror: the folder of the job cannot be written, and the result would be lost: let the account of this job own /proc.\n',
    ]);
  });

  test.each(SHELLS)('in %s, stopped by a signal: nothing is left, and the exit code says so', async (shell) => {
    const folder = scratch.join(`stopped-${shell}`);
    for (const path of [folder, `${folder}/bin`, `${folder}/temp`]) mkdirSync(path);
    const words = `require('fs').mkdirSync(process.env.npm_config_cache, { recursive: true });
      process.on('SIGTERM', () => process.exit(1)); setInterval(() => {}, 1000); console.log('begun');`;
    writeFileSync(`${folder}/bin/npx`, `#!${process.execPath}\n${words}\n`, { mode: 0o755 });
    const [job] = Object.values(configured(component, { command: 'npx', 'target-url': '/x.git' }));
    const args = [...(shell === 'busybox' ? ['sh'] : []), '-c', job!.script.join('\n')];
    const child = spawn(findProgram(shell) ?? shell, args, {
      cwd: folder,
      env: environmentOf(job!, {
        ...SETTINGS,
        PATH: `${folder}/bin:${process.env.PATH ?? ''}`,
        TMPDIR: `${folder}/temp`,
      }),
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.once('data', () => process.kill(-(child.pid ?? 0), 'SIGTERM'));
    const code = await new Promise((settle) => child.once('close', settle));

    expect([code, readdirSync(`${folder}/temp`)]).toEqual([143, []]);
  });

  describeSandboxed('by an account without a name and a home, in an image without printenv and mktemp', () => {
    test.each(SHELLS)('in %s', (shell) => {
      const folder = scratch.join(`as-any-user-${shell}`);
      const bin = `${folder}/bin`;
      for (const path of [folder, bin, `${folder}/job`, `${folder}/temp`]) mkdirSync(path);
      for (const path of [scratch.path, `${folder}/job`, `${folder}/temp`]) chmodSync(path, 0o777);
      for (const program of ['rm', 'cat']) symlinkSync(findProgram(program) ?? program, `${bin}/${program}`);
      symlinkSync(process.execPath, `${bin}/node`);
      // It does as npx does: it keeps things in npm's cache.
      const words = `const fs = require("fs"); const { npm_config_cache: cache, MIRROR_TOKEN: _, ...rest } = process.env;
          fs.mkdirSync(cache, { recursive: true }); fs.writeFileSync(cache + "/x", "");
          fs.writeFileSync("recorded.json", JSON.stringify({ cache, token: rest.PUSH_MIRROR_TARGET_TOKEN, args: process.argv }));`;
      writeFileSync(`${bin}/npx`, `#!${process.execPath}\n${words}\n`, { mode: 0o755 });
      const [job] = Object.values(
        configured(component, { command: 'npx', 'target-url': '/x.git', 'token-variable': 'MIRROR_TOKEN' }),
      );
      // The sandbox is made by programs that the job does not have.
      const environment = environmentOf(job!, {
        ...SETTINGS,
        MIRROR_TOKEN: `${TOKEN}\n`,
        HOME: '/',
        TMPDIR: `${folder}/temp`,
      });
      const program = findProgram(shell) ?? shell;
      const args = [...(shell === 'busybox' ? ['sh'] : []), '-c', job!.script.join('\n')];
      const { status, stderr } = spawnSync(
        ...sandboxed({ user: 54_321 }, '/usr/bin/env', [`PATH=${bin}`, program, ...args]),
        {
          cwd: `${folder}/job`,
          env: environment,
          encoding: 'utf8',
        },
      );

      expect([status, stderr]).toEqual([0, '']);
      const recorded = JSON.parse(readFileSync(`${folder}/job/recorded.json`, 'utf8')) as Readonly<
        Record<string, unknown>
      >;
      expect(recorded).toMatchObject({ token: TOKEN, cache: expect.stringMatching(/temp\/push-mirror-\w+\/cache$/) });
      expect(JSON.stringify(recorded.args)).not.toContain(TOKEN);
      expect(readdirSync(`${folder}/temp`)).toEqual([]);
    });
  });

  test('over HTTPS it needs neither git nor ssh nor bash: the small image is enough', async () => {
    const server = await GitHttpServer.start(scratch.path);
    const source = TestRepository.create(scratch.join('source.git'));
    source.set({ 'refs/heads/main': source.commits(2) });
    const target = TestRepository.create(scratch.join('target.git'));
    mkdirSync(scratch.join('small'));
    for (const program of ['sh', 'rm', 'cat'])
      symlinkSync(findProgram(program) ?? program, scratch.join('small', program));
    symlinkSync(process.execPath, scratch.join('small', 'node'));
    const inputs = { command: COMMAND, 'source-url': server.url('source.git'), 'target-url': server.url('target.git') };
    const [job] = Object.values(configured(component, inputs));

    // The server runs in this process: it must not be held up.
    const child = spawn(scratch.join('small', 'sh'), ['-c', job!.script.join('\n')], {
      cwd: scratch.join('job'),
      env: environmentOf(job!, { ...SETTINGS, PATH: scratch.join('small') }),
      stdio: 'ignore',
    });
    const code = await new Promise((settle) => child.once('close', settle));
    await server.stop();

    expect(code).toBe(0);
    expect(target.refs()).toEqual(source.refs());
  });
});

gitlab.describe(`run by gitlab-ci-local on Node.js ${process.versions.node}`, () => {
  let scratch: Scratch;
  let server: GitHttpServer;
  let source: TestRepository;
  let mirrors: GitHttpServer;
  let target: TestRepository;
  let tip: string;
  let runs: number;

  beforeEach(async () => {
    scratch = new Scratch();
    runs = 0;
    for (const folder of ['gitlab', 'gitlab/me', 'mirrors']) mkdirSync(scratch.join(folder));
    source = TestRepository.create(scratch.join('gitlab', 'me', 'project.git'));
    tip = source.commits(3);
    source.set({ 'refs/heads/main': tip, 'refs/heads/topic': source.commit([tip]), 'refs/tags/v1': tip });
    target = TestRepository.create(scratch.join('mirrors', 'project.git'));
    server = await GitHttpServer.start(scratch.join('gitlab'));
    server.behaviour.credentials = `gitlab-ci-token:${JOB_TOKEN}`;
    mirrors = await GitHttpServer.start(scratch.join('mirrors'));
    mirrors.behaviour.credentials = `oauth2:${TOKEN}`;
  });

  afterEach(async () => {
    await Promise.all([server.stop(), mirrors.stop()]);
    scratch.remove();
  });

  const targetUrl = (): string => mirrors.url('project.git');

  async function run(
    configuration: string,
    given: Partial<Project> = {},
    options: string[] = [],
  ): Promise<PipelineRun> {
    const { files, predefined, ...project } = given;
    const settings = { program: gitlab.path, folder: scratch.join(`runner-${(runs += 1)}`) };
    const ran = await runPipeline(
      settings,
      {
        url: server.url('me/project.git'),
        files: { '.gitlab-ci.yml': configuration, 'templates/push-mirror.yml': TEMPLATE, ...files },
        predefined: { CI_JOB_TOKEN: JOB_TOKEN, ...predefined },
        variables: { MIRROR_TOKEN: TOKEN },
        ...project,
      },
      options,
    );
    const shown =
      ran.log + (ran.artifact('push-mirror', DOTENV) ?? '') + (ran.artifact('push-mirror', 'push-mirror.json') ?? '');
    expect([JOB_TOKEN, TOKEN].flatMap(formsOf).filter((form) => shown.includes(form))).toEqual([]);
    return ran;
  }

  /** A pipeline that includes the component, and other jobs. */
  function pipeline(inputs: Inputs = {}, jobs: object = {}): string {
    const given = { 'target-url': targetUrl(), 'token-variable': 'MIRROR_TOKEN', command: COMMAND, ...inputs };
    return stringify({ include: [{ local: 'templates/push-mirror.yml', inputs: given }], ...jobs });
  }

  /** A job that prints what it is told. */
  const onlooker = {
    after: {
      stage: 'deploy',
      needs: ['push-mirror'],
      when: 'always',
      script: [
        'node -p "JSON.stringify(Object.entries(process.env).filter(([name]) => name.startsWith(\'PUSH_MIRROR_\')))"',
        'node -p "JSON.parse(fs.readFileSync(\'push-mirror.json\')).update_status"',
      ],
    },
  };

  function told(ran: PipelineRun): Record<string, string> {
    const line = /^\[\[.*\]\]$/m.exec(ran.printed('after'))?.[0] ?? '[]';
    return Object.fromEntries(JSON.parse(line) as [string, string][]);
  }

  const report = (ran: PipelineRun): Report & ListReport =>
    JSON.parse(ran.artifact('push-mirror', 'push-mirror.json') ?? 'null') as Report & ListReport;

  describe('the example of the page', () => {
    /** As it stands there, but for what is made up; with another line in place of that with the component, if given. */
    function example(include?: string): string {
      const [first = ''] = examples;
      const from = include === undefined ? first : replaced(first, /component: .*/, include);
      return replaced(from, /(?<=target-url: ).*/, `${targetUrl()}\n      command: ${COMMAND}`);
    }

    const local = 'local: templates/push-mirror.yml';

    test("brings the mirror up to date, with nothing but the job's own token and that of the mirror", async () => {
      const ran = await run(example(local));

      expect(ran.code).toBe(0);
      expect(target.refs()).toEqual(source.refs());
      expect(target.fsck()).toBe('');
      expect(signedIn(server)).toEqual([`gitlab-ci-token:${JOB_TOKEN}`]);
      expect(signedIn(mirrors)).toEqual([`oauth2:${TOKEN}`]);
    });

    test.each([
      ['the major version, as the page has it', undefined],
      ['the whole version', 'component: $CI_SERVER_FQDN/push-mirror/push-mirror/push-mirror@1.0.0'],
    ])('as a component of the same GitLab, by %s', async (_version, include) => {
      publishComponent();

      const ran = await run(example(include), { files: { 'templates/push-mirror.yml': '' } });

      expect(ran.code).toBe(0);
      expect(target.refs()).toEqual(source.refs());
    });

    test('with the jobs that the page shows beside it', async () => {
      const ran = await run(`${example(local)}\n${examples.at(-1) ?? ''}`);

      expect(ran.code).toBe(0);
      expect(ran.printed('tell')).toMatch(/^The mirror has finished\. $/m);
    });

    test('changes nothing where there is nothing to change', async () => {
      target.copyFrom(source);

      const ran = await run(example(local));

      expect(ran.code).toBe(0);
      expect(report(ran).counts).toMatchObject({ unchanged: 3, created: 0 });
      expect(ran.printed('push-mirror')).toMatch(/^finished: 3 unchanged; .*no pack$/m);
    });
  });

  /** Puts the component where the examples look for it: a project that everybody may read. */
  function publishComponent(): void {
    const folder = scratch.join('component');
    mkdirSync(scratch.join('component', 'templates'), { recursive: true });
    writeFileSync(scratch.join('component', 'templates', 'push-mirror.yml'), TEMPLATE);
    git(folder, ['init', '--quiet']);
    git(folder, ['add', '--all']);
    git(folder, ['commit', '--quiet', '--message', 'component']);
    git(folder, ['tag', '1.0.0']);
    mkdirSync(scratch.join('gitlab', 'push-mirror'));
    git('/', ['clone', '--quiet', '--bare', folder, scratch.join('gitlab', 'push-mirror', 'push-mirror.git')]);
    const credentials = server.behaviour.credentials ?? '';
    server.behaviour.credentials = undefined;
    server.behaviour.intercept = ({ url = '', headers }, response) => {
      const basic = `Basic ${Buffer.from(credentials).toString('base64')}`;
      if (url.startsWith('/push-mirror/') || headers.authorization === basic) return false;
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('sign in');
      return true;
    };
  }

  describe('what later jobs have of it', () => {
    test('the outputs as variables, and the report as a file', async () => {
      const ran = await run(pipeline({}, onlooker));

      expect(ran.code).toBe(0);
      expect(told(ran)).toEqual({
        PUSH_MIRROR_STATUS: 'finished',
        PUSH_MIRROR_CHANGED: 'true',
        PUSH_MIRROR_CREATED_REFS: JSON.stringify(Object.keys(source.refs())),
        PUSH_MIRROR_CREATED_REF_COUNT: '3',
        PUSH_MIRROR_UPDATED_REFS: '[]',
        PUSH_MIRROR_UPDATED_REF_COUNT: '0',
        PUSH_MIRROR_DELETED_REFS: '[]',
        PUSH_MIRROR_DELETED_REF_COUNT: '0',
        PUSH_MIRROR_DIVERGENT_REFS: '[]',
        PUSH_MIRROR_DIVERGENT_REF_COUNT: '0',
        PUSH_MIRROR_REJECTED_REFS: '[]',
        PUSH_MIRROR_REJECTED_REF_COUNT: '0',
        PUSH_MIRROR_LAST_ERROR: '',
        PUSH_MIRROR_LAST_ERROR_CODE: '',
      });
      expect(ran.printed('after')).toMatch(/^finished$/m);
      expect(report(ran)).toMatchObject({ update_status: 'finished', counts: { created: 3 }, url: targetUrl() });
    });

    test('of a mirror that failed too, and the job is red', async () => {
      const hook = scratch.join('mirrors', 'project.git', 'hooks', 'update');
      writeFileSync(hook, '#!/bin/sh\n[ "$1" != refs/heads/topic ]\n', { mode: 0o755 });

      const ran = await run(pipeline({}, onlooker));

      expect(ran.code).toBe(1);
      expect(ran.log).toMatch(/^push-mirror +finished in .* FAIL 1 $/m);
      expect(told(ran)).toMatchObject({
        PUSH_MIRROR_STATUS: 'failed',
        PUSH_MIRROR_CHANGED: 'true',
        PUSH_MIRROR_CREATED_REFS: '["refs/heads/main","refs/tags/v1"]',
        PUSH_MIRROR_REJECTED_REFS: '["refs/heads/topic"]',
        PUSH_MIRROR_LAST_ERROR: expect.stringContaining('refs/heads/topic'),
      });
      expect(ran.printed('after')).toMatch(/^failed$/m);
      expect(ran.printed('push-mirror')).toMatch(
        /^push-mirror: PUSH_MIRROR_TARGET_TOKEN means the variable MIRROR_TOKEN here\.$/m,
      );
      expect(report(ran).update_status).toBe('failed');
      expect(ran.printed('push-mirror')).toMatch(/^ {2}rejected {2}refs\/heads\/topic /m);
      expect(Object.keys(target.refs())).toEqual(['refs/heads/main', 'refs/tags/v1']);
    });

    test('under `allow_failure`, which a user adds, the pipeline is green', async () => {
      const more = { 'push-mirror': { allow_failure: true } };

      const ran = await run(pipeline({ 'target-url': mirrors.url('nothing.git') }, more));

      expect(ran.code).toBe(0);
      expect(ran.log).toMatch(/WARN 1/);
      expect(report(ran).update_status).toBe('failed');
    });

    test('of a mistake in the inputs, that it has failed: nothing was asked, and the log says what is wrong', async () => {
      const ran = await run(pipeline({ 'mirror-branch-regex': '(', timeout: 0 }, onlooker));

      expect(ran.code).toBe(1);
      expect(ran.log).toMatch(/^push-mirror +finished in .* FAIL 2 $/m);
      expect(ran.printed('push-mirror')).toMatch(/^push-mirror: --mirror-branch-regex "\("/m);
      expect(ran.printed('push-mirror')).toMatch(/^push-mirror: --timeout is "0"/m);
      expect(told(ran)).toMatchObject({
        PUSH_MIRROR_STATUS: 'failed',
        PUSH_MIRROR_CHANGED: 'false',
        PUSH_MIRROR_CREATED_REFS: '[]',
        PUSH_MIRROR_LAST_ERROR: expect.stringContaining('--timeout is "0"'),
      });
      expect([...server.requests, ...mirrors.requests]).toEqual([]);
    });

    test('a ref that is named like a variable does not give away what that holds', async () => {
      source.set({ 'refs/heads/$MIRROR_TOKEN': tip, 'refs/heads/${CI_JOB_TOKEN}': tip, 'refs/heads/100%': tip });

      const ran = await run(pipeline({}, onlooker));

      expect(ran.code).toBe(0);
      expect(JSON.parse(told(ran).PUSH_MIRROR_CREATED_REFS ?? '')).toEqual(Object.keys(source.refs()).toSorted());
    });
  });

  test.each([
    { event: 'a push to a branch', when: 'on_success', options: [] },
    { event: 'a schedule', when: 'on_success', options: ['--variable', 'CI_PIPELINE_SOURCE=schedule'] },
    {
      event: 'a new tag',
      when: 'on_success',
      options: ['--variable', 'CI_COMMIT_TAG=v1', '--unset-variable', 'CI_COMMIT_BRANCH'],
    },
    {
      event: 'a merge request',
      when: 'never',
      options: ['--variable', 'CI_PIPELINE_SOURCE=merge_request_event', '--unset-variable', 'CI_COMMIT_BRANCH'],
    },
  ])('for $event the job runs by default: $when', async ({ when, options }) => {
    const { log } = await run(pipeline(), {}, ['--list-csv-all', ...options]);

    expect(/^push-mirror;.*$/m.exec(log)?.[0].split(';')).toContain(when);
  });

  test('hostile inputs reach the command as they are', async () => {
    const record = recorder(scratch);
    const texts = [...HOSTILE, ...DOLLARS];
    const inputs = {
      command: record.command,
      'target-url': `$(touch pwned) '"\`touch pwned\`; touch pwned`,
      'mirror-branch-regex': `'"$(touch pwned)\\$HOME`,
      branches: texts,
      tags: texts,
      'push-options': texts,
    };

    const { code } = await run(pipeline(inputs));

    expect(code).toBe(0);
    const { args } = record.recorded();
    expect(args.at(-1)).toBe(inputs['target-url']);
    for (const option of ['--branch=', '--tag=', '--push-option=']) {
      const given = args.filter((argument) => argument.startsWith(option));
      expect(given.map((argument) => argument.slice(option.length))).toEqual(texts);
    }
    expect(args).toContain(`--mirror-branch-regex=${inputs['mirror-branch-regex']}`);
  });

  test('the same as GitLab itself writes it into the configuration', async () => {
    const inputs = {
      'target-url': targetUrl(),
      'token-variable': 'MIRROR_TOKEN',
      command: COMMAND,
      branches: ["it's", 'main'],
    };
    source.set({ "refs/heads/it's": tip });

    const ran = await run(written(configured(component, inputs)));

    expect(ran.code).toBe(0);
    expect(Object.keys(target.refs())).toEqual(["refs/heads/it's", 'refs/heads/main', 'refs/tags/v1']);
  });

  test('a job whose commands are traced shows no token', async () => {
    const ran = await run(pipeline({}, { 'push-mirror': { before_script: ['set -x'] } }));

    expect(ran.code).toBe(0);
    expect(ran.printed('push-mirror')).toMatch(/^\+\+? echo/m);
  });

  test('servers that repeat the tokens do not get them into the log', async () => {
    for (const one of [server, mirrors]) {
      one.behaviour.intercept = ({ headers }, response) => {
        response.writeHead(403, { 'Content-Type': 'text/plain' }).end(`go away, ${headers.authorization ?? ''}`);
        return true;
      };
    }

    const ran = await run(pipeline({ verbose: true }, onlooker));

    expect(ran.code).toBe(1);
    expect(told(ran).PUSH_MIRROR_LAST_ERROR).toContain('go away, Basic *****');
  });

  test("another server than the job's own does not get the job's token", async () => {
    const elsewhere = await GitHttpServer.start(scratch.join('gitlab'));

    const ran = await run(pipeline({ 'source-url': elsewhere.url('me/project.git') }));
    await elsewhere.stop();

    expect(ran.code).toBe(0);
    expect(target.refs()).toEqual(source.refs());
    expect(elsewhere.requests.map(({ headers }) => headers.authorization)).toEqual(
      elsewhere.requests.map(() => undefined),
    );
  });

  test('several mirrors, each with a token of its own', async () => {
    const other = TestRepository.create(scratch.join('mirrors', 'other.git'));
    const list = [
      { url: targetUrl(), name: 'one', token_variable: 'MIRROR_TOKEN' },
      {
        url: mirrors.url('other.git'),
        name: 'other',
        token_variable: 'MIRROR_TOKEN',
        branches: ['main'],
        tags: ['!*'],
      },
      { url: mirrors.url('off.git'), enabled: false },
    ];
    const inputs = { command: COMMAND, mirrors: list };

    const ran = await run(stringify({ include: [{ local: 'templates/push-mirror.yml', inputs }], ...onlooker }));

    expect(ran.code).toBe(0);
    expect(target.refs()).toEqual(source.refs());
    expect(other.refs()).toEqual({ 'refs/heads/main': tip });
    expect(report(ran).mirrors.map(({ name, update_status }) => [name, update_status])).toEqual([
      ['one', 'finished'],
      ['other', 'finished'],
    ]);
    expect(told(ran)).toMatchObject({ PUSH_MIRROR_STATUS: 'finished', PUSH_MIRROR_CREATED_REF_COUNT: '3' });
  });

  sshd.describe('over SSH', () => {
    let ssh: SshServer;

    beforeEach(async () => {
      ssh = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
    });

    afterEach(() => ssh.stop());

    test.each(['variables', 'fileVariables'] as const)(
      'with a key from %s, and the lines of known_hosts',
      async (where) => {
        const configuration = pipeline({
          'target-url': ssh.url(target.path),
          'token-variable': 'PUSH_MIRROR_TARGET_TOKEN',
          'ssh-private-key-variable': 'MIRROR_KEY',
          'ssh-known-hosts': ssh.knownHosts.split('\n'),
        });

        const ran = await run(configuration, { variables: {}, [where]: { MIRROR_KEY: ssh.privateKey } });

        expect(ran.code).toBe(0);
        expect(target.refs()).toEqual(source.refs());
        expect(formsOf(ssh.privateKey).filter((form) => ran.log.includes(form))).toEqual([]);
      },
    );
  });
});

/** As whom somebody has got an answer from a server. */
function signedIn({ requests }: GitHttpServer): string[] {
  const answered = requests.filter(({ status }) => status < 400);
  const found = answered.map(({ headers }) => headers.authorization?.replace(/^Basic /, '') ?? '');
  return [...new Set(found)].map((basic) => Buffer.from(basic, 'base64').toString());
}
