import type { Limits } from './limit.js';

/** Limits of programs that are started, and the temporary files. */
export const PROGRAM_LIMITS = {} as const satisfies Limits;
