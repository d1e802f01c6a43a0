import { namedCharacter } from './entities.js';

/** A text in which characters that were written otherwise stand as themselves. */
export interface Decoded {
  readonly text: string;
  /** Offsets in the text as it was at which each character began, and of the end of that text. */
  readonly offsets: Int32Array;
}

/**
 * Ways to write a character otherwise: in URLs (`%2F`, `%u002f`), in JSON and programs (`\u002f`, `\x2f`, `\x{2f}`,
 * `\57`), in CSS (`\00002f`), as a number (`0x2f`, `U+002F`), in HTML (`&#47;`, `&sol;`), quoted-printable (RFC 2045:
 * `=2F`), UTF-7 (RFC 2152: `+AC8-`); and what Unicode has beside ASCII: controls, which are not seen, and other forms of
 * letters. Each begins with another sign.
 */
const ENCODED = new RegExp(
  [
    /%(?:([0-9A-Fa-f]{2})|[uU]([0-9A-Fa-f]{4}))/,
    /\\(?:[ux]\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|0000([0-9A-Fa-f]{2})|([0-7]{1,3})|([^]))/u,
    /(?:0[xX]|[Uu]\+(?:00){0,3})([0-9A-Fa-f]{2})(?![0-9A-TV-Za-tv-z])(?:[,;] ?| )?/,
    /&(?:#0*(\d{1,7})|#[xX]0*([0-9A-Fa-f]{1,6})|([A-Za-z]{2,24}));?/,
    /=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)/,
    /\+([A-Za-z0-9/]{3,})-?/,
    /([^\t\n\r\u001b\u0090-\u009f -~])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gu',
);

/** A sign that one of them begins with. */
const SIGN = /[%\\&=+]|0[xX]|[^\t\n\r -~]/;

/**
 * Decodes a text, whatever it is encoded with, by one step: what was encoded twice is then encoded once.
 *
 * @returns `undefined` if nothing in the text is encoded
 */
export function decode(text: string): Decoded | undefined {
  return SIGN.test(text) ? rewrite(text, ENCODED, characterOf) : undefined;
}

/**
 * Writes what an expression finds in another way, which is not longer.
 *
 * @param meaningOf `undefined` where it stands for itself
 * @returns `undefined` if the text stays as it is
 */
export function rewrite(
  text: string,
  expression: RegExp,
  meaningOf: (found: RegExpExecArray) => string | undefined,
): Decoded | undefined {
  let [shown, at, length] = ['', 0, 0];
  const offsets = new Int32Array(text.length + 1);
  const copyTo = (end: number): void => {
    shown += text.slice(at, end);
    for (; at < end; at += 1) offsets[length++] = at;
  };
  for (const found of text.matchAll(expression)) {
    const meant = meaningOf(found);
    if (meant === undefined) continue;
    copyTo(found.index);
    shown += meant;
    const ratio = found[0].length / meant.length;
    for (let place = 0; place < meant.length; place += 1) offsets[length++] = found.index + Math.floor(place * ratio);
    at = found.index + found[0].length;
  }
  if (at === 0) return undefined;
  copyTo(text.length);
  offsets[length] = text.length;
  return { text: shown, offsets: offsets.subarray(0, length + 1) };
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', e: '\u001b' };

/** The character that an encoded one stands for; `undefined` where it stands for itself. */
function characterOf(found: RegExpExecArray): string | undefined {
  const [, percent, wide, braced, short, long, byte, style, octal, bare, number, ...others] = found;
  const [decimal, hex, name, printed, seven, other] = others;
  const codes = [percent, wide, braced, short, long, byte, style, number, hex, printed];
  const code = codes.find((one) => one !== undefined);
  if (code !== undefined) return characterAt(Number.parseInt(code, 16));
  if (octal !== undefined) return characterAt(Number.parseInt(octal, 8));
  if (decimal !== undefined) return characterAt(Number(decimal));
  if (bare !== undefined) return CONTROLS[bare] ?? bare;
  if (name !== undefined) return namedCharacter(name);
  if (seven !== undefined) return fromUtf7(seven);
  return other === undefined ? '' : plain(other);
}

function characterAt(point: number): string | undefined {
  return point > 0x10ffff ? undefined : String.fromCodePoint(point);
}

/** Characters of ASCII in UTF-16, written as base64. */
function fromUtf7(base64: string): string | undefined {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length < 2 || bytes.some((byte, at) => (at % 2 === 0 ? byte !== 0 : byte > 0x7e))) return undefined;
  return bytes.toString('latin1').replaceAll('\0', '');
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const TAGS = 0xe0000;

/**
 * The letter that a character is another form of: full-width, of the other case, with a mark; nothing for a mark, and for
 * a character that is not seen.
 */
function plain(character: string): string | undefined {
  const point = character.codePointAt(0) ?? 0;
  if (point > TAGS + 0x1f && point < TAGS + 0x7f) return String.fromCharCode(point - TAGS);
  if (UNSEEN.test(character) || /^\p{M}$/u.test(character)) return '';
  const compatible = character.normalize('NFKC');
  if (/^[ -~]$/.test(compatible)) return compatible;
  const base = String.fromCodePoint(character.normalize('NFD').toLowerCase().codePointAt(0) ?? 0);
  return base === character || base.length > character.length ? undefined : base;
}

/** Forms of bytes in base64 inside of a longer text: its place there decides between three. */
export function insideBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => inside(bytes, before, 6, (padded) => padded.toString('base64')));
}

/** The same in base32 (RFC 4648), where it is one of five. */
export function insideBase32(bytes: Buffer): string[] {
  return [0, 1, 2, 3, 4].map((before) => inside(bytes, before, 5, base32));
}

/** Encodes bytes behind others, and leaves out the characters in which the others have a part. */
function inside(bytes: Buffer, before: number, bits: number, encode: (bytes: Buffer) => string): string {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  return encode(padded).slice(Math.ceil((8 * before) / bits), Math.floor((8 * padded.length) / bits));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Buffer): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(held >>> (bits - 5)) & 31] ?? '';
  }
  return text;
}
