import type { ObjectId } from '../protocol/wire/object-format.js';
import { isInPlay, type SourceSnapshot, type TargetDetails, type TargetSnapshot } from '../repositories/refs.js';
import { compareRefNames, isTag } from '../protocol/wire/ref-name.js';
import type { Policy } from '../options/policy.js';

/** A ref that both ends have, with different objects. */
export interface ChangedRef {
  readonly ref: string;
  readonly old: ObjectId;
  readonly new: ObjectId;
  /** The new object, peeled if it is an annotated tag. */
  readonly newPeeled: ObjectId;
}

/** Two maps of refs, laid side by side under a policy. */
export interface Comparison {
  readonly equal: readonly { readonly ref: string; readonly id: ObjectId }[];
  readonly missing: readonly { readonly ref: string; readonly new: ObjectId }[];
  readonly changed: readonly ChangedRef[];
  /** Refs that the target alone has; also those whose name is a symbolic ref on the source. */
  readonly targetOnly: readonly { readonly ref: string; readonly old: ObjectId; readonly isSymrefOnSource: boolean }[];
}

/** How the target's object stands to the source's. */
export type Relation = 'ancestor' | 'not-ancestor' | 'unknown-object';

/** How a ref that only the target has stands to the source's default branch. */
export type MergeState = 'merged' | 'not-merged' | 'unknown-object' | 'not-a-commit';

/** What had to be asked before the plan could be made. */
export interface Knowledge {
  /** By ref, for changed refs; needed under keep-divergent-refs alone. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** By ref, for refs that only the target has; needed where merged ones are pruned. */
  readonly merges: ReadonlyMap<string, MergeState>;
  /** Needed where {@link needsTargetDetails} says so; without it nothing is deleted. */
  readonly target: TargetDetails | undefined;
}

/** Why a ref on the target is left as it is. */
export type KeepReason =
  | 'keep-divergent-refs'
  | 'prune-never'
  | 'no-default-branch'
  | 'clone-on-source'
  | 'default-branch-of-target'
  | 'symref-on-source'
  | 'symref-on-target'
  | 'behind-symref-on-target'
  | 'perhaps-symref-on-target'
  | 'not-asked'
  | Exclude<MergeState, 'merged'>;

/** What is to become of one ref. */
export type Decision =
  | { readonly kind: 'unchanged'; readonly ref: string; readonly id: ObjectId }
  | { readonly kind: 'create'; readonly ref: string; readonly new: ObjectId }
  | { readonly kind: 'update'; readonly ref: string; readonly old: ObjectId; readonly new: ObjectId }
  | {
      readonly kind: 'delete';
      readonly ref: string;
      readonly old: ObjectId;
      readonly reason: 'merged' | 'prune-always';
    }
  | {
      readonly kind: 'diverged';
      readonly ref: string;
      readonly old: ObjectId;
      readonly new: ObjectId;
      readonly reason: Exclude<Relation, 'ancestor'>;
    }
  | { readonly kind: 'keep'; readonly ref: string; readonly old: ObjectId; readonly reason: KeepReason }
  | { readonly kind: 'blocked'; readonly ref: string; readonly new: ObjectId; readonly by: string };

/** The decisions that change the target. */
export type Change = Extract<Decision, { kind: 'create' | 'update' | 'delete' }>;

/** Lays the refs of both ends side by side. Refs that the policy leaves out do not appear. */
export function compare(source: SourceSnapshot, target: TargetSnapshot, policy: Policy): Comparison {
  const equal: Comparison['equal'][number][] = [];
  const missing: Comparison['missing'][number][] = [];
  const changed: ChangedRef[] = [];
  for (const [ref, { id, peeled }] of source.refs) {
    if (!policy.select(ref)) continue;
    const old = target.refs.get(ref);
    if (old === undefined) missing.push({ ref, new: id });
    else if (old === id) equal.push({ ref, id });
    else changed.push({ ref, old, new: id, newPeeled: peeled });
  }
  const targetOnly = [...target.refs]
    .filter(([ref]) => isInPlay(ref) && policy.select(ref) && !source.refs.has(ref))
    .map(([ref, old]) => ({ ref, old, isSymrefOnSource: source.symrefs.has(ref) }));
  return { equal, missing, changed, targetOnly };
}

/** The refs of which one must know whether the source's default branch holds them. */
export function deletionCandidates(
  comparison: Comparison,
  source: SourceSnapshot,
  policy: Policy,
): Comparison['targetOnly'] {
  if (policy.keepDivergentRefs || policy.prune === 'never' || source.defaultBranch === undefined) return [];
  if (source.clone !== undefined) return [];
  return comparison.targetOnly.filter(({ isSymrefOnSource }) => !isSymrefOnSource);
}

/**
 * Whether the plan needs what only the target's `ls-refs` tells: its default branch and symbolic refs before a
 * deletion, what a tag points to before it is judged, and whether a branch that is to move is a symbolic ref. A
 * symbolic ref always has the object of another ref, so most pushes need not ask.
 */
export function needsTargetDetails(
  comparison: Comparison,
  source: SourceSnapshot,
  target: TargetSnapshot,
  policy: Policy,
): boolean {
  if (deletionCandidates(comparison, source, policy).length > 0) return true;
  if (comparison.changed.length === 0) return false;
  const shared = sharedObjects(target);
  return comparison.changed.some(({ ref, old }) => isTag(ref) || shared.has(old));
}

