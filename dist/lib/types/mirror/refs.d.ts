import type { Ref } from '../protocol/advertisement.js';
import type { ObjectId } from '../protocol/object-format.js';
/** The refs that a mirror is about; every other namespace is left alone on both sides. */
export declare const BRANCHES = "refs/heads/";
export declare const TAGS = "refs/tags/";
/** One ref of the source. */
export interface SourceRef {
    readonly id: ObjectId;
    /** What an annotated tag points to in the end; otherwise the id itself. */
    readonly peeled: ObjectId;
}
/** What the source holds, as far as a mirror is concerned. */
export interface SourceSnapshot {
    /** Branches and tags by full name, symbolic refs left out. */
    readonly refs: ReadonlyMap<string, SourceRef>;
    /** The symbolic refs among branches and tags, with what they stand for. */
    readonly symrefs: ReadonlyMap<string, string>;
    /** The branch that HEAD stands for, where it exists; none in an empty repository or with a detached HEAD. */
    readonly defaultBranch: string | undefined;
}
/** What the target holds, as a push is told it: without a word on symbolic refs, peeled tags and HEAD. */
export interface TargetSnapshot {
    /** Every advertised ref by full name, those of other namespaces too. */
    readonly refs: ReadonlyMap<string, ObjectId>;
}
/** What only the target's `ls-refs` tells. */
export interface TargetDetails {
    readonly defaultBranch: string | undefined;
    readonly symrefs: ReadonlyMap<string, string>;
    /** What the annotated tags point to in the end, by ref name. */
    readonly peeled: ReadonlyMap<string, ObjectId>;
    /**
     * Whether the target tells symbolic refs at all. Before protocol v2 it tells HEAD alone: then any ref that has the
     * same object as another may be a symbolic one.
     */
    readonly tellsSymrefs: boolean;
}
/** Whether a mirror is about this ref. */
export declare function isInPlay(ref: string): boolean;
export declare function isBranch(ref: string): boolean;
export declare function isTag(ref: string): boolean;
/** A ref's name as users know it: `main` for `refs/heads/main`. */
export declare function shortName(ref: string): string;
/** The snapshot of a source from what it lists. */
export declare function sourceSnapshot(listed: readonly Ref[]): SourceSnapshot;
/** The snapshot of a target from what it advertises to a push. */
export declare function targetSnapshot(advertised: readonly Ref[]): TargetSnapshot;
/** The details of a target from what it lists to a fetch. */
export declare function targetDetails(listed: readonly Ref[], tellsSymrefs: boolean): TargetDetails;
/** Ref name order: that of the names' bytes, as `git for-each-ref` has it. */
export declare function compareRefNames(one: string, other: string): number;
