import { beforeEach, describe, expect, test } from '@jest/globals';
import { Explainer, explainRejection } from '../../src/hosts/rejection.js';
import { isChange, type Change, type Decision, type Relation } from '../../src/mirror/plan.js';
import {
  EMPTY_RECORD,
  isOvertaken,
  isUnsettled,
  mayHaveLanded,
  resultsOf,
  settledBefore,
  type RoundRecord,
} from '../../src/mirror/results.js';
import type { Verdict } from '../../src/mirror/verdict.js';

const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';
const ACCEPTED: Verdict = { kind: 'accepted' };
const REFUSED: Verdict = {
  kind: 'refused',
  reason: 'hook declined',
  said: [],
  rule: explainRejection('hook declined'),
};
const OVERTAKEN: Verdict = { kind: 'overtaken', reason: 'stale info' };

const create = (ref: string, id: string): Change => ({ kind: 'create', ref, new: id });
const update = (ref: string, old: string, id: string): Change => ({ kind: 'update', ref, old, new: id });
const remove = (ref: string, old: string): Change => ({ kind: 'delete', ref, old, reason: 'merged' });
const unchanged = (ref: string, id: string): Decision => ({ kind: 'unchanged', ref, id });

let rounds: RoundRecord[];

beforeEach(() => {
  rounds = [];
});

function round(
  decisions: readonly Decision[],
  verdicts: Readonly<Record<string, Verdict>> = {},
  relations: Readonly<Record<string, Relation>> = {},
): void {
  rounds.push({ ...recordOf(decisions, verdicts, relations), isWhole: true });
}

/** A round whose connection breaks after the push of all its changes began. */
function brokenRound(
  decisions: readonly Decision[],
  relations: Readonly<Record<string, Relation>> = {},
  verdicts: Readonly<Record<string, Verdict>> = {},
): void {
  const begun = new Set(decisions.filter(isChange).map(({ ref }) => ref));
  rounds.push({ ...recordOf(decisions, verdicts, relations), begun, isWhole: false });
}

function recordOf(
  decisions: readonly Decision[],
  verdicts: Readonly<Record<string, Verdict>>,
  relations: Readonly<Record<string, Relation>>,
): RoundRecord {
  return {
    ...EMPTY_RECORD,
    decisions,
    verdicts: new Map(Object.entries(verdicts)),
    relations: new Map(Object.entries(relations)),
  };
}

function outcomes(): Record<string, string> {
  return Object.fromEntries(resultsOf(rounds).map(({ ref, outcome }) => [ref, outcome]));
}

