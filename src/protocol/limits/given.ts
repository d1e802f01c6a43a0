import type { Limits } from './limit.js';

/** Limits of what a user gives: options, lists of mirrors, keys. */
export const GIVEN_LIMITS = {} as const satisfies Limits;
