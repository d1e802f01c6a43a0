import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { geteuid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { MirroredPair } from '../mirrored-pair.js';
import { git, Scratch, TestRepository } from '../repositories/git.js';
import { run, runBundle } from '../run.js';

let scratch: Scratch;
let source: TestRepository;
/** What both ends have at first. */
let old: string;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  old = source.commit();
  source.set({ 'refs/heads/main': old, 'refs/heads/other': old });
});

afterEach(() => scratch.remove());

const clone = (name: string, ...args: readonly string[]): string => {
  git(scratch.path, ['clone', '--quiet', ...args, source.path, scratch.join(name)]);
  return scratch.join(name);
};

/** Moves both branches on. */
function goOn(): void {
  source.set({ 'refs/heads/main': source.commit([old]), 'refs/heads/other': source.commit([old]) });
}

describe('a target folder is written as git writes it', () => {
  test.each<[string, () => readonly [given: string, repository: string]]>([
    [
      'named without the .git at its end',
      () => {
        const path = clone('bare.git', '--bare');
        return [path.replace(/\.git$/, ''), path];
      },
    ],
    [
      'behind a link, with slashes at the end',
      () => {
        const path = clone('a "b" ü.git', '--bare');
        symlinkSync(path, scratch.join('link'));
        return [`${scratch.join('link')}//`, path];
      },
    ],
    [
      'that borrows objects',
      () => {
        const path = clone('shared.git', '--bare', '--shared');
        return [path, path];
      },
    ],
    [
      'that is a partial clone whose origin is gone',
      () => {
        source.git(['config', 'uploadpack.allowFilter', 'true']);
        git(scratch.path, [
          'clone',
          '--quiet',
          '--bare',
          '--filter=tree:0',
          `file://${source.path}`,
          scratch.join('part.git'),
        ]);
        git(scratch.join('part.git'), ['config', 'remote.origin.url', '/nonexistent']);
        return [scratch.join('part.git'), scratch.join('part.git')];
      },
    ],
    [
      'that is a work tree, beside one with another branch',
      () => {
        const path = clone('work');
        git(path, ['checkout', '--quiet', '--detach']);
        git(path, ['worktree', 'add', '--quiet', '--detach', scratch.join('beside')]);
        return [scratch.join('beside'), path];
      },
    ],
  ])('%s', async (_name, made) => {
    const [given, repository] = made();
    const before = readdirSync(scratch.path).sort();
    goOn();

    const { report } = await run(source.path, given);

    expect([report.last_error, report.update_status]).toEqual([null, 'finished']);
    expect(TestRepository.at(repository).refs()).toEqual(source.refs());
    expect(readdirSync(scratch.path).sort()).toEqual(before);
  });

  test('the default branch is that of the repository, not that of the work tree', async () => {
    const path = clone('bare.git', '--bare');
    git(path, ['worktree', 'add', '--quiet', scratch.join('beside'), 'other']);
    source.set({ 'refs/heads/main': null, 'refs/heads/trunk': old });
    source.symref('HEAD', 'refs/heads/trunk');

    const { outcomes } = await run(source.path, scratch.join('beside'), { prune: 'always' });

    expect(outcomes['refs/heads/main']).toBe('kept');
  });

  test('below the home folder: it is made there', async () => {
    const { report } = await run(source.path, '~/backup/x.git', { environment: { HOME: scratch.join('home') } });

    expect(report.last_error).toBeNull();
    expect(TestRepository.at(scratch.join('home/backup/x.git')).refs()).toEqual(source.refs());
  });
});

