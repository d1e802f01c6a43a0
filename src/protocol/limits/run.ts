import type { Limits } from './limit.js';

/** Limits of the mirror itself: rounds, questions, sums over a run. */
export const RUN_LIMITS = {} as const satisfies Limits;
