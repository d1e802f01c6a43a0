import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git, TestRepository } from '../repositories/git.js';
import {
  asFiles,
  commitLfs,
  commitWithObjects,
  generatedObjects,
  keepLocally,
  keptLocally,
  lfsObject,
  localPath,
  pointer,
} from '../repositories/lfs.js';
import { judgeLfs } from '../repositories/lfs-judge.js';
import { needed } from '../requires.js';
import { MirroredPair } from '../mirrored-pair.js';
import { run, type Given, type Run } from '../run.js';

let pair: MirroredPair;
let source: TestRepository;
let target: TestRepository;

beforeEach(async () => {
  pair = await MirroredPair.start();
  source = TestRepository.create(pair.scratch.join('lfs-source.git'));
  target = TestRepository.create(pair.scratch.join('lfs-target.git'));
});

afterEach(async () => pair.stop());

const mirror = (given: Given = {}): Promise<Run> => run(source.path, target.path, { lfs: 'always', ...given });
const oids = (objects: readonly { oid: string }[]): string[] => objects.map(({ oid }) => oid).sort();

describe('between folders', () => {
  test('the objects go first, and the second time only what is new', async () => {
    const objects = generatedObjects(12, 5000);
    commitWithObjects(source, objects);

    const first = await mirror();

    expect(first.report).toMatchObject({
      update_status: 'finished',
      lfs: { objects: 12, uploaded: 12, bytes: 60_000 },
    });
    expect(target.refs()).toEqual(source.refs());
    expect(keptLocally(target.path)).toEqual(oids(objects));

    const newer = generatedObjects(3, 100, 2);
    commitWithObjects(source, newer, 'newer');
    const second = await mirror();

    expect(second.report.lfs).toEqual({ objects: 3, uploaded: 3, bytes: 300 });
    expect(target.refs()).toEqual(source.refs());
    expect(keptLocally(target.path)).toEqual(oids([...objects, ...newer]));
  });

  test('nothing changed: nothing is looked for', async () => {
    commitWithObjects(source, generatedObjects(2, 10));
    await mirror();

    const { report } = await mirror();

    expect(report.lfs).toEqual({ objects: 0, uploaded: 0, bytes: 0 });
    expect(report.transfer.pack_bytes).toBe(0);
  });

  test('a repository without Git LFS', async () => {
    source.set({ 'refs/heads/main': source.commits(3) });

    const { report } = await mirror();

    expect(report).toMatchObject({ update_status: 'finished', lfs: { objects: 0, uploaded: 0, bytes: 0 } });
    expect(target.refs()).toEqual(source.refs());
  });

  test('with lfs: never nobody looks', async () => {
    commitWithObjects(source, generatedObjects(2, 10));

    expect((await mirror({ lfs: 'never' })).report.lfs).toBeNull();
    expect(keptLocally(target.path)).toEqual([]);
    expect(target.refs()).toEqual(source.refs());
  });

  test('an object that the source lacks keeps its ref back, and that one alone; a later run heals it', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, generatedObjects(2, 10));
    commitLfs(source, { ref: 'refs/heads/broken', files: { 'a/b/lost.bin': lost }, track: ['*.bin'] });

    const { report, outcomes } = await mirror();

    expect(outcomes).toEqual({ 'refs/heads/broken': 'rejected', 'refs/heads/main': 'created' });
    const message = report.refs.find(({ ref }) => ref === 'refs/heads/broken')?.message;
    expect(message).toBe(
      `its Git LFS object ${lost.oid} (a/b/lost.bin) could not be transferred: ${source.path} does not have it (run \`git lfs fetch --all\` there). ` +
        'The ref is left unchanged; set `lfs: never` to mirror without the objects.',
    );
    expect(report).toMatchObject({ update_status: 'failed', lfs: { objects: 3, uploaded: 2 } });
    expect(Object.keys(target.refs())).toEqual(['refs/heads/main']);

    keepLocally(source.path, [lost]);
    const healed = await mirror();

    expect(healed.report).toMatchObject({ update_status: 'finished', lfs: { objects: 1, uploaded: 1 } });
    expect(target.refs()).toEqual(source.refs());
  });

  test('an object that is not what its pointer says is not taken', async () => {
    const [good, bad] = [lfsObject('good content'), lfsObject('bad  content')];
    commitWithObjects(source, [good, bad]);
    writeFileSync(localPath(source.path, bad.oid), 'bad? content');

    const { report, lines } = await mirror();

    expect(report.refs[0]).toMatchObject({ outcome: 'rejected' });
    expect(report.refs[0]?.message).toMatch(
      /\(data\/1\.bin\) could not be transferred: its content does not match the SHA-256 of its pointer\. The ref is left/,
    );
    expect(lines.join('\n')).toContain('Trying again.');
    expect(target.refs()).toEqual({});
    expect(keptLocally(target.path)).toEqual([good.oid]);
  });

  test('a ref that moves on from a lost object is kept back until the object is there', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, [lost]);
    rmSync(localPath(source.path, lost.oid));
    commitLfs(source, { files: { 'data/0.bin': null, 'new.txt': 'text' } });

    const { outcomes } = await mirror();

    expect(outcomes).toEqual({ 'refs/heads/main': 'rejected' });
  });

  test('the same object under many names and in many commits is counted once', async () => {
    const object = lfsObject('the same');
    keepLocally(source.path, [object]);
    commitLfs(
      source,
      { files: asFiles([object, object, object]), track: ['*.bin'] },
      { files: asFiles([object], 'again') },
    );

    expect((await mirror()).report.lfs).toEqual({ objects: 1, uploaded: 1, bytes: 8 });
  });

  test('a dry run says what would be brought over and what could not, and brings nothing', async () => {
    const lost = lfsObject('lost');
    commitWithObjects(source, generatedObjects(2, 10));
    commitLfs(source, { ref: 'refs/heads/broken', files: { 'lost.bin': lost }, track: ['*.bin'] });

    const { report, outcomes } = await mirror({ dryRun: 'true' });

    expect(report.lfs).toEqual({ objects: 3, uploaded: 2, bytes: 20 });
    expect(outcomes).toEqual({ 'refs/heads/broken': 'rejected', 'refs/heads/main': 'created' });
    expect(keptLocally(target.path)).toEqual([]);
    expect(target.refs()).toEqual({});
  });
});

