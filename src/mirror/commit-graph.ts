import type { ObjectId } from '../protocol/object-format.js';
import type { PackedObject } from '../protocol/pack.js';

/** A part of a history: commits with their parents. Parents may lie outside of it. */
export class CommitGraph {
  readonly #parents = new Map<ObjectId, readonly ObjectId[]>();

  /** The commits among the objects; everything else is passed over. */
  constructor(objects: ReadonlyMap<ObjectId, PackedObject>) {
    for (const [id, { type, content }] of objects) {
      if (type === 'commit') this.#parents.set(id, parentsOf(content));
    }
  }

  has(id: ObjectId): boolean {
    return this.#parents.has(id);
  }

  /**
   * The commits outside of this part of the history to which a walk from the given one leads: its border.
   * A commit that is itself outside is its own border.
   */
  border(from: ObjectId): ReadonlySet<ObjectId> {
    const border = new Set<ObjectId>();
    const seen = new Set<ObjectId>([from]);
    const open = [from];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const parents = this.#parents.get(id);
      if (parents === undefined) border.add(id);
      for (const parent of parents ?? []) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        open.push(parent);
      }
    }
    return border;
  }
}

/** The parents that stand in a commit's header (gitformat-commit: `tree`, then any number of `parent`). */
function parentsOf(content: Buffer): ObjectId[] {
  const end = content.indexOf('\n\n');
  const header = content.toString('latin1', 0, end < 0 ? content.length : end);
  return Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gm), ([, id]) => id ?? '');
}

/** What an annotated tag's content says it points to. */
export function tagTarget(content: Buffer): ObjectId | undefined {
  return /^object ([0-9a-f]+)\n/.exec(content.toString('latin1', 0, 200))?.[1];
}
