import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { RejectionRule } from '../../src/hosts/host.js';
import { Explainer, REJECTIONS, remedyText } from '../../src/hosts/rejection.js';
import type { Report } from '../../src/report/report.js';
import { REFUSALS, wordsOf, type Refusal } from '../recordings/refusals.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle, type Ended, type Run } from '../run.js';
import { answering, pushes, to } from '../servers/faults.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { message, pkt } from '../servers/pkt.js';
import { refuseEach, refuseWhole } from '../servers/refusing-hooks.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';

const MAIN = 'refs/heads/main';
const OTHERS = ['refs/heads/fine'];
const RESULT = { 'Content-Type': 'application/x-git-receive-pack-result' };
const TOKEN = 'glpat-s3cr3t/+of=the-test';

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let server: GitHttpServer;

beforeAll(async () => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  const tip = source.commits(2);
  source.set({ [MAIN]: tip, 'refs/heads/fine': source.commit([tip]) });
  TestRepository.create(scratch.join('empty.git'));
  server = await GitHttpServer.start(scratch.path);
});

afterAll(async () => {
  await server.stop();
  scratch.remove();
});

beforeEach(() => {
  cpSync(scratch.join('empty.git'), scratch.join('target.git'), { recursive: true });
  target = TestRepository.at(scratch.join('target.git'));
});

afterEach(() => {
  rmSync(target.path, { recursive: true });
  server.forget();
  Object.assign(server.behaviour, { intercept: undefined, alter: undefined, credentials: undefined, config: [] });
});

const mirror = (url = server.url('target.git')): Promise<Run> => run(source.path, url);

const countPushes = (): number => server.requests.filter(pushes).length;

/** One recording of each rule that comes in this way, with its title: the unit tests have them all. */
function recordings(how: Refusal['how'], isChosen: (one: Refusal) => boolean = () => true): [string, Refusal][] {
  const chosen = REFUSALS.filter((one) => one.how === how && isChosen(one));
  const isFirst = (one: Refusal): boolean => chosen.find(({ id }) => id === one.id) === one;
  return chosen.filter(isFirst).map((one) => [titleOf(one), one]);
}

function titleOf({ id, remote, reason, unpack = '', body = '' }: Refusal): string {
  const line = [...remote, unpack, body, reason].find((text) => /\w{3} \w/.test(text)) ?? reason;
  return `${id}: ${line.trim().split('\n')[0] ?? ''}`;
}

function ruleOf({ id }: Refusal): RejectionRule {
  const rule = REJECTIONS.find((one) => one.id === id);
  if (rule === undefined) throw new Error(`there is no rule ${id}`);
  return rule;
}

/** The remedies for its words, wherever they are said. */
function remediesOf(refusal: Refusal): string[] {
  const places = ['local', 'ssh', 'http'] as const;
  const explainer = new Explainer();
  const said = refusal.how === 'unmoved' ? refusal.remote : wordsOf(refusal)[1];
  const [reason] = wordsOf(refusal);
  return places.map((place) => {
    const rule =
      refusal.how === 'unmoved' ? explainer.unmoved(reason, said, place) : explainer.rejection(reason, said, place);
    return rule?.remedy ?? '';
  });
}

/** Checks that a text says what happened, in the server's words, what it means and what to do. */
function expectExplained(text: string | null | undefined, refusal: Refusal): void {
  const { pattern, meaning } = ruleOf(refusal);
  const remedy = remediesOf(refusal).find((one) => text?.includes(one) === true) ?? remediesOf(refusal)[0];
  const known = refusal.remote.filter((line) => pattern.test(line)).map((line) => line.trim());
  for (const words of [refusal.reason, refusal.unpack ?? '', known[0] ?? '', meaning, remedy]) {
    expect(text).toContain(words);
  }
  expect(text).not.toMatch(/[^.][.!?]\.(?: |$)/);
}

