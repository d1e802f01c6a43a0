import type { Options } from '../options/options.js';
import { OUTCOMES, type MirrorResult, type Outcome } from '../mirror/outcome.js';
import type { Secrets } from '../redaction/secrets.js';
import type { Report, ReportedRef } from './report-shape.js';

export type { Report, ReportedRef };

/** Makes the report on a run. */
export function reportOf(options: Options, result: MirrorResult, secrets: Secrets): Report {
  const { transfer } = result;
  return {
    url: secrets.redact(options.target.display),
    source_url: secrets.redact(options.source.display),
    update_status: result.status,
    last_error: redact(result.lastError, secrets),
    last_error_code: result.lastErrorCode,
    last_update_started_at: result.startedAt.toISOString(),
    last_update_at: result.endedAt.toISOString(),
    only_protected_branches: options.onlyProtectedBranches,
    keep_divergent_refs: options.policy.keepDivergentRefs,
    mirror_branch_regex: options.rules.mirrorBranchRegex ?? null,
    dry_run: options.dryRun || options.check,
    check: options.check,
    refs: reportedRefs(result, secrets),
    notices: result.notices.map((notice) => secrets.redact(notice)),
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
    lfs: result.lfsObjects ?? null,
  };
}

/** A server may send a secret back as a ref. Where two have one name then, the second has `~2` behind it. */
function reportedRefs({ refs }: MirrorResult, secrets: Secrets): ReportedRef[] {
  const seen = new Map<string, number>();
  return refs.map(({ ref, outcome, old, new: id, message, code }) => {
    const name = secrets.redact(ref);
    const count = (seen.get(name) ?? 0) + 1;
    if (name !== ref) seen.set(name, count);
    return {
      ref: count === 1 ? name : `${name}~${count}`,
      outcome,
      old: redact(old, secrets),
      new: redact(id, secrets),
      message: redact(message, secrets),
      code,
    };
  });
}

/** The full names of the refs with one of these outcomes, in ref name order. */
export function refsWith(report: Report, ...outcomes: readonly Outcome[]): string[] {
  return report.refs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ ref }) => ref);
}

/** Reports whether the target was changed, or would be in a dry run. */
export function hasChanges(report: Report): boolean {
  const { created, updated, forced, deleted } = report.counts;
  return created + updated + forced + deleted > 0;
}

function redact(text: string | null, secrets: Secrets): string | null {
  return text === null ? null : secrets.redact(text);
}
