import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import type * as Library from '../../src/library.js';
import type { Report } from '../../src/report/report.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { runStep } from '../runners/action-step.js';
import { runPipeline } from '../runners/gitlab.js';
import { runBundle } from '../run.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const gitlab = needed('gitlab-ci-local');
const TOKEN = 'ghp_theTokenOfTheMirrorWhichNobodyMaySee';
const LIMIT_MS = 60_000;
const CLOSED = 'refs/heads/closed';
const POLICY = { tags: ['v*'], prune: 'merged', 'push-options': ['ci.skip'] };

/** What came of the same mirror in one of the places where it can run. */
interface Mirrored {
  readonly report: Report;
  /** Whether it was told to whoever started it that all is well. */
  readonly isWell: boolean;
}

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let server: GitHttpServer;
let runs = 0;

beforeEach(async () => {
  scratch = new Scratch();
  mkdirSync(scratch.join('me'));
  source = TestRepository.create(scratch.join('me', 'project.git'));
  target = TestRepository.create(scratch.join('target.git'));
  server = await GitHttpServer.start(scratch.path);
});

afterEach(async () => {
  await server.stop();
  scratch.remove();
});

/** Makes both ends anew, with something to do for each kind of outcome but `diverged`. */
function makeEnds(): void {
  const [first, second] = [source.commit(), source.commit()];
  const merged = source.commit([first]);
  const main = source.commit([merged]);
  source.set({
    'refs/heads/main': merged,
    'refs/heads/same': first,
    'refs/heads/other': second,
    'refs/heads/done': merged,
  });
  target.copyFrom(source);
  target.set({ 'refs/heads/other': target.commit([second]), 'refs/heads/mine': target.commit([first]) });
  source.set({
    'refs/heads/main': main,
    'refs/heads/done': null,
    'refs/heads/new': source.commit([main]),
    [CLOSED]: first,
    'refs/tags/v1': source.tagObject('v1', main),
    'refs/tags/nightly': main,
  });
  target.git(['config', 'receive.advertisePushOptions', 'true']);
  hook('update', `[ "$1" != ${CLOSED} ] || { echo "this branch is closed" >&2; exit 1; }`);
  hook('pre-receive', `echo "$GIT_PUSH_OPTION_0" >>"${scratch.join('options')}"`);
}

function hook(name: 'update' | 'pre-receive', script: string): void {
  writeFileSync(`${target.path}/hooks/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const EXPECTED = {
  'refs/heads/closed': 'rejected',
  'refs/heads/done': 'deleted',
  'refs/heads/main': 'updated',
  'refs/heads/mine': 'kept',
  'refs/heads/new': 'created',
  'refs/heads/other': 'forced',
  'refs/heads/same': 'unchanged',
  'refs/tags/v1': 'created',
};

const sourceUrl = (): string => server.url('me/project.git');
const targetUrl = (): string => server.url('target.git');
const read = (file: string): Report => JSON.parse(readFileSync(file, 'utf8')) as Report;

async function byCommand(): Promise<Mirrored> {
  const file = scratch.join('report.json');
  const policy = ['--tag=v*', '--prune=merged', '--push-option=ci.skip'];
  const { code } = await runBundle('cli', [...policy, `--report=${file}`, sourceUrl(), targetUrl()], {
    PUSH_MIRROR_TARGET_TOKEN: TOKEN,
  });
  return { report: read(file), isWell: code === 0 };
}

async function byAction(): Promise<Mirrored> {
  const { code, outputs } = await runStep(scratch.path, {
    'source-url': sourceUrl(),
    'target-url': targetUrl(),
    token: TOKEN,
    tags: 'v*',
    prune: 'merged',
    'push-options': 'ci.skip',
  });
  return { report: read(outputs.report ?? ''), isWell: code === 0 };
}

async function byLibrary(): Promise<Mirrored> {
  const { mirror } = (await import(resolve('dist/lib/index.js'))) as typeof Library;
  const report = await mirror({
    source: sourceUrl(),
    target: targetUrl(),
    targetToken: TOKEN,
    tags: POLICY.tags,
    prune: 'merged',
    pushOptions: POLICY['push-options'],
    environment: { PATH: process.env.PATH },
  });
  return { report, isWell: report.update_status === 'finished' };
}

async function byComponent(): Promise<Mirrored> {
  const inputs = {
    'target-url': targetUrl(),
    'source-url': sourceUrl(),
    'token-variable': 'MIRROR_TOKEN',
    command: `${process.execPath} ${resolve('dist/cli/index.js')}`,
    ...POLICY,
  };
  const { code, artifact, log } = await runPipeline(
    { program: gitlab.path, folder: scratch.join(`gitlab-${(runs += 1)}`) },
    {
      url: sourceUrl(),
      files: {
        '.gitlab-ci.yml': stringify({ include: [{ local: 'templates/push-mirror.yml', inputs }] }),
        'templates/push-mirror.yml': readFileSync('templates/push-mirror.yml', 'utf8'),
      },
      predefined: { CI_JOB_TOKEN: 'glcbt-64_the-token-of-this-job' },
      variables: { MIRROR_TOKEN: TOKEN },
    },
  );
  const report = artifact('push-mirror', 'push-mirror.json');
  if (report === undefined) throw new Error(`the job left no report: ${log}`);
  return { report: JSON.parse(report) as Report, isWell: code === 0 };
}

/** A report without what differs from run to run: times, and what servers tell of their progress. */
function lasting({ transfer, last_update_at: _at, last_update_started_at: _startedAt, ...rest }: Report): object {
  const { duration_ms: _duration, bytes_received: _received, ...counts } = transfer;
  return { ...rest, transfer: counts };
}

/** Mirrors the same two repositories in each place, and expects the same of all of them. */
async function expectTheSame(...places: readonly (() => Promise<Mirrored>)[]): Promise<void> {
  makeEnds();
  const before = target.refs();
  const reports: Report[] = [];
  const { [CLOSED]: _closed, 'refs/tags/nightly': _nightly, ...brought } = source.refs();
  for (const mirrored of places) {
    target.set({ ...Object.fromEntries(Object.keys(target.refs()).map((ref) => [ref, null])), ...before });
    target.git(['gc', '--quiet', '--prune=now']);
    const { report, isWell } = await mirrored();
    expect([isWell, target.fsck()]).toEqual([false, '']);
    expect(target.refs()).toEqual({ ...brought, 'refs/heads/mine': before['refs/heads/mine'] });
    expect(readFileSync(scratch.join('options'), 'utf8')).toBe('ci.skip\n');
    rmSync(scratch.join('options'));
    reports.push(report);
  }

  const [first, ...others] = reports.map(lasting);
  const refs = reports.flatMap((report) => report.refs).slice(0, Object.keys(EXPECTED).length);
  expect(Object.fromEntries(refs.map(({ ref, outcome }) => [ref, outcome]))).toEqual(EXPECTED);
  expect(refs.find(({ ref }) => ref === CLOSED)?.message).toContain('this branch is closed');
  for (const other of others) expect(other).toEqual(first);
}

describe('the same repository, with the same refs and the same report but for times', () => {
  test(
    'by the command, the action and the library',
    async () => expectTheSame(byCommand, byAction, byLibrary),
    LIMIT_MS,
  );

  gitlab.describe('and in GitLab CI/CD', () => {
    test('by the command and the component', async () => expectTheSame(byCommand, byComponent), LIMIT_MS);
  });
});
