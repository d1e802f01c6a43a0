import { writeOutLookAlikes } from './look-alikes.js';

/**
 * Characters that are not seen, or that change how others are shown: controls, format characters (directions, zero width,
 * tags), what Unicode calls ignorable by default, separators and blanks but the blank of ASCII, private and unassigned
 * characters, and lone surrogates (which stand for bytes that are not UTF-8, see ref-name.ts). The selector that makes a
 * pictograph colourful stays behind one.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\u2800]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})\ufe0f|(?! )\p{Zs}/gu;
const ASCII = /^[ -~]*$/;

/** The mark of a cut: what stands before or behind it is not all that there was. */
const MARK = '…';

/**
 * Cuts a text to a length and marks the place. It is the only function that cuts what is shown.
 *
 * @param limit the longest result in characters, without the mark
 * @param keeps the end of the text that stays
 */
export function cut(text: string, limit: number, keeps: 'beginning' | 'end' = 'beginning'): string {
  if (text.length <= limit) return text;
  if (keeps === 'end') return `${MARK}${text.slice(text.length - limit).replace(/^[\udc00-\udfff]/, '')}`;
  return `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}${MARK}`;
}

/** Cuts a text to a number of bytes in UTF-8, with the mark among them. */
export function cutToBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= limit ? text : cutBytes(bytes, limit - Buffer.byteLength(MARK));
}

/** Decodes the first bytes of a text in UTF-8, as many as the limit says, and marks the cut behind them. */
export function cutBytes(bytes: Buffer, limit: number): string {
  if (bytes.length <= limit) return bytes.toString('utf8');
  return `${new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, limit), { stream: true })}${MARK}`;
}

/**
 * Makes text from a server safe for a terminal, a log and an error message: one line, no escape codes, no text
 * direction tricks, nothing that is not seen. Other characters are shown as `\u{NNNN}`; controls of ASCII, and bytes that
 * are not UTF-8, as `\xNN`.
 *
 * @param limit the longest result in characters; the rest is cut and marked with `…`
 */
export function printable(text: string, limit = 2000): string {
  return safe(cut(text, limit));
}

/** The same for a text of which the last words tell the most. */
export function printableEnd(text: string, limit = 2000): string {
  return safe(cut(text, limit, 'end'));
}

/**
 * Makes the name of a ref or of a mirror safe to show, so that two names are never shown alike: letters that only look
 * like those of ASCII are written out, as in `m\u{430}in`.
 */
export function printableName(name: string, limit = 2000): string {
  return printable(ASCII.test(name) ? name : writeOutLookAlikes(name, writtenOut), limit);
}

function safe(text: string): string {
  return ASCII.test(text)
    ? text
    : text.replace(UNSAFE, (character) => (character === '\t' ? ' ' : writtenOut(character)));
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  // From 0x80 on, `\xNN` is a byte that is not UTF-8.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

// The runner of a workflow takes "##[name]" for a command, and others "##vso[", wherever in a line it stands.
const COMMAND = /##(?=\w*\[)/g;

/**
 * Writes a value as JSON in which everything that {@link printableName} writes out is escaped, and what a runner would
 * take for a command: it stays what it is.
 */
export function printableJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent);
  const escaped = (character: string): string => {
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  };
  // Line feeds stand only between values: within them they are escaped already.
  return json
    .split('\n')
    .map((line) => (ASCII.test(line) ? line : writeOutLookAlikes(line, escaped).replace(UNSAFE, escaped)))
    .join('\n')
    .replace(COMMAND, '#\\u0023');
}

/** A reason at the end of a line, in plain letters: nothing that could be a part of a secret. */
const REASON = /: [A-Z][A-Za-z]*(?: [A-Za-z]+){0,9}\.?$/;
const LONGEST_REASON = 80;

/**
 * Makes a line from a server safe to show. If it is cut, the reason behind its last colon stays, as in
 * `Unable to create '…': File name too long`.
 */
export function printableLine(line: string, limit = 2000): string {
  const reason = line.length > limit ? (REASON.exec(line.slice(-LONGEST_REASON))?.[0] ?? '') : '';
  return printable(line, limit) + reason;
}
