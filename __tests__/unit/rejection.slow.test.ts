import { expect, test } from '@jest/globals';
import { PushWords } from '../../src/hosts/push-words.js';
import { Explainer } from '../../src/hosts/rejection.js';

test('thousands of lines about thousands of refs come to a few for each', () => {
  const refs = Array.from({ length: 5000 }, (_, index) => `refs/heads/b${index}`);
  const said = new PushWords(
    [...refs.map((ref) => `error: ${ref} is protected`), ...refs.map(() => 'GL-HOOK-ERR: no')],
    new Set(refs),
    new Explainer(),
  );
  const about = refs.map((ref) => said.about(ref, 5));

  expect(Math.max(...about.map((lines) => lines.length))).toBe(5);
  expect(about.every((lines, index) => lines.includes(`error: refs/heads/b${index} is protected`))).toBe(true);
  expect(about.flat().filter((line) => line.startsWith('error: '))).toHaveLength(5000);
});
