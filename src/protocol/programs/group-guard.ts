import type { Writable } from 'node:stream';
import { startGuard } from './guard.js';

/** Reads lines of `watch` or `leave` with the number of a group. Once they end, ends the groups that are left. */
const SCRIPT = `
groups=
while read -r word group; do
  others=
  for one in $groups; do [ "$one" = "$group" ] || others="$others $one"; done
  groups=$others
  [ "$word" = leave ] || groups="$groups $group"
done
for one in $groups; do kill -s TERM -- "-$one"; kill -s CONT -- "-$one"; done
[ -z "$groups" ] || sleep 1
for one in $groups; do kill -s KILL -- "-$one"; done
`;

/**
 * Ends groups of programs after this process was killed (SIGKILL), when nobody else can. Its own process runs while there
 * are groups to watch.
 */
export class GroupGuard {
  #count = 0;
  #orders: Writable | undefined;

  /**
   * Watches a group until it is left.
   *
   * @returns a function that leaves it
   */
  watch(group: number): () => void {
    const orders = this.#start();
    orders?.write(`watch ${group}\n`);
    this.#count += 1;
    return () => {
      orders?.write(`leave ${group}\n`);
      this.#count -= 1;
      if (this.#count > 0) return;
      this.#orders?.end();
      this.#orders = undefined;
    };
  }

  #start(): Writable | undefined {
    try {
      this.#orders ??= startGuard(SCRIPT);
    } catch {
      // Programs run without a guard, too.
    }
    return this.#orders;
  }
}
