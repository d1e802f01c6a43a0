import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternatesOf } from '../../src/protocol/programs/alternates.js';
import { childEnvironment } from '../../src/protocol/programs/environment.js';
import { Scratch } from '../repositories/git.js';

describe('folders with objects of other repositories', () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = new Scratch();
  });
  afterEach(() => scratch.remove());

  function borrow(name: string, text: string): string {
    const objects = scratch.join(name, 'objects');
    mkdirSync(join(objects, 'info'), { recursive: true });
    writeFileSync(join(objects, 'info', 'alternates'), text);
    return objects;
  }

  test('none', () => {
    expect(alternatesOf(scratch.join('nothing'))).toEqual([]);
  });

  test('comments, empty lines, relative names and names in quotes', () => {
    const objects = borrow('a', '# x\n\n../../b/objects\n"/c \\"\\\\\\t\\303\\274"\n"/d\n/e"\n');

    expect(alternatesOf(objects)).toEqual([scratch.join('b/objects'), '/c "\\\tü', `${objects}/"/d`, '/e"']);
  });

  test('relative names begin at the folder itself, not at a link to it', () => {
    borrow('deep/er/a', '../../b/objects\n');
    symlinkSync(scratch.join('deep/er/a/objects'), scratch.join('link'));

    expect(alternatesOf(scratch.join('link'))).toEqual([join(realpathSync(scratch.path), 'deep/er/b/objects')]);
  });

  test('those of others, each once, though they borrow from each other', () => {
    const [a, b] = [borrow('a', '../../b/objects\n'), borrow('b', '../../a/objects\n../../c/objects\n')];

    expect(alternatesOf(a)).toEqual([b, scratch.join('c/objects')]);
  });

  test('as deep as git follows them', () => {
    const names = Array.from({ length: 9 }, (_, at) => borrow(String(at), `../../${at + 1}/objects\n`));

    expect(alternatesOf(names[0]!)).toHaveLength(6);
  });

  test('of a variable, before those of the repository', () => {
    expect(alternatesOf(borrow('a', '/b\n'), '/x::"/y z"')).toEqual(['/x', '/y z', '/b']);
  });

  test('no file of unbearable length', () => {
    expect(alternatesOf(borrow('a', `/b\n${'#'.repeat(300_000)}\n`))).toEqual([]);
  });
});

describe('the environment of git', () => {
  const given = (settings: readonly (readonly [string, string])[], count = String(settings.length)): object => {
    const variables = settings.flatMap(([name, value], at) => [
      [`GIT_CONFIG_KEY_${at}`, name],
      [`GIT_CONFIG_VALUE_${at}`, value],
    ]);
    const {
      LC_ALL: _,
      GIT_TERMINAL_PROMPT: __,
      ...rest
    } = childEnvironment({
      GIT_CONFIG_COUNT: count,
      ...(Object.fromEntries(variables) as Record<string, string>),
    });
    return rest;
  };

  test('has the settings that decide which folders git reads, and none that may be secret', () => {
    const settings = [
      ['http.extraHeader', 'Authorization: basic secret'],
      ['safe.directory', '/a'],
      ['core.sshCommand', 'secret'],
      ['Safe.Directory', '/b'],
      ['lfs.storage', 'x'],
    ] as const;

    expect(given(settings)).toEqual({
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '/a',
      GIT_CONFIG_KEY_1: 'Safe.Directory',
      GIT_CONFIG_VALUE_1: '/b',
      GIT_CONFIG_KEY_2: 'lfs.storage',
      GIT_CONFIG_VALUE_2: 'x',
    });
  });

  test.each(['', '0', '-1', '1.5', 'x', '1e9'])('has none where their count is "%s"', (count) => {
    expect(given([['safe.directory', '/a']], count)).toEqual({});
  });

  test('has no variable that names another repository, nor the objects of one', () => {
    const names = [
      'GIT_DIR',
      'GIT_WORK_TREE',
      'GIT_OBJECT_DIRECTORY',
      'GIT_ALTERNATE_OBJECT_DIRECTORIES',
      'GIT_ASKPASS',
    ];

    expect(Object.keys(childEnvironment(Object.fromEntries(names.map((name) => [name, 'x']))))).toEqual([
      'LC_ALL',
      'GIT_TERMINAL_PROMPT',
    ]);
  });
});
