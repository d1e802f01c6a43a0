import { describe, expect, test } from '@jest/globals';
import { readRetryAfter } from '../../src/protocol/retry-after.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const MOST = 120_000;

describe('the header Retry-After', () => {
  test.each([
    ['', 0],
    ['0', 0],
    ['00', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['0.5', 500],
    ['-5', 0],
    ['+5', 0],
    ['1e99', 0],
    ['0x10', 0],
    ['Infinity', 0],
    ['NaN', 0],
    ['9'.repeat(60), MOST],
    ['9'.repeat(400), 0],
    ['7, 120', 0],
    ['soon', 0],
    ['in 99999', 0],
    ['2099', MOST],
    ['2099-01-01', 0],
    ['Fri, 02 Jan 2026 03:04:35 GMT', 30_000],
    ['Friday, 02-Jan-26 03:04:35 GMT', 30_000],
    ['Fri Jan  2 03:04:35 2026', 30_000],
    ['Fri, 02 Jan 2026 03:03:35 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', MOST],
    ['Fri, 31 Dec 999999 23:59:59 GMT', 0],
    ['Fri, 99 Foo 2026 99:99:99 GMT', 0],
  ])('%j asks for %d ms', (header, ms) => {
    expect(readRetryAfter(header, NOW, MOST)).toBe(ms);
  });
});
