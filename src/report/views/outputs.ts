import type { Outcome } from '../../mirror/outcome.js';
import { hasChanges, refsWith } from '../report.js';
import { reportsOf, type RunReport } from '../run-report.js';

/** The outputs that list refs, with the outcomes that count. */
const LISTS: Readonly<Record<string, readonly Outcome[]>> = {
  'created-refs': ['created'],
  'updated-refs': ['updated', 'forced'],
  'deleted-refs': ['deleted'],
  'divergent-refs': ['diverged'],
  'rejected-refs': ['rejected'],
};

/** The names of the outputs that list refs. */
export const LIST_OUTPUTS: readonly string[] = Object.keys(LISTS);

/** What later steps are told of a run, by the name of the output; of several mirrors all of it together. */
export interface Outputs {
  readonly status: string;
  readonly changed: string;
  readonly 'last-error': string;
  /** Full names of refs, by the name of the output. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** What later steps are told of a run. */
export function outputsOf(run: RunReport): Outputs {
  const reports = reportsOf(run);
  const refs = (outcomes: readonly Outcome[]): string[] => [
    ...new Set(reports.flatMap((report) => refsWith(report, ...outcomes))),
  ];
  return {
    status: run.report.update_status,
    changed: String(reports.some(hasChanges)),
    'last-error': run.report.last_error ?? '',
    lists: Object.fromEntries(Object.entries(LISTS).map(([name, outcomes]) => [name, refs(outcomes)])),
  };
}

/** What later steps are told where an option is wrong, and nothing was done. */
export function outputsOfProblems(problems: readonly string[]): Outputs {
  const lists = Object.fromEntries(LIST_OUTPUTS.map((name) => [name, []]));
  return { status: 'failed', changed: 'false', 'last-error': problems.join(' '), lists };
}

/**
 * A JSON array of as many refs as there is room for.
 *
 * @param most bytes
 * @param quoted writes one of them
 */
export function bounded(
  refs: readonly string[],
  most: number,
  quoted: (ref: string) => string = (ref) => JSON.stringify(ref),
): { json: string; isWhole: boolean } {
  const shown: string[] = [];
  let size = 1;
  for (const ref of refs) {
    const text = quoted(ref);
    size += Buffer.byteLength(text) + 1;
    if (size > most) break;
    shown.push(text);
  }
  return { json: `[${shown.join(',')}]`, isWhole: shown.length === refs.length };
}
