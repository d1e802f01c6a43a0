import { DEFAULT_USERNAMES } from '../hosts/sign-in.js';
import type { RawOptions } from './options.js';

const MASK = '*****';
// Shorter ones would mask half the text, and are no secrets.
const SHORTEST = 4;

/** Takes secrets out of texts: as they are, percent-encoded, and in base64 alone or beside a user name. */
export class Secrets {
  /** The secrets as they were given, and their single lines. */
  readonly given: readonly string[];
  readonly #forms: readonly string[];

  /** @param secrets texts that must not be shown; empty ones are passed over */
  constructor(secrets: readonly (string | undefined)[], usernames: readonly (string | undefined)[] = []) {
    this.given = secrets
      .flatMap((secret) => (secret === undefined ? [] : [secret, ...secret.split(/\r?\n/)]))
      .map((secret) => secret.trim())
      .filter((secret) => secret.length >= SHORTEST);
    const forms = this.given.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      ...[secret, ...usernames.map((name) => `${name ?? ''}:${secret}`)].map(base64),
    ]);
    this.#forms = [...new Set(forms)].sort((one, other) => other.length - one.length);
  }

  /** The text with every secret shown as `*****`. */
  redact(text: string): string {
    return this.#forms.reduce((shown, form) => shown.replaceAll(form, MASK), text);
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}

/** Every secret in what a user gave, also one that stands in a URL. */
export function secretsOf(raw: RawOptions): Secrets {
  const ends = [raw.source, raw.target];
  const inUrls = ends.map(({ url }) => credentialsIn(url));
  return new Secrets(
    [...ends.flatMap(({ token, sshPrivateKey }) => [token, sshPrivateKey]), ...inUrls.map(({ password }) => password)],
    [...ends.map(({ username }) => username), ...inUrls.map(({ username }) => username), ...DEFAULT_USERNAMES],
  );
}

function credentialsIn(url: string): { username: string; password: string } {
  const [, username = '', password = ''] = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?([^/@:]*):([^/@]*)@/.exec(url) ?? [];
  return { username: decoded(username), password: decoded(password) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
