import type { Head } from '../protocol/wire/head.js';
import type { TargetSnapshot } from '../repositories/refs.js';
import type { RefReason, RunError } from './codes.js';
import type { Lag } from './lag.js';
import { inNameOrder } from './name-order.js';
import { isChanged, type RefResult } from './outcome.js';
import { isChange, type Change, type Decision, type Relation } from './plan.js';
import { isSameChange, refusedAsUnmoved, suspectsOf } from './suspects.js';
import { ONLY_SAID, type OvertakenVerdict, type Verdict } from './verdict.js';
import {
  decisionReason,
  IN_DOUBT,
  lagReason,
  NOT_CHANGED,
  NOT_REACHED,
  OVERTAKEN_IN_DOUBT,
  STOPPED,
  STOPPED_IN_DOUBT,
  verdictReason,
} from './words.js';

/** Everything that is known of a round once it is over, also if an error ended it. */
export interface RoundRecord {
  /** Empty if the round ended before the plan was made. */
  readonly decisions: readonly Decision[];
  /** Refs of which a push has begun. Without a verdict they are in doubt. */
  readonly begun: ReadonlySet<string>;
  /** Refs of which a push has ended without a verdict, or with words that are not taken for certain; whatever came of later ones. */
  readonly doubted: ReadonlySet<string>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Set in a check, for refs of which the source can tell. */
  readonly lags: ReadonlyMap<string, Lag>;
  /** No error ended the round. */
  readonly isWhole: boolean;
  /** Errors that did not end the round. */
  readonly errors: readonly RunError[];
  readonly notices: readonly string[];
  readonly packBytes: number;
  /** The source's. */
  readonly defaultBranch: string | undefined;
  /** HEAD of the target before the push, where the plan asked for it. */
  readonly head: Head | undefined;
}

/** The record of a round that could not read both ends. */
export const EMPTY_RECORD: RoundRecord = {
  decisions: [],
  begun: new Set(),
  doubted: new Set(),
  verdicts: new Map(),
  relations: new Map(),
  lags: new Map(),
  isWhole: false,
  errors: [],
  notices: [],
  packBytes: 0,
  defaultBranch: undefined,
  head: undefined,
};

/** One ref as the rounds so far know it. */
interface Known {
  /** `undefined` where all that is known is in doubt. */
  readonly result?: RefResult | undefined;
  /** The change of a push that has no verdict, as it is to be reported if it has landed. */
  readonly inDoubt?: RefResult | undefined;
  /** Words on a change in doubt. */
  readonly doubt?: RefReason;
  /** Somebody else moved the ref: the next round finds out anew. */
  readonly isOvertaken?: boolean;
  /** The target's words, where only the next reading tells whether somebody else moved the ref. */
  readonly suspect?: OvertakenVerdict | undefined;
  /** The target has accepted it, in words that are not taken for certain. */
  readonly isClaimed?: boolean;
}

/** A reading of the target after the last round. */
export type LaterReading = Pick<TargetSnapshot, 'refs' | 'broken'>;

/**
 * Tells of every ref what came of it over all rounds, in ref name order. A ref that one round changed and a later one
 * finds in place is reported as changed; so is a ref whose push broke off before its verdict came, if a later round
 * finds it in place.
 *
 * @param later settles what the rounds leave open; see {@link isUnsettled}
 * @param isStopped somebody stopped the run: what was left open then is nobody's failure
 */
export function resultsOf(rounds: readonly RoundRecord[], later?: LaterReading, isStopped = false): RefResult[] {
  const results = [...knownAfterAll(rounds).values()].flatMap((known) => {
    const result = settle(known, later);
    return result !== undefined && isStopped ? asStopped(result, known) : (result ?? []);
  });
  return inNameOrder(results);
}

