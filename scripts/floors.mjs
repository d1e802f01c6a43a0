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
  'mirror/plan.ts',
  'mirror/commit-graph.ts',
  'mirror/outcome.ts',
  'mirror/results.ts',
  'mirror/words.ts',
];
