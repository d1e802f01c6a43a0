import { readFileSync } from 'node:fs';
import { attempt, type Tell } from '../options/attempt.js';
import type { OptionNames } from '../options/raw.js';
import { trim } from '../options/trim.js';
import { absolutePath } from '../protocol/absolute-path.js';
import { textOfFile } from '../protocol/file-text.js';
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
  const shown = printable(shownUrl(given), 300);
  const title = `${names('mirrors')} "${shown}"`;
  const bytes = attempt(
    title,
    tell,
    () => readFile(absolutePath(folder, given)) ?? readFile(absolutePath(folder, trim(given))) ?? null,
  );
  if (bytes === null) tell(`${names('mirrors')} is "${shown}", which is neither a file nor a list of mirrors.`);
  const text = bytes == null ? undefined : attempt(title, tell, () => textOfFile(bytes));
  return { text: text ?? NO_LIST, title: printable(given, 300) };
}

/** Stands for a list that cannot be read, so that the other options are checked, too. */
const NO_LIST = '- url: none';

function readFile(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
