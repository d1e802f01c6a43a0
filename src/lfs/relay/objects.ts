import type { Clock } from '../../protocol/clock.js';
import { isError, RemoteError } from '../../protocol/errors.js';
import { plainError } from '../../protocol/http/connection-error.js';
import { PATIENCE, patiently, type RetryPolicy } from '../../protocol/patience.js';
import type { ObjectId } from '../../protocol/wire/object-format.js';
import type { Pointer } from '../wire/pointer.js';
import { ContentUsedUp } from '../wire/requests.js';
import { LastingFailures } from './lasting.js';
import { checkContent, RefusedTransfer, Unverified, WrongContent, type LfsStore } from './store.js';
import { urlOf } from '../../protocol/url.js';

/** The result of relaying objects. */
export interface ObjectsRelayed {
  readonly uploaded: number;
  /** Sum of the sizes of the objects that were brought over. */
  readonly bytes: number;
  /** Reasons for which objects could not be brought over, a clause by oid. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Settings of {@link relayObjects}. */
export interface ObjectRelaySettings {
  /** Full name of the ref that the objects are for. */
  readonly ref: string | undefined;
  /** The tips that need them. */
  readonly tips: readonly ObjectId[];
  /** True where nothing is moved: the result then says what would be. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Called before objects are moved. */
  readonly onBegin: () => void;
  /** Hears the bytes that have gone through so far, and their total. */
  readonly onProgress: (bytes: number, total: number) => void;
  /** Hears of each object that is begun again. */
  readonly onRetry: (message: string) => void;
}

/** As git-lfs has it (git-lfs-config, `lfs.transfer.maxretries`, `lfs.transfer.maxretrydelay`): eight more tries. */
const TRIES: RetryPolicy = {
  ...PATIENCE,
  attempts: 9,
  attemptsWhenThrottled: 9,
  firstPauseMs: 250,
  growth: 2,
  longestPauseMs: 10_000,
};
/** Longest pause after a refusal: unlike a server that is busy, one that refuses does not change its mind with time. */
const REFUSED_PAUSE_MS = 1000;
/** Tries in all of an object whose content is another one each time. */
const WRONG_CONTENTS = 3;
const AT_ONCE = 8;
/** A server that is both ends must have room for the uploads beside the downloads that they wait for. */
const AT_ONCE_ON_ONE_SERVER = 4;
/** Objects in a row, each by itself, that meet with silence before the others are given up. */
const SILENCES = 2;
/** Objects that are asked about at once: the answers are kept while these are under way, and may expire. */
const SLICE = 1000;

/**
 * Brings Git LFS objects from one store to another: only those that the target lacks, several at once, each streamed
 * from the one to the other and checked on its way. Nothing is kept in between. An object that a store refuses, or that
 * cannot be had, does not stop the others: some refs need only those.
 */
export async function relayObjects(
  source: LfsStore,
  target: LfsStore,
  objects: readonly Pointer[],
  settings: ObjectRelaySettings,
): Promise<ObjectsRelayed> {
  const relay = new ObjectRelay(source, target, objects, settings);
  for (let from = 0; from < objects.length; from += SLICE) await relay.bring(objects.slice(from, from + SLICE));
  return relay;
}

class ObjectRelay implements ObjectsRelayed {
  uploaded = 0;
  bytes = 0;
  readonly failed = new Map<string, string>();
  readonly #source: LfsStore;
  readonly #target: LfsStore;
  readonly #settings: ObjectRelaySettings;
  readonly #heldUp = new Set<string>();
  readonly #lasting = new LastingFailures();
  #width: number;
  #underWay = 0;
  /** Objects in a row that met with silence, though nothing else was under way. */
  #silences = 0;
  /** The error for which the objects that are left are not tried any more. */
  #givenUp: RemoteError | undefined;
  #passed = 0;
  /** Upper bound: some objects may turn out to be on the target already. */
  #total: number;

  constructor(source: LfsStore, target: LfsStore, objects: readonly Pointer[], settings: ObjectRelaySettings) {
    this.#source = source;
    this.#target = target;
    this.#settings = settings;
    this.#width = isOneServer(source, target) ? AT_ONCE_ON_ONE_SERVER : AT_ONCE;
    this.#total = sum(objects);
  }

