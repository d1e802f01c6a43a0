import { describe, expect, test } from '@jest/globals';
import { attemptOf, type Attempt } from '../../src/mirror/attempt.js';
import { Isolation, type IsolationSettings } from '../../src/mirror/isolate.js';
import type { Change } from '../../src/mirror/plan.js';
import { SearchTime } from '../../src/mirror/search-time.js';
import type { Verdict } from '../../src/mirror/verdict.js';
import { RemoteError } from '../../src/protocol/errors.js';

const ACCEPTED: Verdict = { kind: 'accepted' };
const REASON = 'pre-receive hook declined';
const REFUSED: Verdict = { kind: 'refused', reason: REASON, said: [] };

const create = (ref: string): Change => ({ kind: 'create', ref, new: '1' });
const update = (ref: string): Change => ({ kind: 'update', ref, old: '1', new: '2' });
const remove = (ref: string): Change => ({ kind: 'delete', ref, old: '1', reason: 'merged' });
const branches = (count: number): Change[] =>
  Array.from({ length: count }, (_, index) => create(`refs/heads/${String(index).padStart(4, '0')}`));

/** A server that refuses a whole push for one bad ref, as GitLab and Gitea do. */
class Server {
  readonly pushes: string[][] = [];
  readonly refs = new Set<string>();
  /** Moves on by a second with each push. */
  now = 0;
  /** Tells which refs the words of a refusal name. */
  names: (bad: readonly string[], all: readonly string[]) => readonly string[] = () => [];
  readonly #isBad: (change: Change) => boolean;

  constructor(isBad: (change: Change) => boolean, refs: readonly string[] = []) {
    this.#isBad = isBad;
    this.refs = new Set(refs);
  }

