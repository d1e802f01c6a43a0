import { decode, insideBase32, insideBase64 } from './encodings.js';
import { SHOWN_LIMITS } from '../protocol/limits/shown.js';
import { isLetterOrDigit, OrdinaryWords } from './ordinary-words.js';
import { trimEndOf } from '../protocol/trim.js';
import { viewsOf } from './views.js';
import { Workspace, WINDOW, WindowSet, windowsOf } from './windows.js';

const MASK = '*****';
// Shorter ones would mask half the text, and are no secrets.
const SHORTEST = 4;
const SHORTEST_MADE = 12;
// A text in JSON may hold a URL with another one in its query.
const MOST_ENCODINGS = 3;
// Longer ones are keys, which nobody writes in rare encodings.
const LONGEST_OF_RARE = 512;
/** Characters of a secret that are looked for: what is longer was taken for one in doubt, up to some sign far behind. */
const LONGEST = 16 * 1024;

const BLANK = /\s/;

/** A part of a text, up to the character before `to`. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Hides secrets in texts: each part of a secret that is eight characters or longer, wherever a text was cut or wrapped.
 * It is found as it stands, in other case, between any signs that are no letters and digits, and in base64, base32 or
 * hex; each of these also where it is encoded as {@link decode} knows, three times over.
 */
export class Secrets {
  /** The secrets as they were given, and their single lines. */
  readonly given: readonly string[];
  readonly #usernames: readonly (string | undefined)[];
  readonly #known: Set<string>;
  /** Secrets that are not yet among the windows: many are put together with others, and never asked. */
  readonly #new: string[];
  /** Texts that are hidden only if they are whole: short secrets, and lines that are the same in many keys. */
  readonly #whole = new Set<string>();
  readonly #asTheyStand = new WindowSet();
  readonly #unblanked = new WindowSet();
  readonly #letters = new WindowSet();
  readonly #coded = new WindowSet();
  readonly #hex = new WindowSet();
  #added = 0;
  readonly #ordinary = new OrdinaryWords();
  readonly #workspaces = { all: new Workspace(), unblanked: new Workspace(), letters: new Workspace() };

