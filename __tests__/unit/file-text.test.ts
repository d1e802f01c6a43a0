import { expect, test } from '@jest/globals';
import { textOfFile } from '../../src/protocol/file-text.js';

const TEXT = '- url: https://host.example/größe.git\r\n';

function swapped(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

test.each<[string, Buffer, string]>([
  ['UTF-8', Buffer.from(TEXT), TEXT],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), TEXT],
  ['nothing', Buffer.alloc(0), ''],
  ['one sign', Buffer.from('x'), 'x'],
  ['a single NUL', Buffer.from('\0'), '\0'],
  ['NULs here and there', Buffer.from('a\0bc\0'), 'a\0bc\0'],
])('%s is read', (_what, bytes, text) => {
  expect(textOfFile(bytes)).toBe(text);
});

test.each<[string, Buffer]>([
  ['UTF-16 as Windows PowerShell writes it', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['of the other order of bytes', swapped(`\ufeff${TEXT}`)],
  ['without a mark', Buffer.from('- url: ./a.git\n', 'utf16le')],
  ['of the other order, without a mark', swapped('- url: ./a.git\n')],
  ['a mark alone', Buffer.of(0xff, 0xfe)],
])('UTF-16 is told: %s', (_what, bytes) => {
  expect(() => textOfFile(bytes)).toThrow(/^is a file in UTF-16, as Windows PowerShell writes them: save it as UTF-8/);
});
