import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { LARGEST_POINTER, parsePointer } from '../../src/lfs/wire/pointer.js';
import { Scratch } from '../repositories/git.js';
import { isolatedLfs } from '../repositories/lfs-judge.js';
import { needed } from '../requires.js';

const OID = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const VERSION = 'version https://git-lfs.github.com/spec/v1\n';

const parsed = (text: string) => parsePointer(Buffer.from(text));

const CANONICAL = `${VERSION}oid sha256:${OID}\nsize 1\n`;
const extension = (key: string): string => `${key} sha256:${'a'.repeat(64)}\n`;
const gitLfs = needed('git-lfs');

const POINTERS: readonly (readonly [string, string])[] = [
  ['as git lfs writes it', CANONICAL],
  ['with extensions', `${VERSION}${extension('ext-0-foo')}${extension('ext-1-bar')}oid sha256:${OID}\nsize 1\n`],
  [
    'with extensions out of order',
    `${VERSION}${extension('ext-1-b')}${extension('ext-0-a')}oid sha256:${OID}\nsize 1\n`,
  ],
  ['with an extension behind the oid', `${VERSION}oid sha256:${OID}\n${extension('ext-0-foo')}size 1\n`],
  ['with an extension before the version', extension('ext-0-foo') + CANONICAL],
  ['with an extension with signs in its name', CANONICAL.replace('oid', `${extension('ext-0-fo.o-o')}oid`)],
  ['of the time when the project had another name', CANONICAL.replace('git-lfs', 'hawser')],
  ['of the first versions', CANONICAL.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
  ['without a line feed at the end', CANONICAL.trimEnd()],
  ['with carriage returns', CANONICAL.replaceAll('\n', '\r\n')],
  ['with an empty line at the end', `${CANONICAL}\n`],
  ['with an empty line in it', `${VERSION}\noid sha256:${OID}\nsize 1\n`],
  ['with an empty line before it', `\n${CANONICAL}`],
  ['with white space around it', `  ${CANONICAL.trimEnd()} \t\n \f`],
  ['with a size with zeros in front', CANONICAL.replace('size 1', 'size 001')],
  ['with a size with a sign', CANONICAL.replace('size 1', 'size +1')],
];

const OTHERS: readonly (readonly [string, string])[] = [
  ['a file like any other', 'hello\n'],
  ['another version', CANONICAL.replace('v1', 'v2')],
  ['no version', `oid sha256:${OID}\nsize 1\n`],
  ['no oid', `${VERSION}size 1\n`],
  ['no size', `${VERSION}oid sha256:${OID}\n`],
  ['another hash', `${VERSION}oid md5:${OID}\nsize 1\n`],
  ['an oid in capitals', `${VERSION}oid sha256:${OID.toUpperCase()}\nsize 1\n`],
  ['an oid that is too short', `${VERSION}oid sha256:${OID.slice(1)}\nsize 1\n`],
  ['an oid that is too long', `${VERSION}oid sha256:${OID}0\nsize 1\n`],
  ['an oid with a space behind it', `${VERSION}oid sha256:${OID} \nsize 1\n`],
  ['a negative size', `${VERSION}oid sha256:${OID}\nsize -1\n`],
  ['a size that is no number', `${VERSION}oid sha256:${OID}\nsize 1e3\n`],
  ['a size that is not there', `${VERSION}oid sha256:${OID}\nsize \n`],
  ['a size beyond all numbers', `${VERSION}oid sha256:${OID}\nsize ${'9'.repeat(20)}\n`],
  ['keys out of order', `${VERSION}size 1\noid sha256:${OID}\n`],
  ['a key twice', `${VERSION}oid sha256:${OID}\noid sha256:${OID}\nsize 1\n`],
  ['the version twice', VERSION + CANONICAL],
  ['an unknown key', `${CANONICAL}zzz 1\n`],
  ['an extension without a number', CANONICAL.replace('oid', `${extension('ext-foo')}oid`)],
  ['an extension with a number that is too large', CANONICAL.replace('oid', `${extension('ext-10-foo')}oid`)],
  ['an extension behind the size', CANONICAL + extension('ext-0-foo')],
  ['an extension without an oid', CANONICAL.replace('oid', 'ext-0-foo bar\noid')],
  ['carriage returns alone', CANONICAL.replaceAll('\n', '\r')],
  ['two carriage returns', CANONICAL.replaceAll('\n', '\r\r\n')],
  ['a line of a space', `${VERSION} \noid sha256:${OID}\nsize 1\n`],
  ['two spaces', `${VERSION}oid  sha256:${OID}\nsize 1\n`],
  ['a tab for a space', `${VERSION}oid\tsha256:${OID}\nsize 1\n`],
  ['a space behind the version', CANONICAL.replace('v1', 'v1 ')],
  ['a mark of the byte order', `\uFEFF${CANONICAL}`],
  ['text behind it', `${CANONICAL}and so on\n`],
];

describe('a pointer', () => {
  test.each(POINTERS)('%s', (_what, text) => {
    expect(parsed(text)).toEqual({ oid: OID, size: 1 });
  });

  test.each(['0', '12345', String(Number.MAX_SAFE_INTEGER)])('to a file of %s bytes', (size) => {
    expect(parsed(CANONICAL.replace('size 1', `size ${size}`))?.size).toBe(Number(size));
  });
});

gitLfs.describe('git lfs itself', () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
  });

  afterAll(() => scratch.remove());

  test.each([
    ...POINTERS.map(([what, text]) => [what, text, true] as const),
    ...OTHERS.map(([what, text]) => [what, text, false] as const),
  ])('%s: is of the same opinion', (_what, text, isPointer) => {
    const file = scratch.join('file');
    writeFileSync(file, text);
    const settings = { env: isolatedLfs(), stdio: 'pipe' } as const;
    const { status } = spawnSync(gitLfs.path, ['pointer', '--check', '--file', file], settings);

    expect(status).toBe(isPointer ? 0 : 1);
  });
});

describe('is no pointer', () => {
  test.each([
    ...OTHERS,
    // To git lfs it is one to an empty file, of which there is nothing to bring.
    ['an empty file', ''],
    ['a size beyond what can be counted', `${VERSION}oid sha256:${OID}\nsize ${2 ** 53}\n`],
  ])('%s', (_what, text) => {
    expect(parsed(text)).toBeUndefined();
  });

  test('what is longer than a pointer can be', () => {
    const of = (length: number): string =>
      `${VERSION}${extension(`ext-0-${'f'.repeat(length)}`)}oid sha256:${OID}\nsize 1\n`;
    const fits = LARGEST_POINTER - of(0).length;

    expect(parsed(of(fits))).toEqual({ oid: OID, size: 1 });
    expect(parsed(of(fits + 1))).toBeUndefined();
  });
});
