import { trimEndOf } from './trim.js';
import path from 'node:path';
import { isPathOfWindows, localPath, pathOfFileUrl, type PathStyle } from './local-path.js';
import { refuseWrapped } from './copied.js';
import { printable } from './printable.js';
import { Problem } from './problem.js';
import {
  isUserinfoEncoded,
  shownUrl,
  splitUser,
  userinfoOf,
  withoutPassword,
  withoutUserinfo,
  type Userinfo,
} from './userinfo.js';
import { urlOf } from './url.js';

/** Place of a repository, by the transport that reaches it. */
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
      /** The location as it may be shown. */
      readonly display: string;
    }
  | { readonly kind: 'local'; readonly path: string };

/** Kind of place that a repository is at: other places need other remedies. */
export type Place = Location['kind'];

/** A repository that is reached by `ssh`. */
export type SshLocation = Extract<Location, { kind: 'ssh' }>;

const CONTROL = /[\u0000-\u001f\u007f]/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
// A colon before the first slash, as git(1) tells an scp-like address from a path.
const SCP = /^(\[[^\]]+\]|[^@/:[\]]+):(.+)$/;
// cmd.exe takes single quotes for a part of what stands in them, and cuts it at spaces.
const QUOTED = /^(?:'.*'|".*"|["'][A-Za-z][A-Za-z0-9+.-]*:\/\/.*)$/;
// A folder whose name ends like a domain's can be given as ./name.
const WITHOUT_SCHEME = /^(?:[A-Za-z0-9-]+\.)+(?!git[:/])[A-Za-z]{2,}(?::\d+)?\/./;
const HOST = /^[A-Za-z0-9_.:%-]+$/;

/** Kinds of texts, before they are looked at closely. */
type Form =
  | { readonly kind: 'url'; readonly scheme: string }
  | { readonly kind: 'scp'; readonly user: string | undefined; readonly host: string; readonly path: string }
  | { readonly kind: 'path' };

/**
 * Reads what a user gives as a repository: a URL, the scp-like form, or a path (git-clone(1), "GIT URLS").
 *
 * @param folder what a relative path starts from
 * @param style of paths on this system
 * @throws {Problem} for a text that names no repository
 */
export function parseLocation(text: string, folder: string, style: PathStyle = path): Location {
  const form = formOf(text, style);
  switch (form.kind) {
    case 'url':
      return parseUrl(text, form.scheme, style);
    case 'scp':
      return checkSsh({ ...form, kind: 'ssh', port: undefined, display: text });
    case 'path':
      return { kind: 'local', path: localPath(text, folder, style) };
  }
}

/** Reports whether a text names a folder, which needs no sign-in; whether there is one is another question. */
export function namesFolder(text: string, style: PathStyle = path): boolean {
  if (text === '') return false;
  try {
    const form = formOf(text, style);
    return form.kind === 'path' || (form.kind === 'url' && form.scheme === 'file');
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function formOf(text: string, style: PathStyle): Form {
  if (CONTROL.test(text)) throw new Problem('contains a control character');
  if (text.startsWith('-')) throw new Problem('begins with "-", which a program could take for an option');
  if (QUOTED.test(text))
    throw new Problem('stands in quotes: leave them out, or quote it with " where the shell is cmd.exe (a path: ./…)');
  refuseWrapped(text);
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return { kind: 'url', scheme };
  if (isPathOfWindows(text, style)) return { kind: 'path' };
  if (/^[A-Za-z][A-Za-z0-9+.-]*::/.test(text)) throw new Problem('names a remote helper, which is not supported');
  const { user, rest } = splitUser(text);
  const scp = scpForm(user, rest);
  if (scp !== undefined) return scp;
  refuseUnfinished(text, user, rest);
  return { kind: 'path' };
}

function scpForm(user: string | undefined, rest: string): Form | undefined {
  const [isScp, host = '', path = ''] = SCP.exec(rest) ?? [];
  if (isScp === undefined) return undefined;
  // To git, these are hosts like any other.
  if (user === undefined && /^(?:https?|file)$/i.test(host)) {
    const slashes = host.toLowerCase() === 'file' ? '///' : '//';
    throw new Problem(`lacks slashes behind "${host}:": give ${host}:${slashes}… (an SSH host of that name: ssh://…)`);
  }
  return { kind: 'scp', user, host, path };
}

/** A path can look like an address of which a part was left out. */
function refuseUnfinished(text: string, user: string | undefined, rest: string): void {
  if (user !== undefined && /^[^@/:\s]+$/.test(rest))
    throw new Problem('looks like an SSH address without a path: give user@host:path (a folder: ./name)');
  if (WITHOUT_SCHEME.test(text))
    throw new Problem(`looks like a URL without its scheme: give https://${shownUrl(text)}`);
}

function parseUrl(text: string, scheme: string, style: PathStyle): Location {
  const url = urlOf(text);
  if (url === undefined) throw new Problem('is no valid URL');
  switch (scheme) {
    case 'http':
    case 'https':
      return httpLocation(url);
    case 'ssh':
    case 'git+ssh':
    case 'ssh+git':
      return sshLocation(url);
    case 'file':
      return fileLocation(url, style);
    default:
      throw new Problem(`has the scheme "${printable(scheme, 30)}"; supported are https, http, ssh and file`);
  }
}

function httpLocation(url: URL): Location {
  if (url.search !== '' || url.hash !== '') throw new Problem('has a query or a fragment, which no Git URL has');
  if (url.pathname === '/' || url.pathname === '') throw new Problem('names a host, but no repository on it');
  return { kind: 'http', url: withoutUserinfo(url), ...checkedUserinfo(url) };
}

function fileLocation(url: URL, style: PathStyle): Location {
  const path = pathOfFileUrl(url, style);
  if (CONTROL.test(path)) throw new Problem('contains a control character');
  return { kind: 'local', path: localPath(path, path, style) };
}

function sshLocation(url: URL): SshLocation {
  const shown = withoutPassword(url);
  shown.search = '';
  shown.hash = '';
  return checkSsh({
    kind: 'ssh',
    user: checkedUserinfo(url).username,
    host: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    // As git does it: `/~user` is a home folder, anything else an absolute path.
    path: decode(url.pathname).replace(/^\/(?=~)/, ''),
    display: shown.href.replace(/^[^:]*/, 'ssh'),
  });
}

function checkSsh(location: SshLocation): SshLocation {
  const { user, path } = location;
  const host = location.host.replace(/^\[|\]$/g, '');
  if (!HOST.test(host) || host.startsWith('-')) throw new Problem('names no valid host');
  if (user?.startsWith('-') === true) throw new Problem('names no valid user');
  if (path === '' || path === '/') throw new Problem('names a host, but no repository on it');
  if (CONTROL.test(`${user ?? ''}${path}`)) throw new Problem('contains a control character');
  return { ...location, host };
}

const NOT_ENCODED = 'has a "%" that is not part of a percent-encoded byte: write it as %25';

function checkedUserinfo(url: URL): Userinfo {
  if (!isUserinfoEncoded(url)) throw new Problem(NOT_ENCODED);
  return userinfoOf(url);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem(NOT_ENCODED);
  }
}

/** A URL without credentials, query, fragment and slashes at its end. */
export function bareUrl(url: URL): URL {
  const bare = withoutUserinfo(url);
  bare.pathname = trimEndOf(url.pathname, '/');
  bare.search = '';
  bare.hash = '';
  return bare;
}

/** Reports whether a host name is that of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** A path of a repository without slashes at its end, and without `.git` before them. */
export function withoutGit(path: string): string {
  const trimmed = trimEndOf(path, '/');
  return trimmed.endsWith('.git') ? trimmed.slice(0, -'.git'.length) : trimmed;
}
