import type { Ref } from '../protocol/wire/advertisement.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { BRANCHES, isBranch, isTag, REMOTE_TRACKING } from '../protocol/wire/ref-name.js';

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
  /** Where it is a folder that is itself a clone: the branches of its origin that are not its own, by short name. */
  readonly clone?: { readonly lacking: readonly string[] };
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
export function isInPlay(ref: string): boolean {
  return isBranch(ref) || isTag(ref);
}

/** The snapshot of a source from what it lists. */
export function sourceSnapshot(listed: readonly Ref[]): SourceSnapshot {
  const refs = new Map<string, SourceRef>();
  const symrefs = new Map<string, string>();
  for (const { name, id, peeled, symref } of listed) {
    if (!isInPlay(name)) continue;
    if (symref !== undefined) symrefs.set(name, symref);
    else refs.set(name, { id, peeled: peeled ?? id });
  }
  const head = listed.find(({ name }) => name === 'HEAD')?.symref;
  const defaultBranch = head !== undefined && isBranch(head) && refs.has(head) ? head : undefined;
  const tracking = listed.map(({ name }) => name).filter((name) => name.startsWith(REMOTE_TRACKING));
  if (tracking.length === 0) return { refs, symrefs, defaultBranch };
  const names = tracking.map((name) => name.slice(REMOTE_TRACKING.length).replace(/^[^/]*\//, ''));
  const lacking = names.filter((name) => name !== 'HEAD' && !refs.has(BRANCHES + name));
  return { refs, symrefs, defaultBranch, clone: { lacking: [...new Set(lacking)] } };
}

/** The snapshot of a target from what it advertises to a push. */
export function targetSnapshot(advertised: readonly Ref[]): TargetSnapshot {
  return { refs: new Map(advertised.filter(({ name }) => name !== 'HEAD').map(({ name, id }) => [name, id])) };
}

/** The details of a target from what it lists to a fetch. */
export function targetDetails(listed: readonly Ref[], tellsSymrefs: boolean): TargetDetails {
  const symrefs = new Map<string, string>();
  const peeled = new Map<string, ObjectId>();
  for (const ref of listed) {
    if (ref.symref !== undefined && ref.name !== 'HEAD') symrefs.set(ref.name, ref.symref);
    if (ref.peeled !== undefined) peeled.set(ref.name, ref.peeled);
  }
  return { defaultBranch: listed.find(({ name }) => name === 'HEAD')?.symref, symrefs, peeled, tellsSymrefs };
}
