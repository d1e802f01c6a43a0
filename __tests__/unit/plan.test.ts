import { describe, expect, test } from '@jest/globals';
import {
  compare,
  deletionCandidates,
  isChange,
  needsTargetDetails,
  plan,
  possibleChanges,
  type Change,
  type Decision,
  type KeepReason,
  type Knowledge,
  type MergeState,
  type Relation,
} from '../../src/mirror/plan.js';
import { inPushOrder } from '../../src/mirror/push-order.js';
import { type Policy, type Prune } from '../../src/options/policy.js';
import { isInPlay, type SourceSnapshot, type TargetDetails, type TargetSnapshot } from '../../src/repositories/refs.js';
import { pick, seeded } from '../random.js';

const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';

type Refs = Readonly<Record<string, string>>;

function source(refs: Refs, given: Partial<Pick<SourceSnapshot, 'defaultBranch'>> & { symrefs?: Refs } = {}) {
  const { symrefs = {}, ...rest } = given;
  return {
    refs: new Map(Object.entries(refs).map(([ref, id]) => [ref, { id, peeled: `${id}^{}` }])),
    symrefs: new Map(Object.entries(symrefs)),
    defaultBranch: MAIN in refs ? MAIN : undefined,
    ...rest,
  } satisfies SourceSnapshot;
}

function target(refs: Refs): TargetSnapshot {
  return { refs: new Map(Object.entries(refs)) };
}

function policy(given: Partial<Policy> = {}): Policy {
  return { select: isInPlay, keepDivergentRefs: false, prune: 'merged', ...given };
}

function details(given: Partial<TargetDetails> = {}): TargetDetails {
  return {
    head: { kind: 'branch', branch: MAIN },
    symrefs: new Map(),
    peeled: new Map(),
    tellsSymrefs: true,
    tellsHead: true,
    behindSymrefs: new Set(given.symrefs?.values()),
    ids: new Map(),
    ...given,
  };
}

interface Known {
  relations?: Readonly<Record<string, Relation>>;
  merges?: Readonly<Record<string, MergeState>>;
  target?: TargetDetails | undefined;
}

function knowledge(known: Known = {}): Knowledge {
  return {
    relations: new Map(Object.entries(known.relations ?? {})),
    merges: new Map(Object.entries(known.merges ?? {})),
    target: 'target' in known ? known.target : details(),
  };
}

function planned(from: SourceSnapshot, to: TargetSnapshot, under: Policy, known: Known = {}): Decision[] {
  const { target: told, ...others } = knowledge(known);
  // A fetch is told the same as a push, unless a test says otherwise.
  const consistent = told === undefined || told.ids.size > 0 ? told : { ...told, ids: to.refs };
  return plan(compare(from, to, under), { ...others, target: consistent });
}

const PRUNES: readonly Prune[] = ['merged', 'never', 'always'];
const EVERY_POLICY = PRUNES.flatMap((prune) =>
  [false, true].map((keepDivergentRefs) => policy({ prune, keepDivergentRefs })),
);

