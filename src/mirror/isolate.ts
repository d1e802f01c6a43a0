import type { Change } from './plan.js';
import { freeingDeletions } from './push-order.js';
import type { Verdict } from './verdict.js';

/** Pushes some changes and returns the verdict on each. */
export type Push = (changes: readonly Change[]) => Promise<ReadonlyMap<string, Verdict>>;

/** One bad ref among a thousand costs some twenty pushes; a server that refuses everything must not cost thousands. */
const MOST_PUSHES = 256;
const MOST_REFUSALS_BEFORE_SUCCESS = 4;

/**
 * Splits a refused push until the refs that are to blame stand alone, so that all others land: some servers refuse a
 * whole push for the sake of one ref. Changes that a server is most likely to refuse are tried last.
 *
 * @param isRisky tells a change that a rule on the target may well forbid
 */
export async function isolate(
  changes: readonly Change[],
  refused: ReadonlyMap<string, Verdict>,
  isRisky: (change: Change) => boolean,
  push: Push,
): Promise<Map<string, Verdict>> {
  const verdicts = new Map(refused);
  const needed = freeingDeletions(changes);
  const isLast = (change: Change): boolean => isRisky(change) && !needed.has(change.ref);
  const open: Part[] = split(changes, isLast);
  const postponed: Part[] = [];
  let hasLanded = false;
  let refusals = 0;
  let pushes = 0;
  for (let part = open.shift(); part !== undefined && pushes < MOST_PUSHES; part = open.shift()) {
    if (part.isToBlame === true && part.changes.length > 1) {
      open.unshift(...split(part.changes, isLast));
      continue;
    }
    const partVerdicts = await push(part.changes);
    pushes += 1;
    for (const [ref, verdict] of partVerdicts) verdicts.set(ref, verdict);
    const landed = [...partVerdicts.values()].filter(({ kind }) => kind === 'accepted').length;
    hasLanded ||= landed > 0;
    if (part.changes.length === 1) refusals += 1;
    if (landed === partVerdicts.size && part.rest !== undefined) part.rest.isToBlame = true;
    // Before anything lands, the parts that are left are each tried once as they are: the bad refs may all come first.
    const isHopeless = !hasLanded && refusals >= MOST_REFUSALS_BEFORE_SUCCESS;
    if (isRefusedWhole(partVerdicts)) (isHopeless ? postponed : open).unshift(...split(part.changes, isLast));
    if (hasLanded) open.push(...postponed.splice(0));
  }
  return verdicts;
}

interface Part {
  readonly changes: readonly Change[];
  /** The refused push without this part. */
  readonly rest?: Part;
  /** Set where the rest of a refused push has landed, so that the reason must lie here: no push is needed to know. */
  isToBlame?: boolean;
}

/** Reports whether a push of several changes was refused as a whole: every ref, for one and the same reason. */
export function isRefusedWhole(verdicts: ReadonlyMap<string, Verdict>): boolean {
  const reasons = new Set(
    Array.from(verdicts.values(), (verdict) => (verdict.kind === 'refused' ? verdict.reason : undefined)),
  );
  return verdicts.size > 1 && reasons.size === 1 && !reasons.has(undefined);
}

function split(changes: readonly Change[], isRisky: (change: Change) => boolean): Part[] {
  const safe = changes.filter((change) => !isRisky(change));
  const risky = changes.filter(isRisky);
  if (safe.length > 0 && risky.length > 0) return halves(safe, risky);
  const middle = Math.ceil(changes.length / 2);
  return halves(changes.slice(0, middle), changes.slice(middle));
}

function halves(first: readonly Change[], second: readonly Change[]): Part[] {
  const rest: Part = { changes: second };
  return [{ changes: first, rest }, rest];
}
