/** The outcomes of a ref, in the words of the report. */
export const OUTCOMES = [
  'created',
  'updated',
  'forced',
  'deleted',
  'unchanged',
  'diverged',
  'kept',
  'rejected',
] as const;

export type Outcome = (typeof OUTCOMES)[number];
