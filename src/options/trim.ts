import { trimEndOf, trimStartOf } from '../protocol/trim.js';

const SPACE = ' \t\r\n';

/**
 * Takes away the spaces and line ends around a value, as editors, files and variables leave them. Other spaces are valid
 * in ref names, and stay.
 */
export function trim(value: string): string {
  return trimStartOf(trimEndOf(value, SPACE), SPACE);
}
