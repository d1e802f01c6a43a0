import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { run, type Run } from '../run.js';

/** Objects that a partial clone lacks are fetched while it is read, by git, with the clone's own configuration. */

let scratch: Scratch;
let origin: TestRepository;
let target: TestRepository;
/** Leaves a file behind where it runs. */
let program: string;

beforeEach(() => {
  scratch = new Scratch();
  const path = scratch.join('origin');
  git(scratch.path, ['init', '--quiet', path]);
  const commit =
    'commit refs/heads/main\ncommitter C <c@example.com> 1577836800 +0000\ndata 0\nM 100644 inline a\ndata 2\na\n\n';
  git(path, ['fast-import', '--quiet'], commit);
  git(path, ['config', 'uploadpack.allowFilter', 'true']);
  git(path, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  origin = TestRepository.at(path);
  target = TestRepository.create(scratch.join('target.git'), { defaultBranch: 'none' });
  program = scratch.join('program');
  writeFileSync(program, `#!/bin/sh\ntouch ${scratch.join('has-run')}\nexec git-upload-pack "$@"\n`, { mode: 0o755 });
});

afterEach(() => scratch.remove());

function partial(name: string, from: string): string {
  const path = scratch.join(name);
  const allowed = ['-c', 'protocol.file.allow=always', '-c', 'uploadpack.allowFilter=true'];
  git(scratch.path, [...allowed, 'clone', '--quiet', '--mirror', '--filter=blob:none', `file://${from}`, path]);
  return path;
}

const mirrored = (path: string, environment: Readonly<Record<string, string>> = {}): Promise<Run> =>
  run(path, target.path, { timeout: '5', environment });

const set = (path: string, name: string, value: string): string => git(path, ['config', name, value]);

describe('a partial clone as the source', () => {
  test('brings what it lacks where its configuration is as git makes it', async () => {
    const path = partial('part.git', origin.path);
    set(path, 'http.https://host.invalid/.extraheader', 'AUTHORIZATION: basic eA==');
    set(path, 'branch.main.remote', 'origin');

    const { report } = await mirrored(path);

    expect(report.update_status).toBe('finished');
    expect(target.refs()).toEqual(origin.refs());
  });

  test.each<[name: string, value: () => string, url?: string]>([
    ['remote.origin.uploadpack', () => program],
    ['remote.origin.receivepack', () => program],
    ['remote.origin.vcs', () => 'ext'],
    ['remote.origin.proxy', () => 'http://127.0.0.1:1'],
    ['remote.origin.url', () => `ext::${program} %S`],
    ['remote.origin.url', () => `unknown://host.invalid/x`],
    ['core.sshcommand', () => program, 'ssh://host.invalid/x.git'],
    ['core.gitproxy', () => program, 'git://host.invalid/x.git'],
    ['core.askpass', () => program],
    ['core.fsmonitor', () => program],
    ['core.hookspath', () => scratch.path],
    ['core.alternaterefscommand', () => program],
    ['uploadpack.packobjectshook', () => program],
    ['credential.helper', () => `!${program}`],
    ['credential.https://host.invalid.helper', () => `!${program}`],
    ['protocol.ext.allow', () => 'always'],
    ['url.ext::x.insteadof', () => 'file:'],
    ['alias.remote-https', () => `!${program}`],
    ['http.proxy', () => 'http://127.0.0.1:1'],
  ])('may not choose a program: %s', async (name, value, ...[url]) => {
    const path = partial('part.git', origin.path);
    if (url !== undefined) set(path, 'remote.origin.url', url);
    set(path, name, value());

    const { report } = await mirrored(path);

    expect(existsSync(scratch.join('has-run'))).toBe(false);
    expect(report.last_error_code).toBe('incomplete');
    expect(report.last_error).toContain(`git was not let fetch it: its setting ${name} could name a program`);
    expect(report.last_error).toContain('GIT_NO_LAZY_FETCH=0');
  });

  test.each<[where: string, made: (path: string) => void, why: RegExp]>([
    [
      'in a file that its configuration includes',
      (path) => {
        git(path, ['config', '--file', scratch.join('more'), 'remote.origin.uploadpack', program]);
        set(path, 'include.path', scratch.join('more'));
      },
      /its setting include\.path could name a program/,
    ],
    [
      'in the file for one work tree',
      (path) => {
        set(path, 'extensions.worktreeConfig', 'true');
        git(path, ['config', '--file', `${path}/config.worktree`, 'remote.origin.uploadpack', program]);
      },
      /its setting remote\.origin\.uploadpack could name a program/,
    ],
    [
      'in a file of old for its remote',
      (path) => {
        git(path, ['config', '--unset', 'remote.origin.url']);
        mkdirSync(`${path}/remotes`, { recursive: true });
        writeFileSync(`${path}/remotes/origin`, `URL: ${program}\n`);
      },
      /its remote "origin" has no URL/,
    ],
    [
      'behind more settings than are read',
      (path) => {
        const many = Array.from({ length: 20_000 }, (_, at) => `[branch "b${at}"]\n\tremote = origin\n`).join('');
        git(path, ['config', '--file', scratch.join('more'), 'remote.origin.uploadpack', program]);
        writeFileSync(`${path}/config`, many, { flag: 'a' });
        writeFileSync(`${path}/config`, `[remote "origin"]\n\tuploadpack = ${program}\n`, { flag: 'a' });
      },
      /the configuration in .* cannot be read/,
    ],
  ])('may not choose a program %s', async (_where, made, why) => {
    const path = partial('part.git', origin.path);
    made(path);

    const { report } = await mirrored(path);

    expect(existsSync(scratch.join('has-run'))).toBe(false);
    expect(report.last_error).toMatch(why);
  });

  test.each(['file://', ''])(
    'may not choose a program by another partial clone from which it fetches: %s',
    async (before) => {
      const second = partial('second.git', origin.path);
      const path = partial('part.git', origin.path);
      set(path, 'remote.origin.url', `${before}${second}`);
      set(second, 'remote.origin.uploadpack', program);

      const { report } = await mirrored(path);

      expect(existsSync(scratch.join('has-run'))).toBe(false);
      expect(report.last_error).toContain('its setting remote.origin.uploadpack could name a program');
    },
  );

  test('may where the user trusts it', async () => {
    const path = partial('part.git', origin.path);
    set(path, 'remote.origin.uploadpack', program);

    const { report } = await mirrored(path, { GIT_NO_LAZY_FETCH: '0' });

    expect(existsSync(scratch.join('has-run'))).toBe(true);
    expect(report.update_status).toBe('finished');
  });
});

test.each<[what: string, made: (file: string) => void]>([
  ['a NUL', (file) => writeFileSync(file, 'nowhere\0x\n')],
  [
    '400 MB',
    (file) => {
      writeFileSync(file, '../..\n');
      truncateSync(file, 400_000_000);
    },
  ],
])('a work tree whose file `commondir` has %s: no repository', async (_what, made) => {
  const beside = scratch.join('beside');
  origin.git(['worktree', 'add', '--quiet', '--detach', beside, 'main']);
  made(`${origin.path}/.git/worktrees/beside/commondir`);

  const { report } = await mirrored(beside);

  expect(report.last_error).toMatch(new RegExp(`^${beside}: `));
  expect(report.last_error).not.toContain('null bytes');
});
