import { setTimeout as sleep } from 'node:timers/promises';
import { isError, RemoteError } from '../protocol/errors.js';
import { settled } from '../protocol/http-errors.js';
import { pauseAfter } from '../protocol/waiting.js';
import type { Pointer } from './pointer.js';
import { checked, WrongContent, type LfsStore } from './store.js';

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
  /** Is told how many bytes have gone through so far, and how many there are. */
  readonly onProgress: (bytes: number, total: number) => void;
  /** Is told of each object that is begun again. */
  readonly onRetry: (message: string) => void;
}

const AT_ONCE = 8;
const ATTEMPTS = 3;

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
  const lack = await target.lacking(objects, settings.ref);
  const failed = new Map(lack.unknown);
  if (lack.objects.length > 0) {
    for (const [oid, why] of await source.locate(lack.objects, settings.ref)) failed.set(oid, why);
  }
  const open = lack.objects.filter(({ oid }) => !failed.has(oid));
  const total = sum(open);
  if (settings.dryRun) return { uploaded: open.length, bytes: total, failed };
  const count = { uploaded: 0, bytes: 0, passed: 0 };
  const next = open.values();
  const worker = async (): Promise<void> => {
    for (const object of next) {
      settings.signal.throwIfAborted();
      const why = await relayed(source, target, object, settings, (bytes) => {
        count.passed += bytes;
        settings.onProgress(count.passed, total);
      });
      if (why !== undefined) {
        failed.set(object.oid, why);
        continue;
      }
      count.uploaded += 1;
      count.bytes += object.size;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { uploaded: count.uploaded, bytes: count.bytes, failed };
}

function sum(objects: readonly Pointer[]): number {
  return objects.reduce((total, { size }) => total + size, 0);
}

/** Why an object could not be brought over; `undefined` if it was. */
async function relayed(
  source: LfsStore,
  target: LfsStore,
  object: Pointer,
  { signal, onRetry }: ObjectRelaySettings,
  onBytes: (count: number) => void,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await target.write(object, counted(checked(source.read(object), object), onBytes));
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      const failure = settled(error);
      if (!isError(failure)) throw failure;
      const mayPass = failure instanceof WrongContent || (failure instanceof RemoteError && failure.passing);
      if (!mayPass || attempt === ATTEMPTS) return failure.message;
      onRetry(`Git LFS object ${object.oid}: ${failure.message.replace(/\.$/, '')}. It is begun again.`);
      const retryAfter = failure instanceof RemoteError ? failure.retryAfter : undefined;
      await sleep(pauseAfter(attempt, retryAfter), undefined, { signal });
    }
  }
}

async function* counted(
  content: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of content) {
    onBytes(chunk.length);
    yield chunk;
  }
}
