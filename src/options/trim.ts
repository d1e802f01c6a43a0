import { trimEndOf, trimStartOf } from '../protocol/trim.js';
import { specOf, type OptionName } from './raw.js';

const SPACE = ' \t\r\n';

/**
 * Takes away the spaces and line ends around a value, as editors, files and variables leave them. Other spaces are valid
 * in ref names, and stay.
 */
export function trim(value: string): string {
  return trimStartOf(trimEndOf(value, SPACE), SPACE);
}

/** Takes away the empty lines around a text of several lines, and the spaces at its end: its indentation means something. */
function trimLines(text: string): string {
  const end = trimEndOf(text, SPACE);
  return end.slice(/^(?:[ \t]*\r?\n)*/.exec(end)?.[0].length ?? 0);
}

/** Takes away the white space around a value that cannot be meant. */
export function trimmed(option: OptionName, value: string): string {
  return specOf(option).kind === 'block' ? trimLines(value) : trim(value);
}
