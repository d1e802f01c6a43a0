import type { Options } from '../mirror/options.js';
import { OUTCOMES, type MirrorResult, type Outcome } from '../mirror/outcome.js';
import type { Secrets } from '../mirror/secrets.js';

/** One ref in the report. */
export interface ReportedRef {
  readonly ref: string;
  readonly outcome: Outcome;
  readonly old: string | null;
  readonly new: string | null;
  readonly message: string | null;
}

/** The report as it is written out; the attribute names are those of GitLab's remote mirrors API where it has one. */
export interface Report {
  readonly url: string;
  readonly source_url: string;
  readonly update_status: 'finished' | 'failed';
  readonly last_error: string | null;
  readonly last_update_started_at: string;
  readonly last_update_at: string;
  readonly only_protected_branches: boolean;
  readonly keep_divergent_refs: boolean;
  readonly mirror_branch_regex: string | null;
  readonly dry_run: boolean;
  /** Whether nothing was to be changed, and a difference is a failure. */
  readonly check: boolean;
  readonly refs: readonly ReportedRef[];
  /** What a user should know that is no failure. */
  readonly notices: readonly string[];
  /** How many refs have each outcome. */
  readonly counts: Readonly<Record<Outcome, number>>;
  readonly transfer: {
    readonly requests: number;
    readonly bytes_received: number;
    readonly bytes_sent: number;
    readonly pack_bytes: number;
    readonly duration_ms: number;
  };
  /** Where Git LFS objects were looked for. */
  readonly lfs: { readonly objects: number; readonly uploaded: number; readonly bytes: number } | null;
}

/** The report on a run. */
export function reportOf(options: Options, result: MirrorResult, secrets: Secrets): Report {
  const { transfer } = result;
  return {
    url: secrets.redact(options.target.display),
    source_url: secrets.redact(options.source.display),
    update_status: result.status,
    last_error: redacted(result.lastError, secrets),
    last_update_started_at: result.startedAt.toISOString(),
    last_update_at: result.endedAt.toISOString(),
    only_protected_branches: options.onlyProtectedBranches,
    keep_divergent_refs: options.policy.keepDivergentRefs,
    mirror_branch_regex: options.rules.mirrorBranchRegex ?? null,
    dry_run: options.dryRun || options.check,
    check: options.check,
    refs: result.refs.map(({ ref, outcome, old, new: id, message }) => ({
      ref,
      outcome,
      old,
      new: id,
      message: redacted(message, secrets),
    })),
    notices: result.notices,
    counts: Object.fromEntries(
      OUTCOMES.map((outcome) => [outcome, result.refs.filter((ref) => ref.outcome === outcome).length]),
    ) as Record<Outcome, number>,
    transfer: {
      requests: transfer.requests,
      bytes_received: transfer.bytesReceived,
      bytes_sent: transfer.bytesSent,
      pack_bytes: transfer.packBytes,
      duration_ms: Math.round(transfer.durationMs),
    },
    lfs: result.largeObjects ?? null,
  };
}

/** The full names of the refs with one of these outcomes, in ref name order. */
export function refsWith(report: Report, ...outcomes: readonly Outcome[]): string[] {
  return report.refs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ ref }) => ref);
}

/** Whether the target was changed, or would be in a dry run. */
export function hasChanges(report: Report): boolean {
  const { created, updated, forced, deleted } = report.counts;
  return created + updated + forced + deleted > 0;
}

function redacted(text: string | null, secrets: Secrets): string | null {
  return text === null ? null : secrets.redact(text);
}
