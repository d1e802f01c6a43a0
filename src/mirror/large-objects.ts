import type { FoundPointer } from '../lfs/pointer-finder.js';
import { PointerFinder } from '../lfs/pointer-finder.js';
import { relayObjects } from '../lfs/relay-objects.js';
import type { LfsStore } from '../lfs/store.js';
import { RemoteError } from '../protocol/errors.js';
import type { ObjectId } from '../protocol/object-format.js';
import { readObjects } from '../protocol/pack.js';
import { printable } from '../protocol/printable.js';
import type { Log } from './log.js';
import type { LargeObjectCount } from './outcome.js';
import type { Change } from './plan.js';
import type { SourceRepository } from './source.js';

/** What brings Git LFS objects over, before the refs that need them. */
export interface LargeObjectSettings {
  readonly from: LfsStore;
  readonly to: LfsStore;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

// What changed, without its files: commits, trees and pointers are held in memory while they are looked through.
const LARGEST_CHANGE = 128 * 1024 * 1024;

/** Finds the Git LFS objects that changes bring along, and brings over those that the target lacks. */
export class LargeObjects {
  readonly count: LargeObjectCount = { objects: 0, uploaded: 0, bytes: 0 };
  readonly #settings: LargeObjectSettings;

  constructor(settings: LargeObjectSettings) {
    this.#settings = settings;
  }

  /**
   * Brings over what the changes need.
   *
   * @param haves what the target holds: what is reachable from it has been looked at when it came there
   * @returns why some refs must not be moved yet, by ref
   * @throws {RemoteError} where the objects cannot be asked for at all
   */
  async bring(
    source: SourceRepository,
    changes: readonly Change[],
    haves: readonly ObjectId[],
  ): Promise<ReadonlyMap<string, string>> {
    const tips = changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new]));
    if (tips.length === 0) return new Map();
    const finder = await this.#changed(source, [...new Set(tips)], haves);
    const pointers = finder.all(tips);
    if (pointers.size === 0) return new Map();
    const failed = await this.#relay([...pointers.values()]);
    const holding = finder.holding(tips, new Set(failed.keys()));
    return new Map(
      changes.flatMap((change) => {
        const pointer = change.kind === 'delete' ? undefined : holding.get(change.new);
        return pointer === undefined ? [] : [[change.ref, withheld(pointer, failed.get(pointer.oid) ?? '')]];
      }),
    );
  }

  close(): void {
    this.#settings.from.close();
    this.#settings.to.close();
  }

  async #changed(
    source: SourceRepository,
    wants: readonly ObjectId[],
    haves: readonly ObjectId[],
  ): Promise<PointerFinder> {
    const { location, format } = source;
    if (!source.canFilter) throw cannotLook(location, 'the server does not give a history without its files');
    const answer = await source.fetchTips({ wants, haves, done: true, ofsDelta: true, filter: 'blob:limit=1k' });
    const objects =
      answer.pack === undefined ? new Map() : await readObjects(answer.pack, { location, format }, LARGEST_CHANGE);
    if (objects === undefined) throw cannotLook(location, `what changed is larger than ${LARGEST_CHANGE} bytes`);
    return new PointerFinder(objects, format);
  }

  async #relay(pointers: readonly FoundPointer[]): Promise<ReadonlyMap<string, string>> {
    const { from, to, log, signal, now } = this.#settings;
    const startedAt = now();
    const { uploaded, bytes, failed } = await relayObjects(from, to, pointers, {
      signal,
      onProgress: (passed) => log.progress({ bytes: passed, startedAt, isDone: false }),
      onRetry: (line) => log.warn(line),
    });
    if (uploaded > 0) log.progress({ bytes, startedAt, isDone: true });
    this.count.objects += pointers.length;
    this.count.uploaded += uploaded;
    this.count.bytes += bytes;
    log.info(`Git LFS: ${pointers.length} objects in what changed, ${uploaded} brought over, ${failed.size} not.`);
    return failed;
  }
}

function withheld({ oid, path }: FoundPointer, why: string): string {
  return (
    `its Git LFS object ${oid} (${printable(path, 300)}) could not be brought over: ${why.replace(/\.$/, '')}. ` +
    'The ref is left as it is; set `lfs: never` to mirror without the objects.'
  );
}

function cannotLook(location: string, why: string): RemoteError {
  return new RemoteError({
    kind: 'lfs',
    location,
    detail: `the history cannot be looked through for Git LFS objects: ${why}.`,
    remedy: 'Set `lfs: never` to mirror without them, and bring them over with `git lfs push --all`.',
  });
}
