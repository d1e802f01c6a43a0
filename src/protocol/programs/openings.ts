/**
 * Lets only so many connections be under way to their sign-in at the same time. sshd drops some of those beyond ten
 * (sshd_config(5), `MaxStartups`), and several mirrors of a host easily come to more.
 */
export class Openings {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Waits for a turn, and returns a function to call once the connection stands or has failed. */
  async begin(): Promise<() => void> {
    if (this.#underWay < this.#most) this.#underWay += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay -= 1;
      else next();
    };
  }
}