describe('a folder that several runs make at the same time', () => {
  test.each([2, 4, 6])(
    'all %i end well, and nothing is left beside it',
    async (count) => {
      goOn();
      for (const round of [1, 2]) {
        const [above, path] = [scratch.join(`${count}`, `${round}`), scratch.join(`${count}`, `${round}`, 'new.git')];

        const runs = await Promise.all(Array.from({ length: count }, () => run(source.path, path)));

        expect(runs.map(({ report }) => report.last_error)).toEqual(runs.map(() => null));
        const made = TestRepository.at(path);
        expect(made.refs()).toEqual(source.refs());
        made.git(['fsck', '--strict']);
        expect(readFileSync(`${path}/HEAD`, 'utf8')).toBe('ref: refs/heads/main\n');
        expect(readdirSync(above)).toEqual(['new.git']);
      }
    },
    60_000,
  );

  test('while git makes it slowly: it is there only once it is whole', async () => {
    const [path, begun] = [scratch.join('new.git'), scratch.join('begun')];
    const programs = scratch.join('programs');
    const slow = `#!/bin/sh\nPATH="\${PATH#*:}"\ngit "$@" || exit\n[ "$1" != init ] || { : >'${begun}'; sleep 0.5; }\n`;
    mkdirSync(programs);
    writeFileSync(join(programs, 'git'), slow, { mode: 0o755 });

    const first = runBundle('cli', ['--json', source.path, path], { PATH: `${programs}:${process.env.PATH}` });
    while (!existsSync(begun)) await sleep(5);
    const wasThere = existsSync(path);
    const second = await run(source.path, path);
    const { code, stdout } = await first;

    expect(wasThere).toBe(false);
    expect(second.outcomes).toEqual({ 'refs/heads/main': 'created', 'refs/heads/other': 'created' });
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { counts: { unchanged: 2 } }]);
  });
});

describe('a branch that is checked out', () => {
  /** A target whose `main` is checked out, and that work tree. */
  const KINDS: readonly [string, () => readonly [target: string, tree: string]][] = [
    ['in its only work tree', () => [clone('work'), scratch.join('work')]],
    [
      'in a work tree beside the first',
      () => {
        const path = clone('work');
        git(path, ['checkout', '--quiet', '--detach']);
        git(path, ['worktree', 'add', '--quiet', scratch.join('beside'), 'main']);
        return [path, scratch.join('beside')];
      },
    ],
    [
      'in a work tree of a bare repository',
      () => {
        const path = clone('bare.git', '--bare');
        git(path, ['worktree', 'add', '--quiet', scratch.join('beside'), 'main']);
        return [path, scratch.join('beside')];
      },
    ],
  ];

  describe.each(KINDS)('%s', (_kind, made) => {
    let path: string;
    let tree: string;

    beforeEach(() => {
      [path, tree] = made();
      goOn();
    });

    test('is refused by itself, and the message says where it is', async () => {
      const { report, outcomes } = await run(source.path, path);

      expect(outcomes['refs/heads/main']).toBe('rejected');
      expect(TestRepository.at(path).git(['rev-parse', 'refs/heads/other'])).toBe(source.refs()['refs/heads/other']);
      const { message, code } = report.refs.find(({ ref }) => ref === 'refs/heads/main')!;
      expect(message).toContain(`branch is currently checked out in ${tree}`);
      expect(message).toContain('or set `receive.denyCurrentBranch` there to `updateInstead`.');
      expect(code).toBe('checked-out');
    });

    test('follows where the target says so, with its files', async () => {
      git(path, ['config', 'receive.denyCurrentBranch', 'updateInstead']);

      const { report } = await run(source.path, path);

      expect(report.last_error).toBeNull();
      expect(readFileSync(`${tree}/file`, 'utf8')).toBe(source.git(['show', 'main:file']));
      expect(git(tree, ['status', '--porcelain'])).toBe('');
    });

    test('does not follow where somebody works on it, and the others do', async () => {
      git(path, ['config', 'receive.denyCurrentBranch', 'updateInstead']);
      writeFileSync(`${tree}/file`, 'mine');

      const { report, outcomes } = await run(source.path, path);

      expect(outcomes['refs/heads/main']).toBe('rejected');
      expect(TestRepository.at(path).git(['rev-parse', 'refs/heads/other'])).toBe(source.refs()['refs/heads/other']);
      expect(report.refs.find(({ ref }) => ref === 'refs/heads/main')?.code).toBe('dirty-work-tree');
      expect(readFileSync(`${tree}/file`, 'utf8')).toBe('mine');
    });
  });
});

