import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, symlinkSync } from 'node:fs';
import { isSameRepository } from '../../src/mirror/same-repository.js';
import { parseLocation } from '../../src/protocol/location.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';

describe('isSameRepository', () => {
  let scratch: Scratch;

  beforeAll(() => {
    scratch = new Scratch();
    TestRepository.create(scratch.join('bare.git'));
    TestRepository.create(scratch.join('other.git'));
    git('/', ['init', '--quiet', scratch.join('work')]);
    git(scratch.join('work'), ['commit', '--quiet', '--allow-empty', '--message', 'first']);
    git(scratch.join('work'), ['worktree', 'add', '--quiet', scratch.join('beside')]);
    git('/', ['init', '--quiet', `--separate-git-dir=${scratch.join('apart')}`, scratch.join('separate')]);
    mkdirSync(scratch.join('links'));
    symlinkSync(scratch.path, scratch.join('links', 'to-all'));
    symlinkSync(scratch.join('bare.git'), scratch.join('links', 'to-bare'));
  });

  afterAll(() => scratch.remove());

  const same = (one: string, other: string): boolean =>
    isSameRepository(parseLocation(one, scratch.path), parseLocation(other, scratch.path));

  test.each([
    ['https://host.example/me/x.git', 'https://host.example/me/x.git'],
    ['https://host.example/me/x.git', 'https://host.example/me/x'],
    ['https://host.example/me/x', 'https://host.example/me/x/'],
    ['https://host.example/me/x.git/', 'https://host.example/me/x'],
    ['https://host.example/me/x', 'https://HOST.example/me/x'],
    ['https://host.example/me/x', 'https://user:token@host.example/me/x'],
    ['https://host.example:443/me/x', 'https://host.example/me/x'],
    ['http://host.example/me/x', 'https://host.example/me/x'],
    ['https://host.example/me/x', 'ssh://git@host.example/me/x.git'],
    ['https://host.example/me/x', 'ssh://git@host.example:22/me/x.git'],
    ['https://host.example/me/x', 'git@host.example:me/x.git'],
    ['git@host.example:me/x', 'git@host.example:/me/x'],
    ['alice@nas:/srv/x.git', 'backup@nas:/srv/x.git'],
    ['ssh://alice@nas/srv/x.git', 'backup@nas:/srv/x'],
    ['alice@nas:~carol/x.git', 'ssh://backup@nas/~carol/x'],
    ['git@github.com:me/x', 'org-123@github.com:me/x'],
    ['git@github.com:me/x', 'ssh://org-123@ssh.github.com:443/me/x.git'],
    ['https://host.example/me/x', 'me@host.example:me/x'],
    ['https://github.com/me/x', 'https://github.com/Me/X'],
    ['https://gitlab.com/me/x', 'git@gitlab.com:ME/x'],
    ['https://codeberg.org/me/x', 'https://codeberg.org/me/X'],
    ['https://github.com/me/x', 'ssh://git@ssh.github.com:443/me/x.git'],
    ['https://gitlab.com/me/x', 'ssh://git@altssh.gitlab.com:443/me/x'],
    ['bare.git', './bare.git'],
    ['bare.git', 'bare'],
    ['bare.git', 'links/to-bare'],
    ['work', 'work/.git'],
    ['work', 'beside'],
    ['beside', 'work/.git/worktrees/beside'],
    ['separate', 'apart'],
    ['links/to-all/work', 'links/../beside'],
    ['nothing.git', './nothing.git'],
    ['nothing.git', 'links/to-all/nothing.git/'],
    ['no/thing.git', 'links/to-all/links/../no/thing.git'],
  ])('%s and %s are the same', (one, other) => {
    expect([same(one, other), same(other, one)]).toEqual([true, true]);
  });

  test('a path and its file URL are the same', () => {
    expect(same('bare.git', `file://${scratch.join('bare.git')}`)).toBe(true);
    expect(same('bare.git', `file://${scratch.join('bare')}/`)).toBe(true);
  });

  test.each([
    ['https://host.example/me/x', 'https://host.example/me/y'],
    ['https://host.example/me/x', 'https://other.example/me/x'],
    ['https://host.example/me/x', 'https://host.example:8443/me/x'],
    ['https://host.example/me/x', 'https://host.example/me/X'],
    [
      'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/x',
      'https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/X',
    ],
    ['https://host.example/me/x', 'https://host.example/me/x/y'],
    ['https://host.example/me/x', 'https://host.example/xme/x'],
    ['git@host.example:me/x', 'ssh://git@host.example:2222/me/x'],
    ['alice@nas:x.git', 'backup@nas:x.git'],
    ['nas:x.git', 'backup@nas:x.git'],
    ['alice@nas:~/x.git', 'ssh://backup@nas/~/x.git'],
    ['alice@nas:srv/x.git', 'backup@nas:/srv/x.git'],
    ['bare.git', 'other.git'],
    ['bare.git', 'bare.git/HEAD'],
    ['nothing.git', 'links/nothing.git'],
    ['nothing.git', 'no/thing.git'],
    ['work', 'work/.git/config'],
    ['work', 'separate'],
    ['bare.git', 'https://host.example/bare.git'],
  ])('%s and %s are not', (one, other) => {
    expect([same(one, other), same(other, one)]).toEqual([false, false]);
  });
});
