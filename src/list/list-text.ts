import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Tell } from '../options/attempt.js';
import type { OptionNames } from '../options/raw.js';
import { trim } from '../options/trim.js';
import { printable } from '../protocol/printable.js';
import { shownUrl } from '../protocol/userinfo.js';

/** Text of a list, and the name of its place for messages. */
export interface ListText {
  readonly text: string;
  readonly title: string;
}

/** Reads the list in a file, or the list itself: a path has one line, and is no YAML of several lines or in brackets. */
export function readListText(
  given: string,
  { names, folder }: { readonly names: OptionNames; readonly folder: string },
  tell: Tell,
): ListText {
  if (/\n|^\s*[-[{]/.test(given)) return { text: given, title: names('mirrors') };
  const text = readFile(resolve(folder, given)) ?? readFile(resolve(folder, trim(given)));
  if (text !== undefined) return { text, title: printable(given, 300) };
  tell(`${names('mirrors')} is "${printable(shownUrl(given), 300)}", which is neither a file nor a list of mirrors.`);
  return { text: '- url: none', title: given };
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
