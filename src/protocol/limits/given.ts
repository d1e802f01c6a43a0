import { MEBIBYTE, type Limits } from './limit.js';

/** Limits of what a user gives: options, lists of mirrors, keys. */
export const GIVEN_LIMITS = {
  event: {
    of: 'the event of a job, in the file that GITHUB_EVENT_PATH names',
    value: 32 * MEBIBYTE,
    unit: 'bytes',
    why: 'GitHub sends no event of more than 25 MB.',
    says: 'is larger than {limit}',
  },
} as const satisfies Limits;
