import { pick } from './random.js';

/** A way to write a text, unit by unit: a wrap may stand between two of them. */
export type Writing = (text: string, random: () => number) => readonly string[];

const NAMED: Readonly<Record<string, string>> = {
  '!': '&excl;',
  '"': '&quot;',
  '#': '&num;',
  $: '&dollar;',
  '%': '&percnt;',
  '&': '&amp;',
  "'": '&apos;',
  '(': '&lpar;',
  ')': '&rpar;',
  '*': '&ast;',
  '+': '&plus;',
  ',': '&comma;',
  '-': '&hyphen;',
  '.': '&period;',
  '/': '&sol;',
  ':': '&colon;',
  ';': '&semi;',
  '<': '&lt;',
  '=': '&equals;',
  '>': '&gt;',
  '?': '&quest;',
  '@': '&commat;',
  '[': '&lbrack;',
  '\\': '&bsol;',
  ']': '&rbrack;',
  '^': '&Hat;',
  _: '&lowbar;',
  '`': '&grave;',
  '{': '&lbrace;',
  '|': '&vert;',
  '}': '&rcub;',
};

const each =
  (write: (code: number, sign: string) => string): Writing =>
  (text) =>
    Array.from(text, (sign) => write(sign.charCodeAt(0), sign));
const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const inHex = (text: string): string => Buffer.from(text).toString('hex');
const isPlain = (sign: string): boolean => /[A-Za-z0-9]/.test(sign);

/** Ways to write a secret of ASCII that a reader, or a program, takes back. */
export const WRITINGS: Readonly<Record<string, Writing>> = {
  plain: each((_code, sign) => sign),
  'lower case': each((_code, sign) => sign.toLowerCase()),
  'percent, where needed': each((_code, sign) => encodeURIComponent(sign)),
  'percent in lower case': each((code) => `%${hex(code, 2)}`),
  'percent twice': each((code) => `%25${hex(code, 2).toUpperCase()}`),
  'JSON escapes': each((code) => `\\u${hex(code, 4)}`),
  'JSON in JSON': each((code) => `\\\\u${hex(code, 4)}`),
  'JSON, signs alone': each((code, sign) => (isPlain(sign) ? sign : `\\u${hex(code, 4)}`)),
  'escapes of a log': each((code, sign) => (isPlain(sign) ? sign : `\\x${hex(code, 2)}`)),
  octal: each((code) => `\\${code.toString(8)}`),
  'names of HTML': each((_code, sign) => NAMED[sign] ?? sign),
  'numbers of HTML': each((code) => `&#${code};`),
  'numbers of HTML with zeros and without the end': each((code) => `&#x000${hex(code, 2)}`),
  'quoted-printable': each((code, sign) => (isPlain(sign) ? sign : `=${hex(code, 2).toUpperCase()}`)),
  'UTF-7': each((code, sign) =>
    isPlain(sign) ? sign : `+${Buffer.from([0, code]).toString('base64').replaceAll('=', '')}-`,
  ),
  'full width': each((code) => String.fromCharCode(code + 0xfee0)),
  'UTF-16': each((_code, sign) => `${sign}\0`),
  'UTF-16 with dots': each((_code, sign) => `${sign}.`),
  'UTF-16 as it is printed': each((_code, sign) => `${sign}\\x00`),
  'blanks between': each((_code, sign) => `${sign} `),
  base64: (text) => Array.from(base64(text)),
  'base64 beside a user': (text) => Array.from(base64(`x-access-token:${text}`)),
  'base64 somewhere': (text, random) => Array.from(base64(`${'x'.repeat(Math.floor(3 * random()))}${text}y`)),
  'base64 for URLs': (text) => Array.from(Buffer.from(text).toString('base64url')),
  'base64 in a URL': (text) => Array.from(encodeURIComponent(base64(text))),
  hex: (text) => Array.from(Buffer.from(text).toString('hex')),
  'colours of a terminal between': each((_code, sign) => `\u001b[38:5:12m${sign}`),
  'colours in one byte between': each((_code, sign) => `\u009b31m${sign}`),
  'sets of letters between': each((_code, sign) => `\u001b(B${sign}`),
  'links of a terminal between': each((_code, sign) => `\u001b]8;;\u0007${sign}`),
  'colours of a terminal, written out': each((_code, sign) => `^[[31m${sign}`),
  'tags between': each((_code, sign) => `<b>${isPlain(sign) ? sign : (NAMED[sign] ?? sign)}</b>`),
  'places to wrap between': each((_code, sign) => `${isPlain(sign) ? sign : (NAMED[sign] ?? sign)}<wbr>`),
  'numbers of C': each((code) => `0x${hex(code, 2)}, `),
  'numbers of Unicode': each((code) => `U+${hex(code, 4).toUpperCase()} `),
  'escapes of Perl': each((code) => `\\x{${hex(code, 2)}}`),
  'escapes of CSS': each((code) => `\\${hex(code, 6)}`),
  'escapes of JavaScript': each((code) => `%u${hex(code, 4)}`),
  'decimal numbers': each((code) => `${code},`),
  'octal numbers': each((code) => `${code.toString(8).padStart(3, '0')} `),
  'hex in upper case, apart': (text) => Array.from(Buffer.from(text), (code) => `${hex(code, 2).toUpperCase()} `),
};

