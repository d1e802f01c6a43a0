import type { Lag } from './lag.js';
import type { RefResult } from './outcome.js';
import { isChanged } from './outcome.js';
import type { Change, Decision, Relation } from './plan.js';
import { compareRefNames } from '../protocol/wire/ref-name.js';
import type { Fate } from './relay.js';
import { decisionMessage, fateMessage, lagMessage } from './words.js';

/**
 * What is known of each ref, over all rounds. A ref that one round changed and a later one finds in place is reported
 * as changed; so is one whose push broke off before its verdict came, if the later round finds it in place.
 */
export class Results {
  readonly #results = new Map<string, RefResult>();
  readonly #overtaken = new Set<string>();
  readonly #inDoubt = new Map<string, RefResult>();

  /** Whether somebody else moved a ref in the last round. */
  get hasOvertaken(): boolean {
    return this.#overtaken.size > 0;
  }

  /** Whether the target was changed. */
  get hasLanded(): boolean {
    return this.#inDoubt.size > 0 || [...this.#results.values()].some(({ outcome }) => isChanged(outcome));
  }

  /** Forgets what a new round will find out anew. */
  beginRound(): void {
    for (const ref of this.#overtaken) this.#results.delete(ref);
    this.#overtaken.clear();
  }

  /** Notes the changes of a push that is about to begin: until its verdicts are recorded they are in doubt. */
  begin(changes: readonly Change[]): void {
    for (const change of changes) this.#inDoubt.set(change.ref, changedResult(change, undefined));
  }

  /** Notes changes that have landed, before all verdicts of the round are there: an error may still end the round. */
  land(refs: readonly string[]): void {
    for (const ref of refs) {
      const result = this.#inDoubt.get(ref);
      if (result !== undefined) this.#results.set(ref, result);
      this.#inDoubt.delete(ref);
    }
  }

  /** Notes the changes that no push was begun for, because an error ends the round. */
  miss(changes: readonly Change[]): void {
    for (const change of changes) {
      if (this.#results.has(change.ref) || this.#inDoubt.has(change.ref)) continue;
      this.#results.set(change.ref, { ...changedResult(change, undefined), outcome: 'rejected', message: NOT_REACHED });
    }
  }

  /** Tells how the changes that are in doubt stand to what the target had. */
  relate(relations: ReadonlyMap<string, Relation>): void {
    for (const [ref, result] of this.#inDoubt) {
      if (result.outcome === 'forced' && relations.get(ref) === 'ancestor')
        this.#inDoubt.set(ref, { ...result, outcome: 'updated' });
    }
  }

  /** Records what a round decided and what became of its changes. */
  record(
    decisions: readonly Decision[],
    fates: ReadonlyMap<string, Fate>,
    relations: ReadonlyMap<string, Relation>,
  ): void {
    const seen = new Set<string>();
    for (const decision of decisions) {
      seen.add(decision.ref);
      const result = this.#resultOf(decision, fates.get(decision.ref), relations);
      this.#results.set(decision.ref, result);
      this.#inDoubt.delete(decision.ref);
    }
    for (const [ref, { outcome }] of this.#results) {
      if (!seen.has(ref) && !isChanged(outcome)) this.#results.delete(ref);
    }
    for (const [ref, result] of this.#inDoubt) {
      if (result.new === null && !seen.has(ref)) this.#results.set(ref, result);
    }
    this.#inDoubt.clear();
  }

  /** Says of refs how far the target is behind. */
  explain(lags: ReadonlyMap<string, Lag>): void {
    for (const [ref, lag] of lags) {
      const result = this.#results.get(ref);
      if (result !== undefined) this.#results.set(ref, { ...result, message: result.message ?? lagMessage(lag) });
    }
  }

  /** Every ref in ref name order. What is still in doubt is reported so. */
  inOrder(): RefResult[] {
    const all = new Map(this.#results);
    for (const [ref, result] of this.#inDoubt) all.set(ref, { ...result, outcome: 'rejected', message: IN_DOUBT });
    return [...all.values()].sort((one, other) => compareRefNames(one.ref, other.ref));
  }

  #resultOf(decision: Decision, fate: Fate | undefined, relations: ReadonlyMap<string, Relation>): RefResult {
    const { ref } = decision;
    const message = decisionMessage(decision);
    switch (decision.kind) {
      case 'unchanged':
        return (
          this.#earlier(ref, decision.id) ?? { ref, outcome: 'unchanged', old: decision.id, new: decision.id, message }
        );
      case 'keep':
        return { ref, outcome: 'kept', old: decision.old, new: null, message };
      case 'diverged':
        if (fate?.kind === 'overtaken') this.#overtaken.add(ref);
        return { ref, outcome: 'diverged', old: decision.old, new: decision.new, message };
      case 'blocked':
        return { ref, outcome: 'rejected', old: null, new: decision.new, message };
      default:
        break;
    }
    const changed = changedResult(decision, relations.get(ref));
    if (fate?.kind === 'accepted') return changed;
    const missed: Exclude<Fate, { kind: 'accepted' }> = fate ?? NOT_PUSHED;
    if (missed.kind === 'overtaken') this.#overtaken.add(ref);
    return { ...changed, outcome: 'rejected', message: fateMessage(missed) };
  }

  /** The change that brought the ref to where a later round finds it. */
  #earlier(ref: string, id: string): RefResult | undefined {
    return [this.#results.get(ref), this.#inDoubt.get(ref)].find(
      (result) => result !== undefined && isChanged(result.outcome) && result.new === id,
    );
  }
}

const NOT_PUSHED: Exclude<Fate, { kind: 'accepted' }> = { kind: 'refused', reason: 'it was not pushed', said: [] };
const NOT_REACHED = 'the run broke off before this ref was pushed. Run the mirror again.';
const IN_DOUBT = 'the connection broke before the target said what became of it. Run the mirror again.';

function changedResult(change: Change, relation: Relation | undefined): RefResult {
  const { ref } = change;
  const message = decisionMessage(change);
  switch (change.kind) {
    case 'create':
      return { ref, outcome: 'created', old: null, new: change.new, message };
    case 'update':
      return {
        ref,
        outcome: relation === 'ancestor' ? 'updated' : 'forced',
        old: change.old,
        new: change.new,
        message,
      };
    case 'delete':
      return { ref, outcome: 'deleted', old: change.old, new: null, message };
  }
}
