import type { Limits } from './limit.js';

const KIBIBYTE = 1024;

/** Limits of Git LFS. */
export const LFS_LIMITS = {
  actionHeaders: {
    of: 'headers that a server wants on the request for an object',
    value: 64,
    unit: 'items',
    why: 'Servers want up to ten.',
    says: 'it wants a request with more than {limit} in its header',
  },
  actionHeaderBytes: {
    of: 'the headers that a server wants on the request for an object',
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    why: 'Few servers take a request with longer ones.',
    says: 'it wants a request with more than {limit} of headers',
  },
} as const satisfies Limits;
