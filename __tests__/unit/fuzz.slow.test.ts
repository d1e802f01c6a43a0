import { describe, expect, test } from '@jest/globals';
import { trial, tryParser } from '../../fuzz/campaign.js';
import { minimize } from '../../fuzz/minimize.js';
import { mutate } from '../../fuzz/mutate.js';
import { holds, LARGEST_INPUT, type Form, type Target } from '../../fuzz/target.js';
import { TARGETS } from '../../fuzz/targets.js';
import { Problem } from '../../src/protocol/problem.js';
import { packet } from '../../src/protocol/wire/pkt-line.js';
import { seeded } from '../random.js';

/** A parser that does as it is told. */
function parser(run: Target['run'], more: Partial<Target> = {}): Target {
  return { name: 'parser', form: 'text', seeds: ['seed'], errors: [Problem], run, ...more };
}

async function faultOf(run: Target['run']): Promise<string | undefined> {
  return (await trial(parser(run), Buffer.from('input'))).fault;
}

describe('a trial', () => {
  test.each([
    ['an error that nobody expects', () => (undefined as unknown as { x: string }).x.length, /^TypeError: /],
    ['an expression that is no expression', () => new RegExp('('), /^SyntaxError: /],
    ['a rejection', async () => Promise.reject(new RangeError('far')), /^RangeError: far/],
    ['something that is no error', () => Promise.reject('word'), /^throws word$/],
    ['what does not hold', () => holds(false, 'two is three'), /^Broken: broken: two is three$/],
  ])('sees %s', async (_what, run, fault) => {
    expect(await faultOf(run)).toMatch(fault);
  });

  test('lets the errors pass that a parser documents', async () => {
    const run = (): never => {
      throw new Problem('is wrong');
    };

    expect(await faultOf(run)).toBeUndefined();
  });

  test('sees what takes too long', async () => {
    const run = (): void => {
      for (const { user } = process.cpuUsage(); process.cpuUsage().user < user + 400_000;);
    };

    expect(await faultOf(run)).toBe('takes too long');
  });

  test('sees what takes too much memory', async () => {
    const run = (): number => Buffer.alloc(256 * 1024 * 1024, 1).length;

    expect(await faultOf(run)).toMatch(/^takes too (?:much memory|long)$/);
  });
});

describe('a campaign', () => {
  const settings = { seed: 5, seconds: 20, corpus: [], onInput: () => undefined };

  test('finds what only a mutant has, and makes it short', async () => {
    const run = (input: Buffer): string => {
      const text = input.toString('latin1');
      if (text.includes('refs/heads/main')) throw new TypeError('met with it');
      if (text.includes('9007199254740992')) throw new RangeError('out of range');
      return text;
    };
    let found = 0;
    const counting: Target['run'] = (input) => {
      try {
        return run(input);
      } catch (error) {
        found += 1;
        throw error;
      }
    };
    const { finds } = await tryParser(parser(counting, { seeds: ['a 1 b'] }), { ...settings, seconds: 2 });

    expect(found).toBeGreaterThan(0);
    expect(new Map(finds.map(({ fault, input }) => [fault.split(':')[0], input.toString('latin1')]))).toEqual(
      new Map([
        ['TypeError', 'refs/heads/main'],
        ['RangeError', '9007199254740992'],
      ]),
    );
  });
});

test.each(['packets', 'text', 'json', 'bytes'] satisfies Form[])(
  'mutants of %s are the same for the same seed, and no longer than they may be',
  (form) => {
    const input = form === 'json' ? Buffer.from('{"a":[1,"b",{"c":null}]}') : packet('refs/heads/main 12\n');
    const mutants = (): string[] => {
      const random = seeded(3);
      return Array.from({ length: 300 }, () => mutate(input, form, [packet('other')], random).toString('latin1'));
    };
    const made = mutants();

    expect(mutants().join('\n') === made.join('\n')).toBe(true);
    expect(Math.max(...made.map(({ length }) => length))).toBeLessThanOrEqual(LARGEST_INPUT);
    expect(new Set(made).size).toBeGreaterThan(200);
  },
);

test('most mutants of packets are packets', () => {
  const random = seeded(4);
  const input = Buffer.concat([packet('one\n'), packet('two\n'), Buffer.from('0000')]);
  const isWhole = (bytes: Buffer): boolean => {
    let at = 0;
    while (at < bytes.length) {
      const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
      if (Number.isNaN(length)) return false;
      at += Math.max(4, length);
    }
    return at === bytes.length;
  };
  const mutants = Array.from({ length: 500 }, () => mutate(input, 'packets', [], random));

  expect(mutants.filter(isWhole).length).toBeGreaterThan(250);
});

test('the least input is what is left of a longer one', async () => {
  const least = await minimize(Buffer.from('abcXdefYghi'), async (smaller) => /X.*Y/.test(smaller.toString()));

  expect(least.toString()).toBe('XY');
});

test('each parser has a name of its own', () => {
  const names = TARGETS.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
});
