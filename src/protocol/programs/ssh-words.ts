import { linesOf } from '../lines.js';
import { printableEnd } from '../printable.js';

// Lines about ssh's own doings and about keys, and the empty lines around a server's words.
const CHATTER =
  /^(?:debug\d: |OpenSSH_|Authenticated to |Transferred: |Bytes per second|Authenticating to |Killed by signal \d|Warning: Permanently added|No Kerberos credentials available|(?:error|remote):\s*$|$)/;
/** A line of the server before it says that it speaks SSH; what speaks no SSH says such lines alone. */
const BEFORE_SSH = /^debug1: kex_exchange_identification: banner line \d+: /;
const LONGEST_WORDS = 1000;

/** The lines of standard error, without those that ssh says about its own doings. */
export function tellingLines(errors: string): string[] {
  return linesOf(errors)
    .map((line) => line.replace(BEFORE_SSH, ''))
    .filter((line) => !CHATTER.test(line));
}

/**
 * Joins lines to one that may be shown. Where they are too many the first ones are left out: a server greets first, and
 * says what is wrong last.
 */
export function shown(lines: readonly string[]): string {
  return printableEnd(lines.join(' ').trim(), LONGEST_WORDS);
}