describe('one round', () => {
  test.each<[string, Decision, Verdict | undefined, Relation | undefined, string, string | null, string | null]>([
    ['an equal ref', unchanged(MAIN, '1'), undefined, undefined, 'unchanged', '1', '1'],
    ['a creation', create(MAIN, '2'), ACCEPTED, undefined, 'created', null, '2'],
    ['a fast-forward', update(MAIN, '1', '2'), ACCEPTED, 'ancestor', 'updated', '1', '2'],
    ['an overwritten ref', update(MAIN, '1', '2'), ACCEPTED, 'not-ancestor', 'forced', '1', '2'],
    ['an overwritten unknown object', update(MAIN, '1', '2'), ACCEPTED, 'unknown-object', 'forced', '1', '2'],
    ['an update of which nothing is known', update(MAIN, '1', '2'), ACCEPTED, undefined, 'forced', '1', '2'],
    ['a deletion', remove(MAIN, '1'), ACCEPTED, undefined, 'deleted', '1', null],
    ['a refused creation', create(MAIN, '2'), REFUSED, undefined, 'rejected', null, '2'],
    ['a refused update', update(MAIN, '1', '2'), REFUSED, 'ancestor', 'rejected', '1', '2'],
    ['a refused deletion', remove(MAIN, '1'), REFUSED, undefined, 'rejected', '1', null],
    ['an overtaken update', update(MAIN, '1', '2'), OVERTAKEN, 'ancestor', 'rejected', '1', '2'],
    ['a change without a verdict', create(MAIN, '2'), undefined, undefined, 'rejected', null, '2'],
    [
      'a ref left alone',
      { kind: 'keep', ref: MAIN, old: '1', reason: 'not-merged' },
      undefined,
      undefined,
      'kept',
      '1',
      null,
    ],
    [
      'a diverged ref',
      { kind: 'diverged', ref: MAIN, old: '1', new: '2', reason: 'not-ancestor' },
      undefined,
      undefined,
      'diverged',
      '1',
      '2',
    ],
    [
      'a blocked creation',
      { kind: 'blocked', ref: MAIN, new: '2', reason: 'name-conflict', by: TOPIC },
      undefined,
      undefined,
      'rejected',
      null,
      '2',
    ],
  ])('%s', (_what, decision, verdict, relation, outcome, old, id) => {
    round(
      [decision],
      verdict === undefined ? {} : { [MAIN]: verdict },
      relation === undefined ? {} : { [MAIN]: relation },
    );

    expect(resultsOf(rounds)).toMatchObject([{ ref: MAIN, outcome, old, new: id }]);
  });

  test.each<[Decision, Verdict | undefined, RegExp]>([
    [create(MAIN, '2'), REFUSED, /hook declined/],
    [update(MAIN, '1', '2'), OVERTAKEN, /stale info.*[Rr]un the mirror again/],
    [
      { kind: 'blocked', ref: MAIN, new: '2', reason: 'name-conflict', by: TOPIC },
      undefined,
      /refs\/heads\/topic.*delete or rename/,
    ],
    [
      { kind: 'blocked', ref: MAIN, old: '1', new: '2', reason: 'symref-on-target', by: TOPIC },
      undefined,
      /symbolic ref to refs\/heads\/topic on the target.*delete the symbolic ref/,
    ],
    [
      { kind: 'keep', ref: MAIN, old: '1', reason: 'default-branch-of-target' },
      undefined,
      /default branch.*choose another/,
    ],
    [{ kind: 'diverged', ref: MAIN, old: '1', new: '2', reason: 'unknown-object' }, undefined, /does not have/],
  ])('says why: %j', (decision, verdict, message) => {
    round([decision], verdict === undefined ? {} : { [MAIN]: verdict });

    expect(resultsOf(rounds)[0]?.message).toMatch(message);
  });

  test('lists refs in ref name order', () => {
    round([create('refs/tags/v1', '1'), unchanged(TOPIC, '1'), unchanged('refs/heads/Zed', '1')]);

    expect(Object.keys(outcomes())).toEqual(['refs/heads/Zed', TOPIC, 'refs/tags/v1']);
  });
});

describe('several rounds', () => {
  test('what one round changed and the next finds in place counts as changed', () => {
    round(
      [create(MAIN, '2'), update(TOPIC, '1', '2')],
      { [MAIN]: ACCEPTED, [TOPIC]: OVERTAKEN },
      { [TOPIC]: 'ancestor' },
    );
    round([unchanged(MAIN, '2'), update(TOPIC, '3', '4')], { [TOPIC]: ACCEPTED }, { [TOPIC]: 'ancestor' });

    expect(resultsOf(rounds)).toMatchObject([
      { ref: MAIN, outcome: 'created', old: null, new: '2' },
      { ref: TOPIC, outcome: 'updated', old: '3', new: '4' },
    ]);
  });

  test('what one round changed and the next finds changed by others counts by the next', () => {
    round([create(MAIN, '2')], { [MAIN]: ACCEPTED });
    round([unchanged(MAIN, '3')]);

    expect(outcomes()).toEqual({ [MAIN]: 'unchanged' });
  });

  test('an overtaken ref that a newer run brought to the same place is unchanged', () => {
    round([update(MAIN, '1', '2')], { [MAIN]: OVERTAKEN });
    expect(rounds.map(isOvertaken).at(-1)).toBe(true);
    round([unchanged(MAIN, '2')]);

    expect(rounds.map(isOvertaken).at(-1)).toBe(false);
    expect(outcomes()).toEqual({ [MAIN]: 'unchanged' });
  });

  test('an overtaken ref that is gone from both ends is not reported', () => {
    round([update(MAIN, '1', '2'), unchanged(TOPIC, '1')], { [MAIN]: OVERTAKEN });
    round([unchanged(TOPIC, '1')]);

    expect(outcomes()).toEqual({ [TOPIC]: 'unchanged' });
  });

  test.each<[string, Decision, Verdict | undefined]>([
    ['refused', create(MAIN, '2'), REFUSED],
    ['kept', { kind: 'keep', ref: MAIN, old: '1', reason: 'not-merged' }, undefined],
    ['unchanged', unchanged(MAIN, '1'), undefined],
  ])('a ref that was %s and is gone from both ends is not reported', (_what, decision, verdict) => {
    round([decision, update(TOPIC, '1', '2')], {
      [TOPIC]: OVERTAKEN,
      ...(verdict === undefined ? {} : { [MAIN]: verdict }),
    });
    round([update(TOPIC, '3', '2')], { [TOPIC]: ACCEPTED });

    expect(outcomes()).toEqual({ [TOPIC]: 'forced' });
  });

  test('a deletion stays reported, though no later round sees the ref', () => {
    round([remove(MAIN, '1'), update(TOPIC, '1', '2')], { [MAIN]: ACCEPTED, [TOPIC]: OVERTAKEN });
    round([unchanged(TOPIC, '2')]);

    expect(outcomes()).toEqual({ [MAIN]: 'deleted', [TOPIC]: 'unchanged' });
  });

  test('a ref that diverged meanwhile is diverged', () => {
    round([update(MAIN, '1', '2')], { [MAIN]: OVERTAKEN });
    round([{ kind: 'diverged', ref: MAIN, old: '3', new: '2', reason: 'unknown-object' }]);

    expect(outcomes()).toEqual({ [MAIN]: 'diverged' });
  });

  test('what is overtaken to the last is rejected', () => {
    for (let rounds = 0; rounds < 3; rounds += 1) round([update(MAIN, '1', '2')], { [MAIN]: OVERTAKEN });

    expect(outcomes()).toEqual({ [MAIN]: 'rejected' });
    expect(rounds.map(isOvertaken).at(-1)).toBe(true);
  });
});

