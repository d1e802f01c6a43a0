import { TestRepository } from '../__tests__/repositories/git.js';
import type { Random } from '../__tests__/repositories/random.js';
import { readRef, RefWriter } from './ref-writer.js';

/** Branches that both ends have from the beginning. */
export const BRANCHES = ['main', 'stable', 'wandering'].map((name) => `refs/heads/${name}`);
const MAIN = 'refs/heads/main';
/** Branches that either end may come to have. */
const NEW = Array.from({ length: 6 }, (_, index) => `refs/heads/new/${index}`);
const TARGETS_OWN = Array.from({ length: 3 }, (_, index) => `refs/heads/own/${index}`);

/** Those who push to both ends. Each commit of theirs is new, and they never take one back. */
export class Rivals {
  /** The values of each ref of the source, in order. */
  readonly sourceValues = new Map<string, (string | null)[]>();
  /** The commits that landed on the target, with the branch and the commit below. */
  readonly landed = new Map<string, { readonly ref: string; readonly parent: string | null }>();
  /** Moves that somebody else forestalled. */
  lost = 0;
  readonly #random: Random;
  readonly #source: TestRepository;
  readonly #target: TestRepository;
  readonly #writers: { readonly source: RefWriter; readonly target: RefWriter };
  readonly #deleted = new Set<string>();

  constructor(random: Random, source: string, target: string, refs: ReadonlyMap<string, string>) {
    this.#random = random;
    this.#source = TestRepository.at(source);
    this.#target = TestRepository.at(target);
    this.#writers = { source: new RefWriter(source), target: new RefWriter(target) };
    for (const [ref, id] of refs) this.sourceValues.set(ref, [id]);
  }

  /** Makes one push, to either end. */
  async act(): Promise<void> {
    await (this.#random.chance(0.5) ? this.pushToSource() : this.pushToTarget());
  }

  /** Moves a branch of the source on, rewrites it, makes one, or deletes one that was made. */
  async pushToSource(): Promise<void> {
    const ref = this.#random.pick(this.#random.chance(0.6) ? BRANCHES : NEW);
    const values = this.sourceValues.get(ref) ?? [null];
    const old = values.at(-1) ?? null;
    // A name that was deleted is not used again: its values tell the time.
    if (this.#deleted.has(ref)) return;
    const isDeleted = old !== null && NEW.includes(ref) && this.#random.chance(0.4);
    const id = isDeleted ? null : this.#source.commit(this.#parents(old));
    if (isDeleted) this.#deleted.add(ref);
    this.sourceValues.set(ref, [...values, id]);
    const isMoved = await this.#writers.source.move({ ref, old, new: id });
    if (!isMoved) throw new Error(`${ref} of the source could not be moved`);
  }

  /** Commits on top of a branch of the target, or makes one. */
  async pushToTarget(): Promise<void> {
    const kinds = [BRANCHES, BRANCHES, NEW, TARGETS_OWN] as const;
    const ref = this.#random.pick(this.#random.pick(kinds));
    const old = readRef(this.#target.path, ref);
    const parents = old === null ? this.#parents(readRef(this.#target.path, MAIN)) : [old];
    const id = this.#target.commit(parents);
    // Noted before: the mirror may see the commit at once.
    this.landed.set(id, { ref, parent: old });
    if (await this.#writers.target.move({ ref, old, new: id })) return;
    this.landed.delete(id);
    this.lost += 1;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#writers.source.stop(), this.#writers.target.stop()]);
  }

  #parents(tip: string | null): string[] {
    if (tip === null || this.#random.chance(0.25)) return [];
    return [tip];
  }
}
