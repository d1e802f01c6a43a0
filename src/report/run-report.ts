import type { MirrorEnds } from '../list/run-mirrors.js';
import type { MirrorPlan } from '../list/plan-mirrors.js';
import type { Secrets } from '../redaction/secrets.js';
import type { RunCode } from '../mirror/codes.js';
import { printable, printableName } from '../protocol/printable.js';
import { reportOf, type Report } from './report.js';

/** The report on one of several mirrors. */
export interface NamedReport extends Report {
  readonly name: string;
}

/** The report on several mirrors of one source. */
export interface ListReport {
  readonly source_url: string;
  /** `failed` as soon as one of them is. */
  readonly update_status: 'finished' | 'failed';
  readonly last_error: string | null;
  /** The reason of the error, for programs; each mirror has its own. */
  readonly last_error_code: RunCode | null;
  readonly last_update_started_at: string;
  readonly last_update_at: string;
  /** In the order of the list. */
  readonly mirrors: readonly NamedReport[];
  /** The names of those that are switched off. */
  readonly disabled: readonly string[];
}

/** The report on a run: of one mirror, or of a list. */
export type RunReport =
  { readonly kind: 'one'; readonly report: Report } | { readonly kind: 'list'; readonly report: ListReport };

const MOST_NAMES = 20;

/** Makes the report on a run. */
export function runReportOf(plan: MirrorPlan, ends: MirrorEnds, secrets: Secrets): RunReport {
  const reports = ends.mirrors.map(({ name, options, result }) => ({
    name: secrets.redact(name ?? ''),
    ...reportOf(options, result, secrets),
  }));
  const [first] = reports;
  if (!plan.isList && first !== undefined) {
    const { name: _, ...report } = first;
    return { kind: 'one', report };
  }
  const failed = reports.filter(({ update_status: status }) => status === 'failed');
  return {
    kind: 'list',
    report: {
      source_url: secrets.redact(plan.source),
      update_status: failed.length === 0 ? 'finished' : 'failed',
      last_error: failed.length === 0 ? null : failureOf(failed, reports.length),
      last_error_code: failed.length === 0 ? null : 'mirrors-failed',
      last_update_started_at: ends.startedAt.toISOString(),
      last_update_at: ends.endedAt.toISOString(),
      mirrors: reports,
      disabled: plan.disabled.map((name) => secrets.redact(name)),
    },
  };
}

/** The reports on the single mirrors. */
export function reportsOf(run: RunReport): readonly (Report & { readonly name?: string })[] {
  return run.kind === 'one' ? [run.report] : run.report.mirrors;
}

function failureOf(failed: readonly NamedReport[], all: number): string {
  const shown = failed
    .slice(0, MOST_NAMES)
    .map(({ name, last_error: why }) => `${printableName(name, 100)}: ${printable(why ?? '', 500)}`);
  const more = failed.length > shown.length ? ` And ${failed.length - shown.length} more.` : '';
  return `${failed.length} of ${all} mirrors failed. ${shown.join(' ')}${more}`;
}
