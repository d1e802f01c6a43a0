import type { Limits } from './limit.js';

const KIBIBYTE = 1024;

/** Limits of the HTTP transport. */
export const HTTP_LIMITS = {
  heads: {
    of: 'the headers of an answer',
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    why: 'As Node.js has it without options. Servers themselves seldom take more than 8 KiB.',
    does: 'The connection is closed, and the error names `HPE_HEADER_OVERFLOW`.',
  },
} as const satisfies Limits;
