import { describe, expect, test } from '@jest/globals';
import { CommitGraph } from '../../src/mirror/commit-graph.js';
import type { PackedObject } from '../../src/protocol/wire/pack.js';
import { seeded } from '../random.js';
import { done } from '../slices.js';

const id = (number: number): string => number.toString(16).padStart(40, '0');

function commit(parents: readonly number[], message = 'message'): PackedObject {
  const lines = [`tree ${id(0)}`, ...parents.map((parent) => `parent ${id(parent)}`), 'author A', 'committer C'];
  return { type: 'commit', content: Buffer.from(`${lines.join('\n')}\n\n${message}\n`) };
}

function tag(target: number, type = 'commit'): PackedObject {
  return { type: 'tag', content: Buffer.from(`object ${id(target)}\ntype ${type}\ntag t\n\nmessage\n`) };
}

function graph(commits: Readonly<Record<number, PackedObject>>): CommitGraph {
  return new CommitGraph(new Map(Object.entries(commits).map(([number, one]) => [id(Number(number)), one])));
}

describe('a walk that ends within the part', () => {
  test.each<[string, Readonly<Record<number, PackedObject>>, number, boolean]>([
    ['one commit', { 2: commit([1]) }, 2, false],
    ['a root', { 1: commit([]) }, 1, true],
    ['a line', { 4: commit([3]), 3: commit([2]), 2: commit([]) }, 4, true],
    ['a merge of which one side lies outside', { 5: commit([4, 3]), 4: commit([]), 3: commit([2]) }, 5, false],
    ['two ways to one commit', { 4: commit([3, 2]), 3: commit([1]), 2: commit([1]), 1: commit([]) }, 4, true],
    ['what cannot be reached', { 3: commit([]), 9: commit([8]) }, 3, true],
    ['a commit outside', { 2: commit([1]) }, 7, false],
    ['a commit that git does not take', { 2: commit([1]), 1: { type: 'commit', content: Buffer.from('x') } }, 2, false],
  ])('%s', (_what, commits, from, isClosed) => {
    expect(graph(commits).isClosed(id(from))).toBe(isClosed);
  });

  test('of twenty thousand commits, without recursion', () => {
    const commits = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [index + 1, commit([index])]));

    expect(graph(commits).isClosed(id(20_000))).toBe(false);
    expect(graph({ ...commits, 0: commit([]) }).isClosed(id(20_000))).toBe(true);
  });
});

test.each([
  ['behind the author', `author A\nparent ${id(9)}\ncommitter C\n\nmessage`],
  ['in a message', `author A\ncommitter C\n\nparent ${id(9)}\n`],
  ['in a signed tag', `author A\ncommitter C\nmergetag object ${id(6)}\n parent ${id(9)}\n\nmessage`],
])('a parent that stands %s is none, as for git', (_where, rest) => {
  const content = Buffer.from(`tree ${id(0)}\nparent ${id(1)}\n${rest}`);
  const objects = graph({ 2: { type: 'commit', content } });

  expect([objects.leadsTo(id(2), id(1)), objects.leadsTo(id(2), id(9))]).toEqual([true, false]);
});

test('many ways are followed at once, as each by itself', () => {
  const random = seeded(7);
  const commits: Record<number, PackedObject> = {};
  for (let number = 10; number < 300; number += 1) {
    const parents = Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * number));
    if (random() < 0.9) commits[number] = random() < 0.1 ? tag(number - 1) : commit(parents);
  }
  const objects = graph(commits);
  const number = (): string => id(Math.floor(random() * 310));
  const ways = Array.from({ length: 500 }, () => ({ from: number(), to: number() }));

  const leading = done(objects.leading(ways));

  expect([...leading]).toEqual(ways.filter(({ from, to }) => objects.leadsTo(from, to)));
  expect(leading.size).toBeGreaterThan(10);
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

  test('is no commit, and is as open as its commit', () => {
    const counts = [objects.has(id(10)), objects.isClosed(id(11)), objects.within(id(10)).length];

    expect(counts).toEqual([false, false, 2]);
  });
});