describe('compare', () => {
  test('lays both ends side by side', () => {
    const from = source({ [MAIN]: '1', 'refs/heads/new': '2', 'refs/tags/moved': '3' });
    const to = target({ [MAIN]: '1', 'refs/tags/moved': '4', 'refs/heads/old': '5' });

    expect(compare(from, to, policy())).toEqual({
      source: from,
      target: to,
      policy: expect.any(Object),
      equal: [{ ref: MAIN, old: '1', new: { id: '1', peeled: '1^{}' } }],
      missing: [{ ref: 'refs/heads/new', new: { id: '2', peeled: '2^{}' } }],
      changed: [{ ref: 'refs/tags/moved', old: '4', new: { id: '3', peeled: '3^{}' } }],
      targetOnly: [{ ref: 'refs/heads/old', old: '5' }],
    });
  });

  test('leaves refs of other namespaces alone', () => {
    const to = target({ 'refs/pull/1/head': '1', 'refs/notes/commits': '2', 'refs/merge-requests/1/head': '3' });

    expect(compare(source({}), to, policy())).toMatchObject({ equal: [], missing: [], changed: [], targetOnly: [] });
  });

  test('leaves out what is not selected, on both sides', () => {
    const select = (ref: string): boolean => ref === MAIN;
    const from = source({ [MAIN]: '1', 'refs/heads/b': '2', 'refs/heads/c': '3' });
    const to = target({ 'refs/heads/c': '4', 'refs/heads/d': '5' });

    expect(compare(from, to, policy({ select }))).toMatchObject({
      equal: [],
      missing: [{ ref: MAIN, new: { id: '1', peeled: '1^{}' } }],
      changed: [],
      targetOnly: [],
    });
  });

  test('takes a target branch that shares its name with a symbolic ref of the source for one of the target alone', () => {
    const from = source({ [MAIN]: '1' }, { symrefs: { [TOPIC]: MAIN } });

    expect(compare(from, target({ [TOPIC]: '2' }), policy()).targetOnly).toEqual([{ ref: TOPIC, old: '2' }]);
  });
});

describe('deletionCandidates', () => {
  const from = source({ [MAIN]: '1' }, { symrefs: { 'refs/heads/alias': MAIN } });
  const to = target({ [MAIN]: '1', [TOPIC]: '2', 'refs/heads/alias': '1' });

  test.each([
    ['merged', false, [TOPIC]],
    ['always', false, [TOPIC]],
    ['never', false, []],
    ['merged', true, []],
    ['always', true, []],
    ['never', true, []],
  ] as const)('with prune %s and keep-divergent-refs %s: %j', (prune, keepDivergentRefs, refs) => {
    const under = policy({ prune, keepDivergentRefs });

    expect(deletionCandidates(compare(from, to, under)).map(({ ref }) => ref)).toEqual(refs);
  });

  test('there are none without a default branch', () => {
    const headless = { ...from, defaultBranch: undefined };

    expect(deletionCandidates(compare(headless, to, policy()))).toEqual([]);
  });
});

describe('needsTargetDetails', () => {
  const needs = (from: SourceSnapshot, to: TargetSnapshot, under = policy()): boolean =>
    needsTargetDetails(compare(from, to, under));

  test.each([
    ['nothing differs', source({ [MAIN]: '1' }), target({ [MAIN]: '1' }), false],
    ['a branch is new', source({ [MAIN]: '1', [TOPIC]: '2' }), target({ [MAIN]: '1' }), false],
    ['a branch moved', source({ [MAIN]: '2', [TOPIC]: '3' }), target({ [MAIN]: '1', [TOPIC]: '3' }), false],
    [
      'a branch moved that another shares its object with',
      source({ [MAIN]: '2', [TOPIC]: '1' }),
      target({ [MAIN]: '1', [TOPIC]: '1' }),
      true,
    ],
    ['a tag moved', source({ [MAIN]: '1', 'refs/tags/v': '2' }), target({ [MAIN]: '1', 'refs/tags/v': '3' }), true],
    ['the target has a ref more', source({ [MAIN]: '1' }), target({ [MAIN]: '1', [TOPIC]: '2' }), true],
  ])('where %s', (_what, from, to, expected) => {
    expect(needs(from, to)).toBe(expected);
  });

  test('not for refs that only the target has, where none is deleted', () => {
    const from = source({ [MAIN]: '1' });
    const to = target({ [MAIN]: '1', [TOPIC]: '2' });

    expect(needs(from, to, policy({ prune: 'never' }))).toBe(false);
    expect(needs(from, to, policy({ keepDivergentRefs: true }))).toBe(false);
  });
});

