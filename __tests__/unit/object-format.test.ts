import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  emptyPack,
  hashObject,
  idBytes,
  isObjectId,
  objectFormat,
  zeroId,
} from '../../src/protocol/wire/object-format.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';

const FORMATS = ['sha1', 'sha256'] as const;

test.each([
  ['sha1', 'sha1'],
  ['sha256', 'sha256'],
  ['SHA1', undefined],
  ['md5', undefined],
  ['', undefined],
])('objectFormat of %j', (value, expected) => {
  expect(objectFormat(value)).toBe(expected);
});

test.each([
  ['a'.repeat(40), 'sha1', true],
  ['a'.repeat(64), 'sha256', true],
  ['a'.repeat(64), 'sha1', false],
  ['a'.repeat(40), 'sha256', false],
  ['A'.repeat(40), 'sha1', false],
  ['g'.repeat(40), 'sha1', false],
  [`${'a'.repeat(39)}\n`, 'sha1', false],
  [`${'a'.repeat(40)}\n`, 'sha1', false],
  ['', 'sha1', false],
] as const)('isObjectId of %j as %s: %s', (text, format, expected) => {
  expect(isObjectId(text, format)).toBe(expected);
});

test.each(FORMATS)('the zero id of %s is an id', (format) => {
  expect(isObjectId(zeroId(format), format)).toBe(true);
  expect(zeroId(format)).toHaveLength(2 * idBytes(format));
  expect(zeroId(format)).toMatch(/^0+$/);
});

describe.each(FORMATS)('%s, as git has it', (format) => {
  let scratch: Scratch;
  let repository: TestRepository;

  beforeAll(() => {
    scratch = new Scratch();
    repository = TestRepository.create(scratch.join('x.git'), { format });
  });

  afterAll(() => scratch.remove());

  test.each(['', 'text', '\0\u00ff', 'x'.repeat(10_000)])('hashObject', (content) => {
    expect(hashObject('blob', Buffer.from(content), format)).toBe(repository.git(['hash-object', '--stdin'], content));
  });

  test.each([
    ['index-pack', '--stdin', '--strict'],
    ['unpack-objects', '--strict'],
  ])('emptyPack is taken by git %s', (...args) => {
    const taken = (): Buffer =>
      execFileSync('git', ['-C', repository.path, ...args], {
        env: isolatedGit(),
        input: emptyPack(format),
        stdio: ['pipe', 'pipe', 'pipe'],
      });

    expect(taken).not.toThrow();
  });

  test('emptyPack with another checksum is not', () => {
    const damaged = emptyPack(format);
    damaged[damaged.length - 1]! ^= 1;

    expect(() =>
      execFileSync('git', ['-C', repository.path, 'unpack-objects'], {
        env: isolatedGit(),
        input: damaged,
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    ).toThrow();
  });
});
