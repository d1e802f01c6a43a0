import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { ListReport } from '../../src/report/run-report.js';
import { until } from '../command-process.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { commitWithObjects, generatedObjects, keptLocally, localPath } from '../repositories/lfs.js';
import { run, runBundle, type Ended, type Given, type Run } from '../run.js';
import type { Choice } from '../servers/faults.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const LIMIT_MS = 40_000;
const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';
const START = 1_700_000_000;

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;
let server: GitHttpServer;
/** The source's first three commits, which the target has as its `main`. */
let base: string;
let clock: number;

beforeEach(async () => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  clock = START;
  base = commits(source, 3);
  source.set({ [MAIN]: base });
  target.copyFrom(source);
  server = await GitHttpServer.start(scratch.path);
});

afterEach(async () => {
  await server.stop();
  scratch.remove();
});

/** Makes a line of commits, each some minutes after the one before; returns the last one's id. */
function commits(repository: TestRepository, count: number, parents: readonly string[] = []): string {
  let tips = parents;
  for (let made = 0; made < count; made += 1) tips = [commitAt((clock += 601), repository, tips)];
  return tips[0] ?? '';
}

/** Makes a commit that was committed so many seconds after 1970. */
function commitAt(seconds: number, repository: TestRepository, parents: readonly string[]): string {
  const tree = repository.git(['mktree']);
  const signature = (at: number): string => `Jörg <j@example.com> ${at} +0545`;
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signature(seconds - 100_000)}`,
    `committer ${signature(seconds)}`,
    '',
    `committed at ${seconds} to ${repository.path}`,
    '',
  ];
  return repository.git(['hash-object', '-t', 'commit', '-w', '--stdin'], lines.join('\n'));
}

/** What `git log` says that the target lacks of a tip, in the words of the report; null where it lacks nothing. */
function behind(tip: string): string | null {
  const known = Object.values(target.refs()).filter((id) => isIn(source, id));
  const times = source
    .git(['log', '--format=%ct', tip, '--not', ...known])
    .split('\n')
    .filter((line) => line !== '');
  if (times.length === 0) return null;
  const oldest = new Date(Math.min(...times.map(Number)) * 1000).toISOString().replace('.000Z', 'Z');
  return `behind by ${times.length} ${times.length === 1 ? 'commit' : 'commits'}, the oldest of ${oldest}`;
}

function isIn(repository: TestRepository, id: string): boolean {
  try {
    repository.git(['cat-file', '-e', id]);
    return true;
  } catch {
    return false;
  }
}

const tipOf = (ref: string): string => source.refs()[ref] ?? '';
const pushes: Choice = ({ method, path }) => method === 'POST' && path.endsWith('/git-receive-pack');

/** Everything in the target that a run could change. */
const stateOf = (repository: TestRepository): string =>
  `${repository.git(['for-each-ref'])}\n${repository.git(['count-objects', '-v'])}\n${repository.git(['symbolic-ref', 'HEAD'])}`;

interface Checked extends Run {
  /** By ref: outcome and message. */
  readonly told: Readonly<Record<string, readonly [string, string | null]>>;
}

/** Checks, and sees to it that nothing was changed. */
async function check(given: Given = {}, ends: { source?: string; target?: string } = {}): Promise<Checked> {
  const state = stateOf(target);
  const checked = await run(ends.source ?? server.url('source.git'), ends.target ?? server.url('target.git'), {
    check: 'true',
    ...given,
  });
  expect(stateOf(target)).toBe(state);
  expect(server.requests.filter(pushes)).toEqual([]);
  expect(checked.report).toMatchObject({ check: true, dry_run: true, transfer: { pack_bytes: 0 } });
  const told = Object.fromEntries(
    checked.report.refs.map(({ ref, outcome, message }) => [ref, [outcome, message] as const]),
  );
  return { ...checked, told };
}

const inSync = { update_status: 'finished', last_error: null };

function expectDiffers({ report }: Run, ...refs: readonly string[]): void {
  const count = refs.length === 1 ? 'one ref differs' : `${refs.length} refs differ`;
  expect([report.update_status, report.last_error]).toEqual([
    'failed',
    `The target is not as it should be: ${count} (${refs.join(', ')}). Run the mirror.`,
  ]);
}

describe('a mirror that is as it should be', () => {
  test('is found so with one question to each end', async () => {
    const { report, told } = await check();

    expect(report).toMatchObject(inSync);
    expect(told).toEqual({ [MAIN]: ['unchanged', null] });
    expect(server.asked.toSorted()).toEqual([
      'GET /source.git/info/refs',
      'GET /target.git/info/refs',
      'POST /source.git/git-upload-pack',
    ]);
  });

  test('also with branches that the policy keeps', async () => {
    const own = commits(target, 2, [base]);
    target.set({ 'refs/heads/own': own, 'refs/tags/theirs': own });
    const { report, told } = await check();

    expect(report).toMatchObject(inSync);
    expect(told['refs/heads/own']?.[0]).toBe('kept');
    expect(told['refs/tags/theirs']?.[0]).toBe('kept');
  });

  test('also with differences in what is not selected', async () => {
    source.set({ [TOPIC]: commits(source, 1, [base]), 'refs/tags/v1': base });

    expect((await check({ branches: ['main'], tags: ['!*'] })).report).toMatchObject(inSync);
  });

  test('also if both are empty', async () => {
    source.set({ [MAIN]: null });
    target.set({ [MAIN]: null });

    expect((await check()).report).toMatchObject(inSync);
  });
});

describe('a mirror that is behind: by how many commits, and since when', () => {
  test.each([1, 3, 40])('a branch, by %i', async (count) => {
    source.set({ [MAIN]: commits(source, count, [base]) });
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told).toEqual({ [MAIN]: ['updated', behind(tipOf(MAIN))] });
    expect(behind(tipOf(MAIN))).toMatch(new RegExp(`^behind by ${count} commits?, the oldest of 2023-11-14T2`));
    expect(checked.report.refs[0]).toMatchObject({ old: base, new: tipOf(MAIN) });
  });

  test('new branches: one that grew from another, one with a history of its own, one that is the same as another', async () => {
    const topic = commits(source, 2, [base]);
    source.set({
      [TOPIC]: topic,
      'refs/heads/orphan': commits(source, 4),
      'refs/heads/zwilling': topic,
      'refs/heads/old': base,
    });
    const checked = await check();

    expectDiffers(checked, 'refs/heads/old', 'refs/heads/orphan', TOPIC, 'refs/heads/zwilling');
    expect(checked.told).toEqual({
      [MAIN]: ['unchanged', null],
      'refs/heads/old': ['created', null],
      'refs/heads/orphan': ['created', behind(tipOf('refs/heads/orphan'))],
      [TOPIC]: ['created', behind(topic)],
      'refs/heads/zwilling': ['created', behind(topic)],
    });
    expect(checked.told[TOPIC]?.[1]).toContain('behind by 2 commits');
  });

  test('tags: of commits that the mirror has, and of those that it lacks', async () => {
    const [first, second] = [commits(source, 1, [base]), commits(source, 3, [base])];
    const inner = source.tagObject('inner', second);
    source.set({
      'refs/tags/light': first,
      'refs/tags/light-old': base,
      'refs/tags/v1': source.tagObject('v1', base),
      'refs/tags/v2': source.tagObject('v2', second),
      'refs/tags/v3': source.tagObject('v3', inner, 'tag'),
      'refs/tags/tree': source.tagObject('tree', source.git(['mktree']), 'tree'),
    });
    const checked = await check();

    expect(checked.told).toEqual({
      [MAIN]: ['unchanged', null],
      'refs/tags/light': ['created', behind(first)],
      'refs/tags/light-old': ['created', null],
      'refs/tags/tree': ['created', null],
      'refs/tags/v1': ['created', null],
      'refs/tags/v2': ['created', behind(second)],
      'refs/tags/v3': ['created', behind(second)],
    });
    expect(checked.told['refs/tags/v3']?.[1]).toContain('behind by 3 commits');
  });

  test('merges: what came in by them counts, and what the mirror has elsewhere does not', async () => {
    const side = commits(source, 3, [base]);
    const had = commits(source, 2, [base]);
    const ours = commits(source, 1, [base]);
    const merged = commits(source, 1, [ours, side]);
    source.set({ [MAIN]: commits(source, 1, [merged, had]), 'refs/heads/had': had });
    target.git(['fetch', '--quiet', source.path, 'refs/heads/had:refs/heads/had']);
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['updated', behind(tipOf(MAIN))]);
    expect(checked.told[MAIN]?.[1]).toContain('behind by 6 commits');
  });

  test('what the mirror has in one of very many branches does not count', async () => {
    const had = commits(source, 5, [base]);
    const others = Array.from({ length: 150 }, (_one, index) => commitAt(START - index, source, [base]));
    const refs = Object.fromEntries(others.map((id, index) => [`refs/heads/b${index}`, id]));
    source.set({ ...refs, 'refs/heads/zz': had });
    target.copyFrom(source);
    source.set({ [MAIN]: commits(source, 2, [had]) });
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['updated', behind(tipOf(MAIN))]);
    expect(checked.told[MAIN]?.[1]).toContain('behind by 2 commits');
  });

  test('clocks that were wrong: the oldest is that with the lowest time, wherever it stands', async () => {
    const early = commitAt(START - 500_000, source, [commits(source, 1, [base])]);
    source.set({ [MAIN]: commits(source, 1, [early]) });
    const { told } = await check();

    expect(told[MAIN]).toEqual(['updated', behind(tipOf(MAIN))]);
    expect(told[MAIN]?.[1]).toContain(new Date((START - 500_000) * 1000).toISOString().slice(0, 19));
  });

  test('a branch that the source has replaced: forced, and behind by what it lacks', async () => {
    const left = commits(source, 2, [base]);
    source.set({ [MAIN]: left });
    target.copyFrom(source);
    source.set({ [MAIN]: commits(source, 3, [base]) });
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['forced', behind(tipOf(MAIN))]);
    expect(checked.told[MAIN]?.[1]).toContain('behind by 3 commits');
  });

  test('a branch that the source took back: forced, and behind by nothing', async () => {
    source.set({ [MAIN]: source.git(['rev-parse', `${base}^`]) });
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['forced', null]);
  });

  test('a branch that is to be deleted: nothing is said of when', async () => {
    target.set({ 'refs/heads/done': base });
    const checked = await check();

    expectDiffers(checked, 'refs/heads/done');
    expect(checked.told['refs/heads/done']).toEqual([
      'deleted',
      "gone from the source, and merged into the source's default branch",
    ]);
    expect((await check({ prune: 'never' })).report).toMatchObject(inSync);
  });

  test('an empty mirror: all of the history', async () => {
    target.set({ [MAIN]: null });
    const checked = await check();

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['created', behind(base)]);
  });

  test('a folder that is not there is not made', async () => {
    const checked = await check({}, { target: scratch.join('nowhere.git') });

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]?.[1]).toContain('behind by 3 commits');
    expect(existsSync(scratch.join('nowhere.git'))).toBe(false);
  });

  test.each([
    ['from folder to folder', () => ({ source: source.path, target: target.path })],
    [
      'of a source without protocol v2, which is copied',
      () => {
        server.behaviour.protocolV2 = false;
        return {};
      },
    ],
  ])('%s', async (_what, ends) => {
    source.set({ [MAIN]: commits(source, 3, [base]), [TOPIC]: commits(source, 1, [base]) });
    const checked = await check({}, ends());

    expectDiffers(checked, MAIN, TOPIC);
    expect(checked.told).toEqual({
      [MAIN]: ['updated', behind(tipOf(MAIN))],
      [TOPIC]: ['created', behind(tipOf(TOPIC))],
    });
  });

  test('with more names than a sentence should have', async () => {
    source.set(Object.fromEntries(Array.from({ length: 25 }, (_one, index) => [`refs/heads/b${index}`, base])));

    expect((await check()).report.last_error).toMatch(
      /^The target is not as it should be: 25 refs differ \(refs\/heads\/b0, .* and 5 more\)\. Run the mirror\.$/,
    );
  });
});

describe('where it cannot be known since when', () => {
  // The source does not know the mirror's commits, so it cannot tell what these are built on.
  test('a branch that the mirror has moved on by itself, and others that may have grown from it', async () => {
    target.set({ [MAIN]: commits(target, 2, [base]) });
    source.set({ [MAIN]: commits(source, 2, [base]), [TOPIC]: commits(source, 1, [base]) });
    const checked = await check();

    expectDiffers(checked, MAIN, TOPIC);
    expect(checked.told).toEqual({ [MAIN]: ['forced', null], [TOPIC]: ['created', null] });
  });

  test('but of a branch beside it whose beginning the mirror has, it can', async () => {
    target.set({ [MAIN]: commits(target, 2, [base]), 'refs/heads/base': base });
    source.set({ [MAIN]: commits(source, 2, [base]), [TOPIC]: commits(source, 1, [base]), 'refs/heads/base': base });
    const checked = await check();

    expectDiffers(checked, MAIN, TOPIC);
    expect(checked.told).toMatchObject({ [MAIN]: ['forced', null], [TOPIC]: ['created', behind(tipOf(TOPIC))] });
    expect(checked.told[TOPIC]?.[1]).toContain('behind by 1 commit,');
  });

  test('a source that cannot leave files out: the difference is found all the same', async () => {
    server.behaviour.filter = false;
    source.set({ [MAIN]: commits(source, 3, [base]), [TOPIC]: commits(source, 1, [base]) });
    const checked = await check();

    expectDiffers(checked, MAIN, TOPIC);
    expect(checked.told).toEqual({ [MAIN]: ['updated', null], [TOPIC]: ['created', null] });
  });

  test(
    'more commits than are read',
    async () => {
      const words = 'x'.repeat(2400);
      const commit = (index: number): string =>
        `commit ${MAIN}\ncommitter C <c@example.com> ${START + 100_000 + index} +0000\ndata ${words.length}\n${words}\n${index === 0 ? `from ${base}\n` : ''}`;
      source.git(['fast-import', '--quiet'], Array.from({ length: 30_000 }, (_one, index) => commit(index)).join(''));
      const checked = await check({ lfs: 'never' });

      expectDiffers(checked, MAIN);
      expect(checked.told).toEqual({ [MAIN]: ['updated', null] });
    },
    LIMIT_MS,
  );
});

describe('with keep-divergent-refs', () => {
  test('what has diverged is a failure by itself; the rest is behind', async () => {
    const own = commits(target, 1, [base]);
    source.set({ [MAIN]: commits(source, 1, [base]), [TOPIC]: base });
    target.copyFrom(source);
    target.set({ [MAIN]: own, 'refs/heads/only': base });
    source.set({ [TOPIC]: commits(source, 2, [base]) });
    const { report, told } = await check({ keepDivergentRefs: 'true' });

    expect(report.update_status).toBe('failed');
    expect(report.last_error).toContain(
      'Some refs have diverged and have not been updated on the target: refs/heads/main.',
    );
    expect(told).toEqual({
      [MAIN]: ['diverged', expect.stringContaining('with keep-divergent-refs the ref is left unchanged')],
      'refs/heads/only': ['kept', expect.stringContaining('keep-divergent-refs')],
      [TOPIC]: ['updated', behind(tipOf(TOPIC))],
    });
  });

  test('what only the mirror has is no difference', async () => {
    target.set({ 'refs/heads/only': base });

    expect((await check({ keepDivergentRefs: 'true' })).report).toMatchObject(inSync);
  });
});

describe('with Git LFS', () => {
  const ends = (): { source: string; target: string } => ({ source: source.path, target: target.path });

  test('objects are counted, and none is brought over', async () => {
    const objects = generatedObjects(4, 100);
    commitWithObjects(source, objects);
    const checked = await check({ lfs: 'always' }, ends());

    expectDiffers(checked, MAIN);
    expect(checked.told[MAIN]).toEqual(['updated', behind(tipOf(MAIN))]);
    expect(checked.report.lfs).toMatchObject({ objects: 4 });
    expect(keptLocally(target.path)).toEqual([]);
  });

  test('an object that the source lacks, too: the ref could not be mirrored, and that is said', async () => {
    const objects = generatedObjects(2, 100);
    commitWithObjects(source, objects);
    rmSync(localPath(source.path, objects[0]!.oid));
    const { report, told } = await check({ lfs: 'always' }, ends());

    expect([report.update_status, report.last_error]).toEqual(['failed', `Some refs were rejected: ${MAIN}.`]);
    expect(told[MAIN]).toEqual(['rejected', expect.stringContaining(objects[0]!.oid)]);
    expect(keptLocally(target.path)).toEqual([]);
  });
});

describe('a check that finds something else', () => {
  test('a server that is not to be reached is told as such, and not as a difference', async () => {
    const { report } = await check({}, { target: server.url('nowhere.git') });

    expect(report.last_error).toContain('HTTP 404');
    expect(report.last_error).not.toContain('differ');
  });

  test('both a check and a dry run: it fails where there is a difference', async () => {
    source.set({ [TOPIC]: base });

    expectDiffers(await check({ dryRun: 'true' }), TOPIC);
  });

  test('the mirror is brought further by a run at the same moment: no difference', async () => {
    const old = tipOf(MAIN);
    const newer = commits(source, 2, [base]);
    // The source is read as it was, the target as it is after.
    let isMoved = false;
    server.behaviour.alter = (chunk, seen) => {
      if (seen.path.startsWith('/source.git/git-upload-pack') && !isMoved) {
        isMoved = true;
        source.set({ [MAIN]: newer, [TOPIC]: newer });
        target.copyFrom(source);
      }
      return chunk;
    };
    const held = holdTarget(() => isMoved);
    const checked = await run(server.url('source.git'), server.url('target.git'), { check: 'true' });

    expect(held.count).toBe(1);
    expect(old).not.toBe(newer);
    expect(checked.report).toMatchObject(inSync);
    expect(checked.outcomes).toEqual({ [MAIN]: 'unchanged', [TOPIC]: 'unchanged' });
    expect(server.requests.filter(pushes)).toEqual([]);
  });

  /** Keeps the target's first answer back until something is so. */
  function holdTarget(isSo: () => boolean): { count: number } {
    const held = { count: 0 };
    server.behaviour.intercept = (request, response, seen) => {
      if (!seen.path.startsWith('/target.git/info/refs') || held.count > 0) return false;
      held.count += 1;
      until(isSo).then(
        () =>
          void fetch(server.url(seen.path.slice(1))).then(async (answer) => {
            response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? '' });
            response.end(Buffer.from(await answer.arrayBuffer()));
          }),
        () => request.destroy(),
      );
      return true;
    };
    return held;
  }
});

describe('through the doors', () => {
  const TO = (): string => server.url('target.git');
  const FROM = (): string => server.url('source.git');

  test('the command: exit code 0 or 1, and a table that says that it was a check', async () => {
    const first = await runBundle('cli', ['--check', FROM(), TO()], {}, { folder: scratch.path });
    expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^finished \(check\): 1 unchanged; in /)]);

    source.set({ [MAIN]: commits(source, 3, [base]) });
    const second = await runBundle('cli', ['--check', FROM(), TO()], {}, { folder: scratch.path });

    expect(second.code).toBe(1);
    const [row, message, verdict, error] = second.stdout.split('\n');
    expect([row, message?.trim()]).toEqual([
      `  updated   ${MAIN}  ${base.slice(0, 10)}..${tipOf(MAIN).slice(0, 10)}`,
      behind(tipOf(MAIN)),
    ]);
    expect(verdict).toMatch(/^failed \(check\): 1 updated; in .*, no pack$/);
    expect(error).toBe(`error: The target is not as it should be: one ref differs (${MAIN}). Run the mirror.`);
    expect(target.refs()).toEqual({ [MAIN]: base });
  });

  test('the command, on a list: each mirror for itself', async () => {
    const other = TestRepository.create(scratch.join('other.git'));
    source.set({ [MAIN]: commits(source, 2, [base]) });
    other.copyFrom(source);
    writeFileSync(
      scratch.join('mirrors.yml'),
      stringify([
        { name: 'behind', url: TO() },
        { name: 'equal', url: server.url('other.git') },
      ]),
    );
    const args = ['--check', '--mirrors=mirrors.yml', '--report=report.json', FROM()];
    const { code, stdout }: Ended = await runBundle('cli', args, {}, { folder: scratch.path });
    const report = JSON.parse(readFileSync(scratch.join('report.json'), 'utf8')) as ListReport;

    expect(code).toBe(1);
    expect(report.mirrors.map((one) => [one.name, one.update_status, one.check])).toEqual([
      ['behind', 'failed', true],
      ['equal', 'finished', true],
    ]);
    expect(report.mirrors[0]?.refs[0]?.message).toBe(behind(tipOf(MAIN)));
    expect(report.last_error).toMatch(
      /^1 of 2 mirrors failed\. behind: The target is not as it should be: one ref differs/,
    );
    expect(stdout).toMatch(/^failed: 1 of 2 mirrors failed$/m);
    expect([target.refs(), other.refs()]).toEqual([{ [MAIN]: base }, source.refs()]);
    expect(server.requests.filter(pushes)).toEqual([]);
  });

  test('the action: the step fails, and the summary says since when', async () => {
    source.set({ [MAIN]: commits(source, 2, [base]) });
    mkdirSync(scratch.join('temp'));
    for (const name of ['output', 'summary']) writeFileSync(scratch.join('temp', name), '');
    const { code, stdout } = await runBundle(
      'action',
      [],
      {
        'INPUT_SOURCE-URL': FROM(),
        'INPUT_TARGET-URL': TO(),
        INPUT_CHECK: 'true',
        GITHUB_ACTIONS: 'true',
        RUNNER_TEMP: scratch.join('temp'),
        GITHUB_OUTPUT: scratch.join('temp', 'output'),
        GITHUB_STEP_SUMMARY: scratch.join('temp', 'summary'),
      },
      { folder: scratch.path },
    );
    const summary = readFileSync(scratch.join('temp', 'summary'), 'utf8').replace(/&#(\d+);/g, (_all, sign: string) =>
      String.fromCodePoint(Number(sign)),
    );

    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error::The target is not as it should be: one ref differs/m);
    expect(summary).toMatch(/^### ❌ Mirror failed \(check\)/);
    expect(summary).toContain(behind(tipOf(MAIN)));
    expect(readFileSync(scratch.join('temp', 'output'), 'utf8')).toMatch(/^status<<(\S+)\nfailed\n\1$/m);
    expect(target.refs()).toEqual({ [MAIN]: base });
  });
});
