import { expect, test } from '@jest/globals';
import { runInNewContext } from 'node:vm';
import { isError } from '../../src/protocol/errors.js';

test.each<[what: string, thrown: unknown, expected: boolean]>([
  ['an error', new TypeError('x'), true],
  ['an error of another realm', runInNewContext("new TypeError('x')"), true],
  ['what is made to be an error', Object.create(Error.prototype), true],
  ['what a signal is aborted with by default', AbortSignal.abort().reason, true],
  ['what looks like an error', { name: 'Error', message: 'x' }, false],
  ['a text', 'x', false],
  ['nothing', undefined, false],
])('%s: %#', (_what, thrown, expected) => {
  expect(isError(thrown)).toBe(expected);
});
