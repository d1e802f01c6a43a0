import type { ObjectId } from '../protocol/wire/object-format.js';
import { commitLinks, tagLink } from '../protocol/wire/objects.js';
import type { PackedObject } from '../protocol/wire/pack.js';
import type { SlicedWork } from '../protocol/turns.js';

/** Two commits or tags: does a walk from the one lead to the other? */
export interface Way {
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/** Ways that are followed at once: as many as a number has bits. */
const AT_ONCE = 32;
const OUTSIDE = -1;

/**
 * A part of a history: commits with their parents, and annotated tags of them. Parents may lie outside of it. An object's
 * id is the hash of its content, so that the links are true whatever server has sent them. A commit that git does not take
 * for one proves nothing, and lies outside.
 *
 * Objects are numbered, and links kept as numbers: a history may have hundreds of thousands.
 */
export class CommitGraph {
  readonly #numbers = new Map<ObjectId, number>();
  readonly #ids: ObjectId[] = [];
  /** For each object the place of its first link, or that it lies outside. */
  readonly #firsts: number[] = [];
  readonly #counts: number[] = [];
  readonly #links: number[] = [];
  readonly #commits = new Set<number>();
  #order: Int32Array | undefined;
  #open: Uint8Array | undefined;
  #stamps = new Uint32Array(0);
  #stamp = 0;

  /** The commits and tags among the objects; everything else is passed over. */
  constructor(objects: Iterable<readonly [ObjectId, PackedObject]> = []) {
    for (const [id, object] of objects) this.add(id, object);
  }

  /** Links in all: parents of commits, and commits of tags. */
  get size(): number {
    return this.#links.length;
  }

  add(id: ObjectId, { type, content }: PackedObject): void {
    const links = type === 'commit' ? commitLinks(content)?.parents : type === 'tag' ? taggedIn(content) : undefined;
    if (links === undefined) return;
    const number = this.#number(id);
    if (this.#firsts[number] !== OUTSIDE) return;
    this.#firsts[number] = this.#links.length;
    this.#counts[number] = links.length;
    if (type === 'commit') this.#commits.add(number);
    for (const link of links) this.#links.push(this.#number(link));
    this.#order = undefined;
    this.#open = undefined;
  }

  has(id: ObjectId): boolean {
    return this.#commits.has(this.#numbers.get(id) ?? OUTSIDE);
  }

  /** Reports whether all walks from an object end within this part of the history: nothing lies behind it. */
  isClosed(from: ObjectId): boolean {
    const number = this.#numbers.get(from);
    return number !== undefined && this.#openOnes()[number] === 0;
  }

  /** The commits of this part of the history to which a walk from the given one leads. */
  within(from: ObjectId): ObjectId[] {
    return this.#walk(from).flatMap((number) => (this.#commits.has(number) ? (this.#ids[number] ?? []) : []));
  }

  /**
   * Reports whether a walk from the one commit or tag leads to the other, inside or at the border. A server that goes by
   * dates may send what lies behind a commit that should have ended the walk, so that such a commit may stand inside.
   */
  leadsTo(from: ObjectId, to: ObjectId): boolean {
    const [start, end] = [this.#numbers.get(from), this.#numbers.get(to)];
    if (start === undefined || end === undefined || this.#firsts[start] === OUTSIDE) return false;
    return this.#walk(from).includes(end);
  }

  /**
   * Follows many ways, some at a time: all objects are gone through once for {@link AT_ONCE} of them.
   *
   * @returns the ways that lead to their end, as {@link leadsTo} does
   */
  *leading<W extends Way>(ways: readonly W[]): SlicedWork<ReadonlySet<W>> {
    const leading = new Set<W>();
    const masks = new Int32Array(this.#ids.length);
    for (let from = 0; from < ways.length; from += AT_ONCE) {
      const some = ways.slice(from, from + AT_ONCE);
      this.#follow(some, masks);
      some.forEach((way, bit) => {
        const reached = masks[this.#numbers.get(way.to) ?? OUTSIDE] ?? 0;
        if ((reached & (1 << bit)) !== 0) leading.add(way);
      });
      yield;
    }
    return leading;
  }

  /** Marks each object by a bit for each way whose walk reaches it. */
  #follow(ways: readonly Way[], masks: Int32Array): void {
    masks.fill(0);
    ways.forEach(({ from }, bit) => {
      const start = this.#numbers.get(from);
      if (start !== undefined && this.#firsts[start] !== OUTSIDE) masks[start] = (masks[start] ?? 0) | (1 << bit);
    });
    for (const number of this.#inOrder()) {
      const mask = masks[number] ?? 0;
      if (mask !== 0) for (const link of this.#linksOf(number)) masks[link] = (masks[link] ?? 0) | mask;
    }
  }

  /** All objects, each before those that it links to. */
  #inOrder(): Int32Array {
    if (this.#order !== undefined) return this.#order;
    const waiting = new Int32Array(this.#ids.length);
    for (const link of this.#links) waiting[link] = (waiting[link] ?? 0) + 1;
    const order = new Int32Array(this.#ids.length);
    let length = 0;
    for (let number = 0; number < waiting.length; number += 1) if (waiting[number] === 0) order[length++] = number;
    for (let at = 0; at < length; at += 1) {
      for (const link of this.#linksOf(order[at] ?? OUTSIDE)) {
        const left = (waiting[link] ?? 0) - 1;
        waiting[link] = left;
        if (left === 0) order[length++] = link;
      }
    }
    // What links to itself in the end has no place in an order; no hash does that.
    this.#order = order.subarray(0, length);
    return this.#order;
  }

  /** Marks the objects from which a walk leads outside. */
  #openOnes(): Uint8Array {
    if (this.#open !== undefined) return this.#open;
    const open = new Uint8Array(this.#ids.length);
    for (const number of this.#inOrder().toReversed()) {
      const isOpen = this.#firsts[number] === OUTSIDE || this.#linksOf(number).some((link) => open[link] === 1);
      open[number] = isOpen ? 1 : 0;
    }
    this.#open = open;
    return open;
  }

  #linksOf(number: number): readonly number[] {
    const first = this.#firsts[number] ?? OUTSIDE;
    return first === OUTSIDE ? [] : this.#links.slice(first, first + (this.#counts[number] ?? 0));
  }

  #walk(from: ObjectId): readonly number[] {
    const start = this.#numbers.get(from);
    if (start === undefined) return [];
    if (this.#stamps.length < this.#ids.length) this.#stamps = new Uint32Array(this.#ids.length);
    this.#stamp += 1;
    const way = [start];
    this.#stamps[start] = this.#stamp;
    // An array that grows while it is iterated gives the new elements, too.
    for (const number of way) {
      for (const link of this.#linksOf(number)) {
        if (this.#stamps[link] === this.#stamp) continue;
        this.#stamps[link] = this.#stamp;
        way.push(link);
      }
    }
    return way;
  }

  #number(id: ObjectId): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const number = this.#ids.length;
    this.#numbers.set(id, number);
    this.#ids.push(id);
    this.#firsts.push(OUTSIDE);
    this.#counts.push(0);
    return number;
  }
}

/** The commit or tag that a tag names; nothing for a tag of something else. */
function taggedIn(content: Buffer): readonly ObjectId[] | undefined {
  const link = tagLink(content);
  if (link === undefined) return undefined;
  return link.type === 'commit' || link.type === 'tag' ? [link.target] : [];
}