describe('plan: refs of the source', () => {
  test.each(EVERY_POLICY)(
    'an equal ref is unchanged, a missing one is created ($prune, $keepDivergentRefs)',
    (under) => {
      expect(planned(source({ [MAIN]: '1', [TOPIC]: '2' }), target({ [MAIN]: '1' }), under)).toEqual([
        { kind: 'unchanged', ref: MAIN, id: '1' },
        { kind: 'create', ref: TOPIC, new: '2' },
      ]);
    },
  );

  test.each<[Relation | undefined]>([['ancestor'], ['not-ancestor'], ['unknown-object'], [undefined]])(
    'a changed ref is overwritten by default, also where the old object is %s',
    (relation) => {
      const relations: Record<string, Relation> = relation === undefined ? {} : { [MAIN]: relation };

      expect(planned(source({ [MAIN]: '2' }), target({ [MAIN]: '1' }), policy(), { relations })).toEqual([
        { kind: 'update', ref: MAIN, old: '1', new: '2' },
      ]);
    },
  );

  test.each<[Relation | undefined, Decision]>([
    ['ancestor', { kind: 'update', ref: MAIN, old: '1', new: '2' }],
    ['not-ancestor', { kind: 'diverged', ref: MAIN, old: '1', new: '2', reason: 'not-ancestor' }],
    ['unknown-object', { kind: 'diverged', ref: MAIN, old: '1', new: '2', reason: 'unknown-object' }],
    [undefined, { kind: 'blocked', ref: MAIN, old: '1', new: '2', reason: 'not-told', by: MAIN }],
  ])('under keep-divergent-refs, where the old object is %s', (relation, decision) => {
    const relations: Record<string, Relation> = relation === undefined ? {} : { [MAIN]: relation };
    const under = policy({ keepDivergentRefs: true });

    expect(planned(source({ [MAIN]: '2' }), target({ [MAIN]: '1' }), under, { relations })).toEqual([decision]);
  });

  test.each(EVERY_POLICY)(
    'a name that is a symbolic ref on the target blocks the ref ($prune, $keepDivergentRefs)',
    (under) => {
      const known = {
        relations: { [TOPIC]: 'ancestor' },
        target: details({ symrefs: new Map([[TOPIC, MAIN]]) }),
      } as const;

      expect(planned(source({ [TOPIC]: '2' }), target({ [MAIN]: '1', [TOPIC]: '1' }), under, known)).toContainEqual({
        kind: 'blocked',
        ref: TOPIC,
        old: '1',
        new: '2',
        reason: 'symref-on-target',
        by: MAIN,
      });
    },
  );
});

describe('plan: broken refs', () => {
  test.each(EVERY_POLICY)('one of the source is left as it is on the target ($prune, $keepDivergentRefs)', (under) => {
    const from = { ...source({ [MAIN]: '1' }), broken: new Set([TOPIC]) };
    const to = target({ [MAIN]: '1', [TOPIC]: '2' });
    const merges = { [TOPIC]: 'merged' } as const;

    expect(planned(from, to, under, { merges })).toContainEqual({
      kind: 'keep',
      ref: TOPIC,
      old: '2',
      reason: 'broken-on-source',
    });
    expect(deletionCandidates(compare(from, to, under))).toEqual([]);
  });

  test.each(EVERY_POLICY)('one of the target is not overwritten ($prune, $keepDivergentRefs)', (under) => {
    const from = source({ [MAIN]: '1', [TOPIC]: '2', [`${TOPIC}/part`]: '3' });
    const to = { ...target({ [MAIN]: '1' }), broken: new Set([TOPIC]) };

    expect(planned(from, to, under)).toEqual([
      { kind: 'unchanged', ref: MAIN, id: '1' },
      { kind: 'blocked', ref: TOPIC, new: '2', reason: 'broken-on-target', by: TOPIC },
      { kind: 'blocked', ref: `${TOPIC}/part`, new: '3', reason: 'name-conflict', by: TOPIC },
    ]);
    expect(possibleChanges(compare(from, to, under)).map(({ ref }) => ref)).toEqual([`${TOPIC}/part`]);
  });
});

