import { isRefusal } from '../protocol/errors.js';
import type { FetchAnswer } from '../protocol/wire/fetch.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { countObjects, firstObjectType, readObjects, type PackedObject } from '../protocol/wire/pack.js';
import { CommitGraph } from './commit-graph.js';
import { isBranch } from '../protocol/wire/ref-name.js';
import type { ChangedPair, MergeState, Relation, TargetOnlyPair } from './plan.js';
import type { SourcePort } from './ports.js';

/** The parts of a source that are asked about its history. */
export type CommitSource = Pick<SourcePort, 'location' | 'format' | 'canFilter' | 'canDeepen' | 'fetch' | 'fetchTips'>;

/** Beside a pair whose old object was peeled: the annotated tag. */
export interface Peeled {
  readonly tag?: ObjectId;
}

// An answer of commits alone: some 60,000 of them. A longer one is not read; each ref is asked about on its own then.
const LARGEST_ANSWER = { bytes: 16 * 1024 * 1024, content: 64 * 1024 * 1024 } as const;
const HAVES_A_REQUEST = 2000;
const REQUESTS_AT_ONCE = 6;

/**
 * Asks the source which objects are ancestors of which. Nothing is cloned: a fetch of commits alone tells what lies
 * between two commits, and the number of objects in a pack's header tells whether anything does.
 */
export class Ancestry {
  readonly #source: CommitSource;

  constructor(source: CommitSource) {
    this.#source = source;
  }

