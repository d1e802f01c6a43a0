import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { runStep, type Step } from '../runners/action-step.js';
import { describeSandboxed, type Sandbox } from '../sandbox.js';

type Texts = Readonly<Record<string, string>>;

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let server: Server | undefined;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  source.set({ 'refs/heads/main': source.commits(2) });
});

afterEach(() => {
  server?.close();
  server = undefined;
  scratch.remove();
});

/** Starts a server that refuses everything. */
async function refusing(): Promise<string> {
  server = createServer((_request, response) => response.writeHead(403).end());
  await new Promise<void>((listening) => server?.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const local = (): Texts => ({ 'target-url': target.path, 'source-url': source.path });
const warnings = ({ stdout }: { readonly stdout: string }): string[] => stdout.match(/^::warning.*/gm) ?? [];
const reports = (): string[] => readdirSync(scratch.join('temp')).filter((name) => name.startsWith('push-mirror-'));

/** Whatever a runner's file may be, but a file that can be written. */
const FAULTS: Readonly<Record<string, { readonly make: (path: string) => string; readonly why: string }>> = {
  'is missing': { make: (path) => join(path, '..', 'nowhere'), why: 'it or its folder does not exist' },
  'is in a folder that is missing': { make: (path) => join(path, '..', 'no', 'where'), why: 'does not exist' },
  'is below a file': {
    make: (path) => {
      writeFileSync(path, '');
      return join(path, 'file');
    },
    why: 'its folder is a file',
  },
  'is a folder': {
    make: (path) => {
      mkdirSync(path);
      return path;
    },
    why: 'it is a folder',
  },
  'is a pipe that nobody reads': {
    make: (path) => {
      execFileSync('mkfifo', [path]);
      return path;
    },
    why: 'nobody reads from that pipe',
  },
  'is on a full disk': { make: () => '/dev/full', why: 'the disk is full' },
};

interface Channel {
  readonly variable: string;
  readonly words: string;
}

const CHANNELS: Readonly<Record<string, Channel>> = {
  outputs: {
    variable: 'GITHUB_OUTPUT',
    words: 'The outputs could not be written to ".*" \\(GITHUB_OUTPUT\\): .*WHY.*They are empty for later steps\\.',
  },
  summary: {
    variable: 'GITHUB_STEP_SUMMARY',
    words: 'The job summary could not be written to ".*" \\(GITHUB_STEP_SUMMARY\\): .*WHY.*The log tells the same\\.',
  },
};

/** Everything that is told where one channel is broken: by the others, and by one warning. */
function expectOthers(step: Step, broken: string, status: string): void {
  if (broken !== 'outputs') expect(step.outputs.status).toBe(status);
  if (broken !== 'summary') expect(step.summary).toMatch(/^###/);
}

describe.each(Object.keys(CHANNELS))('the file for %s', (channel) => {
  const { variable, words } = CHANNELS[channel] ?? { variable: '', words: '' };

  test.each(Object.entries(FAULTS))(
    '%s: what was mirrored stays mirrored, with one warning',
    async (_fault, { make, why }) => {
      const environment = { [variable]: make(scratch.join('broken')) };
      const step = await runStep(scratch.path, local(), environment);

      expect([step.code, target.refs()]).toEqual([0, source.refs()]);
      expect(warnings(step)).toEqual([expect.stringMatching(new RegExp(words.replace('WHY', why)))]);
      expect(step.stdout).not.toMatch(/^::error/m);
      expectOthers(step, channel, 'finished');
      expect(reports()).toHaveLength(1);
    },
  );

  test('is missing, and an input is wrong: that is told', async () => {
    const step = await runStep(scratch.path, { ...local(), prune: 'all' }, { [variable]: scratch.join('nowhere') });

    expect(step.code).toBe(1);
    expect(step.stdout).toMatch(/^::error title=push-mirror%3A configuration::`prune` is "all"/m);
    expect(warnings(step)).toHaveLength(1);
    expectOthers(step, channel, 'failed');
  });

  test('is missing, and the run is skipped: that is told', async () => {
    const event = scratch.join('event');
    writeFileSync(event, '{"repository":{"fork":true}}');
    const environment = { [variable]: scratch.join('nowhere'), GITHUB_EVENT_PATH: event };
    const step = await runStep(scratch.path, { 'target-url': 'https://127.0.0.1:1/x.git' }, environment);

    expect(step.code).toBe(0);
    expect(step.stdout).toMatch(/^::notice .*::Nothing is mirrored: this is a fork/m);
    expect(warnings(step)).toHaveLength(1);
    expectOthers(step, channel, 'skipped');
  });
});

test('a summary that would be beyond what GitHub takes is left out, and what stands there stays', async () => {
  const file = scratch.join('summary');
  writeFileSync(file, 'x'.repeat(1024 * 1024 - 10));
  const step = await runStep(scratch.path, local(), { GITHUB_STEP_SUMMARY: file });

  expect([step.code, step.outputs.status, statSync(file).size]).toEqual([0, 'finished', 1024 * 1024 - 10]);
  expect(warnings(step)).toEqual([expect.stringMatching(/The job summary could not be written .*it has no room left/)]);
});

test('a runner that knows no file for outputs reads them from the log, without secrets', async () => {
  const token = 'ghp_s3cr3tTokenOfTheTarget';
  target.set({ 'refs/heads/main': target.commit() });
  const step = await runStep(scratch.path, { ...local(), token, 'keep-divergent-refs': 'true' }, { GITHUB_OUTPUT: '' });

  expect(step.code).toBe(1);
  expect(step.stdout).toMatch(/^::set-output name=status::failed$/m);
  expect(step.stdout).toMatch(/^::set-output name=divergent-refs::\["refs\/heads\/main"\]$/m);
  expect(warnings(step)).toEqual([]);
});

describe('the folder for the report', () => {
  test.each([
    ['is missing', () => scratch.join('nowhere'), 'does not exist'],
    ['is a file', () => source.path + '/HEAD', 'its folder is a file'],
  ])('%s: the other channels tell', async (_fault, folder, why) => {
    const step = await runStep(scratch.path, local(), { RUNNER_TEMP: folder() });

    expect([step.code, step.outputs.status, step.outputs.report]).toEqual([0, 'finished', '']);
    expect(step.summary).toMatch(/^###/);
    expect(warnings(step)).toEqual([
      expect.stringMatching(`The report could not be written in the folder .* \\(RUNNER_TEMP\\): .*${why}`),
    ]);
  });

  test('holds the report alone, which nobody else may read', async () => {
    const step = await runStep(scratch.path, local());

    expect(readdirSync(scratch.join('temp')).toSorted()).toEqual(['output', ...reports(), 'summary']);
    expect(statSync(step.outputs.report ?? '').mode & 0o777).toBe(0o600);
  });
});

describeSandboxed('a runner whose disk is locked or full', () => {
  test('a temporary folder that is read-only: outputs, summary and report, a warning each', async () => {
    const sandbox: Sandbox = { readOnly: [scratch.join('temp')] };
    mkdirSync(scratch.join('temp'));
    const step = await runStep(scratch.path, local(), {}, { sandbox });

    expect([step.code, target.refs()]).toEqual([0, source.refs()]);
    expect(warnings(step)).toEqual([
      expect.stringMatching(/The report could not be written .*: the file system is read-only/),
      expect.stringMatching(/The outputs could not be written .*: the file system is read-only/),
      expect.stringMatching(/The job summary could not be written .*: the file system is read-only/),
    ]);
  });

  test('a disk that is full half-way: no half of the outputs stays, which a runner would take for an error', async () => {
    const main = source.refs()['refs/heads/main'] ?? '';
    source.set(Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`refs/heads/branch-${n}`, main])));
    const [small, size, node] = ['small', 'size', 'node'].map((name) => scratch.join(name)) as [string, string, string];
    mkdirSync(small);
    const lines = [
      ': >small/output',
      `"${process.execPath}" "$@"`,
      'code=$?',
      'wc -c <small/output >size',
      'exit $code',
    ];
    writeFileSync(node, `#!/bin/bash\n${lines.join('\n')}\n`, { mode: 0o755 });
    const environment = { GITHUB_OUTPUT: join(small, 'output') };
    const step = await runStep(scratch.path, local(), environment, { sandbox: { small: { [small]: 4 } }, node });

    expect([step.code, readFileSync(size, 'utf8')]).toEqual([0, '0\n']);
    expect(warnings(step)).toEqual([expect.stringMatching(/The outputs could not be written .*: the disk is full/)]);
  });
});

describe('the event of the job', () => {
  const EVENTS: Readonly<Record<string, readonly [make: (path: string) => void, words: string]>> = {
    'is missing': [() => undefined, 'cannot be read (ENOENT)'],
    'is empty': [(path) => writeFileSync(path, ''), 'is empty'],
    'is a web page': [(path) => writeFileSync(path, '<html>'), 'holds no event'],
    'is null': [(path) => writeFileSync(path, 'null'), 'holds no event'],
    'is a list': [(path) => writeFileSync(path, '[1]'), 'holds no event'],
    'is UTF-16': [(path) => writeFileSync(path, '\ufeff{}', 'utf16le'), 'holds no event'],
    'is a folder': [(path) => mkdirSync(path), 'is no file'],
    'is a pipe': [(path) => execFileSync('mkfifo', [path]), 'is no file'],
    'is huge': [(path) => execFileSync('truncate', ['--size=33M', path]), 'is larger than 32 MiB'],
  };

  test.each(Object.entries(EVENTS))('%s: one warning, and the mirror is tried', async (_fault, [make, words]) => {
    const path = scratch.join('event');
    make(path);
    const inputs = {
      'source-url': source.path,
      'target-url': `${await refusing()}/x.git`,
      'allow-insecure-http': 'true',
    };
    const step = await runStep(scratch.path, inputs, { GITHUB_EVENT_PATH: path });

    expect([step.code, step.outputs.status]).toEqual([1, 'failed']);
    expect(step.stdout + step.stderr).not.toMatch(/SyntaxError|TypeError|JSON/);
    expect(warnings(step)).toEqual([
      `::warning title=push-mirror::The file of GITHUB_EVENT_PATH ${words}, so it is not known whether this run is one without secrets.`,
    ]);
  });

  test('does not matter where there is something to sign in with', async () => {
    const step = await runStep(scratch.path, local(), { GITHUB_EVENT_PATH: scratch.join('nowhere') });

    expect([step.code, warnings(step)]).toEqual([0, []]);
  });
});

describe('a log that nobody reads', () => {
  test.each([
    ['is closed at once', '| true', 0],
    ['is on a full disk', '>/dev/full', 0],
    ['is closed, and the run fails', '| true', 1],
  ])('%s: the mirror is made, and told by the files', async (_how, end, code) => {
    mkdirSync(scratch.join('temp'));
    const files = {
      GITHUB_OUTPUT: scratch.join('temp', 'output'),
      GITHUB_STEP_SUMMARY: scratch.join('temp', 'summary'),
    };
    for (const file of Object.values(files)) writeFileSync(file, '');
    if (code === 1) target.set({ 'refs/heads/main': target.commit() });
    const script = `{ NODE dist/index.js; echo $? >${scratch.join('code')}; } ${end}`;
    const inputs = { 'INPUT_SOURCE-URL': source.path, 'INPUT_TARGET-URL': target.path };
    const policy = { 'INPUT_KEEP-DIVERGENT-REFS': 'true' };
    const stderr = await shell(script, { ...inputs, ...policy, ...files, RUNNER_TEMP: scratch.join('temp') });

    expect(readFileSync(scratch.join('code'), 'utf8')).toBe(`${code}\n`);
    expect(stderr.match(/^push-mirror: warning: the log could not be written \(E\w+\)\.$/gm)).toHaveLength(1);
    expect(readFileSync(files.GITHUB_OUTPUT, 'utf8')).toMatch(code === 0 ? /\nfinished\n/ : /\nfailed\n/);
    expect(readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8')).toMatch(/^###/);
    expect(reports()).toHaveLength(1);
  });
});

/** Runs a script in which NODE stands for a Node.js with these variables, some of which a shell would drop. */
async function shell(script: string, environment: Texts): Promise<string> {
  const named = Object.entries(environment).map(([name, value]) => `'${name}=${value}'`);
  const node = `env ${named.join(' ')} ${process.execPath}`;
  const child = spawn('/bin/sh', ['-c', script.replace('NODE', node)], {
    env: isolatedGit(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  await new Promise((settle) => child.once('close', settle));
  return text;
}

describe('a current folder that is gone', () => {
  test.each(['action', 'cli'] as const)('%s: absolute paths do', async (door) => {
    const { code, stderr, stdout } = await inGone(door, source.path, target.path);

    expect([code, stderr + stdout]).toEqual([0, expect.not.stringContaining('uv_cwd')]);
    expect(target.refs()).toEqual(source.refs());
  });

  test.each(['action', 'cli'] as const)('%s: a sentence for a relative path', async (door) => {
    const { code, stderr, stdout } = await inGone(door, source.path, './target.git');

    expect(code).toBe(door === 'cli' ? 2 : 1);
    expect(stdout + stderr).toMatch(
      /"\.\/target\.git" is relative to the current folder, which is gone or may not be entered: give an absolute path\./,
    );
  });

  async function inGone(
    door: 'action' | 'cli',
    from: string,
    to: string,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const folder = scratch.join('gone');
    mkdirSync(folder);
    const file = resolve(door === 'cli' ? 'dist/cli/index.js' : 'dist/index.js');
    const args = door === 'cli' ? `'${from}' '${to}'` : '';
    const out = scratch.join('out');
    const script = `cd ${folder} && rmdir ${folder} && NODE ${file} ${args} >${out}; echo "code $?" >&2`;
    const inputs = { 'INPUT_SOURCE-URL': from, 'INPUT_TARGET-URL': to, RUNNER_TEMP: scratch.path };
    const stderr = await shell(script, door === 'action' ? inputs : {});
    const code = Number(/code (\d+)/.exec(stderr)?.[1]);
    const stdout = readFileSync(out, 'utf8');
    rmSync(out);
    expect(existsSync(folder)).toBe(false);
    return { code, stdout, stderr };
  }
});

describe('patterns that match nothing', () => {
  const annotations = ({ stdout }: { readonly stdout: string }): string[] => stdout.match(/^::(?!debug).*/gm) ?? [];

  test('are a notice, not a warning', async () => {
    const done = await runStep(scratch.path, { ...local(), branches: 'main\nmian' });

    expect(annotations(done)).toContain(
      '::notice title=push-mirror::The pattern "mian" matches no branch of the source.',
    );
    expect(warnings(done)).toEqual([]);
  });

  test('are told once for all mirrors of a list', async () => {
    const mirrors = ['a', 'b', 'c'].map((name) => `- url: ${scratch.join(`${name}.git`)}\n  name: ${name}\n`).join('');
    const done = await runStep(scratch.path, { 'source-url': source.path, mirrors, branches: 'main\nmian' });

    expect(annotations(done).filter((line) => line.includes('mian'))).toEqual([
      '::notice title=push-mirror%3A 3 mirrors::The pattern "mian" matches no branch of the source.',
    ]);
  });
});
