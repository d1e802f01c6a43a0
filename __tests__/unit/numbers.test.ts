import { describe, expect, test } from '@jest/globals';
import { BadNumber, decimal, hexadecimalIn, NumberReader } from '../../src/protocol/numbers.js';
import { seeded } from '../random.js';

const reader = (...bytes: readonly number[]): NumberReader => new NumberReader(Buffer.from(bytes));
/** The same byte over and over, and others behind it. */
const long = (byte: number, count: number, ...behind: readonly number[]): Buffer =>
  Buffer.concat([Buffer.alloc(count, byte), Buffer.from(behind)]);

test.each<[string, number | undefined]>([
  ['0', 0],
  ['007', 7],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', undefined],
  ['99999999999999999999', undefined],
  ['', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['1.0', undefined],
  [' 1', undefined],
  ['1\n', undefined],
  ['٣', undefined],
])('decimal %j is %p', (text, value) => {
  expect(decimal(text)).toBe(value);
});

test.each([
  ['0', undefined],
  ['1', 1],
  ['65535', 65_535],
  ['65536', undefined],
])('decimal %j of 1 to 65535 is %p', (text, value) => {
  expect(decimal(text, { least: 1, most: 65_535 })).toBe(value);
});

test.each([
  ['fff0', 65_520],
  ['FFF0', 65_520],
  ['fff', undefined],
  ['-fff', undefined],
  ['0x1f', undefined],
  ['1e+1', undefined],
  [' 1f ', undefined],
])('hexadecimal %j in four digits is %p', (text, value) => {
  expect(hexadecimalIn(Buffer.from(text), 4)).toBe(value);
});

describe('sizes', () => {
  test.each([
    [[0], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], Number.MAX_SAFE_INTEGER],
  ])('%j is %i', (bytes, value) => {
    expect(reader(...bytes).size()).toBe(value);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no last byte', Buffer.from([0x80])],
    ['one more than the largest number', Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10])],
    ['nine bytes of ones', long(0xff, 8, 0x7f)],
    ['zeros, so many that their factor is infinite', long(0x80, 160, 0)],
    ['a megabyte of zeros', long(0x80, 1 << 20, 0)],
    ['a one so far behind that its factor is no number', long(0x80, 200, 1)],
  ])('refused: %s', (_what, bytes) => {
    expect(() => new NumberReader(bytes).size()).toThrow(BadNumber);
    // The same behind the type of an object.
    const typed = Buffer.concat([Buffer.from([0x90]), bytes]);
    expect(() => new NumberReader(typed).typeAndSize()).toThrow(BadNumber);
  });

  test('behind the type of an object four bits stand in the first byte', () => {
    expect(reader(0x95, 0x0a).typeAndSize()).toEqual({ type: 1, size: 5 + 16 * 10 });
  });
});

describe('offsets', () => {
  test.each([
    [[0], 0],
    [[0x7f], 127],
    [[0x80, 0x00], 128],
    [[0xff, 0x7f], 16_511],
  ])('%j is %i', (bytes, value) => {
    expect(reader(...bytes).offset(100_000)).toBe(value);
  });

  test.each([
    ['more than it may be', Buffer.from([0xff, 0x7f]), 16_510],
    ['without an end', long(0x80, 1 << 20), 1e6],
    ['without a last byte', Buffer.from([0x80]), 1e6],
    ['nothing', Buffer.alloc(0), 1e6],
  ])('refused: %s', (_what, bytes, most) => {
    expect(() => new NumberReader(bytes).offset(most)).toThrow(BadNumber);
  });
});

test('partial numbers are of the bytes that are there', () => {
  expect(reader(1, 2).partial(0b1001)).toBe(1 + 2 * 256 ** 3);
  expect(reader(0xff, 0xff, 0xff, 0xff).partial(0b1111)).toBe(0xffffffff);
  expect(() => reader(1).partial(0b11)).toThrow(BadNumber);
});

test('bytes are passed over as far as there are any', () => {
  const numbers = reader(1, 2, 3);

  expect([numbers.skip(2), numbers.byte(), numbers.isAtEnd]).toEqual([0, 3, true]);
  expect(() => numbers.skip(1)).toThrow(BadNumber);
  expect(() => new NumberReader(Buffer.from([1, 2]), 0, 1).skip(2)).toThrow(BadNumber);
});

test('whatever the bytes, a number is safe or refused', () => {
  const random = seeded(3);
  const seen = { numbers: 0, refused: 0, unsafe: 0 };
  for (let round = 0; round < 5000; round += 1) {
    const bytes = Buffer.from(
      Array.from({ length: Math.floor(random() * 14) }, () => Math.floor(random() * 256) | (random() < 0.7 ? 0x80 : 0)),
    );
    for (const read of [
      (numbers: NumberReader) => numbers.size(),
      (numbers: NumberReader) => numbers.typeAndSize().size,
      (numbers: NumberReader) => numbers.offset(Number.MAX_SAFE_INTEGER),
      (numbers: NumberReader) => numbers.partial(15),
    ]) {
      try {
        const value = read(new NumberReader(bytes));
        seen.numbers += 1;
        if (!Number.isSafeInteger(value) || value < 0) seen.unsafe += 1;
      } catch (error) {
        if (!(error instanceof BadNumber)) throw error;
        seen.refused += 1;
      }
    }
  }
  expect(seen.unsafe).toBe(0);
  expect(Math.min(seen.numbers, seen.refused)).toBeGreaterThan(1000);
});
