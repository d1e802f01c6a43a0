/** An amount that is spent bit by bit, by all parts of a run that are handed the same budget. */
export class Budget {
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  /** Amount that may still be spent. */
  get left(): number {
    return this.#left;
  }

  /** Spends an amount. What is more than the rest uses the rest up. */
  spend(amount: number): boolean {
    const isThere = amount <= this.#left;
    this.#left = isThere ? this.#left - amount : 0;
    return isThere;
  }
}
