import type { Selection } from './selection.js';

/** Which refs that only the target has are deleted. */
export type Prune = 'merged' | 'never' | 'always';

/** What the user wants of the mirror. */
export interface Policy {
  readonly select: Selection;
  readonly keepDivergentRefs: boolean;
  readonly prune: Prune;
}
