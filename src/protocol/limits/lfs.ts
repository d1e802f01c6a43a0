import type { Limits } from './limit.js';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

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
  pointers: {
    of: 'Git LFS objects in the changes that a run looks through',
    value: 300_000,
    unit: 'objects',
    why: 'The largest repositories with Git LFS have one or two hundred thousand. Each takes some 400 bytes of memory.',
    says: 'the changes hold more than {limit} of Git LFS',
  },
  pointerFiles: {
    of: 'pointer files in a history that is searched in a temporary folder',
    value: 600_000,
    unit: 'objects',
    why: 'Nearly every Git LFS object has one.',
    says: 'the changes hold more than {limit} that point to Git LFS objects',
  },
  pointerSizes: {
    of: 'sizes that pointers to one Git LFS object name',
    value: 5,
    unit: 'items',
    why: 'One of them at most is right, and each is tried.',
    does: 'Further sizes are passed over.',
  },
  searchBytes: {
    of: 'changes without larger files, as they are fetched to look for Git LFS pointers',
    value: 24 * MEBIBYTE,
    unit: 'bytes',
    why: 'They are held in memory; a usual push takes some kilobytes.',
    does: 'The history is copied to a temporary folder and searched there.',
  },
  searchContent: {
    of: 'the same changes, unpacked',
    value: 72 * MEBIBYTE,
    unit: 'bytes',
    why: 'Three times the packed size is usual for commits, folders and small files.',
    does: 'The history is copied to a temporary folder and searched there.',
  },
  tipBytes: {
    of: 'one answer with commits or files of tips, by which it is seen whether a source uses Git LFS',
    value: 8 * MEBIBYTE,
    unit: 'bytes',
    why: 'A thousand commits, folders or `.gitattributes` files take less.',
    does: 'The history is searched instead.',
  },
  tipContent: {
    of: 'the same answer, unpacked',
    value: 24 * MEBIBYTE,
    unit: 'bytes',
    why: 'The folders of a repository with 500,000 files fit.',
    does: 'The history is searched instead.',
  },
  tipSum: {
    of: 'all such answers of a search, unpacked',
    value: 1024 * MEBIBYTE,
    unit: 'bytes',
    why: 'The root folders of a hundred thousand tips fit. Nothing of an answer is kept.',
    does: 'The history is searched instead.',
  },
} as const satisfies Limits;
