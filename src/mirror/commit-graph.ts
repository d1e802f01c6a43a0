import type { ObjectId } from '../protocol/wire/object-format.js';
import { parentsOf, taggedType, targetOf } from '../protocol/wire/objects.js';
import type { PackedObject } from '../protocol/wire/pack.js';

/**
 * A part of a history: commits with their parents, and annotated tags of them. Parents may lie outside of it. An object's
 * id is the hash of its content, so that the links are true whatever server has sent them.
 */
export class CommitGraph {
  readonly #parents = new Map<ObjectId, readonly ObjectId[]>();
  /** Objects that the annotated tags point to, but for those of trees and files. */
  readonly #tagged = new Map<ObjectId, ObjectId>();

  /** The commits and tags among the objects; everything else is passed over. */
  constructor(objects: ReadonlyMap<ObjectId, PackedObject>) {
    for (const [id, { type, content }] of objects) {
      if (type === 'commit') this.#parents.set(id, parentsOf(content));
      const target = type === 'tag' && leadsOn(taggedType(content)) ? targetOf(content) : undefined;
      if (target !== undefined) this.#tagged.set(id, target);
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
    return new Set([...this.#walk(from)].filter((id) => !this.has(id) && !this.#tagged.has(id)));
  }

  /** The commits of this part of the history to which a walk from the given one leads. */
  within(from: ObjectId): ReadonlySet<ObjectId> {
    return new Set([...this.#walk(from)].filter((id) => this.has(id)));
  }

  /**
   * Reports whether a walk from the one commit or tag leads to the other, inside or at the border. A server that goes by
   * dates may send what lies behind a commit that should have ended the walk, so that such a commit may stand inside.
   */
  leadsTo(from: ObjectId, to: ObjectId): boolean {
    return (this.has(from) || this.#tagged.has(from)) && this.#walk(from).has(to);
  }

  #walk(from: ObjectId): ReadonlySet<ObjectId> {
    const seen = new Set<ObjectId>([from]);
    // A set that grows while it is gone through yields the additions, too.
    for (const id of seen) {
      for (const parent of this.#parents.get(id) ?? []) seen.add(parent);
      const tagged = this.#tagged.get(id);
      if (tagged !== undefined) seen.add(tagged);
    }
    return seen;
  }
}

function leadsOn(type: string | undefined): boolean {
  return type === 'commit' || type === 'tag';
}
