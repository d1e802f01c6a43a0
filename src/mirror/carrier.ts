import type { Change } from './plan.js';
import { ACCEPTED, OVERTAKEN, type Verdict } from './verdict.js';

/** Carries changes to the target: the relay, or in a dry run a rehearsal of it. */
export interface Carrier {
  /** The most changes that one push may hold. */
  readonly refsPerPush: number;
  readonly packBytes: number;
  /** Refs of which a push has begun. Without a verdict they are in doubt. */
  readonly begun: ReadonlySet<string>;
  /** Refs of which a push has ended without a verdict, whatever came of later ones. */
  readonly doubted: ReadonlySet<string>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Makes the target ready to be pushed to. */
  open(): Promise<void>;
  /** Asks for the pack of changes that are likely to be pushed, before it is known that they are. */
  askAhead(changes: readonly Change[]): void;
  /**
   * Carries the changes over, and adds to the verdicts.
   *
   * @param reportWithinMs time for the target's report, where it is to be less than usual
   */
  push(changes: readonly Change[], reportWithinMs?: number): Promise<ReadonlyMap<string, Verdict>>;
  /** Puts only so many changes into a push from now on. */
  limitTo(refsPerPush: number): void;
  /** Forgets that changes were refused, because they are to be pushed otherwise. */
  forget(changes: readonly Change[]): void;
  /** Gives up the pack that was asked for ahead, if it was not pushed. Never throws. */
  letGo(): Promise<void>;
}

/** A dry run's carrier: takes every change for accepted, asks for no pack, creates and pushes nothing. */
export class Rehearsal implements Carrier {
  readonly refsPerPush = Infinity;
  readonly packBytes = 0;
  readonly begun = new Set<string>();
  readonly doubted = new Set<string>();
  readonly verdicts = new Map<string, Verdict>();
  readonly #known: () => Promise<unknown>;
  readonly #movedAmong: (refs: readonly string[]) => Promise<ReadonlySet<string>>;

  /**
   * @param known waits for the answers without which a rehearsal could not tell an update from an overwriting
   * @param movedAmong finds the refs that a newer run may have brought further; a check must not take them for behind
   */
  constructor(known: () => Promise<unknown>, movedAmong: (refs: readonly string[]) => Promise<ReadonlySet<string>>) {
    this.#known = known;
    this.#movedAmong = movedAmong;
  }

  async open(): Promise<void> {
    // The target stays as it is.
  }

  askAhead(): void {
    // No pack is asked for.
  }

  forget(): void {
    // Nothing was refused.
  }

  limitTo(): void {
    // Nothing is pushed.
  }

  async push(changes: readonly Change[]): Promise<ReadonlyMap<string, Verdict>> {
    await this.#known();
    const moved = await this.#movedAmong(changes.map(({ ref }) => ref));
    for (const { ref } of changes) this.verdicts.set(ref, moved.has(ref) ? OVERTAKEN : ACCEPTED);
    return this.verdicts;
  }

  async letGo(): Promise<void> {
    // There is no pack to let go of.
  }
}
