import type { ObjectId } from '../protocol/wire/object-format.js';
import { isBranch, isTag } from '../protocol/wire/ref-name.js';
import { isInPlay } from '../repositories/refs.js';
import type { Change } from './plan.js';

/** Objects that a target is known to hold. */
export interface Held {
  readonly refs: ReadonlyMap<string, ObjectId>;
  /** The source's default branch: most branches of the target grew from it. */
  readonly defaultBranch: string | undefined;
  /** Objects that the target holds beside those of its refs. */
  readonly extra?: readonly ObjectId[];
  /** Objects that earlier pushes of this run brought: later ones build on them, and need all of them named. */
  readonly landed?: Iterable<ObjectId>;
}

// A repository may have a hundred thousand tips; the server finds common ground with far fewer. Where a ref moves, its
// old object says nearly all; a new ref may begin anywhere.
const MOST_HAVES = { forMoves: 64, forNewRefs: 512 } as const;

/**
 * Chooses the objects by which the source is told what the target holds, the most telling first: the old objects of
 * refs that move, the target's branches, its tags, the rest.
 */
export function havesFor(changes: readonly Change[], held: Held): ObjectId[] {
  const { refs, defaultBranch, extra = [], landed = [] } = held;
  const of = (isWanted: (ref: string) => boolean): ObjectId[] =>
    [...refs].filter(([ref]) => isWanted(ref)).map(([, id]) => id);
  const old = new Set(changes.flatMap((change) => (change.kind === 'update' ? [change.old] : [])));
  const others = new Set([
    ...of((ref) => ref === defaultBranch),
    ...of(isBranch),
    ...of(isTag).toReversed(),
    ...of((ref) => !isInPlay(ref)),
    ...extra,
  ]);
  const most = changes.some(({ kind }) => kind === 'create') ? MOST_HAVES.forNewRefs : MOST_HAVES.forMoves;
  return [...new Set([...old, ...landed, ...[...others].filter((id) => !old.has(id)).slice(0, most)])];
}

/**
 * Narrows what a target holds to its branches and tags, which came there with their Git LFS objects. Other refs, such
 * as those of pull requests, and what a target shares with other repositories, came there without.
 */
export function heldWithLfsObjects({ refs, defaultBranch }: Held): Held {
  return { refs: new Map([...refs].filter(([ref]) => isInPlay(ref))), defaultBranch };
}
