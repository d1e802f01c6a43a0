import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { REJECTIONS } from '../../src/hosts/rejection.js';
import { REF_CODES, RUN_CODES } from '../../src/mirror/codes.js';
import { Scratch } from '../repositories/git.js';

const page = readFileSync('docs/codes.md', 'utf8');

describe('docs/codes.md', () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
  });
  afterAll(() => scratch.remove());

  test('is what node scripts/codes.mjs writes', () => {
    const empty = page.replace(/(<!-- (refs|runs|refusals): [^\n]*-->\n)[^]*?(<!-- \/\2 -->)/g, '$1$3');
    const copy = scratch.join('page.md');
    writeFileSync(copy, empty);
    execFileSync(process.execPath, ['scripts/codes.mjs', copy]);

    expect(empty.length).toBeLessThan(page.length / 2);
    expect(readFileSync(copy, 'utf8')).toBe(page);
  });

  test.each([...Object.keys(REF_CODES), ...Object.keys(RUN_CODES), ...REJECTIONS.map(({ id }) => id)])(
    'explains %s, a name in kebab-case',
    (code) => {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(page).toMatch(new RegExp(`^\\| \`${code}\` \\| [A-Z].*\\.`, 'm'));
    },
  );

  test('every name of a refusal is that of one rule', () => {
    const names = readFileSync('src/hosts/rejection-id.ts', 'utf8').matchAll(/^ {2}\| '([a-z-]+)'/gm);

    expect(Array.from(names, ([, name]) => name).toSorted()).toEqual(REJECTIONS.map(({ id }) => id).toSorted());
  });
});
