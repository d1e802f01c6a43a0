import type { ObjectId } from '../protocol/wire/object-format.js';
import { parentsOf } from '../protocol/wire/objects.js';
import type { PackedObject } from '../protocol/wire/pack.js';

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
    return new Set([...this.#walk(from)].filter((id) => !this.has(id)));
  }

  /** The commits of this part of the history to which a walk from the given one leads. */
  within(from: ObjectId): ReadonlySet<ObjectId> {
    return new Set([...this.#walk(from)].filter((id) => this.has(id)));
  }

  /**
   * Reports whether a walk from the one commit leads to the other, inside or at the border. A server that goes by dates
   * may send what lies behind a commit that should have ended the walk, so that such a commit may stand inside.
   */
  leadsTo(from: ObjectId, to: ObjectId): boolean {
    return this.has(from) && this.#walk(from).has(to);
  }

  #walk(from: ObjectId): ReadonlySet<ObjectId> {
    const seen = new Set<ObjectId>([from]);
    // A set that grows while it is gone through yields the additions, too.
    for (const id of seen) {
      for (const parent of this.#parents.get(id) ?? []) seen.add(parent);
    }
    return seen;
  }
}
