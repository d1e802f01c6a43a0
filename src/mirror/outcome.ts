import type { LfsCount } from '../lfs/lfs-objects.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { OUTCOMES, type Outcome } from './outcome-names.js';

export { OUTCOMES, type Outcome };

/** What became of one ref. */
export interface RefResult {
  readonly ref: string;
  readonly outcome: Outcome;
  /** What the target had; null where it had nothing. */
  readonly old: ObjectId | null;
  /** What the source has; null where it has nothing. */
  readonly new: ObjectId | null;
  /** Why, and what to do, where that needs saying. */
  readonly message: string | null;
}

/** What a run of the mirror came to. */
export interface MirrorResult {
  /** Whether the target is as the policy wants it. */
  readonly status: 'finished' | 'failed';
  readonly lastError: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** In ref name order. */
  readonly refs: readonly RefResult[];
  /** What a user should know of it that is no failure: whole sentences. */
  readonly notices: readonly string[];
  readonly transfer: Transfer;
  /** Where Git LFS objects were looked for. */
  readonly largeObjects: LfsCount | undefined;
}

/** What a run moved, of both ends together. */
export interface Transfer {
  readonly requests: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Bytes of packs that were relayed. */
  readonly packBytes: number;
  readonly durationMs: number;
}

/** Whether an outcome means that the target is not as the policy wants it. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'diverged' || outcome === 'rejected';
}

/** Whether an outcome means that the target was changed. */
export function isChanged(outcome: Outcome): boolean {
  return outcome === 'created' || outcome === 'updated' || outcome === 'forced' || outcome === 'deleted';
}
