/** The rooms of src/ by floor, from the ground up. A file imports from its own room and from floors below. */
export const FLOORS = [
  ['protocol'],
  ['protocol/wire'],
  ['protocol/http', 'protocol/programs'],
  ['hosts'],
  ['options'],
  ['repositories'],
  ['lfs/wire'],
  ['lfs/search'],
  ['lfs/relay'],
  ['lfs'],
  ['mirror'],
  ['list'],
  ['report'],
  ['report/views'],
  ['action/summary'],
  ['action', 'cli', 'library'],
  [''],
];

/** Files that compute and nothing else: nothing that they load, near or far, does I/O or opens a package. */
export const PURE = [
  'mirror/codes.ts',
  'mirror/commit-graph.ts',
  'mirror/haves.ts',
  'mirror/lag.ts',
  'mirror/name-tree.ts',
  'mirror/names.ts',
  'mirror/notices.ts',
  'mirror/outcome.ts',
  'mirror/outcome-names.ts',
  'mirror/plan.ts',
  'mirror/push-order.ts',
  'mirror/results.ts',
  'mirror/suspects.ts',
  'mirror/verdict.ts',
  'mirror/words.ts',
];