/** Decides what becomes of every ref in play, in ref name order. */
export function plan(
  source: SourceSnapshot,
  target: TargetSnapshot,
  comparison: Comparison,
  policy: Policy,
  knowledge: Knowledge,
): Decision[] {
  const shared = sharedObjects(target);
  const decisions: Decision[] = [
    ...comparison.equal.map(({ ref, id }): Decision => ({ kind: 'unchanged', ref, id })),
    ...comparison.missing.map((missing): Decision => ({ kind: 'create', ...missing })),
    ...comparison.changed.map((changed) => decideChanged(changed, policy, knowledge)),
    ...comparison.targetOnly.map((only): Decision => {
      const reason = keepReason(only, source, policy, knowledge, shared);
      const { ref, old } = only;
      if (reason !== undefined) return { kind: 'keep', ref, old, reason };
      return { kind: 'delete', ref, old, reason: policy.prune === 'always' ? 'prune-always' : 'merged' };
    }),
  ];
  return withBlocked(decisions, target).sort((one, other) => compareRefNames(one.ref, other.ref));
}

/**
 * The order in which the target is to carry out the changes: the source's default branch first, because an empty host
 * takes the first branch for its default; deletions that free a name before the creations that need it; all other
 * deletions last.
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

/** What the target is to get by changes. */
export function tipsOf(changes: readonly Change[]): ObjectId[] {
  return [...new Set(changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new])))];
}

/** Whether a decision changes the target. */
export function isChange(decision: Decision): decision is Change {
  return decision.kind === 'create' || decision.kind === 'update' || decision.kind === 'delete';
}

function decideChanged({ ref, old, new: id }: ChangedRef, policy: Policy, knowledge: Knowledge): Decision {
  // A push that moves a symbolic ref moves the branch behind it.
  if (knowledge.target?.symrefs.has(ref) === true) return { kind: 'keep', ref, old, reason: 'symref-on-target' };
  if (!policy.keepDivergentRefs) return { kind: 'update', ref, old, new: id };
  const relation = knowledge.relations.get(ref) ?? 'unknown-object';
  if (relation === 'ancestor') return { kind: 'update', ref, old, new: id };
  return { kind: 'diverged', ref, old, new: id, reason: relation };
}

function keepReason(
  { ref, old, isSymrefOnSource }: Comparison['targetOnly'][number],
  source: SourceSnapshot,
  policy: Policy,
  knowledge: Knowledge,
  shared: ReadonlySet<ObjectId>,
): KeepReason | undefined {
  if (isSymrefOnSource) return 'symref-on-source';
  if (policy.keepDivergentRefs) return 'keep-divergent-refs';
  if (policy.prune === 'never') return 'prune-never';
  if (source.defaultBranch === undefined) return 'no-default-branch';
  if (source.clone !== undefined) return 'clone-on-source';
  if (knowledge.target === undefined) return 'not-asked';
  const alias = symrefReason(ref, old, knowledge.target, shared);
  if (alias !== undefined) return alias;
  if (knowledge.target.defaultBranch === ref) return 'default-branch-of-target';
  if (policy.prune === 'always') return undefined;
  const state = knowledge.merges.get(ref) ?? 'not-asked';
  return state === 'merged' ? undefined : state;
}

// A push that deletes a symbolic ref deletes the branch behind it; one that deletes that branch leaves the symbolic ref
// pointing to nothing, which git takes for damage.
function symrefReason(
  ref: string,
  old: ObjectId,
  target: TargetDetails,
  shared: ReadonlySet<ObjectId>,
): 'symref-on-target' | 'behind-symref-on-target' | 'perhaps-symref-on-target' | undefined {
  if (target.symrefs.has(ref)) return 'symref-on-target';
  if ([...target.symrefs.values()].includes(ref)) return 'behind-symref-on-target';
  return !target.tellsSymrefs && shared.has(old) ? 'perhaps-symref-on-target' : undefined;
}

/** The objects that more than one ref of the target has. */
function sharedObjects(target: TargetSnapshot): ReadonlySet<ObjectId> {
  const seen = new Set<ObjectId>();
  const shared = new Set<ObjectId>();
  for (const id of target.refs.values()) (seen.has(id) ? shared : seen).add(id);
  return shared;
}

/** Creations that a ref which stays on the target makes impossible: `a` and `a/b` cannot both exist. */
function withBlocked(decisions: Decision[], target: TargetSnapshot): Decision[] {
  if (!decisions.some(({ kind }) => kind === 'create')) return decisions;
  const leaving = new Set(decisions.filter(({ kind }) => kind === 'delete').map(({ ref }) => ref));
  const staying = new NameTree([...target.refs.keys()].filter((ref) => !leaving.has(ref)));
  return decisions.map((decision) => {
    if (decision.kind !== 'create') return decision;
    const by = staying.conflictWith(decision.ref);
    return by === undefined ? decision : { kind: 'blocked', ref: decision.ref, new: decision.new, by };
  });
}

/** The changes in their order, in groups of which none is larger than one push may be. */
export function batches(changes: readonly Change[], most: number): (readonly Change[])[] {
  const groups: (readonly Change[])[] = [];
  for (let at = 0; at < changes.length; at += most) groups.push(changes.slice(at, at + most));
  return groups;
}

/** Ref names, to be asked for one that cannot exist beside another. */
class NameTree {
  readonly #names: ReadonlySet<string>;
  readonly #folders = new Map<string, string>();

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
    for (const name of names) {
      for (const folder of folders(name)) this.#folders.set(folder, name);
    }
  }

  conflictWith(name: string): string | undefined {
    return this.#folders.get(name) ?? folders(name).find((folder) => this.#names.has(folder));
  }
}

function folders(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
}
