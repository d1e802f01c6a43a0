// C0 and C1 controls, the Unicode line and paragraph separators, bidirectional controls, and lone surrogates
// (which stand for bytes that are not UTF-8, see ref-name.ts).
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/**
 * Makes text from a server safe for a terminal, a log and an error message: one line, no escape codes, no text
 * direction tricks. Other characters are shown as `\xNN` or `\u{NNNN}`.
 *
 * @param limit the longest result in characters; the rest is cut and marked with `…`
 */
export function printable(text: string, limit = 2000): string {
  const cut = text.length > limit ? `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return cut.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '\t') return ' ';
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
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
