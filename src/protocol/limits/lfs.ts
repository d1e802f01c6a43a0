import type { Limits } from './limit.js';

const KIBIBYTE = 1024;

/** Limits of Git LFS. */
export const LFS_LIMITS = {
  batchBytesPerObject: {
    of: 'the answer of the batch API, for each object that it was asked about',
    value: 32 * KIBIBYTE,
    unit: 'bytes',
    why: 'Addresses with signatures of three requests take 6 KiB.',
    says: 'its answer has more than {limit} for each object',
  },
  accessBytes: {
    of: 'the answer of git-lfs-authenticate',
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    why: 'It names one address and its headers.',
    says: 'it is longer than {limit}',
  },
  leastBytes: {
    of: 'bytes of an object that come within the time for silence, at least',
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    why: 'With the usual `timeout` that is 218 bytes in a second: nobody waits for an object at less.',
    does: 'An object that comes more slowly counts as one that does not come: `timeout` decides.',
  },
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
