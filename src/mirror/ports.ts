import type { Log } from '../options/log.js';
import type { Policy } from '../options/policy.js';
import type { Clock } from '../protocol/clock.js';
import type { RemoteError } from '../protocol/errors.js';
import type { Place } from '../protocol/location.js';
import type { Ref } from '../protocol/wire/advertisement.js';
import type { Head } from '../protocol/wire/head.js';
import type { FetchAnswer, FetchRequest } from '../protocol/wire/fetch.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import type { PackedObject, PackLimits } from '../protocol/wire/pack.js';
import type { PushReport, PushRequest } from '../protocol/wire/push.js';
import type { Traffic } from '../protocol/wire/transport.js';
import type { SourceSnapshot, TargetDetails, TargetSnapshot } from '../repositories/refs.js';

/** An end as messages tell it. */
export interface End {
  /** Without credentials. */
  readonly location: string;
  readonly place: Place;
}

/** The source as a mirror sees it: a repository that tells its refs and gives objects. */
export interface SourcePort extends End {
  readonly traffic: Readonly<Traffic>;
  /** Known once the refs were read. */
  readonly format: ObjectFormat;
  /** The server gives commits without what they hold. */
  readonly canFilter: boolean;
  /** The server gives histories that are cut off. */
  readonly canDeepen: boolean;
  read(): Promise<SourceSnapshot>;
  /** Lists the refs that begin with one of the prefixes; a server may list more. */
  list(prefixes: readonly string[]): Promise<readonly Ref[]>;
  fetch(request: FetchRequest): Promise<FetchAnswer>;
  /** Fetches what the source has listed. Fails with a passing error if that is gone since. */
  fetchTips(request: FetchRequest): Promise<FetchAnswer>;
  /** Unpacks an answer in memory, one at a time; `undefined` for one that is larger than the limits. */
  readObjects(
    pack: AsyncGenerator<Buffer, void, undefined>,
    limits: PackLimits,
  ): Promise<ReadonlyMap<ObjectId, PackedObject> | undefined>;
  /** Fetches what the source has listed, and reads the commits and tags of it by way of a temporary folder. */
  readCommits(request: FetchRequest): AsyncIterable<readonly [ObjectId, PackedObject]>;
}

/** One push, but for what every push to a target has in common; the time for the report, where it is not the usual. */
export type TargetPush = Omit<PushRequest, 'capabilities' | 'agent' | 'reportWithinMs'> &
  Partial<Pick<PushRequest, 'reportWithinMs'>>;

/** The target as a mirror sees it: a repository that tells its refs and takes updates. */
export interface TargetPort extends End {
  readonly traffic: Readonly<Traffic>;
  /** Known once the refs were read; `undefined` for a repository that is yet to be created. */
  readonly format: ObjectFormat | undefined;
  readonly capabilities: { has(name: string): boolean };
  /** Objects that the target holds beside those of its refs. */
  readonly extraHaves: readonly ObjectId[];
  /** The target does not hold all that its refs build on. */
  readonly isShallow: boolean;
  /** The target's server reports that refs were moved, whether they were or not. */
  readonly saysOkBlindly: boolean;
  read(): Promise<TargetSnapshot>;
  /** Asks for what a push is not told: the default branch, symbolic refs, peeled tags. */
  details(): Promise<TargetDetails>;
  createIfMissing(format: ObjectFormat, defaultBranch: string | undefined): Promise<void>;
  /** Takes a repository away again that {@link createIfMissing} made. */
  removeIfCreated(): Promise<void>;
  /** @returns `undefined` where the target gives no report */
  push(push: TargetPush): Promise<PushReport | undefined>;
}

/** A ref that is to move, and the object that it is to have. */
export interface MovingRef {
  readonly ref: string;
  readonly tip: ObjectId;
}

/** Git LFS objects that changes may need, while they are looked for. */
export interface LfsSearch {
  /**
   * Brings over the objects that the moving refs need; in a dry run it only finds out what would come of that.
   *
   * @param moving the refs that were looked at, or fewer
   * @param onBegin is told before objects are moved, which may take long
   * @returns by ref, why a ref must not be moved yet
   */
  bring(moving: readonly MovingRef[], onBegin: () => void): Promise<ReadonlyMap<string, string>>;
}

/** The HEAD of the target, which a push neither tells nor moves. */
export interface HeadPort {
  /** True for a folder, where nothing is sent to look at it. */
  readonly isAtHand: boolean;
  /** The way to choose a default branch by hand: "do this". */
  readonly byHand: (branch: string) => string;
  read(): Promise<Head>;
  /** Makes HEAD name a branch that exists. Missing where that cannot be done from here. */
  readonly write?: ((branch: string) => Promise<void>) | undefined;
}

/** Git LFS as a mirror sees it. */
export interface LfsPort {
  /** Sentences that a user should know. */
  readonly notices: Iterable<string>;
  /** `undefined` where the repository does not use Git LFS. */
  readonly count: LfsCount | undefined;
  /**
   * Begins to look for the objects that the moving refs need. A failure is no failure until somebody brings them.
   *
   * @param haves objects of the target that came there with their Git LFS objects
   */
  look(moving: readonly MovingRef[], haves: readonly ObjectId[]): LfsSearch;
}

/** Counts of Git LFS objects. */
export interface LfsCount {
  /** In what changed. */
  readonly objects: number;
  /** Those that the target lacked and got. */
  readonly uploaded: number;
  /** Of those that the target got. */
  readonly bytes: number;
}

/** Settings of a mirror, once the repositories are known. */
export interface MirrorSettings {
  readonly policy: Policy;
  readonly dryRun: boolean;
  /** As a dry run, but a target that is not as the policy wants it is a failure. */
  readonly check: boolean;
  readonly pushOptions: readonly string[];
  /** Milliseconds that the run may take to find the refs that keep others from landing. */
  readonly isolationMs: number;
}

/** Everything that a mirror works with. */
export interface MirrorPorts {
  readonly source: SourcePort;
  readonly target: TargetPort;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The most refs that one push to the target may hold; without it, all go into one. */
  readonly refsPerPush?: number | undefined;
  /** Asks which branches the source's host protects, where only those are mirrored; `*` stands for any characters. */
  readonly protectedBranches?: (() => Promise<readonly string[]>) | undefined;
  /** Set where Git LFS objects are to be brought over. */
  readonly lfsObjects?: LfsPort | undefined;
  /** Set where the default branch of the target may be changed. */
  readonly head?: HeadPort | undefined;
  /** The reason why these two repositories cannot be mirrored, if that is known beforehand. */
  readonly refuse?: RemoteError | undefined;
}
