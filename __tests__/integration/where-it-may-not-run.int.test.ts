import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { MirroredPair } from '../mirrored-pair.js';
import { runBundle, type Ended } from '../run.js';

let pair: MirroredPair;

beforeEach(async () => {
  pair = await MirroredPair.start();
});

afterEach(async () => pair.stop());

interface Step extends Ended {
  readonly output: string;
  readonly summary: string;
}

/** Runs the action in a job, as a runner does. */
async function step(inputs: Readonly<Record<string, string>>, job: Readonly<Record<string, string>>): Promise<Step> {
  const files = { GITHUB_OUTPUT: pair.scratch.join('output'), GITHUB_STEP_SUMMARY: pair.scratch.join('summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const ended = await runBundle('action', [], { ...given, ...files, RUNNER_TEMP: pair.scratch.path, ...job });
  return {
    ...ended,
    output: readFileSync(files.GITHUB_OUTPUT, 'utf8'),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
}

function eventFile(payload: unknown): string {
  const path = pair.scratch.join('event.json');
  writeFileSync(path, JSON.stringify(payload));
  return path;
}

test('in a fork without secrets: passed over with a notice, nobody is asked, neither green nor red by mistake', async () => {
  const job = {
    GITHUB_SERVER_URL: pair.server.url('').replace(/\/$/, ''),
    GITHUB_REPOSITORY: 'source.git',
    GITHUB_EVENT_PATH: eventFile({ repository: { fork: true } }),
  };

  const { code, stdout, output, summary } = await step({ 'target-url': pair.url('target') }, job);

  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^::notice title=push-mirror::Nothing is mirrored: this is a fork, which does not have the secrets/m,
  );
  expect(stdout).not.toMatch(/^::(?:error|warning)/m);
  expect(output).toMatch(/^status<<\S+\nskipped\n/m);
  expect(output).toMatch(/^changed<<\S+\nfalse\n/m);
  expect(output).toMatch(/^rejected-refs<<\S+\n\[\]\n/m);
  expect(summary).toMatch(/Mirror skipped\n\nNothing is mirrored: this is a fork/);
  expect(pair.server.requests).toEqual([]);
  expect(pair.target.refs()).toEqual(pair.before);
});

test('of Dependabot without secrets: passed over', async () => {
  const { code, stdout } = await step({ 'target-url': pair.url('target') }, { GITHUB_ACTOR: 'dependabot[bot]' });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^::notice .*runs of Dependabot get no secrets/m);
  expect(pair.server.requests).toEqual([]);
});

test.each([
  ['its own source', {}],
  ['another source', { 'source-url': '' }],
])('in the repository that is the target, with %s: refused, and nothing is changed', async (what, inputs) => {
  const job = { GITHUB_SERVER_URL: pair.server.url('').replace(/\/$/, ''), GITHUB_REPOSITORY: 'target' };
  const given = what === 'another source' ? { 'source-url': pair.url('source') } : inputs;

  const { code, stdout, output } = await step({ 'target-url': pair.url('target'), ...given }, job);

  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^::error::.*(?:the target is the repository that this job runs in|source and target are the same repository)/m,
  );
  expect(output).toMatch(/^status<<\S+\nfailed\n/m);
  expect(pair.server.requests).toEqual([]);
  expect(pair.target.refs()).toEqual(pair.before);
});

test('the command in a job of GitLab whose project is the target: refused', async () => {
  const job = { CI_PROJECT_URL: pair.server.url('target'), CI_SERVER_URL: pair.server.url('') };

  const { code, report } = await pair.command([pair.source.path, pair.url('target')], job);

  expect(code).toBe(1);
  expect(report.last_error).toMatch(
    /the target is the repository that this job runs in\. Run it only in the source repository/,
  );
  expect(pair.target.refs()).toEqual(pair.before);
});
