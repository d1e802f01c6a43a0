import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { decodeRefName, encodeRefName, isValidRefName } from '../../src/protocol/wire/ref-name.js';
import { isolatedGit } from '../repositories/git.js';
import { pick, seeded } from '../random.js';

describe('a name is bytes', () => {
  test.each([
    ['ASCII', [0x6d, 0x61, 0x69, 0x6e], 'main'],
    ['UTF-8', [0xc3, 0xa9], 'é'],
    ['an astral character', [0xf0, 0x9f, 0x98, 0x80], '😀'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['a byte that is not UTF-8', [0x61, 0xe9, 0x62], 'a\udce9b'],
    ['one between two characters', [0xc3, 0xa9, 0xff, 0xf0, 0x9f, 0x98, 0x80], 'é\udcff😀'],
    ['a character that is cut off', [0xe2, 0x82], '\udce2\udc82'],
    ['a surrogate in UTF-8', [0xed, 0xb2, 0x80], '\udced\udcb2\udc80'],
    ['a character that is too long for itself', [0xc0, 0xaf], '\udcc0\udcaf'],
  ])('%s', (_what, bytes, text) => {
    expect(decodeRefName(Buffer.from(bytes))).toBe(text);
    expect([...encodeRefName(text)]).toEqual(bytes);
  });

  test('whatever the bytes, they come back', () => {
    const random = seeded(1);
    for (let round = 0; round < 1500; round += 1) {
      const bytes = Buffer.from(
        Array.from({ length: 1 + Math.floor(random() * 12) }, () => Math.floor(random() * 256)),
      );
      expect(encodeRefName(decodeRefName(bytes))).toEqual(bytes);
    }
  });

  test('two names are never taken for one', () => {
    const names = Array.from({ length: 128 * 128 }, (_, pair) =>
      decodeRefName(Buffer.from([0x80 | (pair >> 7), 0x80 | (pair & 0x7f)])),
    );

    expect(new Set(names).size).toBe(128 * 128);
  });
});

describe('isValidRefName is of one mind with git check-ref-format', () => {
  /** What git says of each name. One shell asks them all, because to start a program from here takes long. */
  function gitAllows(names: readonly string[]): boolean[] {
    const script = 'for name; do git check-ref-format --allow-onelevel "$name" && echo yes || echo no; done';
    const said = execFileSync('sh', ['-c', script, 'sh', ...names], { env: isolatedGit(), encoding: 'utf8' });
    return said
      .trim()
      .split('\n')
      .map((word) => word === 'yes');
  }

  test.each([
    'refs/heads/main',
    'refs/heads/a.b',
    'refs/heads/a..b',
    'refs/heads/.a',
    'refs/heads/a.',
    'refs/heads/a./b',
    'refs/heads/a/.b',
    'refs/heads/a.lock',
    'refs/heads/a.lock/b',
    'refs/heads/a.lockx',
    'refs/heads/.lock',
    'refs/heads/a//b',
    'refs/heads/a/',
    '/refs/heads/a',
    'refs/heads/a b',
    'refs/heads/a~b',
    'refs/heads/a^b',
    'refs/heads/a:b',
    'refs/heads/a?b',
    'refs/heads/a*b',
    'refs/heads/a[b',
    'refs/heads/a]b',
    'refs/heads/a\\b',
    'refs/heads/a{b',
    'refs/heads/a@b',
    'refs/heads/a@{b',
    'refs/heads/@',
    'refs/heads/-a',
    'refs/heads/a\u007f',
    'refs/heads/a\u0001',
    'refs/heads/a\tb',
    'refs/heads/a\nb',
    "refs/heads/a'b",
    'refs/heads/a"b',
    'refs/heads/a`b',
    'refs/heads/a$(b)',
    'refs/heads/a|b',
    'refs/heads/a<b>',
    'refs/heads/#1',
    'refs/heads/%2e',
    'HEAD',
    '@',
    '.',
    '/',
  ])('%j', (name) => {
    expect([isValidRefName(name)]).toEqual(gitAllows([name]));
  });

  test('six hundred random names', () => {
    const random = seeded(2);
    const parts = [
      'a',
      'b',
      '/',
      '/',
      '.',
      '..',
      '@',
      '{',
      '@{',
      '.lock',
      '~',
      ' ',
      '*',
      '-',
      ':',
      '\\',
      'refs/',
      'é',
    ] as const;
    const names = Array.from({ length: 600 }, (_, index) => {
      const name = Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random, parts)).join('');
      return index % 2 === 0 || name.startsWith('-') ? `refs/heads/${name}` : name;
    });
    const allowed = gitAllows(names);

    expect(names.filter((name, index) => isValidRefName(name) !== allowed[index])).toEqual([]);
    expect(allowed.filter(Boolean).length).toBeGreaterThan(50);
  });

  test('bytes that are not UTF-8 are allowed', () => {
    expect(isValidRefName(decodeRefName(Buffer.from([0x61, 0xe9, 0x80])))).toBe(true);
  });

  test('nothing, and what no file system takes, is no name', () => {
    expect(isValidRefName('')).toBe(false);
    expect(isValidRefName('a'.repeat(4096))).toBe(true);
    expect(isValidRefName('a'.repeat(4097))).toBe(false);
  });
});
