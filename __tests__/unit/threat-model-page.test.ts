import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync('docs/threat-model.md', 'utf8');
const promises = /## Security\n([^]*?)\n## /.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';

interface Attempt {
  readonly what: string;
  readonly proof: string;
  readonly promises: readonly number[];
}

/** Rows of the tables that name a proof: what somebody tries, what stops it, its proof, the promises that it keeps. */
const attempts = Array.from(
  page.matchAll(/^\| ([^|]+) \| [^|]+ \| ([^|]+) \| ([\d, ]*) ?\|$/gm),
  ([, what = '', proof = '', numbers = '']): Attempt => ({
    what,
    proof,
    promises: (numbers.match(/\d+/g) ?? []).map(Number),
  }),
);

test('the page has attempts', () => {
  expect(attempts.length).toBeGreaterThan(30);
});

test.each(attempts)('$what: its proof is there', ({ proof }) => {
  const places = Array.from(proof.matchAll(/`([\w.-]+\/[^`\s]*)`/g), ([, place = '']) => place);

  expect(places).not.toEqual([]);
  expect(places.filter((place) => !existsSync(join('__tests__', place)) && !existsSync(place))).toEqual([]);
});

test('each promise is kept by something that the page names, and no other is named', () => {
  const numbers = Array.from(promises.matchAll(/^(\d+)\. \*\*/gm), ([, number]) => Number(number));

  expect(numbers.length).toBeGreaterThan(10);
  expect([...new Set(attempts.flatMap((one) => one.promises))].sort((a, b) => a - b)).toEqual(numbers);
});
