import { isRefusal } from '../protocol/errors.js';
import type { FetchAnswer } from '../protocol/wire/fetch.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { countObjects, firstObjectType, readObjects, type PackedObject } from '../protocol/wire/pack.js';
import { CommitGraph } from './commit-graph.js';
import type { MergeState, Relation } from './plan.js';
import type { SourceRepository } from '../repositories/source.js';

/** A ref that moves from one object to another. */
export interface Move {
  readonly ref: string;
  /** The target's object, peeled if it is an annotated tag. */
  readonly old: ObjectId;
  /** The source's object as its ref has it. */
  readonly new: ObjectId;
  /** The same, peeled if it is an annotated tag. */
  readonly newPeeled: ObjectId;
  /** Whether the old object is sure to be a commit, as that of a branch is. */
  readonly isCommit: boolean;
}

/** A ref that only the target has. */
export interface Candidate {
  readonly ref: string;
  /** Its object, peeled if it is an annotated tag. */
  readonly id: ObjectId;
  /** Whether the object is sure to be a commit, as that of a branch is. */
  readonly isCommit: boolean;
}

// An answer of commits alone: some 60,000 of them. A longer one is not read; each ref is asked about on its own then.
const LARGEST_ANSWER = { bytes: 16 * 1024 * 1024, content: 64 * 1024 * 1024 } as const;
const HAVES_A_REQUEST = 2000;
const REQUESTS_AT_ONCE = 6;

/**
 * Finds out what is an ancestor of what, by asking the source. Nothing is cloned: a fetch of commits alone says what
 * lies between two commits, and the number of objects in a pack's header says whether anything does.
 */
export class Ancestry {
  readonly #source: SourceRepository;

  constructor(source: SourceRepository) {
    this.#source = source;
  }

  /** How each ref's old object stands to its new one. One request, and one more for each ref that it leaves open. */
  async relations(moves: readonly Move[]): Promise<Map<string, Relation>> {
    const relations = new Map<string, Relation>();
    if (moves.length === 0) return relations;
    const { known, graph } = this.#source.canFilter
      ? await this.#between(moves)
      : {
          known: await this.#known(
            moves.map(({ old }) => old),
            moves[0]?.new ?? '',
          ),
          graph: undefined,
        };
    await eachOf(moves, async (move) => {
      relations.set(move.ref, known.has(move.old) ? await this.#relation(move, graph) : 'unknown-object');
    });
    return relations;
  }

  /** Whether the default branch holds each candidate. One request where the source knows them all. */
  async merges(candidates: readonly Candidate[], defaultTip: ObjectId): Promise<Map<string, MergeState>> {
    const states = new Map<string, MergeState>();
    if (candidates.length === 0) return states;
    const ids = candidates.map(({ id }) => id);
    let known: ReadonlySet<ObjectId> = new Set(ids);
    let unmerged = await this.#unmerged(known, defaultTip);
    if (unmerged === undefined) {
      known = await this.#known(ids, defaultTip);
      unmerged = await this.#unmerged(known, defaultTip);
    }
    await eachOf(candidates, async (candidate) => {
      states.set(
        candidate.ref,
        known.has(candidate.id) ? await this.#mergeState(candidate, defaultTip, unmerged) : 'unknown-object',
      );
    });
    return states;
  }

  /**
   * The commits and tags of tips that who has the others lacks.
   *
   * @returns nothing where the source does not tell, or they are too many
   */
  async missing(tips: readonly ObjectId[], haves: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, PackedObject>> {
    if (!this.#source.canFilter || tips.length === 0) return new Map();
    const answer = await this.#source.fetchTips({ wants: tips, haves, done: true, filter: 'tree:0' });
    return (await this.#objects(answer)) ?? new Map();
  }

  async #relation(move: Move, graph: CommitGraph | undefined): Promise<Relation> {
    if (graph?.leadsTo(move.newPeeled, move.old) === true) return 'ancestor';
    if (graph?.border(move.newPeeled).size === 0) return 'not-ancestor';
    if (!(await this.#isReachable(move.old, move.new, move.newPeeled))) return 'not-ancestor';
    return move.isCommit || (await this.#isCommit(move.old)) ? 'ancestor' : 'not-ancestor';
  }

  async #mergeState(
    candidate: Candidate,
    defaultTip: ObjectId,
    unmerged: ReadonlyMap<ObjectId, PackedObject> | undefined,
  ): Promise<MergeState> {
    const object = unmerged?.get(candidate.id);
    if (object !== undefined) return object.type === 'commit' ? 'not-merged' : 'not-a-commit';
    if (unmerged === undefined && !(await this.#isReachable(candidate.id, defaultTip))) {
      return candidate.isCommit || (await this.#isCommit(candidate.id)) ? 'not-merged' : 'not-a-commit';
    }
    return candidate.isCommit || (await this.#isCommit(candidate.id)) ? 'merged' : 'not-a-commit';
  }

  /** Which of the old objects the source knows, and the commits between those and the new ones if they came along. */
  async #between(moves: readonly Move[]): Promise<{ known: ReadonlySet<ObjectId>; graph: CommitGraph | undefined }> {
    const wants = unique(moves.map(({ new: id }) => id));
    const haves = unique(moves.map(({ old }) => old));
    const answer = await this.#source.fetchTips({ wants, haves, done: false, filter: 'tree:0' });
    const objects = answer.pack === undefined ? undefined : await this.#objects(answer);
    return { known: answer.acknowledged, graph: objects === undefined ? undefined : new CommitGraph(objects) };
  }

  /** The candidates' commits that the default branch lacks; `undefined` if the source will not say so in one answer. */
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

  /** The ids that the source knows. The wanted tip is had as well, so that no object need be sent. */
  async #known(ids: readonly ObjectId[], tip: ObjectId): Promise<ReadonlySet<ObjectId>> {
    const known = new Set<ObjectId>();
    const all = unique(ids);
    for (let from = 0; from < all.length; from += HAVES_A_REQUEST) {
      const haves = [...all.slice(from, from + HAVES_A_REQUEST), tip];
      const answer = await this.#source.fetchTips({ wants: [tip], haves, done: false, filter: this.#filter() });
      if (answer.pack !== undefined) for await (const _chunk of answer.pack);
      for (const id of answer.acknowledged) known.add(id);
    }
    return known;
  }

  /** Whether the object is the other one, peeled, or one that it builds on. */
  async #isReachable(id: ObjectId, from: ObjectId, peeled = from): Promise<boolean> {
    if (id === peeled) return true;
    const leads = this.#source.canFilter ? await this.#leadsTo(from, peeled, id) : undefined;
    return leads ?? (await this.#isNothingMissing(id, from));
  }

  /** Walks from the one commit to where the other's history begins; `undefined` if that is too far. */
  async #leadsTo(from: ObjectId, peeled: ObjectId, id: ObjectId): Promise<boolean | undefined> {
    const request = { wants: [from], haves: [id], done: true, filter: 'tree:0' } as const;
    const objects = await this.#objects(await this.#source.fetchTips(request));
    return objects === undefined ? undefined : new CommitGraph(objects).leadsTo(peeled, id);
  }

  /**
   * Whether nothing is missing to who has the other object. A server that goes by dates may send too much where a
   * commit's clock was wrong, and one that gives only what its refs point to says nothing: both count as missing.
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

  async #isCommit(id: ObjectId): Promise<boolean> {
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

  /** Reads the beginning of a pack and gives up the rest, but for an empty one, whose end is near. */
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
