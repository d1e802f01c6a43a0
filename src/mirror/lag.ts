import type { ObjectId } from '../protocol/wire/object-format.js';
import { committedAt, parentsOf, peel } from '../protocol/wire/objects.js';
import type { PackedObject } from '../protocol/wire/pack.js';
import { CommitGraph } from './commit-graph.js';

/** Commits of one ref that a target is behind. */
export interface Lag {
  /** Commits that the target lacks. */
  readonly commits: number;
  /** Time at which the oldest of them was committed, by the clock of its committer. */
  readonly since: Date;
}

/**
 * Measures how far a target is behind a tip.
 *
 * @param missing the commits and tags that the target lacks
 * @returns `undefined` where the target lacks no commit of the tip
 */
export function lagOf(tip: ObjectId, missing: ReadonlyMap<ObjectId, PackedObject>): Lag | undefined {
  const graph = new CommitGraph(missing);
  const times = [...graph.within(peel(tip, missing))].map((id) => committedAt(contentOf(id, missing)));
  const known = times.filter((time) => time !== undefined);
  if (known.length === 0) return undefined;
  return { commits: times.length, since: new Date(known.reduce((oldest, time) => Math.min(oldest, time)) * 1000) };
}

/** Reports whether the target lacks a tip back to the beginning of a history. */
export function goesToTheBeginning(tip: ObjectId, missing: ReadonlyMap<ObjectId, PackedObject>): boolean {
  const commits = [...new CommitGraph(missing).within(peel(tip, missing))];
  return commits.some((id) => parentsOf(contentOf(id, missing)).length === 0);
}

function contentOf(id: ObjectId, objects: ReadonlyMap<ObjectId, PackedObject>): Buffer {
  return objects.get(id)?.content ?? Buffer.alloc(0);
}
