import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commandName } from '../../src/cli/names.js';
import { HurriedClock } from '../clock.js';
import { connectAndMirror } from '../../src/mirror/connect.js';
import { parseOptions } from '../../src/options/options.js';
import type { MirrorResult } from '../../src/mirror/outcome.js';
import type { Change } from '../../src/mirror/plan.js';
import { batches } from '../../src/mirror/push-order.js';
import { rawOptions } from '../raw-options.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { run, type Run } from '../run.js';
import { cutAfter, cutting, pushes, type Choice } from '../servers/faults.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { pushesSeenBy } from '../servers/push-commands.js';
import { refuseAtFirst, refuseEach, refuseWhole } from '../servers/refusing-hooks.js';

const MAIN = 'refs/heads/main';

let scratch: Scratch;
let server: GitHttpServer;
let source: TestRepository;
let target: TestRepository;

beforeEach(async () => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  server = await GitHttpServer.start(scratch.path);
  server.behaviour.config = ['core.fsync=none'];
});

afterEach(async () => {
  await server.stop();
  scratch.remove();
});

/** Makes `main` and so many branches on the source, each with a commit and a file of its own; returns all names. */
function branches(count: number): string[] {
  const base = source.commit();
  const name = (index: number): string => `refs/heads/b${String(index).padStart(4, '0')}`;
  const commit = (index: number): string =>
    `commit ${name(index)}\ncommitter C <c@example.com> ${1_600_000_000 + index} +0000\ndata 1\nx\n` +
    `from ${base}\nM 100644 inline file${index}\ndata 5\n${String(index).padStart(4, '0')}\n\n`;
  source.git(['fast-import', '--quiet'], Array.from({ length: count }, (_, index) => commit(index)).join(''));
  source.set({ [MAIN]: base });
  return Object.keys(source.refs()).filter((ref) => ref !== MAIN);
}

const countPushes = (): number => server.requests.filter(pushes).length;

/** The source's refs without some. */
function allBut(...bad: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(source.refs()).filter(([ref]) => !bad.includes(ref)));
}

function outcomeOf(refs: MirrorResult['refs'], ...outcomes: readonly string[]): string[] {
  return refs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ ref }) => ref);
}

describe('among a thousand refs', () => {
  const AT_MOST = 2 * Math.log2(1000) + 2;

  const mirror = (): Promise<Run> => run(server.url('source.git'), server.url('target.git'));

  function expectOnlyRefused({ report }: Run, ...bad: readonly string[]): void {
    expect(report.refs.filter(({ outcome }) => outcome === 'rejected').map(({ ref }) => ref)).toEqual(bad);
    expect(report.counts).toMatchObject({ created: 1000 - bad.length, rejected: bad.length });
    expect(target.refs()).toEqual(allBut(...bad));
    expect(target.fsck()).toBe('');
  }

  test.each([
    ['the first', 0],
    ['one in the middle', 499],
    ['the last', 998],
  ])('%s is forbidden, where the whole push is refused for it: 999 land', async (which, index) => {
    const bad = branches(999)[index] ?? '';
    refuseWhole(target, { refs: [bad], said: ['GitLab: You are not allowed to create protected branches.'] });

    const done = await mirror();

    process.stdout.write(`1 bad ref of 1000, ${which}: ${countPushes()} pushes\n`);
    expect(countPushes()).toBeLessThanOrEqual(AT_MOST);
    expectOnlyRefused(done, bad);
    expect(done.report.refs.find(({ ref }) => ref === bad)?.message).toContain(
      "the token's role is too low for it. Give the token the role",
    );
  });

  test('the default branch is forbidden: 999 land', async () => {
    branches(999);
    refuseWhole(target, { refs: [MAIN] });

    const done = await mirror();

    process.stdout.write(`1 bad ref of 1000, the default branch: ${countPushes()} pushes\n`);
    expect(countPushes()).toBeLessThanOrEqual(AT_MOST);
    expectOnlyRefused(done, MAIN);
  });

  test('three are forbidden, and the server names the first of them alone: 997 land', async () => {
    const names = branches(999);
    const bad = [names[3] ?? '', names[500] ?? '', names[997] ?? ''];
    refuseAtFirst(target, bad, 'Not allowed to push to protected branch');

    const done = await mirror();

    process.stdout.write(`3 bad refs of 1000: ${countPushes()} pushes\n`);
    expect(countPushes()).toBeLessThanOrEqual(3 * AT_MOST);
    expectOnlyRefused(done, ...bad);
    for (const ref of bad) {
      const message = done.report.refs.find((one) => one.ref === ref)?.message;
      expect(message).toContain(`Not allowed to push to protected branch ${ref.replace('refs/heads/', '')}`);
    }
  });

  test('one is refused by itself: 999 land with one push', async () => {
    const bad = branches(999)[700] ?? '';
    const said = [`error: GH006: Protected branch update failed for ${bad}.`, '- Cannot force-push to this branch'];
    refuseEach(target, { refs: [bad], said }, 'protected branch hook declined');

    const done = await mirror();

    expect(countPushes()).toBe(1);
    expectOnlyRefused(done, bad);
    expect(done.report.refs.find(({ ref }) => ref === bad)?.message).toContain('GH006');
  });
});

