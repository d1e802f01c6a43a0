import type { Limits } from './limit.js';

/** Limits of the hosts' APIs. */
export const HOST_LIMITS = {} as const satisfies Limits;
