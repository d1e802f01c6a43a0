import type { ObjectId } from '../protocol/wire/object-format.js';
import type { RefCode, RunCode } from './codes.js';
import { OUTCOMES, type Outcome } from './outcome-names.js';
import type { LfsCount } from './ports.js';

export { OUTCOMES, type Outcome };

/** The outcome of one ref. */
export interface RefResult {
  readonly ref: string;
  readonly outcome: Outcome;
  /** The target's object; null where it had nothing. */
  readonly old: ObjectId | null;
  /** The source's object; null where it has nothing. */
  readonly new: ObjectId | null;
  /** The reason and the remedy, where that needs saying. */
  readonly message: string | null;
  /** Stands beside each message. */
  readonly code: RefCode | null;
}

/** The result of a run of the mirror. */
export interface MirrorResult {
  /** `finished` if the target is as the policy wants it. */
  readonly status: 'finished' | 'failed';
  readonly lastError: string | null;
  readonly lastErrorCode: RunCode | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** In ref name order. */
  readonly refs: readonly RefResult[];
  /** Whole sentences that a user should know, and that tell of no failure. */
  readonly notices: readonly string[];
  readonly transfer: Transfer;
  /** `undefined` where no Git LFS objects were looked for. */
  readonly lfsObjects: LfsCount | undefined;
}

/** Figures of what a run moved, of both ends together. */
export interface Transfer {
  readonly requests: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** Bytes of packs that were relayed. */
  readonly packBytes: number;
  readonly durationMs: number;
}

/** Reports whether an outcome means that the target is not as the policy wants it. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === 'diverged' || outcome === 'rejected';
}

/** Reports whether an outcome means that the target was changed. */
export function isChanged(outcome: Outcome): boolean {
  return outcome === 'created' || outcome === 'updated' || outcome === 'forced' || outcome === 'deleted';
}
