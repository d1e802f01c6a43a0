import { describe, expect, test } from '@jest/globals';
import { isInPlay, sourceSnapshot, targetDetails, targetSnapshot } from '../../src/repositories/refs.js';
import { headAmong } from '../../src/protocol/wire/head.js';
import { compareRefNames, isBranch, isTag, shortName } from '../../src/protocol/wire/ref-name.js';
import { decodeRefName } from '../../src/protocol/wire/ref-name.js';

describe('names', () => {
  test.each([
    ['refs/heads/main', true, false, 'main'],
    ['refs/heads/refs/heads/x', true, false, 'refs/heads/x'],
    ['refs/tags/v1', false, true, 'v1'],
    ['refs/heads/', false, false, ''],
    ['refs/tags/', false, false, ''],
    ['refs/headsx/a', false, false, 'refs/headsx/a'],
    ['refs/pull/1/head', false, false, 'refs/pull/1/head'],
    ['refs/merge-requests/1/head', false, false, 'refs/merge-requests/1/head'],
    ['HEAD', false, false, 'HEAD'],
  ])('%s', (ref, branch, tag, short) => {
    expect([isBranch(ref), isTag(ref), isInPlay(ref), shortName(ref)]).toEqual([branch, tag, branch || tag, short]);
  });
});

describe('sourceSnapshot', () => {
  test('takes branches and tags, peels tags, and sets symbolic refs apart', () => {
    const refs = [
      { name: 'HEAD', id: '1', symref: 'refs/heads/main' },
      { name: 'refs/heads/main', id: '1' },
      { name: 'refs/heads/alias', id: '1', symref: 'refs/heads/main' },
      { name: 'refs/tags/v1', id: '2', peeled: '1' },
      { name: 'refs/pull/1/head', id: '3' },
    ];
    const snapshot = sourceSnapshot({ refs, broken: ['HEAD', 'refs/pull/2/head'] });

    expect(snapshot).toEqual({
      refs: new Map([
        ['refs/heads/main', { id: '1', peeled: '1' }],
        ['refs/tags/v1', { id: '2', peeled: '1' }],
      ]),
      symrefs: new Map([['refs/heads/alias', 'refs/heads/main']]),
      defaultBranch: 'refs/heads/main',
    });
  });

  test.each([
    ['the repository is empty', []],
    [
      'HEAD is detached',
      [
        { name: 'HEAD', id: '1' },
        { name: 'refs/heads/main', id: '1' },
      ],
    ],
    ['HEAD stands for a branch that does not exist', [{ name: 'HEAD', id: '1', symref: 'refs/heads/gone' }]],
    [
      'HEAD stands for a tag',
      [
        { name: 'HEAD', id: '1', symref: 'refs/tags/v1' },
        { name: 'refs/tags/v1', id: '1' },
      ],
    ],
    [
      'HEAD stands for a symbolic ref',
      [
        { name: 'HEAD', id: '1', symref: 'refs/heads/alias' },
        { name: 'refs/heads/alias', id: '1', symref: 'refs/heads/main' },
      ],
    ],
  ])('has no default branch where %s', (_what, listed) => {
    expect(sourceSnapshot({ refs: listed, broken: [] }).defaultBranch).toBeUndefined();
  });
});

test('targetSnapshot holds every ref but HEAD, those of other namespaces too', () => {
  const listed = ['HEAD', 'refs/heads/main', 'refs/pull/1/head'].map((name) => ({ name, id: '1' }));

  expect([...targetSnapshot({ refs: listed, broken: [] }).refs.keys()]).toEqual([
    'refs/heads/main',
    'refs/pull/1/head',
  ]);
});

test('a broken branch or tag is none that can be mirrored, and not absent either', () => {
  const listed = {
    refs: [
      { name: 'HEAD', id: '1', symref: 'refs/heads/lost' },
      { name: 'refs/heads/main', id: '1' },
    ],
    broken: ['refs/heads/lost', 'refs/tags/a..b', 'refs/pull/1/head'],
  };
  const broken = new Set(['refs/heads/lost', 'refs/tags/a..b']);

  expect(sourceSnapshot(listed)).toMatchObject({ broken, defaultBranch: undefined });
  expect([...sourceSnapshot(listed).refs.keys()]).toEqual(['refs/heads/main']);
  expect(targetSnapshot(listed)).toEqual({ refs: new Map([['refs/heads/main', '1']]), broken });
});

