import { NameTree } from './name-tree.js';
import type { Change } from './plan.js';

/**
 * Puts the changes in the order in which the target is to carry them out: the source's default branch first, because an
 * empty host takes the first branch for its default; deletions that free a name before the creations that need it; all
 * other deletions last.
 */
export function inPushOrder(changes: readonly Change[], defaultBranch: string | undefined): Change[] {
  const needed = freeingDeletions(changes);
  const first = changes.filter(({ ref, kind }) => ref === defaultBranch && kind !== 'delete');
  const others = changes.filter(({ ref, kind }) => ref !== defaultBranch && kind !== 'delete');
  const deletions = changes.filter(({ kind }) => kind === 'delete');
  const freeing = deletions.filter(({ ref }) => needed.has(ref));
  const last = deletions.filter(({ ref }) => !needed.has(ref));
  const freesForFirst = new NameTree(freeing.map(({ ref }) => ref));
  const isFirstBlocked = first.some(({ ref }) => freesForFirst.conflictWith(ref) !== undefined);
  return isFirstBlocked ? [...freeing, ...first, ...others, ...last] : [...first, ...freeing, ...others, ...last];
}

/** The refs whose deletion frees a name that a creation needs. */
export function freeingDeletions(changes: readonly Change[]): ReadonlySet<string> {
  const creations = new NameTree(changes.filter(({ kind }) => kind === 'create').map(({ ref }) => ref));
  const deletions = changes.filter(({ kind }) => kind === 'delete').map(({ ref }) => ref);
  return new Set(deletions.filter((ref) => creations.conflictWith(ref) !== undefined));
}

/** The changes in their order, in groups that each fit into one push. */
export function batches(changes: readonly Change[], most: number): (readonly Change[])[] {
  const groups: (readonly Change[])[] = [];
  for (let at = 0; at < changes.length; at += most) groups.push(changes.slice(at, at + most));
  return groups;
}

/**
 * The changes in their order, each by itself, but for deletions that free a name: those are together with the creations
 * that need it, the deletions first.
 */
export function unitsOf(changes: readonly Change[]): (readonly Change[])[] {
  const freeing = freeingDeletions(changes);
  const deletions = new NameTree([...freeing]);
  const creations = new NameTree(changes.filter(({ kind }) => kind === 'create').map(({ ref }) => ref));
  const units = new Map<string, Change[]>();
  for (const change of changes) {
    const { ref, kind } = change;
    const outer = kind === 'create' ? deletions.outerOf(ref) : freeing.has(ref) ? creations.outerOf(ref) : undefined;
    const unit = units.get(outer ?? ref);
    if (unit === undefined) units.set(outer ?? ref, [change]);
    else unit.push(change);
  }
  const isDeletion = ({ kind }: Change): number => Number(kind === 'delete');
  return Array.from(units.values(), (unit) => unit.toSorted((one, other) => isDeletion(other) - isDeletion(one)));
}
