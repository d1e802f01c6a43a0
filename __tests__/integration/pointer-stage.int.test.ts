import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { addPointer, type FoundPointer } from '../../src/lfs/search/finder.js';
import { PointerStage } from '../../src/lfs/search/stage.js';
import { systemClock } from '../../src/protocol/clock.js';
import type { ObjectId } from '../../src/protocol/wire/object-format.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { commitLfs, lfsObject, pointer, type LfsObject } from '../repositories/lfs.js';
import { findProgram } from '../requires.js';
import { temporaryIn } from '../temporary.js';

const MAIN = 'refs/heads/main';

let scratch: Scratch;
let source: TestRepository;
/** What every run of `git` in a stage was asked, a line each. */
let runs: string;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  runs = scratch.join('runs');
  mkdirSync(scratch.join('bin'));
  writeFileSync(
    scratch.join('bin', 'git'),
    `#!/bin/sh\necho "$*" >>"${runs}"\nexec "${findProgram('git') ?? ''}" "$@"\n`,
    { mode: 0o755 },
  );
});

afterEach(() => scratch.remove());

async function* packed(): AsyncGenerator<Buffer, void, undefined> {
  yield execFileSync('git', ['-C', source.path, 'pack-objects', '--all', '--stdout', '-q'], {
    env: isolatedGit(),
    input: '',
    maxBuffer: 1e9,
  });
}

/** Looks through what the source has, and asks which tips have one of the objects; tells them with the path. */
async function holding(
  tips: readonly ObjectId[],
  lost: LfsObject,
  haves: readonly ObjectId[] = [],
): Promise<[ObjectId, string][]> {
  const environment = { ...isolatedGit(), PATH: `${scratch.join('bin')}:${process.env.PATH ?? ''}` };
  const stage = await PointerStage.create(
    { pack: packed(), format: 'sha1', location: source.path, tips, haves },
    {
      environment,
      limits: { connect: 10_000, silence: 10_000 },
      signal: new AbortController().signal,
      temporary: temporaryIn(),
      onStage: () => undefined,
      onRetry: () => undefined,
      clock: systemClock,
    },
  );
  try {
    const found = await stage.all(tips);
    const missing = new Map<string, FoundPointer>();
    for (const one of found.values()) if (one.oid === lost.oid) addPointer(missing, one, () => one.path);
    writeFileSync(runs, '');
    const held = await stage.holding(tips, missing);
    return [...held].map(([tip, { path }]) => [tip, path]);
  } finally {
    await stage.close();
  }
}

describe('the tips that have an object', () => {
  const lost = lfsObject('lost');
  const branch = (name: string, file: LfsObject | string, path = 'a.bin'): ObjectId =>
    commitLfs(source, { ref: `refs/heads/${name}`, files: { [path]: file } });

  test('two branches that bring it along for themselves, what is made on them, and no other', async () => {
    const root = commitLfs(source, { files: { 'a.txt': 'text' } });
    source.set({ 'refs/heads/one': root, 'refs/heads/other': root });
    branch('other', 'text', 'other.txt');
    const one = branch('one', lost, 'folder/größe "x".bin');
    const before = branch('other', lost, 'folder/größe "x".bin');
    const other = branch('other', 'no longer', 'folder/größe "x".bin');
    const clean = commitLfs(source, { files: { 'a.txt': 'other text' } });
    const tips = [root, one, before, other, clean];

    expect(await holding(tips, lost)).toEqual([one, before, other].map((tip) => [tip, 'folder/größe "x".bin']));
  });

  test('merges: by each of their parents, and by themselves', async () => {
    const merge = (content: string | undefined, ...parents: readonly ObjectId[]): ObjectId => {
      const tree =
        content === undefined
          ? source.git(['mktree'])
          : source.git(
              ['mktree'],
              `100644 blob ${source.git(['hash-object', '-w', '--stdin'], content)}\tmerged.bin\n`,
            );
      return source.git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], 'merge');
    };
    const [one, other] = [commitLfs(source, { files: { 'a.txt': '1' } }), branch('other', 'text')];
    const bad = branch('bad', lost);
    const tips = [merge(undefined, one, bad), merge(pointer(lost), one, other), merge(undefined, one, other)];
    source.set(Object.fromEntries(tips.map((tip, index) => [`refs/heads/merge-${index}`, tip])));

    expect((await holding(tips, lost)).map(([tip]) => tip)).toEqual(tips.slice(0, 2));
  });

  test('tags: of a commit, of a tag, of a file and of a folder', async () => {
    const commit = commitLfs(source, { files: { 'folder/a.bin': lost } });
    const clean = branch('clean', 'text');
    const [blob, tree, other] = [`${MAIN}:folder/a.bin`, `${MAIN}:folder`, `${clean}^{tree}`].map((name) =>
      source.git(['rev-parse', name]),
    );
    const tag = source.tagObject('v1', commit);
    const tips = [tag, source.tagObject('v2', tag, 'tag'), source.tagObject('v3', blob!, 'blob'), blob!, tree!];
    const others = [source.tagObject('v4', clean), other!];
    source.set(Object.fromEntries([...tips, ...others].map((id, index) => [`refs/tags/t${index}`, id])));

    expect((await holding([...tips, ...others], lost)).map(([tip]) => tip)).toEqual(tips);
  });

  test('what the target has does not count', async () => {
    const had = commitLfs(source, { files: { 'a.bin': lost } });
    const onTop = commitLfs(source, { files: { 'a.txt': 'text' } });

    expect(await holding([onTop], lost, [had, 'e'.repeat(40)])).toEqual([]);
  });

  test('git is asked as often for many tips as for few', async () => {
    const first = commitLfs(source, { files: { 'a.bin': lost } });
    const commits = [first, ...Array.from({ length: 40 }, (_, number) => branch('main', `${number}`, 'a.txt'))];
    const asked = async (tips: readonly ObjectId[]): Promise<number> => {
      expect(await holding(tips, lost)).toHaveLength(tips.length);
      return readFileSync(runs, 'utf8').split('\n').length;
    };

    expect(await asked(commits)).toBe(await asked(commits.slice(0, 2)));
  });
});
