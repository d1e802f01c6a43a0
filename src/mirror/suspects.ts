import { provesRace } from '../hosts/rejection.js';
import { isChange, type Change, type Decision } from './plan.js';
import type { OvertakenVerdict, RefusedVerdict, Verdict } from './verdict.js';

/** A change that a target refused in the words of a race, which it may use for other trouble, too. */
export interface Suspect {
  readonly change: Change;
  readonly verdict: OvertakenVerdict;
}

export type Suspects = ReadonlyMap<string, Suspect>;

/** A round, as far as suspects are concerned. */
interface Judged {
  readonly decisions: readonly Decision[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Finds the changes of which only the next reading tells whether somebody else was faster. */
export function suspectsOf({ decisions, verdicts }: Judged): Suspects {
  return new Map(decisions.filter(isChange).flatMap((change) => suspectEntry(change, verdicts.get(change.ref))));
}

/** Reports whether nobody may have been faster: then a pause before the next reading is in vain. */
export function mayBeNoRace(round: Judged): boolean {
  const suspects = suspectsOf(round);
  return [...round.verdicts].every(([ref, { kind }]) => kind !== 'overtaken' || suspects.has(ref));
}

function suspectEntry(change: Change, verdict: Verdict | undefined): [string, Suspect][] {
  const isSuspect = verdict?.kind === 'overtaken' && verdict.said !== undefined;
  return isSuspect && !provesRace(verdict.reason, verdict.said) ? [[change.ref, { change, verdict }]] : [];
}

/** The verdict on a change that is to be made once more as it was: nobody has moved the ref, so it was no race. */
export function verdictOnUnmoved(change: Change, suspects: Suspects): RefusedVerdict | undefined {
  const suspect = suspects.get(change.ref);
  return suspect !== undefined && isSameChange(change, suspect.change) ? refusedAsUnmoved(suspect.verdict) : undefined;
}

/** Takes words of a race for what else they mean. Beside errors, other lines are advice of git's, and tell nothing. */
export function refusedAsUnmoved({ reason, said = [], ruleIfUnmoved }: OvertakenVerdict): RefusedVerdict {
  const errors = said.filter((line) => /\b(?:error|fatal):/.test(line));
  return {
    kind: 'refused',
    reason,
    said: errors.length === 0 ? said : errors,
    rule: ruleIfUnmoved,
  };
}

/** Reports whether two changes ask the same of the same ref. */
export function isSameChange(one: Change, other: Change): boolean {
  return one.ref === other.ref && one.kind === other.kind && idsOf(one).join() === idsOf(other).join();
}

function idsOf(change: Change): (string | undefined)[] {
  return ['old' in change ? change.old : undefined, 'new' in change ? change.new : undefined];
}
