import { commitPage } from '../hosts/web.js';
import type { Options } from '../options/options.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import type { MirrorEnds } from '../list/run-mirrors.js';
import type { MirrorPlan } from '../list/plan-mirrors.js';
import type { Secrets } from '../options/secrets.js';
import { printable } from '../protocol/printable.js';
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
  readonly last_update_started_at: string;
  readonly last_update_at: string;
  /** In the order of the list. */
  readonly mirrors: readonly NamedReport[];
  /** The names of those that are switched off. */
  readonly disabled: readonly string[];
}

/** What a run came to: of one mirror, or of a list. */
export type RunReport =
  { readonly kind: 'one'; readonly report: Report } | { readonly kind: 'list'; readonly report: ListReport };

/** Where the hosts show commits, if that is known. */
export interface CommitPages {
  readonly sourceCommit: (id: ObjectId) => string | undefined;
  readonly targetCommit: (id: ObjectId) => string | undefined;
}

/** For hosts that are not known. */
export const NO_PAGES: CommitPages = { sourceCommit: () => undefined, targetCommit: () => undefined };

/** Where the hosts of both ends show commits. */
export function commitPages({ source, target }: Options): CommitPages {
  return {
    sourceCommit: (id) => commitPage(source.location, source.host, id),
    targetCommit: (id) => commitPage(target.location, target.host, id),
  };
}

const MOST_NAMES = 20;

/** The report on a run. */
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
  const shown = failed.slice(0, MOST_NAMES).map(({ name, last_error: why }) => `${name}: ${printable(why ?? '', 500)}`);
  const more = failed.length > shown.length ? ` And ${failed.length - shown.length} more.` : '';
  return `${failed.length} of ${all} mirrors failed. ${shown.join(' ')}${more}`;
}
