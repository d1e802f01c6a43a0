import type { Limits } from './limit.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Limits of Git's protocol: what is read from a source or target, whatever the transport. */
export const WIRE_LIMITS = {
  listing: {
    of: 'an advertisement or listing of refs',
    value: 256 * MEBIBYTE,
    unit: 'bytes',
    why: 'A million refs with names of 200 bytes take as much.',
    says: 'more than {limit} of refs are listed',
  },
  refs: {
    of: 'refs in an advertisement or listing',
    value: 2_000_000,
    unit: 'refs',
    why: 'The largest repositories of forges have some hundreds of thousands.',
    says: 'more than {limit} are listed',
  },
  brokenRefs: {
    of: 'refs that are listed with a name or object that cannot be',
    value: 1000,
    unit: 'refs',
    why: 'Each is passed over and named in a notice; a repository with more of them is damaged as a whole.',
    says: 'more than {limit} are broken',
  },
  report: {
    of: "a target's report on a push",
    value: 256 * MEBIBYTE,
    unit: 'bytes',
    why: 'A million verdicts with names of 200 bytes take as much.',
    says: 'the report on the push is longer than {limit}',
  },
} as const satisfies Limits;