describe('folders of other kinds', () => {
  const objects = generatedObjects(3, 1000);

  /** A repository with a work tree, and with objects where git-lfs itself has them. */
  const withWorkTree = (name: string, ...args: readonly string[]): string => {
    const path = pair.scratch.join(name);
    git('/', ['init', '--quiet', ...args, path]);
    git(path, ['config', 'receive.denyCurrentBranch', 'ignore']);
    return path;
  };

  const under = (oid: string): string => join(oid.slice(0, 2), oid.slice(2, 4), oid);

  const expectMirrored = ({ report }: Run): void => {
    expect(report).toMatchObject({ update_status: 'finished', lfs: { objects: 3, uploaded: 3, bytes: 3000 } });
    expect(report.refs.flatMap(({ message }) => message ?? [])).toEqual([]);
  };

  test.each(['a work tree beside the first', 'its folder in the first', 'one of which the first is bare'])(
    'from %s',
    async (kind) => {
      const first = kind.includes('bare') ? source.path : withWorkTree('first');
      commitWithObjects(TestRepository.at(first), objects);
      const beside = pair.scratch.join('beside');
      git(first, ['worktree', 'add', '--quiet', '-b', 'side', beside, 'main']);
      const path = kind.includes('folder') ? `${first}/.git/worktrees/beside` : beside;

      expectMirrored(await run(path, target.path, { lfs: 'always' }));
      expect(keptLocally(target.path)).toEqual(oids(objects));
    },
  );

  test('from a work tree whose repository is named by a relative path', async () => {
    const path = pair.scratch.join('work');
    mkdirSync(path);
    writeFileSync(`${path}/.git`, 'gitdir: ../lfs-source.git\n');
    commitWithObjects(source, objects);

    expectMirrored(await run(path, target.path, { lfs: 'always' }));
    expect(keptLocally(target.path)).toEqual(oids(objects));
  });

  test('from a path without its .git at the end', async () => {
    commitWithObjects(source, objects);

    expectMirrored(await run(source.path.replace(/\.git$/, ''), target.path, { lfs: 'always' }));
    expect(keptLocally(target.path)).toEqual(oids(objects));
  });

  test('into a work tree whose repository is elsewhere: the objects lie there', async () => {
    commitWithObjects(source, objects);
    const apart = pair.scratch.join('apart');
    const path = withWorkTree('separate', `--separate-git-dir=${apart}`);

    expectMirrored(await run(source.path, path, { lfs: 'always' }));
    expect(keptLocally(apart)).toEqual(oids(objects));
    expect(readdirSync(path)).toEqual(['.git']);
  });

  test.each(['shared', '../shared', '/'])('with lfs.storage: %s', async (storage) => {
    const [from, to] = ['from', 'to'].map((name) => pair.scratch.join(name, 'lfs.git'));
    const [held, stored] = ['from', 'to'].map((name) =>
      storage === '/' ? pair.scratch.join(`${name}-apart`) : resolve(pair.scratch.join(name, 'lfs.git'), storage),
    );
    for (const [path, folder] of [
      [from, held],
      [to, stored],
    ] as const) {
      TestRepository.create(path!).git(['config', 'lfs.storage', storage === '/' ? folder! : storage]);
    }
    commitWithObjects(TestRepository.at(from!), objects);
    renameSync(`${from!}/lfs`, held!);

    expectMirrored(await run(from!, to!, { lfs: 'always' }));
    expect(keptLocally(to!)).toEqual([]);
    expect(readdirSync(`${stored!}/objects`, { recursive: true })).toEqual(
      expect.arrayContaining(oids(objects).map(under)),
    );
  });

  test('into a path without its .git at the end: no other repository is made', async () => {
    commitWithObjects(source, objects);
    const path = target.path.replace(/\.git$/, '');

    expectMirrored(await run(source.path, path, { lfs: 'always' }));
    expect([existsSync(path), keptLocally(target.path)]).toEqual([false, oids(objects)]);
  });
});

needed('git-lfs').describe('pointers that git lfs takes, though it does not write them so', () => {
  test('all their objects go over, and git lfs finds them', async () => {
    const objects = generatedObjects(6, 1000);
    const [plain, ...others] = objects.map((object) => pointer(object));
    const odd = [
      (text: string) => text.trimEnd(),
      (text: string) => text.replaceAll('\n', '\r\n'),
      (text: string) => `${text}\n`,
      (text: string) => text.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2'),
      (text: string) => text.replace('https://git-lfs', 'https://hawser'),
    ];
    const texts = [plain!, ...others.map((text, index) => odd[index]!(text))];
    commitLfs(source, {
      files: Object.fromEntries(texts.map((text, index) => [`${index}.bin`, text])),
      track: ['*.bin'],
    });
    keepLocally(source.path, objects);

    const { report } = await mirror({ lfs: 'auto' });
    const { fetched, missing } = await judgeLfs(target.path, pair.scratch.join('copy'));

    expect(report).toMatchObject({ update_status: 'finished', lfs: { objects: 6, uploaded: 6 } });
    expect([fetched, missing]).toEqual([oids(objects), []]);
  });
});
