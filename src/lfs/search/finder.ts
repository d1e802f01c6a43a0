import { idBytes, type ObjectFormat, type ObjectId } from '../../protocol/wire/object-format.js';
import { commitLinks, entriesOf, tagLink, UnclearObject, type TreeEntry } from '../../protocol/wire/objects.js';
import type { PackedObject } from '../../protocol/wire/pack.js';
import type { SlicedWork } from '../../protocol/turns.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { parsePointer, type Pointer } from '../wire/pointer.js';

/** A pointer with its place in the repository. */
export interface FoundPointer extends Pointer {
  /** Path of the file; bytes that are no UTF-8 are shown as they can be. */
  readonly path: string;
  /** Other sizes that further pointers name for the same object: at most one of them all is right. */
  readonly otherSizes?: ReadonlySet<number>;
}

/**
 * Adds a pointer to those that were found, by oid: the first one counts, later ones only add their sizes. A pointer of
 * size 0 is left out: Git LFS makes an empty file of it without an object.
 *
 * @param path makes the path, if the pointer is kept
 * @throws {TooManyPointers}
 */
export function addPointer(found: Map<string, FoundPointer>, { oid, size }: Pointer, path: () => string): void {
  if (size === 0) return;
  const first = found.get(oid);
  if (first !== undefined) {
    const { otherSizes = new Set() } = first;
    if (first.size === size || otherSizes.has(size) || otherSizes.size >= LFS_LIMITS.pointerSizes.value) return;
    found.set(oid, { ...first, otherSizes: new Set([...otherSizes, size]) });
    return;
  }
  if (found.size >= LFS_LIMITS.pointers.value) throw new TooManyPointers();
  found.set(oid, { oid, size, path: path() });
}

/** More Git LFS objects than a run can keep in mind. */
export class TooManyPointers extends Error {}

/** Objects as they came in a pack: commits, tags, trees and small blobs of what changed. */
export type ChangedObjects = ReadonlyMap<ObjectId, PackedObject>;

/** A folder or file with the folder that it is in: no path is made before one is to be shown. */
interface Place {
  readonly name: string;
  readonly folder: Place | undefined;
}

/** A tree that is to be gone through. */
interface OpenTree {
  readonly id: ObjectId;
  readonly place: Place | undefined;
}

/**
 * Finds the pointers in what changed: by the commits of its tips, their trees, and the blobs in those. All that can be
 * long is done in slices.
 */
export class PointerFinder {
  readonly #objects: ChangedObjects;
  readonly #idLength: number;
  readonly #isWhole: boolean;

  /** @param isWhole the objects hold all that the tips lead to, but for larger files: what is not there, is hidden */
  constructor(objects: ChangedObjects, format: ObjectFormat, isWhole = false) {
    this.#objects = objects;
    this.#idLength = idBytes(format);
    this.#isWhole = isWhole;
  }

