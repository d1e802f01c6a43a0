import { describe, expect, test } from '@jest/globals';
import {
  cut,
  cutToBytes,
  printable,
  printableEnd,
  printableJson,
  printableName,
} from '../../src/protocol/printable.js';
import { decodeRefName } from '../../src/protocol/wire/ref-name.js';

describe('names that look alike are shown apart', () => {
  test.each([
    ['a Cyrillic letter in a Latin word', 'refs/heads/m\u0430in', 'refs/heads/m\\u{430}in'],
    ['a Greek one', 'refs/heads/m\u03bfdel', 'refs/heads/m\\u{3bf}del'],
    ['a word of twins alone', 'refs/heads/\u0440\u0430\u0441\u0435', 'refs/heads/\\u{440}\\u{430}\\u{441}\\u{435}'],
    ['a letter and its mark', 'cafe\u0301', 'cafe\\u{301}'],
    ['a mark behind another one', 'ca\u0316\u0301', 'ca\u0316\\u{301}'],
    ['marks in another order', 'q\u0301\u3099', 'q\u0301\\u{3099}'],
    ['a sign and its mark', '\u00a8\u0301', '\u00a8\\u{301}'],
    ['a heap of marks', `q${'\u0301'.repeat(40)}`, `q${'\u0301'.repeat(29)}\\u{301}${'\u0301'.repeat(10)}`],
    ['parts of a Korean letter', '\u1112\u1161', '\u1112\\u{1161}'],
    ['full-width letters', '\uff4dain', '\\u{ff4d}ain'],
    ['a ligature', '\ufb01x', '\\u{fb01}x'],
    ['the sign of Kelvin', '\u212a8s', '\\u{212a}8s'],
    ['a letter of phonetics', '\u0261ithub', '\\u{261}ithub'],
    ['a dotless i', 'ma\u0131n', 'ma\\u{131}n'],
    ['a dotless j', '\u0237ob', '\\u{237}ob'],
    ['a hyphen', 'release\u20101', 'release\\u{2010}1'],
    ['a slash', 'refs/heads\u2215main', 'refs/heads\\u{2215}main'],
    ['zero width', 'ma\u200bin', 'ma\\u{200b}in'],
    ['a joiner without width', 'ma\u2060in', 'ma\\u{2060}in'],
    ['a soft hyphen', 'ma\u00adin', 'ma\\u{ad}in'],
    ['tags', 'main\u{e0061}', 'main\\u{e0061}'],
    ['a selector of variants', 'ma\ufe0fin', 'ma\\u{fe0f}in'],
    ['a filler', 'main\u3164', 'main\\u{3164}'],
    ['a blank of another width', 'main\u00a0', 'main\\u{a0}'],
    ['an empty Braille cell', 'main\u2800', 'main\\u{2800}'],
    ['a private character', 'main\ue000', 'main\\u{e000}'],
    ['an unassigned one', 'main\u{fff80}', 'main\\u{fff80}'],
    ['a byte order mark', '\ufeffmain', '\\u{feff}main'],
  ])('%s', (_what, name, expected) => {
    expect(printableName(name)).toBe(expected);
    expect(printableName(expected)).toBe(expected);
  });

  test('a byte and the character of its number', () => {
    const [byte, character] = [Buffer.from([0x61, 0x85]), Buffer.from('a\u0085')].map(decodeRefName);

    expect(printableName(byte ?? '')).toBe('a\\x85');
    expect(printableName(character ?? '')).toBe('a\\u{85}');
  });

  test.each([
    'refs/heads/main',
    'refs/heads/caf\u00e9',
    'refs/heads/Gr\u00f6\u00dfe-der-Stra\u00dfe',
    'refs/heads/\u0440\u0430\u0431\u043e\u0442\u0430-\u0441-\u0442\u0435\u0433\u0430\u043c\u0438',
    'refs/heads/v2-\u0440\u0435\u043b\u0438\u0437',
    'refs/heads/\u03b5\u03bb\u03bb\u03b7\u03bd\u03b9\u03ba\u03ac',
    'refs/heads/\u65e5\u672c\u8a9e-v2\u30d6\u30e9\u30f3\u30c1',
    'refs/heads/\ud55c\uad6d\uc5b4',
    'refs/heads/\u0639\u0631\u0628\u064a',
    'refs/heads/Ti\u1ebfng-Vi\u1ec7t',
    'refs/heads/\u26a0\ufe0f-\ud83d\ude80',
  ])('%s stays', (name) => {
    expect(printableName(name)).toBe(name);
  });
});

describe('JSON', () => {
  const everything = Array.from({ length: 0x110000 / 7 }, (_, at) => String.fromCodePoint(at * 7)).join('');

  test('keeps its values, and shows nothing that is not seen', () => {
    const value = { name: 'm\u0430in\u202e\u2028\u009b\u{e0061}\ud800', lines: ['a\nb', '\u00e9 \u65e5\u672c \u2026'] };
    const json = printableJson(value, 2);

    expect(JSON.parse(json)).toEqual(value);
    expect(json).toContain('"m\\u0430in\\u202e\\u2028\\u009b\\udb40\\udc61\\ud800"');
    expect(json).toContain('"\u00e9 \u65e5\u672c \u2026"');
  });

  test('of any characters', () => {
    const json = printableJson(everything);

    expect(JSON.parse(json)).toBe(everything);
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u);
  });
});

describe('a cut', () => {
  test.each([
    [cut('abcdef', 6), 'abcdef'],
    [cut('abcdef', 3), 'abc\u2026'],
    [cut('abcdef', 3, 'end'), '\u2026def'],
    [cut('a\ud83d\ude00b', 2), 'a\u2026'],
    [cut('a\ud83d\ude00b', 2, 'end'), '\u2026b'],
    [cutToBytes('\u00e9\u00e9\u00e9', 6), '\u00e9\u00e9\u00e9'],
    [cutToBytes('\u00e9\u00e9\u00e9', 5), '\u00e9\u2026'],
    [cutToBytes('\u00e9\u00e9\u00e9', 4), '\u2026'],
    [printable('a\u0000b', 2), 'a\\x00\u2026'],
    [printableEnd('a\u0000b', 2), '\u2026\\x00b'],
  ])('%#: %j', (shown, expected) => {
    expect(shown).toBe(expected);
  });
});
