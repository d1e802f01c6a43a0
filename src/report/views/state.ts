import { OUTCOMES, type Outcome } from '../../mirror/outcome.js';
import type { Report, ReportedRef } from '../report-shape.js';

/** A ref in the words of the views: its outcome, or `stopped` if a stopped run left it open. Programs know both as `rejected`. */
export type State = Outcome | 'stopped';

export const STATES: readonly State[] = [...OUTCOMES, 'stopped'];

export function stateOf({ outcome, code }: Pick<ReportedRef, 'outcome' | 'code'>): State {
  return code === 'stopped' || code === 'stopped-in-doubt' ? 'stopped' : outcome;
}

/** The number of refs in each state. */
export function countStates(refs: readonly ReportedRef[]): Readonly<Record<State, number>> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
  for (const ref of refs) counts[stateOf(ref)] += 1;
  return counts;
}

/** The number of refs of a report in each state. */
export function statesIn({ counts, refs }: Pick<Report, 'counts' | 'refs'>): Readonly<Record<State, number>> {
  const { stopped } = countStates(refs);
  return { ...counts, rejected: counts.rejected - stopped, stopped };
}
