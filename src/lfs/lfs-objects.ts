import type { Log } from '../options/log.js';
import type { Clock } from '../protocol/clock.js';
import { printable } from '../protocol/printable.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import type { ObjectRelaySettings, ObjectsRelayed } from './relay/objects.js';
import type { LfsStore } from './relay/store.js';
import type { FoundPointer } from './search/finder.js';
import type { Pointers } from './search/pointers.js';
import type { PointerSearch } from './search/search.js';

/** The search for Git LFS objects, and the stores that they go from and to. */
export interface LfsWays {
  readonly search: PointerSearch;
  readonly from: LfsStore;
  readonly to: LfsStore;
}

/** Settings of {@link LfsObjects}. */
export interface LfsSettings {
  /** True where a repository that does not use Git LFS is searched, too. */
  readonly looksAlways: boolean;
  /** Opens the ways, once there is something to look through: most runs have nothing. */
  readonly open: () => Promise<LfsWays>;
  readonly dryRun: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A ref that is to move, and the object that it is to have. */
export interface MovingRef {
  readonly ref: string;
  readonly tip: ObjectId;
}

/** Counts of Git LFS objects. */
export interface LfsCount {
  /** Objects in what changed. */
  objects: number;
  /** Objects that the target lacked and got. */
  uploaded: number;
  /** Bytes of the objects that it got. */
  bytes: number;
}

/** Objects that changes may need, while they are looked for. */
export interface LfsSearch {
  /**
   * Brings over the objects that the changes need; in a dry run it only counts them.
   *
   * @param moving the changes that were looked at, or fewer
   * @param onBegin called before objects are moved, which may take long
   * @returns reasons for which refs must not be moved yet, whole sentences by ref
   */
  bring(moving: readonly MovingRef[], onBegin: () => void): Promise<ReadonlyMap<string, string>>;
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** Sizes that are tried where pointers to one object say different ones. */
const MOST_SIZES = 5;

/** Finds the Git LFS objects that changes bring along, and brings over those that the target lacks. */
export class LfsObjects {
  readonly #settings: LfsSettings;
  readonly #needed = new Set<string>();
  readonly #moved = { uploaded: 0, bytes: 0 };
  readonly #searches = new Set<Promise<Pointers | undefined>>();
  #opening: Promise<LfsWays> | undefined;
  #ways: LfsWays | undefined;
  #hasLooked = false;

  constructor(settings: LfsSettings) {
    this.#settings = settings;
  }

  /** Sentences that a user should read about the search. */
  get notices(): Iterable<string> {
    return this.#ways?.search.notices ?? [];
  }

  /** The counts so far; `undefined` where the repository does not use Git LFS. */
  get count(): LfsCount | undefined {
    return this.#hasLooked || this.#settings.looksAlways ? { objects: this.#needed.size, ...this.#moved } : undefined;
  }

  /**
   * Looks for the objects that changes need. A failure is no failure until somebody waits for it.
   *
   * @param haves objects that the target holds
   */
  look(moving: readonly MovingRef[], haves: readonly ObjectId[]): LfsSearch {
    if (moving.length === 0) return { bring: async () => NOTHING };
    const looking = this.#open().then(({ search }) => search.look({ tips: tipsOf(moving), haves }));
    looking.catch(() => undefined);
    this.#searches.add(looking);
    return { bring: async (moved, onBegin) => this.#bring(await looking, moved, onBegin) };
  }

  async #bring(
    pointers: Pointers | undefined,
    moving: readonly MovingRef[],
    onBegin: () => void,
  ): Promise<ReadonlyMap<string, string>> {
    if (pointers === undefined) return NOTHING;
    this.#hasLooked = true;
    const tips = tipsOf(moving);
    const found = await pointers.all(tips);
    if (found.size === 0) return NOTHING;
    const failed = await this.#relay([...found.values()], { ref: moving[0]?.ref, tips }, onBegin);
    const missing = new Map([...found].filter(([oid]) => failed.has(oid)));
    const holding = missing.size === 0 ? new Map<ObjectId, FoundPointer>() : await pointers.holding(tips, missing);
    const withheld = moving.flatMap(({ ref, tip }): [string, string][] => {
      const pointer = holding.get(tip);
      return pointer === undefined ? [] : [[ref, withheldMessage(pointer, failed.get(pointer.oid) ?? '')]];
    });
    return new Map(withheld);
  }

  /** Closes every connection and removes the copies in the temporary folder. Never throws. */
  async close(): Promise<void> {
    const ways = await this.#opening?.catch(() => undefined);
    ways?.from.close();
    ways?.to.close();
    await Promise.allSettled([...this.#searches].map(async (search) => (await search)?.close()));
  }

  async #open(): Promise<LfsWays> {
    this.#opening ??= this.#settings.open();
    this.#ways = await this.#opening;
    return this.#ways;
  }

  async #relay(
    pointers: readonly FoundPointer[],
    need: Pick<ObjectRelaySettings, 'ref' | 'tips'>,
    onBegin: () => void,
  ): Promise<ReadonlyMap<string, string>> {
    const { dryRun, log, signal, clock } = this.#settings;
    const startedAt = clock.now();
    const what = 'Git LFS objects';
    const relayed = await this.#relayAnySize(pointers, {
      ...need,
      dryRun,
      signal,
      clock,
      onBegin,
      onProgress: (bytes, total) => log.progress({ what, bytes, total, startedAt, isDone: false }),
      onRetry: (line) => log.warn(line),
    });
    const { uploaded, bytes, failed } = relayed;
    if (uploaded > 0 && !dryRun) log.progress({ what, bytes, startedAt, isDone: true });
    for (const { oid } of pointers) this.#needed.add(oid);
    this.#moved.uploaded += uploaded;
    this.#moved.bytes += bytes;
    const done = dryRun ? 'would be brought over' : 'brought over';
    const objects = pointers.length === 1 ? 'object' : 'objects';
    log.info(
      `Git LFS: ${pointers.length} ${objects} in what changed, ${uploaded} ${done}, ${failed.size} could not be brought over.`,
    );
    return failed;
  }

  /** Relays objects. A pointer with a wrong size must not keep back the refs whose own pointer is right. */
  async #relayAnySize(pointers: readonly FoundPointer[], settings: ObjectRelaySettings): Promise<ObjectsRelayed> {
    const [{ from, to }, { relayObjects }] = await Promise.all([this.#open(), import('./relay/objects.js')]);
    const first = await relayObjects(from, to, pointers, settings);
    const failed = new Map(first.failed);
    let { uploaded, bytes } = first;
    for (let tried = 1; tried < MOST_SIZES; tried += 1) {
      const others = pointers.flatMap(({ oid, otherSizes = [] }) => {
        const size = failed.has(oid) ? [...otherSizes][tried - 1] : undefined;
        return size === undefined ? [] : [{ oid, size }];
      });
      if (others.length === 0) break;
      const again = await relayObjects(from, to, others, settings);
      for (const { oid } of others) if (!again.failed.has(oid)) failed.delete(oid);
      uploaded += again.uploaded;
      bytes += again.bytes;
    }
    return { uploaded, bytes, failed };
  }
}

function tipsOf(moving: readonly MovingRef[]): ObjectId[] {
  return [...new Set(moving.map(({ tip }) => tip))];
}

function withheldMessage({ oid, path }: FoundPointer, why: string): string {
  return (
    `its Git LFS object ${oid} (${printable(path, 300)}) could not be transferred: ${why.replace(/\.$/, '')}. ` +
    'The ref is left unchanged; set `lfs: never` to mirror without the objects.'
  );
}
