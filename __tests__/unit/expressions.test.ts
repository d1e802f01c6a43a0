import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';

type SlownessOf = (source: string, flags?: string) => readonly string[];

let slownessOf: SlownessOf;

beforeAll(async () => {
  ({ slownessOf } = (await import(pathToFileURL('scripts/lint-expressions.mjs').href)) as { slownessOf: SlownessOf });
});

describe('the rule that expressions take time in proportion to their text', () => {
  test.each<[source: string, flags: string, texts: string[]]>([
    ['\\s+$', '', ['\\s+']],
    ['a+b', '', ['a+']],
    ['\\s*\\n\\s*', 'g', ['\\s*']],
    ['branch .* is protected', 'i', ['.*']],
    ['BRANCH [a-z ]+ is protected', 'i', ['[a-z ]+']],
    ['^a.*b.*c', '', ['.*']],
    ['^\\d+\\d+$', '', ['\\d+']],
    ['^a[^]*x', 'm', ['[^]*']],
    ['(?:^|,)[^]*x', '', ['[^]*']],
    ['^(?:a|ab)*c', '', ['(?:a|ab)*']],
    ['^(?:a+)+$', '', ['a+']],
    ['^(?:a+){0,8}b', '', ['a+']],
    ['(?:\\w+ )*x', '', ['(?:\\w+ )*']],
    ['(?<=a+)b', '', ['a+']],
    ['#(?=.*x)', '', ['.*']],
  ])('refuses /%s/%s', (source, flags, texts) => {
    expect(slownessOf(source, flags)).toEqual(texts);
  });

  test.each([
    ['^\\s+$', ''],
    ['\\s+', 'g'],
    ['[?#].*', 's'],
    ['branch \\S+ is protected', ''],
    ['^branch .* is protected', ''],
    ['^fatal: .*graph', 'm'],
    ['<([^<>]*)>\\s*;\\s*rel=', ''],
    ['(?:^|,)\\s*basic\\b', 'i'],
    ['^(?:[a-z]+\\.)+[a-z]{2,}$', ''],
    ['^[a-z]+(?:\\.[a-z]+)*$', ''],
    ['^(?:\\w+ )*x', ''],
    ['a[^]*x', 'y'],
    ['object \\w{1,99}:', ''],
  ])('takes /%s/%s', (source, flags) => {
    expect(slownessOf(source, flags)).toEqual([]);
  });
});