/** Says of what a stopped run has left open that it was stopped. */
function asStopped(result: RefResult, { isOvertaken = false, inDoubt }: Known): RefResult {
  if (result.code === IN_DOUBT.code) return reject(result, STOPPED_IN_DOUBT);
  const isLeft = result.code === NOT_REACHED.code || (isOvertaken && inDoubt === undefined);
  return isLeft ? reject(result, STOPPED) : result;
}

/** Reports whether one more reading of the target would tell more of a ref: what came of it, or why. */
export function isUnsettled(rounds: readonly RoundRecord[]): boolean {
  return [...knownAfterAll(rounds).values()].some(
    ({ inDoubt, suspect, isClaimed }) => inDoubt !== undefined || suspect !== undefined || isClaimed === true,
  );
}

function knownAfterAll(rounds: readonly RoundRecord[]): ReadonlyMap<string, Known> {
  return rounds.reduce(addRound, new Map<string, Known>());
}

function settle({ result, inDoubt, doubt, suspect }: Known, later: LaterReading | undefined): RefResult | undefined {
  if (inDoubt !== undefined) return settleDoubt(inDoubt, doubt, later);
  if (later !== undefined && result !== undefined && isChanged(result.outcome)) {
    // Where it has yet another object, somebody else has moved it since.
    return idIn(later, result.ref) === result.old ? reject(result, verdictReason(ONLY_SAID)) : result;
  }
  const isUnmoved = result !== undefined && later !== undefined && idIn(later, result.ref) === result.old;
  return isUnmoved && suspect !== undefined ? reject(result, verdictReason(refusedAsUnmoved(suspect))) : result;
}

function settleDoubt(inDoubt: RefResult, doubt: RefReason | undefined, later: LaterReading | undefined): RefResult {
  if (later === undefined || later.broken?.has(inDoubt.ref) === true) return reject(inDoubt, doubt ?? IN_DOUBT);
  const id = idIn(later, inDoubt.ref);
  if (id === inDoubt.new) return inDoubt;
  return reject(inDoubt, id === inDoubt.old ? (doubt ?? NOT_CHANGED) : OVERTAKEN_IN_DOUBT);
}

function idIn({ refs }: LaterReading, ref: string): string | null {
  return refs.get(ref) ?? null;
}

/** Reports whether somebody else moved a ref during the round. */
export function isOvertaken({ verdicts }: RoundRecord): boolean {
  return [...verdicts.values()].some(({ kind }) => kind === 'overtaken');
}

/**
 * Gathers what earlier rounds have found out for good about changes: that they were made, that they are refused, or that
 * an end fails at them.
 *
 * @returns the verdict on this very change
 */
export function settledBefore(earlier: readonly RoundRecord[]): (change: Change) => Verdict | undefined {
  const settled = new Map<string, { readonly change: Change; readonly verdict: Verdict }[]>();
  for (const { decisions, verdicts } of earlier) {
    for (const change of decisions) {
      const verdict = verdicts.get(change.ref);
      if (!isChange(change) || verdict === undefined || !isLasting(verdict)) continue;
      settled.set(change.ref, [...(settled.get(change.ref) ?? []), { change, verdict }]);
    }
  }
  return (asked) => settled.get(asked.ref)?.findLast(({ change }) => isSameChange(change, asked))?.verdict;
}

function isLasting(verdict: Verdict): boolean {
  const { kind } = verdict;
  return kind === 'accepted' || kind === 'refused' || (kind === 'failed' && !verdict.isPassing);
}

/** Reports whether a push has changed the target, or may have. */
export function mayHaveLanded(rounds: readonly RoundRecord[]): boolean {
  return rounds.some(
    ({ begun, verdicts }) =>
      [...begun].some((ref) => !verdicts.has(ref)) || [...verdicts.values()].some(({ kind }) => kind === 'accepted'),
  );
}

function addRound(before: ReadonlyMap<string, Known>, round: RoundRecord): Map<string, Known> {
  const isPlanned = round.isWhole || round.decisions.length > 0;
  const now = new Map(isPlanned ? [...before].flatMap(([ref, known]) => gone(ref, known)) : before);
  for (const decision of round.decisions) now.set(decision.ref, knownAfter(decision, round, before.get(decision.ref)));
  return now;
}

