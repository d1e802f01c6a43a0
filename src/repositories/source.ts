import { RemoteError } from '../protocol/errors.js';
import { Budget } from '../protocol/limits/budget.js';
import { RUN_LIMITS } from '../protocol/limits/run.js';
import type { Place } from '../protocol/location.js';
import type { Listing, Ref } from '../protocol/wire/advertisement.js';
import { shallowError, type FetchAnswer, type FetchRequest } from '../protocol/wire/fetch.js';
import { zeroId, type ObjectFormat, type ObjectId } from '../protocol/wire/object-format.js';
import { BRANCHES, isBranch, REMOTE_TRACKING, TAGS } from '../protocol/wire/ref-name.js';
import { readObjects, type PackedObject, type PackLimits, type PackSums } from '../protocol/wire/pack.js';
import type { Traffic, Transport } from '../protocol/wire/transport.js';
import { FolderFetch } from './incomplete.js';
import { sourceSnapshot, type SourceSnapshot } from './refs.js';
import type { StagingSettings } from './stage-git.js';
import { Queue } from './queue.js';
import type { Stage } from './staging.js';
import { UploadPack } from './upload-pack.js';

const EVERYTHING = ['HEAD', BRANCHES, TAGS];
const OLDEST_READING_MS = 30_000;

/** The repository that is mirrored: tells its refs, and gives the objects and commits that are asked of it. */
export class SourceRepository {
  readonly #transport: Transport;
  readonly #agent: string;
  readonly #staging: StagingSettings;
  readonly #uploadPack: UploadPack;
  /** Answers are unpacked one at a time, whoever has asked: each takes memory. */
  #unpacking = new Queue();
  readonly #sums: PackSums = {
    bytes: new Budget(RUN_LIMITS.unpackedBytes.value),
    objects: new Budget(RUN_LIMITS.unpackedObjects.value),
  };
  #stage: Promise<Stage> | undefined;
  /** The refs as they were read last. */
  #snapshot: SourceSnapshot | undefined;
  /** The repository whose first reading serves several mirrors; `undefined` once the refs are read anew. */
  #origin: SourceRepository | undefined;
  #first: Promise<SourceSnapshot> | undefined;
  #readAt = 0;

  constructor(transport: Transport, agent: string, staging: StagingSettings) {
    this.#transport = transport;
    this.#agent = agent;
    this.#staging = staging;
    this.#uploadPack = new UploadPack(transport, agent, staging);
  }

  /** The same repository for one of several mirrors: its refs are read once for all of them, and staged once. */
  fork(transport: Transport): SourceRepository {
    const fork = new SourceRepository(transport, this.#agent, this.#staging);
    fork.#origin = this;
    fork.#unpacking = this.#unpacking;
    return fork;
  }

  get location(): string {
    return this.#transport.location;
  }

  get place(): Place {
    return this.#transport.place;
  }

  get traffic(): Traffic {
    return this.#transport.traffic;
  }

  get format(): ObjectFormat {
    return this.#uploadPack.format;
  }

  /** The object of the default branch when the refs were read last. */
  get defaultTip(): ObjectId | undefined {
    return this.#snapshot?.refs.get(this.#snapshot.defaultBranch ?? '')?.id;
  }

  /** The objects of the branches when the refs were read last. */
  get branchTips(): ReadonlySet<ObjectId> {
    return new Set([...(this.#snapshot?.refs ?? [])].flatMap(([ref, { id }]) => (isBranch(ref) ? [id] : [])));
  }

  /** The server gives commits without what they hold. */
  get canFilter(): boolean {
    return this.#uploadPack.hasFetchFeature('filter');
  }

  /** The server gives histories that are cut off. */
  get canDeepen(): boolean {
    return this.#uploadPack.hasFetchFeature('shallow');
  }

  /** Reads the branches, the tags and HEAD. A stage that was made before is out of date, and is removed. */
  async read(): Promise<SourceSnapshot> {
    const origin = this.#origin;
    if (origin !== undefined && this.#first === undefined && origin.#isShareable) {
      this.#first = origin.#firstReading();
      this.#snapshot = await this.#first;
      this.#uploadPack.learnFrom(origin.#uploadPack);
      return this.#snapshot;
    }
    this.#origin = undefined;
    await this.#removeStage();
    this.#snapshot = sourceSnapshot(await this.#listAll());
    return this.#snapshot;
  }

  /** Lists the refs that begin with one of the prefixes, broken ones with the zero id; a server may list more. */
  async list(prefixes: readonly string[]): Promise<readonly Ref[]> {
    const { refs, broken } = await this.#uploadPack.list(prefixes);
    return [...refs, ...broken.map((name) => ({ name, id: zeroId(this.format) }))];
  }

  /**
   * Fetches from the source, or from the stage of a source without protocol v2.
   *
   * @throws {RemoteError} of kind `shallow` where the source does not hold its whole history
   */
  async fetch(request: FetchRequest): Promise<FetchAnswer> {
    const over = this.#uploadPack.needsStage ? await this.#staged() : this.#transport;
    const { folder } = this.#transport;
    const fetch = (asked: FetchRequest): Promise<FetchAnswer> => this.#uploadPack.fetch(asked, over);
    const answer = await (folder === undefined ? fetch(request) : new FolderFetch(folder).run(request, fetch));
    if (!answer.isShallow || request.depth !== undefined) return answer;
    answer.abort();
    throw shallowError(this.location);
  }

  /**
   * Fetches what the source has listed as its tips.
   *
   * @throws {RemoteError} where the source does not give a tip: of kind `interrupted` if it does not list it any more
   * either, after which both ends are to be read again; of kind `refused` if it still lists what it does not have
   */
  async fetchTips(request: FetchRequest): Promise<FetchAnswer> {
    try {
      return await this.fetch(request);
    } catch (error) {
      const lost = lostTipIn(error);
      throw lost === undefined ? error : await this.#explainLoss(lost, request.wants, error);
    }
  }

  /** Unpacks an answer in memory, one at a time, and not too much in all; see {@link readObjects}. */
  async readObjects(
    pack: AsyncGenerator<Buffer, void, undefined>,
    limits: PackLimits,
  ): Promise<ReadonlyMap<ObjectId, PackedObject> | undefined> {
    const { location, format } = this;
    const { signal } = this.#staging;
    return this.#unpacking.run(() => readObjects(pack, { location, format, signal }, { ...limits, sums: this.#sums }));
  }

  /**
   * Fetches what the source has listed, and reads the commits and tags of it. They go through a temporary folder, and so
   * may be too many for memory.
   */
  async *readCommits(request: FetchRequest): AsyncGenerator<readonly [ObjectId, PackedObject], void, undefined> {
    const { pack } = await this.fetchTips(request);
    if (pack === undefined) return;
    this.#staging.onStage(
      `${this.location}: much has changed, so the history is copied to a temporary folder to see which commits the target has.`,
    );
    const { StageGit } = await import('./stage-git.js');
    const git = await StageGit.create(this.format, this.location, this.#staging);
    try {
      await git.index(pack);
      yield* git.commits();
    } finally {
      await git.remove();
    }
  }

  /** Tells a tip that was moved meanwhile from one that is listed, but is not there. */
  async #explainLoss(lost: ObjectId, wants: readonly ObjectId[], cause: unknown): Promise<RemoteError> {
    const listed = new Set((await this.#listAll()).refs.map(({ id }) => id));
    const { location } = this;
    if (wants.includes(lost) && listed.has(lost)) {
      const detail = `the source lists the object ${lost}, but does not give it.`;
      return new RemoteError({ kind: 'refused', location, detail, cause });
    }
    const detail = `a ref was moved or deleted while it was being mirrored (${(cause as RemoteError).detail}).`;
    return new RemoteError({ kind: 'interrupted', location, detail, cause });
  }

  /** Closes every connection and removes the stage. Never throws. */
  async close(): Promise<void> {
    await this.#transport.close();
    await this.#removeStage();
  }

  /** Asks a folder also for the refs of its origin: a server has no business with those. */
  async #listAll(): Promise<Listing> {
    const { folder } = this.#transport;
    if (folder !== undefined) {
      const listing = await this.#uploadPack.list([...EVERYTHING, REMOTE_TRACKING]);
      return this.#uploadPack.tellsBroken ? listing : withBroken(listing, await folder.looseRefs());
    }
    const { refs, broken } = await this.#uploadPack.list(EVERYTHING);
    return { refs: refs.filter(({ name }) => !name.startsWith(REMOTE_TRACKING)), broken };
  }

  /** A mirror that begins late is not to be judged by an old reading. A stage is too dear to be made anew. */
  get #isShareable(): boolean {
    const isRecent = this.#first === undefined || performance.now() - this.#readAt < OLDEST_READING_MS;
    return isRecent || this.#uploadPack.needsStage;
  }

  #firstReading(): Promise<SourceSnapshot> {
    if (this.#first === undefined) this.#readAt = performance.now();
    return (this.#first ??= this.read());
  }

  async #staged(): Promise<Transport> {
    if (this.#origin !== undefined) return this.#origin.#staged();
    this.#stage ??= import('./staging.js').then(({ stage }) => stage(this.#transport, this.#agent, this.#staging));
    return (await this.#stage).transport;
  }

  async #removeStage(): Promise<void> {
    const staged = await this.#stage?.catch(() => undefined);
    this.#stage = undefined;
    await staged?.remove().catch(() => undefined);
  }
}

/** Adds the refs that stand as files in a folder and that its git passes over: they are not to be taken for absent. */
function withBroken({ refs, broken }: Listing, loose: readonly string[]): Listing {
  const listed = new Set([...refs.map(({ name }) => name), ...broken]);
  return { refs, broken: [...broken, ...loose.filter((name) => !listed.has(name))] };
}

/** Finds in the words of git (upload-pack.c) an object that it does not give; the protocol has no other sign of it. */
function lostTipIn(error: unknown): ObjectId | undefined {
  if (!(error instanceof RemoteError) || error.kind !== 'refused') return undefined;
  return /not our ref ([0-9a-f]{40,64})\b/.exec(error.detail)?.[1];
}
