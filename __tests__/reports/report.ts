import { OUTCOMES, type Outcome } from '../../src/mirror/outcome.js';
import type { Report, ReportedRef } from '../../src/report/report.js';

/** One row of a report: a ref that was created, unless something else is said. */
export function reportedRef(given: Partial<ReportedRef> = {}): ReportedRef {
  return {
    ref: 'refs/heads/main',
    outcome: 'created',
    old: null,
    new: 'a'.repeat(40),
    message: null,
    code: null,
    ...given,
  };
}

/** A report on these refs, with their counts; a run that finished unless something else is said. */
export function reportOn(refs: readonly ReportedRef[], given: Partial<Report> = {}): Report {
  const count = (outcome: Outcome): number => refs.filter((ref) => ref.outcome === outcome).length;
  return {
    url: 'https://target.example/mirror.git',
    source_url: 'https://source.example/upstream.git',
    update_status: 'finished',
    last_error: null,
    last_error_code: null,
    last_update_started_at: '2024-01-01T00:00:00.000Z',
    last_update_at: '2024-01-01T00:00:01.000Z',
    only_protected_branches: false,
    keep_divergent_refs: false,
    mirror_branch_regex: null,
    dry_run: false,
    check: false,
    refs,
    notices: [],
    counts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count(outcome)])) as Record<Outcome, number>,
    transfer: { requests: 4, bytes_received: 1000, bytes_sent: 2000, pack_bytes: 317, duration_ms: 370 },
    lfs: null,
    ...given,
  };
}
