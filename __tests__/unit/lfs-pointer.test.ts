import { describe, expect, test } from '@jest/globals';
import { LARGEST_POINTER, parsePointer } from '../../src/lfs/pointer.js';

const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const VERSION = 'version https://git-lfs.github.com/spec/v1\n';

const parsed = (text: string) => parsePointer(Buffer.from(text));

describe('a pointer', () => {
  test('as git lfs writes it', () => {
    expect(parsed(`${VERSION}oid sha256:${OID}\nsize 12345\n`)).toEqual({ oid: OID, size: 12345 });
  });

  test('with extensions, which stand before the oid', () => {
    const extensions = `ext-0-foo sha256:${'a'.repeat(64)}\next-1-bar sha256:${'b'.repeat(64)}\n`;

    expect(parsed(`${VERSION}${extensions}oid sha256:${OID}\nsize 0\n`)).toEqual({ oid: OID, size: 0 });
  });

  test('of the time when the project had another name', () => {
    expect(parsed(`version https://hawser.github.com/spec/v1\noid sha256:${OID}\nsize 1\n`)).toEqual({
      oid: OID,
      size: 1,
    });
  });
});

describe('is no pointer', () => {
  test.each([
    ['an empty file', ''],
    ['a file like any other', 'hello\n'],
    ['another version', `version https://git-lfs.github.com/spec/v2\noid sha256:${OID}\nsize 1\n`],
    ['no version', `oid sha256:${OID}\nsize 1\n`],
    ['no oid', `${VERSION}size 1\n`],
    ['no size', `${VERSION}oid sha256:${OID}\n`],
    ['another hash', `${VERSION}oid md5:${OID}\nsize 1\n`],
    ['an oid in capitals', `${VERSION}oid sha256:${OID.toUpperCase()}\nsize 1\n`],
    ['an oid that is too short', `${VERSION}oid sha256:${OID.slice(1)}\nsize 1\n`],
    ['an oid that is too long', `${VERSION}oid sha256:${OID}0\nsize 1\n`],
    ['a negative size', `${VERSION}oid sha256:${OID}\nsize -1\n`],
    ['a size that is no number', `${VERSION}oid sha256:${OID}\nsize 1e3\n`],
    ['a size with zeros in front', `${VERSION}oid sha256:${OID}\nsize 01\n`],
    ['a size beyond what can be counted', `${VERSION}oid sha256:${OID}\nsize ${'9'.repeat(17)}\n`],
    ['keys out of order', `${VERSION}size 1\noid sha256:${OID}\n`],
    ['a key twice', `${VERSION}oid sha256:${OID}\noid sha256:${OID}\nsize 1\n`],
    ['an unknown key', `${VERSION}oid sha256:${OID}\nsize 1\nzzz 1\n`],
    ['an extension that is none', `${VERSION}ext-foo sha256:${OID}\noid sha256:${OID}\nsize 1\n`],
    ['no line feed at the end', `${VERSION}oid sha256:${OID}\nsize 1`],
    ['carriage returns', `${VERSION}oid sha256:${OID}\nsize 1\n`.replaceAll('\n', '\r\n')],
    ['an empty line', `${VERSION}\noid sha256:${OID}\nsize 1\n`],
    ['two spaces', `${VERSION}oid  sha256:${OID}\nsize 1\n`],
    ['text behind it', `${VERSION}oid sha256:${OID}\nsize 1\nand so on\n`],
  ])('%s', (_what, text) => {
    expect(parsed(text)).toBeUndefined();
  });

  test('what is longer than a pointer can be', () => {
    const extension = (length: number): string => `ext-0-${'f'.repeat(length)} sha256:${OID}\n`;
    const of = (length: number): string => `${VERSION}${extension(length)}oid sha256:${OID}\nsize 1\n`;
    const fits = LARGEST_POINTER - of(0).length;

    expect(parsed(of(fits))).toEqual({ oid: OID, size: 1 });
    expect(parsed(of(fits + 1))).toBeUndefined();
  });
});