/** Checks what a user reads of a push on which only `main` was refused. */
function expectToldOfMain({ report, lines }: Run, refusal: Refusal): void {
  const shown = refusal.remote.filter((line) => line.trim() !== '').map((line) => `target: ${line.trimEnd()}`);
  expect(lines).toEqual(expect.arrayContaining(shown));
  const refused = report.refs.find(({ ref }) => ref === MAIN);
  expect(refused?.outcome).toBe('rejected');
  expectExplained(refused?.message, refusal);
  expect(report.update_status).toBe('failed');
}

/** Checks that all but `main` is on the target. */
function expectOthersLanded(): void {
  const { [MAIN]: _refused, ...others } = source.refs();
  expect(target.refs()).toEqual(others);
  expect(target.fsck()).toBe('');
}

describe('a hook that refuses a push as a whole', () => {
  test.each(recordings('hook'))('%s', async (_title, refusal) => {
    refuseWhole(target, { refs: [MAIN], said: refusal.remote });

    const done = await mirror(target.path);

    expectToldOfMain(done, refusal);
    expect(done.report.last_error).toBe(`Some refs were rejected: ${MAIN}.`);
    expect(done.report.counts).toMatchObject({ created: 1, rejected: 1 });
    expectOthersLanded();
  });
});

const isRace = (refusal: Refusal): boolean => REJECTIONS.find(({ id }) => id === refusal.id)?.isRace === true;

describe('a report that refuses one ref', () => {
  test.each(recordings('status', (one) => !isRace(one) && one.unpack === undefined))('%s', async (_title, refusal) => {
    refuseEach(target, { refs: [MAIN], said: refusal.remote }, refusal.reason);

    const done = await mirror();

    expectToldOfMain(done, refusal);
    expect(done.report.last_error).toBe(`Some refs were rejected: ${MAIN}.`);
    expect(countPushes()).toBe(1);
    expectOthersLanded();
  });

  test.each(recordings('unmoved'))('in the words of a race, which was none: %s', async (_title, refusal) => {
    refuseEach(target, { refs: [MAIN], said: refusal.remote }, refusal.reason);

    const done = await mirror();

    expectToldOfMain(done, refusal);
    expect(done.report.refs.find(({ ref }) => ref === MAIN)?.code).toBe(refusal.id);
    expect(done.report.counts).toMatchObject({ created: 1, rejected: 1 });
    expect(countPushes()).toBe(1);
    expectOthersLanded();
  });
});

/** The report on a push of which the objects were not taken. */
function unpackFailed({ remote, unpack = '', reason }: Refusal): Buffer {
  const said = Buffer.from(`\u0002${remote.map((line) => `${line}\n`).join('')}`);
  const verdicts = [MAIN, ...OTHERS].map((ref) => `ng ${ref} ${reason}\n`);
  const report = Buffer.concat([Buffer.from('\u0001'), message(`unpack ${unpack}\n`, ...verdicts)]);
  return remote.length === 0 ? message(report) : message(said, report);
}

describe('a report that refuses the objects', () => {
  test.each(recordings('status', ({ unpack }) => unpack !== undefined))('%s', async (_title, refusal) => {
    server.behaviour.intercept = answering(pushes, 200, RESULT, unpackFailed(refusal));

    const done = await mirror();

    expectToldOfMain(done, refusal);
    expect(done.report.counts).toMatchObject({ created: 0, rejected: 2 });
    expect(target.refs()).toEqual({});
  });

  // GitHub and Bitbucket end the stream there: no report follows.
  test('the pack is too large, and the connection ends with the words', async () => {
    const [refusal] = REFUSALS.filter(({ id }) => id === 'pack-size');
    const words = Buffer.from(`\u0002${refusal!.remote[0] ?? ''}\n`);
    server.behaviour.intercept = answering(pushes, 200, RESULT, pkt(words));

    const { report, lines } = await mirror();

    expect(lines).toContain(`target: ${refusal!.remote[0] ?? ''}`);
    expect(report.last_error).toContain(refusal!.remote[0]);
    expect(report.last_error).toContain(remediesOf(refusal!)[2]);
    // The parts of it may fit.
    expect(countPushes()).toBe(3);
    expect(target.refs()).toEqual({});
  }, 20_000);
});