describe('plan: refs that only the target has', () => {
  const from = source({ [MAIN]: '1' });
  const to = target({ [MAIN]: '1', [TOPIC]: '2' });
  const fate = (under: Policy, known: Known = {}, of = from, at = to): Decision | undefined =>
    planned(of, at, under, known).find(({ ref }) => ref === TOPIC);
  const kept = (reason: KeepReason): Decision => ({ kind: 'keep', ref: TOPIC, old: '2', reason });

  test.each<[MergeState | undefined, Decision]>([
    ['merged', { kind: 'delete', ref: TOPIC, old: '2', reason: 'merged' }],
    ['not-merged', kept('not-merged')],
    ['unknown-object', kept('unknown-object')],
    ['not-a-commit', kept('not-a-commit')],
    [undefined, kept('not-asked')],
  ])('prune merged, where the ref is %s', (state, decision) => {
    expect(fate(policy(), { merges: state === undefined ? {} : { [TOPIC]: state } })).toEqual(decision);
  });

  test.each<[MergeState | undefined]>([['merged'], ['not-merged'], ['unknown-object'], ['not-a-commit'], [undefined]])(
    'prune always deletes and prune never keeps, where the ref is %s',
    (state) => {
      const merges: Record<string, MergeState> = state === undefined ? {} : { [TOPIC]: state };

      expect(fate(policy({ prune: 'always' }), { merges })).toEqual({
        kind: 'delete',
        ref: TOPIC,
        old: '2',
        reason: 'prune-always',
      });
      expect(fate(policy({ prune: 'never' }), { merges })).toEqual(kept('prune-never'));
    },
  );

  test.each(PRUNES)('keep-divergent-refs deletes nothing, also with prune %s', (prune) => {
    expect(fate(policy({ prune, keepDivergentRefs: true }), { merges: { [TOPIC]: 'merged' } })).toEqual(
      kept('keep-divergent-refs'),
    );
  });

  test.each<[Prune, KeepReason]>([
    ['merged', 'no-default-branch'],
    ['always', 'no-default-branch'],
    ['never', 'prune-never'],
  ])('a source without a default branch deletes nothing, also with prune %s', (prune, reason) => {
    const headless = { ...from, defaultBranch: undefined };

    expect(fate(policy({ prune }), { merges: { [TOPIC]: 'merged' } }, headless)).toEqual(kept(reason));
  });

  test.each<[Prune, KeepReason]>([
    ['merged', 'not-asked'],
    ['always', 'not-asked'],
    ['never', 'prune-never'],
  ])('without the details of the target nothing is deleted, also with prune %s', (prune, reason) => {
    expect(fate(policy({ prune }), { merges: { [TOPIC]: 'merged' }, target: undefined })).toEqual(kept(reason));
  });

  test.each<[Prune, KeepReason]>([
    ['merged', 'default-branch-of-target'],
    ['always', 'default-branch-of-target'],
    ['never', 'prune-never'],
  ])("the target's default branch is kept with prune %s", (prune, reason) => {
    const known: Known = {
      merges: { [TOPIC]: 'merged' },
      target: details({ head: { kind: 'branch', branch: TOPIC } }),
    };

    expect(fate(policy({ prune }), known)).toEqual(kept(reason));
  });

  test.each<[Prune, KeepReason]>([
    ['merged', 'default-branch-not-told'],
    ['always', 'default-branch-not-told'],
    ['never', 'prune-never'],
  ])('where the target does not tell its default branch, nothing is deleted with prune %s', (prune, reason) => {
    const known: Known = { merges: { [TOPIC]: 'merged' }, target: details({ tellsHead: false }) };

    expect(fate(policy({ prune }), known)).toEqual(kept(reason));
  });

  test.each([
    ['with another object', new Map([[TOPIC, '9']])],
    ['not at all', new Map([[MAIN, '1']])],
  ])('what the target lists to a fetch %s is not deleted', (_how, ids) => {
    const known: Known = { merges: { [TOPIC]: 'merged' }, target: details({ ids }) };

    expect(fate(policy(), known)).toEqual(kept('told-differently'));
  });

  test.each(EVERY_POLICY)('a symbolic ref of the source has its name kept ($prune, $keepDivergentRefs)', (under) => {
    const aliased = source({ [MAIN]: '1' }, { symrefs: { [TOPIC]: MAIN } });

    expect(fate(under, { merges: { [TOPIC]: 'merged' } }, aliased)).toEqual(kept('symref-on-source'));
  });

  test.each(['merged', 'always'] as const)('a symbolic ref of the target is kept with prune %s', (prune) => {
    const known: Known = { merges: { [TOPIC]: 'merged' }, target: details({ symrefs: new Map([[TOPIC, MAIN]]) }) };

    expect(fate(policy({ prune }), known)).toEqual(kept('symref-on-target'));
  });

  test.each(['merged', 'always'] as const)(
    'with prune %s a target that does not tell symbolic refs loses no ref that may be one',
    (prune) => {
      const known: Known = { merges: { [TOPIC]: 'merged' }, target: details({ tellsSymrefs: false }) };
      const shared = target({ [MAIN]: '1', [TOPIC]: '2', 'refs/heads/twin': '2' });

      expect(fate(policy({ prune }), known, from, shared)).toEqual(kept('perhaps-symref-on-target'));
      expect(fate(policy({ prune }), known)).toMatchObject({ kind: 'delete' });
    },
  );
});

