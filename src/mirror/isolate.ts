import type { Change } from './plan.js';
import type { Fate } from './relay.js';

/** Pushes some changes and says what became of each. */
export type Push = (changes: readonly Change[]) => Promise<ReadonlyMap<string, Fate>>;

/** One bad ref among a thousand costs some twenty pushes; a server that refuses everything must not cost thousands. */
const MOST_PUSHES = 256;
const MOST_REFUSALS_BEFORE_SUCCESS = 8;

/**
 * Some servers refuse a whole push for the sake of one ref. Splits a refused push until the refs that are to blame
 * stand alone, so that all others land. Changes that a server is most likely to refuse are tried last.
 *
 * @param isRisky whether a change is one that a rule on the target may well forbid
 */
export async function isolate(
  changes: readonly Change[],
  refused: ReadonlyMap<string, Fate>,
  isRisky: (change: Change) => boolean,
  push: Push,
): Promise<Map<string, Fate>> {
  const fates = new Map(refused);
  const open: (readonly Change[])[] = split(changes, isRisky);
  let hasLanded = false;
  let refusals = 0;
  for (let pushes = 0; open.length > 0 && pushes < MOST_PUSHES; pushes += 1) {
    if (!hasLanded && refusals >= MOST_REFUSALS_BEFORE_SUCCESS) break;
    const part = open.shift() ?? [];
    const partFates = await push(part);
    for (const [ref, fate] of partFates) fates.set(ref, fate);
    hasLanded ||= [...partFates.values()].some(({ kind }) => kind === 'accepted');
    if (part.length === 1) refusals += 1;
    if (isRefusedWhole(partFates)) open.unshift(...split(part, isRisky));
  }
  return fates;
}

/** Whether a push of several changes was refused as a whole: every ref, for one and the same reason. */
export function isRefusedWhole(fates: ReadonlyMap<string, Fate>): boolean {
  const reasons = new Set(Array.from(fates.values(), (fate) => (fate.kind === 'refused' ? fate.reason : undefined)));
  return fates.size > 1 && reasons.size === 1 && !reasons.has(undefined);
}

function split(changes: readonly Change[], isRisky: (change: Change) => boolean): (readonly Change[])[] {
  const safe = changes.filter((change) => !isRisky(change));
  const risky = changes.filter(isRisky);
  if (safe.length > 0 && risky.length > 0) return [safe, risky];
  const middle = Math.ceil(changes.length / 2);
  return [changes.slice(0, middle), changes.slice(middle)];
}
