import type { RunCode, RunError } from '../../mirror/codes.js';
import type { Outcome } from '../../mirror/outcome.js';
import { printableJson } from '../../protocol/printable.js';
import { hasChanges, refsWith } from '../report.js';
import { withoutCommands } from '../workflow-commands.js';
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
const LIST_OUTPUTS: readonly string[] = Object.keys(LISTS);

/** Values for later steps, by the name of the output; of several mirrors all together. */
export interface Outputs {
  readonly status: string;
  readonly changed: string;
  readonly 'last-error': string;
  readonly 'last-error-code': RunCode | '';
  /** Full names of refs, by the name of the output. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** Tells later steps of a run. */
export function outputsOf(run: RunReport): Outputs {
  const reports = reportsOf(run);
  const refs = (outcomes: readonly Outcome[]): string[] => [
    ...new Set(reports.flatMap((report) => refsWith(report, ...outcomes))),
  ];
  return {
    status: run.report.update_status,
    changed: String(reports.some(hasChanges)),
    'last-error': withoutCommands(run.report.last_error ?? ''),
    'last-error-code': run.report.last_error_code ?? '',
    lists: Object.fromEntries(Object.entries(LISTS).map(([name, outcomes]) => [name, refs(outcomes)])),
  };
}

/** Tells later steps that nothing was done, for there was nothing to do. */
export function outputsOfSkip(): Outputs {
  const lists = Object.fromEntries(LIST_OUTPUTS.map((name) => [name, []]));
  return { status: 'skipped', changed: 'false', 'last-error': '', 'last-error-code': '', lists };
}

/** Tells later steps that nothing was done, because of an error. */
export function outputsOfError({ message, code }: RunError): Outputs {
  return { ...outputsOfSkip(), status: 'failed', 'last-error': withoutCommands(message), 'last-error-code': code };
}

/**
 * Writes a JSON array of as many refs as there is room for.
 *
 * @param most bytes
 * @param quote writes one of them
 */
export function boundedJson(
  refs: readonly string[],
  most: number,
  quote: (ref: string) => string = (ref) => printableJson(ref),
): { json: string; isWhole: boolean } {
  const shown: string[] = [];
  let size = 1;
  for (const ref of refs) {
    const text = quote(ref);
    size += Buffer.byteLength(text) + 1;
    if (size > most) break;
    shown.push(text);
  }
  return { json: `[${shown.join(',')}]`, isWhole: shown.length === refs.length };
}
