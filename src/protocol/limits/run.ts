import { MEBIBYTE, type Limits } from './limit.js';

/** Limits of the mirror itself: rounds, questions, sums over a run. */
export const RUN_LIMITS = {
  historyBytes: {
    of: 'an answer of a source about its history, and all such answers with files of a source that cannot leave them out',
    value: 16 * MEBIBYTE,
    unit: 'bytes',
    why: 'Some 60,000 commits. One answer at a time is unpacked in memory.',
    does: 'Each ref is asked about by itself; under `keep-divergent-refs` the commits go through a temporary folder.',
  },
  historyContent: {
    of: 'such an answer, unpacked',
    value: 48 * MEBIBYTE,
    unit: 'bytes',
    why: 'Three times the packed size is usual for commits.',
    does: 'As above.',
  },
  historyLinks: {
    of: 'parents of all commits in such an answer',
    value: 300_000,
    unit: 'items',
    why: 'Some 60,000 commits have a third of it.',
    does: 'As above.',
  },
  historyLinksInFolder: {
    of: 'parents of all commits that go through a temporary folder',
    value: 1_000_000,
    unit: 'items',
    why: 'They are held in memory, some 150 bytes each. The history of Linux has a little more in all.',
    does: 'The ref counts as diverged under `keep-divergent-refs`.',
  },
  unpackedBytes: {
    of: 'all packs that are unpacked in memory in a run, as they come',
    value: 512 * MEBIBYTE,
    unit: 'bytes',
    why: 'Some 2,000,000 commits. Each answer has a limit of its own, but a source can be asked thousands of questions.',
    does: 'Further answers count as too large, as above.',
  },
  unpackedObjects: {
    of: 'their objects',
    value: 4_000_000,
    unit: 'objects',
    why: 'Commits of usual size reach the limit in bytes first. To unpack so many takes two minutes.',
    does: 'As above.',
  },
  lagSteps: {
    of: 'commits that a check counts, of all refs together',
    value: 20_000_000,
    unit: 'items',
    why: 'A few seconds.',
    does: 'How far further refs are behind is not told.',
  },
} as const satisfies Limits;
