import type { Choice } from './raw.js';
import type { Selection, SelectionRules } from './selection.js';

/** Rule for the refs that only the target has: which of them are deleted. */
export type Prune = Choice<'prune'>;

/** A user's wishes on the refs of the mirror. */
export interface Policy {
  readonly select: Selection;
  /** The patterns by which it selects. */
  readonly patterns?: Pick<SelectionRules, 'branches' | 'tags'>;
  readonly keepDivergentRefs: boolean;
  readonly prune: Prune;
}
