import { WAITING_LIMITS } from './limits/waiting.js';

/** The time that one run may spend in pauses after trouble, whoever makes them. Pauses that overlap count once. */
export class WaitingTime {
  readonly mostMs: number;
  readonly #onSpent: (sentence: string) => void;
  #leftMs: number;
  /** The end of the latest pause, in milliseconds since 1970. */
  #until = 0;
  #isTold = false;

  /**
   * @param timeoutMs the time for which a server may say nothing
   * @param onSpent hears the first time that a pause is too long
   */
  constructor(timeoutMs: number, onSpent: (sentence: string) => void) {
    this.mostMs = Math.max(WAITING_LIMITS.run.value, timeoutMs);
    this.#leftMs = this.mostMs;
    this.#onSpent = onSpent;
  }

  get leftMs(): number {
    return this.#leftMs;
  }

  /**
   * Takes a pause that begins now.
   *
   * @returns false where more time would be needed than is left
   */
  take(ms: number, now: number): boolean {
    const cost = Math.max(0, now + ms - Math.max(now, this.#until));
    if (cost > this.#leftMs) return false;
    this.#leftMs -= cost;
    this.#until = Math.max(this.#until, now + ms);
    return true;
  }

  /** Tells the user once that the time is spent. */
  tell(sentence: string): void {
    if (!this.#isTold) this.#onSpent(sentence);
    this.#isTold = true;
  }
}
