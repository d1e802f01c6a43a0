import type { ObjectId } from './object-format.js';
import type { PackedObject } from './pack.js';

/** An entry of a tree (gitformat-tree). */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: ObjectId;
}

/** The mode of a folder in a tree. */
export const TREE_MODE = '40000';
/** The mode of a submodule; its commit is in another repository. */
const SUBMODULE_MODE = '160000';

/**
 * Reads the entries of a tree but for submodules; those of a damaged tree as far as they can be read.
 *
 * @param idLength bytes of an id
 */
export function* entriesOf(tree: Buffer, idLength: number): Generator<TreeEntry, void, undefined> {
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0, space + 1);
    if (space < 0 || end < 0 || end + 1 + idLength > tree.length) return;
    const mode = tree.toString('latin1', at, space);
    const id = tree.toString('hex', end + 1, end + 1 + idLength);
    if (mode !== SUBMODULE_MODE) yield { mode, name: tree.toString('utf8', space + 1, end), id };
    at = end + 1 + idLength;
  }
}

/** The root tree of a commit (gitformat-commit). */
export function treeOf(commit: Buffer): ObjectId | undefined {
  return /^tree ([0-9a-f]+)$/m.exec(headerOf(commit))?.[1];
}

/** The parents of a commit. */
export function parentsOf(commit: Buffer): ObjectId[] {
  return Array.from(headerOf(commit).matchAll(/^parent ([0-9a-f]+)$/gm), ([, id]) => id ?? '');
}

/** The time at which a commit was made, in seconds since 1970 by the clock of whoever made it. */
export function committedAt(commit: Buffer): number | undefined {
  const time = /^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(headerOf(commit))?.[1];
  return time === undefined ? undefined : Number(time);
}

/** The object that a tag points to. */
export function targetOf(tag: Buffer): ObjectId | undefined {
  return /^object ([0-9a-f]+)$/m.exec(headerOf(tag))?.[1];
}

/** The type of the object that a tag points to, as the tag has it. */
export function taggedType(tag: Buffer): string | undefined {
  return /^type ([a-z]+)$/m.exec(headerOf(tag))?.[1];
}

/** Follows annotated tags to what they stand for in the end, as far as the objects are there. */
export function peel(id: ObjectId, objects: ReadonlyMap<ObjectId, PackedObject>): ObjectId {
  const seen = new Set<ObjectId>();
  for (let at = id; ;) {
    const object = objects.get(at);
    const next = object?.type === 'tag' && !seen.has(at) ? targetOf(object.content) : undefined;
    if (next === undefined) return at;
    seen.add(at);
    at = next;
  }
}

// The header ends at the first empty line; a message may hold anything.
function headerOf(content: Buffer): string {
  const end = content.indexOf('\n\n');
  return content.toString('latin1', 0, end < 0 ? content.length : end);
}