/** Codes of codes, which nobody reads who does not know where they begin. */
export const NESTED: Readonly<Record<string, (text: string) => string>> = {
  'base64 of a header': (text) => base64(`Authorization: Basic ${base64(`oauth2:${text}`)}`),
  'hex of a header': (text) => inHex(`Authorization: Basic ${base64(`oauth2:${text}`)}`),
  'hex in hex': (text) => inHex(inHex(text)),
  'hex in base64': (text) => base64(inHex(text)),
  'percent in base64': (text) => base64(text.replace(/[^]/g, (sign) => `%${inHex(sign)}`)),
};

/** Signs that may stand where a line is wrapped. */
const WRAPS = [
  '\n',
  '\r\n',
  ' ',
  '\\n',
  '"\n"',
  '"+"',
  '\n# ',
  '\n * ',
  '\n// ',
  '\0',
  '.',
  '\\x0d\\x0a',
  '\u200b',
] as const;
const WIDTHS = [60, 64, 76, 20, 11, 8, 5, 2] as const;

/** Writes units in lines of the same length. */
export function wrapped(units: readonly string[], random: () => number): string {
  const [width, wrap] = [pick(random, WIDTHS), pick(random, WRAPS)];
  const lines: string[] = [];
  for (let at = 0; at < units.length; at += width) lines.push(units.slice(at, at + width).join(''));
  return lines.join(wrap);
}

/** Cuts a text at the front, at the end, at both or in the middle; a mark says so, or none does. */
export function cutSomewhere(text: string, random: () => number): string {
  const mark = pick(random, ['…', '...', '']);
  const [from, to] = [Math.floor(random() * 0.5 * text.length), Math.ceil((1 - random() * 0.5) * text.length)];
  return pick(random, [
    text.slice(0, to) + mark,
    mark + text.slice(from),
    mark + text.slice(from, to) + mark,
    text.slice(0, from) + mark + text.slice(Math.min(text.length, from + 3)),
  ]);
}

const ALPHABETS = {
  words: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  signs: Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join(''),
} as const;

/** A secret as hosts and people make them. */
export function randomSecret(random: () => number): string {
  const some = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
  const any = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return pick(random, [
    (): string => `ghp_${some(ALPHABETS.words, 36)}`,
    (): string => `github_pat_${some(ALPHABETS.words, 22)}_${some(ALPHABETS.words, 59)}`,
    (): string => `glpat-${some(`${ALPHABETS.words}_-`, 20)}`,
    (): string => some(ALPHABETS.hex, 40),
    (): string => some(ALPHABETS.base64, 40),
    (): string => some(ALPHABETS.words, any(12, 80)),
    (): string => some(ALPHABETS.signs, any(12, 60)),
  ])();
}

// Stands for what was hidden, so that what is left of both sides is not taken for one.
const HIDDEN = '\u{10ffff}';
const LETTERS = /[^A-Za-z0-9\u{10ffff}]+/gu;

