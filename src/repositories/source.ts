import { readAdvertisement, type Advertisement, type Ref } from '../protocol/wire/advertisement.js';
import { RemoteError } from '../protocol/errors.js';
import { fetchPack, shallowError, type FetchAnswer, type FetchRequest } from '../protocol/wire/fetch.js';
import { readRefs, requestRefs } from '../protocol/wire/ls-refs.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import type { Traffic, Transport } from '../protocol/wire/transport.js';
import { sourceSnapshot, type SourceSnapshot } from './refs.js';
import { BRANCHES, isBranch, REMOTE_TRACKING, TAGS } from '../protocol/wire/ref-name.js';
import type { StagingSettings } from './stage-git.js';
import type { Stage } from './staging.js';

const EVERYTHING = ['HEAD', BRANCHES, TAGS];
const OLDEST_READING_MS = 30_000;

/** The repository that is mirrored: gives its refs, and the objects and commits that are asked of it. */
export class SourceRepository {
  readonly #transport: Transport;
  readonly #agent: string;
  readonly #staging: StagingSettings;
  #format: ObjectFormat = 'sha1';
  #advertisement: Advertisement | undefined;
  #stage: Promise<Stage> | undefined;
  /** The refs as they were read last. */
  #snapshot: SourceSnapshot | undefined;
  /** Where the refs were first read, if that was done for others too; `undefined` once they are read anew. */
  #origin: SourceRepository | undefined;
  #first: Promise<SourceSnapshot> | undefined;
  #readAt = 0;

  constructor(transport: Transport, agent: string, staging: StagingSettings) {
    this.#transport = transport;
    this.#agent = agent;
    this.#staging = staging;
  }

  /** The same repository for one of several mirrors: its refs are read once for all of them, and staged once. */
  fork(transport: Transport): SourceRepository {
    const fork = new SourceRepository(transport, this.#agent, this.#staging);
    fork.#origin = this;
    return fork;
  }

  get location(): string {
    return this.#transport.location;
  }

  get traffic(): Traffic {
    return this.#transport.traffic;
  }

  get format(): ObjectFormat {
    return this.#format;
  }

  /** What the default branch stood at when the refs were read last. */
  get defaultTip(): ObjectId | undefined {
    return this.#snapshot?.refs.get(this.#snapshot.defaultBranch ?? '')?.id;
  }

  /** What the branches stood at when the refs were read last. */
  get branchTips(): ReadonlySet<ObjectId> {
    return new Set([...(this.#snapshot?.refs ?? [])].flatMap(([ref, { id }]) => (isBranch(ref) ? [id] : [])));
  }

  /** Whether commits can be had without what they hold. */
  get canFilter(): boolean {
    return this.#hasFetchFeature('filter');
  }

  /** Whether histories can be had cut off. */
  get canDeepen(): boolean {
    return this.#hasFetchFeature('shallow');
  }

  /** Reads the branches, the tags and HEAD. A stage from before is of what the source was then, and goes. */
  async read(): Promise<SourceSnapshot> {
    const origin = this.#origin;
    if (origin !== undefined && this.#first === undefined && origin.#isShareable) {
      this.#first = origin.#firstReading();
      this.#snapshot = await this.#first;
      this.#advertisement = origin.#advertisement;
      this.#format = origin.#format;
      return this.#snapshot;
    }
    this.#origin = undefined;
    await this.#removeStage();
    this.#snapshot = sourceSnapshot(await this.#listAll());
    return this.#snapshot;
  }

  /** Of a folder also what it was cloned from: a server has no business with that. */
  async #listAll(): Promise<readonly Ref[]> {
    if (this.#transport.folder !== undefined) return this.list([...EVERYTHING, REMOTE_TRACKING]);
    const listed = await this.list(EVERYTHING);
    return listed.filter(({ name }) => !name.startsWith(REMOTE_TRACKING));
  }

  /** Lists the refs that begin with one of the prefixes; a server may list more. */
  async list(prefixes: readonly string[]): Promise<readonly Ref[]> {
    if (this.#advertisement?.version === 2) return this.#ask(prefixes);
    const early = this.#transport.stateless && this.#advertisement === undefined ? this.#ask(prefixes) : undefined;
    early?.catch(() => undefined);
    const advertisement = await this.#advertise();
    if (advertisement.version === 0) return advertisement.refs;
    // Where the guess of the format was wrong, or a redirect came first, the early question was in vain.
    const guessed = this.#format === 'sha1' ? await early?.catch(() => undefined) : undefined;
    return guessed ?? this.#ask(prefixes);
  }

  /**
   * Fetches from the source, or from the stage of a source without protocol v2.
   *
   * @throws {RemoteError} of kind `shallow` where the source does not hold its whole history
   */
  async fetch(request: FetchRequest): Promise<FetchAnswer> {
    const transport = this.#advertisement?.version === 0 ? await this.#staged() : this.#transport;
    const answer = await fetchPack(transport, this.#format, this.#agent, request);
    if (!answer.isShallow || request.depth !== undefined) return answer;
    answer.abort();
    throw shallowError(this.location);
  }

  /**
   * Fetches what the source has listed as its tips. If it does not give them any more, it was changed in between: that
   * is told as an interruption, after which both ends are read again.
   */
  async fetchTips(request: FetchRequest): Promise<FetchAnswer> {
    try {
      return await this.fetch(request);
    } catch (error) {
      if (!(error instanceof RemoteError) || !error.detail.includes('not our ref')) throw error;
      throw new RemoteError({
        kind: 'interrupted',
        location: this.location,
        detail: `a ref was moved or deleted while it was being mirrored (${error.detail}).`,
        cause: error,
      });
    }
  }

  /** Closes every connection and removes the stage. Never throws. */
  async close(): Promise<void> {
    await this.#transport.close();
    await this.#removeStage();
  }

  /** A mirror that begins late is not to be judged by what was read long ago. What was staged is too dear to do anew. */
  get #isShareable(): boolean {
    const isRecent = this.#first === undefined || performance.now() - this.#readAt < OLDEST_READING_MS;
    return isRecent || this.#advertisement?.version === 0;
  }

  #firstReading(): Promise<SourceSnapshot> {
    if (this.#first === undefined) this.#readAt = performance.now();
    return (this.#first ??= this.read());
  }

  async #removeStage(): Promise<void> {
    const staged = await this.#stage?.catch(() => undefined);
    this.#stage = undefined;
    await staged?.remove().catch(() => undefined);
  }

  async #advertise(): Promise<Advertisement> {
    const answer = await this.#transport.advertise('git-upload-pack');
    const advertisement = await readAdvertisement(answer.packets, this.location);
    this.#advertisement = advertisement;
    this.#format = advertisement.capabilities.objectFormat(this.location);
    if (advertisement.version === 2 || this.#transport.stateless) await answer.release();
    else answer.abort();
    return advertisement;
  }

  async #ask(prefixes: readonly string[]): Promise<Ref[]> {
    const answer = await requestRefs(this.#transport, this.#format, this.#agent, prefixes);
    return readRefs(answer, this.#format, this.location);
  }

  async #staged(): Promise<Transport> {
    if (this.#origin !== undefined) return this.#origin.#staged();
    this.#stage ??= import('./staging.js').then(({ stage }) => stage(this.#transport, this.#agent, this.#staging));
    return (await this.#stage).transport;
  }

  #hasFetchFeature(feature: string): boolean {
    // A stage is served by the git of this machine, which has them all.
    return this.#advertisement?.version !== 2 || this.#advertisement.capabilities.hasFeature('fetch', feature);
  }
}
