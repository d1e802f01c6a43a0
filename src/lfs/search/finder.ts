import { idBytes, type ObjectFormat, type ObjectId } from '../../protocol/wire/object-format.js';
import { entriesOf, parentsOf, targetOf, TREE_MODE, treeOf, type TreeEntry } from '../../protocol/wire/objects.js';
import type { PackedObject } from '../../protocol/wire/pack.js';
import { parsePointer, type Pointer } from '../wire/pointer.js';

/** A pointer with its place in the repository. */
export interface FoundPointer extends Pointer {
  /** Path of the file; bytes that are no UTF-8 are shown as they can be. */
  readonly path: string;
  /** Other sizes that further pointers name for the same object: at most one of them all is right. */
  readonly otherSizes?: Set<number>;
}

/**
 * Adds a pointer to those that were found, by oid: the first one counts, later ones only add their sizes. A pointer of
 * size 0 is left out: Git LFS makes an empty file of it without an object.
 */
export function addPointer(found: Map<string, FoundPointer>, pointer: FoundPointer): void {
  if (pointer.size === 0) return;
  const first = found.get(pointer.oid);
  if (first === undefined) found.set(pointer.oid, { ...pointer, otherSizes: new Set() });
  else if (first.size !== pointer.size) first.otherSizes?.add(pointer.size);
}

/** Objects as they came in a pack: commits, tags, trees and small blobs of what changed. */
export type ChangedObjects = ReadonlyMap<ObjectId, PackedObject>;

/** No path can be so long that it could be checked out; a server could send any number of folders in each other. */
const DEEPEST = 2048;

/** A walk through trees: those that were seen, and who hears of pointers. */
interface Walk {
  readonly seen: Set<ObjectId>;
  readonly tell: (pointer: FoundPointer) => void;
}

/** Finds the pointers in what changed: by the commits of its tips, their trees, and the blobs in those. */
export class PointerFinder {
  readonly #objects: ChangedObjects;
  readonly #idLength: number;

  constructor(objects: ChangedObjects, format: ObjectFormat) {
    this.#objects = objects;
    this.#idLength = idBytes(format);
  }

  /** Finds every pointer that the tips bring along, by oid. */
  all(tips: readonly ObjectId[]): Map<string, FoundPointer> {
    const found = new Map<string, FoundPointer>();
    const walk = { seen: new Set<ObjectId>(), tell: (pointer: FoundPointer) => addPointer(found, pointer) };
    for (const tree of this.#treesOf(tips)) this.#visit(tree, '', 0, walk);
    return found;
  }

  /** Finds the files of a name in all folders of the commits that came: contents, or ids of files that did not come. */
  named(name: string, tips: readonly ObjectId[]): { contents: Buffer[]; elsewhere: ObjectId[] } {
    const ids = new Set<ObjectId>();
    // A set that grows while it is iterated gives the new elements, too.
    const trees = new Set(this.#treesOf(tips));
    for (const tree of trees) {
      for (const entry of this.#entries(tree)) {
        if (entry.mode === TREE_MODE) trees.add(entry.id);
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
  holding(tips: readonly ObjectId[], oids: ReadonlySet<string>): Map<ObjectId, FoundPointer> {
    const inTree = new Map<ObjectId, FoundPointer | undefined>();
    const history = new PointerHistory();
    for (const { id, tree, next } of this.#reachable(tips)) {
      const own = tree === undefined ? undefined : this.#firstIn(tree, oids, inTree, 0);
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
      if (object?.type === 'tree') yield { id, tree: id, next: [] };
      if (object?.type !== 'commit' && object?.type !== 'tag') continue;
      const links = linksOf(object);
      yield { id, ...links };
      for (const one of links.next) seen.add(one);
    }
  }

  #visit(tree: ObjectId, path: string, depth: number, walk: Walk): void {
    const { seen, tell } = walk;
    if (seen.has(tree) || depth > DEEPEST) return;
    seen.add(tree);
    for (const { mode, name, id } of this.#entries(tree)) {
      if (mode === TREE_MODE) this.#visit(id, `${path}${name}/`, depth + 1, walk);
      else if (!seen.has(id)) {
        seen.add(id);
        const pointer = this.#pointer(id);
        if (pointer !== undefined) tell({ ...pointer, path: path + name });
      }
    }
  }

  #firstIn(
    tree: ObjectId,
    oids: ReadonlySet<string>,
    known: Map<ObjectId, FoundPointer | undefined>,
    depth: number,
  ): FoundPointer | undefined {
    if (known.has(tree) || depth > DEEPEST) return known.get(tree);
    let first: FoundPointer | undefined;
    for (const { mode, name, id } of this.#entries(tree)) {
      const below = mode === TREE_MODE ? this.#firstIn(id, oids, known, depth + 1) : undefined;
      const pointer = below ?? this.#pointer(id);
      if (pointer === undefined || !oids.has(pointer.oid)) continue;
      first = { ...pointer, path: below === undefined ? name : `${name}/${below.path}` };
      break;
    }
    known.set(tree, first);
    return first;
  }

  #entries(tree: ObjectId): Iterable<TreeEntry> {
    const object = this.#objects.get(tree);
    return object?.type === 'tree' ? entriesOf(object.content, this.#idLength) : [];
  }

  #pointer(blob: ObjectId): Pointer | undefined {
    const object = this.#objects.get(blob);
    return object?.type === 'blob' ? parsePointer(object.content) : undefined;
  }
}

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
  if (type === 'commit') return { tree: treeOf(content), next: parentsOf(content) };
  const target = targetOf(content);
  return { tree: undefined, next: target === undefined ? [] : [target] };
}
