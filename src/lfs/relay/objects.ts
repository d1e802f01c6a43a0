import { setTimeout as sleep } from 'node:timers/promises';
import { isError, RemoteError } from '../../protocol/errors.js';
import { settled } from '../../protocol/http/errors.js';
import { pauseAfter } from '../../protocol/waiting.js';
import type { Pointer } from '../wire/pointer.js';
import { checked, RefusedTransfer, WrongContent, type LfsStore } from './store.js';

/** What came of bringing objects over. */
export interface ObjectsRelayed {
  readonly uploaded: number;
  /** Of the objects that were brought over. */
  readonly bytes: number;
  /** Why some could not be brought over, a clause by oid. */
  readonly failed: ReadonlyMap<string, string>;
}

/** How objects are relayed. */
export interface ObjectRelaySettings {
  /** For which ref the objects are, by its full name. */
  readonly ref: string | undefined;
  /** Whether nothing is moved: the result is then what would be. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Is told before objects are moved. */
  readonly onBegin: () => void;
  /** Is told how many bytes have gone through so far, and how many there are. */
  readonly onProgress: (bytes: number, total: number) => void;
  /** Is told of each object that is begun again. */
  readonly onRetry: (message: string) => void;
}

const AT_ONCE = 8;
/** A server that is both ends must have room for the uploads beside the downloads that they wait for. */
const AT_ONCE_ON_ONE_SERVER = 4;
const ATTEMPTS = 3;
/** So many objects in a row, each by itself, with nothing but silence: the others would fare alike. */
const SILENCES = 2;
/** What servers say of objects is kept while these are under way, and may expire. */
const SLICE = 1000;

/**
 * Brings Git LFS objects from one store to another: only those that the target lacks, several at once, each streamed
 * from the one to the other and checked on its way. Nothing is kept in between. What a store refuses, and an object that
 * cannot be had, is no reason to stop: refs that need none of it are none of its business.
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
  #width: number;
  #underWay = 0;
  /** How many objects in a row met with silence, though nothing else was under way. */
  #silences = 0;
  /** Why the objects that are left are not tried any more. */
  #givenUp: RemoteError | undefined;
  #passed = 0;
  /** At most: of objects that were not asked about yet it is not known whether they are there. */
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
    if (this.#settings.dryRun) for (const object of open) this.#count(object);
    else if (open.length > 0) {
      this.#settings.onBegin();
      await this.#move(open);
    }
    for (const store of [this.#source, this.#target]) store.forget(objects);
  }

  async #open(objects: readonly Pointer[]): Promise<Pointer[]> {
    const { ref } = this.#settings;
    const lack = await this.#target.lacking(objects, ref);
    for (const [oid, why] of lack.unknown) this.failed.set(oid, why);
    if (lack.objects.length === 0) return [];
    const missing = await this.#source.locate(lack.objects, ref);
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
    const why = this.#givenUp ?? (await this.#attempts(object));
    this.#underWay -= 1;
    if (why === undefined || !isSilence(why)) this.#silences = 0;
    if (why === undefined) this.#count(object);
    else if (isSilence(why) && this.#mayTryOnce(object, why, isAlone)) return 'again';
    else this.failed.set(object.oid, why.message);
    return 'done';
  }

  /** Whether an object is to be tried once more after silence: by itself, unless that helped none of the last ones. */
  #mayTryOnce(object: Pointer, why: RemoteError, isAlone: boolean): boolean {
    if (this.#givenUp !== undefined) return false;
    if (isAlone) this.#silences += 1;
    if (this.#silences === SILENCES) {
      this.#givenUp = why;
      this.#tell(object, why, 'The objects that are left are given up.');
    } else if (!this.#heldUp.has(object.oid)) {
      this.#heldUp.add(object.oid);
      this.#width = 1;
      this.#tell(object, why, 'From here on objects go one by one.');
      return true;
    }
    return false;
  }

  /** Why an object could not be brought over; `undefined` if it was. */
  async #attempts(object: Pointer): Promise<Error | undefined> {
    const { signal } = this.#settings;
    let isRefused = false;
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        await this.#target.write(object, this.#counted(checked(this.#source.read(object), object)));
        return undefined;
      } catch (error) {
        signal.throwIfAborted();
        const failure = settled(error);
        if (!isError(failure)) throw failure;
        if (!mayPass(failure, isRefused) || attempt === ATTEMPTS) return failure;
        isRefused ||= failure instanceof RefusedTransfer;
        const retryAfter = failure instanceof RemoteError ? failure.retryAfter : undefined;
        const pause = pauseAfter(attempt, retryAfter);
        const isAsked = retryAfter !== undefined;
        const whatThen = isAsked ? `It is begun again in ${(pause / 1000).toFixed(1)} s.` : 'It is begun again.';
        this.#tell(object, failure, whatThen);
        await sleep(pause, undefined, { signal });
      }
    }
  }

  async *#counted(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of content) {
      this.#passed += chunk.length;
      this.#settings.onProgress(this.#passed, this.#total);
      yield chunk;
    }
  }

  #count({ size }: Pointer): void {
    this.uploaded += 1;
    this.bytes += size;
  }

  #tell({ oid }: Pointer, { message }: Error, whatThen: string): void {
    this.#settings.onRetry(`Git LFS object ${oid}: ${message.replace(/\.$/, '')}. ${whatThen}`);
  }
}

/** @param wasRefused whether the server was asked anew for this object already, because what it wanted was refused */
function mayPass(failure: Error, wasRefused: boolean): boolean {
  if (failure instanceof RefusedTransfer) return !wasRefused;
  return failure instanceof WrongContent || (failure instanceof RemoteError && failure.passing);
}

function isSilence(failure: Error): failure is RemoteError {
  return failure instanceof RemoteError && failure.kind === 'silent';
}

function sum(objects: readonly Pointer[]): number {
  return objects.reduce((total, { size }) => total + size, 0);
}

function isOneServer(...stores: readonly LfsStore[]): boolean {
  const [one, other] = stores.map(({ location }) => (URL.canParse(location) ? new URL(location).host : undefined));
  return one !== undefined && one === other;
}
