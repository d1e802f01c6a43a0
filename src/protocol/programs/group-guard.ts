import type { Writable } from 'node:stream';
import { startGuard } from './guard.js';

/** Reads orders to `watch` or `leave` the group of a number, and ends the groups that are left, by force after a second. */
const SCRIPT = `
const groups = new Set();
for (const [, order, group] of input.matchAll(/(watch|leave) (\\d+)\\n/g))
  order === 'watch' ? groups.add(group) : groups.delete(group);
const send = (signal) => {
  for (const group of groups) try { process.kill(-group, signal); } catch {}
};
send('SIGTERM');
send('SIGCONT');
if (groups.size > 0) setTimeout(send, 1000, 'SIGKILL');
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
