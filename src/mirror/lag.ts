import type { ObjectId } from '../protocol/wire/object-format.js';
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
  const times = [...graph.within(commitOf(tip, missing))].map((id) => committedAt(missing.get(id)?.content));
  const known = times.filter((time) => time !== undefined);
  if (known.length === 0) return undefined;
  return { commits: times.length, since: new Date(known.reduce((oldest, time) => Math.min(oldest, time)) * 1000) };
}

/** Reports whether the target lacks a tip back to the beginning of a history. */
export function goesToTheBeginning(tip: ObjectId, missing: ReadonlyMap<ObjectId, PackedObject>): boolean {
  const commits = [...new CommitGraph(missing).within(commitOf(tip, missing))];
  return commits.some((id) => !/^parent /m.test(headerOf(missing.get(id)?.content ?? Buffer.alloc(0))));
}

/** Peels an annotated tag. */
function commitOf(tip: ObjectId, objects: ReadonlyMap<ObjectId, PackedObject>): ObjectId {
  let id = tip;
  for (let depth = 0; depth < 10; depth += 1) {
    const object = objects.get(id);
    const next = object?.type === 'tag' ? /^object ([0-9a-f]+)$/m.exec(headerOf(object.content))?.[1] : undefined;
    if (next === undefined) return id;
    id = next;
  }
  return id;
}

/** Seconds since 1970 (gitformat-commit, "committer"). */
function committedAt(commit: Buffer | undefined): number | undefined {
  const time = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(commit === undefined ? '' : headerOf(commit))?.[1];
  return time === undefined ? undefined : Number(time);
}

function headerOf(content: Buffer): string {
  const end = content.indexOf('\n\n');
  return content.toString('latin1', 0, end < 0 ? content.length : end);
}