  /** @param secrets texts that must not be shown; empty ones are passed over */
  constructor(secrets: readonly (string | undefined)[], usernames: readonly (string | undefined)[] = []) {
    const given = secrets
      .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
      .map((secret) => secret.trim())
      .filter((secret) => secret.length >= SHORTEST);
    this.#known = new Set(given);
    this.given = [...this.#known];
    this.#usernames = [...new Set(usernames)];
    this.#new = [...this.given];
  }

  /**
   * Adds a secret that a server gave, or that was made for one. A server must not choose what a report leaves out, so
   * words, addresses and names are none.
   *
   * @returns false where there is nothing to add, or no room
   */
  add(secret: string): boolean {
    if (!isMade(secret) || this.#known.has(secret)) return false;
    if (this.#added + secret.length > SHOWN_LIMITS.secretsOfServers.value) return false;
    this.#added += secret.length;
    this.#known.add(secret);
    this.#new.push(secret);
    return true;
  }

  /** Joins these secrets and others. */
  with(others: Secrets): Secrets {
    return new Secrets([...this.given, ...others.given], [...this.#usernames, ...others.#usernames]);
  }

  /**
   * Shows every secret in a text as `*****`.
   *
   * @param before the end of a text that was shown before this one: a secret may begin there
   */
  redact(text: string, before = ''): string {
    for (const secret of this.#new.splice(0)) this.#hide(secret);
    const found = this.#secretsIn(before + text).sort((one, other) => one.from - other.from);
    if (found.length === 0) return text;
    let [shown, end] = ['', 0];
    for (const { from, to } of found.map((range) => behind(range, before.length))) {
      if (to <= end) continue;
      if (from > end || end === 0) shown += text.slice(end, from) + MASK;
      end = to;
    }
    return shown + text.slice(end);
  }

  #hide(secret: string): void {
    if (secret.length < WINDOW) {
      for (const form of wholeForms(secret, this.#usernames)) this.#whole.add(form);
    } else if (isKey(secret)) {
      // The lines of a key, of which only those in base64 are its own, are among the secrets.
      this.#hideParts(secret.split(/\s+/).filter(isBase64).join(''));
    } else if (isOfEveryKey(secret)) {
      this.#whole.add(secret);
    } else {
      this.#hideParts(secret);
    }
  }

  #hideParts(whole: string): void {
    const secret = whole.slice(0, LONGEST);
    const bytes = Buffer.from(secret, 'utf8');
    // Percent-encoding is one of bytes, and a form has "+" for a space.
    const texts = [secret, bytes.toString('latin1'), secret.replaceAll(' ', '+')].flatMap(readingsOf);
    for (const text of new Set(texts)) {
      this.#asTheyStand.add(windowsOf(text, 'all'));
      if (/[^A-Za-z0-9]/.test(text)) this.#unblanked.add(windowsOf(text, 'all but blanks'));
      this.#letters.add(windowsOf(text, 'letters'));
    }
    this.#ordinary.add(secret);
    const isLong = secret.length > LONGEST_OF_RARE;
    const wide = isLong ? [] : [Buffer.from(secret, 'utf16le')];
    const coded = isLong ? [] : [Buffer.from(encodeURIComponent(secret.toWellFormed())), ...wide];
    for (const form of [bytes, ...coded].flatMap(insideBase64)) this.#coded.add(windowsOf(form, 'letters'));
    for (const form of isLong ? [] : insideBase32(bytes)) this.#coded.add(windowsOf(form, 'letters'));
    for (const form of [bytes, ...wide]) this.#hex.add(windowsOf(form.toString('hex'), 'letters'));
  }

  #secretsIn(text: string): Range[] {
    return viewsOf(text, MOST_ENCODINGS).flatMap((view) => {
      const found = this.#asWritten(view.text);
      if (view.text === text) return found;
      const ranges = found.map(({ from, to }) => ({ length: to - from, from: view.place(from), to: view.place(to) }));
      const isSpread = ({ length, from, to }: (typeof ranges)[number]): boolean => to - from !== length;
      // What stands around it is of the same code.
      return [...ranges, ...withSurroundings(text, ranges.filter(isSpread))];
    });
  }

  /** Finds secrets in a text that is not encoded. */
  #asWritten(text: string): Range[] {
    const found: Range[] = [];
    for (const whole of this.#whole)
      for (let at = text.indexOf(whole); at >= 0; at = text.indexOf(whole, at + whole.length))
        found.push({ from: at, to: at + whole.length });
    if (text.length < WINDOW) return found;
    const all = windowsOf(text, 'all', this.#workspaces.all);
    const letters = windowsOf(text, 'letters', this.#workspaces.letters);
    const unblanked =
      this.#unblanked.size === 0 || !BLANK.test(text)
        ? []
        : this.#unblanked.runsIn(windowsOf(text, 'all but blanks', this.#workspaces.unblanked));
    const plain = [
      ...this.#asTheyStand.runsIn(all).filter((run) => !this.#ordinary.isWord(text, run)),
      ...[...this.#letters.runsIn(letters), ...unblanked].filter((run) => !this.#ordinary.areWords(text, run)),
    ];
    // Eight characters are sixteen digits.
    const hex = this.#hex.runsIn(letters).filter(({ length }) => length >= 2 * WINDOW);
    const coded = withSurroundings(text, this.#coded.runsIn(letters));
    for (const range of [...plain, ...hex, ...coded]) found.push(range);
    return found;
  }
}

/** The part of a range in a text that stands behind another one. */
function behind({ from, to }: Range, length: number): Range {
  return { from: Math.max(0, from - length), to: Math.max(0, to - length) };
}

/** Forms that a short secret may have in a text that is not encoded. */
function wholeForms(secret: string, usernames: readonly (string | undefined)[]): string[] {
  const inBase64 = [secret, ...usernames.map((name) => `${name ?? ''}:${secret}`)].map((text) =>
    trimEndOf(Buffer.from(text, 'utf8').toString('base64'), '='),
  );
  return [
    ...[secret, Buffer.from(secret, 'utf8').toString('latin1'), secret.replaceAll(' ', '+')].flatMap(readingsOf),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ].filter((form) => form.length >= SHORTEST);
}

/** A secret, and what becomes of it where it stands in a text that is decoded. */
function readingsOf(secret: string): string[] {
  const readings = [secret];
  for (let step = 0; step < MOST_ENCODINGS; step += 1) {
    const { text } = decode(readings.at(-1) ?? '') ?? {};
    if (text === undefined) break;
    readings.push(text);
  }
  return readings;
}

/** Tells whether a text has a part that looks made by chance: letters and digits, without a sign between them. */
function isMade(text: string): boolean {
  const parts = text.split(/[^A-Za-z0-9]+/);
  return parts.some((part) => part.length >= SHORTEST_MADE && /\d/.test(part) && /[A-Za-z]/.test(part));
}

function isKey(secret: string): boolean {
  return /^(?:-----BEGIN |PuTTY-User-Key-File-)/.test(secret) && secret.includes('\n');
}

/** Frames and headers of keys (RFC 7468, RFC 1421, PuTTY's "PPK file format"). */
function isOfEveryKey(line: string): boolean {
  return /^-----(?:BEGIN|END) [\w ]+-----$|^[A-Z][\w-]{2,30}: /.test(line);
}

function isBase64(line: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(line);
}

/**
 * Adds what surrounds parts of encoded secrets: it is likely to belong to them, as the user name beside a password does.
 *
 * @param runs in their order
 */
function withSurroundings(text: string, runs: readonly Range[]): Range[] {
  const ranges: Range[] = [];
  let end = 0;
  for (let { from, to } of runs) {
    if (to <= end) continue;
    while (from > end && isLetterOrDigit(text, from - 1)) from -= 1;
    while (isLetterOrDigit(text, to) || '+/_=-'.includes(text.charAt(to) || ' ')) to += 1;
    ranges.push({ from, to });
    end = to;
  }
  return ranges;
}
