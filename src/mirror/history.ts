import { isRefusal } from '../protocol/errors.js';
import type { FetchAnswer, FetchRequest } from '../protocol/wire/fetch.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { peel } from '../protocol/wire/objects.js';
import { RUN_LIMITS } from '../protocol/limits/run.js';
import { countObjects, firstObjectType, type PackedObject } from '../protocol/wire/pack.js';
import { CommitGraph } from './commit-graph.js';
import type { SourcePort } from './ports.js';

/** The parts of a source that are asked about its history. */
export type CommitSource = Pick<
  SourcePort,
  'location' | 'canFilter' | 'canDeepen' | 'fetch' | 'fetchTips' | 'readObjects' | 'readCommits'
>;

/** Commits and tags by their ids. */
export type Objects = ReadonlyMap<ObjectId, PackedObject>;

// A longer answer is not read; each ref is asked about on its own then.
const LARGEST_ANSWER = { bytes: RUN_LIMITS.historyBytes.value, content: RUN_LIMITS.historyContent.value } as const;
// A tag near a tip comes with little else.
const LARGEST_WITH_FILES = 1024 * 1024;
const HAVES_A_REQUEST = 2000;
const REQUESTS_AT_ONCE = 6;

/**
 * A source's answers to single questions about its history. Nothing is cloned: a fetch of commits alone tells what lies
 * between two commits, and the number of objects in a pack's header tells whether anything does.
 *
 * A server may leave out what it should say. What it does not acknowledge counts as unknown to it only where it
 * acknowledges an object of which it is certain that it has it. Of a server that does not, only the commits count.
 */
export class History {
  readonly #source: CommitSource;
  readonly #mustProve: boolean;
  #acknowledges = true;
  #bytesLeft = LARGEST_ANSWER.bytes;
  #walks: Promise<unknown> = Promise.resolve();

  /** @param mustProve takes no word of the source for what could be proved by commits */
  constructor(source: CommitSource, mustProve = false) {
    this.#source = source;
    this.#mustProve = mustProve;
  }

  /** Objects that an answer leaves out are had, or were seen not to be. */
  get acknowledges(): boolean {
    return this.#acknowledges;
  }

