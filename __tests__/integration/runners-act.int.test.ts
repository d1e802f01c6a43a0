import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Report } from '../../src/report/report.js';
import { formsOf } from '../canary.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { runJob, type Job, type JobRun } from '../runners/act.js';
import { exampleWorkflow, replaced } from '../runners/examples.js';
import { PUBLISHED, publishAction } from '../runners/published-action.js';
import { GitHttpServer } from '../servers/git-http-server.js';

// Now and then act loses the last lines that a step prints before its program ends.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const act = needed('act');
const JOB_TOKEN = 'ghs_the-token-of-this-job';
const TOKEN = 'glpat-the-token-of-the-mirror';
/** Everything that is in the workspace, and whether it is a shallow clone. */
const LOOK = 'echo "shallow $(git rev-parse --is-shallow-repository)"; find . -type f -exec sha1sum {} + | sort';

act.describe(`run by act on Node.js ${process.versions.node}`, () => {
  let action: Scratch;
  let scratch: Scratch;
  let forge: GitHttpServer;
  let source: TestRepository;
  let mirrors: GitHttpServer;
  let target: TestRepository;
  let tip: string;
  let runs: number;

  beforeAll(() => {
    action = new Scratch();
    publishAction(action.path);
  });

  afterAll(() => action.remove());

  beforeEach(async () => {
    scratch = new Scratch();
    runs = 0;
    for (const folder of ['forge', 'forge/me', 'mirrors']) mkdirSync(scratch.join(folder));
    source = TestRepository.create(scratch.join('forge', 'me', 'project'));
    tip = source.commits(3);
    source.set({ 'refs/heads/main': tip, 'refs/heads/topic': source.commit([tip]), 'refs/tags/v1': tip });
    target = TestRepository.create(scratch.join('mirrors', 'project.git'));
    forge = await GitHttpServer.start(scratch.join('forge'));
    forge.behaviour.credentials = `x-access-token:${JOB_TOKEN}`;
    mirrors = await GitHttpServer.start(scratch.join('mirrors'));
    mirrors.behaviour.credentials = `oauth2:${TOKEN}`;
  });

  afterEach(async () => {
    await Promise.all([forge.stop(), mirrors.stop()]);
    scratch.remove();
  });

  /** What GitHub says of the repository with every event. */
  const repository = (fork = false): object => ({
    full_name: 'me/project',
    default_branch: 'main',
    private: true,
    fork,
  });

  function jobEnvironment(): Record<string, string> {
    const root = forge.url('').replace(/\/$/, '');
    return { GITHUB_SERVER_URL: root, GITHUB_API_URL: `${root}/api/v3`, GITHUB_REPOSITORY: 'me/project' };
  }

  async function runIt(workflow: string, given: Partial<Job> & { workspace?: string } = {}): Promise<JobRun> {
    const { workspace, ...job } = given;
    const settings = {
      act: act.path,
      folder: scratch.join(`runner-${(runs += 1)}`),
      actions: { [PUBLISHED]: action.path },
      ...(workspace === undefined ? {} : { workspace }),
    };
    return runJob(settings, {
      workflow,
      event: 'push',
      payload: { ref: 'refs/heads/main', after: tip, deleted: false, repository: repository() },
      environment: jobEnvironment(),
      secrets: { GITHUB_TOKEN: JOB_TOKEN, MIRROR_TOKEN: TOKEN },
      ...job,
    });
  }

  const targetUrl = (): string => mirrors.url('project.git');

  /** What `actions/checkout` makes where nothing is set: one commit of one branch. */
  function defaultCheckout(): string {
    const path = scratch.join('checkout');
    git('/', ['clone', '--quiet', '--depth=1', `file://${source.path}`, path]);
    git(path, ['remote', 'set-url', 'origin', forge.url('me/project')]);
    return path;
  }

  describe('the workflow of the README', () => {
    test('on a push, with nothing checked out', async () => {
      const { code, steps } = await runIt(exampleWorkflow(targetUrl()));

      expect(steps.get('0')).toMatchObject({ result: 'success', outputs: { status: 'finished', changed: 'true' } });
      expect(code).toBe(0);
      expect(target.refs()).toEqual(source.refs());
      expect(target.fsck()).toBe('');
      expect(signedIn(forge)).toEqual([`x-access-token:${JOB_TOKEN}`]);
      expect(signedIn(mirrors)).toEqual([`oauth2:${TOKEN}`]);
    });

    test('after a checkout as it is by default, which is shallow: it is neither mirrored nor touched', async () => {
      const workflow = replaced(
        exampleWorkflow(targetUrl()),
        'steps:\n',
        `steps:
      - uses: actions/checkout@v4
      - id: before
        run: ${LOOK}
`,
      );

      const { code, steps } = await runIt(`${workflow}      - id: after\n        run: ${LOOK}\n`, {
        workspace: defaultCheckout(),
      });

      expect(code).toBe(0);
      expect(target.refs()).toEqual(source.refs());
      expect(target.git(['rev-list', '--count', 'topic'])).toBe('4');
      expect(steps.get('before')?.printed).toMatch(/^shallow true\n/);
      expect(steps.get('after')?.printed).toBe(steps.get('before')?.printed);
    });

    test.each<[string, Readonly<Record<string, unknown>>]>([
      ['push', { ref: 'refs/tags/v1', deleted: false }],
      ['delete', { ref: 'gone', ref_type: 'branch', pusher_type: 'user' }],
      ['schedule', { schedule: '17 3 * * *' }],
      ['workflow_dispatch', { ref: 'refs/heads/topic', inputs: null }],
    ])('on the event %s: everything is brought over, and what is gone goes', async (event, payload) => {
      target.copyFrom(source);
      target.set({
        'refs/heads/gone': tip,
        'refs/heads/main': source.git(['rev-parse', 'main~1']),
        'refs/tags/v1': null,
      });
      const workflow = replaced(
        exampleWorkflow(targetUrl()),
        'on: [push, delete]',
        "on: { push: {}, delete: {}, schedule: [{ cron: '17 3 * * *' }], workflow_dispatch: {} }",
      );

      const { code, steps } = await runIt(workflow, { event, payload: { ...payload, repository: repository() } });

      expect([code, steps.get('0')?.result]).toEqual([0, 'success']);
      expect(target.refs()).toEqual(source.refs());
      expect(steps.get('0')?.outputs).toMatchObject({
        'created-refs': '["refs/tags/v1"]',
        'updated-refs': '["refs/heads/main"]',
        'deleted-refs': '["refs/heads/gone"]',
      });
    });

    test('in a fork, which has no secrets: passed over, and green', async () => {
      const { code, steps } = await runIt(exampleWorkflow(targetUrl()), {
        payload: { ref: 'refs/heads/main', repository: repository(true) },
        secrets: { GITHUB_TOKEN: JOB_TOKEN },
      });

      expect(code).toBe(0);
      expect(steps.get('0')).toMatchObject({
        outputs: { status: 'skipped', changed: 'false', 'created-refs': '[]' },
        annotations: [{ kind: 'notice', title: 'push-mirror' }],
        summary: expect.stringContaining('Mirror skipped'),
      });
      expect([...forge.requests, ...mirrors.requests]).toEqual([]);
    });
  });

  test('the mirror gets the workflow too: there it says how to keep it from running, and nobody is asked', async () => {
    const { code, steps } = await runIt(exampleWorkflow(forge.url('me/project.git')));

    expect(code).toBe(1);
    expect(steps.get('0')?.outputs['last-error']).toContain('the target is the repository that this job runs in');
    expect(steps.get('0')?.outputs['last-error']).toContain("`if: github.repository == 'OWNER/SOURCE'`");
    expect(forge.requests).toEqual([]);
  });

  /** A workflow with one job of these steps. JSON is YAML. */
  function workflowOf(...steps: readonly object[]): string {
    return JSON.stringify({ on: 'push', jobs: { mirror: { 'runs-on': 'ubuntu-latest', steps } } });
  }

  const mirror = (inputs: object = {}, more: object = {}): object => ({
    id: 'mirror',
    uses: PUBLISHED,
    with: { 'target-url': targetUrl(), token: '${{ secrets.MIRROR_TOKEN }}', ...inputs },
    ...more,
  });

  /** A step that hands on what it can see of the step before. */
  const onlooker = (): object => ({
    id: 'onlooker',
    if: 'always()',
    env: { SEEN: '${{ toJSON(steps.mirror) }}', REPORT: '${{ steps.mirror.outputs.report }}' },
    run: `node --version; printf '%s' "$SEEN" > '${scratch.join('seen')}'; cp "$REPORT" '${scratch.join('report')}' || true`,
  });

  const seen = (): unknown => JSON.parse(readFileSync(scratch.join('seen'), 'utf8'));
  const report = (): Report => JSON.parse(readFileSync(scratch.join('report'), 'utf8')) as Report;

  describe('a mirror that finished', () => {
    test('a later step has its outputs and its report, the job has its summary', async () => {
      const { code, steps } = await runIt(workflowOf(mirror(), onlooker()));

      expect(code).toBe(0);
      expect(steps.get('onlooker')?.printed).toContain(process.version);
      expect(seen()).toEqual({
        conclusion: 'success',
        outcome: 'success',
        outputs: {
          status: 'finished',
          changed: 'true',
          'created-refs': JSON.stringify(Object.keys(source.refs())),
          'updated-refs': '[]',
          'deleted-refs': '[]',
          'divergent-refs': '[]',
          'rejected-refs': '[]',
          'last-error': '',
          'last-error-code': '',
          report: expect.stringMatching(/^\/.*\.json$/),
        },
      });
      expect(report()).toMatchObject({ update_status: 'finished', counts: { created: 3 }, url: targetUrl() });
      expect(steps.get('mirror')?.annotations).toEqual([
        { kind: 'notice', title: 'push-mirror', message: expect.stringMatching(/^3 created, in .* s, \d+ requests/) },
      ]);
      const summary = steps.get('mirror')?.summary ?? '';
      expect(summary).toMatch(/^### ✅ Mirror finished: <code>http/);
      expect(summary.match(/^\|.*refs\/[^<]*/gm)).toEqual([
        expect.stringMatching(/created \| <code>refs\/heads\/main$/),
        expect.stringMatching(/created \| <code>refs\/heads\/topic$/),
        expect.stringMatching(/created \| <code>refs\/tags\/v1$/),
      ]);
    });

    test('inputs may be of any type that YAML knows', async () => {
      const { steps } = await runIt(
        workflowOf(
          mirror({
            'dry-run': true,
            'keep-divergent-refs': false,
            timeout: 60,
            branches: 'main\n!topic\n',
            tags: '!*',
          }),
          onlooker(),
        ),
      );

      expect(steps.get('mirror')?.outputs['created-refs']).toBe('["refs/heads/main"]');
      expect(report().dry_run).toBe(true);
      expect(target.refs()).toEqual({});
    });
  });

  describe('a mirror that failed', () => {
    /** A target that takes everything but one ref. */
    function refuse(ref: string): void {
      const hook = scratch.join('mirrors', 'project.git', 'hooks', 'update');
      writeFileSync(hook, `#!/bin/sh\n[ "$1" != ${ref} ]\n`, { mode: 0o755 });
    }

    test('makes the job red with exit code 1, and a later step has its outputs', async () => {
      refuse('refs/heads/topic');

      const { code, log, steps } = await runIt(workflowOf(mirror(), onlooker()));

      expect(code).toBe(1);
      expect(log).toMatch(/^exit status 1$/m);
      expect(seen()).toMatchObject({
        conclusion: 'failure',
        outputs: {
          status: 'failed',
          changed: 'true',
          'created-refs': '["refs/heads/main","refs/tags/v1"]',
          'rejected-refs': '["refs/heads/topic"]',
          'last-error': expect.stringContaining('refs/heads/topic'),
        },
      });
      expect(report().update_status).toBe('failed');
      expect(steps.get('mirror')?.annotations.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
        'error push-mirror: refs/heads/topic rejected',
        'error ',
      ]);
      expect(steps.get('mirror')?.summary).toMatch(/^### ❌ Mirror failed/);
      expect(Object.keys(target.refs())).toEqual(['refs/heads/main', 'refs/tags/v1']);
    });

    test('leaves the job green under continue-on-error', async () => {
      refuse('refs/heads/topic');

      const { code } = await runIt(workflowOf(mirror({}, { 'continue-on-error': true }), onlooker()));

      expect(code).toBe(0);
      expect(seen()).toMatchObject({ conclusion: 'success', outcome: 'failure', outputs: { status: 'failed' } });
    });

    test('does so too where an input is wrong: with the exit code of a failed step, and nothing is asked', async () => {
      const { code, log, steps } = await runIt(workflowOf(mirror({ prune: 'some', timeout: 'soon' }), onlooker()));

      expect(code).toBe(1);
      expect(log).toMatch(/^exit status 1$/m);
      expect(seen()).toMatchObject({
        conclusion: 'failure',
        outputs: { status: 'failed', changed: 'false', 'last-error': expect.stringMatching(/`prune`[^]*`timeout`/) },
      });
      expect(steps.get('mirror')?.annotations).toEqual([
        { kind: 'error', title: 'push-mirror: configuration', message: expect.stringContaining('`prune`') },
        { kind: 'error', title: 'push-mirror: configuration', message: expect.stringContaining('`timeout`') },
        { kind: 'error', title: '', message: '2 inputs are wrong.' },
      ]);
      expect([...forge.requests, ...mirrors.requests]).toEqual([]);
    });

    test.each(['merged', 'always'])('where the source is the shallow checkout, with prune: %s', async (prune) => {
      target.copyFrom(source);
      const checkout = { uses: 'actions/checkout@v4' };

      const { code, steps } = await runIt(workflowOf(checkout, mirror({ 'source-url': '.', prune })), {
        workspace: defaultCheckout(),
      });

      expect(code).toBe(1);
      expect(steps.get('mirror')?.outputs['last-error']).toMatch(/is a shallow clone.*`fetch-depth: 0`/);
      expect(target.refs()).toEqual(source.refs());
    });
  });

  describe('secrets', () => {
    test("neither the job's own token nor the mirror's shows, whoever repeats them", async () => {
      for (const server of [forge, mirrors]) {
        server.behaviour.intercept = ({ headers }, response) => {
          response.writeHead(403, { 'Content-Type': 'text/plain' }).end(`go away, ${headers.authorization ?? ''}`);
          return true;
        };
      }
      const shout = { if: 'always()', run: 'echo "${{ github.token }} ${{ secrets.MIRROR_TOKEN }}"', id: 'shout' };

      const { code, log, steps } = await runIt(workflowOf(mirror(), onlooker(), shout));

      expect(code).toBe(1);
      expect(steps.get('shout')?.printed).toBe('*** ***\n');
      expect(steps.get('mirror')?.outputs['last-error']).toContain('go away, Basic *****');
      const files = ['seen', 'report'].map((name) => readFileSync(scratch.join(name), 'utf8'));
      const told = [log, steps.get('mirror')?.summary ?? '', ...files].join('\n');
      expect([JOB_TOKEN, TOKEN].flatMap(formsOf).filter((form) => told.includes(form))).toEqual([]);
    });

    test('a token that an earlier step got, which the runner knows nothing of, is hidden from then on', async () => {
      const signIn = { id: 'sign-in', run: `echo "token=${TOKEN}" >> "$GITHUB_OUTPUT"` };
      const shout = { run: 'echo "it is ${{ steps.sign-in.outputs.token }}"', id: 'shout' };

      const { code, steps } = await runIt(
        workflowOf(signIn, mirror({ token: '${{ steps.sign-in.outputs.token }}' }), shout),
        { secrets: { GITHUB_TOKEN: JOB_TOKEN } },
      );

      expect(code).toBe(0);
      expect(target.refs()).toEqual(source.refs());
      expect(steps.get('shout')?.printed).toBe('it is ***\n');
    });
  });
});

/** As whom somebody has got an answer from a server. */
function signedIn({ requests }: GitHttpServer): string[] {
  const answered = requests.filter(({ status }) => status < 400);
  const found = answered.map(({ headers }) => headers.authorization?.replace(/^Basic /, '') ?? '');
  return [...new Set(found)].map((basic) => Buffer.from(basic, 'base64').toString());
}
