import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { inputName } from '../../src/action/inputs.js';
import { commandName, DASHED } from '../../src/cli/names.js';
import { libraryName, LIBRARY_OPTIONS, propertyOf } from '../../src/library/names.js';
import { parseOptions } from '../../src/options/options.js';
import {
  descriptionOf,
  isShared,
  OPTION_NAMES,
  specOf,
  type OptionName,
  type SharedOption,
} from '../../src/options/raw.js';
import { rawOptions } from '../raw-options.js';

describe('the table of options', () => {
  test.each(OPTION_NAMES)('%s is described in sentences', (option) => {
    const { description, note = 'A.', component } = specOf(option);

    expect([description, note, component?.note ?? 'A.']).toEqual([
      expect.stringMatching(/^[A-Z].*\.$/s),
      expect.stringMatching(/^[A-Z].*\.$/),
      expect.stringMatching(/^[A-Z].*\.$/),
    ]);
  });

  test('a default is one that the option allows', () => {
    for (const option of OPTION_NAMES) {
      const { kind, default: usual, values, range } = specOf(option);
      const fits = {
        choice: values?.includes(usual ?? '') === true,
        flag: usual === 'false' || specOf(option).only === 'command',
        number: Number(usual) >= (range?.[0] ?? 0) && Number(usual) <= (range?.[1] ?? 0),
      }[kind as string];

      expect([option, fits ?? true]).toEqual([option, true]);
    }
  });

  test('every option is read by the checks, or by the list', () => {
    const read = new Set<string>(['mirrors', 'max-parallel']);
    for (const url of ['https://host.example/me/x', 'me@host.example:x']) {
      const raw = new Proxy(rawOptions({ source: { url: `${url}.git` }, target: { url } }), {
        get: (values, name) => {
          read.add(String(name));
          return values[name as SharedOption];
        },
      });
      parseOptions(raw, inputName, '/');
    }

    expect(OPTION_NAMES.filter((option) => isShared(option) && !read.has(option))).toEqual([]);
  });

  test('no two options have one name at a door', () => {
    const names = [commandName, inputName].map((nameOf) => OPTION_NAMES.map(nameOf));
    const properties = LIBRARY_OPTIONS.map(propertyOf);

    for (const all of [...names, properties]) expect(new Set(all).size).toBe(all.length);
  });
});

describe('docs/mirrors.md', () => {
  const page = readFileSync('docs/mirrors.md', 'utf8');
  const listed = (words: string): string[] => {
    const row = page.split('\n').find((line) => line.startsWith('| `') && line.includes(words)) ?? '';
    return Array.from(row.split(' | ')[0]?.matchAll(/`([a-z-]+)`/g) ?? [], ([, name = '']) => name).toSorted();
  };
  const shared = OPTION_NAMES.filter((option) => isShared(option) && option !== 'mirrors');
  const fitting = (fits: (option: OptionName) => boolean): string[] => shared.filter(fits).toSorted();

  test.each([
    [
      'are defaults',
      fitting((option) => specOf(option).list?.isOwn === undefined && specOf(option).list !== undefined),
    ],
    ['belong to a single target', fitting((option) => specOf(option).list?.isOwn === true)],
    ['apply to all mirrors', fitting((option) => specOf(option).list === undefined)],
  ])('names the inputs that %s', (words, names) => {
    expect(listed(words)).toEqual(names);
  });
});

describe('the spelling of an option', () => {
  test.each([
    [
      'keep-divergent-refs',
      '`keep-divergent-refs`',
      '--keep-divergent-refs',
      'keepDivergentRefs (`keep-divergent-refs`)',
    ],
    ['prune', '`prune`', '--prune', 'prune'],
    ['branches', '`branches`', '--branch', 'branches'],
    ['target-url', '`target-url`', '<target>', 'target (`target-url`)'],
    ['token', '`token`', 'PUSH_MIRROR_TARGET_TOKEN', 'targetToken (`token`)'],
    ['ca-certificate', '`ca-certificate`', '--ca-certificate', 'caCertificate (`ca-certificate`)'],
    ['mirrors', '`mirrors`', '--mirrors', ''],
  ] as const)('%s: %s, %s and %s', (option, input, command, property) => {
    expect([inputName(option), commandName(option), libraryName(option)]).toEqual([input, command, property]);
  });

  test('in descriptions is that of the door', () => {
    expect(descriptionOf('mirror-branch-regex', commandName)).toMatch(
      /Cannot be combined with --branch or --only-protected-branches\.$/,
    );
    expect(descriptionOf('mirror-branch-regex', inputName)).toMatch(
      /Cannot be combined with `branches` or `only-protected-branches`\.$/,
    );
  });

  test('the command has no option for a secret', () => {
    expect([...DASHED.values()].filter((option) => specOf(option).kind === 'secret')).toEqual([]);
  });
});
