import type { ObjectId } from './object-format.js';
import type { PackedObject } from './pack.js';

/** Kinds of entries in a tree. A file is one that is checked out as such, whatever its permissions. */
export type EntryKind = 'folder' | 'file' | 'link' | 'submodule';

/** An entry of a tree (gitformat-tree). */
export interface TreeEntry {
  readonly kind: EntryKind;
  readonly name: string;
  readonly id: ObjectId;
}

/**
 * An object that Git does not write, but takes: what it names cannot be told for certain. Whoever reads it must not go on
 * as if it named nothing.
 */
export class UnclearObject extends Error {}

/**
 * Reads the entries of a tree, submodules too.
 *
 * @param idLength bytes of an id
 * @throws {UnclearObject} for a tree that is cut, or has a mode that programs take for different things
 */
export function* entriesOf(tree: Buffer, idLength: number): Generator<TreeEntry, void, undefined> {
  for (let at = 0; at < tree.length;) {
    const space = tree.indexOf(0x20, at);
    const end = tree.indexOf(0, space + 1);
    if (space < 0 || end <= space + 1 || end + 1 + idLength > tree.length) throw new UnclearObject('a tree is cut');
    const kind = kindOf(tree, at, space);
    const id = tree.toString('hex', end + 1, end + 1 + idLength);
    yield { kind, name: tree.toString('utf8', space + 1, end), id };
    at = end + 1 + idLength;
  }
}

/** The bits of a mode that tell the type of a file (stat(2)), as git tests them (tree-walk.c, `get_mode`, `canon_mode`). */
const TYPE_BITS = 0o170000;
const KINDS: ReadonlyMap<number, EntryKind> = new Map([
  [0o040000, 'folder'],
  [0o100000, 'file'],
  [0o120000, 'link'],
  [0o160000, 'submodule'],
]);
const LARGEST_MODE = 0o177777;

/** Reads a mode as a number: zeros before it, and other permissions than git writes, do not count. */
function kindOf(tree: Buffer, from: number, to: number): EntryKind {
  let mode = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (tree[at] ?? 0) - 0x30;
    mode = mode * 8 + digit;
    if (digit < 0 || digit > 7 || mode > LARGEST_MODE) throw new UnclearObject('a tree has a mode that is no mode');
  }
  const kind = KINDS.get(mode & TYPE_BITS);
  if (kind === undefined) throw new UnclearObject('a tree has a mode of an unknown type');
  return kind;
}

/** The names of other objects in a commit. */
export interface CommitLinks {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
}

/**
 * Reads the links of a commit as git does (commit.c, `parse_commit_buffer`): the first line names the tree, those behind
 * it the parents, in either case of the digits. Lines of these names further down mean nothing.
 *
 * @returns `undefined` for a commit that git does not take for one
 */
export function commitLinks(commit: Buffer): CommitLinks | undefined {
  const digits = digitsAt(commit, TREE);
  const tree = digits === 0 ? undefined : idAt(commit, TREE, 0, digits);
  if (tree === undefined) return undefined;
  const parents: ObjectId[] = [];
  let at = TREE.length + digits + 1;
  for (; startsWith(commit, PARENT, at); at += PARENT.length + digits + 1) {
    const parent = idAt(commit, PARENT, at, digits);
    if (parent === undefined) return undefined;
    parents.push(parent);
  }
  return { tree, parents };
}

/** The object that a tag names, and its type as the tag has it. */
export interface TagLink {
  readonly target: ObjectId;
  readonly type: string;
}

/** Reads the link of a tag as git does (tag.c, `parse_tag_buffer`); `undefined` for a tag that git does not take for one. */
export function tagLink(tag: Buffer): TagLink | undefined {
  const digits = digitsAt(tag, OBJECT);
  const target = digits === 0 ? undefined : idAt(tag, OBJECT, 0, digits);
  const from = OBJECT.length + digits + 1;
  const type = /^type ([a-z]{1,20})\n/.exec(tag.toString('latin1', from, from + LONGEST_TYPE_LINE))?.[1];
  return target === undefined || type === undefined ? undefined : { target, type };
}

const TREE = Buffer.from('tree ');
const PARENT = Buffer.from('parent ');
const OBJECT = Buffer.from('object ');
const LONGEST_TYPE_LINE = 32;

function startsWith(content: Buffer, word: Buffer, at: number): boolean {
  return content.length >= at + word.length && content.compare(word, 0, word.length, at, at + word.length) === 0;
}

/** The number of digits of the id in the first line, 40 or 64; 0 where it begins with another word. */
function digitsAt(content: Buffer, word: Buffer): number {
  if (!startsWith(content, word, 0)) return 0;
  const digits = content.indexOf(0x0a) - word.length;
  return digits === 40 || digits === 64 ? digits : 0;
}

/** The id in the line at a place, which begins with the word; `undefined` for a line of another form. */
function idAt(content: Buffer, word: Buffer, at: number, digits: number): ObjectId | undefined {
  const from = at + word.length;
  if (content[from + digits] !== 0x0a) return undefined;
  const id = content.toString('latin1', from, from + digits).toLowerCase();
  return /^[0-9a-f]+$/.test(id) ? id : undefined;
}

/** The root tree of a commit; `undefined` as for {@link commitLinks}. */
export function treeOf(commit: Buffer): ObjectId | undefined {
  return commitLinks(commit)?.tree;
}

/** The parents of a commit. */
export function parentsOf(commit: Buffer): readonly ObjectId[] {
  return commitLinks(commit)?.parents ?? [];
}

/** The time at which a commit was made, in seconds since 1970 by the clock of whoever made it. */
export function committedAt(commit: Buffer): number | undefined {
  const at = commit.indexOf('\ncommitter ');
  // The header ends at the first empty line; a message may hold anything.
  const end = commit.indexOf('\n\n');
  if (at < 0 || (end >= 0 && at > end)) return undefined;
  const stop = commit.indexOf(0x0a, at + 1);
  const line = commit.subarray(at, stop < 0 ? commit.length : stop);
  const time = / (\d{1,12}) [+-]\d{4}$/.exec(line.toString('latin1', Math.max(0, line.length - 24)))?.[1];
  return time === undefined ? undefined : Number(time);
}

/** The object that a tag points to. */
export function targetOf(tag: Buffer): ObjectId | undefined {
  return tagLink(tag)?.target;
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
