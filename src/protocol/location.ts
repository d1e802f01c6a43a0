import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printable } from './printable.js';

/** Where a repository is, by the transport that reaches it. */
export type Location =
  | {
      readonly kind: 'http';
      /** Without credentials. */
      readonly url: URL;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    }
  | {
      readonly kind: 'ssh';
      readonly user?: string | undefined;
      readonly host: string;
      readonly port?: number | undefined;
      readonly path: string;
      /** As it may be shown. */
      readonly display: string;
    }
  | { readonly kind: 'local'; readonly path: string };

/** Why a text is no location: a clause that follows the text itself. */
export class LocationProblem extends Error {}

const CONTROL = /[\u0000-\u001f\u007f]/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
// A colon before the first slash, as git(1) tells an scp-like address from a path; a drive letter is a path.
const SCP = /^(?:([^@/:]+)@)?(\[[^\]]+\]|[^@/:[\]]{2,}):(.+)$/;
// A folder whose name ends like a domain's can be given as ./name.
const WITHOUT_SCHEME = /^(?:[A-Za-z0-9-]+\.)+(?!git[:/])[A-Za-z]{2,}(?::\d+)?\/./;
const HOST = /^[A-Za-z0-9_.:%-]+$/;

/**
 * Reads what a user gives as a repository: a URL, the scp-like form, or a path (git-clone(1), "GIT URLS").
 *
 * @param folder what a relative path starts from
 * @throws {LocationProblem}
 */
export function parseLocation(text: string, folder: string): Location {
  if (CONTROL.test(text)) throw new LocationProblem('contains a control character');
  if (text.startsWith('-')) throw new LocationProblem('begins with "-", which a program could take for an option');
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return parseUrl(text, scheme);
  if (/^[A-Za-z][A-Za-z0-9+.-]*::/.test(text))
    throw new LocationProblem('names a remote helper, which is not supported');
  const scp = SCP.exec(text);
  if (scp !== null) return sshLocation(scp[1], scp[2] ?? '', undefined, scp[3] ?? '', text);
  if (/^[^@/:\s]+@[^@/:\s]+$/.test(text))
    throw new LocationProblem('looks like an SSH address without a path: give user@host:path (a folder: ./name)');
  if (WITHOUT_SCHEME.test(text)) throw new LocationProblem(`looks like a URL without its scheme: give https://${text}`);
  return { kind: 'local', path: resolve(folder, text) };
}

function parseUrl(text: string, scheme: string): Location {
  if (!URL.canParse(text)) throw new LocationProblem('is no valid URL');
  const url = new URL(text);
  switch (scheme) {
    case 'http':
    case 'https':
      return httpLocation(url);
    case 'ssh':
    case 'git+ssh':
    case 'ssh+git':
      return sshLocation(
        url.username === '' ? undefined : decoded(url.username),
        url.hostname,
        url.port === '' ? undefined : Number(url.port),
        // As git does it: `/~user` is a home folder, anything else an absolute path.
        decoded(url.pathname).replace(/^\/(?=~)/, ''),
        `ssh://${url.username === '' ? '' : `${url.username}@`}${url.host}${url.pathname}`,
      );
    case 'file':
      return fileLocation(url);
    default:
      throw new LocationProblem(`has the scheme "${printable(scheme, 30)}", supported are https, http, ssh and file`);
  }
}

function httpLocation(url: URL): Location {
  if (url.search !== '' || url.hash !== '')
    throw new LocationProblem('has a query or a fragment, which no Git URL has');
  if (url.pathname === '/' || url.pathname === '') throw new LocationProblem('names a host, but no repository on it');
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return {
    kind: 'http',
    url: bare,
    username: url.username === '' ? undefined : decoded(url.username),
    password: url.password === '' ? undefined : decoded(url.password),
  };
}

function fileLocation(url: URL): Location {
  const path = filePath(url);
  if (path === undefined) throw new LocationProblem('is no file URL of this machine');
  if (CONTROL.test(path)) throw new LocationProblem('contains a control character');
  return { kind: 'local', path };
}

function filePath(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

function sshLocation(
  user: string | undefined,
  bracketed: string,
  port: number | undefined,
  path: string,
  display: string,
): Location {
  const host = bracketed.replace(/^\[|\]$/g, '');
  if (!HOST.test(host) || host.startsWith('-')) throw new LocationProblem('names no valid host');
  if (user?.startsWith('-') === true) throw new LocationProblem('names no valid user');
  if (path === '' || path === '/') throw new LocationProblem('names a host, but no repository on it');
  if (CONTROL.test(`${user ?? ''}${path}`)) throw new LocationProblem('contains a control character');
  return { kind: 'ssh', user, host, port, path, display };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new LocationProblem('has a "%" that begins no percent-encoded byte: write it as %25');
  }
}

/** A URL without credentials, query, fragment and slashes at its end. */
export function bareUrl(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.pathname = url.pathname.replace(/\/+$/, '');
  bare.search = '';
  bare.hash = '';
  return bare;
}

/** Whether a host name is that of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