describe('a push that broke off', () => {
  const changes = [create('refs/heads/a', '2'), update('refs/heads/b', '1', '2'), remove('refs/heads/c', '1')];

  test('leaves its changes in doubt', () => {
    brokenRound(changes);

    expect(outcomes()).toEqual({ 'refs/heads/a': 'rejected', 'refs/heads/b': 'rejected', 'refs/heads/c': 'rejected' });
    expect(resultsOf(rounds).map(({ message }) => message)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('the push broke off')),
    );
  });

  test('had landed if the next round finds everything in place', () => {
    brokenRound(changes, { 'refs/heads/b': 'ancestor' });
    round([unchanged('refs/heads/a', '2'), unchanged('refs/heads/b', '2')]);

    expect(outcomes()).toEqual({ 'refs/heads/a': 'created', 'refs/heads/b': 'updated', 'refs/heads/c': 'deleted' });
  });

  test('had overwritten what was no ancestor', () => {
    brokenRound(changes, { 'refs/heads/b': 'not-ancestor' });
    round([unchanged('refs/heads/b', '2')]);

    expect(outcomes()).toMatchObject({ 'refs/heads/b': 'forced' });
  });

  test('had not landed if the next round has it all to do', () => {
    brokenRound(changes);
    round(changes, { 'refs/heads/a': ACCEPTED, 'refs/heads/b': REFUSED, 'refs/heads/c': ACCEPTED }, {});

    expect(outcomes()).toEqual({ 'refs/heads/a': 'created', 'refs/heads/b': 'rejected', 'refs/heads/c': 'deleted' });
  });

  test('is known as far as its verdicts came', () => {
    brokenRound(changes, { 'refs/heads/b': 'ancestor' }, { 'refs/heads/a': REFUSED, 'refs/heads/b': ACCEPTED });

    expect(resultsOf(rounds)).toMatchObject([
      { ref: 'refs/heads/a', outcome: 'rejected', code: 'hook', message: expect.stringContaining('hook declined') },
      { ref: 'refs/heads/b', outcome: 'updated', code: null },
      { ref: 'refs/heads/c', outcome: 'rejected', code: 'in-doubt' },
    ]);
  });

  test('is not in doubt where the next round finds the ref in place before it breaks off, too', () => {
    brokenRound(changes);
    rounds.push(recordOf([unchanged('refs/heads/a', '2'), update('refs/heads/b', '1', '2')], {}, {}));

    expect(resultsOf(rounds)).toMatchObject([
      { ref: 'refs/heads/a', outcome: 'created' },
      { ref: 'refs/heads/b', outcome: 'rejected', code: 'in-doubt' },
      { ref: 'refs/heads/c', outcome: 'deleted' },
    ]);
  });

  test('stays in doubt where the next round cannot read both ends', () => {
    brokenRound(changes);
    rounds.push(EMPTY_RECORD);

    expect(resultsOf(rounds).map(({ code }) => code)).toEqual(['in-doubt', 'in-doubt', 'in-doubt']);
  });

  test('is forgotten where others moved the ref', () => {
    brokenRound([create(MAIN, '2')]);
    round([unchanged(MAIN, '3')]);

    expect(outcomes()).toEqual({ [MAIN]: 'unchanged' });
  });
});

