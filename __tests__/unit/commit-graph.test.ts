import { describe, expect, test } from '@jest/globals';
import { CommitGraph } from '../../src/mirror/commit-graph.js';
import type { PackedObject } from '../../src/protocol/wire/pack.js';

const id = (number: number): string => number.toString(16).padStart(40, '0');

function commit(parents: readonly number[], message = 'message'): PackedObject {
  const lines = ['tree 1234', ...parents.map((parent) => `parent ${id(parent)}`), 'author A', 'committer C'];
  return { type: 'commit', content: Buffer.from(`${lines.join('\n')}\n\n${message}\n`) };
}

function tag(target: number, type = 'commit'): PackedObject {
  return { type: 'tag', content: Buffer.from(`object ${id(target)}\ntype ${type}\ntag t\n\nmessage\n`) };
}

function graph(commits: Readonly<Record<number, PackedObject>>): CommitGraph {
  return new CommitGraph(new Map(Object.entries(commits).map(([number, one]) => [id(Number(number)), one])));
}

describe('border', () => {
  test.each<[string, Readonly<Record<number, PackedObject>>, number, readonly number[]]>([
    ['one commit', { 2: commit([1]) }, 2, [1]],
    ['a root', { 1: commit([]) }, 1, []],
    ['a line', { 4: commit([3]), 3: commit([2]), 2: commit([1]) }, 4, [1]],
    ['a merge', { 5: commit([4, 3]), 4: commit([1]), 3: commit([2]) }, 5, [1, 2]],
    ['an octopus', { 9: commit([1, 2, 3, 4]) }, 9, [1, 2, 3, 4]],
    ['two ways to one commit', { 4: commit([3, 2]), 3: commit([1]), 2: commit([1]) }, 4, [1]],
    ['what cannot be reached', { 3: commit([2]), 9: commit([8]) }, 3, [2]],
    ['a commit outside', { 2: commit([1]) }, 7, [7]],
    ['a circle, which no history has', { 2: commit([3]), 3: commit([2]) }, 2, []],
  ])('%s', (_what, commits, from, border) => {
    expect([...graph(commits).border(id(from))].toSorted()).toEqual(border.map(id));
  });

  test('a line of twenty thousand commits is walked without recursion', () => {
    const commits = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [index + 1, commit([index])]));

    expect([...graph(commits).border(id(20_000))]).toEqual([id(0)]);
  });

  test('reads parents from the header alone', () => {
    const message = `parent ${id(7)}\n\nparent ${id(8)}`;
    const signed: PackedObject = {
      type: 'commit',
      content: Buffer.from(
        `tree 1234\nparent ${id(1)}\nauthor A\ncommitter C\nmergetag object ${id(6)}\n parent ${id(9)}\n\n${message}`,
      ),
    };

    expect([...graph({ 2: signed }).border(id(2))]).toEqual([id(1)]);
  });
});

test('holds commits alone', () => {
  const objects = graph({ 1: commit([]), 2: { type: 'tree', content: Buffer.from('x') } });

  expect([objects.has(id(1)), objects.has(id(2)), objects.has(id(3))]).toEqual([true, false, false]);
});

test.each([
  ['a parent inside', 3, 2, true],
  ['a commit at the border', 3, 1, true],
  ['a commit that is not on the way', 2, 3, false],
  ['a walk from outside', 1, 1, false],
])('a walk leads to %s', (_what, from, to, expected) => {
  const objects = graph({ 2: commit([1]), 3: commit([2]) });

  expect(objects.leadsTo(id(from), id(to))).toBe(expected);
});

describe('an annotated tag', () => {
  const objects = graph({
    2: commit([1]),
    3: commit([2]),
    10: tag(3),
    11: tag(10, 'tag'),
    12: tag(1),
    13: tag(3, 'tree'),
    14: tag(15, 'tag'),
    15: tag(14, 'tag'),
  });

  test.each<[string, from: number, to: number, leads: boolean]>([
    ['leads to its commit', 10, 3, true],
    ['leads to what its commit builds on', 10, 1, true],
    ['of a tag leads there, too', 11, 1, true],
    ['leads to a commit that lies outside', 12, 1, true],
    ['does not lead to what builds on its commit', 12, 3, false],
    ['of something else leads nowhere', 13, 3, false],
    ['of itself leads nowhere', 14, 3, false],
  ])('%s', (_what, from, to, leads) => {
    expect(objects.leadsTo(id(from), id(to))).toBe(leads);
  });

  test('is no commit, and has the border of its commit', () => {
    expect([objects.has(id(10)), [...objects.border(id(11))], objects.within(id(10)).size]).toEqual([
      false,
      [id(1)],
      2,
    ]);
  });
});
