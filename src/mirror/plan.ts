import type { Policy } from '../options/policy.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { isTag } from '../protocol/wire/ref-name.js';
import {
  isInPlay,
  type SourceRef,
  type SourceSnapshot,
  type TargetDetails,
  type TargetSnapshot,
} from '../repositories/refs.js';
import { inNameOrder } from './name-order.js';
import { NameTree } from './name-tree.js';

/** One ref as both ends have it; an end that lacks the ref has no object for it. */
export interface Pair {
  readonly ref: string;
  /** The target's object. */
  readonly old?: ObjectId;
  readonly new?: SourceRef;
}

/** A ref that the source alone has. */
export type MissingPair = Pair & { readonly new: SourceRef };
/** A ref that both ends have, with different objects. */
export type ChangedPair = Required<Pair>;
/** A ref that the target alone has; its name may be a symbolic ref on the source. */
export type TargetOnlyPair = Pair & { readonly old: ObjectId };

/** Both ends as they were read, laid side by side under a policy. */
export interface Comparison {
  readonly source: SourceSnapshot;
  readonly target: TargetSnapshot;
  readonly policy: Policy;
  readonly equal: readonly ChangedPair[];
  readonly missing: readonly MissingPair[];
  readonly changed: readonly ChangedPair[];
  readonly targetOnly: readonly TargetOnlyPair[];
}

/** Relation of the target's object to the source's. */
export type Relation = 'ancestor' | 'not-ancestor' | 'unknown-object';

/** Relation of a ref that only the target has to the source's default branch. */
export type MergeState = 'merged' | 'not-merged' | 'unknown-object' | 'not-a-commit';

/** Answers that the plan needs beside the two snapshots. */
export interface Knowledge {
  /** By ref, for changed refs; needed under keep-divergent-refs alone. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** By ref, for refs that only the target has; needed where merged ones are pruned. */
  readonly merges: ReadonlyMap<string, MergeState>;
  /** Needed where {@link needsTargetDetails} says so; without it nothing is deleted. */
  readonly target: TargetDetails | undefined;
}

/** Reasons for which a ref on the target is left as it is. */
export type KeepReason =
  | 'keep-divergent-refs'
  | 'prune-never'
  | 'no-default-branch'
  | 'clone-on-source'
  | 'default-branch-of-target'
  | 'symref-on-source'
  | 'broken-on-source'
  | 'symref-on-target'
  | 'behind-symref-on-target'
  | 'perhaps-symref-on-target'
  | 'default-branch-not-told'
  | 'told-differently'
  | 'not-asked'
  | Exclude<MergeState, 'merged'>;

/** Reasons for which a ref is deleted. */
export type DeleteReason = 'merged' | 'prune-always';

/** Reasons for which a ref counts as diverged. */
export type DivergeReason = Exclude<Relation, 'ancestor'>;

/** Reasons for which a ref of the source cannot come to the target. */
export type BlockReason = 'name-conflict' | 'broken-on-target' | 'symref-on-target' | 'not-told';

/** Decision of the plan on one ref. */
export type Decision =
  | { readonly kind: 'unchanged'; readonly ref: string; readonly id: ObjectId }
  | { readonly kind: 'create'; readonly ref: string; readonly new: ObjectId }
  | { readonly kind: 'update'; readonly ref: string; readonly old: ObjectId; readonly new: ObjectId }
  | { readonly kind: 'delete'; readonly ref: string; readonly old: ObjectId; readonly reason: DeleteReason }
  | {
      readonly kind: 'diverged';
      readonly ref: string;
      readonly old: ObjectId;
      readonly new: ObjectId;
      readonly reason: DivergeReason;
    }
  | { readonly kind: 'keep'; readonly ref: string; readonly old: ObjectId; readonly reason: KeepReason }
  /** A ref that stays on the target, or a broken one of the same name there, makes the creation impossible. */
  | {
      readonly kind: 'blocked';
      readonly ref: string;
      readonly new: ObjectId;
      readonly reason: 'name-conflict' | 'broken-on-target';
      readonly by: string;
    }
  /**
   * The name is a symbolic ref on the target, and a push would move the other ref for which it stands; or the source does
   * not tell whether a push would overwrite something.
   */
  | {
      readonly kind: 'blocked';
      readonly ref: string;
      readonly old: ObjectId;
      readonly new: ObjectId;
      readonly reason: 'symref-on-target' | 'not-told';
      readonly by: string;
    };

