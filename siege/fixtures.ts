import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestRepository } from '../__tests__/repositories/git.js';
import {
  commitLfs,
  generatedObject,
  generatedObjects,
  keepLocally,
  type LfsObject,
} from '../__tests__/repositories/lfs.js';
import type { Expectation } from '../__tests__/repositories/rules.js';
import { refsOf } from '../__tests__/repositories/rules.js';
import type { Scene } from './choices.js';

/** Repositories made once, of which every run gets copies. */
export interface Fixture {
  readonly source: string;
  /** The refs of the source. */
  readonly refs: ReadonlyMap<string, string>;
  /** The target before a run; that of a first mirror is empty. */
  readonly targets: Readonly<Record<Scene, string>>;
  /** The Git LFS objects that each ref of the source needs, with what it has by then from others. */
  readonly objectsOf: ReadonlyMap<string, readonly LfsObject[]>;
  /** Those that the target has before a later change. */
  readonly held: readonly LfsObject[];
  /** Expectation of the rules, as far as it has been asked for. */
  readonly wanted: Map<string, Expectation>;
}

const MAIN = 'refs/heads/main';
const FEATURE = 'refs/heads/feature/a';

/** Makes the repositories of all runs without Git LFS. */
export function makeFixture(folder: string): Fixture {
  const made = new FixtureMaker(folder);
  return { ...made.make(), objectsOf: new Map(), held: [], wanted: new Map() };
}

/** Makes the repositories of all runs with Git LFS: objects on `main` and on one branch. */
export function makeLfsFixture(folder: string): Fixture {
  const made = new FixtureMaker(folder);
  const old = generatedObjects(2, 9000, 1);
  const ofMain = generatedObjects(3, 30_000, 2);
  const ofFeature = generatedObjects(2, 12_000, 3);
  const commit = (ref: string, files: readonly LfsObject[], at: string): void => {
    const named = Object.fromEntries(files.map((object, index) => [`${at}/${index}.bin`, object]));
    commitLfs(made.source, { ref, files: named, track: ['*.bin'] });
  };
  const repositories = made.make({
    onOld: () => commit(MAIN, old, 'old'),
    onNew: () => {
      commit(MAIN, ofMain, 'new');
      commit(FEATURE, ofFeature, 'feature');
    },
  });
  keepLocally(repositories.source, [...old, ...ofMain, ...ofFeature]);
  for (const scene of ['later', 'diverged'] as const) keepLocally(repositories.targets[scene], old);
  const objectsOf = new Map([
    ...['refs/heads/stable', 'refs/heads/feature/b', 'refs/tags/v2'].map((ref) => [ref, old] as const),
    [MAIN, [...old, ...ofMain]],
    [FEATURE, [...old, ...ofFeature]],
  ] as const);
  return { ...repositories, objectsOf, held: old, wanted: new Map() };
}

/** Copies a repository, with its objects of Git LFS. */
export function copyFolder(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
}

class FixtureMaker {
  readonly source: TestRepository;
  readonly #folder: string;
  #seed = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.source = TestRepository.create(join(folder, 'source.git'));
  }

  /** @param and what is done beside, to the source, before the target is copied and after it */
  make(
    and: { readonly onOld?: () => void; readonly onNew?: () => void } = {},
  ): Pick<Fixture, 'source' | 'refs' | 'targets'> {
    const { source } = this;
    const old = [this.#commit([])];
    for (let made = 1; made < 5; made += 1) old.push(this.#commit([old[made - 1] ?? '']));
    const [first = '', second = '', , fourth = '', last = ''] = old;
    source.set({
      [MAIN]: last,
      'refs/heads/stable': fourth,
      'refs/heads/wandering': fourth,
      'refs/tags/moved': second,
    });
    source.set({ 'refs/tags/v1': source.tagObject('v1', fourth), 'refs/heads/merged': first });
    and.onOld?.();
    const later = this.#copy('target-later');
    const diverged = this.#copy('target-diverged');
    const own = diverged.commit([fourth]);
    diverged.set({ 'refs/heads/wandering': own, 'refs/tags/own': own, 'refs/heads/own': diverged.commit([own]) });
    this.#moveOn(fourth);
    source.set({ 'refs/heads/merged': null });
    and.onNew?.();
    const empty = TestRepository.create(join(this.#folder, 'target-first.git'));
    for (const one of [source, later, diverged]) this.#pack(one);
    const refs = refsOf(source.path);
    return { source: source.path, refs, targets: { first: empty.path, later: later.path, diverged: diverged.path } };
  }

  #moveOn(fourth: string): void {
    const { source } = this;
    const main = source.refs()[MAIN] ?? '';
    const [one, other] = [this.#commit([main], 20_000), this.#commit([main])];
    const both = this.#commit([one, other], 20_000);
    source.set({ [MAIN]: both, 'refs/heads/stable': one, 'refs/heads/wandering': this.#commit([fourth]) });
    source.set({ [FEATURE]: this.#commit([both], 10_000), 'refs/heads/feature/b': other, 'refs/tags/moved': fourth });
    source.set({ 'refs/tags/v2': source.tagObject('v2', both) });
  }

  /** A commit with a file that cannot be compressed. */
  #commit(parents: readonly string[], bytes = 5000): string {
    return this.source.commit(parents, generatedObject((this.#seed += 1), bytes).content.toString('base64'));
  }

  #copy(name: string): TestRepository {
    const path = join(this.#folder, `${name}.git`);
    copyFolder(this.source.path, path);
    return TestRepository.at(path);
  }

  /** Makes few files of it, so that copies cost little. */
  #pack(repository: TestRepository): void {
    repository.git(['repack', '-adq']);
    repository.git(['pack-refs', '--all']);
    const objects = join(repository.path, 'objects');
    for (const name of readdirSync(objects))
      if (/^[0-9a-f]{2}$/.test(name)) rmSync(join(objects, name), { recursive: true });
  }
}
