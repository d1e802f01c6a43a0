import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { corpusOf } from '../../fuzz/corpus.js';
import { judge } from '../../fuzz/judge.js';
import { TARGETS } from '../../fuzz/targets.js';

const CORPUS = 'fuzz/corpus';

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test('takes its own examples', async () => {
    for (const seed of target.seeds)
      expect(await judge(target, Buffer.from(seed as string))).not.toHaveProperty('fault');
  });

  const cases = corpusOf(CORPUS, name).map(({ file, input }) => [file, input] as const);
  if (cases.length > 0) {
    test.each(cases)('does with %s what it may', async (_file, input) => {
      expect(await judge(target, input)).not.toHaveProperty('fault');
    });
  }
});

test('every case belongs to a parser', () => {
  expect(TARGETS.map(({ name }) => name)).toEqual(expect.arrayContaining(readdirSync(CORPUS)));
});
