import type { Limits } from './limit.js';

/** Limits of what is shown: log, report, summary, annotations. */
export const SHOWN_LIMITS = {} as const satisfies Limits;
