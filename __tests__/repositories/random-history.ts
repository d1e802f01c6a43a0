import { ObjectPool, type RepositoryContent } from './loose-objects.js';
import type { Random } from './random.js';

/** Two repositories that have a history in common, or once had. */
export interface RandomHistory {
  readonly objects: ObjectPool;
  readonly source: RepositoryContent;
  readonly target: RepositoryContent;
}

const BRANCHES = [
  'main',
  'master',
  'dev',
  'a',
  'a/b',
  'a/b/c',
  'a-b',
  'feature',
  'feature/x',
  'feature/y',
  'release/1',
  'v1',
  'alias',
  'latest',
  'größe',
].map((name) => `refs/heads/${name}`);

const TAGS = ['v1', 'v1.1', 'v2', 'a', 'a/b', 'main', 'blob', 'latest', 'x/y/z'].map((name) => `refs/tags/${name}`);

const ALIASES = ['refs/heads/alias', 'refs/heads/latest', 'refs/heads/a', 'refs/heads/zz', 'refs/tags/latest'];

const FIRST_COMMIT = 1_577_836_800;
const TEXT = Array.from({ length: 30 }, (_none, line) => `line ${line} of a file that changes a little at a time`);

/**
 * Makes a history that both ends share, a part that only the target has, and refs into it on either side.
 *
 * @param clocks whether a commit may be older than what it builds on
 */
export function randomHistory(random: Random, clocks: 'right' | 'wrong'): RandomHistory {
  return new HistoryMaker(random, clocks).make();
}

/** The refs of one repository while they are chosen: no two of them exclude each other. */
class RefChoice {
  readonly refs = new Map<string, string>();
  readonly symrefs = new Map<string, string>();

  get branches(): string[] {
    return [...this.refs.keys()].filter((name) => name.startsWith('refs/heads/'));
  }

  isFree(name: string): boolean {
    const taken = [...this.refs.keys(), ...this.symrefs.keys()];
    return !taken.some((other) => other === name || other.startsWith(`${name}/`) || name.startsWith(`${other}/`));
  }

  set(name: string, id: string): void {
    if (this.isFree(name)) this.refs.set(name, id);
  }

  alias(name: string, target: string): void {
    if (this.isFree(name)) this.symrefs.set(name, target);
  }
}

class HistoryMaker {
  readonly #random: Random;
  readonly #clocks: 'right' | 'wrong';
  readonly #objects = new ObjectPool();
  /** Commits that the source has or once had. */
  readonly #known: string[] = [];
  /** Commits that were made on the target. */
  readonly #foreign: string[] = [];
  #made = 0;

  constructor(random: Random, clocks: 'right' | 'wrong') {
    this.#random = random;
    this.#clocks = clocks;
    for (let count = random.between(1, 16); count > 0; count -= 1) this.#known.push(this.#commit(this.#known));
    for (let count = random.between(0, 5); count > 0; count -= 1) {
      this.#foreign.push(this.#commit([...this.#known, ...this.#foreign]));
    }
  }

