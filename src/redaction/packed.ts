import { rewrite, type Decoded } from './encodings.js';

/** The byte that begins the sequences of a terminal, also as a terminal and as programs write it. */
const ESCAPE = String.raw`(?:\u001b|\^\[)`;
/** Sequences of a terminal (ECMA-48, 5.3 to 5.6), which are not seen. */
const SEQUENCES = new RegExp(
  [
    // CSI, parameters, and the sign that says what to do.
    String.raw`(?:${ESCAPE}\[|\u009b)[0-?]*[ -/]*[@-~]`,
    // OSC, DCS, SOS, PM and APC, up to ST or BEL.
    String.raw`(?:${ESCAPE}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f^]*(?:\u0007|\^G|${ESCAPE}\\|\u009c)`,
    String.raw`${ESCAPE}[ -/]*[0-~]`,
    // What is left of a colour where the control was taken out.
    String.raw`\[\d{1,3}(?:[:;]\d{1,3}){0,8}m`,
  ].join('|'),
  'g',
);

/** A text without the sequences of a terminal in it; `undefined` if there are none. */
export function withoutSequences(text: string): Decoded | undefined {
  return /[\u001b\u0090-\u009f^[]/.test(text) ? rewrite(text, SEQUENCES, () => '') : undefined;
}

/** A text without tags; `undefined` if there are none. */
export function withoutTags(text: string): Decoded | undefined {
  return text.includes('<') ? rewrite(text, /<[A-Za-z/!?][^<>]*>/g, () => '') : undefined;
}

// A list of fewer numbers holds no part of a secret that is hidden.
const LIST = /(?<!\d)\d{2,4}(?:\D{1,8}\d{2,4}){7}/;
const ITEM = /(?<!\d)(\d{2,4})(?!\d)(?:\D{1,8}(?=\d))?/g;

/** A text with the characters whose codes it lists, in decimal or octal numbers; `undefined` if it has no such list. */
export function withoutNumbers(text: string, radix: 8 | 10): Decoded | undefined {
  if (!LIST.test(text)) return undefined;
  return rewrite(text, ITEM, ([, number = '']) => {
    const code = Number.parseInt(number, radix);
    return code >= 0x20 && code <= 0x7e ? String.fromCharCode(code) : undefined;
  });
}

const PACKED = /(?:[0-9A-Fa-f]{2}[ :,-]?){8,}|[A-Za-z0-9+/_-]{16,}/g;
const HEX = /^[0-9A-Fa-f :,-]+$/;
const NO_DIGITS = /[ :,-]+/g;
const MOST_UNPRINTABLE = 0.1;

/** A text in which base64 and hex that hold a text stand as that text; `undefined` if there are none. */
export function unpack(text: string): Decoded | undefined {
  return rewrite(text, PACKED, ([run]) => {
    const isHex = HEX.test(run);
    const packed = isHex ? run.replace(NO_DIGITS, '') : run;
    // A cut may stand anywhere in it.
    const tries = (isHex ? [0, 1] : [0, 1, 2, 3]).map((from) =>
      Buffer.from(packed.slice(from), isHex ? 'hex' : 'base64'),
    );
    return tries.find(isText)?.toString('latin1');
  });
}

function isText(bytes: Buffer): boolean {
  let left = Math.floor(bytes.length * MOST_UNPRINTABLE);
  for (const byte of bytes)
    if ((byte < 0x20 || byte > 0x7e) && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && (left -= 1) < 0)
      return false;
  return bytes.length > 0;
}