test('targetDetails tells the default branch, symbolic refs and peeled tags', () => {
  const listed = [
    { name: 'HEAD', id: '1', symref: 'refs/heads/main' },
    { name: 'refs/heads/main', id: '1' },
    { name: 'refs/heads/alias', id: '1', symref: 'refs/heads/main' },
    { name: 'refs/tags/v1', id: '2', peeled: '1' },
  ];

  // Who tells one beside HEAD tells them all.
  expect(targetDetails(listed, 'of HEAD alone')).toEqual({
    head: { kind: 'branch', branch: 'refs/heads/main' },
    symrefs: new Map([['refs/heads/alias', 'refs/heads/main']]),
    peeled: new Map([['refs/tags/v1', '1']]),
    tellsSymrefs: true,
    tellsHead: true,
    behindSymrefs: new Set(['refs/heads/main']),
    ids: new Map(listed.map(({ name, id }) => [name, id])),
  });
});

describe('the default branch of a target', () => {
  const main = { name: 'refs/heads/main', id: '1' };
  const head = { name: 'HEAD', id: '1', symref: 'refs/heads/main' };

  test.each([
    ['is told by a HEAD that names a branch with the same object', [head, main], true],
    [
      'is told by a HEAD of two steps',
      [{ ...head, symref: 'refs/heads/a' }, { ...main, name: 'refs/heads/a', symref: 'refs/heads/main' }, main],
      true,
    ],
    ['is not told without HEAD', [main], false],
    ['is not told by an empty listing', [], false],
    ['is not told by a HEAD that names nothing', [{ name: 'HEAD', id: '1' }, main], false],
    [
      'is not told by other symbolic refs',
      [{ name: 'HEAD', id: '1' }, main, { name: 'refs/heads/a', id: '1', symref: 'refs/heads/main' }],
      false,
    ],
    ['is not told by a HEAD that names a branch which is not listed', [head], false],
    ['is not told by a HEAD with another object than its branch', [head, { ...main, id: '2' }], false],
    [
      'is not told by a HEAD that names a tag',
      [{ ...head, symref: 'refs/tags/v1' }, { name: 'refs/tags/v1', id: '1' }, main],
      false,
    ],
  ])('%s', (_how, listed, isTold) => {
    expect(targetDetails(listed, 'of all refs').tellsHead).toBe(isTold);
  });
});

describe('compareRefNames', () => {
  // Bytes: what is not UTF-8 has its own place, and astral characters come after the rest of the BMP.
  test.each([
    ['upper case before lower case', ['B', 'a']],
    ['a slash before letters', ['a/b', 'aa']],
    ['a dash before a slash', ['a-b', 'a/b']],
    ['characters by their bytes, not their UTF-16 units', ['\uffff', '\u{1f600}']],
    ['bytes that are not UTF-8 in their place', [decodeRefName(Buffer.from([0x80])), 'é']],
    ['two names that are not UTF-8', [decodeRefName(Buffer.from([0xe9])), decodeRefName(Buffer.from([0xea]))]],
  ])('%s', (_what, ordered) => {
    expect(ordered.toReversed().toSorted(compareRefNames)).toEqual(ordered);
  });

  test('equal names are equal', () => {
    expect(compareRefNames('refs/heads/main', 'refs/heads/main')).toBe(0);
  });
});

test('HEAD is followed through symbolic refs, of which a server may tell each step by itself', () => {
  const id = 'a'.repeat(40);
  const listed = [
    { name: 'HEAD', id, symref: 'refs/heads/alias' },
    { name: 'refs/heads/alias', id, symref: 'refs/heads/main' },
    { name: 'refs/heads/main', id },
  ];

  expect(sourceSnapshot({ refs: listed, broken: [] }).defaultBranch).toBe('refs/heads/main');
  expect(headAmong(listed)).toEqual({ kind: 'branch', branch: 'refs/heads/main' });
  const circle = { name: 'refs/heads/alias', id, symref: 'refs/heads/alias' };
  expect(sourceSnapshot({ refs: [listed[0]!, circle], broken: [] }).defaultBranch).toBeUndefined();
});
