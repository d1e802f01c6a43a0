import type { ObjectId } from '../protocol/object-format.js';
import { type SourceSnapshot, type TargetDetails, type TargetSnapshot } from './refs.js';
import type { Selection } from './selection.js';
/** Which refs that only the target has are deleted. */
export type Prune = 'merged' | 'never' | 'always';
/** What the user wants of the mirror. */
export interface Policy {
    readonly select: Selection;
    readonly keepDivergentRefs: boolean;
    readonly prune: Prune;
}
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
    readonly equal: readonly {
        readonly ref: string;
        readonly id: ObjectId;
    }[];
    readonly missing: readonly {
        readonly ref: string;
        readonly new: ObjectId;
    }[];
    readonly changed: readonly ChangedRef[];
    /** Refs that the target alone has; also those whose name is a symbolic ref on the source. */
    readonly targetOnly: readonly {
        readonly ref: string;
        readonly old: ObjectId;
        readonly isSymrefOnSource: boolean;
    }[];
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
export type KeepReason = 'keep-divergent-refs' | 'prune-never' | 'no-default-branch' | 'default-branch-of-target' | 'symref-on-source' | 'symref-on-target' | 'behind-symref-on-target' | 'perhaps-symref-on-target' | 'not-asked' | Exclude<MergeState, 'merged'>;
/** What is to become of one ref. */
export type Decision = {
    readonly kind: 'unchanged';
    readonly ref: string;
    readonly id: ObjectId;
} | {
    readonly kind: 'create';
    readonly ref: string;
    readonly new: ObjectId;
} | {
    readonly kind: 'update';
    readonly ref: string;
    readonly old: ObjectId;
    readonly new: ObjectId;
} | {
    readonly kind: 'delete';
    readonly ref: string;
    readonly old: ObjectId;
    readonly reason: 'merged' | 'prune-always';
} | {
    readonly kind: 'diverged';
    readonly ref: string;
    readonly old: ObjectId;
    readonly new: ObjectId;
    readonly reason: Exclude<Relation, 'ancestor'>;
} | {
    readonly kind: 'keep';
    readonly ref: string;
    readonly old: ObjectId;
    readonly reason: KeepReason;
} | {
    readonly kind: 'blocked';
    readonly ref: string;
    readonly new: ObjectId;
    readonly by: string;
};
/** The decisions that change the target. */
export type Change = Extract<Decision, {
    kind: 'create' | 'update' | 'delete';
}>;
/** Lays the refs of both ends side by side. Refs that the policy leaves out do not appear. */
export declare function compare(source: SourceSnapshot, target: TargetSnapshot, policy: Policy): Comparison;
/** The refs of which one must know whether the source's default branch holds them. */
export declare function deletionCandidates(comparison: Comparison, source: SourceSnapshot, policy: Policy): Comparison['targetOnly'];
/**
 * Whether the plan needs what only the target's `ls-refs` tells: its default branch and symbolic refs before a
 * deletion, what a tag points to before it is judged, and whether a branch that is to move is a symbolic ref. A
 * symbolic ref always has the object of another ref, so most pushes need not ask.
 */
export declare function needsTargetDetails(comparison: Comparison, source: SourceSnapshot, target: TargetSnapshot, policy: Policy): boolean;
/** Decides what becomes of every ref in play, in ref name order. */
export declare function plan(source: SourceSnapshot, target: TargetSnapshot, comparison: Comparison, policy: Policy, knowledge: Knowledge): Decision[];
/**
 * The order in which the target is to carry out the changes: the source's default branch first, because an empty host
 * takes the first branch for its default; deletions that free a name before the creations that need it; all other
 * deletions last.
 */
export declare function inPushOrder(changes: readonly Change[], defaultBranch: string | undefined): Change[];
/** The refs whose deletion frees a name that a creation needs. */
export declare function freeingDeletions(changes: readonly Change[]): ReadonlySet<string>;
/** What the target is to get by changes. */
export declare function tipsOf(changes: readonly Change[]): ObjectId[];
/** Whether a decision changes the target. */
export declare function isChange(decision: Decision): decision is Change;
/** The changes in their order, in groups of which none is larger than one push may be. */
export declare function batches(changes: readonly Change[], most: number): (readonly Change[])[];