/** The parts of eight characters of a secret that a text shows, to whoever decodes it and looks past signs. */
export function partsIn(shown: string, secret: string): string[] {
  const seen = shown.replace(/\*{5}/g, HIDDEN);
  const texts = [seen, ...Object.values(DECODERS).flatMap((decode) => decode(seen))];
  const twice = [percentDecoded, unescapedJson, ...PACKED].flatMap((decode) => texts.flatMap((text) => decode(text)));
  const all = [...texts, ...twice];
  const found = [
    ...windows(secret).filter((part) => all.some((text) => text.includes(part))),
    ...windows(secret.replace(LETTERS, '')).filter((part) =>
      all.some((text) => text.replace(LETTERS, '').includes(part)),
    ),
  ];
  return [...new Set(found)];
}

function windows(secret: string): string[] {
  return Array.from({ length: Math.max(0, secret.length - 7) }, (_, at) => secret.slice(at, at + 8));
}

const fromCode = (code: string, radix: number): string => {
  const point = Number.parseInt(code, radix);
  return !(point <= 0x10ffff) ? '' : String.fromCodePoint(point);
};
const percentDecoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_all, code: string) => fromCode(code, 16));
const unescapedJson = (text: string): string =>
  text
    .replace(/\\\\/g, '\\')
    .replace(/\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_all, one?: string, two?: string) =>
      fromCode(one ?? two ?? '', 16),
    )
    .replace(/\\([0-7]{1,3})/g, (_all, code: string) => fromCode(code, 8));
const unnamed = (text: string): string => {
  let plain = text.replace(/&#x0*([0-9a-f]{1,6});?/gi, (_all, code: string) => fromCode(code, 16));
  plain = plain.replace(/&#0*(\d{1,7});?/g, (_all, code: string) => fromCode(code, 10));
  for (const [sign, name] of Object.entries(NAMED)) plain = plain.replaceAll(name, () => sign);
  return plain;
};

const fromBase64 = (text: string): string[] =>
  [0, 1, 2, 3].flatMap((phase) =>
    percentDecoded(text)
      .replace(/[^A-Za-z0-9+/_\u{10ffff}-]+/gu, '')
      .split(HIDDEN)
      .map((part) => Buffer.from(part.slice(phase), 'base64').toString('latin1')),
  );
const fromHex = (text: string): string[] =>
  [0, 1].flatMap((phase) =>
    text
      .replace(/[^A-Za-z0-9\u{10ffff}]+/gu, '')
      .split(/[^A-Fa-f0-9]+/)
      .map((part) => Buffer.from(part.slice(phase), 'hex').toString('latin1')),
  );
const PACKED: readonly ((text: string) => string[])[] = [fromBase64, fromHex];
const withoutMarkup = (text: string): string =>
  text.replace(
    /(?:(?:\u001b|\^\[)\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007|\u001b[ -/]+[0-~]|<\/?\w+>/g,
    '',
  );
const inNumbers = (text: string, radix: number): string =>
  text.replace(/\b(\d{2,3})\b\W{0,4}/g, (_all, code: string) => fromCode(code, radix));
const escapes = (text: string): string =>
  text.replace(/(?:0x|U\+00|\\x\{|\\0000|%u00)([0-9a-f]{2})(?:\}|, | )?/gi, (_all, code: string) => fromCode(code, 16));

const DECODERS: Readonly<Record<string, (text: string) => string[]>> = {
  percent: (text) => [percentDecoded(text)],
  json: (text) => [unescapedJson(text)],
  html: (text) => [unnamed(text)],
  quoted: (text) => [text.replace(/=([0-9a-f]{2})/gi, (_all, code: string) => fromCode(code, 16))],
  utf7: (text) => [
    text.replace(/\+([A-Za-z0-9/]{3})-/g, (_all, code: string) =>
      Buffer.from(code, 'base64').toString('latin1').slice(1),
    ),
  ],
  width: (text) => [text.normalize('NFKC')],
  base64: fromBase64,
  hex: fromHex,
  markup: (text) => [withoutMarkup(text), unnamed(withoutMarkup(text))],
  numbers: (text) => [inNumbers(text, 10), inNumbers(text, 8), escapes(text)],
};
