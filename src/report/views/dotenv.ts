import { cutToBytes, printable, printableJson } from '../../protocol/printable.js';
import { boundedJson, type Outputs } from './outputs.js';

// GitLab takes 5 KiB in all, and a value in one line (docs.gitlab.com, "artifacts:reports:dotenv").
const LARGEST = { list: 600, error: 1200 } as const;

/**
 * Writes the outputs as a dotenv file: `PUSH_MIRROR_STATUS=finished` and so on; lists of refs as JSON, as far as there is room.
 * GitLab replaces `$NAME` and `%NAME%` in the values by what the variable holds, so neither stands in them: a user who names
 * a branch after a secret variable must not get to see that.
 */
export function dotenvOf({ status, changed, 'last-error': error, 'last-error-code': code, lists }: Outputs): string {
  const values: readonly (readonly [string, string])[] = [
    ['status', status],
    ['changed', changed],
    ...Object.entries(lists).flatMap(([name, refs]): [string, string][] => [
      [name, boundedJson(refs, LARGEST.list, quote).json],
      [name.replace(/s$/, '-count'), String(refs.length)],
    ]),
    ['last-error', cutToBytes(plain(printable(error, LARGEST.error)), LARGEST.error)],
    ['last-error-code', code],
  ];
  return values.map(([name, value]) => `PUSH_MIRROR_${name.toUpperCase().replaceAll('-', '_')}=${value}\n`).join('');
}

/** JSON without the characters that mean something to GitLab, and to those who take "#" for a comment. */
function quote(ref: string): string {
  return printableJson(ref).replace(/[$%#]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

/** A text has no such escapes: signs that look alike stand in their place. */
function plain(text: string): string {
  return text.replaceAll('$', '\uff04').replace(/%(?=\w+%)/g, '\uff05');
}
