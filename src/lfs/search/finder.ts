import { idBytes, type ObjectFormat, type ObjectId } from '../../protocol/wire/object-format.js';
import type { PackedObject } from '../../protocol/wire/pack.js';
import { parsePointer, type Pointer } from '../wire/pointer.js';

/** A pointer, and where in the repository it was found first. */
export interface FoundPointer extends Pointer {
  /** Of the file; bytes that are no UTF-8 are shown as they can be. */
  readonly path: string;
  /** What other pointers to the same object say of its size, if they say otherwise: one of all can be right. */
  readonly otherSizes?: Set<number>;
}

/** Adds a pointer to those that were found, by oid: the first counts, of others only what they say of the size. */
export function addPointer(found: Map<string, FoundPointer>, pointer: FoundPointer): void {
  const first = found.get(pointer.oid);
  if (first === undefined) found.set(pointer.oid, { ...pointer, otherSizes: new Set() });
  else if (first.size !== pointer.size) first.otherSizes?.add(pointer.size);
}

/** Objects as they came in a pack: commits, tags, trees and small blobs of what changed. */
export type ChangedObjects = ReadonlyMap<ObjectId, PackedObject>;

export const TREE_MODE = '40000';
/** Of a submodule; what it points to is in another repository. */
const SUBMODULE_MODE = '160000';
/** No path can be so long that it could be checked out; a server could send any number of folders in each other. */
const DEEPEST = 2048;

/** Finds the pointers in what changed: by the commits of its tips, their trees, and the blobs in those. */
export class PointerFinder {
  readonly #objects: ChangedObjects;
  readonly #idLength: number;

  constructor(objects: ChangedObjects, format: ObjectFormat) {
    this.#objects = objects;
    this.#idLength = idBytes(format);
  }

  /** Every pointer that the tips bring along, by oid. */
  all(tips: readonly ObjectId[]): Map<string, FoundPointer> {
    const found = new Map<string, FoundPointer>();
    const seen = new Set<ObjectId>();
    for (const tree of this.#treesOf(tips)) {
      this.#visit(tree, '', seen, 0, (pointer) => addPointer(found, pointer));
    }
    return found;
  }

  /** The files of a name in the folders of the commits that the tips bring along: contents, or ids where they did not come. */
  named(name: string, tips: readonly ObjectId[]): { contents: Buffer[]; elsewhere: ObjectId[] } {
    const ids = new Set<ObjectId>();
    // What is added to a set while it is gone through comes up as well.
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

  /** For each tip that brings along one of these objects: the first of them. */
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

  /** The commits, and what stands in the place of one, that are reachable from the tips. */
  *#reachable(tips: readonly ObjectId[]): Generator<Links & { readonly id: ObjectId }, void, undefined> {
    // What is added to a set while it is gone through comes up as well.
    const seen = new Set<ObjectId>(tips);
    for (const id of seen) {
      const object = this.#objects.get(id);
      if (object?.type === 'tree') yield { id, tree: id, next: [] };
      if (object?.type !== 'commit' && object?.type !== 'tag') continue;
      const links = linksOf(object.content);
      yield { id, ...links };
      for (const one of links.next) seen.add(one);
    }
  }

  #visit(tree: ObjectId, path: string, seen: Set<ObjectId>, depth: number, tell: (one: FoundPointer) => void): void {
    if (seen.has(tree) || depth > DEEPEST) return;
    seen.add(tree);
    for (const { mode, name, id } of this.#entries(tree)) {
      if (mode === TREE_MODE) this.#visit(id, `${path}${name}/`, seen, depth + 1, tell);
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

/** Which commits and tags have a pointer in themselves, and which have it from those that they are made on. */
export class PointerHistory {
  readonly #holding = new Map<ObjectId, FoundPointer>();
  readonly #children = new Map<ObjectId, ObjectId[]>();

  /**
   * Takes in a commit or a tag. It does not matter in which order they come.
   *
   * @param parents of the commit, or what the tag points to
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

  /** For each of the tips that has a pointer, or is made on what has one: the nearest. */
  holding(tips: readonly ObjectId[]): Map<ObjectId, FoundPointer> {
    // What is added to a map while it is gone through comes up as well.
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

/** An entry of a tree (git's documentation, gitformat-tree). */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: ObjectId;
}

/** The entries of a tree but for submodules; those of a damaged one as far as they can be read. */
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

/** What a commit or a tag points to: the commit's tree, and its parents or what is tagged. */
interface Links {
  readonly tree: ObjectId | undefined;
  readonly next: readonly ObjectId[];
}

const LINK = /^(tree|parent|object) ([0-9a-f]{40,64})$/gm;

/** The root tree of a commit. */
export function treeOf(commit: Buffer): ObjectId | undefined {
  return linksOf(commit).tree;
}

/** What a tag points to. */
export function taggedBy(tag: Buffer): ObjectId | undefined {
  return linksOf(tag).next[0];
}

/** The headers end at the first empty line, a message may hold anything. */
function linksOf(content: Buffer): Links {
  const end = content.indexOf('\n\n');
  const headers = content.toString('latin1', 0, end < 0 ? content.length : end);
  const links = Array.from(headers.matchAll(LINK), ([, name = '', id = '']) => ({ name, id }));
  return {
    tree: links.find(({ name }) => name === 'tree')?.id,
    next: links.filter(({ name }) => name !== 'tree').map(({ id }) => id),
  };
}
