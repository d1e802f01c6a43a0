import { describe, expect, test } from '@jest/globals';
import { printable, printableLine } from '../../src/protocol/printable.js';

describe('printable', () => {
  test.each([
    ['text stays', 'main é 日本 😀', 'main é 日本 😀'],
    ['a tab is a space', 'a\tb', 'a b'],
    ['lines become one', 'a\r\nb', 'a\\x0d\\x0ab'],
    ['escape codes lose their escape', '\u001b[31mred\u001b]0;title\u0007', '\\x1b[31mred\\x1b]0;title\\x07'],
    ['C1 controls', '\u0085\u009b31m', '\\u{85}\\u{9b}31m'],
    ['NUL and DEL', '\0\u007f', '\\x00\\x7f'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['direction overrides', 'a\u202egpj.exe', 'a\\u{202e}gpj.exe'],
    ['direction isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    ['direction marks', '\u200ea\u200f', '\\u{200e}a\\u{200f}'],
    ['the Arabic letter mark', 'a\u061cb', 'a\\u{61c}b'],
    ['bytes that are not UTF-8', 'a\udce9b', 'a\\xe9b'],
    ['other lone surrogates', 'a\ud800b', 'a\\u{d800}b'],
    ['nothing', '', ''],
  ])('%s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('no control character comes through, whatever the text', () => {
    const everything = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code));

    expect(everything.filter((one) => /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(printable(one)))).toEqual([]);
  });

  test('a long text is cut, and says so', () => {
    expect(printable('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(printable('x'.repeat(11), 10)).toBe(`${'x'.repeat(10)}…`);
    expect(printable('x'.repeat(5000))).toHaveLength(2001);
  });

  test('a character is not cut in two', () => {
    expect(printable('😀'.repeat(3), 3)).not.toMatch(/\\u/);
  });

  test('showing what is shown changes nothing', () => {
    const shown = printable('\u001b[31m\n\udce9');

    expect(printable(shown)).toBe(shown);
  });
});

test.each([
  ['short: File exists', 2000, 'short: File exists'],
  [`${'x'.repeat(30)}: File name too long`, 10, `${'x'.repeat(10)}…: File name too long`],
  [`${'x'.repeat(30)}: File exists.`, 10, `${'x'.repeat(10)}…: File exists.`],
  [`${'x'.repeat(30)}: s3cr3t`, 10, `${'x'.repeat(10)}…`],
  [`${'x'.repeat(30)}: ${'Word '.repeat(30)}`, 10, `${'x'.repeat(10)}…`],
  [`${'x'.repeat(30)}\u001b: Is a directory`, 10, `${'x'.repeat(10)}…: Is a directory`],
])('printableLine keeps the reason of a line that is cut: %j', (line, limit, expected) => {
  expect(printableLine(line, limit)).toBe(expected);
});
