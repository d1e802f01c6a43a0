import type { Listing, Ref } from '../protocol/wire/advertisement.js';
import { headAmong, headOf, type Head } from '../protocol/wire/head.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { BRANCHES, isBranch, isTag, REMOTE_TRACKING } from '../protocol/wire/ref-name.js';

/** One ref of the source. */
export interface SourceRef {
  readonly id: ObjectId;
  /** The object that an annotated tag points to in the end; otherwise the id itself. */
  readonly peeled: ObjectId;
}

/** Refs of the source, as far as a mirror is concerned. */
export interface SourceSnapshot {
  /** Branches and tags by full name, symbolic refs left out. */
  readonly refs: ReadonlyMap<string, SourceRef>;
  /** The symbolic refs among branches and tags, with what they stand for. */
  readonly symrefs: ReadonlyMap<string, string>;
  /** The branch that HEAD stands for, where it exists; `undefined` in an empty repository or with a detached HEAD. */
  readonly defaultBranch: string | undefined;
  /** Set for a folder that is itself a clone: the branches of its origin that are not its own, by short name. */
  readonly clone?: { readonly lacking: readonly string[] };
  /** Branches and tags that exist, but cannot be read, where there are some. */
  readonly broken?: ReadonlySet<string>;
}

/** Refs of the target, as a push is told them: without a word on symbolic refs, peeled tags and HEAD. */
export interface TargetSnapshot {
  /** Every advertised ref by full name, those of other namespaces too. */
  readonly refs: ReadonlyMap<string, ObjectId>;
  /** Branches and tags that exist, but cannot be read, where there are some. */
  readonly broken?: ReadonlySet<string>;
}

/** Details of the target that only its `ls-refs` tells. */
export interface TargetDetails {
  readonly head: Head;
  readonly symrefs: ReadonlyMap<string, string>;
  /** The objects that the annotated tags point to in the end, by ref name. */
  readonly peeled: ReadonlyMap<string, ObjectId>;
  /**
   * False where a server tells HEAD alone, as git does before protocol v2: then any ref that has the same object as another may
   * be a symbolic ref.
   */
  readonly tellsSymrefs: boolean;
  /** The refs for which the symbolic ones stand. */
  readonly behindSymrefs: ReadonlySet<string>;
  /** The objects of the refs as a fetch is told them. */
  readonly ids: ReadonlyMap<string, ObjectId>;
  /** True where it is certain which branch is the default branch, or that no branch is. */
  readonly tellsHead: boolean;
}

/** Reports whether a mirror is about this ref: a branch or a tag. */
export function isInPlay(ref: string): boolean {
  return isBranch(ref) || isTag(ref);
}

/** Makes the snapshot of a source from the refs that it lists. */
export function sourceSnapshot({ refs: listed, broken }: Listing): SourceSnapshot {
  const refs = new Map<string, SourceRef>();
  const symrefs = new Map<string, string>();
  for (const { name, id, peeled, symref } of listed) {
    if (!isInPlay(name)) continue;
    if (symref !== undefined) symrefs.set(name, symref);
    else refs.set(name, { id, peeled: peeled ?? id });
  }
  const head = headOf(listed);
  const defaultBranch = head !== undefined && isBranch(head) && refs.has(head) ? head : undefined;
  const tracking = listed.map(({ name }) => name).filter((name) => name.startsWith(REMOTE_TRACKING));
  const snapshot = { refs, symrefs, defaultBranch, ...brokenInPlay(broken) };
  if (tracking.length === 0) return snapshot;
  const names = tracking.map((name) => name.slice(REMOTE_TRACKING.length).replace(/^[^/]*\//, ''));
  const lacking = names.filter((name) => name !== 'HEAD' && !refs.has(BRANCHES + name));
  return { ...snapshot, clone: { lacking: [...new Set(lacking)] } };
}

/** Makes the snapshot of a target from the refs that it advertises to a push. */
export function targetSnapshot({ refs, broken }: Listing): TargetSnapshot {
  const others = refs.filter(({ name }) => name !== 'HEAD');
  return { refs: new Map(others.map(({ name, id }) => [name, id])), ...brokenInPlay(broken) };
}

function brokenInPlay(names: readonly string[]): { broken?: ReadonlySet<string> } {
  const broken = new Set(names.filter(isInPlay));
  return broken.size === 0 ? {} : { broken };
}

/** Before protocol v2 a server tells the symbolic ref HEAD, and no other; some servers also over protocol v2. */
export type ToldSymrefs = 'of HEAD alone' | 'of all refs';

/** Gathers the details of a target from what it lists to a fetch. */
export function targetDetails(listed: readonly Ref[], told: ToldSymrefs): TargetDetails {
  const symrefs = new Map<string, string>();
  const peeled = new Map<string, ObjectId>();
  const ids = new Map<string, ObjectId>();
  for (const ref of listed) {
    ids.set(ref.name, ref.id);
    if (ref.symref !== undefined && ref.name !== 'HEAD') symrefs.set(ref.name, ref.symref);
    if (ref.peeled !== undefined) peeled.set(ref.name, ref.peeled);
  }
  // Who tells one tells them all.
  const tellsSymrefs = told === 'of all refs' || symrefs.size > 0;
  const head = headAmong(listed);
  // HEAD has the object of the branch that it names. One that is not listed may name none, or be kept back.
  const tellsHead = head.kind === 'branch' && ids.has(head.branch) && ids.get(head.branch) === ids.get('HEAD');
  return { head, symrefs, peeled, tellsSymrefs, behindSymrefs: new Set(symrefs.values()), ids, tellsHead };
}