/** A decision that changes the target. */
export type Change = Extract<Decision, { kind: 'create' | 'update' | 'delete' }>;

/** Lays the refs of both ends side by side. Refs that the policy leaves out do not appear. */
export function compare(source: SourceSnapshot, target: TargetSnapshot, policy: Policy): Comparison {
  const equal: ChangedPair[] = [];
  const missing: MissingPair[] = [];
  const changed: ChangedPair[] = [];
  for (const [ref, wanted] of source.refs) {
    if (!policy.select(ref)) continue;
    const old = target.refs.get(ref);
    if (old === undefined) missing.push({ ref, new: wanted });
    else (old === wanted.id ? equal : changed).push({ ref, old, new: wanted });
  }
  const targetOnly = [...target.refs]
    .filter(([ref]) => isInPlay(ref) && policy.select(ref) && !source.refs.has(ref))
    .map(([ref, old]) => ({ ref, old }));
  return { source, target, policy, equal, missing, changed, targetOnly };
}

/** The refs that may be deleted, depending on whether the source's default branch holds them. */
export function deletionCandidates({ source, policy, targetOnly }: Comparison): readonly TargetOnlyPair[] {
  if (policy.keepDivergentRefs || policy.prune === 'never' || source.defaultBranch === undefined) return [];
  if (source.clone !== undefined) return [];
  return targetOnly.filter(({ ref }) => !source.symrefs.has(ref) && source.broken?.has(ref) !== true);
}

/**
 * Reports whether the plan needs what only the target's `ls-refs` tells: its default branch and symbolic refs before a
 * deletion, what a tag points to before it is judged, and whether a branch that is to move is a symbolic ref. A
 * symbolic ref always has the object of another ref, so most pushes need not ask.
 */
export function needsTargetDetails(comparison: Comparison): boolean {
  if (deletionCandidates(comparison).length > 0) return true;
  if (comparison.changed.length === 0) return false;
  const shared = sharedObjects(comparison.target);
  return comparison.changed.some(({ ref, old }) => isTag(ref) || shared.has(old));
}

/** Decides on every ref in play, in ref name order. */
export function plan(comparison: Comparison, knowledge: Knowledge): Decision[] {
  const { equal, missing, changed, targetOnly, target, policy } = comparison;
  const shared = sharedObjects(target);
  const decisions: Decision[] = [
    ...equal.map(({ ref, old }): Decision => ({ kind: 'unchanged', ref, id: old })),
    ...missing.map(({ ref, new: { id } }): Decision => ({ kind: 'create', ref, new: id })),
    ...changed.map((pair) => decideChanged(pair, policy, knowledge)),
    ...targetOnly.map((pair): Decision => {
      const reason = keepReason(pair, comparison, knowledge, shared);
      const { ref, old } = pair;
      if (reason !== undefined) return { kind: 'keep', ref, old, reason };
      return { kind: 'delete', ref, old, reason: policy.prune === 'always' ? 'prune-always' : 'merged' };
    }),
  ];
  return inNameOrder(withBlocked(decisions, target));
}

/** Every change that may come of a comparison when diverged refs are overwritten. */
export function possibleChanges({ target, missing, changed, targetOnly }: Comparison): Change[] {
  const creatable = missing.filter(({ ref }) => target.broken?.has(ref) !== true);
  return [
    ...creatable.map(({ ref, new: { id } }): Change => ({ kind: 'create', ref, new: id })),
    ...changed.map(({ ref, old, new: { id } }): Change => ({ kind: 'update', ref, old, new: id })),
    ...targetOnly.map(({ ref, old }): Change => ({ kind: 'delete', ref, old, reason: 'merged' })),
  ];
}

/** The objects that the target's refs are to have after the changes. */
export function tipsOf(changes: readonly Change[]): ObjectId[] {
  return [...new Set(changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new])))];
}

export function isChange(decision: Decision): decision is Change {
  return decision.kind === 'create' || decision.kind === 'update' || decision.kind === 'delete';
}

