import { isRefusal } from '../../protocol/errors.js';
import type { Filter } from '../../protocol/wire/fetch.js';
import { idBytes, type ObjectId } from '../../protocol/wire/object-format.js';
import { entriesOf, peel, TREE_MODE, treeOf } from '../../protocol/wire/objects.js';
import { readObjects, type PackedObject } from '../../protocol/wire/pack.js';
import type { SourceRepository } from '../../repositories/source.js';

const MOST_WANTS = 1000;
const LARGEST_ANSWER = { bytes: 16 * 1024 * 1024, content: 64 * 1024 * 1024 } as const;

/**
 * Reads single files of the source's tips without their history: the commit, then its tree, then the file, because not
 * every host takes a filter that would give all three at once.
 */
export class TipFiles {
  readonly #source: SourceRepository;
  readonly #objects = new Map<ObjectId, PackedObject>();

  constructor(source: SourceRepository) {
    this.#source = source;
  }

  /**
   * Reads the files of a name in the root folders of tips.
   *
   * @returns `undefined` where the source does not give them, or not in an answer of bearable size
   */
  async inRoots(name: string, tips: readonly ObjectId[]): Promise<Buffer[] | undefined> {
    if (!this.#source.canDeepen || !(await this.#load(tips, 'tree:0', 1))) return undefined;
    const trees = tips.flatMap((tip) => this.#rootTree(tip) ?? []);
    if (!(await this.#load(trees, 'tree:0'))) return undefined;
    return this.contents(trees.flatMap((tree) => this.#filesIn(tree, name)));
  }

  /** Reads the files of a name in every folder of tips; `undefined` as for {@link inRoots}. */
  async inFolders(name: string, tips: readonly ObjectId[]): Promise<Buffer[] | undefined> {
    if (!this.#source.canDeepen || !(await this.#load(tips, 'blob:none', 1))) return undefined;
    // A set that grows while it is iterated gives the new elements, too.
    const trees = new Set(tips.flatMap((tip) => this.#rootTree(tip) ?? []));
    for (const tree of trees) {
      for (const { mode, id } of this.#entries(tree)) if (mode === TREE_MODE) trees.add(id);
    }
    return this.contents([...trees].flatMap((tree) => this.#filesIn(tree, name)));
  }

  /** Reads files; `undefined` as for {@link inRoots}. */
  async contents(files: Iterable<ObjectId>): Promise<Buffer[] | undefined> {
    const ids = [...new Set(files)];
    if (!(await this.#load(ids, 'tree:0'))) return undefined;
    return ids.flatMap((id) => this.#objects.get(id)?.content ?? []);
  }

  #rootTree(tip: ObjectId): ObjectId | undefined {
    const id = peel(tip, this.#objects);
    const object = this.#objects.get(id);
    if (object?.type === 'tree') return id;
    return object?.type === 'commit' ? treeOf(object.content) : undefined;
  }

  #filesIn(tree: ObjectId, name: string): ObjectId[] {
    return [...this.#entries(tree)].flatMap((entry) =>
      entry.name === name && entry.mode !== TREE_MODE ? [entry.id] : [],
    );
  }

  #entries(tree: ObjectId): ReturnType<typeof entriesOf> | [] {
    const object = this.#objects.get(tree);
    return object?.type === 'tree' ? entriesOf(object.content, idBytes(this.#source.format)) : [];
  }

  /** @returns true where the source gave all of them */
  async #load(ids: readonly ObjectId[], filter: Filter, depth?: number): Promise<boolean> {
    // Objects at hand need not be asked for, unless more than the objects themselves is wanted.
    const open = [...new Set(ids)].filter((id) => filter !== 'tree:0' || !this.#objects.has(id));
    for (let from = 0; from < open.length; from += MOST_WANTS) {
      const objects = await this.#ask(open.slice(from, from + MOST_WANTS), filter, depth);
      if (objects === undefined) return false;
      for (const [id, object] of objects) this.#objects.set(id, object);
    }
    return true;
  }

  async #ask(
    wants: readonly ObjectId[],
    filter: Filter,
    depth: number | undefined,
  ): Promise<ReadonlyMap<ObjectId, PackedObject> | undefined> {
    const { location, format, canFilter } = this.#source;
    const request = { wants, haves: [], done: true, ofsDelta: true, filter: canFilter ? filter : undefined, depth };
    try {
      const { pack } = await this.#source.fetch(request);
      return pack === undefined ? new Map() : await readObjects(pack, { location, format }, LARGEST_ANSWER);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}
