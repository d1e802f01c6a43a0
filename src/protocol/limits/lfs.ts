import type { Limits } from './limit.js';

/** Limits of Git LFS. */
export const LFS_LIMITS = {} as const satisfies Limits;
