import type { RefCode, RunCode } from '../mirror/codes.js';
import type { Outcome } from '../mirror/outcome-names.js';
/** One ref in the report. */
export interface ReportedRef {
    readonly ref: string;
    readonly outcome: Outcome;
    readonly old: string | null;
    readonly new: string | null;
    /** The reason and the remedy, for people. */
    readonly message: string | null;
    /** The reason, for programs: beside each message stands a code. docs/codes.md explains them. */
    readonly code: RefCode | null;
}
/** The report as it is written out; the attribute names are those of GitLab's remote mirrors API where it has one. */
export interface Report {
    readonly url: string;
    readonly source_url: string;
    readonly update_status: 'finished' | 'failed';
    readonly last_error: string | null;
    /** The reason of the error, for programs. docs/codes.md explains the codes. */
    readonly last_error_code: RunCode | null;
    readonly last_update_started_at: string;
    readonly last_update_at: string;
    readonly only_protected_branches: boolean;
    readonly keep_divergent_refs: boolean;
    readonly mirror_branch_regex: string | null;
    readonly dry_run: boolean;
    /** Set where nothing was to be changed, and a difference is a failure. */
    readonly check: boolean;
    readonly refs: readonly ReportedRef[];
    /** Sentences that a user should know, and that tell of no failure. */
    readonly notices: readonly string[];
    /** The number of refs with each outcome. */
    readonly counts: Readonly<Record<Outcome, number>>;
    readonly transfer: {
        readonly requests: number;
        readonly bytes_received: number;
        readonly bytes_sent: number;
        readonly pack_bytes: number;
        readonly duration_ms: number;
    };
    /** Null where no Git LFS objects were looked for. */
    readonly lfs: {
        readonly objects: number;
        readonly uploaded: number;
        readonly bytes: number;
    } | null;
}
