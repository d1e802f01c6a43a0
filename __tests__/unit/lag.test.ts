import { describe, expect, test } from '@jest/globals';
import { Missing, type Lag } from '../../src/mirror/lag.js';
import { lagReason } from '../../src/mirror/words.js';
import type { PackedObject } from '../../src/protocol/wire/pack.js';

type Objects = Map<string, PackedObject>;

const idOf = (digit: string): string => digit.repeat(40);
const [A, B, C, D, E] = [idOf('a'), idOf('b'), idOf('c'), idOf('d'), idOf('e')];
const [TAG, OUTER] = [idOf('f'), idOf('7')];
const TREE = 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const object = (type: PackedObject['type'], content: string): PackedObject => ({ type, content: Buffer.from(content) });

/** A commit that was committed so many seconds after 1970. */
function commit(seconds: number, parents: readonly string[] = [], message = 'message', zone = '+0000'): PackedObject {
  const header = [
    'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
    ...parents.map((parent) => `parent ${parent}`),
    `author A U Thor <a@example.com> 5 +0000`,
    `committer C O Mitter <c@example.com> ${seconds} ${zone}`,
  ];
  return object('commit', `${header.join('\n')}\n\n${message}\n`);
}

const tag = (id: string, type = 'commit', message = 'the tag'): PackedObject =>
  object('tag', `object ${id}\ntype ${type}\ntag v1\ntagger T <t@example.com> 7 +0000\n\n${message}\n`);

const objects = (all: Readonly<Record<string, PackedObject>>): Objects => new Map(Object.entries(all));

const lagOf = (tip: string, all: Objects): Lag | undefined => new Missing(all).lagOf(tip);

function lag(tip: string, all: Readonly<Record<string, PackedObject>>): { commits: number; since: number } | undefined {
  const found = lagOf(tip, objects(all));
  return found === undefined ? undefined : { commits: found.commits, since: found.since.getTime() / 1000 };
}

describe('lagOf', () => {
  test.each<[string, string, Record<string, PackedObject>, { commits: number; since: number } | undefined]>([
    ['nothing is missing', A, {}, undefined],
    ['one commit', A, { [A]: commit(100, [B]) }, { commits: 1, since: 100 }],
    ['a line', A, { [A]: commit(300, [B]), [B]: commit(200, [C]), [C]: commit(100, [D]) }, { commits: 3, since: 100 }],
    ['a whole history', A, { [A]: commit(300, [B]), [B]: commit(200) }, { commits: 2, since: 200 }],
    [
      'a merge: what came in by it counts',
      A,
      { [A]: commit(400, [B, C]), [B]: commit(300, [E]), [C]: commit(50, [D]), [D]: commit(60, [E]) },
      { commits: 4, since: 50 },
    ],
    [
      'a clock that was wrong: the oldest by its clock, wherever it stands',
      A,
      { [A]: commit(20, [B]), [B]: commit(300, [C]) },
      { commits: 2, since: 20 },
    ],
    [
      'what only other tips lead to does not count',
      A,
      { [A]: commit(300, [C]), [B]: commit(100, [C]) },
      { commits: 1, since: 300 },
    ],
    ['the tip is had, though others are not', B, { [A]: commit(300, [B]) }, undefined],
    ['a commit of 1970', A, { [A]: commit(0, [B]) }, { commits: 1, since: 0 }],
    [
      'a commit from east of Greenwich: the seconds are those of UTC',
      A,
      { [A]: commit(100, [], 'x', '+1400') },
      { commits: 1, since: 100 },
    ],
  ])('%s', (_what, tip, all, expected) => {
    expect(lag(tip, all)).toEqual(expected);
  });

  test.each<[string, string, Record<string, PackedObject>, { commits: number; since: number } | undefined]>([
    ['of a missing commit', TAG, { [TAG]: tag(A), [A]: commit(300, [B]) }, { commits: 1, since: 300 }],
    ['of a commit that is there', TAG, { [TAG]: tag(A) }, undefined],
    [
      'of a tag',
      OUTER,
      { [OUTER]: tag(TAG, 'tag'), [TAG]: tag(A), [A]: commit(300, [B]), [B]: commit(200) },
      { commits: 2, since: 200 },
    ],
    ['of a tree', TAG, { [TAG]: tag(A, 'tree') }, undefined],
    [
      'whose words look like a header',
      TAG,
      { [TAG]: tag(A, 'commit', `object ${B}`), [A]: commit(9), [B]: commit(1) },
      { commits: 1, since: 9 },
    ],
    ['of itself, which cannot be', TAG, { [TAG]: tag(TAG, 'tag') }, undefined],
  ])('an annotated tag %s', (_what, tip, all, expected) => {
    expect(lag(tip, all)).toEqual(expected);
  });

  test('the words of a commit are not taken for its header', () => {
    const words = `committer Y O U <y@example.com> 1 +0000\nparent ${B}`;

    expect(lag(A, { [A]: commit(300, [C], words), [B]: commit(100) })).toEqual({ commits: 1, since: 300 });
  });

  test('a name in bytes that are not UTF-8 does not hide the time', () => {
    const content = Buffer.concat([
      Buffer.from(`${TREE}\nauthor A <a> 5 +0000\ncommitter J`),
      Buffer.from([0xf6, 0xff, 0x3e, 0x20]),
      Buffer.from('<j@example.com> 1234 -0330\nencoding ISO-8859-1\n\nwords'),
    ]);

    expect(lag(A, { [A]: { type: 'commit', content } })).toEqual({ commits: 1, since: 1234 });
  });

  test('a commit without a time counts, and does not decide since when', () => {
    const broken = object('commit', `${TREE}\nparent ${B}\nauthor nobody\ncommitter nobody\n\nwords`);

    expect(lag(A, { [A]: broken, [B]: commit(100) })).toEqual({ commits: 2, since: 100 });
    expect(lag(A, { [A]: broken })).toBeUndefined();
  });

  test('a time that no calendar has is no time', () => {
    expect(lag(A, { [A]: commit(999_999_999_999, [B]), [B]: commit(100) })).toEqual({ commits: 2, since: 100 });
    expect(
      () =>
        lagReason(lagOf(A, objects({ [A]: commit(999_999_999_999) })) ?? { commits: 0, since: new Date(0) }).message,
    ).not.toThrow();
  });

  test('twenty thousand commits in a line', () => {
    const id = (index: number): string => index.toString(16).padStart(40, '0');
    const all = new Map(
      Array.from({ length: 20_000 }, (_one, index) => [
        id(index),
        commit(1000 + index, index === 0 ? [] : [id(index - 1)]),
      ]),
    );

    expect(lagOf(id(19_999), all)).toEqual({
      commits: 20_000,
      since: new Date(1_000_000),
      goesToTheBeginning: true,
    });
  });
});

describe('lagMessage', () => {
  test.each([
    [1, 'behind by 1 commit, the oldest of 2024-04-30T17:12:09Z'],
    [2, 'behind by 2 commits, the oldest of 2024-04-30T17:12:09Z'],
    [12_345, 'behind by 12345 commits, the oldest of 2024-04-30T17:12:09Z'],
  ])('%i', (commits, expected) => {
    expect(lagReason({ commits, since: new Date('2024-04-30T17:12:09Z') }).message).toBe(expected);
  });
});