describe('a run that was stopped', () => {
  const [before, pushed, refused, done] = ['a', 'b', 'c', 'd'].map((name) => `refs/heads/${name}`) as [
    string,
    string,
    string,
    string,
  ];

  test('says so of what it left open, and of nothing else', () => {
    const decisions = [before, pushed, refused, done].map((ref) => create(ref, '2'));
    const verdicts = { [refused]: REFUSED, [done]: ACCEPTED };
    rounds.push({ ...recordOf(decisions, verdicts, {}), begun: new Set([pushed, refused, done]), isWhole: false });

    expect(resultsOf(rounds, undefined, true)).toMatchObject([
      { ref: before, outcome: 'rejected', code: 'stopped', message: expect.stringMatching(/stopped before this ref/) },
      { ref: pushed, outcome: 'rejected', code: 'stopped-in-doubt', message: expect.stringMatching(/may have been/) },
      { ref: refused, outcome: 'rejected', code: 'hook' },
      { ref: done, outcome: 'created', code: null },
    ]);
  });

  test('does not say that somebody else changed a ref again and again, if it had no other try', () => {
    round([create(before, '2')], { [before]: OVERTAKEN });

    expect(resultsOf(rounds, undefined, true)).toMatchObject([{ ref: before, outcome: 'rejected', code: 'stopped' }]);
  });
});

describe('a round that broke off before it pushed', () => {
  test('knows what the plan decided', () => {
    rounds.push(
      recordOf([unchanged(MAIN, '1'), { kind: 'keep', ref: TOPIC, old: '1', reason: 'not-merged' }], {}, {}),
      recordOf([unchanged(MAIN, '1'), update(TOPIC, '1', '2')], {}, {}),
    );

    expect(resultsOf(rounds)).toMatchObject([
      { ref: MAIN, outcome: 'unchanged' },
      { ref: TOPIC, outcome: 'rejected', code: 'not-reached' },
    ]);
  });

  test('leaves a change and a refusal of an earlier round as they are', () => {
    round([create(MAIN, '1'), create(TOPIC, '1'), create('refs/tags/v1', '1')], {
      [MAIN]: ACCEPTED,
      [TOPIC]: REFUSED,
      'refs/tags/v1': OVERTAKEN,
    });
    rounds.push(recordOf([update(MAIN, '3', '4'), create(TOPIC, '1'), create('refs/tags/v1', '1')], {}, {}));

    expect(resultsOf(rounds)).toMatchObject([
      { ref: MAIN, outcome: 'created', new: '1' },
      { ref: TOPIC, outcome: 'rejected', code: 'hook' },
      { ref: 'refs/tags/v1', outcome: 'rejected', code: 'not-reached' },
    ]);
  });
});

