import { describe, expect, test } from '@jest/globals';
import { beginsAsGit, greetingIn, shownGreeting } from '../../src/protocol/programs/greeting.js';

const [SHA1, SHA256] = ['1'.repeat(40), 'a'.repeat(64)];

const begins = (text: string): boolean | undefined => beginsAsGit(Buffer.from(text, 'latin1'));

describe('beginsAsGit', () => {
  test.each([
    '000eversion 2\n',
    '000eversion 1\n',
    `00c5${SHA1} HEAD\0multi_ack`,
    `00dd${SHA256} refs/heads/main\0report-status`,
    `00b5${'0'.repeat(40)} capabilities^{}\0report-status`,
    '0010ERR sorry, no',
    '0000',
  ])('is how Git begins: %j', (text) => {
    expect(begins(text)).toBe(true);
  });

  test.each([
    '',
    '0',
    '000e',
    '000ev',
    '000eversion',
    '00c5',
    `00c5${SHA1}`,
    `00dd${SHA256}`,
    'feed',
    'Dead',
    '0010ERR',
  ])('may still be: %j', (text) => {
    expect(begins(text)).toBeUndefined();
  });

  test.each([
    'Welcome to the NAS!\n',
    '\n',
    '\r\n000eversion 2\n',
    'Dead or alive\n',
    'feed me\n',
    'added\n',
    '2024-01-01\n',
    '0000 new messages\n',
    `abc00c5${SHA1} HEAD\0`,
    `1200c5${SHA1} HEAD\0`,
    '\u001b[31mHi',
    '\u001f\u008b\u0008',
    'ERR no',
    'version 2\n',
    'f'.repeat(100),
  ])('is not: %j', (text) => {
    expect(begins(text)).toBe(false);
  });

  test('every beginning of an advertisement may still be one', () => {
    const advertisement = `00dd${SHA256} refs/heads/main`;
    const beginnings = Array.from({ length: advertisement.length }, (_none, length) => advertisement.slice(0, length));

    expect(beginnings.filter((text) => begins(text) === false)).toEqual([]);
  });
});

describe('a greeting', () => {
  test.each([
    ['Welcome!\n000eversion 2\n', 'Welcome!', true],
    [`Hi\r\nthere\r\n00c5${SHA1} HEAD\0x`, 'Hi there', true],
    [`abc00c5${SHA1} HEAD\0x`, 'abc', true],
    ['This account is not available.\n', 'This account is not available.', false],
    ['\n000eversion 2\n', '\\x0a', true],
    ['\u001b[31mHi\u001b[0m\n', '\\x1b[31mHi\\x1b[0m', false],
    ['x'.repeat(4000), `${'x'.repeat(200)}…`, false],
  ])('of %j', (printed, shown, isBeforeGit) => {
    const greeting = greetingIn(printed);

    expect(greeting?.isBeforeGit).toBe(isBeforeGit);
    expect(greeting === undefined ? undefined : shownGreeting(greeting)).toBe(shown);
  });

  test('is none where nothing is printed', () => {
    expect(greetingIn('')).toBeUndefined();
  });
});
