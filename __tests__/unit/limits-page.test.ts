import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { amountOf, excess } from '../../src/protocol/limits/limit.js';
import { LIMITS } from '../../src/protocol/limits/limits.js';
// @ts-expect-error -- a script without types
import { sourceFiles } from '../../scripts/imports.mjs';
import { Scratch } from '../repositories/git.js';

const page = readFileSync('docs/limits.md', 'utf8');
const all = Object.entries(LIMITS).flatMap(([part, limits]) =>
  Object.entries(limits).map(([name, limit]) => ({ name: `${part}.${name}`, limit })),
);

describe('docs/limits.md', () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
  });
  afterAll(() => scratch.remove());

  test('is what node scripts/limits.mjs writes', () => {
    const empty = page.replace(/(<!-- ([A-Z_]+): [^\n]*-->\n)[^]*?(<!-- \/\2 -->)/g, '$1$3');
    const copy = scratch.join('page.md');
    writeFileSync(copy, empty);
    execFileSync(process.execPath, ['scripts/limits.mjs', copy]);

    expect(empty.length).toBeLessThan(page.length);
    expect(readFileSync(copy, 'utf8')).toBe(page);
  });

  test.each(all)('explains $name', ({ limit }) => {
    expect(Number.isSafeInteger(limit.value) && limit.value > 0).toBe(true);
    expect(limit.why).toMatch(/^[A-Z][^]*\.$/);
    expect(limit.of).toMatch(/^[^A-Z.][^.]*$|^(?:Git|JSON|API|HTTP|SSH)/);
    expect(limit.says ?? '{limit}').toContain('{limit}');
    expect(limit.does ?? 'It.').toMatch(/^[A-Z][^]*\.$/);
    expect(page).toContain(`| ${limit.of} | ${amountOf(limit)} |`);
  });
});

test('every limit is used by the sources, and by the name of its part', () => {
  const files = (sourceFiles as (root: string) => readonly string[])('src');
  const sources = files
    .filter((file) => !file.startsWith('src/protocol/limits/'))
    .map((file) => readFileSync(file, 'utf8'));
  const used = new Set(sources.flatMap((text) => text.match(/\b[A-Z_]+_LIMITS\.\w+/g) ?? []));

  expect(all.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
});

test.each([
  [{ value: 3 * 1024 * 1024, unit: 'bytes' }, '3 MiB'],
  [{ value: 4096, unit: 'bytes' }, '4 KiB'],
  [{ value: 1023, unit: 'bytes' }, '1,023 bytes'],
  [{ value: 2_000_000, unit: 'refs' }, '2,000,000 refs'],
  [{ value: 999, unit: 'lines' }, '999 lines'],
  [{ value: 2500, unit: 'milliseconds' }, '2.5 seconds'],
] as const)('shows %j as %s', (limit, shown) => {
  expect(amountOf(limit)).toBe(shown);
  expect(excess({ ...limit, of: 'things', why: 'So.', says: 'more than {limit} came' })).toBe(
    `more than ${shown} came`,
  );
});