  make(): RandomHistory {
    const random = this.#random;
    const [source, target] = [new RefChoice(), new RefChoice()];
    for (const name of random.some(BRANCHES, 0.5)) this.#branch(name, source, target);
    for (const name of random.some(TAGS, 0.35)) this.#tag(name, source, target);
    if (random.chance(0.04)) source.refs.clear();
    if (random.chance(0.06)) target.refs.clear();
    this.#aliases(source);
    this.#aliases(target);
    if (random.chance(0.2)) source.refs.set('refs/pull/1/head', random.pick(this.#known));
    if (random.chance(0.2)) target.refs.set('refs/pull/1/head', random.pick(this.#everything()));
    if (random.chance(0.1)) target.refs.set('refs/notes/commits', random.pick(this.#everything()));
    return {
      objects: this.#objects,
      source: this.#content(source, this.#known, random.chance(0.5)),
      target: this.#content(target, this.#everything(), random.chance(0.2)),
    };
  }

  #everything(): string[] {
    return [...this.#known, ...this.#foreign];
  }

  /** @param commits what HEAD may be detached at, and what is there without a ref where `keepsLost` says so */
  #content(choice: RefChoice, commits: readonly string[], keepsLost: boolean): RepositoryContent {
    const random = this.#random;
    const detached = random.pick(commits);
    const [branch] = random.some(choice.branches, 1);
    const [alias] = [...choice.symrefs.keys()].filter((name) => name.startsWith('refs/heads/'));
    const head = random.weighted([
      [30, `ref: ${branch ?? 'refs/heads/main'}`],
      [40, `ref: ${choice.refs.has('refs/heads/main') ? 'refs/heads/main' : (branch ?? 'refs/heads/main')}`],
      [8, 'ref: refs/heads/nowhere'],
      [4, `ref: ${alias ?? 'refs/heads/nowhere'}`],
      [10, detached],
    ]);
    const { refs, symrefs } = choice;
    return { tips: keepsLost ? commits : [detached], refs, symrefs, head, hasPackedRefs: random.chance(0.5) };
  }

  #branch(name: string, source: RefChoice, target: RefChoice): void {
    const tip = this.#random.pick(this.#known);
    const place = this.#random.weighted([
      [20, 'source'],
      [25, 'target'],
      [55, 'both'],
    ]);
    if (place !== 'target') source.set(name, tip);
    if (place !== 'source') target.set(name, this.#tipOnTarget(tip));
  }

  /** Where the target's branch stands: at the source's tip, behind it, ahead of it or aside. */
  #tipOnTarget(tip: string): string {
    const behind = this.#objects.ancestors(tip);
    return this.#random.weighted([
      [25, () => tip],
      [35, () => this.#random.pick([tip, ...behind])],
      [20, () => this.#random.pick(this.#everything())],
      [20, () => this.#random.pick([...this.#foreign, this.#random.pick(this.#everything())])],
    ])();
  }

  #tag(name: string, source: RefChoice, target: RefChoice): void {
    const commit = this.#random.pick(this.#known);
    const object = this.#tagged(name, commit);
    if (this.#random.chance(0.75)) source.set(name, object);
    if (this.#random.chance(0.35)) target.set(name, object);
    else if (this.#random.chance(0.6)) target.set(name, this.#tagged(name, this.#tipOnTarget(commit)));
  }

  /** What a tag points to. */
  #tagged(ref: string, commit: string): string {
    const random = this.#random;
    const objects = this.#objects;
    const annotated = (id: string): string =>
      objects.tag(ref.replace('refs/tags/', ''), id, `the tag, take ${random.between(1, 2)}`);
    const blob = (): string =>
      random.pick([this.#other(), objects.blob(`a file of its own, take ${random.between(1, 3)}\n`)]);
    const tree = (): string => objects.tree({ file: blob() });
    return random.weighted([
      [42, () => commit],
      [28, () => annotated(commit)],
      [8, () => annotated(annotated(commit))],
      [10, blob],
      [4, tree],
      [4, () => annotated(blob())],
      [4, () => annotated(tree())],
    ])();
  }

  #aliases(choice: RefChoice): void {
    const random = this.#random;
    for (const name of random.some(ALIASES, 0.12)) {
      const space = name.startsWith('refs/tags/') ? 'refs/tags/' : 'refs/heads/';
      const [target] = random.some(
        [...choice.refs.keys(), ...choice.symrefs.keys()].filter((ref) => ref.startsWith(space)),
        1,
      );
      if (target !== undefined) choice.alias(name, target);
    }
  }

  /** A file that many commits have in common. */
  #other(): string {
    return this.#objects.blob(`${this.#random.between(1, 3)}\n`);
  }

  #commit(onto: readonly string[]): string {
    const random = this.#random;
    const last = onto.slice(-1);
    const parents =
      onto.length === 0
        ? []
        : random.weighted([
            [50, () => last],
            [25, () => [random.pick(onto)]],
            [15, () => [...new Set([...last, random.pick(onto)])]],
            [10, () => []],
          ])();
    this.#made += 1;
    const text = TEXT.map((line, at) => (at === this.#made % TEXT.length ? `${line}, change ${this.#made}` : line));
    const tree = this.#objects.tree({
      file: this.#objects.blob(`${text.join('\n')}\n`),
      other: this.#other(),
    });
    const seconds = this.#clocks === 'wrong' ? random.between(0, 100) : Math.ceil(this.#made / 2);
    return this.#objects.commit(tree, parents, `commit ${this.#made}`, FIRST_COMMIT + seconds);
  }
}
