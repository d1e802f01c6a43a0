import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { until } from '../command-process.js';
import type { Report } from '../../src/report/report.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';

const LIMIT_MS = 30_000;
type Door = 'action' | 'cli';

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let child: ChildProcess | undefined;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  const tip = source.commits(2);
  // Larger than what is kept on the way.
  const large = randomBytes(200_000).toString('hex');
  source.set({ 'refs/heads/main': tip, 'refs/heads/one': source.commit([tip], large), 'refs/heads/two': tip });
});

afterEach(() => {
  child?.kill('SIGKILL');
  scratch.remove();
});

const begun = (): string => scratch.join('begun');

/** Lets the source keep its pack back, once it has sent as many bytes of it. */
function holdPack(bytes: number): void {
  const hook = scratch.join('hook');
  writeFileSync(hook, `#!/bin/sh\n"$@" | { head -c ${bytes}; touch ${begun()}; sleep 20; }\n`, { mode: 0o755 });
  writeFileSync(scratch.join('gitconfig'), `[uploadpack]\n\tpackObjectsHook = ${hook}\n`);
}

function hook(name: 'pre-receive' | 'update', script: string): void {
  writeFileSync(`${target.path}/hooks/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const hang = (): string => `touch ${begun()}; sleep 20`;

const MOMENTS: Readonly<
  Record<string, { readonly arrange: () => void; readonly code: string; readonly words: RegExp }>
> = {
  'before anything was pushed': {
    arrange: () => holdPack(0),
    code: 'stopped',
    words: /^the run was stopped before this ref was pushed\. Run the mirror again\.$/,
  },
  'while the pack flows': {
    arrange: () => holdPack(100_000),
    code: 'stopped-in-doubt',
    words: /^the run was stopped while this ref was pushed, .*it may have been changed all the same/,
  },
  'while the answer is awaited': {
    arrange: () => hook('pre-receive', hang()),
    code: 'stopped-in-doubt',
    words: /^the run was stopped while this ref was pushed, .*it may have been changed all the same/,
  },
  'while a hook looks at one ref': {
    arrange: () => hook('update', `[ "$1" != refs/heads/one ] || { ${hang()}; }`),
    code: 'stopped-in-doubt',
    words: /^the run was stopped while this ref was pushed, .*it may have been changed all the same/,
  },
};

interface Stopped {
  readonly code: number | null;
  readonly report: Report;
  /** Everything that was told. */
  readonly told: string;
  readonly stdout: string;
  readonly summary: string;
}

/** Runs a bundle, sends it a signal once something has begun, and waits for its end. */
async function stop(door: Door, signal: NodeJS.Signals): Promise<Stopped> {
  mkdirSync(scratch.join('temp'));
  const files = { GITHUB_OUTPUT: scratch.join('temp', 'output'), GITHUB_STEP_SUMMARY: scratch.join('temp', 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const report = scratch.join('report.json');
  const config = existsSync(scratch.join('gitconfig')) ? { GIT_CONFIG_GLOBAL: scratch.join('gitconfig') } : {};
  // A search for Git LFS objects would be the first to meet a hook of the source.
  const inputs = {
    INPUT_LFS: 'never',
    'INPUT_SOURCE-URL': source.path,
    'INPUT_TARGET-URL': target.path,
    RUNNER_TEMP: scratch.join('temp'),
  };
  const args =
    door === 'cli'
      ? ['dist/cli/index.js', '--lfs=never', `--report=${report}`, source.path, target.path]
      : ['dist/index.js'];
  const started = spawn(process.execPath, [resolve(args[0] ?? ''), ...args.slice(1)], {
    env: { ...isolatedGit(), ...config, ...(door === 'action' ? { ...inputs, ...files } : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let [stdout, stderr] = ['', ''];
  started.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((settle) => started.once('close', settle));
  await until(() => existsSync(begun()));
  // The pack's first bytes, or the hook's silence, must have reached the run.
  await new Promise((settle) => setTimeout(settle, 300));
  started.kill(signal);
  const code = await ended;
  const texts = Object.values(files).map((file) => readFileSync(file, 'utf8'));
  const path = door === 'cli' ? report : (/^report<<(\S+)\n(.*)\n\1$/m.exec(texts[0] ?? '')?.[2] ?? '');
  const written = readFileSync(path, 'utf8');
  const told = [stdout, stderr, written, ...texts].join('\n');
  return { code, report: JSON.parse(written) as Report, told, stdout, summary: texts[1] ?? '' };
}

describe.each(Object.keys(MOMENTS))('a run that is stopped %s', (moment) => {
  const { arrange, code, words } = MOMENTS[moment] ?? { arrange: () => undefined, code: '', words: / / };

  test.each([
    ['action', 'SIGHUP'],
    ['cli', 'SIGTERM'],
  ] as const)(
    '%s, %s: every ref says so, and nobody is said to have refused it',
    async (door, signal) => {
      arrange();
      const ended = await stop(door, signal);

      expect([ended.code, ended.report.last_error_code]).toEqual([1, 'stopped']);
      expect(ended.report.last_error).toMatch(new RegExp(`^The mirror was stopped by ${signal}\\.`));
      expect(ended.report.refs.map(({ outcome, code: one }) => [outcome, one])).toEqual(
        Array.from({ length: 3 }, () => ['rejected', code]),
      );
      for (const { message } of ended.report.refs) expect(message).toMatch(words);
      expect(ended.told).not.toMatch(/refuse|broke off|declined/);
      expect(ended.stdout).toMatch(/^ {2}stopped +refs\/heads\/\S/m);
      expect(ended.stdout).toContain('failed: 3 stopped;');
      expect(ended.stdout).not.toContain('3 rejected');
      expect(ended.summary).toMatch(door === 'cli' ? /^$/ : /⏹️\u00a03\u00a0stopped/);
      // The command has no annotations.
      const annotations = door === 'cli' ? null : [`::error::${ended.report.last_error ?? ''}`];
      expect(ended.stdout.match(/^::(?:error|warning).*/gm)).toEqual(annotations);
      expect(target.fsck()).toBe('');
    },
    LIMIT_MS,
  );
});
