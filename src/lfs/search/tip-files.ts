import { isRefusal } from '../../protocol/errors.js';
import { Budget } from '../../protocol/limits/budget.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import type { Filter } from '../../protocol/wire/fetch.js';
import { inSlices, type SlicedWork } from '../../protocol/turns.js';
import { idBytes, type ObjectId } from '../../protocol/wire/object-format.js';
import { entriesOf, tagLink, treeOf, UnclearObject, type TagLink } from '../../protocol/wire/objects.js';
import type { PackedObject } from '../../protocol/wire/pack.js';
import type { SourceRepository } from '../../repositories/source.js';

const MOST_WANTS = 1000;
const LARGEST_ANSWER = { bytes: LFS_LIMITS.tipBytes.value, content: LFS_LIMITS.tipContent.value } as const;

type Answer = ReadonlyMap<ObjectId, PackedObject>;

/** The answer to whether a file passes a test; `undefined` where the source does not give what would tell. */
export type Seen = Promise<boolean | undefined>;

/**
 * Looks into single files of the source's tips without their history: the commit, then its tree, then the file, because
 * not every host takes a filter that would give all three at once. An answer is looked through and let go of: of
 * thousands of tips only the ids of what to ask for next are kept.
 */
export class TipFiles {
  readonly #source: SourceRepository;
  readonly #name: string;
  readonly #test: (content: Buffer) => boolean;
  readonly #budget = new Budget(LFS_LIMITS.tipSum.value);

  /**
   * @param name of the files
   * @param test for their contents
   */
  constructor(source: SourceRepository, name: string, test: (content: Buffer) => boolean) {
    this.#source = source;
    this.#name = name;
    this.#test = test;
  }

  /** Tests the files in the root folders of tips. */
  async inRoots(tips: readonly ObjectId[]): Seen {
    if (!this.#source.canDeepen) return undefined;
    const trees = new Set<ObjectId>();
    const files = new Set<ObjectId>();
    const areRead =
      (await this.#each(tips, { filter: 'tree:0', depth: 1 }, (objects, tip) => {
        addRootOf(tip, objects, trees);
        return undefined;
      })) &&
      (await this.#each(trees, { filter: 'tree:0' }, (objects, tree) => this.#addFiles(tree, objects, { files })));
    return areRead ? this.inFiles(files) : undefined;
  }

  /** Tests the files in every folder of tips. */
  async inFolders(tips: readonly ObjectId[]): Seen {
    if (!this.#source.canDeepen) return undefined;
    const read = new Set<ObjectId>();
    const files = new Set<ObjectId>();
    const areRead = await this.#each(tips, { filter: 'blob:none', depth: 1 }, (objects, tip) =>
      this.#addFilesBelow(tip, objects, { files, read }),
    );
    return areRead ? this.inFiles(files) : undefined;
  }

  /** Tests files by their ids. */
  async inFiles(files: Iterable<ObjectId>): Seen {
    const passing: ObjectId[] = [];
    const areRead = await this.#each(files, { filter: 'tree:0' }, (objects, file) => {
      const object = objects.get(file);
      if (object === undefined) throw new UnclearObject('a file is not in the answer');
      if (this.#test(object.content)) passing.push(file);
      return undefined;
    });
    return passing.length > 0 || (areRead ? false : undefined);
  }

  /** @param read the folders of tips before, which are not read again */
  *#addFilesBelow(
    tip: ObjectId,
    objects: Answer,
    { files, read }: { readonly files: Set<ObjectId>; readonly read: Set<ObjectId> },
  ): SlicedWork<void> {
    const trees = new Set<ObjectId>();
    addRootOf(tip, objects, trees);
    // A set that grows while it is iterated gives the new elements, too.
    for (const tree of trees) {
      if (read.has(tree)) continue;
      read.add(tree);
      yield* this.#addFiles(tree, objects, { files, trees });
    }
  }

  *#addFiles(
    tree: ObjectId,
    objects: Answer,
    { files, trees }: { readonly files: Set<ObjectId>; readonly trees?: Set<ObjectId> },
  ): SlicedWork<void> {
    const object = objects.get(tree);
    if (object?.type !== 'tree') throw new UnclearObject('a folder is not in the answer');
    for (const { kind, name, id } of entriesOf(object.content, idBytes(this.#source.format))) {
      yield;
      if (kind === 'folder') trees?.add(id);
      else if (kind !== 'submodule' && name === this.#name) files.add(id);
    }
  }

  /**
   * Asks for objects, and looks for each of them into the answer.
   *
   * @returns false where the source does not give them all, or not in answers of bearable size
   */
  async #each(
    ids: Iterable<ObjectId>,
    how: { readonly filter: Filter; readonly depth?: number },
    look: (objects: Answer, id: ObjectId) => SlicedWork<void> | undefined,
  ): Promise<boolean> {
    const open = [...new Set(ids)];
    for (let from = 0; from < open.length; from += MOST_WANTS) {
      const asked = open.slice(from, from + MOST_WANTS);
      const objects = await this.#ask(asked, how);
      if (objects === undefined) return false;
      try {
        for (const id of asked) {
          const work = look(objects, id);
          if (work !== undefined) await inSlices(work);
        }
      } catch (error) {
        if (error instanceof UnclearObject) return false;
        throw error;
      }
    }
    return true;
  }

  async #ask(
    wants: readonly ObjectId[],
    { filter, depth }: { readonly filter: Filter; readonly depth?: number },
  ): Promise<Answer | undefined> {
    const { canFilter } = this.#source;
    const request = { wants, haves: [], done: true, ofsDelta: true, filter: canFilter ? filter : undefined, depth };
    try {
      const { pack } = await this.#source.fetch(request);
      const objects: Answer | undefined =
        pack === undefined ? new Map() : await this.#source.readObjects(pack, LARGEST_ANSWER);
      return objects !== undefined && this.#budget.spend(sizeOf(objects)) ? objects : undefined;
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }
}

/**
 * Adds the root folder of a tip, if it has one.
 *
 * @throws {UnclearObject} where that cannot be told
 */
function addRootOf(tip: ObjectId, objects: Answer, trees: Set<ObjectId>): void {
  const { id, type, object } = endOf(tip, objects);
  if (type === 'blob') return;
  const tree = type === 'tree' ? id : object?.type === 'commit' ? treeOf(object.content) : undefined;
  if (tree === undefined) throw new UnclearObject('a tip is not in the answer');
  trees.add(tree);
}

/** Follows tags to their end. A filter leaves out what they name if that is no commit: then they tell its type. */
function endOf(
  tip: ObjectId,
  objects: Answer,
): { readonly id: ObjectId; readonly type: string | undefined; readonly object?: PackedObject | undefined } {
  const seen = new Set<ObjectId>();
  let link: TagLink | undefined = { target: tip, type: '' };
  for (let { target: id, type } = link; !seen.has(id); { target: id, type } = link) {
    seen.add(id);
    const object = objects.get(id);
    if (object?.type !== 'tag') return { id, type: object?.type ?? type, object };
    link = tagLink(object.content);
    if (link === undefined) break;
  }
  return { id: tip, type: undefined };
}

function sizeOf(objects: Answer): number {
  let bytes = 0;
  for (const { content } of objects.values()) bytes += content.length;
  return bytes;
}
