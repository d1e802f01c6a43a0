import type { Log } from '../options/log.js';
import type { Clock } from '../protocol/clock.js';
import { RemoteError } from '../protocol/errors.js';
import { refLimitIn } from '../hosts/ref-limit.js';
import { attemptOf, failureOf, type Attempt, type FailedAttempt } from './attempt.js';
import type { Carrier } from './carrier.js';
import { Isolation } from './isolate.js';
import type { Change } from './plan.js';
import type { LfsSearch, MovingRef } from './ports.js';
import type { SearchTime } from './search-time.js';
import { UNTRIED, type Verdict } from './verdict.js';

/** Everything that a {@link Delivery} works with. */
export interface DeliverySettings {
  readonly carrier: Carrier;
  /** Locations of both ends. */
  readonly source: string;
  readonly target: string;
  /** Looks for the Git LFS objects of changes. */
  readonly look: (changes: readonly Change[]) => LfsSearch | undefined;
  /** Ranks a change by how likely the target is to refuse it. */
  readonly rankOf: () => Promise<(change: Change) => number>;
  readonly time: SearchTime;
  /** Trouble that may pass by itself ends the delivery: another round tries the same again. */
  readonly mayPass: boolean;
  /** A push that leaves refs in doubt ends the delivery: another round sees what has landed. */
  readonly mayBeSettled: boolean;
  /** The error with which the target has ended an earlier push of such changes, and will end the next one. */
  readonly failure: unknown;
  /** Aborts where somebody stops the run: a push that is cut off by that tells nothing of either end. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Brings changes over: first their Git LFS objects, then the changes themselves, in pushes as large as the target takes
 * them. Where some changes keep the others from landing, at whichever end, they are set apart.
 */
export class Delivery {
  /** Beside the verdicts of the carrier, and stronger than those. */
  readonly verdicts = new Map<string, Verdict>();
  readonly #settings: DeliverySettings;
  /** Refs whose Git LFS objects the target has. */
  readonly #ready = new Set<string>();
  /** There is one change to deliver: where it fails, the run does. */
  #isOnlyOne = false;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  /**
   * @param changes in the order in which they are to be pushed
   * @param search the search for their Git LFS objects, begun before
   */
  async deliver(changes: readonly Change[], search: LfsSearch | undefined): Promise<void> {
    let failure: FailedAttempt | undefined;
    let ready = changes;
    try {
      ready = await this.#bringLfs(changes, search);
    } catch (error) {
      failure = this.#failureOf(error, changes);
      if (failure === undefined || this.#isToBeRepeated(failure)) throw error;
    }
    this.#isOnlyOne = ready.length === 1;
    failure ??= this.#failureBefore(ready);
    // A pack that was asked for ahead is for all changes, and the next push is of some.
    if (failure !== undefined) await this.#settings.carrier.letGo();
    await this.#pushInParts(ready, failure);
  }

  /** @param failure what came of pushing all of them, if that is known */
  async #pushInParts(changes: readonly Change[], failure?: FailedAttempt): Promise<void> {
    for (let at = 0; at < changes.length;) {
      const part = changes.slice(at, at + this.#settings.carrier.refsPerPush);
      at += part.length;
      await this.#settle(part, failure !== undefined && part.length > 1 ? failure : await this.#try(part));
    }
  }

  async #settle(part: readonly Change[], attempt: Attempt): Promise<void> {
    if (attempt.kind === 'answered') {
      const left = part.filter(({ ref }) => {
        const verdict = attempt.verdicts.get(ref);
        return verdict?.kind === 'refused' && verdict.isUnanswered === true;
      });
      if (left.length > 0 && left.length < part.length) await this.#pushInParts(left);
      return;
    }
    if (attempt.kind === 'failed' && this.#isToBeRepeated(attempt)) throw attempt.error;
    const [first, ...others] = part;
    if (others.length > 0) {
      if (attempt.kind === 'refused' && this.#obeysLimit(part, attempt)) {
        this.#settings.carrier.forget(part);
        await this.#pushInParts(part);
      } else await this.#isolate(part, attempt);
    } else if (first !== undefined && attempt.kind === 'failed') {
      if (!this.#isOnlyOne || attempt.end === 'source') this.#noteFailure(first, attempt);
      if (this.#isOnlyOne) throw attempt.error;
    }
  }

  /** Sees in the words of a refusal how many refs the target takes in one push. */
  #obeysLimit(part: readonly Change[], { verdicts }: Extract<Attempt, { kind: 'refused' }>): boolean {
    const { carrier, log } = this.#settings;
    const verdict = verdicts.values().next().value;
    if (verdict?.kind !== 'refused') return false;
    const limit = refLimitIn([verdict.reason, ...verdict.said]);
    if (limit === undefined || limit >= part.length) return false;
    log.info(`The target takes ${limit} refs in one push: pushing so many at a time.`);
    carrier.limitTo(limit);
    return true;
  }

  async #isolate(part: readonly Change[], first: Exclude<Attempt, { kind: 'answered' }>): Promise<void> {
    const { carrier, time, clock, log, rankOf } = this.#settings;
    log.info(
      first.kind === 'refused'
        ? 'The target refused the push as a whole: pushing in parts, to find the refs that it refuses.'
        : `${first.error.message} Pushing in parts, to find the refs that this is about.`,
    );
    const isSilent = first.kind === 'failed' && first.error instanceof RemoteError && first.error.kind === 'silent';
    const wait = isSilent ? time.wait(part.length) : undefined;
    const isolation = new Isolation(part, first, {
      rankOf: await rankOf(),
      push: (changes) => this.#try(changes, wait),
      time,
      hasLanded: [...carrier.verdicts.values()].some(({ kind }) => kind === 'accepted'),
      seed: Math.trunc(clock.now()),
      onFailed: (change, failure) => this.#noteFailure(change, failure),
    });
    try {
      await isolation.run();
    } finally {
      for (const { ref } of isolation.untried) this.#noteUntried(ref);
    }
  }

  /** Leaves in doubt what is in doubt. */
  #noteUntried(ref: string): void {
    const { carrier, signal } = this.#settings;
    const { begun, verdicts } = carrier;
    if (signal.aborted) return;
    if (verdicts.has(ref) || !begun.has(ref)) this.verdicts.set(ref, UNTRIED);
  }

