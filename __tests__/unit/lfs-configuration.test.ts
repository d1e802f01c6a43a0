import { describe, expect, test } from '@jest/globals';
import { configuredUrl } from '../../src/lfs/wire/configuration.js';
import { gitReads } from '../oracles/git-config.js';
import { seeded } from '../random.js';

const URL_A = 'https://a.example/x.git/info/lfs';
const URL_B = 'https://b.example/y.git/info/lfs';
const ORIGIN = '[remote "origin"]';

const read = (text: string): string | undefined => configuredUrl(Buffer.from(text));

describe('read as git config reads it', () => {
  test.each<[string, string, string | undefined]>([
    ['an empty file', '', undefined],
    ['as git writes it', `[lfs]\n\turl = ${URL_A}\n`, URL_A],
    ['without a line feed at the end', `[lfs]\nurl=${URL_A}`, URL_A],
    ['with carriage returns', `[lfs]\r\n\turl = ${URL_A}\r\n`, URL_A],
    ['behind a byte order mark', `\ufeff[lfs]\nurl = ${URL_A}\n`, URL_A],
    ['in one line', `[lfs] url = ${URL_A}\n`, URL_A],
    ['with spaces about', `  [lfs]  \n \t url \t = \t ${URL_A} \t \n`, URL_A],
    ['in capitals', `[LFS]\nURL = ${URL_A}\n`, URL_A],
    ['with empty lines', `\n\n[lfs]\n\n\nurl = ${URL_A}\n\n`, URL_A],
    ['among other settings', `[core]\nurl = x\n[lfs]\nfetchexclude = *\nurl = ${URL_A}\nlocksverify = false\n`, URL_A],
    ['of another section', `[core]\nurl = ${URL_A}\n`, undefined],
    ['of a subsection', `[lfs "x"]\nurl = ${URL_A}\n[lfs "https://x"]\nurl = ${URL_B}\n`, undefined],
    ['of a section whose name begins so', `[lfsx]\nurl = ${URL_A}\n[lfs-x]\nurl = ${URL_B}\n`, undefined],
    ['another key', `[lfs]\nurls = ${URL_A}\nur = ${URL_A}\npushurl = ${URL_B}\n`, undefined],
    ['before any section', `url = ${URL_A}\n`, undefined],
    ['empty', `[lfs]\nurl =\n`, ''],
    ['the last of several', `[lfs]\nurl = ${URL_A}\nurl = ${URL_B}\n`, URL_B],
    ['the last of several sections', `[lfs]\nurl = ${URL_A}\n[core]\nx = y\n[lfs]\nurl = ${URL_B}\n`, URL_B],
    ['the last, though it is empty', `[lfs]\nurl = ${URL_A}\nurl =\n`, ''],
  ])('%s', (_what, text, url) => {
    expect(read(text)).toBe(url);
    expect(gitReads(text)).toBe(url);
  });
});

describe('comments', () => {
  test.each<[string, string, string | undefined]>([
    ['lines of them', `# url = x\n; url = y\n[lfs]\n# url = x\nurl = ${URL_A}\n  ; url = y\n`, URL_A],
    ['a line of them with such a character', `# a\u2028b\n[lfs]\nurl = ${URL_A}\n`, URL_A],
    ['a section', `#[lfs]\nurl = ${URL_A}\n`, undefined],
    ['behind a value', `[lfs]\nurl = ${URL_A} # here\n`, URL_A],
    ['behind a value, with a semicolon and without a space', `[lfs]\nurl = ${URL_A};here\n`, URL_A],
    ['behind a section', `[lfs] # url = x\nurl = ${URL_A} ; "\n`, URL_A],
    ['none in quotes', `[lfs]\nurl = "${URL_A}#here;there" # and here\n`, `${URL_A}#here;there`],
    ['a quote in one', `[lfs]\nurl = ${URL_A} # it's "here\n[core]\nx = y\n`, URL_A],
    ['no character that cuts a line is in one', `[lfs]\nurl = ${URL_A} # a\u2028b\u2029c\n`, URL_A],
    // A backslash goes on in the next line only where a value is.
    ['ends with its line, whatever it ends with', `# here \\\n[lfs]\nurl = ${URL_A}\n`, URL_A],
    ['behind a section ends with its line', `[lfs] # here \\\nurl = ${URL_A}\n`, URL_A],
    ['behind a value ends with its line', `[lfs]\nurl = ${URL_A} # here \\\nurl = ${URL_B}\n`, URL_B],
  ])('%s', (_what, text, url) => {
    expect(gitReads(text)).toBe(url);
    expect(read(text)).toBe(url);
  });
});