  readonly push = async (changes: readonly Change[]): Promise<Attempt> => {
    const all = changes.map(({ ref }) => ref);
    this.pushes.push(all);
    this.now += 1000;
    const bad = changes.filter(this.#isBad).map(({ ref }) => ref);
    const named = new Set(this.names(bad, all));
    return attemptOf(
      new Map(
        changes.map((change) => [
          change.ref,
          bad.length > 0 ? { ...REFUSED, isNamed: named.has(change.ref) } : this.#apply(change),
        ]),
      ),
    );
  };

  /** Pushes all that an isolation of the changes is told to have been refused. */
  async first(changes: readonly Change[]): Promise<Attempt> {
    return this.push(changes);
  }

  #apply({ kind, ref }: Change): Verdict {
    if (kind === 'delete') this.refs.delete(ref);
    const inTheWay = [...this.refs].find((other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`));
    if (inTheWay !== undefined)
      return { kind: 'refused', reason: `'${inTheWay}' exists; cannot create '${ref}'`, said: [] };
    if (kind !== 'delete') this.refs.add(ref);
    return ACCEPTED;
  }
}

interface Given extends Partial<IsolationSettings> {
  readonly limitMs?: number;
}

async function isolated(changes: readonly Change[], server: Server, given: Given = {}) {
  const failed: string[] = [];
  const isolation = new Isolation(changes, await server.first(changes), {
    rankOf: ({ kind }) => (kind === 'create' ? 1 : 0),
    push: server.push,
    time: new SearchTime({ now: () => server.now, sleep: async () => undefined }, given.limitMs ?? 1e9),
    hasLanded: false,
    seed: 1,
    onFailed: ({ ref }) => failed.push(ref),
    ...given,
  });
  await isolation.run();
  return { landed: server.refs.size, failed, untried: isolation.untried.map(({ ref }) => ref) };
}

/** Pushes that a search for so many bad refs among so many may take; log2 in whole pushes. */
const bound = (all: number, bad: number): number => bad * (Math.ceil(Math.log2(all / bad)) + 2);

describe('a search among refs of which one refusal tells nothing', () => {
  test.each([0, 1, 499, 500, 998, 999])('one bad ref among a thousand, at place %i', async (place) => {
    const changes = branches(1000);
    const bad = changes[place];
    const server = new Server((change) => change === bad);

    const { landed, untried } = await isolated(changes, server);

    expect([landed, untried]).toEqual([999, []]);
    expect(server.pushes.length).toBeLessThanOrEqual(bound(1000, 1) + 4);
  });

  const everywhere = (all: number, bad: number) => (index: number) => index % (all / bad) === 0;
  test.each<[string, number, number, (index: number) => boolean]>([
    ['at the beginning', 1000, 10, (index) => index < 10],
    ['at the end', 1000, 10, (index) => index >= 990],
    ['in the middle', 1000, 10, (index) => index >= 495 && index < 505],
    ['everywhere', 1000, 10, everywhere(1000, 10)],
    ['everywhere', 600, 60, everywhere(600, 60)],
    ['at the beginning', 600, 60, (index) => index < 60],
    ['everywhere', 600, 5, everywhere(600, 5)],
    ['everywhere', 100, 20, everywhere(100, 20)],
    ['everywhere', 20, 2, everywhere(20, 2)],
    ['everywhere', 2000, 500, everywhere(2000, 500)],
    ['all but one', 61, 60, (index) => index !== 30],
  ])('%s among %i: %i bad refs keep no other from landing', async (_where, all, bad, isBadPlace) => {
    const changes = branches(all);
    const isBad = new Set(changes.filter((_change, index) => isBadPlace(index)));
    const worst = { pushes: 0 };
    for (const seed of [0, 21, 1_000_000, 68e9, 1_795_000_000_123]) {
      const server = new Server((change) => isBad.has(change));

      const { landed, untried } = await isolated(changes, server, { seed });

      expect([landed, untried]).toEqual([all - bad, []]);
      worst.pushes = Math.max(worst.pushes, server.pushes.length);
    }
    process.stdout.write(`${bad} bad of ${all}: at most ${worst.pushes} pushes\n`);
    expect(worst.pushes).toBeLessThanOrEqual(bound(all, bad) + 5);
  });

  test('no ref is pushed again once it has landed, and each push keeps the order', async () => {
    const changes = branches(64);
    const server = new Server((change) => change === changes[20] || change === changes[40]);

    await isolated(changes, server);

    const isBad = (ref: string): boolean => ref === changes[20]?.ref || ref === changes[40]?.ref;
    const landed = server.pushes.filter((push) => !push.some(isBad)).flat();
    expect(landed).toHaveLength(62);
    expect(new Set(landed).size).toBe(62);
    for (const push of server.pushes) expect(push).toEqual(push.toSorted());
  });

  test('a good update lands in the second push, a good creation after all', async () => {
    const bad = branches(60);
    const changes = [...bad, update('refs/heads/good'), create('refs/heads/new')];
    const server = new Server((change) => bad.includes(change));

    const { landed } = await isolated(changes, server);

    expect(server.pushes[1]).toEqual(['refs/heads/good']);
    expect([landed, server.refs.has('refs/heads/new')]).toEqual([2, true]);
    expect(server.pushes.length).toBeLessThanOrEqual(bound(62, 60) + 1);
  });
});

describe('a search among refs that the words name', () => {
  const some = branches(600).filter((_change, index) => index % 10 === 0);
  const isSome = ({ ref }: Change): boolean => some.some((one) => one.ref === ref);

  test.each<[string, Server['names'], number]>([
    ['all of them', (bad) => bad, 2 + 60],
    ['the first of them', (bad) => bad.slice(0, 1), 2 + 60],
    ['all of them, and others', (bad, all) => [...bad, ...all.slice(0, 3)], 3 + 60 + 6],
    ['every ref', (_bad, all) => all, bound(600, 60)],
    ['always the same good one', (_bad, all) => all.filter((ref) => ref.endsWith('/0001')), bound(600, 60) + 3],
  ])('%s', async (_which, names, most) => {
    const changes = branches(600);
    const server = new Server(isSome);
    server.names = names;

    const { landed, untried } = await isolated(changes, server);

    process.stdout.write(`60 bad of 600, the words name ${_which}: ${server.pushes.length} pushes\n`);
    expect([landed, untried]).toEqual([540, []]);
    expect(server.pushes.length).toBeLessThanOrEqual(most);
  });

  test.each([1, 2, 5])('a good update lands in the third push, if %i are named at a time', async (count) => {
    const bad = branches(60);
    const server = new Server((change) => bad.includes(change));
    server.names = (refused) => refused.slice(0, count);

    await isolated([...bad, update('refs/heads/good')], server);

    expect(server.pushes[2]).toEqual(['refs/heads/good']);
  });
});

test('the default branch of an empty host is not postponed, though words name it', async () => {
  const [main, ...others] = branches(10);
  const server = new Server((change) => change === others[4]);
  server.names = (refused, all) => [...refused, ...all.slice(0, 1)];

  await isolated([main!, ...others], server, { rankOf: (change) => (change === main ? 0 : 1) });

  expect(server.pushes.find((push) => !push.includes(others[4]!.ref) && push.includes(main!.ref))).toEqual([main!.ref]);
  expect(server.pushes.findIndex((push) => push.includes(main!.ref) && push.length === 1)).toBe(2);
});

describe('the time of a search', () => {
  const isOdd = ({ ref }: Change): boolean => Number(ref.slice(-1)) % 2 === 1;

  test('once it is over, what was not tried is told, and the next search begins elsewhere', async () => {
    const changes = branches(500);
    const found = new Set<string>();
    for (const seed of [0, 1000, 60_000, 3_600_000]) {
      const server = new Server(isOdd);

      const { untried } = await isolated(changes, server, { seed, limitMs: 100_000, hasLanded: true });

      expect(server.pushes.length).toBeLessThanOrEqual(101);
      expect(untried.length).toBeGreaterThan(0);
      for (const ref of server.refs) found.add(ref);
      for (const ref of untried) expect(server.refs.has(ref)).toBe(false);
    }
    expect(found.size).toBeGreaterThan(110);
  });

  test('a server that takes nothing is asked for a tenth of the time', async () => {
    const server = new Server(() => true);

    const { landed, untried } = await isolated(branches(1000), server, { limitMs: 600_000 });

    expect(server.pushes.length).toBeLessThanOrEqual(61);
    expect(landed).toBe(0);
    expect(untried.length).toBeGreaterThan(900);
  });
});

describe('an order that matters', () => {
  test('what is likely to be refused is tried last, and apart', async () => {
    const changes = [
      update('refs/heads/forced'),
      create('refs/heads/a'),
      remove('refs/heads/gone'),
      create('refs/heads/b'),
    ];
    const server = new Server(({ kind }) => kind !== 'create', ['refs/heads/gone', 'refs/heads/forced']);

    await isolated(changes, server, { rankOf: ({ kind }) => (kind === 'create' ? 1 : 2) });

    expect(server.pushes[1]).toEqual(['refs/heads/a', 'refs/heads/b']);
    expect([...server.refs].toSorted()).toEqual(['a', 'b', 'forced', 'gone'].map((name) => `refs/heads/${name}`));
  });

  test.each<[string, Change[], string[], string[]]>([
    ['a/b makes room for a', [remove('refs/heads/a/b'), create('refs/heads/a')], ['refs/heads/a/b'], ['refs/heads/a']],
    [
      'a makes room for a/b and a/c',
      [remove('refs/heads/a'), create('refs/heads/a/b'), create('refs/heads/a/c')],
      ['refs/heads/a'],
      ['refs/heads/a/b', 'refs/heads/a/c'],
    ],
  ])('%s, beside refs that are refused', async (_what, members, before, after) => {
    for (const seed of [1, 4, 7, 8]) {
      const bad = branches(5);
      const server = new Server((change) => bad.includes(change), before);

      const { untried } = await isolated([...bad.slice(0, 2), ...members, ...bad.slice(2)], server, { seed });

      expect([[...server.refs].toSorted(), untried]).toEqual([after, []]);
    }
  });

  test('a deletion that is needed stands, where the creation after it is refused', async () => {
    const changes = [remove('refs/heads/a/b'), create('refs/heads/a'), create('refs/heads/c')];
    const server = new Server(({ ref }) => ref === 'refs/heads/a', ['refs/heads/a/b']);

    await isolated(changes, server);

    expect([...server.refs]).toEqual(['refs/heads/c']);
    expect(server.pushes).toContainEqual(['refs/heads/a']);
  });
});

describe('an end that fails', () => {
  const failing = (isBad: (change: Change) => boolean, names: readonly string[] = []) => {
    const server = new Server(() => false);
    const { push } = server;
    const error = new RemoteError({ kind: 'refused', location: 'source', detail: 'corrupt.' });
    const attempt = async (changes: readonly Change[]): Promise<Attempt> => {
      if (!changes.some(isBad)) return push(changes);
      server.pushes.push(changes.map(({ ref }) => ref));
      return { kind: 'failed', end: 'source', error, named: new Set(names) };
    };
    return { server, error, push: attempt };
  };

  test.each([1, 3, 12])(
    '%i of 100 at which it fails are told, each pushed alone, and the others land',
    async (count) => {
      const changes = branches(100);
      const bad = changes.filter((_change, index) => index % Math.floor(100 / count) === 0).slice(0, count);
      const { server, push } = failing((change) => bad.includes(change));
      server.first = push;

      const { landed, failed, untried } = await isolated(changes, server, { push });

      expect([landed, failed.toSorted(), untried]).toEqual([100 - count, bad.map(({ ref }) => ref), []]);
      expect(server.pushes.length).toBeLessThanOrEqual(bound(100, count) + count + 4);
    },
  );

  test('those that the error names are not pushed again', async () => {
    const changes = branches(100);
    const bad = changes[7];
    const { server, push } = failing((change) => change === bad, [bad?.ref ?? '']);
    server.first = push;

    const { landed, failed } = await isolated(changes, server, { push });

    expect([landed, failed, server.pushes.length]).toEqual([99, [bad?.ref], 2]);
  });

  test('at everything is given up after a few, with its error', async () => {
    const { server, push, error } = failing(() => true);
    server.first = push;

    await expect(isolated(branches(1000), server, { push })).rejects.toBe(error);
    expect(server.pushes.length).toBeLessThanOrEqual(60);
  });

  test('an error that is not about some refs ends the search; what is left is untried', async () => {
    const changes = branches(4);
    const broken = new Error('no way to the server');
    const first: Attempt = { kind: 'refused', verdicts: new Map(), named: new Set() };
    const isolation = new Isolation(changes, first, {
      rankOf: () => 0,
      push: () => Promise.reject(broken),
      time: new SearchTime({ now: () => 0, sleep: async () => undefined }, 1000),
      hasLanded: false,
      seed: 0,
      onFailed: () => undefined,
    });

    await expect(isolation.run()).rejects.toBe(broken);
    expect(isolation.untried.map(({ ref }) => ref).toSorted()).toEqual(changes.map(({ ref }) => ref));
  });
});

describe('attemptOf', () => {
  const other: Verdict = { kind: 'refused', reason: 'another reason', said: [] };
  const third: Verdict = { kind: 'refused', reason: 'a third reason', said: [] };
  const overtaken: Verdict = { kind: 'overtaken', reason: REASON };

  test.each<[string, readonly Verdict[], Attempt['kind'], string[]]>([
    ['nothing', [], 'answered', []],
    ['one ref', [REFUSED], 'refused', []],
    ['two refs, one reason', [REFUSED, REFUSED], 'refused', []],
    ['two refs, two reasons', [REFUSED, other], 'refused', ['1']],
    ['a reason of its own for one', [REFUSED, other, REFUSED], 'refused', ['1']],
    ['a reason for each', [REFUSED, other, third], 'answered', []],
    ['one accepted', [REFUSED, ACCEPTED, REFUSED], 'answered', []],
    ['all accepted', [ACCEPTED, ACCEPTED], 'answered', []],
    ['one overtaken', [REFUSED, overtaken], 'refused', []],
    ['all overtaken', [overtaken, overtaken], 'answered', []],
    ['one named', [REFUSED, { ...REFUSED, isNamed: true }], 'refused', ['1']],
  ])('%s', (_what, verdicts, kind, named) => {
    const attempt = attemptOf(new Map(verdicts.map((verdict, index) => [String(index), verdict])));

    expect(attempt.kind).toBe(kind);
    expect(attempt.kind === 'answered' ? [] : [...attempt.named]).toEqual(named);
  });
});
