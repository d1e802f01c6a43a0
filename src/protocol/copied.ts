import { Problem } from './problem.js';
import { unseenIn, withoutUnseen } from './unseen.js';
import { splitUser } from './userinfo.js';

/** Expressions of workflows anywhere, and variables of shells at the beginning. */
const UNEXPANDED = /\$\{\{[^{}]*\}\}|^(?:\$\w+|\$\{\w+\}|%\w+%)(?![^/\\])/;

const WRAPPINGS: readonly (readonly [form: RegExp, said: string])[] = [
  [UNEXPANDED, 'has a variable or an expression in it, in whose place no value was put'],
  [/^git\s+[a-z-]+\s/, 'is a command: give its URL alone'],
  [/^!?\[[^\]]*\]\(.*\)$/s, 'is a link of Markdown: give the URL in it alone'],
  [/^[`“‘„«].*[`”’“»]$/s, 'stands in quotes: leave them out'],
  [/^<.*>$/s, 'stands in angle brackets: leave them out'],
  [/^["'`“‘„«<].*(?::\/\/|@)/s, 'begins with a quote or a bracket: leave it out'],
];

/**
 * Refuses a URL that came with what surrounded it where it was copied. A path may have all of these characters: one that
 * begins with them can be given as ./name.
 *
 * @throws {Problem}
 */
export function refuseWrapped(text: string): void {
  for (const [form, said] of WRAPPINGS) if (form.test(text)) throw new Problem(said);
  const hidden = unseenIn(text);
  if (hidden !== undefined && isAddress(withoutUnseen(text)))
    throw new Problem(
      `has a character in it that is not seen (${hidden}): copy it again, or percent-encode it if it is meant`,
    );
  if (!isAddress(text)) return;
  if (/\.git[.,;:)>\]"'`”’»]+$/.test(text))
    throw new Problem('has a sign behind ".git" that does not belong to it: leave it out');
}

/** True for a URL with a scheme, and for the scp-like form with a user. */
function isAddress(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) || splitUser(text).user !== undefined;
}
