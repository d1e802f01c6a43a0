/** A decoded text. */
interface Decoded {
  readonly text: string;
  /** Offsets in the encoded text at which each character began, and of the end of that text. */
  readonly offsets: readonly number[];
}

/** A way to write characters otherwise. */
interface Encoding {
  /** A character that every encoded text has, and most other texts have not. */
  readonly sign: string;
  readonly pattern: RegExp;
  readonly character: (found: string, code: string) => string;
}

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" };

/** Encoding of URLs and forms; a character that takes several bytes becomes several characters. */
export const PERCENT: Encoding = {
  sign: '%',
  pattern: /%([0-9a-f]{2})|%[0-9a-f]?(?=…)/gi,
  character: (_found, code) => (code === '' ? '' : String.fromCharCode(parseInt(code, 16))),
};

/** Encoding of JSON and of most languages. */
const BACKSLASH: Encoding = {
  sign: '\\',
  pattern: /\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[^u…])|\\(?:u[0-9a-f]{0,3})?(?=…)/gi,
  character: (_found, code) =>
    code.length > 1 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (CONTROLS[code] ?? code),
};

/** Encoding of HTML. */
const ENTITY: Encoding = {
  sign: '&',
  pattern: /&(#\d{1,7}|#x[0-9a-f]{1,6}|quot|amp|lt|gt|apos);|&[#\w]{0,8}(?=…)/gi,
  character: (found, code) => {
    if (!code.startsWith('#')) return ENTITIES[code.toLowerCase()] ?? '';
    const point = Number(code.slice(1).replace(/^x/i, '0x'));
    return point > 0x10ffff ? found : String.fromCodePoint(point);
  },
};

/** Every way in which a server may write characters otherwise. */
export const ENCODINGS: readonly Encoding[] = [PERCENT, BACKSLASH, ENTITY];

/**
 * Decodes a text. A part of an encoded character before `…`, where a text was cut off, is left out.
 *
 * @returns `undefined` if nothing in the text is encoded
 */
export function decode(text: string, { sign, pattern, character }: Encoding): Decoded | undefined {
  if (!text.includes(sign)) return undefined;
  const offsets: number[] = [];
  let [shown, at] = ['', 0];
  const copyTo = (end: number): void => {
    shown += text.slice(at, end);
    for (; at < end; at += 1) offsets.push(at);
  };
  for (const { 0: found, 1: code = '', index } of text.matchAll(pattern)) {
    copyTo(index);
    const meant = character(found, code);
    shown += meant;
    offsets.push(...meant.split('').map(() => index));
    at = index + found.length;
  }
  if (at === 0) return undefined;
  copyTo(text.length);
  return { text: shown, offsets: [...offsets, text.length] };
}
