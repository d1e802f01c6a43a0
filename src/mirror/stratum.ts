import type { Change } from './plan.js';

/** Changes that are pushed together or not at all, such as a deletion and the creation that needs its name. */
export interface Unit {
  /** Its place in the order in which the changes are to be pushed. */
  readonly place: number;
  readonly changes: readonly Change[];
}

/** Units of an isolation that are equally likely to be refused, as far as that is known beforehand. */
export class Stratum {
  /** Units to be tried. */
  open: readonly Unit[];
  /** Units that were found to be to blame. */
  bad = 0;
  /** Other units that need not be tried any more. */
  settled = 0;
  /** One of those that are open is known to be to blame. */
  isToBlame = false;
  readonly #size: number;

  /**
   * Shuffles the units, because bad ones often have names that are alike, and their share is learned from the first ones.
   *
   * @param seed a whole number that says in which order
   */
  constructor(units: readonly Unit[], seed: number) {
    const at = ({ place }: Unit): number => scrambled(seed + place);
    this.open = units.toSorted((one, other) => at(one) - at(other));
    this.#size = units.length;
  }

  /** Takes the units of the next push: so many that it is as likely to land as not. */
  take(): readonly Unit[] {
    const taken = this.open.slice(0, this.#nextSize());
    this.open = this.open.slice(taken.length);
    return taken;
  }

  /** Puts units back to be tried next. */
  giveBack(units: readonly Unit[]): void {
    this.open = [...units, ...this.open];
  }

  #nextSize(): number {
    if (this.bad === 0) return this.open.length;
    // As long as little is settled, few are taken to be bad: most often there is one, or a handful.
    const share = this.bad / (this.bad + this.settled + this.#size / (this.bad + 1) ** 2);
    return Math.max(1, Math.round(Math.LN2 / -Math.log1p(-Math.min(share, 0.5))));
  }
}

/** Maps whole numbers to others that have no order: the last step of MurmurHash3. */
function scrambled(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
