import { isRefusal } from './errors.js';

/** A server that gives nothing for so many items, each asked for by itself, gives nothing at all. */
const MOST_REFUSED_BEFORE_GIVEN = 8;

/**
 * Asks a server for several items; where it refuses, in halves, so that it gives what it can. Other trouble is about the
 * server as a whole.
 *
 * @param ask must not keep anything of a call that throws
 * @returns the items that were given, and the first refusal if there was one
 * @throws the first refusal of a server that gives nothing at all, and all other errors
 */
export async function inParts<T>(
  items: readonly T[],
  ask: (part: readonly T[]) => Promise<void>,
): Promise<{ readonly given: readonly T[]; readonly refusal: unknown }> {
  const given: T[] = [];
  let refusal: unknown;
  let refused = 0;
  const isHopeless = (): boolean => given.length === 0 && refused >= MOST_REFUSED_BEFORE_GIVEN;
  for (const open = [items]; open.length > 0 && !isHopeless();) {
    const part = open.shift() ?? [];
    try {
      await ask(part);
      for (const item of part) given.push(item);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal ??= error;
      const middle = Math.ceil(part.length / 2);
      if (part.length === 1) refused += 1;
      else open.unshift(part.slice(0, middle), part.slice(middle));
    }
  }
  if (isHopeless()) throw refusal;
  return { given, refusal };
}
