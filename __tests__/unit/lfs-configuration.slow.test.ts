import { describe, expect, test } from '@jest/globals';
import { configuredUrl } from '../../src/lfs/wire/configuration.js';
import { gitReads } from '../oracles/git-config.js';
import { pick, seeded } from '../random.js';

const URL_A = 'https://a.example/x.git/info/lfs';
const URL_B = 'https://b.example/y.git/info/lfs';
const ORIGIN = '[remote "origin"]';

const read = (text: string): string | undefined => configuredUrl(Buffer.from(text));

describe('random files are read as git config reads them', () => {
  const SECTIONS = [
    '[lfs]',
    '[LFS]',
    ' [lfs]\t',
    '[lfs] # c',
    '[lfs "x"]',
    ORIGIN,
    '[remote.origin]',
    '[core]',
  ] as const;
  const KEYS = ['url', 'URL', 'lfsurl', 'lfsUrl', 'pushurl', 'x-1'] as const;
  const EQUALS = ['=', ' = ', '\t=\t', '= '] as const;
  const ENDS = ['\n', '\n', '\r\n', ' \n', ' # c\n', ';c\n', ' # "c\n', '\n\n'] as const;
  const PLAIN = [URL_A, URL_B, '"https://c.example/#x;y"', 'https://"d.example"/ x', '"  e "', ''] as const;
  const WILD = ['a', ' ', '"', '\\\\', '\\"', '\\\n', '#', ';', '=', '[lfs]', '\\n', 'ü', 'b c'] as const;

  const file = (random: () => number, value: () => string): string => {
    const lines = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
      random() < 0.4
        ? pick(random, SECTIONS) + pick(random, ['\n', '\r\n'])
        : `\t${pick(random, KEYS)}${pick(random, EQUALS)}${value()}${pick(random, ENDS)}`,
    );
    return `${pick(random, ['[lfs]\n', `${ORIGIN}\n`, '', '# c\n'])}${lines.join('')}`;
  };

  test('of what people write', () => {
    const random = seeded(21);
    const texts = Array.from({ length: 120 }, () => file(random, () => pick(random, PLAIN)));

    expect(texts.filter((text) => read(text) !== gitReads(text))).toEqual([]);
    expect(texts.filter((text) => (read(text) ?? '') !== '').length).toBeGreaterThan(25);
  });

  test('of what they can write', () => {
    const random = seeded(22);
    const wild = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 6) }, () => pick(random, WILD)).join('') + 'e';
    const texts = Array.from({ length: 150 }, () => file(random, wild));

    expect(texts.filter((text) => read(text) !== gitReads(text))).toEqual([]);
    expect(texts.filter((text) => gitReads(text) !== undefined).length).toBeGreaterThan(30);
  });
});
