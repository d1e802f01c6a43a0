import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { error, notice, setFailed, warning } from '../../src/action/annotations.js';

let written = '';

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

const KINDS = { error, warning, notice, setFailed };
const HOSTILE = 'first\n::set-output name=a::b\r##[error]c\u2028::add-mask::d\u001b[2K\u202ee';

test.each(Object.entries(KINDS))('%s writes one command, whatever stands in the text', (name, annotate) => {
  annotate(HOSTILE, { title: `${HOSTILE},file=x::y` });
  const lines = written.split(/[\n\r\u2028\u2029]/).filter((line) => line !== '');

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(new RegExp(`^::${name === 'setFailed' ? 'error' : name}(?: |::)`));
  expect(lines[0]).not.toMatch(/\u001b|\u202e/);
  // What follows the command, as the runner shows it.
  const shown = (lines[0] ?? '')
    .replace(/^::[^]*?::/, '')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r');
  expect(shown).not.toMatch(/^\s*(?:::|##\[)/m);
});

test('a title is one property', () => {
  error('text', { title: 'a, b: c' });

  expect(written).toBe(`::error title=a%2C b%3A c::text\n`);
});

test('a failure lets the step fail', () => {
  setFailed('no');

  expect(process.exitCode).toBe(1);
});
