import { trimEndOf } from '../protocol/trim.js';
import { printable } from '../protocol/printable.js';
import { decode, ENCODINGS, PERCENT } from './encodings.js';

const MASK = '*****';
// Shorter ones would mask half the text, and are no secrets.
const SHORTEST = 4;
const SHORTEST_PART = 8;
// A text in JSON may hold a URL with another one in its query.
const MOST_ENCODINGS = 2;

/** A part of a text, up to the character before `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Hides secrets in texts: as they are, in base64 alone or beside a user name, and each of these also encoded as in
 * URLs, forms, JSON or HTML.
 */
export class Secrets {
  /** The secrets as they were given, and their single lines. */
  readonly given: readonly string[];
  readonly #usernames: readonly (string | undefined)[];
  /** Secrets that are not yet among the forms: many are put together with others, and never asked. */
  readonly #new: string[];
  /** Forms by their beginnings. */
  readonly #forms = new Map<string, Set<string>>();
  #beginnings: RegExp | undefined;

  /** @param secrets texts that must not be shown; empty ones are passed over */
  constructor(secrets: readonly (string | undefined)[], usernames: readonly (string | undefined)[] = []) {
    const given = secrets
      .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
      .map((secret) => secret.trim())
      .filter((secret) => secret.length >= SHORTEST);
    this.given = [...new Set(given)];
    this.#usernames = [...new Set(usernames)];
    this.#new = [...this.given];
  }

  /** Adds a secret that a server gave. */
  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#new.push(secret);
  }

  /** Joins these secrets and others. */
  with(others: Secrets): Secrets {
    return new Secrets([...this.given, ...others.given], [...this.#usernames, ...others.#usernames]);
  }

  /** Shows every secret in a text as `*****`. */
  redact(text: string): string {
    if (this.#new.length > 0) {
      for (const secret of this.#new.splice(0)) this.#hide(secret);
      this.#beginnings = anyOf([...this.#forms.keys()]);
    }
    let [shown, end] = ['', 0];
    for (const { from, to } of this.#secretsIn(text, MOST_ENCODINGS).sort((one, other) => one.from - other.from)) {
      if (from >= end) shown += text.slice(end, from) + MASK;
      end = Math.max(end, to);
    }
    return shown + text.slice(end);
  }

  #hide(secret: string): void {
    for (const form of formsOf(secret, this.#usernames)) {
      const beginning = form.slice(0, SHORTEST);
      const alike = this.#forms.get(beginning) ?? new Set();
      this.#forms.set(beginning, alike.add(form));
    }
  }

  /** @param encodings most encodings, one within the other */
  #secretsIn(text: string, encodings: number): Range[] {
    const found = this.#formsIn(text);
    for (const encoding of encodings === 0 ? [] : ENCODINGS) {
      const { text: meant, offsets = [] } = decode(text, encoding) ?? {};
      if (meant === undefined) continue;
      const place = (at: number): number => offsets[at] ?? text.length;
      for (const { from, to } of this.#secretsIn(meant, encodings - 1))
        found.push({ from: place(from), to: place(to) });
    }
    return found;
  }

  #formsIn(text: string): Range[] {
    const found: Range[] = [];
    if (this.#forms.size === 0) return found;
    const isCut = text.includes('…');
    for (let from = this.#next(text, 0); from >= 0; from = this.#next(text, from + 1)) {
      const alike = this.#forms.get(text.slice(from, from + SHORTEST)) ?? [];
      const cut = isCut ? text.indexOf('…', from) : -1;
      let to = from;
      for (const form of alike) to = Math.max(to, endOf(form, text, from, cut));
      if (to > from) found.push({ from, to });
    }
    return found;
  }

  /** The next offset at which a secret may begin; -1 for none. */
  #next(text: string, from: number): number {
    if (this.#beginnings !== undefined) {
      this.#beginnings.lastIndex = from;
      return this.#beginnings.exec(text)?.index ?? -1;
    }
    for (let at = from; at + SHORTEST <= text.length; at += 1)
      if (this.#forms.has(text.slice(at, at + SHORTEST))) return at;
    return -1;
  }
}

// Beyond these a table is faster than an expression.
const MOST_BEGINNINGS = 200;

/** Makes an expression for any of some texts, which finds them ten times as fast as a table does. */
function anyOf(texts: readonly string[]): RegExp | undefined {
  if (texts.length > MOST_BEGINNINGS) return undefined;
  const literal = (text: string): string =>
    text.replace(/\W/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new RegExp(texts.map(literal).join('|'), 'g');
}

/**
 * Finds the end of a secret that may begin at an offset; the offset itself if no secret begins there.
 *
 * @param cut offset of the `…` at which a server's text was cut (printable.ts): a part of a secret may stand before it
 */
function endOf(form: string, text: string, from: number, cut: number): number {
  if (text.startsWith(form, from)) return from + form.length;
  return cut - from >= SHORTEST_PART && form.startsWith(text.slice(from, cut)) ? cut : from;
}

/** Forms that a secret may have in a text that is not encoded. */
function formsOf(secret: string, usernames: readonly (string | undefined)[]): string[] {
  const inBase64 = [
    ...[secret, ...usernames.map((name) => `${name ?? ''}:${secret}`)].map(base64),
    ...(secret.length < SHORTEST_PART ? [] : insideBase64(secret)),
  ];
  const bytes = Buffer.from(secret, 'utf8').toString('latin1');
  return [
    secret,
    printable(secret, secret.length),
    // Percent-encoding is one of bytes, a form has "+" for a space, and what looks encoded in a secret may stay as it is.
    bytes,
    bytes.replaceAll(' ', '+'),
    decode(bytes, PERCENT)?.text ?? '',
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ].filter((form) => form.length >= SHORTEST);
}

function base64(text: string): string {
  return trimEndOf(Buffer.from(text, 'utf8').toString('base64'), '=');
}

/** Base64 of a text inside of a longer text: its place there decides between three forms. */
function insideBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.from(' '.repeat(before) + text, 'utf8');
    const ofNeighbours = before === 0 ? 0 : before + 1;
    return bytes.toString('base64').slice(ofNeighbours, Math.floor((bytes.length * 4) / 3));
  });
}
