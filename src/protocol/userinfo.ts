import { unescape } from 'node:querystring';
import type { Credentials } from './credentials.js';
import { decodePercent } from './percent.js';
import { printable } from './printable.js';
import { urlOf } from './url.js';

/** User name and password of a URL (RFC 3986, section 3.2.1), decoded; `undefined` where the URL has none. */
export interface Userinfo {
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Reads the userinfo of a URL. A "%" that begins no percent-encoded byte stands for itself. */
export function userinfoOf(url: URL): Userinfo {
  return { username: decodePercent(url.username) || undefined, password: decodePercent(url.password) || undefined };
}

/** Reads the userinfo of a URL as what signs in by basic authentication. */
export function credentialsIn(url: URL): Credentials | undefined {
  const { username = '', password = '' } = userinfoOf(url);
  return username === '' && password === '' ? undefined : { username, password };
}

export function hasUserinfo(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}

/** Tells whether each "%" in the userinfo begins a percent-encoded byte of a text in UTF-8. */
export function isUserinfoEncoded(url: URL): boolean {
  try {
    decodeURIComponent(url.username + url.password);
    return true;
  } catch {
    return false;
  }
}

export function withoutUserinfo(url: URL): URL {
  const bare = withoutPassword(url);
  bare.username = '';
  return bare;
}

export function withoutPassword(url: URL): URL {
  const copy = new URL(url);
  copy.password = '';
  return copy;
}

/** Forms that the password of a URL may have in other texts. */
export function passwordForms(url: URL): readonly string[] {
  return [url.password, unescape(url.password)];
}

/** Splits `user@rest`, as in the scp-like form, in which a user has no password. */
export function splitUser(text: string): { readonly user: string | undefined; readonly rest: string } {
  const [, user, rest = text] = /^([^@/:]+)@(.*)$/s.exec(text) ?? [];
  return { user, rest };
}

const SCHEME = /^(?:https?:\/{2,}|(?:[\w.-]+::)?[A-Za-z][A-Za-z0-9+.-]*:\/\/)/i;

/** Splits `https://rest`; a text without a scheme has an empty one. */
function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  return { scheme, rest: text.slice(scheme.length) };
}

/** A token may stand in the place of the user name only over HTTP. */
function isHttp(scheme: string): boolean {
  return /(?:^|:)https?:\/+$/i.test(scheme);
}

/** A URL as it may be shown: without anything that may be a secret. In doubt, harmless text is hidden, too. */
export function shownUrl(text: string): string {
  const { scheme, rest } = splitScheme(text);
  const shown = hideUserinfo(scheme, rest);
  // A path may have these signs in it, but hardly a query.
  const query = scheme === '' ? shown.indexOf('?') : shown.search(/[?#]/);
  const isQuery = query >= 0 && (scheme !== '' || shown.includes('=', query));
  return printable(scheme + (isQuery ? `${shown.slice(0, query + 1)}…` : shown), 500);
}

/**
 * Hides all before the last "@", if a password could be in it. A password that is not encoded may have any character,
 * so also what looks like a host with a port and a path may be a part of it.
 */
function hideUserinfo(scheme: string, rest: string): string {
  const end = rest.lastIndexOf('@');
  const sign = /^[^/@:]*([@:])/.exec(rest.replace(/^\[[\da-f:.]*\]/i, ''))?.[1];
  const isDrive = scheme === '' && /^[A-Za-z]:[\\/]/.test(rest);
  const isSecret = sign === ':' || (sign === '@' && (isHttp(scheme) || hasColonBeforeAt(rest)));
  if (end < 0 || isDrive || !isSecret) return rest;
  return `${rest.slice(0, end).includes(':') ? '*****:*****' : '*****'}${rest.slice(end)}`;
}

/** Reports whether the authority of a URL has a colon, and behind it an "@". */
function hasColonBeforeAt(rest: string): boolean {
  const [authority = ''] = /^[^/?#]*/.exec(rest) ?? [];
  const colon = authority.indexOf(':');
  return colon >= 0 && authority.includes('@', colon);
}

/** A URL that somebody else gave, as it may be shown: its user name alone may be a secret, too. */
export function shownWithoutUser(text: string): string {
  return printable(text.replace(/^.*@/s, '*****@'), 300);
}

/** One reading of the userinfo in a text: which characters are the password is not sure if they are not encoded. */
export interface UrlSecrets {
  readonly username: string;
  /** The password, or the token in the place of the user name, as it stands in the text and decoded. */
  readonly secrets: readonly string[];
}

// Older forms of GitHub have the token in the place of the user name.
const NO_PASSWORDS = ['', 'x-oauth-basic'];

/**
 * Secrets that a text holds if it is a URL, by every possible reading.
 *
 * @param publicNames user names that are no tokens
 */
export function secretsInUrl(text: string, publicNames: readonly string[]): UrlSecrets[] {
  return readingsOf(text.trim()).map(({ scheme, username, password }) => {
    const isToken = isHttp(scheme) && NO_PASSWORDS.includes(password) && !publicNames.includes(username);
    const secret = isToken ? username : password;
    return { username: decodePercent(username), secrets: [decodePercent(secret), secret] };
  });
}

/** Tells whether a URL has a password in it. */
export function namesPassword(text: string): boolean {
  const [{ scheme, password }] = readingsOf(text);
  return scheme !== '' && password !== '';
}

/**
 * Secrets in the URLs of a text of which nothing else is known, such as a list that cannot be read. In doubt, harmless
 * text is taken for a secret.
 */
export function secretsInText(text: string, publicNames: readonly string[]): UrlSecrets[] {
  const lines = text.replaceAll('\\/', '/').split(/[\r\n]+/);
  return lines
    .filter((line) => line.includes('@'))
    .flatMap(urlsIn)
    .flatMap((url) => secretsInUrl(url, publicNames));
}

interface Reading {
  readonly scheme: string;
  readonly username: string;
  readonly password: string;
}

const UP_TO_LAST = /^([^/@:]*)(?::(.*))?@/s;
const UP_TO_FIRST = /^([^/@:]*):([^@]*)@/;

/** The userinfo as a URL parser reads it, and as it may be meant because of a character that is not encoded. */
function readingsOf(url: string): [Reading, ...Reading[]] {
  const { scheme, rest } = splitScheme(url);
  const readBy = (pattern: RegExp): Reading => {
    const [, username = '', password = ''] = pattern.exec(rest) ?? [];
    return { scheme, username, password };
  };
  const possible: [Reading, Reading] = [readBy(UP_TO_LAST), readBy(UP_TO_FIRST)];
  const parsed = urlOf(url);
  if (parsed === undefined) return possible;
  const { username, password } = parsed;
  return [{ scheme, username, password }, ...possible];
}

const LONGEST_SCHEME = 20;

/** Parts of a line that look like URLs, each with all that follows, since no sign tells its end. */
function urlsIn(line: string): string[] {
  const parts = line.split('://');
  const urls = parts.slice(1).map((rest, index) => {
    const before = parts[index]?.slice(-LONGEST_SCHEME) ?? '';
    return `${/[A-Za-z][A-Za-z0-9+.-]{0,19}$/.exec(before)?.[0] ?? 'https'}://${rest}`;
  });
  const words = line.split(/[\s"'[\]{},]+/).filter((word) => !word.includes('://'));
  return [...urls, ...words].filter((url) => url.includes('@'));
}
