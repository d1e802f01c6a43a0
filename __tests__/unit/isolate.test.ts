import { describe, expect, test } from '@jest/globals';
import { isolate, isRefusedWhole, type Push } from '../../src/mirror/isolate.js';
import type { Change } from '../../src/mirror/plan.js';
import type { Verdict } from '../../src/mirror/verdict.js';

const ACCEPTED: Verdict = { kind: 'accepted' };
const REASON = 'pre-receive hook declined';
const REFUSED: Verdict = { kind: 'refused', reason: REASON, said: [] };

const create = (ref: string): Change => ({ kind: 'create', ref, new: '1' });
const update = (ref: string): Change => ({ kind: 'update', ref, old: '1', new: '2' });
const remove = (ref: string): Change => ({ kind: 'delete', ref, old: '1', reason: 'merged' });
const branches = (count: number): Change[] =>
  Array.from({ length: count }, (_, index) => create(`refs/heads/${String(index).padStart(4, '0')}`));
const never = (): boolean => false;

/** A server that refuses a whole push for one bad ref, as GitLab and Gitea do. */
class Server {
  readonly pushes: string[][] = [];
  readonly refs = new Set<string>();
  readonly #isBad: (change: Change) => boolean;

  constructor(isBad: (change: Change) => boolean, refs: readonly string[] = []) {
    this.#isBad = isBad;
    this.refs = new Set(refs);
  }