  /**
   * Relates each ref's old object to its new one. One request, and one more for each ref that it leaves open. A tag is
   * an object of its own: the source must know it, as well as the object that it points to.
   *
   * @param pairs the old object of an annotated tag is peeled
   */
  async relations(pairs: readonly (ChangedPair & Peeled)[]): Promise<Map<string, Relation>> {
    const relations = new Map<string, Relation>();
    const [first] = pairs;
    if (first === undefined) return relations;
    const { known, graph } = this.#source.canFilter
      ? await this.#between(pairs)
      : {
          known: await this.#known(pairs.flatMap(oldObjects), first.new.id),
          graph: undefined,
        };
    await eachOf(pairs, async (pair) => {
      const isKnown = oldObjects(pair).every((id) => known.has(id));
      relations.set(pair.ref, isKnown ? await this.#relation(pair, graph) : 'unknown-object');
    });
    return relations;
  }

  /**
   * Tells of each candidate whether the default branch holds it. One request where the source knows them all.
   *
   * @param candidates the object of an annotated tag is peeled
   */
  async merges(candidates: readonly TargetOnlyPair[], defaultTip: ObjectId): Promise<Map<string, MergeState>> {
    const states = new Map<string, MergeState>();
    if (candidates.length === 0) return states;
    const ids = candidates.map(({ old }) => old);
    let known: ReadonlySet<ObjectId> = new Set(ids);
    let unmerged = await this.#unmerged(known, defaultTip);
    if (unmerged === undefined) {
      known = await this.#known(ids, defaultTip);
      unmerged = await this.#unmerged(known, defaultTip);
    }
    await eachOf(candidates, async (candidate) => {
      states.set(
        candidate.ref,
        known.has(candidate.old) ? await this.#mergeState(candidate, defaultTip, unmerged) : 'unknown-object',
      );
    });
    return states;
  }

  /**
   * Asks for the commits and tags of the tips that a holder of the other objects lacks.
   *
   * @returns nothing where the source does not tell, or they are too many
   */
  async missing(tips: readonly ObjectId[], haves: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PackedObject>> {
    if (!this.#source.canFilter || tips.length === 0) return new Map();
    const answer = await this.#source.fetchTips({ wants: tips, haves, done: true, filter: 'tree:0' });
    return (await this.#objects(answer)) ?? new Map();
  }

  async #relation({ ref, old, new: tip }: ChangedPair, graph: CommitGraph | undefined): Promise<Relation> {
    if (graph?.leadsTo(tip.peeled, old) === true) return 'ancestor';
    if (graph?.border(tip.peeled).size === 0) return 'not-ancestor';
    if (!(await this.#isReachable(old, tip.id, tip.peeled))) return 'not-ancestor';
    return (await this.#isCommit(ref, old)) ? 'ancestor' : 'not-ancestor';
  }

  async #mergeState(
    { ref, old }: TargetOnlyPair,
    defaultTip: ObjectId,
    unmerged: ReadonlyMap<ObjectId, PackedObject> | undefined,
  ): Promise<MergeState> {
    const object = unmerged?.get(old);
    if (object !== undefined) return object.type === 'commit' ? 'not-merged' : 'not-a-commit';
    const isMerged = unmerged !== undefined || (await this.#isReachable(old, defaultTip));
    if (!(await this.#isCommit(ref, old))) return 'not-a-commit';
    return isMerged ? 'merged' : 'not-merged';
  }

  /** Asks which old objects the source knows; the commits between those and the new ones may come along. */
  async #between(
    pairs: readonly (ChangedPair & Peeled)[],
  ): Promise<{ known: ReadonlySet<ObjectId>; graph: CommitGraph | undefined }> {
    const wants = unique(pairs.map(({ new: tip }) => tip.id));
    const haves = unique(pairs.flatMap(oldObjects));
    const answer = await this.#source.fetchTips({ wants, haves, done: false, filter: 'tree:0' });
    const objects = answer.pack === undefined ? undefined : await this.#objects(answer);
    return { known: answer.acknowledged, graph: objects === undefined ? undefined : new CommitGraph(objects) };
  }

  /** Asks for the candidates' commits that the default branch lacks; `undefined` if one answer does not tell. */
  async #unmerged(
    candidates: ReadonlySet<ObjectId>,
    defaultTip: ObjectId,
  ): Promise<ReadonlyMap<ObjectId, PackedObject> | undefined> {
    if (!this.#source.canFilter) return undefined;
    if (candidates.size === 0) return new Map();
    try {
      const wants = [...candidates];
      return await this.#objects(
        await this.#source.fetch({ wants, haves: [defaultTip], done: true, filter: 'tree:0' }),
      );
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  }

  /** Asks which of the ids the source knows. The wanted tip is had as well, so that no object need be sent. */
  async #known(ids: readonly ObjectId[], tip: ObjectId): Promise<ReadonlySet<ObjectId>> {
    const known = new Set<ObjectId>();
    const all = unique(ids);
    const asked = new Set(all);
    for (let from = 0; from < all.length; from += HAVES_A_REQUEST) {
      const haves = [...all.slice(from, from + HAVES_A_REQUEST), tip];
      const answer = await this.#source.fetchTips({ wants: [tip], haves, done: false, filter: this.#filter() });
      if (answer.pack !== undefined) for await (const _chunk of answer.pack);
      for (const id of answer.acknowledged) if (asked.has(id)) known.add(id);
    }
    return known;
  }

  /** Reports whether the object is the other one, peeled, or one that the other builds on. */
  async #isReachable(id: ObjectId, from: ObjectId, peeled = from): Promise<boolean> {
    if (id === peeled) return true;
    const leads = this.#source.canFilter ? await this.#leadsTo(from, peeled, id) : undefined;
    return leads ?? (await this.#isNothingMissing(id, from));
  }

  /** Walks from the one commit to the beginning of the other's history; `undefined` if that is too far. */
  async #leadsTo(from: ObjectId, peeled: ObjectId, id: ObjectId): Promise<boolean | undefined> {
    const request = { wants: [from], haves: [id], done: true, filter: 'tree:0' } as const;
    const objects = await this.#objects(await this.#source.fetchTips(request));
    return objects === undefined ? undefined : new CommitGraph(objects).leadsTo(peeled, id);
  }

  /**
   * Reports whether a holder of the other object lacks nothing. A server that goes by dates may send too much where a
   * commit's clock was wrong, and a server that gives only what its refs point to says nothing: both count as missing.
   */
  async #isNothingMissing(id: ObjectId, from: ObjectId): Promise<boolean> {
    try {
      const answer = await this.#source.fetch({ wants: [id], haves: [from], done: true, filter: this.#filter() });
      return (await this.#glance(answer, (pack) => countObjects(pack, this.#source.location))) === 0;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  /** A branch has nothing but commits; what a tag points to must be asked. */
  async #isCommit(ref: string, id: ObjectId): Promise<boolean> {
    if (isBranch(ref)) return true;
    if (!this.#source.canDeepen) return false;
    try {
      const answer = await this.#source.fetch({ wants: [id], haves: [], done: true, depth: 1, filter: this.#filter() });
      return (await this.#glance(answer, (pack) => firstObjectType(pack, this.#source.location))) === 'commit';
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  }

  async #objects(answer: FetchAnswer): Promise<Map<ObjectId, PackedObject> | undefined> {
    if (answer.pack === undefined) return new Map();
    const { location, format } = this.#source;
    return readObjects(answer.pack, { location, format }, LARGEST_ANSWER);
  }

  /** Reads the beginning of a pack and gives up the rest; an empty pack is read to its end, which is near. */
  async #glance<T>(answer: FetchAnswer, read: (pack: AsyncIterator<Buffer>) => Promise<T>): Promise<T | undefined> {
    if (answer.pack === undefined) return undefined;
    try {
      const seen = await read(answer.pack);
      if (seen === 0) for await (const _chunk of answer.pack);
      return seen;
    } finally {
      await answer.pack.return();
    }
  }

  #filter(): 'tree:0' | undefined {
    return this.#source.canFilter ? 'tree:0' : undefined;
  }
}

function oldObjects({ old, tag }: ChangedPair & Peeled): ObjectId[] {
  return tag === undefined ? [old] : [old, tag];
}

function unique(ids: readonly ObjectId[]): ObjectId[] {
  return [...new Set(ids)];
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const open = items.values();
  const worker = async (): Promise<void> => {
    for (const item of open) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, items.length) }, worker));
}