  /** Asks which haves the source knows; what lies between those and the wants may come along. */
  async between(
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
  ): Promise<{ acknowledged: ReadonlySet<ObjectId>; graph: CommitGraph | undefined }> {
    const answer = await this.#source.fetchTips({ wants, haves, done: false, filter: this.#filter });
    const { acknowledged } = answer;
    return { acknowledged, graph: answer.pack === undefined ? undefined : graphOf(await this.#objects(answer)) };
  }

  /**
   * Asks for the commits and tags of the tips that a holder of the other objects lacks.
   *
   * @param tips which the source has listed
   * @returns `undefined` where they are too many, or the source does not give commits alone
   */
  async missing(tips: readonly ObjectId[], haves: readonly ObjectId[]): Promise<Objects | undefined> {
    if (!this.#source.canFilter) return undefined;
    if (tips.length === 0) return new Map();
    return this.#objects(await this.#source.fetchTips({ wants: tips, haves, done: true, filter: 'tree:0' }));
  }

  /** Asks for the commits and tags of any objects that a holder of the tip lacks; `undefined` if one answer does not tell. */
  async missingOf(ids: readonly ObjectId[], tip: ObjectId): Promise<Objects | undefined> {
    if (!this.#source.canFilter) return undefined;
    if (ids.length === 0) return new Map();
    return orRefused(async () =>
      this.#objects(await this.#source.fetch({ wants: ids, haves: [tip], done: true, filter: 'tree:0' })),
    );
  }

  /**
   * Asks which of the ids the source knows. The wanted tip is had as well, so that no object need be sent, and comes last:
   * who does not acknowledge it either has left out others before it.
   */
  async known(ids: readonly ObjectId[], tip: ObjectId): Promise<ReadonlySet<ObjectId>> {
    const known = new Set<ObjectId>();
    const others = [...new Set(ids)].filter((id) => id !== tip);
    for (let from = 0; from < others.length; from += HAVES_A_REQUEST) {
      const asked = others.slice(from, from + HAVES_A_REQUEST);
      const haves = [...asked, tip];
      const answer = await this.#source.fetchTips({ wants: [tip], haves, done: false, filter: this.#filter });
      await this.#glance(answer, (pack) => countObjects(pack, this.#source.location));
      if (!answer.acknowledged.has(tip)) this.#acknowledges = false;
      const open = asked.filter((id) => !answer.acknowledged.has(id));
      for (const id of answer.acknowledged) known.add(id);
      if (!this.#acknowledges) await eachOf(open, async (id) => void ((await this.#gives(id)) && known.add(id)));
    }
    return known.add(tip);
  }

  /**
   * Reports whether a holder of the other object, a tip of the source's, holds this one, which the source knows.
   *
   * @returns the way in which that was seen: by a walk of commits, or as the server counts
   */
  async holds(from: ObjectId, id: ObjectId): Promise<'by walk' | 'by count' | false> {
    if (this.#mustProve) return (await this.#isProved(from, id)) && 'by walk';
    if (this.#source.canFilter) {
      const leads = await this.#leadsTo(from, id, LARGEST_ANSWER.bytes);
      if (leads !== undefined) return leads && 'by walk';
    }
    // Nothing is missing: that is certain. Something is: servers that go by dates say so where clocks were wrong, or alike.
    if (this.#acknowledges && (await this.#isNothingMissing(id, from))) return 'by count';
    return !this.#source.canFilter && (await this.#leadsToThroughFiles(from, id)) && 'by walk';
  }

  /**
   * Follows an annotated tag, which the source knows, to what it stands for; anything else is its own.
   *
   * @param near a tip of the source's that the tag may be near
   */
  async peeled(id: ObjectId, near: ObjectId): Promise<ObjectId> {
    const objects = await orRefused(async () =>
      this.#objects(
        await this.#source.fetch({ wants: [id], haves: [near], done: true, filter: this.#filter }),
        this.#source.canFilter ? LARGEST_ANSWER.bytes : LARGEST_WITH_FILES,
      ),
    );
    return peel(id, objects ?? new Map());
  }

  /** Reports whether an object that the source knows is a commit. */
  async isCommit(id: ObjectId): Promise<boolean> {
    if (!this.#source.canDeepen) return false;
    const request = { wants: [id], haves: [], done: true, depth: 1, filter: this.#filter } as const;
    const first = await orRefused(async () =>
      this.#glance(await this.#source.fetch(request), (pack) => firstObjectType(pack, this.#source.location)),
    );
    if (first === 'commit' || first === 'tag' || first === undefined) return first === 'commit';
    // Some servers send commits last.
    const objects = await orRefused(async () => this.#objects(await this.#source.fetch(request)));
    return objects?.get(id)?.type === 'commit';
  }

  /** Reports whether the source gives an object that has this id: who does not have it cannot make it up. */
  async isGiven(id: ObjectId, near: ObjectId): Promise<boolean> {
    const request = { wants: [id], haves: [near], done: true, filter: this.#filter } as const;
    const first = await orRefused(async () => this.#objects(await this.#source.fetch(request)));
    // What the other tag is made on is left out: it is asked for without that, too, if little else comes along.
    if (first === undefined || first.has(id) || !this.#source.canFilter || !this.#source.canDeepen)
      return first?.has(id) === true;
    const alone = { wants: [id], haves: [], done: true, depth: 1, filter: this.#filter } as const;
    return (await orRefused(async () => this.#objects(await this.#source.fetch(alone))))?.has(id) === true;
  }

  /** Walks from the one commit to the beginning of the other's history; `undefined` if that is too far. */
  async #leadsTo(from: ObjectId, id: ObjectId, most: number): Promise<boolean | undefined> {
    const objects = await this.#objects(await this.#source.fetchTips(this.#between(from, id)), most);
    return graphOf(objects)?.leadsTo(from, id);
  }

  /** Walks from the one commit to the other, in memory or, where that is too far, in a temporary folder. */
  async #isProved(from: ObjectId, id: ObjectId): Promise<boolean> {
    const { canFilter } = this.#source;
    const near = canFilter ? await this.#leadsTo(from, id, LARGEST_ANSWER.bytes) : undefined;
    if (near !== undefined) return near;
    const walk = this.#walks.then(async () => {
      const most = canFilter ? 0 : this.#bytesLeft;
      const leads = most === 0 ? undefined : await this.#leadsTo(from, id, most);
      return leads ?? this.#leadsToInFolder(from, id);
    });
    this.#walks = walk.catch(() => undefined);
    return walk;
  }

  async #leadsToInFolder(from: ObjectId, id: ObjectId): Promise<boolean> {
    const graph = new CommitGraph();
    for await (const [name, object] of this.#source.readCommits(this.#between(from, id))) {
      graph.add(name, object);
      if (graph.size > RUN_LIMITS.historyLinksInFolder.value) return false;
    }
    return graph.leadsTo(from, id);
  }

  #between(from: ObjectId, id: ObjectId): FetchRequest {
    return { wants: [from], haves: [id], done: true, filter: this.#filter };
  }

  /** Walks where commits do not come without files: one walk after the other, and not too much for all of them. */
  async #leadsToThroughFiles(from: ObjectId, id: ObjectId): Promise<boolean> {
    const walk = this.#walks.then(async () => {
      if (this.#bytesLeft === 0) return false;
      return (await this.#leadsTo(from, id, this.#bytesLeft)) ?? false;
    });
    this.#walks = walk.catch(() => undefined);
    return walk;
  }

  /** Reports whether a holder of the other object lacks nothing; a source that does not give the object says nothing. */
  async #isNothingMissing(id: ObjectId, from: ObjectId): Promise<boolean> {
    return (await this.#count([id], [from])) === 0;
  }

  /** Reports whether the source gives an object that it is asked for by its id. */
  async #gives(id: ObjectId): Promise<boolean> {
    return ((await this.#count([id], [])) ?? 0) > 0;
  }

  /** The number of objects that a pack announces; `undefined` where the source refuses. */
  async #count(wants: readonly ObjectId[], haves: readonly ObjectId[]): Promise<number | undefined> {
    const depth = haves.length === 0 && this.#source.canDeepen ? 1 : undefined;
    return orRefused(async () => {
      const answer = await this.#source.fetch({ wants, haves, done: true, depth, filter: this.#filter });
      return this.#glance(answer, (pack) => countObjects(pack, this.#source.location));
    });
  }

  /** Reads an answer, if it is not longer than so many bytes. */
  async #objects(answer: FetchAnswer, most: number = LARGEST_ANSWER.bytes): Promise<Objects | undefined> {
    if (answer.pack === undefined) return new Map();
    const pack = this.#source.canFilter ? answer.pack : this.#spending(answer.pack);
    return this.#source.readObjects(pack, { bytes: most, content: LARGEST_ANSWER.content });
  }

  async *#spending(pack: AsyncGenerator<Buffer, void, undefined>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of pack) {
      this.#bytesLeft = Math.max(0, this.#bytesLeft - chunk.length);
      yield chunk;
    }
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

  get #filter(): 'tree:0' | undefined {
    return this.#source.canFilter ? 'tree:0' : undefined;
  }
}

/** The history in an answer; `undefined` where it holds more than is walked in memory. */
export function graphOf(objects: Objects | undefined): CommitGraph | undefined {
  if (objects === undefined) return undefined;
  const graph = new CommitGraph();
  for (const [id, object] of objects) {
    graph.add(id, object);
    if (graph.size > RUN_LIMITS.historyLinks.value) return undefined;
  }
  return graph;
}

/** Does the work for each item, a few at a time. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const open = items.values();
  const worker = async (): Promise<void> => {
    for (const item of open) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, items.length) }, worker));
}

async function orRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
