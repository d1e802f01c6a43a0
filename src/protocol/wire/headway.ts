import { RemoteError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { MORE_TIME } from '../time-limit.js';

/** Time limits of a server, for {@link Headway}. */
export interface Tolerance {
  /** Milliseconds in which a server may say nothing. */
  readonly silence: number;
  /** Remedy where a user cannot raise the limit. */
  readonly remedyOfSilence?: string;
}

/**
 * Watches that a server gets on with what it was asked for: refs, objects, verdicts. Silence alone would not end a server
 * that sends progress lines or empty packets for ever, or one byte now and then.
 *
 * Only time in which the server is waited for counts. Work pays it off at {@link WIRE_LIMITS.slowest}.
 */
export class Headway {
  readonly #location: string;
  readonly #limits: Tolerance | undefined;
  #waitedMs = 0;
  #idleBytes = 0;
  #idlePackets = 0;
  #isTimed = true;

  /** @param limits without them, time does not count */
  constructor(location: string, limits: Tolerance | undefined) {
    this.#location = location;
    this.#limits = limits;
  }

  /** Leaves the time to somebody else. */
  stopTiming(): void {
    this.#isTimed = false;
  }

  /**
   * Waits for what the server sends next.
   *
   * @throws {RemoteError} of kind `silent` where the server has taken too long by now
   */
  async wait<T>(next: Promise<T>): Promise<T> {
    const since = performance.now();
    const value = await next;
    this.#waitedMs += performance.now() - since;
    if (this.#isTimed && this.#waitedMs > this.#mostMs) throw this.#tooSlow();
    return value;
  }

  /** Counts a packet, before it is known to be work. */
  packet(bytes: number): void {
    this.#idlePackets += 1;
    this.#idleBytes += bytes;
    if (this.#idlePackets > WIRE_LIMITS.idlePackets.value) throw tooMuch(this.#location, WIRE_LIMITS.idlePackets);
    if (this.#idleBytes > WIRE_LIMITS.idleBytes.value) throw tooMuch(this.#location, WIRE_LIMITS.idleBytes);
  }

  /** Counts bytes of what the server was asked for. */
  work(bytes: number): void {
    if (bytes === 0) return;
    this.#idlePackets = 0;
    this.#idleBytes = 0;
    this.#waitedMs = Math.max(0, this.#waitedMs - (bytes / WIRE_LIMITS.slowest.value) * 1000);
  }

  get #mostMs(): number {
    return (this.#limits?.silence ?? Infinity) * WIRE_LIMITS.headway.value;
  }

  #tooSlow(): RemoteError {
    return new RemoteError({
      kind: 'silent',
      location: this.#location,
      detail: `the server has sent next to nothing of what it was asked for in ${Math.round(this.#waitedMs / 1000)} seconds.`,
      remedy: this.#limits?.remedyOfSilence ?? MORE_TIME,
    });
  }
}