  readonly push: Push = async (changes) => {
    this.pushes.push(changes.map(({ ref }) => ref));
    if (changes.some(this.#isBad)) return new Map(changes.map(({ ref }) => [ref, REFUSED]));
    return new Map(changes.map((change) => [change.ref, this.#apply(change)]));
  };

  #apply({ kind, ref }: Change): Verdict {
    if (kind === 'delete') this.refs.delete(ref);
    const inTheWay = [...this.refs].find((other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`));
    if (inTheWay !== undefined)
      return { kind: 'refused', reason: `'${inTheWay}' exists; cannot create '${ref}'`, said: [] };
    if (kind !== 'delete') this.refs.add(ref);
    return ACCEPTED;
  }
}

async function isolated(changes: readonly Change[], server: Server, isRisky: (change: Change) => boolean = never) {
  const refused = new Map(changes.map(({ ref }) => [ref, REFUSED]));
  const verdicts = await isolate(changes, refused, isRisky, server.push);
  const of = (kind: Verdict['kind']): string[] =>
    [...verdicts].filter(([, verdict]) => verdict.kind === kind).map(([ref]) => ref);
  return { verdicts, accepted: of('accepted'), refused: of('refused') };
}

describe('isolate', () => {
  test.each([0, 1, 499, 500, 998, 999])(
    'one bad ref among a thousand, at place %i, stands alone after 20 pushes',
    async (place) => {
      const changes = branches(1000);
      const bad = changes[place]!;
      const server = new Server((change) => change === bad);

      const { accepted, refused } = await isolated(changes, server);

      expect(refused).toEqual([bad.ref]);
      expect(accepted).toHaveLength(999);
      expect(server.refs.size).toBe(999);
      expect(server.pushes.length).toBeLessThanOrEqual(20);
    },
  );

  test.each([
    ['at the beginning', (index: number) => index < 10],
    ['at the end', (index: number) => index >= 990],
    ['in the middle', (index: number) => index >= 495 && index < 505],
    ['everywhere', (index: number) => index % 100 === 50],
  ])('ten bad refs among a thousand, %s, block no other', async (_where, isBadPlace) => {
    const changes = branches(1000);
    const bad = new Set(changes.filter((_change, index) => isBadPlace(index)));
    const server = new Server((change) => bad.has(change));

    const { accepted, refused } = await isolated(changes, server);

    expect([accepted.length, refused.length]).toEqual([990, 10]);
    expect(refused.toSorted()).toEqual([...bad].map(({ ref }) => ref).toSorted());
    expect(server.pushes.length).toBeLessThanOrEqual(200);
  });

  test('a server that refuses everything is not asked for ever', async () => {
    const changes = branches(1000);
    const server = new Server(() => true);

    const { refused } = await isolated(changes, server);

    expect(refused).toHaveLength(1000);
    expect(server.pushes.length).toBeLessThanOrEqual(64);
  });

  test('the number of pushes is bounded where every other ref is bad', async () => {
    const changes = branches(5000);
    const server = new Server(({ ref }) => Number(ref.slice(-1)) % 2 === 0);

    const { verdicts } = await isolated(changes, server);

    expect(server.pushes.length).toBeLessThanOrEqual(256);
    expect(verdicts.size).toBe(5000);
  });

  test('what is likely to be refused is tried last, and apart', async () => {
    const changes = [
      update('refs/heads/forced'),
      create('refs/heads/a'),
      remove('refs/heads/gone'),
      create('refs/heads/b'),
    ];
    const server = new Server(({ kind }) => kind !== 'create', ['refs/heads/gone']);

    const { accepted, refused } = await isolated(changes, server, ({ kind }) => kind !== 'create');

    expect(server.pushes[0]).toEqual(['refs/heads/a', 'refs/heads/b']);
    expect(accepted).toEqual(['refs/heads/a', 'refs/heads/b']);
    expect(refused).toEqual(['refs/heads/forced', 'refs/heads/gone']);
  });

  test('no ref is pushed again once it has landed', async () => {
    const changes = branches(64);
    const server = new Server((change) => change === changes[20] || change === changes[40]);

    await isolated(changes, server);

    const landed = server.pushes
      .filter((push) => !push.includes(changes[20]!.ref) && !push.includes(changes[40]!.ref))
      .flat();
    expect(landed).toHaveLength(62);
    expect(new Set(landed).size).toBe(62);
  });

  test('the order of the changes is kept', async () => {
    const changes = branches(16);
    const server = new Server((change) => change === changes[7]);

    await isolated(changes, server);

    for (const push of server.pushes) expect(push).toEqual(push.toSorted());
  });

  test('a name that a deletion frees is free when it is needed', async () => {
    const changes = [remove('refs/heads/a/b'), create('refs/heads/a'), update('refs/heads/bad')];
    const server = new Server(({ ref }) => ref === 'refs/heads/bad', ['refs/heads/a/b', 'refs/heads/bad']);

    const { accepted, refused } = await isolated(changes, server, ({ kind }) => kind === 'delete');

    expect(accepted.toSorted()).toEqual(['refs/heads/a', 'refs/heads/a/b']);
    expect(refused).toEqual(['refs/heads/bad']);
  });

  test('a ref that is overtaken on the way says so', async () => {
    const changes = branches(2);
    const verdicts = await isolate(changes, new Map(changes.map(({ ref }) => [ref, REFUSED])), never, async (part) => {
      const [only] = part;
      return new Map([[only?.ref ?? '', { kind: 'overtaken', reason: 'stale info' }]]);
    });

    expect([...verdicts.values()].map(({ kind }) => kind)).toEqual(['overtaken', 'overtaken']);
  });

  test('a push that fails ends it', async () => {
    const broken = new Error('the connection broke');

    await expect(isolate(branches(4), new Map(), never, () => Promise.reject(broken))).rejects.toBe(broken);
  });
});

describe('isRefusedWhole', () => {
  const other: Verdict = { kind: 'refused', reason: 'another reason', said: [] };
  const overtaken: Verdict = { kind: 'overtaken', reason: REASON };

  test.each<[string, readonly Verdict[], boolean]>([
    ['nothing', [], false],
    ['one ref', [REFUSED], false],
    ['two refs, one reason', [REFUSED, REFUSED], true],
    ['two refs, two reasons', [REFUSED, other], false],
    ['one accepted', [REFUSED, ACCEPTED, REFUSED], false],
    ['all accepted', [ACCEPTED, ACCEPTED], false],
    ['one overtaken', [REFUSED, overtaken], false],
    ['all overtaken', [overtaken, overtaken], false],
  ])('%s', (_what, verdicts, expected) => {
    expect(isRefusedWhole(new Map(verdicts.map((verdict, index) => [String(index), verdict])))).toBe(expected);
  });
});
