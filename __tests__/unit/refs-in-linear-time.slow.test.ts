import { describe, expect, test } from '@jest/globals';
import { attemptOf } from '../../src/mirror/attempt.js';
import { CommitGraph } from '../../src/mirror/commit-graph.js';
import { NameTree } from '../../src/mirror/name-tree.js';
import { compare, isChange, plan, type Change } from '../../src/mirror/plan.js';
import { inPushOrder, unitsOf } from '../../src/mirror/push-order.js';
import { EMPTY_RECORD, resultsOf, settledBefore } from '../../src/mirror/results.js';
import { suspectsOf } from '../../src/mirror/suspects.js';
import type { Verdict } from '../../src/mirror/verdict.js';
import { sourceSnapshot, targetDetails, targetSnapshot } from '../../src/repositories/refs.js';
import type { PackedObject } from '../../src/protocol/wire/pack.js';
import { done } from '../slices.js';

const id = (number: number): string => number.toString(16).padStart(40, '0');
const names = (count: number, end = ''): string[] =>
  Array.from({ length: count }, (_, number) => `refs/heads/${id(number * 7919).slice(-12)}${end}`);

/** The least of a few measured times, so that a busy machine does not count. */
function timeOf(work: () => unknown): number {
  let least = Infinity;
  for (let run = 0; run < 4; run += 1) {
    const start = process.cpuUsage().user;
    work();
    least = Math.min(least, process.cpuUsage().user - start);
  }
  return least;
}

/** Four times as much may take four times as long, and some more; quadratic time would be sixteen times. */
function expectLinear(make: (count: number) => () => unknown, count: number): void {
  const [few, many] = [make(count), make(4 * count)].map(timeOf);

  expect((many ?? 0) / Math.max(few ?? 0, 1000)).toBeLessThan(11);
}

function changesOf(count: number): Change[] {
  return names(count).map((ref, number) => ({ kind: 'update', ref, old: id(number), new: id(number + 1) }));
}

const WORDS: readonly [string, (refs: readonly string[]) => ReadonlyMap<string, Verdict>][] = [
  ['one reason', (refs) => new Map(refs.map((ref) => [ref, { kind: 'refused', reason: 'no', said: [] }]))],
  ['a reason each', (refs) => new Map(refs.map((ref) => [ref, { kind: 'refused', reason: ref, said: [] }]))],
  [
    'words of a race',
    (refs) => new Map(refs.map((ref) => [ref, { kind: 'overtaken', reason: 'stale info', said: [] }])),
  ],
];

describe('linear time over refs', () => {
  test('a plan with a symbolic ref beside each ref', () => {
    expectLinear((count) => {
      const refs = names(count).map((name, number) => ({ name, id: id(number) }));
      const symrefs = refs.map(({ name, id: object }) => ({ name: `${name}-alias`, id: object, symref: name }));
      const listed = [{ name: 'HEAD', id: id(0), symref: refs[0]?.name ?? '' }, ...refs, ...symrefs];
      const source = sourceSnapshot({
        refs: [
          { name: 'HEAD', id: id(1), symref: 'refs/heads/main' },
          { name: 'refs/heads/main', id: id(1) },
        ],
        broken: [],
      });
      const target = targetSnapshot({ refs: listed, broken: [] });
      const policy = { select: () => true, keepDivergentRefs: false, prune: 'always' } as const;
      return () =>
        plan(compare(source, target, policy), {
          relations: new Map(),
          merges: new Map(),
          target: targetDetails(listed, 'of all refs'),
        });
    }, 4000);
  });

  test.each([
    ['that are plain', ''],
    ['that are no UTF-8', '\udc80\udcff'.repeat(20)],
    ['with many folders', '/a'.repeat(400)],
  ])('names %s, sorted and searched for conflicts', (_which, end) => {
    expectLinear((count) => {
      const changes: Change[] = names(count, end).map((ref) => ({ kind: 'create', ref, new: id(1) }));
      const record = { ...EMPTY_RECORD, decisions: changes, isWhole: true };
      return () => {
        const tree = new NameTree(changes.map(({ ref }) => ref));
        return [
          changes.filter(({ ref }) => tree.conflictWith(ref)),
          inPushOrder(changes, undefined),
          resultsOf([record]),
        ];
      };
    }, 2000);
  });

  test('a deletion that frees the name of many creations', () => {
    expectLinear((count) => {
      const creations = names(count).map((ref): Change => ({ kind: 'create', ref: `refs/heads/x/${ref}`, new: id(1) }));
      const changes: Change[] = [{ kind: 'delete', ref: 'refs/heads/x', old: id(1), reason: 'merged' }, ...creations];
      return () => unitsOf(inPushOrder(changes, undefined));
    }, 8000);
  });

  test.each(WORDS)('verdicts with %s', (_which, verdictsOn) => {
    expectLinear((count) => {
      const changes = changesOf(count);
      const verdicts = verdictsOn(changes.map(({ ref }) => ref));
      const record = { ...EMPTY_RECORD, decisions: changes, verdicts, isWhole: true };
      return () => {
        const before = settledBefore([record, record]);
        return [
          attemptOf(verdicts),
          suspectsOf(record),
          changes.filter(before),
          resultsOf([record]),
          changes.filter(isChange),
        ];
      };
    }, 4000);
  });

  test('ways through a history, for as many refs as commits have bits', () => {
    expectLinear((count) => {
      const commit = (parents: readonly number[]): PackedObject => ({
        type: 'commit',
        content: Buffer.from(`tree ${id(0)}\n${parents.map((parent) => `parent ${id(parent)}\n`).join('')}\n`),
      });
      const objects = Array.from({ length: count }, (_, at) => [id(at + 1), commit([at, Math.floor(at / 2)])] as const);
      const ways = Array.from({ length: 32 }, (_, at) => ({ from: id(count - at), to: id(at) }));
      return () => done(new CommitGraph(objects).leading(ways));
    }, 10_000);
  });

  test('a commit with many parents', () => {
    expectLinear((count) => {
      const parents = Array.from({ length: count }, (_, at) => `parent ${id(at + 2)}\n`).join('');
      const object: PackedObject = { type: 'commit', content: Buffer.from(`tree ${id(0)}\n${parents}\n`) };
      return () => new CommitGraph([[id(1), object]]).leadsTo(id(1), id(count));
    }, 20_000);
  });
});
