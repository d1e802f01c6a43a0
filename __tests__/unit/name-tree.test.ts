import { describe, expect, test } from '@jest/globals';
import { inNameOrder } from '../../src/mirror/name-order.js';
import { NameTree } from '../../src/mirror/name-tree.js';
import { compareRefNames } from '../../src/protocol/wire/ref-name.js';
import { pick, seeded } from '../random.js';

describe('names that cannot exist beside each other', () => {
  test.each<[string, readonly string[], string, string | undefined]>([
    ['a name in the folder that it would be', ['a/b', 'c'], 'a', 'a/b'],
    ['a name that would have to be a folder', ['a', 'c'], 'a/b', 'a'],
    ['one far above', ['a', 'a-b', 'a.b'], 'a/b/c/d', 'a'],
    ['no name that only begins so', ['a-b', 'ab', 'a.b/c'], 'a', undefined],
    ['no other folder', ['a/b'], 'a/c', undefined],
    ['not itself', ['a/b'], 'a/b', undefined],
    ['nothing among nothing', [], 'a/b', undefined],
  ])('%s', (_what, names, name, conflict) => {
    expect(new NameTree(names).conflictWith(name)).toBe(conflict);
  });

  test('are found as by trying each', () => {
    const random = seeded(3);
    const name = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
        pick(random, ['a', 'b', 'a-b', 'a.', 'ä', '\udc80']),
      ).join('/');
    for (let run = 0; run < 300; run += 1) {
      const names = Array.from({ length: Math.floor(random() * 12) }, name);
      const asked = name();
      const tree = new NameTree(names);
      const outer = names.filter((one) => asked.startsWith(`${one}/`));
      const inner = names.filter((one) => one.startsWith(`${asked}/`));

      expect(tree.outerOf(asked)).toBe(outer.toSorted((one, other) => one.length - other.length)[0]);
      expect([undefined, ...inner, ...outer]).toContain(tree.conflictWith(asked));
      expect(tree.conflictWith(asked) === undefined).toBe(inner.length + outer.length === 0);
    }
  });
});

test('names are put in the order of their bytes', () => {
  const random = seeded(5);
  const characters = ['a', 'z', 'ä', '\ud7ff', '\ue000', '\uffee', '\u{1f600}', '\udc80', '\udcff'] as const;
  for (const most of [2, characters.length]) {
    const items = Array.from({ length: 500 }, () => ({
      ref: Array.from({ length: 3 }, () => characters[Math.floor(random() * most)] ?? '').join(''),
    }));

    const sorted = inNameOrder(items).map(({ ref }) => ref);

    expect(sorted).toEqual(items.map(({ ref }) => ref).toSorted(compareRefNames));
  }
});