describe('a later reading of the target', () => {
  const changes = [create('refs/heads/a', '2'), update('refs/heads/b', '1', '2'), remove('refs/heads/c', '1')];
  const reading = (refs: Readonly<Record<string, string>>) => ({ refs: new Map(Object.entries(refs)) });
  const codes = (refs: Readonly<Record<string, string>>) =>
    resultsOf(rounds, reading(refs)).map(({ outcome, code }) => code ?? outcome);

  test.each<[string, Record<string, string>, string[]]>([
    ['all has landed', { 'refs/heads/a': '2', 'refs/heads/b': '2' }, ['created', 'updated', 'merged']],
    ['nothing has', { 'refs/heads/b': '1', 'refs/heads/c': '1' }, ['not-changed', 'not-changed', 'not-changed']],
    ['others were there', { 'refs/heads/a': '3', 'refs/heads/b': '3', 'refs/heads/c': '3' }, ['race', 'race', 'race']],
  ])('settles a push that broke off: %s', (_what, refs, expected) => {
    brokenRound(changes, { 'refs/heads/b': 'ancestor' });

    expect(isUnsettled(rounds)).toBe(true);
    expect(codes(refs)).toEqual(expected);
  });

  test('leaves a ref in doubt that the target lists wrongly', () => {
    brokenRound([create(MAIN, '2')]);

    expect(resultsOf(rounds, { ...reading({}), broken: new Set([MAIN]) })[0]?.code).toBe('in-doubt');
  });

  test('tells a race of the last round from a refusal', () => {
    const said = ["error: cannot lock ref: Unable to create 'x.lock': File exists."];
    const reason = 'failed to update ref';
    const ruleIfUnmoved = new Explainer().unmoved(reason, said);
    const verdict: Verdict = { kind: 'overtaken', reason, said, ruleIfUnmoved };
    round([update(MAIN, '1', '2'), update(TOPIC, '1', '2')], { [MAIN]: verdict, [TOPIC]: verdict });

    expect(isUnsettled(rounds)).toBe(true);
    expect(codes({ [MAIN]: '1', [TOPIC]: '3' })).toEqual(['lock-file', 'race']);
    expect(resultsOf(rounds).map(({ code }) => code)).toEqual(['race', 'race']);
  });

  test('is not needed where every ref has its verdict', () => {
    round([create(MAIN, '2'), create(TOPIC, '2')], { [MAIN]: ACCEPTED, [TOPIC]: REFUSED });

    expect(isUnsettled(rounds)).toBe(false);
  });
});

describe('mayHaveLanded', () => {
  test.each<[string, () => void, boolean]>([
    ['nothing was recorded', () => undefined, false],
    ['nothing was to be done', () => round([unchanged(MAIN, '1')]), false],
    ['everything was refused', () => round([create(MAIN, '1')], { [MAIN]: REFUSED }), false],
    [
      'one ref was accepted',
      () => round([create(MAIN, '1'), create(TOPIC, '1')], { [MAIN]: ACCEPTED, [TOPIC]: REFUSED }),
      true,
    ],
    ['a push broke off', () => brokenRound([create(MAIN, '1')]), true],
  ])('where %s', (_what, happen, expected) => {
    happen();

    expect(mayHaveLanded(rounds)).toBe(expected);
  });
});

describe('a change that the target has accepted', () => {
  const READ = (refs: Readonly<Record<string, string>>) => ({ refs: new Map(Object.entries(refs)) });

  test.each<[string, Change, Readonly<Record<string, string>>, string, string | null]>([
    ['that was made', update(MAIN, '1', '2'), { [MAIN]: '2' }, 'updated', null],
    ['that was not made', update(MAIN, '1', '2'), { [MAIN]: '1' }, 'rejected', 'not-moved'],
    ['that somebody else has moved on', update(MAIN, '1', '2'), { [MAIN]: '3' }, 'updated', null],
    ['a creation that was not made', create(MAIN, '2'), {}, 'rejected', 'not-moved'],
    ['a deletion that was not made', remove(MAIN, '1'), { [MAIN]: '1' }, 'rejected', 'not-moved'],
    ['a deletion that was made', remove(MAIN, '1'), {}, 'deleted', 'merged'],
  ])('%s, as a later reading tells', (_what, change, refs, outcome, code) => {
    round([change], { [MAIN]: ACCEPTED }, { [MAIN]: 'ancestor' });

    expect(resultsOf(rounds, READ(refs))).toEqual([expect.objectContaining({ ref: MAIN, outcome, code })]);
  });

  test('is read again only where its words are not taken for certain', () => {
    round([update(MAIN, '1', '2')], { [MAIN]: ACCEPTED });
    expect(isUnsettled(rounds)).toBe(false);

    rounds = [{ ...rounds[0]!, doubted: new Set([MAIN]) }];
    expect(isUnsettled(rounds)).toBe(true);
    expect(outcomes()).toEqual({ [MAIN]: 'forced' });
  });

  test('is known to a later round that would make it again', () => {
    const change = update(MAIN, '1', '2');
    round([change, create(TOPIC, '2')], { [MAIN]: ACCEPTED, [TOPIC]: OVERTAKEN });
    const before = settledBefore(rounds);

    expect(before(change)).toBe(ACCEPTED);
    expect([before(update(MAIN, '1', '3')), before(create(TOPIC, '2'))]).toEqual([undefined, undefined]);
  });
});
