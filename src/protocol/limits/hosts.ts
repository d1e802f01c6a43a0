import type { Limits } from './limit.js';

const MEBIBYTE = 1024 * 1024;

/** Limits of the hosts' APIs. */
export const HOST_LIMITS = {
  answer: {
    of: 'an answer of an API',
    value: 8 * MEBIBYTE,
    unit: 'bytes',
    why: 'A page of a hundred branches, with the messages of their commits, takes some hundred KiB.',
    says: "the API's answer is longer than {limit}",
  },
  pages: {
    of: 'pages of a list of branches',
    value: 2000,
    unit: 'pages',
    why: 'A hundred thousand branches, fifty on a page.',
    says: "the API's list of branches has more than {limit}",
  },
  listTime: {
    of: 'time for a list of branches',
    value: 600_000,
    unit: 'milliseconds',
    why: 'A page takes up to a second, and most lists have one.',
    says: "the API's list of branches does not end within {limit}",
  },
} as const satisfies Limits;
