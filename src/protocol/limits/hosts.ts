import { MEBIBYTE, type Limits } from './limit.js';

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
  patterns: {
    of: 'protected branches whose names have a wildcard',
    value: 1000,
    unit: 'items',
    why: 'Each is tried at each branch; projects have up to ten.',
    says: "the API's list of branches has more than {limit} with a wildcard",
  },
  pushWords: {
    of: 'words of a server on one push that are looked at',
    value: MEBIBYTE / 4,
    unit: 'characters',
    why: 'Hooks write some kilobytes.',
    does: 'Further words are shown, but explain no refusal.',
  },
  pushLines: {
    of: 'lines of a server on one push that are looked at',
    value: 500,
    unit: 'lines',
    why: 'Hooks write some ten.',
    does: 'Further lines are shown, but explain no refusal.',
  },
  words: {
    of: 'words of a server on all pushes that are looked at',
    value: 2 * MEBIBYTE,
    unit: 'characters',
    why: 'A push of a thousand refs that is split up to find the bad ones has some kilobytes of words in each part.',
    does: 'Of later refusals only the reasons for each ref count.',
  },
  heardBeginning: {
    of: "the beginning of a line of a server's words in which an explanation is looked for",
    value: 6000,
    unit: 'characters',
    why: 'The names of refs and files are long, and what a server says of them stands before or behind them.',
    does: 'Of a longer line the middle is passed over.',
  },
  heardEnd: {
    of: 'the end of such a line',
    value: 1000,
    unit: 'characters',
    why: 'As for the beginning.',
    does: 'Of a longer line the middle is passed over.',
  },
} as const satisfies Limits;
