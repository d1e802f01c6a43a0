import { describe, expect, test } from '@jest/globals';
import {
  committedAt,
  entriesOf,
  UnclearObject,
  parentsOf,
  peel,
  targetOf,
  treeOf,
} from '../../src/protocol/wire/objects.js';
import type { PackedObject } from '../../src/protocol/wire/pack.js';

const id = (digit: string): string => digit.repeat(40);

const COMMIT = Buffer.from(
  [
    `tree ${id('1')}`,
    `parent ${id('2')}`,
    `parent ${id('3')}`,
    'author A <a@example.com> 5 +0000',
    'committer C <c@example.com> 1234567890 -0330',
    `mergetag object ${id('4')}`,
    ' type commit',
    ` parent ${id('5')}`,
    '',
    `tree ${id('6')}`,
    `parent ${id('7')}`,
    'committer X <x@example.com> 1 +0000',
    `object ${id('8')}`,
  ].join('\n'),
);

test('a commit names its tree, its parents and its time in the header alone', () => {
  expect(treeOf(COMMIT)).toBe(id('1'));
  expect(parentsOf(COMMIT)).toEqual([id('2'), id('3')]);
  expect(committedAt(COMMIT)).toBe(1234567890);
  expect(targetOf(COMMIT)).toBeUndefined();
});

test.each(['', '\n\n', 'tree X\nparent nothing\ncommitter nobody\n\n'])('%j names nothing', (text) => {
  const content = Buffer.from(text);

  expect([treeOf(content), parentsOf(content), committedAt(content), targetOf(content)]).toEqual([
    undefined,
    [],
    undefined,
    undefined,
  ]);
});

test('a header without a message is one', () => {
  expect(treeOf(Buffer.from(`tree ${id('a')}\n`))).toBe(id('a'));
  expect(treeOf(Buffer.from(`tree ${id('a')}`))).toBeUndefined();
});

describe('peel', () => {
  const tag = (target: string): PackedObject => ({
    type: 'tag',
    content: Buffer.from(`object ${target}\ntype commit\ntag v\n\nobject ${id('0')}\n`),
  });

  test('follows tags of tags to what they stand for', () => {
    const objects = new Map([
      [id('a'), tag(id('b'))],
      [id('b'), tag(id('c'))],
      [id('c'), { type: 'commit', content: COMMIT } as const],
    ]);

    expect([id('a'), id('c'), id('d')].map((one) => peel(one, objects))).toEqual([id('c'), id('c'), id('d')]);
  });

  test('ends where tags go in a circle, which cannot be', () => {
    const objects = new Map([
      [id('a'), tag(id('b'))],
      [id('b'), tag(id('a'))],
    ]);

    expect(peel(id('a'), objects)).toBe(id('a'));
  });
});

describe.each([20, 32])('the entries of a tree, with ids of %i bytes', (length) => {
  const entry = (mode: string, name: string, byte: number): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.alloc(length, byte)]);
  const hex = (byte: string): string => byte.repeat(length);

  test('come in their order, with kinds that are read from numbers', () => {
    const tree = Buffer.concat([
      entry('100644', 'a b', 0x0a),
      entry('160000', 'sub', 0x20),
      entry('040000', 'folder', 0),
      entry('120000', 'ä', 0xff),
    ]);

    expect([...entriesOf(tree, length)]).toEqual([
      { kind: 'file', name: 'a b', id: hex('0a') },
      { kind: 'submodule', name: 'sub', id: hex('20') },
      { kind: 'folder', name: 'folder', id: hex('00') },
      { kind: 'link', name: 'ä', id: hex('ff') },
    ]);
  });

  test('of a damaged tree come as far as they can be read, and then an error', () => {
    const tree = Buffer.concat([entry('100644', 'a', 1), entry('100644', 'b', 2).subarray(0, -1)]);
    const names: string[] = [];

    expect(() => {
      for (const { name } of entriesOf(tree, length)) names.push(name);
    }).toThrow(UnclearObject);
    expect(names).toEqual(['a']);
    expect(() => [...entriesOf(Buffer.from('no tree'), length)]).toThrow(UnclearObject);
    expect(() => [...entriesOf(Buffer.from('100644 x'), length)]).toThrow(UnclearObject);
  });
});
