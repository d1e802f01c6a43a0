import { KIBIBYTE, MEBIBYTE, type Limits } from './limit.js';

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
  redirects: {
    of: 'redirects from one request on',
    value: 5,
    unit: 'times',
    why: 'Two are usual: to https, and to the new name of a repository.',
    says: 'is redirected more than {limit}',
  },
  addresses: {
    of: 'addresses of a host that are tried',
    value: 16,
    unit: 'items',
    why: 'Large hosts have up to eight.',
    does: 'Further addresses are not tried.',
  },
  codedFree: {
    of: 'a compressed answer that nothing is made of, unpacked',
    value: 16 * MEBIBYTE,
    unit: 'bytes',
    why: 'What is read whole is bounded by itself, and the rest is passed on as it comes.',
    does: 'Of a longer one it is looked at how well it was compressed.',
  },
  codedTimes: {
    of: 'bytes of a longer compressed answer, for each byte of it that came',
    value: 200,
    unit: 'times',
    why: 'Text of a server is compressed twentyfold at best, a bomb a thousandfold.',
    says: 'more than {limit} as small, which no honest answer is',
  },
} as const satisfies Limits;
