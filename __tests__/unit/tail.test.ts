import { expect, test } from '@jest/globals';
import { Tail } from '../../src/protocol/programs/tail.js';

const of = (most: number, ...chunks: readonly (string | Buffer)[]): string => {
  const tail = new Tail(most);
  for (const chunk of chunks) tail.add(Buffer.from(chunk));
  return tail.text;
};

test.each<[string, string, string]>([
  ['nothing', of(4), ''],
  ['what fits', of(4, 'ab', 'cd'), 'abcd'],
  ['the end of what does not', of(4, 'ab', 'cd', 'e'), '…bcde'],
  ['the end of one long piece', of(4, 'abcdefgh'), '…efgh'],
  ['whole characters', of(4, 'aä', 'öü'), '…öü'],
  ['whole characters, if one would be cut', of(3, 'aöü'), '…ü'],
  ['bytes that are no characters', of(2, Buffer.from([0x41, 0x80, 0x80])), '…'],
])('a tail keeps %s', (_what, text, expected) => {
  expect(text).toBe(expected);
});

test('a tail keeps the last of many pieces of one byte', () => {
  const all = Array.from({ length: 100_000 }, (_, at) => String.fromCharCode(97 + (at % 26)));

  expect(of(1000, ...all)).toBe(`…${all.slice(-1000).join('')}`);
});
