import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { namesLfs } from '../../src/lfs/search/attributes.js';
import { pick, seeded } from '../random.js';
import { git, Scratch } from '../repositories/git.js';

const names = (text: string): boolean => namesLfs(Buffer.from(text));

describe('a file hands files to Git LFS', () => {
  test.each([
    ['as git lfs writes it', '*.bin filter=lfs diff=lfs merge=lfs -text\n'],
    ['without a line feed at the end', '*.bin filter=lfs'],
    ['by the last attribute of a line', '*.bin -text filter=lfs\n'],
    ['after tabs', '*.bin\t-text\tfilter=lfs\n'],
    ['with carriage returns', '*.txt text\r\n*.bin filter=lfs\r\n'],
    ['indented', '  *.bin filter=lfs\n'],
    ['behind a byte order mark', '\ufeff*.bin filter=lfs\n'],
    ['by a pattern in quotes', '"a b.bin" filter=lfs\n'],
    ['by a pattern that is no ASCII', 'größe/*.bin filter=lfs\n'],
    ['by a macro', '[attr]lfs filter=lfs diff=lfs merge=lfs -text\n*.bin lfs\n'],
    ['in one line of many', '# text\n*.txt text\n\n*.bin filter=lfs\n*.png binary\n'],
    ['and takes some back', '* filter=lfs\n*.txt -filter\n'],
    ['behind what is blank for others than git, which makes no comment', '\ufeff\u00a0# filter=lfs\n\v#x filter=lfs\n'],
    ['behind a very long line', `${'x'.repeat(100_000)} text\n*.bin filter=lfs\n`],
  ])('%s', (_how, text) => {
    expect(names(text)).toBe(true);
  });
});

describe('a file does not', () => {
  test.each([
    ['that is empty', ''],
    ['with other attributes', '*.txt text eol=lf\n*.bin binary\n'],
    ['with another filter', '*.bin filter=crypt\n'],
    ['with a filter whose name only begins so', '*.bin filter=lfs-fold\n*.bin filter=lfs2\n*.bin filter=lfs,x\n'],
    ['with an attribute whose name only ends so', '*.bin xfilter=lfs\n*.bin my-filter=lfs\n'],
    ['with the name in capitals', '*.bin filter=LFS\n*.bin FILTER=lfs\n'],
    ['with the name in quotes', '*.bin filter="lfs"\n'],
    ['in a comment', '#*.bin filter=lfs\n  # *.bin filter=lfs\n'],
    ['that sets no filter', '*.bin filter\n*.bin -filter\n*.bin !filter\n*.bin filter=\n'],
    ['with other attributes of Git LFS alone', '*.bin diff=lfs merge=lfs -text lockable\n'],
    ['with spaces around the sign', '*.bin filter = lfs\n'],
    ['with a pattern of that name', 'filter=lfs text\n'],
    ['over two lines', '*.bin filter=\nlfs\n'],
  ])('%s', (_which, text) => {
    expect(names(text)).toBe(false);
  });
});

test('bytes that are no text do no harm', () => {
  const random = seeded(1);
  const bytes = Buffer.from(Array.from({ length: 10_000 }, () => Math.floor(random() * 256)));

  expect(namesLfs(bytes)).toBe(false);
  expect(namesLfs(Buffer.concat([bytes, Buffer.from('\n* filter=lfs\n'), bytes]))).toBe(true);
});

describe('git itself says the same', () => {
  const PATTERNS = [
    '*',
    '*.bin',
    'a.bin',
    '"a.bin"',
    '"*.b\\151n"',
    '#*',
    '# *',
    '/a.*',
    '[ab].bin',
    '!*.bin',
  ] as const;
  const BETWEEN = [' ', '  ', '\t', ' \t ', '\r'] as const;
  const ATTRIBUTES = [
    ...(['filter=lfs', 'filter=lfs', 'filter=lfs2', 'xfilter=lfs', 'filter', '-filter', '!filter'] as const),
    ...(['text', '-text', 'diff=lfs', 'binary', 'filter="lfs"', '#filter=lfs', 'filter=', 'filter=LFS'] as const),
  ] as const;
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
    git('/', ['init', '--quiet', scratch.join('files')]);
  });

  afterAll(() => scratch.remove());

  /** For each of these as the `.gitattributes` of a folder: whether git gives a file of that folder to Git LFS. */
  const asked = (texts: readonly string[]): boolean[] => {
    const folder = scratch.join('files');
    texts.forEach((text, index) => {
      mkdirSync(`${folder}/${index}`, { recursive: true });
      writeFileSync(`${folder}/${index}/.gitattributes`, text);
    });
    const files = ['a.bin', 'b.bin', 'a.txt', 'deep/a.bin'];
    const paths = texts.flatMap((_text, index) => files.map((file) => `${index}/${file}`));
    const said = git(folder, ['check-attr', '--stdin', '-z', 'filter'], paths.join('\0')).split('\0');
    const values = paths.map((_path, at) => said[3 * at + 2]);
    return texts.map((_text, index) => values.slice(index * files.length, (index + 1) * files.length).includes('lfs'));
  };

  const line = (random: () => number, attributes: number): string => {
    const words = Array.from({ length: attributes }, () => pick(random, BETWEEN) + pick(random, ATTRIBUTES));
    return pick(random, ['', '', ' ', '\t']) + pick(random, PATTERNS) + words.join('');
  };

  test('of single lines', () => {
    const random = seeded(15);
    const texts = Array.from({ length: 300 }, () => line(random, 1));

    const answers = asked(texts);

    // A pattern with `!` is none, and git passes the line over; looking in vain does no harm.
    const differing = texts.filter((text, at) => names(text) !== answers[at] && !text.trimStart().startsWith('!'));
    expect(differing).toEqual([]);
    expect(answers.filter((isLfs) => isLfs).length).toBeGreaterThan(20);
  });

  test('of whole files: what git gives to Git LFS is never missed', () => {
    const random = seeded(16);
    const ending = (): string => pick(random, ['\n', '\n', '\r\n', '\n\n']);
    const texts = Array.from({ length: 300 }, () =>
      Array.from(
        { length: 1 + Math.floor(random() * 4) },
        () => line(random, Math.floor(random() * 4)) + ending(),
      ).join(''),
    );

    const answers = asked(texts);

    expect(texts.filter((text, at) => answers[at] === true && !names(text))).toEqual([]);
    expect(answers.filter((isLfs) => isLfs).length).toBeGreaterThan(50);
    expect(texts.filter((text) => !names(text)).length).toBeGreaterThan(50);
  });
});
