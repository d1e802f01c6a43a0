import { printable } from '../printable.js';

/** The most of a greeting that is read, in bytes. */
export const LONGEST_GREETING = 4096;

// A flush alone is the advertisement of an empty repository of old; others tell a version, an error or an object.
const GIT_BEGINS = /^(?:0000$|[0-9a-f]{4}(?:version |ERR |[0-9a-f]{40}(?:[0-9a-f]{24})? ))/i;
const MAY_BEGIN = /^(?:[0-9a-f]{0,68}|[0-9a-f]{4}(?:v|ve|ver|vers|versi|versio|version|E|ER|ERR))$/i;
const BEGINNING = 80;

/**
 * Reports whether bytes are the beginning of Git's first packet; `undefined` where that is not certain yet. A length in
 * four digits is not enough: "Dead or alive" begins with one, and the rest of such a packet never comes.
 */
export function beginsAsGit(bytes: Buffer): boolean | undefined {
  const text = bytes.toString('latin1', 0, BEGINNING);
  if (GIT_BEGINS.test(text)) return true;
  return MAY_BEGIN.test(text) ? undefined : false;
}

/** The beginning of Git's answer; before it stands what else a server prints. */
const GIT_ANSWER = /[0-9a-f]{4}(?:version \d|ERR |[0-9a-f]{40}(?:[0-9a-f]{24})? )/;
const LONGEST_SHOWN = 200;

/** Text that a server prints where the first packet of Git belongs. */
export interface Greeting {
  readonly text: string;
  /** Git's answer comes after it. */
  readonly isBeforeGit: boolean;
}

/** Tells the text of a server from Git's answer that may follow it. */
export function greetingIn(printed: string): Greeting | undefined {
  if (printed === '') return undefined;
  const at = GIT_ANSWER.exec(printed)?.index;
  return { text: at === undefined ? printed : printed.slice(0, at), isBeforeGit: at !== undefined };
}

/** A greeting as it may be shown, in one line. */
export function shownGreeting({ text }: Greeting): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return printable(line === '' ? text : line, LONGEST_SHOWN);
}
