import { describe, expect, test } from '@jest/globals';
import { printableJson } from '../../src/protocol/printable.js';
import { withoutCommands } from '../../src/report/workflow-commands.js';

describe('a text that is no command', () => {
  test.each([
    ['::error::x', ': :error::x'],
    ['  ::add-mask::x\nb', '  : :add-mask::x\nb'],
    ['a\n::set-output name=x::y', 'a\n: :set-output name=x::y'],
    ['remote: ##[add-mask]main', 'remote: # #[add-mask]main'],
    ['##vso[task.setvariable]x', '# #vso[task.setvariable]x'],
    ['std::vector, issue ##12, a [b]', 'std::vector, issue ##12, a [b]'],
  ])('%j becomes %j', (text, harmless) => {
    expect(withoutCommands(text)).toBe(harmless);
  });
});

describe('JSON', () => {
  test.each([['##[error]x'], ['a ##vso[x] ##[y] # ##'], ['::error::x']])(
    'with %j stays what it is, without it',
    (text) => {
      const json = printableJson({ text, [text]: [text] });

      expect(JSON.parse(json)).toEqual({ text, [text]: [text] });
      expect(json).not.toMatch(/##\w*\[|^\s*::/m);
    },
  );
});