describe('plan: names that exclude each other', () => {
  const known: Known = { merges: { 'refs/heads/a': 'merged', 'refs/heads/a/b': 'merged' } };

  test.each([
    ['refs/heads/a', 'refs/heads/a/b'],
    ['refs/heads/a/b', 'refs/heads/a'],
    ['refs/heads/a/b/c', 'refs/heads/a'],
    ['refs/tags/v1/rc', 'refs/tags/v1'],
  ])('%s cannot be created beside %s that stays', (wanted, there) => {
    const from = source({ [MAIN]: '1', [wanted]: '2' });
    const to = target({ [MAIN]: '1', [there]: '3' });

    expect(planned(from, to, policy({ prune: 'never' }))).toContainEqual({
      kind: 'blocked',
      ref: wanted,
      new: '2',
      reason: 'name-conflict',
      by: there,
    });
  });

  test.each([
    ['refs/heads/a', 'refs/heads/a/b'],
    ['refs/heads/a/b', 'refs/heads/a'],
  ])('%s can be created where %s is deleted', (wanted, there) => {
    const decisions = planned(
      source({ [MAIN]: '1', [wanted]: '2' }),
      target({ [MAIN]: '1', [there]: '3' }),
      policy(),
      known,
    );

    expect(decisions.map(({ kind, ref }) => `${kind} ${ref}`)).toEqual(
      [`create ${wanted}`, `delete ${there}`, `unchanged ${MAIN}`].toSorted((one, other) =>
        (one.split(' ')[1] ?? '') < (other.split(' ')[1] ?? '') ? -1 : 1,
      ),
    );
  });

  test('a ref that is not selected is in the way as well', () => {
    const select = (ref: string): boolean => ref !== 'refs/heads/a';

    expect(
      planned(source({ 'refs/heads/a/b': '2' }), target({ 'refs/heads/a': '3' }), policy({ select, prune: 'always' })),
    ).toEqual([{ kind: 'blocked', ref: 'refs/heads/a/b', new: '2', reason: 'name-conflict', by: 'refs/heads/a' }]);
  });

  test('a name that another merely begins with is not in the way', () => {
    expect(
      planned(source({ 'refs/heads/ab': '2' }), target({ 'refs/heads/a': '3' }), policy({ prune: 'never' })),
    ).toContainEqual({
      kind: 'create',
      ref: 'refs/heads/ab',
      new: '2',
    });
  });
});

