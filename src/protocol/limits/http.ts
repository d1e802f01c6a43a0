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
  interimAnswers: {
    of: 'interim answers (1xx) before an answer',
    value: 100,
    unit: 'times',
    why: 'Servers that work for minutes say so every few seconds.',
    says: 'more than {limit} the server said that it goes on',
  },
  words: {
    of: 'the words of an answer that says no, or only leads elsewhere',
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    why: 'A sentence of it is shown.',
    does: 'The rest is not read, and the connection is closed.',
  },
  jsonLevels: {
    of: 'levels of an answer in JSON',
    value: 64,
    unit: 'levels',
    why: 'Answers of APIs and Git LFS servers have up to ten.',
    says: 'the answer has more than {limit}',
  },
  jsonValues: {
    of: 'values in an answer in JSON',
    value: 500_000,
    unit: 'items',
    why: 'A hundred branches or objects have some thousands.',
    says: 'the answer has more than {limit}',
  },
} as const satisfies Limits;
