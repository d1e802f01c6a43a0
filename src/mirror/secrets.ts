import { DEFAULT_USERNAMES } from '../hosts/hosts.js';
import type { RawOptions } from './options.js';

const MASK = '*****';
// Shorter ones would mask half the text, and are no secrets.
const SHORTEST = 4;
const SHORTEST_PART = 8;

/** Takes secrets out of texts: as they are, percent-encoded, and in base64 alone or beside a user name. */
export class Secrets {
  /** The secrets as they were given, and their single lines. */
  readonly given: readonly string[];
  readonly #usernames: readonly (string | undefined)[];
  #forms: readonly string[] = [];

  /** @param secrets texts that must not be shown; empty ones are passed over */
  constructor(secrets: readonly (string | undefined)[], usernames: readonly (string | undefined)[] = []) {
    const given = secrets
      .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
      .map((secret) => secret.trim())
      .filter((secret) => secret.length >= SHORTEST);
    this.given = [...new Set(given)];
    this.#usernames = [...new Set(usernames)];
    this.#hide(this.given);
  }

  /** Takes one more out of texts from now on: one that a server gave. */
  add(secret: string): void {
    if (secret.length >= SHORTEST) this.#hide([secret]);
  }

  /** These and others together. */
  with(others: Secrets): Secrets {
    return new Secrets([...this.given, ...others.given], [...this.#usernames, ...others.#usernames]);
  }

  #hide(secrets: readonly string[]): void {
    const forms = secrets.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      ...[secret, ...this.#usernames.map((name) => `${name ?? ''}:${secret}`)].map(base64),
      ...(secret.length < SHORTEST_PART ? [] : insideBase64(secret)),
    ]);
    this.#forms = [...new Set([...this.#forms, ...forms])].sort((one, other) => other.length - one.length);
  }

  /** The text with every secret shown as `*****`. */
  redact(text: string): string {
    return this.#forms.reduce((shown, form) => withoutCutOff(shown.replaceAll(form, MASK), form), text);
  }
}

/** A server's text is cut to a bounded length, marked with `…` (printable.ts): a secret may stand before it in part. */
function withoutCutOff(text: string, form: string): string {
  if (form.length <= SHORTEST_PART || !text.includes('…')) return text;
  const [last = '', ...parts] = text.split('…').toReversed();
  const shown = parts.toReversed().map((part) => {
    const at = part.lastIndexOf(form.slice(0, SHORTEST_PART));
    return at >= 0 && form.startsWith(part.slice(at)) ? part.slice(0, at) + MASK : part;
  });
  return [...shown, last].join('…');
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}

/** What a text leaves in base64 wherever it stands in a longer one: its place there decides between three forms. */
function insideBase64(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.from(' '.repeat(before) + text, 'utf8');
    const ofNeighbours = before === 0 ? 0 : before + 1;
    return bytes.toString('base64').slice(ofNeighbours, Math.floor((bytes.length * 4) / 3));
  });
}

/** Every secret in what a user gave, also one that stands in a URL. */
export function secretsOf(raw: RawOptions): Secrets {
  const ends = [raw.source, raw.target];
  const { aws, proxies } = raw.surroundings;
  const inUrls = [...ends, ...proxies, { url: raw.lfsUrl }].map(({ url }) => credentialsIn(url));
  return new Secrets(
    [
      ...ends.flatMap(({ token, sshPrivateKey }) => [token, sshPrivateKey]),
      ...inUrls.flatMap(({ secrets }) => secrets),
      aws.secretAccessKey,
      aws.sessionToken,
    ],
    [
      ...ends.map(({ username }) => username),
      ...inUrls.map(({ username }) => username),
      ...DEFAULT_USERNAMES,
      aws.accessKeyId,
    ],
  );
}

// GitHub's older forms have the token in the place of the user name.
const NO_PASSWORDS = ['', 'x-oauth-basic'];

function credentialsIn(url: string): { username: string; secrets: readonly string[] } {
  const { scheme, username, password } = userinfo(url);
  const isToken = /^https?:$/i.test(scheme) && NO_PASSWORDS.includes(password) && !DEFAULT_USERNAMES.includes(username);
  const secret = isToken ? username : password;
  return { username: decoded(username), secrets: [decoded(secret), secret] };
}

/** As it stands in the URL; where the URL is none, because of an unencoded character, all before the last "@". */
function userinfo(url: string): { scheme: string; username: string; password: string } {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) && URL.canParse(url)) {
    const { protocol: scheme, username, password } = new URL(url);
    return { scheme, username, password };
  }
  const [, scheme = '', username = '', password = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*:)\/\/)?([^/@:]*):(.*)@/.exec(url) ?? [];
  return { scheme, username, password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