function decideChanged({ ref, old, new: { id } }: ChangedPair, policy: Policy, knowledge: Knowledge): Decision {
  const by = knowledge.target?.symrefs.get(ref);
  if (by !== undefined) return { kind: 'blocked', ref, old, new: id, reason: 'symref-on-target', by };
  if (!policy.keepDivergentRefs) return { kind: 'update', ref, old, new: id };
  const relation = knowledge.relations.get(ref);
  if (relation === undefined) return { kind: 'blocked', ref, old, new: id, reason: 'not-told', by: ref };
  if (relation === 'ancestor') return { kind: 'update', ref, old, new: id };
  return { kind: 'diverged', ref, old, new: id, reason: relation };
}

function keepReason(
  { ref, old }: TargetOnlyPair,
  { source, policy }: Comparison,
  knowledge: Knowledge,
  shared: ReadonlySet<ObjectId>,
): KeepReason | undefined {
  if (source.symrefs.has(ref)) return 'symref-on-source';
  if (source.broken?.has(ref) === true) return 'broken-on-source';
  if (policy.keepDivergentRefs) return 'keep-divergent-refs';
  if (policy.prune === 'never') return 'prune-never';
  if (source.defaultBranch === undefined) return 'no-default-branch';
  if (source.clone !== undefined) return 'clone-on-source';
  if (knowledge.target === undefined) return 'not-asked';
  const uncertain = uncertainReason({ ref, old }, knowledge.target, shared);
  if (uncertain !== undefined) return uncertain;
  const state = policy.prune === 'always' ? 'merged' : (knowledge.merges.get(ref) ?? 'not-asked');
  if (state !== 'merged') return state;
  return isNamedBy(knowledge.target, ref) ? 'default-branch-of-target' : undefined;
}

function isNamedBy({ head }: TargetDetails, ref: string): boolean {
  return head.kind === 'branch' && head.branch === ref;
}

/** The reason for which it is not certain what a deletion would delete. */
function uncertainReason(
  pair: TargetOnlyPair,
  target: TargetDetails,
  shared: ReadonlySet<ObjectId>,
): KeepReason | undefined {
  if (!target.tellsHead) return 'default-branch-not-told';
  if (target.ids.get(pair.ref) !== pair.old) return 'told-differently';
  return symrefReason(pair, target, shared);
}

// A push that deletes a symbolic ref deletes the branch behind it; one that deletes that branch leaves the symbolic ref
// pointing to nothing, which git takes for damage.
function symrefReason(
  { ref, old }: TargetOnlyPair,
  target: TargetDetails,
  shared: ReadonlySet<ObjectId>,
): 'symref-on-target' | 'behind-symref-on-target' | 'perhaps-symref-on-target' | undefined {
  if (target.symrefs.has(ref)) return 'symref-on-target';
  if (target.behindSymrefs.has(ref)) return 'behind-symref-on-target';
  return !target.tellsSymrefs && shared.has(old) ? 'perhaps-symref-on-target' : undefined;
}

/** The objects that more than one ref of the target has. */
function sharedObjects(target: TargetSnapshot): ReadonlySet<ObjectId> {
  const seen = new Set<ObjectId>();
  const shared = new Set<ObjectId>();
  for (const id of target.refs.values()) (seen.has(id) ? shared : seen).add(id);
  return shared;
}

/** Blocks the creations that a ref which stays on the target makes impossible: `a` and `a/b` cannot both exist. */
function withBlocked(decisions: Decision[], target: TargetSnapshot): Decision[] {
  if (!decisions.some(({ kind }) => kind === 'create')) return decisions;
  const leaving = new Set(decisions.filter(({ kind }) => kind === 'delete').map(({ ref }) => ref));
  const broken = target.broken ?? new Set<string>();
  const staying = new NameTree([...target.refs.keys(), ...broken].filter((ref) => !leaving.has(ref)));
  return decisions.map((decision) => {
    if (decision.kind !== 'create') return decision;
    const { ref, new: id } = decision;
    if (broken.has(ref)) return { kind: 'blocked', ref, new: id, reason: 'broken-on-target', by: ref };
    const by = staying.conflictWith(ref);
    return by === undefined ? decision : { kind: 'blocked', ref, new: id, reason: 'name-conflict', by };
  });
}
