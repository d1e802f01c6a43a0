import type { RemoteError, RemoteErrorKind } from '../../protocol/errors.js';

/** Objects that fail alike to their last try before it is taken that others do. */
const FEW = 4;
/** Tries in all that are left then: one more tells that the trouble has passed. */
const TRIES_LEFT = 2;

/** Kinds of failures that all tries of several objects did not get past: further objects do not wait for their end. */
export class LastingFailures {
  readonly #objects = new Map<RemoteErrorKind, number>();

  /** Tells whether an object that has failed so after some tries is given up. */
  endsTries({ kind }: RemoteError, tries: number): boolean {
    return tries >= TRIES_LEFT && (this.#objects.get(kind) ?? 0) >= FEW;
  }

  /** Notes that an object failed so to its last try. */
  note({ kind }: RemoteError): void {
    this.#objects.set(kind, (this.#objects.get(kind) ?? 0) + 1);
  }

  /** Notes that an object came over which had failed so: the trouble passes. */
  clear({ kind }: RemoteError): void {
    this.#objects.delete(kind);
  }
}