test('plan answers in ref name order, each ref once', () => {
  const from = source({ 'refs/tags/v1': '1', [MAIN]: '2', 'refs/heads/Zed': '3', 'refs/heads/ä': '4' });
  const to = target({ [TOPIC]: '5', [MAIN]: '1', 'refs/tags/v0': '6' });

  expect(planned(from, to, policy()).map(({ ref }) => ref)).toEqual([
    'refs/heads/Zed',
    MAIN,
    TOPIC,
    'refs/heads/ä',
    'refs/tags/v0',
    'refs/tags/v1',
  ]);
});

describe('inPushOrder', () => {
  const create = (ref: string): Change => ({ kind: 'create', ref, new: '1' });
  const update = (ref: string): Change => ({ kind: 'update', ref, old: '1', new: '2' });
  const remove = (ref: string): Change => ({ kind: 'delete', ref, old: '1', reason: 'merged' });
  const order = (changes: readonly Change[], first: string | undefined = MAIN): string[] =>
    inPushOrder(changes, first).map(({ kind, ref }) => `${kind} ${ref.replace('refs/heads/', '')}`);

  test('puts the default branch first and deletions last', () => {
    expect(order([remove('refs/heads/a'), create('refs/heads/b'), update(MAIN), update(TOPIC)])).toEqual([
      'update main',
      'create b',
      'update topic',
      'delete a',
    ]);
  });

  test.each([
    ['refs/heads/a', 'refs/heads/a/b'],
    ['refs/heads/a/b', 'refs/heads/a'],
  ])('frees the name that %s needs by deleting %s first', (wanted, there) => {
    expect(order([create(wanted), remove('refs/heads/x'), remove(there), create(MAIN)])).toEqual([
      'create main',
      `delete ${there.slice(11)}`,
      `create ${wanted.slice(11)}`,
      'delete x',
    ]);
  });

  test('frees a name even before the default branch, if that needs it', () => {
    expect(order([create(MAIN), create(TOPIC), remove('refs/heads/main/old'), remove('refs/heads/x')])).toEqual([
      'delete main/old',
      'create main',
      'create topic',
      'delete x',
    ]);
  });

  test('does not need a default branch', () => {
    expect(order([remove('refs/heads/a'), create(MAIN)], undefined)).toEqual(['create main', 'delete a']);
  });

  test('carried out one by one, no name is ever taken when it is needed', () => {
    const random = seeded(7);
    const names = ['a', 'a/b', 'a/b/c', 'a/d', 'b', 'b/a', 'main', 'main/x'].map((name) => `refs/heads/${name}`);
    const worlds = Array.from({ length: 500 }, () => [someRefs(random, names), someRefs(random, names)] as const);

    for (const [wanted, there] of worlds) {
      const under = policy({ prune: 'always' });
      const changes = planned(source(wanted), target(there), under).filter(isChange);
      const ordered = inPushOrder(changes, MAIN in wanted ? MAIN : undefined);
      expect(ordered.toSorted(byRef)).toEqual(changes.toSorted(byRef));
      expect(conflictsWhile(ordered, Object.keys(there))).toEqual([]);
    }
  });
});

function byRef(one: Change, other: Change): number {
  return one.ref < other.ref ? -1 : 1;
}

/** A set of refs that can exist side by side. */
function someRefs(random: () => number, names: readonly string[]): Refs {
  const refs: Record<string, string> = {};
  for (let draw = 0; draw < 5; draw += 1) {
    const name = pick(random, names as [string, ...string[]]);
    if (!Object.keys(refs).some((other) => excludes(name, other))) refs[name] = pick(random, ['1', '2']);
  }
  return refs;
}

function excludes(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function conflictsWhile(changes: readonly Change[], there: readonly string[]): string[] {
  const refs = new Set(there);
  return changes.flatMap(({ kind, ref }) => {
    if (kind === 'delete') refs.delete(ref);
    const taken = kind === 'create' ? [...refs].filter((other) => excludes(ref, other)) : [];
    if (kind === 'create') refs.add(ref);
    return taken.map((other) => `${ref} beside ${other}`);
  });
}