  #noteFailure({ ref }: Change, { end, error }: FailedAttempt): void {
    const [detail, isPassing] = error instanceof RemoteError ? [error.detail, error.passing] : [error.message, false];
    this.verdicts.set(ref, { kind: 'failed', end, detail, isPassing });
  }

  /** Pushes changes, once their Git LFS objects are there. @throws errors that no smaller push would avoid */
  async #try(changes: readonly Change[], wait?: number): Promise<Attempt> {
    const { carrier, look } = this.#settings;
    try {
      const fresh = changes.filter(({ ref }) => !this.#ready.has(ref));
      if (fresh.length > 0) await this.#bringLfs(fresh, look(fresh));
      const open = changes.filter(({ ref }) => this.#ready.has(ref));
      return attemptOf(open.length === 0 ? new Map() : await carrier.push(open, wait));
    } catch (error) {
      const failure = this.#failureOf(error, changes);
      if (failure === undefined) throw error;
      return failure;
    }
  }

  /** @returns the changes whose Git LFS objects the target has, or that need none */
  async #bringLfs(changes: readonly Change[], search: LfsSearch | undefined): Promise<readonly Change[]> {
    const { carrier } = this.#settings;
    const withheld = await search?.bring(movingRefs(changes), () => void carrier.letGo());
    for (const [ref, message] of withheld ?? []) this.verdicts.set(ref, { kind: 'withheld', message, code: 'lfs' });
    const remaining = changes.filter(({ ref }) => withheld?.has(ref) !== true);
    for (const { ref } of remaining) this.#ready.add(ref);
    // A pack that was asked for more than is pushed is not the one to push.
    if (remaining.length < changes.length) void carrier.letGo();
    return remaining;
  }

  #isToBeRepeated({ error, end }: FailedAttempt): boolean {
    const { mayPass, mayBeSettled } = this.#settings;
    if (error instanceof RemoteError && error.passing) return mayPass;
    const hasChangedNothing = error instanceof RemoteError && error.changedNothing;
    return mayBeSettled && end === 'target' && !hasChangedNothing && !this.#isOnlyOne;
  }

  /** Trouble that passes is not expected to come again. */
  #failureBefore(changes: readonly Change[]): FailedAttempt | undefined {
    const { failure, source, target } = this.#settings;
    if (failure instanceof RemoteError && failure.passing) return undefined;
    return failureOf(failure, { changes, source, target });
  }

  #failureOf(error: unknown, changes: readonly Change[]): FailedAttempt | undefined {
    const { source, target, signal } = this.#settings;
    return signal.aborted ? undefined : failureOf(error, { changes, source, target });
  }
}

/** The refs that are to move, with the objects that they are to have. */
export function movingRefs(changes: readonly Change[]): MovingRef[] {
  return changes.flatMap((change) => (change.kind === 'delete' ? [] : [{ ref: change.ref, tip: change.new }]));
}