describe("git's own refusals, as its settings make them", () => {
  /** Makes the target one on which `main` has diverged. */
  function diverge(): void {
    target.set({ [MAIN]: target.commit() });
  }

  test.each<[string, string, string, () => void]>([
    ['force-push', 'receive.denyNonFastForwards=true', 'non-fast-forward', diverge],
    ['hidden-ref', `transfer.hideRefs=${MAIN}`, 'deny updating a hidden ref', () => undefined],
    ['pack-size', 'receive.maxInputSize=100', 'fatal: pack exceeds maximum allowed size', () => undefined],
    ['checked-out', 'core.bare=false', 'branch is currently checked out', diverge],
  ])('%s, by %s', async (id, setting, words, prepare) => {
    prepare();
    target.git(['config', ...setting.split('=')]);

    const { report } = await mirror();

    const told = report.refs.find(({ ref }) => ref === MAIN)?.message ?? report.last_error;
    expect(told).toContain(words);
    expect(told).toContain(ruleOf({ id } as Refusal).meaning);
    expect(told).toContain(remedyText(ruleOf({ id } as Refusal).remedy, 'http'));
    expect(target.refs()[MAIN]).not.toBe(source.refs()[MAIN]);
    expect(report.update_status).toBe('failed');
  });

  test('deletion, by receive.denyDeletes', async () => {
    target.copyFrom(source);
    target.set({ 'refs/heads/gone': source.refs()[MAIN] ?? '' });
    target.git(['config', 'receive.denyDeletes', 'true']);

    const { report, lines } = await mirror();

    const [refusal] = REFUSALS.filter((one) => one.id === 'deletion');
    const told = report.refs.find(({ ref }) => ref === 'refs/heads/gone')?.message;
    expect(lines).toContain('target: error: denying ref deletion for refs/heads/gone');
    for (const words of ['deletion prohibited', ruleOf(refusal!).meaning, remediesOf(refusal!)[2]])
      expect(told).toContain(words);
    expect(target.refs()).toHaveProperty(['refs/heads/gone']);
  });

  test('fsck, by receive.fsckObjects', async () => {
    const tree = source.git(['rev-parse', `${MAIN}^{tree}`]);
    const text = `tree ${tree}\nauthor nobody 1577836800 +0000\ncommitter nobody 1577836800 +0000\n\nodd\n`;
    const odd = source.git(['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], text);
    source.set({ 'refs/heads/odd': odd });
    target.git(['config', 'receive.fsckObjects', 'true']);

    const { report } = await mirror().finally(() => source.set({ 'refs/heads/odd': null }));

    const [refusal] = REFUSALS.filter((one) => one.id === 'fsck');
    const told = report.refs.find(({ ref }) => ref === 'refs/heads/odd')?.message;
    for (const words of ['missingEmail', ruleOf(refusal!).meaning, '`git config receive.fsck.missingEmail warn`'])
      expect(told).toContain(words);
    expect(target.refs()).toEqual(source.refs());
  });
});

describe('an answer over HTTP', () => {
  // CodeCommit's 429 is waited out: its own tests have that.
  const answers = REFUSALS.filter(({ how, httpStatus }) => how === 'http' && httpStatus !== 429);
  test.each(answers.map((one) => [titleOf(one), one] as const))('%s', async (_title, refusal) => {
    const { httpStatus = 0, contentType = '', body = '' } = refusal;
    server.behaviour.intercept = answering(to('target'), httpStatus, { 'Content-Type': contentType }, body);

    const { report } = await mirror();

    const { meaning } = ruleOf(refusal);
    const remedy = remediesOf(refusal)[2];
    const said = body.split('\n').filter((line) => line !== '' && !/^[0-9a-f]{4}/.test(line));
    for (const words of [server.url('target.git'), `HTTP ${httpStatus}`, ...said, meaning, remedy])
      expect(report.last_error).toContain(words);
    expect(report.update_status).toBe('failed');
    expect(target.refs()).toEqual({});
  });
});

describe('words over SSH', () => {
  /** A program that takes the place of ssh, says these lines and fails. */
  function sayingSsh(lines: readonly string[]): string {
    const folder = scratch.join('programs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(scratch.join('programs', 'said'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(
      scratch.join('programs', 'ssh'),
      `#!/bin/sh\n${TELLS_VERSION}\ncat '${scratch.join('programs', 'said')}' >&2\nexit 1\n`,
    );
    chmodSync(scratch.join('programs', 'ssh'), 0o755);
    return `${folder}${delimiter}${process.env.PATH ?? ''}`;
  }

  test.each(recordings('ssh'))('%s', async (_title, refusal) => {
    const url = 'ssh://git@host.example/owner/name.git';

    const ended = await runBundle('cli', ['--json', source.path, url], { PATH: sayingSsh(refusal.remote) });

    const report = JSON.parse(ended.stdout) as Report;
    const { meaning } = ruleOf(refusal);
    const remedy = remediesOf(refusal)[1];
    const said = refusal.remote.map((line) => line.trim()).filter((line) => /\w{3} /.test(line));
    for (const words of [url, ...said, meaning, remedy]) expect(report.last_error).toContain(words);
    expect(ended.code).toBe(1);
  });
});

/** What the action wrote, and where. */
interface Step extends Ended {
  readonly summary: string;
  readonly report: Report;
  /** Everything but the masks. */
  readonly all: string;
}

/** Runs the action as a runner does, with the token in its input. */
async function step(): Promise<Step> {
  const folder = scratch.join('runner');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const [output, summary] = ['output', 'summary'].map((name) => scratch.join('runner', name)) as [string, string];
  for (const file of [output, summary]) writeFileSync(file, '');
  const ended = await runBundle('action', [], {
    'INPUT_SOURCE-URL': source.path,
    'INPUT_TARGET-URL': server.url('target.git'),
    INPUT_USERNAME: 'me',
    INPUT_TOKEN: TOKEN,
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: summary,
  });
  const reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const texts = readdirSync(folder).map((name) => readFileSync(scratch.join('runner', name), 'utf8'));
  const log = (ended.stdout + ended.stderr).split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return {
    ...ended,
    summary: readFileSync(summary, 'utf8'),
    report: JSON.parse(readFileSync(scratch.join('runner', reports[0] ?? ''), 'utf8')) as Report,
    all: [...log, ...texts].join('\n'),
  };
}

/** The summary as GitHub shows it: its character references resolved. */
function shown(summary: string): string {
  return summary
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** The messages of the annotations of one type, as GitHub shows them. */
function annotations({ stdout }: Ended, type: string): string[] {
  const found = stdout.matchAll(new RegExp(`^::${type}[^:]*(?:%3A[^:]*)*::(.*)$`, 'gm'));
  return Array.from(found, ([, text = '']) => text.replaceAll('%0A', '\n').replaceAll('%25', '%'));
}

describe('the action tells it in the log, in an annotation, in the summary and in the report', () => {
  beforeEach(() => {
    server.behaviour.credentials = `me:${TOKEN}`;
  });

  const told = [
    'github-large-file',
    'github-secret',
    'github-protected-branch',
    'gitlab-force-push',
    'gitea-protected-branch',
    'bitbucket-size',
    'azure-policy',
  ].map((id) => REFUSALS.find((one) => one.id === id)!);

  test.each(told.map((one) => [titleOf(one), one] as const))('%s', async (_title, refusal) => {
    if (refusal.how === 'hook') refuseWhole(target, { refs: [MAIN], said: refusal.remote });
    else refuseEach(target, { refs: [MAIN], said: refusal.remote }, refusal.reason);

    const ended = await step();

    expect(ended.code).toBe(1);
    const message = ended.report.refs.find(({ ref }) => ref === MAIN)?.message ?? '';
    expectExplained(message, refusal);
    const lines = ended.stdout.split('\n');
    const remote = refusal.remote.filter((line) => line.trim() !== '').map((line) => `remote: ${line.trimEnd()}`);
    expect(lines).toEqual(expect.arrayContaining(remote));
    expect(annotations(ended, 'error')).toContain(message);
    expect(shown(ended.summary)).toContain(message);
    expectOthersLanded();
  });

  test.each(['github-archived', 'codecommit-denied'])('%s, over HTTP', async (id) => {
    const [refusal] = REFUSALS.filter((one) => one.id === id && one.how === 'http');
    const { httpStatus = 0, contentType = '', body = '' } = refusal!;
    server.behaviour.intercept = answering(to('target'), httpStatus, { 'Content-Type': contentType }, body);

    const ended = await step();

    const error = ended.report.last_error ?? '';
    for (const words of [body.trim(), remediesOf(refusal!)[2]]) expect(error).toContain(words);
    expect(annotations(ended, 'error')).toContain(error);
    expect(shown(ended.summary)).toContain(error);
    expect(ended.code).toBe(1);
  });
});

describe('a hostile server', () => {
  const HOSTILE = [
    '\u001b[2J\u001b[31mred\u001b[0m \u001b]0;title\u0007',
    '::set-output name=status::finished',
    '  ::add-mask::refs',
    '::stop-commands::x',
    '##[command]ls',
    'text ##[set-output name=a]b',
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '[click](javascript:alert(1)) ![](https://evil.example/pixel)',
    '| a | b | `c` *d* <!-- @everyone',
    '\u202egnp.exe\u2066\u200e\u061c',
    '\u0085\u2028\u2029\u009b31m',
    '\r::error::carriage',
    '%0A::error::percent',
    '\b\b\b\u0000\u007f',
  ];

  /** What nobody but us may write: control characters but line feeds, and what turns the direction of text. */
  const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  const OURS = /^::(?:add-mask::|debug::|(?:error|warning|notice)(?: title=push-mirror[^:]*)?::)/;

  beforeEach(() => {
    server.behaviour.credentials = `me:${TOKEN}`;
  });

  function expectHarmless(ended: Step): void {
    expect(ended.all).not.toMatch(UNSAFE);
    expect(JSON.stringify(Object.values(ended.report))).not.toMatch(/\\u00[01]/);
    const commands = ended.stdout.split('\n').filter((line) => line.trimStart().startsWith('::'));
    expect(commands.filter((line) => !OURS.test(line))).toEqual([]);
    const plain = ended.stdout.split('\n').filter((line) => !line.startsWith('::'));
    expect(plain.filter((line) => line.includes('##['))).toEqual([]);
    expect(ended.summary.replace(/\*\*(?:Last error|Note):\*\*/g, '')).not.toMatch(
      /<(?:script|img|!--)|\]\(|@everyone|[`*]/,
    );
    const rows = ended.summary.split('\n').filter((line) => line.startsWith('| ❌'));
    expect(rows.map((row) => row.split('|').length)).toEqual(rows.map(() => 6));
  }

  test('in what a hook says', async () => {
    refuseWhole(target, { refs: [MAIN], said: HOSTILE });

    const ended = await step();

    expect(ended.stdout).toContain(String.raw`remote: \x1b[2J\x1b[31mred`);
    expect(ended.stdout).toContain('<script>alert(1)</script>');
    expectHarmless(ended);
    expectOthersLanded();
  });

  test('in the reason for one ref', async () => {
    refuseEach(target, { refs: [MAIN] }, HOSTILE.map((line) => line.replace(/[\u0000\r]/g, '')).join(' '));

    const ended = await step();

    expect(ended.report.refs.find(({ ref }) => ref === MAIN)?.message).toContain('##[command]ls');
    expectHarmless(ended);
  });

  test('in an answer over HTTP', async () => {
    const type = { 'Content-Type': 'text/plain' };
    server.behaviour.intercept = answering(to('target'), 403, type, HOSTILE.join(' ').replaceAll('\r', ''));

    const ended = await step();

    expect(ended.report.last_error).toContain('<script>');
    expectHarmless(ended);
  });

  test('100,000 lines: the first of them are shown, and that there are more', async () => {
    refuseWhole(target, { refs: [MAIN], said: Array.from({ length: 100_000 }, (_, index) => `line ${index}`) });

    const ended = await step();

    const lines = ended.stdout.split('\n').filter((line) => line.startsWith('remote: line '));
    expect(lines.length).toBeLessThanOrEqual(2000);
    expect(ended.stdout.match(/remote: \(\d+ more lines of the server are left out\)/g)).toHaveLength(1);
    expect(ended.report.refs.find(({ ref }) => ref === MAIN)?.message?.length).toBeLessThan(500);
    expectOthersLanded();
  }, 30_000);

  test('a line of a million characters: a part of it is shown', async () => {
    refuseWhole(target, { refs: [MAIN], said: ['x'.repeat(1_000_000), 'GitLab: Protected tags cannot be updated.'] });

    const ended = await step();

    expect(Math.max(...ended.stdout.split('\n').map((line) => line.length))).toBeLessThan(10_000);
    expect(ended.report.refs.find(({ ref }) => ref === MAIN)?.message).toContain('Protected tags cannot be updated.');
    expect(ended.summary.length).toBeLessThan(10_000);
  });

  test.each([
    ['as it is', TOKEN],
    ['percent-encoded', encodeURIComponent(TOKEN)],
    ['in base64 behind the user name', btoa(`me:${TOKEN}`)],
    ['in a URL', `https://me:${encodeURIComponent(TOKEN)}@host.example/x.git`],
    ['in a line that is cut at its end', `${'x'.repeat(1990)}${TOKEN}`],
    ['in lines that are cut at their beginning', ...Array.from(TOKEN, (_, at) => 'x'.repeat(at) + TOKEN.repeat(400))],
  ])('the token comes back %s', async (_how, ...said) => {
    refuseWhole(target, { refs: [MAIN], said });

    const ended = await step();

    expect(ended.stdout).toContain('*****');
    for (let at = 0; at + 12 <= TOKEN.length; at += 1) expect(ended.all).not.toContain(TOKEN.slice(at, at + 12));
    expect(ended.all).not.toContain(btoa(`me:${TOKEN}`).replace(/=+$/, ''));
    expect(ended.all).not.toContain(encodeURIComponent(TOKEN));
  });

  test('the token comes back in the reason for a ref', async () => {
    refuseEach(target, { refs: [MAIN] }, `no ${TOKEN} ${btoa(`me:${TOKEN}`)}`);

    const ended = await step();

    expect(ended.report.refs.find(({ ref }) => ref === MAIN)?.message).toContain('no ***** *****');
    expect(ended.all).not.toContain(TOKEN);
  });
});

describe('letters that are no ASCII', () => {
  // Git hands on what a hook writes in pieces of 128 bytes.
  test('come through whole, wherever the stream is cut', async () => {
    const lines = Array.from({ length: 60 }, (_, index) => `${'x'.repeat(index)} — 受保护的分支 🔒 ${index}`);
    refuseWhole(target, { refs: [MAIN], said: lines });

    const done = await mirror();

    expect(done.lines.filter((line) => line.includes('\ufffd'))).toEqual([]);
    expect(done.lines).toEqual(expect.arrayContaining(lines.map((line) => `target: ${line}`)));
  });
});
