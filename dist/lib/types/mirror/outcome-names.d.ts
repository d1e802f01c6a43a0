/** The outcomes of a ref, in the words of the report. */
export declare const OUTCOMES: readonly ["created", "updated", "forced", "deleted", "unchanged", "diverged", "kept", "rejected"];
export type Outcome = (typeof OUTCOMES)[number];