  /** Brings over what the target lacks of some objects. */
  async bring(objects: readonly Pointer[]): Promise<void> {
    const open = await this.#open(objects);
    this.#total -= sum(objects) - sum(open);
    if (this.#settings.dryRun) for (const object of open) this.#add(object);
    else if (open.length > 0) {
      this.#settings.onBegin();
      await this.#move(open);
    }
    for (const store of [this.#source, this.#target]) store.forget(objects);
  }

  async #open(objects: readonly Pointer[]): Promise<Pointer[]> {
    const { ref, tips } = this.#settings;
    const lack = await this.#target.lacking(objects, ref);
    for (const [oid, why] of lack.unknown) this.failed.set(oid, why);
    if (lack.objects.length === 0) return [];
    const missing = await this.#source.locate(lack.objects, ref, tips);
    for (const [oid, why] of missing) this.failed.set(oid, why);
    return lack.objects.filter(({ oid }) => !missing.has(oid));
  }

  async #move(objects: readonly Pointer[]): Promise<void> {
    let open = objects;
    while (open.length > 0) {
      const again: Pointer[] = [];
      const next = open.values();
      const worker = async (_: unknown, number: number): Promise<void> => {
        for (const object of next) {
          if ((await this.#relay(object)) === 'again') again.push(object);
          if (number >= this.#width) return;
        }
      };
      await Promise.all(Array.from({ length: this.#width }, worker));
      open = again;
    }
  }

  async #relay(object: Pointer): Promise<'done' | 'again'> {
    const isAlone = this.#width === 1 && this.#underWay === 0;
    this.#underWay += 1;
    const why = this.#givenUp ?? (await this.#attempt(object));
    this.#underWay -= 1;
    if (why === undefined || !isSilence(why)) this.#silences = 0;
    if (why === undefined) this.#add(object);
    else if (isSilence(why) && this.#mayTryOnce(object, why, isAlone)) return 'again';
    else this.failed.set(object.oid, why.message);
    return 'done';
  }

  /** Decides if an object is tried once more after silence: by itself, unless that helped none of the last ones. */
  #mayTryOnce(object: Pointer, why: RemoteError, isAlone: boolean): boolean {
    if (this.#givenUp !== undefined) return false;
    if (isAlone) this.#silences += 1;
    if (this.#silences === SILENCES) {
      this.#givenUp = why;
      this.#tell(object, why.message, 'The remaining objects are not tried.');
    } else if (!this.#heldUp.has(object.oid)) {
      this.#heldUp.add(object.oid);
      this.#width = 1;
      this.#tell(object, why.message, 'The remaining objects are sent one by one.');
      return true;
    }
    return false;
  }

  /** Brings an object over, or returns the error for which that could not be done. */
  async #attempt(object: Pointer): Promise<Error | undefined> {
    const { signal, clock } = this.#settings;
    let [tries, told] = [0, ''];
    let met: RemoteError | undefined;
    const move = async (): Promise<Error | undefined> => {
      const passed = { bytes: 0 };
      try {
        signal.throwIfAborted();
        await this.#target.write(object, this.#count(checkContent(this.#source.read(object), object), passed));
        return undefined;
      } catch (error) {
        this.#passed -= passed.bytes;
        signal.throwIfAborted();
        const failure = plainError(error);
        if (isError(failure)) return failure;
        throw failure;
      }
    };
    const last = await patiently(move, {
      policy: TRIES,
      clock,
      signal,
      setbackOf: (outcome) => {
        const failure = 'value' in outcome ? outcome.value : undefined;
        tries += 1;
        if (failure === undefined || !mayPass(failure, tries)) return undefined;
        met = failure instanceof RemoteError ? failure : undefined;
        if (met !== undefined && this.#lasting.endsTries(met, tries)) return undefined;
        const { message: detail } = failure;
        if (failure instanceof ContentUsedUp) return { detail, longestPauseMs: 0 };
        if (!(failure instanceof RemoteError)) return { detail };
        const longestPauseMs = failure.passing ? undefined : REFUSED_PAUSE_MS;
        return { detail, retryAfter: failure.retryAfter, longestPauseMs };
      },
      onRetry: ({ detail, retryAfter }, pause) => {
        // What is tried eight times for one reason is told once.
        if (pause === 0 || (detail === told && retryAfter === undefined)) return;
        told = detail;
        const seconds = (pause / 1000).toFixed(1);
        this.#tell(object, detail, retryAfter === undefined ? 'Trying again.' : `Trying again in ${seconds} s.`);
      },
    });
    if (met !== undefined && last === undefined) this.#lasting.clear(met);
    else if (met !== undefined && last === met) this.#lasting.note(met);
    return last;
  }

  async *#count(content: AsyncIterable<Buffer>, passed: { bytes: number }): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of content) {
      passed.bytes += chunk.length;
      this.#passed += chunk.length;
      this.#settings.onProgress(this.#passed, this.#total);
      yield chunk;
    }
  }

  #add({ size }: Pointer): void {
    this.uploaded += 1;
    this.bytes += size;
  }

  #tell({ oid }: Pointer, trouble: string, whatThen: string): void {
    this.#settings.onRetry(`Git LFS object ${oid}: ${trouble.replace(/\.$/, '')}. ${whatThen}`);
  }
}

function mayPass(failure: Error, tries: number): boolean {
  if (failure instanceof WrongContent) return tries < WRONG_CONTENTS;
  if (failure instanceof Unverified) return false;
  return (
    failure instanceof RefusedTransfer ||
    failure instanceof ContentUsedUp ||
    (failure instanceof RemoteError && failure.passing)
  );
}

function isSilence(failure: Error): failure is RemoteError {
  return failure instanceof RemoteError && failure.kind === 'silent';
}

function sum(objects: readonly Pointer[]): number {
  return objects.reduce((total, { size }) => total + size, 0);
}

function isOneServer(...stores: readonly LfsStore[]): boolean {
  const [one, other] = stores.map(({ location }) => urlOf(location)?.host);
  return one !== undefined && one === other;
}