test('a branch that is checked out in a work tree that was deleted: that is told, too', async () => {
  const path = clone('bare.git', '--bare');
  git(path, ['worktree', 'add', '--quiet', scratch.join('beside'), 'main']);
  renameSync(scratch.join('beside'), scratch.join('moved'));
  goOn();

  const { report } = await run(source.path, path);

  const { message } = report.refs.find(({ ref }) => ref === 'refs/heads/main')!;
  expect(message).toContain(`${scratch.join('beside')}, which is gone (to let git forget it: git worktree prune)`);
});

test('a target that borrows objects from a folder that is gone is told as such', async () => {
  cpOf(source.path, 'base.git');
  git(scratch.path, ['clone', '--quiet', '--bare', '--shared', scratch.join('base.git'), scratch.join('target.git')]);
  renameSync(scratch.join('base.git'), scratch.join('moved.git'));
  goOn();

  const { report } = await run(source.path, scratch.join('target.git'));

  expect(report.last_error).toContain(`this repository borrows objects from ${scratch.join('base.git')}/objects`);
  expect(report.last_error).toMatch(/where nothing is\. Bring that folder back, or name its new place there\.$/);
  expect(report.last_error_code).toBe('incomplete');
});

function cpOf(path: string, name: string): void {
  git(scratch.path, ['clone', '--quiet', '--bare', path, scratch.join(name)]);
}

describe('a source without protocol v2 is copied, whatever surrounds the copy', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
    pair.server.behaviour.protocolV2 = false;
  });

  afterEach(async () => pair.stop());

  const mirror = (environment: Record<string, string>): ReturnType<MirroredPair['command']> =>
    pair.command([pair.url('source'), pair.url('target')], environment);

  /** Settings of the user, with hooks for every repository that touch a file and fail. */
  function settings(): string {
    const path = pair.scratch.join('settings');
    const hooks = pair.scratch.join('template/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const name of ['reference-transaction', 'post-index-change'])
      writeFileSync(`${hooks}/${name}`, `#!/bin/sh\ntouch ${pair.scratch.join('hooked')}\nexit 1\n`, { mode: 0o755 });
    writeFileSync(
      path,
      `[safe]\n\tbareRepository = explicit\n[core]\n\thooksPath = ${hooks}\n[init]\n\ttemplateDir = ${hooks}/..\n` +
        '[protocol]\n\tversion = 0\n[transfer]\n\tfsckObjects = true\n\thideRefs = refs\n',
    );
    return path;
  }

  test('settings of the user', async () => {
    const { code, report, left } = await mirror({ GIT_CONFIG_GLOBAL: settings() });

    expect({ code, left, error: report.last_error }).toEqual({ code: 0, left: [], error: null });
    expect(pair.target.refs()).toEqual(pair.source.refs());
    expect(existsSync(pair.scratch.join('hooked'))).toBe(false);
  });

  const isRoot = geteuid?.() === 0;
  test.each([
    ['does not exist', () => pair.scratch.join('no/such/folder')],
    [
      'is no folder',
      () => {
        writeFileSync(pair.scratch.join('file'), '');
        return pair.scratch.join('file');
      },
    ],
    // To root, all folders are writable but those of the kernel.
    [
      isRoot ? 'does not exist' : 'cannot be written by this user',
      () => {
        mkdirSync(pair.scratch.join('fixed'));
        chmodSync(pair.scratch.join('fixed'), 0o500);
        return isRoot ? '/proc/self' : pair.scratch.join('fixed');
      },
    ],
  ])('a temporary folder that %s', async (what, made) => {
    const folder = made();

    const { code, report, stderr } = await mirror({ TMPDIR: folder });

    expect(code).toBe(1);
    expect(report.last_error).toBe(
      `${pair.url('source')}: a copy of the source could not be written to a temporary file: ${folder} ${what}. Set \`TMPDIR\` to the absolute path of a folder that exists and can be written.`,
    );
    expect(stderr).not.toMatch(/^ +at |mkdtemp/m);
  });
});