/** Keeps of a ref that a plan does not see any more that this program deleted it, or had changed it. */
function gone(ref: string, { result, inDoubt }: Known): [string, Known][] {
  if (inDoubt?.outcome === 'deleted') return [[ref, { result: inDoubt }]];
  return result !== undefined && isChanged(result.outcome) ? [[ref, { result }]] : [];
}

function knownAfter(decision: Decision, round: RoundRecord, before: Known = {}): Known {
  switch (decision.kind) {
    case 'unchanged':
      return { result: changedBefore(decision.id, before) ?? resultOf(decision, 'unchanged') };
    case 'keep':
      return { result: resultOf(decision, 'kept') };
    case 'diverged':
      return { result: resultOf(decision, 'diverged') };
    case 'blocked':
      return { result: resultOf(decision, 'rejected') };
    default:
      return knownAfterChange(decision, round, before);
  }
}

function knownAfterChange(change: Change, round: RoundRecord, before: Known): Known {
  const { ref } = change;
  const landed = resultOf(change, outcomeOf(change, round.relations.get(ref)));
  const verdict = round.verdicts.get(ref);
  if (verdict?.kind === 'accepted')
    return { result: withLag(landed, round.lags.get(ref)), isClaimed: round.doubted.has(ref) };
  if (verdict !== undefined) {
    const isOvertaken = verdict.kind === 'overtaken';
    const reason = verdictReason(verdict);
    const suspect = suspectsOf({ decisions: [change], verdicts: round.verdicts }).get(ref)?.verdict;
    // Perhaps it was a push of this run that overtook another.
    const isRefused = verdict.kind === 'refused' && verdict.isUnanswered !== true;
    const isInDoubt = !isRefused && round.doubted.has(ref);
    return isInDoubt
      ? { inDoubt: landed, doubt: reason, isOvertaken, suspect }
      : { result: reject(landed, reason), isOvertaken, suspect };
  }
  const lasting = lastingResult(before);
  if (round.begun.has(ref)) return { result: lasting, inDoubt: landed };
  const { inDoubt, doubt } = before;
  return { result: lasting ?? reject(landed, NOT_REACHED), inDoubt, ...(doubt === undefined ? {} : { doubt }) };
}

/** The change that brought the ref to where a later round finds it. */
function changedBefore(id: string, { result, inDoubt }: Known): RefResult | undefined {
  return [result, inDoubt].find((one) => one !== undefined && isChanged(one.outcome) && one.new === id);
}

/** The change or the refusal of an earlier round, of which a round that ends before it reaches the ref tells nothing new. */
function lastingResult({ result, isOvertaken = false }: Known): RefResult | undefined {
  if (result === undefined || isOvertaken) return undefined;
  return isChanged(result.outcome) || result.outcome === 'rejected' ? result : undefined;
}

function outcomeOf(change: Change, relation: Relation | undefined): RefResult['outcome'] {
  switch (change.kind) {
    case 'create':
      return 'created';
    case 'update':
      return relation === 'ancestor' ? 'updated' : 'forced';
    case 'delete':
      return 'deleted';
  }
}

function resultOf(decision: Decision, outcome: RefResult['outcome']): RefResult {
  const { ref } = decision;
  const [old, id] =
    decision.kind === 'unchanged'
      ? [decision.id, decision.id]
      : ['old' in decision ? decision.old : null, 'new' in decision ? decision.new : null];
  const { message = null, code = null } = decisionReason(decision) ?? {};
  return { ref, outcome, old, new: id, message, code };
}

function reject(result: RefResult, { message, code }: RefReason): RefResult {
  return { ...result, outcome: 'rejected', message, code };
}

function withLag(result: RefResult, lag: Lag | undefined): RefResult {
  return lag === undefined || result.message !== null ? result : { ...result, ...lagReason(lag) };
}
