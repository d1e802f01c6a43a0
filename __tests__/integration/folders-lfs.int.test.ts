import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { git, isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { asFiles, commitLfs, commitWithObjects, generatedObjects, keptLocally } from '../repositories/lfs.js';
import { needed } from '../requires.js';
import { run } from '../run.js';

const objects = generatedObjects(2, 100);
const oids = objects.map(({ oid }) => oid).sort();

let scratch: Scratch;
let work: string;

beforeEach(() => {
  scratch = new Scratch();
  work = scratch.join('work');
  git(scratch.path, ['init', '--quiet', work]);
});

afterEach(() => scratch.remove());

/** A setting of the repository at hand: where it is, and variables of the runs that see it. */
type Setting = () => { readonly path: string; readonly environment?: Record<string, string> };

const config = (file: string, storage: string): Record<string, string> => {
  writeFileSync(scratch.join(file), `[lfs]\n\tstorage = ${storage}\n`);
  return { path: scratch.join(file) };
};

const SETTINGS: readonly [string, Setting][] = [
  ['none', () => ({ path: work })],
  ['of the repository, relative', () => (git(work, ['config', 'lfs.storage', '../a b']), { path: work })],
  ['of the repository, absolute', () => (git(work, ['config', 'lfs.storage', scratch.join('apart')]), { path: work })],
  ['of the repository, empty', () => (git(work, ['config', 'lfs.storage', '']), { path: work })],
  ['with a tilde, which means nothing to git lfs', () => (git(work, ['config', 'lfs.storage', '~/x']), { path: work })],
  [
    'the last of several',
    () => (['x', 'y'].map((one) => git(work, ['config', '--add', 'lfs.storage', one])), { path: work }),
  ],
  [
    'of a file that the repository includes',
    () => (git(work, ['config', 'include.path', config('more', 'included').path!]), { path: work }),
  ],
  [
    'of the user',
    () => ({ path: work, environment: { GIT_CONFIG_GLOBAL: config('user', scratch.join('all')).path! } }),
  ],
  [
    'of the user, for folders like this',
    () => {
      config('more', scratch.join('those'));
      writeFileSync(scratch.join('user'), `[includeIf "gitdir:${scratch.path}/"]\n\tpath = ${scratch.join('more')}\n`);
      return { path: work, environment: { GIT_CONFIG_GLOBAL: scratch.join('user') } };
    },
  ],
  [
    'of the system',
    () => ({
      path: work,
      environment: { GIT_CONFIG_SYSTEM: config('system', 'of-system').path!, GIT_CONFIG_NOSYSTEM: '0' },
    }),
  ],
  [
    'of a variable',
    () => ({
      path: work,
      environment: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'lfs.storage', GIT_CONFIG_VALUE_0: scratch.join('v') },
    }),
  ],
  [
    'of a work tree alone',
    () => {
      git(work, ['-c', 'user.name=x', 'commit', '--quiet', '--allow-empty', '-m', 'x']);
      git(work, ['worktree', 'add', '--quiet', '-b', 'beside', scratch.join('beside')]);
      git(work, ['config', 'extensions.worktreeConfig', 'true']);
      git(work, ['config', 'lfs.storage', 'others']);
      git(scratch.join('beside'), ['config', '--worktree', 'lfs.storage', 'own']);
      return { path: scratch.join('beside') };
    },
  ],
  [
    'of .lfsconfig, which git lfs does not obey',
    () => {
      writeFileSync(join(work, '.lfsconfig'), '[lfs]\n\tstorage = elsewhere\n');
      return { path: work };
    },
  ],
];

needed('git-lfs').describe('Git LFS objects are where git lfs has them, with a setting', () => {
  test.each(SETTINGS)('%s: read there, and written there', async (_name, setting) => {
    const { path, environment = {} } = setting();
    const env = { ...isolatedGit(), ...environment };
    const media = /^LocalMediaDir=(.*)$/m.exec(
      execFileSync('git', ['lfs', 'env'], { cwd: path, env, encoding: 'utf8' }),
    )![1]!;
    const repository = TestRepository.at(work);
    commitWithObjects(repository, objects);
    mkdirSync(dirname(media), { recursive: true });
    if (media !== `${work}/.git/lfs/objects`) {
      execFileSync('rm', ['-rf', media]);
      renameSync(`${work}/.git/lfs/objects`, media);
    }
    const target = scratch.join('target.git');
    const other = environment.GIT_CONFIG_GLOBAL ?? environment.GIT_CONFIG_SYSTEM ?? environment.GIT_CONFIG_COUNT;
    expect(existsSync(join(media, oids[0]!.slice(0, 2)))).toBe(true);

    const read = await run(path, target, { lfs: 'always', environment });

    expect([read.report.last_error, read.report.update_status]).toEqual([null, 'finished']);
    if (other !== undefined) return;
    expect(keptLocally(target)).toEqual(oids);

    execFileSync('rm', ['-rf', media]);
    git(work, ['checkout', '--quiet', '--detach']);
    for (const name of ['main', 'beside']) git(work, ['update-ref', '-d', `refs/heads/${name}`]);
    const written = await run(target, path, { lfs: 'always', environment });

    expect(written.report.refs.find(({ ref }) => ref === 'refs/heads/main')?.outcome).toBe('created');
    for (const oid of oids) expect(existsSync(join(media, oid.slice(0, 2), oid.slice(2, 4), oid))).toBe(true);
  });
});

/** A bare clone of a repository with objects that has none itself, and borrows from it. */
function borrowing(alternates: (path: string) => string): string {
  const base = TestRepository.create(scratch.join('base.git'));
  commitWithObjects(base, objects);
  git(scratch.path, ['clone', '--quiet', '--bare', '--shared', base.path, scratch.join('shared.git')]);
  writeFileSync(scratch.join('shared.git/objects/info/alternates'), alternates(base.path));
  return scratch.join('shared.git');
}

test.each<[string, (path: string) => string]>([
  ['absolute', (path) => `${path}/objects\n`],
  ['relative', () => '../../base.git/objects\n'],
  [
    'in a chain',
    () => {
      git(scratch.path, ['clone', '--quiet', '--bare', '--shared', scratch.join('base.git'), scratch.join('next.git')]);
      return `${scratch.join('next.git')}/objects\n`;
    },
  ],
])('Git LFS objects beside borrowed objects: %s', async (_how, alternates) => {
  const target = scratch.join('target.git');

  const { report } = await run(borrowing(alternates), target, { lfs: 'always' });

  expect(report).toMatchObject({ last_error: null, lfs: { objects: 2, uploaded: 2 } });
  expect(keptLocally(target)).toEqual(oids);
});

test('Git LFS objects beside objects that a variable names are those of the source alone', async () => {
  const path = borrowing(() => '');
  const target = scratch.join('target.git');
  const environment = { GIT_ALTERNATE_OBJECT_DIRECTORIES: scratch.join('base.git/objects') };

  const { report } = await run(path, target, { lfs: 'always', environment });

  expect(report.last_error).toBeNull();
  expect(keptLocally(target)).toEqual(oids);
});

test('a target that borrows is not given what lies beside the borrowed objects', async () => {
  const path = borrowing((base) => `${base}/objects\n`);
  const source = TestRepository.create(scratch.join('source.git'));
  source.copyFrom(TestRepository.at(scratch.join('base.git')));
  commitLfs(source, { files: asFiles(objects, 'again') });

  const { report } = await run(source.path, path, { lfs: 'always' });

  expect(report.last_error).toBeNull();
  expect(keptLocally(path)).toEqual([]);
});
