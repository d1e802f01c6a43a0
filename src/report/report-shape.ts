import type { Outcome } from '../mirror/outcome-names.js';

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
