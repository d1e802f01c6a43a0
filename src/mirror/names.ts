import { printableName } from '../protocol/printable.js';

const MOST_NAMES = 20;

/** The names of some refs for a sentence, cut short. */
export function namesOf(refs: readonly string[]): string {
  const shown = refs.slice(0, MOST_NAMES).map((ref) => printableName(ref));
  const more = refs.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