  /**
   * Finds every pointer that the tips bring along, by oid.
   *
   * @throws {UnclearObject} where an object does not tell for certain what it leads to, or is hidden
   * @throws {TooManyPointers}
   */
  *all(tips: readonly ObjectId[]): SlicedWork<Map<string, FoundPointer>> {
    const found = new Map<string, FoundPointer>();
    const seen = new Set<ObjectId>();
    for (const root of this.#treesOf(tips)) {
      const open: OpenTree[] = [{ id: root, place: undefined }];
      for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
        if (seen.has(tree.id)) continue;
        seen.add(tree.id);
        for (const { kind, name, id } of this.#entries(tree.id)) {
          yield;
          const place = { name, folder: tree.place };
          if (kind === 'folder') open.push({ id, place });
          if (kind === 'folder' || kind === 'submodule' || seen.has(id)) continue;
          seen.add(id);
          const pointer = this.#pointer(id);
          if (pointer !== undefined) addPointer(found, pointer, () => pathOf(place));
        }
      }
    }
    return found;
  }

  /**
   * Finds the files of a name in all folders of the commits that came: contents, or ids of files that did not come.
   *
   * @throws {UnclearObject} as {@link all}
   */
  *named(name: string, tips: readonly ObjectId[]): SlicedWork<{ contents: Buffer[]; elsewhere: ObjectId[] }> {
    const ids = new Set<ObjectId>();
    const trees = new Set<ObjectId>();
    for (const root of this.#treesOf(tips)) trees.add(root);
    // A set that grows while it is iterated gives the new elements, too.
    for (const tree of trees) {
      for (const entry of this.#entries(tree)) {
        yield;
        if (entry.kind === 'folder') trees.add(entry.id);
        else if (entry.name === name) ids.add(entry.id);
      }
    }
    const files = [...ids];
    return {
      contents: files.flatMap((id) => this.#objects.get(id)?.content ?? []),
      elsewhere: files.filter((id) => !this.#objects.has(id)),
    };
  }

  /** Finds the first of these objects that each tip brings along. */
  *holding(tips: readonly ObjectId[], oids: ReadonlySet<string>): SlicedWork<Map<ObjectId, FoundPointer>> {
    const inTree = new Map<ObjectId, FoundPointer | undefined>();
    const history = new PointerHistory();
    for (const { id, tree, next } of this.#reachable(tips)) {
      const own = tree === undefined ? undefined : yield* this.#firstIn(tree, oids, inTree);
      history.add(id, next, own);
    }
    return history.holding(tips);
  }

  /** The root trees that are reachable from the tips. */
  *#treesOf(tips: readonly ObjectId[]): Generator<ObjectId, void, undefined> {
    for (const { tree } of this.#reachable(tips)) if (tree !== undefined) yield tree;
  }

  /** The commits and tags that are reachable from the tips, and the trees that are tips themselves. */
  *#reachable(tips: readonly ObjectId[]): Generator<Links & { readonly id: ObjectId }, void, undefined> {
    // A set that grows while it is iterated gives the new elements, too.
    const seen = new Set<ObjectId>(tips);
    for (const id of seen) {
      const object = this.#objects.get(id);
      if (object === undefined && this.#isWhole) throw new UnclearObject(`${id} is not in the answer`);
      if (object?.type === 'tree') yield { id, tree: id, next: [] };
      if (object?.type !== 'commit' && object?.type !== 'tag') continue;
      const links = linksOf(object);
      yield { id, ...links };
      for (const one of links.next) seen.add(one);
    }
  }

  /**
   * Finds the first of the objects below a tree, whose path is that from there. A tree below it is asked about once, and
   * before it: the folders on the way are kept in a list, since there may be more of them than calls in each other.
   */
  *#firstIn(
    root: ObjectId,
    oids: ReadonlySet<string>,
    known: Map<ObjectId, FoundPointer | undefined>,
  ): SlicedWork<FoundPointer | undefined> {
    const way: Descent[] = known.has(root) ? [] : [{ id: root, entries: this.#entries(root) }];
    for (let tree = way.at(-1); tree !== undefined; tree = way.at(-1)) {
      // What leads back to itself, which no hash does, holds nothing more.
      if (!known.has(tree.id)) known.set(tree.id, undefined);
      const next = tree.entries.next();
      yield;
      if (next.done === true) {
        way.pop();
        continue;
      }
      const { kind, name, id } = next.value;
      if (kind === 'folder' && !known.has(id)) {
        way.push({ id, entries: this.#entries(id), above: name });
        continue;
      }
      const pointer = kind === 'folder' ? known.get(id) : this.#placed(next.value);
      if (pointer === undefined || !oids.has(pointer.oid)) continue;
      noteHolders(way, kind === 'folder' ? { ...pointer, path: shown(`${name}/${pointer.path}`) } : pointer, known);
    }
    return known.get(root);
  }

  #placed({ kind, name, id }: TreeEntry): FoundPointer | undefined {
    const pointer = kind === 'submodule' ? undefined : this.#pointer(id);
    return pointer && { ...pointer, path: shown(name) };
  }

  #entries(tree: ObjectId): Iterator<TreeEntry, void, undefined> & Iterable<TreeEntry> {
    const object = this.#objects.get(tree);
    if (object === undefined && this.#isWhole) throw new UnclearObject(`${tree} is not in the answer`);
    return object?.type === 'tree' ? entriesOf(object.content, this.#idLength) : [].values();
  }

  #pointer(blob: ObjectId): Pointer | undefined {
    const object = this.#objects.get(blob);
    return object?.type === 'blob' ? parsePointer(object.content) : undefined;
  }
}

/** A tree whose entries are being gone through, and its name in the one above. */
interface Descent {
  readonly id: ObjectId;
  readonly entries: Iterator<TreeEntry, void, undefined>;
  readonly above?: string;
}

/** Gives all folders on a way the pointer that was found in the last one, each with its own part of the path. */
function noteHolders(way: Descent[], found: FoundPointer, known: Map<ObjectId, FoundPointer | undefined>): void {
  let { path } = found;
  for (let holder = way.pop(); holder !== undefined; holder = way.pop()) {
    known.set(holder.id, { ...found, path });
    path = shown(`${holder.above ?? ''}/${path}`);
  }
}

function pathOf(place: Place): string {
  let path = shown(place.name);
  for (let at = place.folder; at !== undefined && path.length < LONGEST_PATH; at = at.folder) {
    path = shown(`${at.name}/${path}`);
  }
  return path;
}

/** The end of a path, which is all that is kept of one that is too long to be shown. */
export function shown(path: string): string {
  return path.length > LONGEST_PATH ? `…${path.slice(1 - LONGEST_PATH)}` : path;
}

const LONGEST_PATH = 200;

/** Commits and tags with a pointer: their own, or one of a commit that they are made on. */
export class PointerHistory {
  readonly #holding = new Map<ObjectId, FoundPointer>();
  readonly #children = new Map<ObjectId, ObjectId[]>();

  /**
   * Adds a commit or a tag, in any order.
   *
   * @param parents of the commit, or the target of the tag
   * @param own a pointer in its own tree
   */
  add(id: ObjectId, parents: readonly ObjectId[], own: FoundPointer | undefined): void {
    if (own !== undefined) {
      this.#holding.set(id, own);
      return;
    }
    for (const parent of parents) {
      const others = this.#children.get(parent);
      if (others === undefined) this.#children.set(parent, [id]);
      else others.push(id);
    }
  }

  /** Finds the nearest pointer of each tip that has one in its history. */
  holding(tips: readonly ObjectId[]): Map<ObjectId, FoundPointer> {
    // A map that grows while it is iterated gives the new entries, too.
    for (const [id, pointer] of this.#holding) {
      for (const child of this.#children.get(id) ?? [])
        if (!this.#holding.has(child)) this.#holding.set(child, pointer);
    }
    return new Map(
      tips.flatMap((tip): [ObjectId, FoundPointer][] => {
        const pointer = this.#holding.get(tip);
        return pointer === undefined ? [] : [[tip, pointer]];
      }),
    );
  }
}

/** The names of other objects in a commit or a tag: the commit's tree, and its parents or the tagged object. */
interface Links {
  readonly tree: ObjectId | undefined;
  readonly next: readonly ObjectId[];
}

function linksOf({ type, content }: PackedObject): Links {
  if (type === 'tag') {
    const link = tagLink(content);
    if (link === undefined) throw new UnclearObject('a tag names nothing');
    return { tree: undefined, next: [link.target] };
  }
  const links = commitLinks(content);
  if (links === undefined) throw new UnclearObject('a commit has no tree, or odd parents');
  return { tree: links.tree, next: links.parents };
}
