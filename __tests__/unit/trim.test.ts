import { expect, test } from '@jest/globals';
import { trimmed } from '../../src/options/trim.js';

test.each([
  ['an empty line, and indented ones', '\n    - a\n    - b\n', '    - a\n    - b'],
  ['lines of spaces and tabs', ' \n\t\n  - a\n', '  - a'],
  ['line ends of Windows', '\r\n  - a\r\n  - b\r\n', '  - a\r\n  - b'],
  ['one indented line', '  - a  ', '  - a'],
  ['spaces alone', ' \n \t ', ''],
  ['nothing', '', ''],
])('around several lines the indentation stays: %s', (_what, given, kept) => {
  expect(trimmed('mirrors', given)).toBe(kept);
  expect(trimmed('ssh-known-hosts', given)).toBe(kept);
});

test.each(['token', 'target-url', 'username', 'mirror-branch-regex'] as const)(
  'around one line nothing stays: %s',
  (option) => {
    expect(trimmed(option, '\n \tvalue \r\n')).toBe('value');
  },
);