describe('batches', () => {
  const change = (index: number): Change => ({ kind: 'create', ref: `refs/heads/${index}`, new: '1' });
  const changes = Array.from({ length: 35 }, (_, index) => change(index));

  test.each<[number, number[]]>([
    [10, [10, 10, 10, 5]],
    [35, [35]],
    [34, [34, 1]],
    [1, Array<number>(35).fill(1)],
    [Infinity, [35]],
  ])('of at most %d', (most, sizes) => {
    const groups = batches(changes, most);

    expect(groups.map((group) => group.length)).toEqual(sizes);
    expect(groups.flat()).toEqual(changes);
  });

  test('of nothing there are none', () => {
    expect(batches([], 10)).toEqual([]);
  });
});

describe('a host that takes ten refs in one push', () => {
  /** Mirrors as from the command line, to such a host. */
  async function mirror(): Promise<MirrorResult> {
    const [from, to] = [server.url('source.git'), server.url('target.git')];
    const options = parseOptions(rawOptions({ source: { url: from }, target: { url: to } }), commandName, scratch.path);
    const host = { ...options.target.host, refsPerPush: 10 };
    const quiet = (): void => undefined;
    return connectAndMirror(
      { ...options, target: { ...options.target, host } },
      {
        log: { debug: quiet, info: quiet, warn: quiet, remote: quiet, progress: quiet },
        signal: new AbortController().signal,
        clock: new HurriedClock(),
        environment: isolatedGit(),
        agent: 'push-mirror/test',
        proxyFor: () => undefined,
        onSecret: () => undefined,
      },
    );
  }

  /** The pushes from the so-manieth to the so-manieth. */
  function nth(first: number, last = first): Choice {
    let count = 0;
    return (seen) => {
      if (!pushes(seen)) return false;
      count += 1;
      return count >= first && count <= last;
    };
  }

  const sizes = (): number[] => pushesSeenBy(server).map(({ commands }) => commands.length);

  test('35 refs go in four pushes, the default branch first, and no object goes twice', async () => {
    branches(34);

    const { status, refs } = await mirror();

    const seen = pushesSeenBy(server);
    process.stdout.write(`35 refs in batches of 10: ${seen.map(({ objects }) => objects).join(' + ')} objects\n`);
    expect(sizes()).toEqual([10, 10, 10, 5]);
    expect(seen[0]?.commands[0]).toBe(`create ${MAIN}`);
    expect(seen.map(({ objects }) => objects).every((count) => count > 0)).toBe(true);
    const objects = source.git(['rev-list', '--objects', '--all']).split('\n').length;
    expect(seen.reduce((sum, push) => sum + push.objects, 0)).toBe(objects);
    expect([status, outcomeOf(refs, 'created').length]).toEqual(['finished', 35]);
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
  });

  test('a name is freed before it is needed, in another push; all other deletions come last', async () => {
    branches(33);
    target.copyFrom(source);
    const base = source.refs()[MAIN] ?? '';
    for (const ref of Object.keys(target.refs())) target.set({ [ref]: null });
    target.set({ 'refs/heads/a-old': base, 'refs/heads/z': base });
    source.set({ 'refs/heads/z/1': source.commit([base]) });

    const { status, refs } = await mirror();

    const commands = pushesSeenBy(server).map((push) => push.commands);
    expect(sizes()).toEqual([10, 10, 10, 7]);
    expect(commands[0]?.slice(0, 2)).toEqual([`create ${MAIN}`, 'delete refs/heads/z']);
    expect(commands[3]?.slice(-2)).toEqual(['create refs/heads/z/1', 'delete refs/heads/a-old']);
    expect(outcomeOf(refs, 'deleted')).toEqual(['refs/heads/a-old', 'refs/heads/z']);
    expect(status).toBe('finished');
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
  });

  test('a push that is refused as a whole is taken apart, and later ones land', async () => {
    const bad = branches(34)[15] ?? '';
    refuseWhole(target, { refs: [bad] });

    const { status, refs } = await mirror();

    process.stdout.write(`1 bad ref of 35, in the second of four pushes: ${countPushes()} pushes\n`);
    expect(countPushes()).toBeLessThanOrEqual(4 + 2 * Math.ceil(Math.log2(10)));
    expect(sizes().slice(0, 2)).toEqual([10, 10]);
    expect(sizes().slice(-2)).toEqual([10, 5]);
    expect([status, outcomeOf(refs, 'rejected'), outcomeOf(refs, 'created').length]).toEqual(['failed', [bad], 34]);
    expect(target.refs()).toEqual(allBut(bad));
    expect(target.fsck()).toBe('');
  });

  test('a ref that is refused by itself keeps no later push from landing', async () => {
    const bad = branches(34)[15] ?? '';
    refuseEach(target, { refs: [bad] }, 'protected branch hook declined');

    const { refs } = await mirror();

    expect(sizes()).toEqual([10, 10, 10, 5]);
    expect([outcomeOf(refs, 'rejected'), outcomeOf(refs, 'created').length]).toEqual([[bad], 34]);
    expect(target.refs()).toEqual(allBut(bad));
  });

  test('the connection breaks at the third push: what has landed is not sent again, and the rest lands', async () => {
    branches(34);
    server.behaviour.intercept = cutting(nth(3));

    const { status, refs } = await mirror();

    expect(countPushes()).toBe(5);
    const landed = pushesSeenBy(server).flatMap(({ commands }) => commands);
    expect(landed.toSorted()).toEqual(Object.keys(source.refs()).map((ref) => `create ${ref}`));
    expect([status, outcomeOf(refs, 'created').length]).toEqual(['finished', 35]);
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
  }, 20_000);

  test('the third push lands, and its report is lost: it is told as landed, and not sent again', async () => {
    branches(34);
    const third = nth(3);
    const chosen = new WeakMap<object, boolean>();
    const isThird: Choice = (seen) => {
      if (!chosen.has(seen)) chosen.set(seen, third(seen));
      return chosen.get(seen) === true;
    };
    server.behaviour.alter = cutAfter(0, isThird);

    const { status, refs } = await mirror();

    expect(sizes()).toEqual([10, 10, 10, 5]);
    expect([status, outcomeOf(refs, 'created').length]).toEqual(['finished', 35]);
    expect(target.refs()).toEqual(source.refs());
  }, 20_000);

  test('the connection breaks at the third push, every time: what has landed is told, and the next run goes on', async () => {
    branches(34);
    server.behaviour.intercept = cutting(nth(3, Infinity));

    const broken = await mirror();

    expect(broken.status).toBe('failed');
    expect(broken.lastError).toMatch(/the connection broke/);
    expect(outcomeOf(broken.refs, 'created')).toEqual(Object.keys(target.refs()));
    expect(Object.keys(target.refs())).toHaveLength(20);
    expect(outcomeOf(broken.refs, 'rejected')).toHaveLength(15);

    server.behaviour.intercept = undefined;
    server.forget();
    const { status, refs } = await mirror();

    expect(sizes()).toEqual([10, 5]);
    expect([status, outcomeOf(refs, 'created').length, outcomeOf(refs, 'unchanged').length]).toEqual([
      'finished',
      15,
      20,
    ]);
    expect(target.refs()).toEqual(source.refs());
    expect(target.fsck()).toBe('');
  }, 20_000);
});
