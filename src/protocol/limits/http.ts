import type { Limits } from './limit.js';

/** Limits of the HTTP transport. */
export const HTTP_LIMITS = {} as const satisfies Limits;
