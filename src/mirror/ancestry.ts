import type { ObjectId } from '../protocol/wire/object-format.js';
import { isBranch, isTag } from '../protocol/wire/ref-name.js';
import { peel } from '../protocol/wire/objects.js';
import { inSlices } from '../protocol/turns.js';
import type { CommitGraph } from './commit-graph.js';
import { eachOf, History, type CommitSource, type Objects } from './history.js';
import type { ChangedPair, MergeState, Relation, TargetOnlyPair } from './plan.js';

/** Beside a pair whose old object was peeled: the annotated tag. */
export interface Peeled {
  readonly tag?: ObjectId;
}

/** Asks the source which objects are ancestors of which. */
export class Ancestry {
  readonly #source: CommitSource;
  readonly #history: History;
  readonly #mustProve: boolean;

  /**
   * @param mustProve takes nothing for an ancestor on the source's word: where a wrong answer would lose commits of the
   *   target. What proves it are commits, whose ids are hashes of what they say.
   */
  constructor(source: CommitSource, mustProve = false) {
    this.#source = source;
    this.#mustProve = mustProve;
    this.#history = new History(source, mustProve);
  }

  /**
   * Relates each ref's old object to its new one. One request, and one more for each ref that it leaves open. A tag is
   * an object of its own: the source must know it, as well as the object that it points to.
   *
   * @param pairs the old object of an annotated tag is peeled, as far as the target tells
   */
  async relations(pairs: readonly (ChangedPair & Peeled)[]): Promise<Map<string, Relation>> {
    const relations = new Map<string, Relation>();
    const [first] = pairs;
    if (first === undefined) return relations;
    const { known, graph, proved } =
      this.#source.canFilter || this.#mustProve
        ? await this.#between(pairs, first.new.id)
        : { known: await this.#history.known(pairs.flatMap(oldObjects), first.new.id) };
    await eachOf(pairs, async (pair) => {
      const isKnown = oldObjects(pair).every((id) => known.has(id)) && (await this.#hasTag(pair));
      if (!isKnown) relations.set(pair.ref, 'unknown-object');
      else relations.set(pair.ref, proved?.has(pair) === true ? 'ancestor' : await this.#relation(pair, graph));
    });
    return relations;
  }

  /**
   * Tells of each candidate whether the default branch holds it. Two requests at once where the source knows them all.
   *
   * @param candidates the object of an annotated tag is peeled, as far as the target tells
   */
  async merges(candidates: readonly TargetOnlyPair[], defaultTip: ObjectId): Promise<Map<string, MergeState>> {
    const states = new Map<string, MergeState>();
    if (candidates.length === 0) return states;
    const ids = [...new Set(candidates.map(({ old }) => old))];
    // Of an object that is not in the answer it must also be known that the source did not just pass over it.
    const [all, known] = await Promise.all([
      this.#history.missingOf(ids, defaultTip),
      this.#history.known(ids, defaultTip),
    ]);
    const unmerged =
      all ??
      (await this.#history.missingOf(
        ids.filter((id) => known.has(id)),
        defaultTip,
      ));
    await eachOf(candidates, async (candidate) => {
      const isKnown = known.has(candidate.old);
      states.set(candidate.ref, isKnown ? await this.#mergeState(candidate, defaultTip, unmerged) : 'unknown-object');
    });
    return states;
  }

  /**
   * Asks for the commits and tags of the tips that a holder of the other objects lacks.
   *
   * @returns nothing where the source does not tell, or they are too many
   */
  async missing(tips: readonly ObjectId[], haves: readonly ObjectId[]): Promise<Objects> {
    return (await this.#history.missing(tips, haves)) ?? new Map();
  }

  async #relation(pair: ChangedPair, graph: CommitGraph | undefined): Promise<Relation> {
    const { ref, old, new: tip } = pair;
    if (await this.#isBehind(pair, graph)) return 'ancestor';
    // Not every target tells what all of its tags stand for.
    const peeled = isTag(ref) ? await this.#history.peeled(old, tip.id) : old;
    return peeled !== old && (await this.#isBehind({ ...pair, old: peeled }, graph)) ? 'ancestor' : 'not-ancestor';
  }

  async #isBehind({ ref, old, new: tip }: ChangedPair, graph: CommitGraph | undefined): Promise<boolean> {
    if (graph?.leadsTo(tip.id, old) === true) return true;
    if (graph?.isClosed(tip.id) === true) return false;
    const isSaid = old === tip.peeled && !this.#mustProve;
    const way = isSaid ? 'by count' : await this.#history.holds(tip.id, old);
    return way === 'by walk' || (way === 'by count' && (isBranch(ref) || (await this.#history.isCommit(old))));
  }

  async #mergeState(
    { ref, old }: TargetOnlyPair,
    defaultTip: ObjectId,
    unmerged: Objects | undefined,
  ): Promise<MergeState> {
    const told = peel(old, unmerged ?? new Map());
    const object = unmerged?.get(told);
    if (object !== undefined) return object.type === 'commit' ? 'not-merged' : 'not-a-commit';
    const isTold = unmerged !== undefined && this.#history.acknowledges;
    const way = isTold ? 'by count' : await this.#history.holds(defaultTip, told);
    if (way === 'by walk' || isBranch(ref)) return way === false ? 'not-merged' : 'merged';
    if (way === false) return this.#stateOfTag(told, defaultTip);
    return (await this.#history.isCommit(told)) ? 'merged' : 'not-a-commit';
  }

  /** Not every target tells what all of its tags stand for, and without filters the source does not either. */
  async #stateOfTag(id: ObjectId, defaultTip: ObjectId): Promise<MergeState> {
    const peeled = await this.#history.peeled(id, defaultTip);
    if (!(await this.#history.isCommit(peeled))) return 'not-a-commit';
    return peeled !== id && (await this.#history.holds(defaultTip, peeled)) !== false ? 'merged' : 'not-merged';
  }

  /** Asks which old objects the source knows; the commits between those and the new ones may come along. */
  async #between(
    pairs: readonly (ChangedPair & Peeled)[],
    tip: ObjectId,
  ): Promise<{
    known: ReadonlySet<ObjectId>;
    graph: CommitGraph | undefined;
    proved: ReadonlySet<ChangedPair>;
  }> {
    const wants = [...new Set(pairs.map(({ new: { id } }) => id))];
    const haves = [...new Set(pairs.flatMap(oldObjects))];
    const { acknowledged, graph } = await this.#history.between(wants, haves);
    const known = new Set(acknowledged);
    const ways = pairs.map((pair) => ({ from: pair.new.id, to: pair.old, pair }));
    const leading = graph === undefined ? [] : await inSlices(graph.leading(ways));
    const proved = new Set<ChangedPair>();
    for (const { to, pair } of leading) {
      known.add(to);
      proved.add(pair);
    }
    const open = haves.filter((id) => !known.has(id));
    if (open.length > 0) for (const id of await this.#history.known(open, tip)) known.add(id);
    return { known, graph, proved };
  }

  /** Sees that the source has an annotated tag that it would replace: its word does not do where that would be lost. */
  async #hasTag({ tag, new: { id } }: ChangedPair & Peeled): Promise<boolean> {
    return !this.#mustProve || tag === undefined || (await this.#history.isGiven(tag, id));
  }
}

function oldObjects({ old, tag }: ChangedPair & Peeled): ObjectId[] {
  return tag === undefined ? [old] : [old, tag];
}