describe('quotes, escapes and lines that go on', () => {
  test.each<[string, string, string | undefined]>([
    ['in quotes', `[lfs]\nurl = "${URL_A}"\n`, URL_A],
    ['partly in quotes', `[lfs]\nurl = https://"a.example"/x\n`, 'https://a.example/x'],
    ['spaces in quotes stay', `[lfs]\nurl = " x "\n`, ' x '],
    ['spaces beside quotes go', `[lfs]\nurl =   "x"   \n`, 'x'],
    ['an escaped quote', '[lfs]\nurl = a\\"b\n', 'a"b'],
    ['an escaped quote in quotes', '[lfs]\nurl = "a\\"b"\n', 'a"b'],
    ['an escaped backslash', '[lfs]\nurl = a\\\\b\n', 'a\\b'],
    ['an escaped backslash before the last quote', '[lfs]\nurl = "a\\\\"\n', 'a\\'],
    ['an escaped backslash at the end', `[lfs]\nurl = a\\\\\nurl = ${URL_B}\n`, URL_B],
    ['an escaped tab and line feed', '[lfs]\nurl = a\\tb\\nc\n', 'a\tb\nc'],
    ['a value in two lines', '[lfs]\nurl = https://a.example/\\\nx\n', 'https://a.example/x'],
    [
      'a value in two lines, with carriage returns',
      '[lfs]\r\nurl = https://a.example/\\\r\nx\r\n',
      'https://a.example/x',
    ],
    ['a value in three lines, in quotes', '[lfs]\nurl = "https:\\\n//a.example\\\n/x"\n', 'https://a.example/x'],
    ['a key whose value is in the next line', `[lfs]\nurl = \\\n${URL_A}\n`, URL_A],
    ['no section begins in such a line', `[lfs]\nx = a\\\n[core]\nurl = ${URL_A}\n`, URL_A],
  ])('%s', (_what, text, url) => {
    expect(gitReads(text)).toBe(url);
    expect(read(text)).toBe(url);
  });
});

describe('remote.origin.lfsurl', () => {
  test.each<[string, string, string | undefined]>([
    ['alone', `${ORIGIN}\nlfsurl = ${URL_A}\n`, URL_A],
    ['in mixed case', `[Remote "origin"]\nlfsUrl = ${URL_A}\n`, URL_A],
    ['of a remote that is another by its case', `[remote "Origin"]\nlfsurl = ${URL_A}\n`, undefined],
    ['of another remote', `[remote "upstream"]\nlfsurl = ${URL_A}\n`, undefined],
    ['of no remote', `[remote]\nlfsurl = ${URL_A}\n`, undefined],
    ['its old form', `[remote.ORIGIN]\nlfsurl = ${URL_A}\n`, URL_A],
    ['with an escaped letter', `[remote "o\\rigin"]\nlfsurl = ${URL_A}\n`, URL_A],
    ['with more space', `[remote   "origin"]\nlfsurl = ${URL_A}\n`, URL_A],
    ['the last of several', `${ORIGIN}\nlfsurl = ${URL_A}\n${ORIGIN}\nlfsurl = ${URL_B}\n`, URL_B],
    ['only where there is no lfs.url', `[lfs]\nurl = ${URL_A}\n${ORIGIN}\nlfsurl = ${URL_B}\n`, URL_A],
    [
      'only where there is no lfs.url, wherever it stands',
      `${ORIGIN}\nlfsurl = ${URL_B}\n[lfs]\nurl = ${URL_A}\n`,
      URL_A,
    ],
    ['not the URL of the remote', `${ORIGIN}\nurl = ${URL_A}\npushurl = ${URL_B}\n`, undefined],
    ['two sections in one line', `[lfs]${ORIGIN}lfsurl = ${URL_A}\n`, URL_A],
  ])('%s', (_what, text, url) => {
    expect(gitReads(text)).toBe(url);
    expect(read(text)).toBe(url);
  });
});

describe('what git cannot read names nothing', () => {
  test.each([
    ['a quote without an end', `[lfs]\nurl = "${URL_A}\n`],
    ['a section without an end', `[lfs\nurl = ${URL_A}\n`],
    ['a section with a space', `[ lfs ]\nurl = ${URL_A}\n`],
    ['a subsection without quotes', `[remote origin]\nlfsurl = ${URL_A}\n`],
    ['a name that is none', `[lfs]\nu_rl = x\nurl = ${URL_A}\n`],
    ['an escape that is none', `[lfs]\nurl = ${URL_A}\nx = C:\\dir\n`],
    ['a page of HTML', `<html>\n[lfs]\nurl = ${URL_A}\n`],
  ])('%s', (_what, text) => {
    expect(gitReads(text)).toBeUndefined();
    expect(read(text)).toBeUndefined();
  });
});

test('a key without a value says nothing, as to Git LFS', () => {
  expect(read(`[lfs]\nurl\n`)).toBeUndefined();
  expect(read(`[lfs]\nurl = ${URL_A}\nurl\nx\n`)).toBe(URL_A);
});

test('a file of unbearable length is not read', () => {
  const padding = `# ${'x'.repeat(70_000)}\n`;

  expect(read(`[lfs]\nurl = ${URL_A}\n${padding}`)).toBeUndefined();
});

test('bytes that are no text name nothing', () => {
  const random = seeded(3);
  for (let round = 0; round < 50; round += 1) {
    const bytes = Buffer.from(Array.from({ length: 500 }, () => Math.floor(random() * 256)));
    expect(configuredUrl(bytes)).toBeUndefined();
  }
});
