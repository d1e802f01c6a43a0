import type { ObjectId } from '../protocol/wire/object-format.js';
import { committedAt, parentsOf } from '../protocol/wire/objects.js';
import type { PackedObject } from '../protocol/wire/pack.js';
import { CommitGraph } from './commit-graph.js';

/** Commits of one ref that a target is behind. */
export interface Lag {
  /** Commits that the target lacks. */
  readonly commits: number;
  /** Time at which the oldest of them was committed, by the clock of its committer. */
  readonly since: Date;
}

/** The commits and tags that a target lacks. */
export class Missing {
  /** Commits that were counted so far. */
  steps = 0;
  readonly #graph: CommitGraph;
  readonly #times = new Map<ObjectId, number>();
  /** The first commits of histories. */
  readonly #roots = new Set<ObjectId>();

  constructor(objects: ReadonlyMap<ObjectId, PackedObject>) {
    this.#graph = new CommitGraph(objects);
    for (const [id, { type, content }] of objects) {
      if (type !== 'commit') continue;
      const time = committedAt(content);
      if (time !== undefined) this.#times.set(id, time);
      if (parentsOf(content).length === 0) this.#roots.add(id);
    }
  }

  /**
   * Measures how far a target is behind a tip.
   *
   * @returns `undefined` where the target lacks no commit of the tip
   */
  lagOf(tip: ObjectId): (Lag & { readonly goesToTheBeginning: boolean }) | undefined {
    const commits = this.#graph.within(tip);
    this.steps += commits.length;
    let oldest = Infinity;
    for (const id of commits) oldest = Math.min(oldest, this.#times.get(id) ?? Infinity);
    if (oldest === Infinity) return undefined;
    const goesToTheBeginning = commits.some((id) => this.#roots.has(id));
    return { commits: commits.length, since: new Date(oldest * 1000), goesToTheBeginning };
  }
}
