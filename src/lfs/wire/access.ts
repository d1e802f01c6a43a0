import { basicAuthorization, type Credentials } from '../../protocol/credentials.js';
import { RemoteError } from '../../protocol/errors.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { excess } from '../../protocol/limits/limit.js';
import { bareUrl, parseLocation, type SshLocation } from '../../protocol/location.js';
import { Problem } from '../../protocol/problem.js';
import { credentialsIn, shownWithoutUser } from '../../protocol/userinfo.js';
import { isExposed, secretsIn } from './action-secrets.js';
import { readAction, type Action, type Operation } from './batch.js';
import { INSECURE_REMEDY } from './errors.js';
import { urlOf } from '../../protocol/url.js';

/** The way to a Git LFS server, with its sign-in. */
export interface Access {
  /** URL without credentials and without a slash at the end. */
  readonly endpoint: URL;
  /** Makes the headers that sign in, for each request anew. They are for the endpoint's own origin alone. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Milliseconds since 1970, after which the way must be found anew; `undefined` where it never ends. */
  readonly expiresAt: number | undefined;
  /** True where the sign-in, if any, comes from `git-lfs-authenticate` and not from the user. */
  readonly isOverSsh?: boolean;
  /** True where only a file in the repository names the server, which then gets no credentials. */
  readonly isForeign?: boolean;
  /** Attempt that failed before: a sentence for messages. */
  readonly before?: string;
}

/** Finds the way to a Git LFS server, which may differ for reading and for writing. */
export type FindAccess = (operation: Operation) => Promise<Access>;

/** Makes the way to a server of which everything is known. */
export function knownAccess(endpoint: URL, credentials: (() => Credentials) | undefined): FindAccess {
  const headers = (): Record<string, string> =>
    credentials === undefined ? {} : { Authorization: basicAuthorization(credentials()) };
  return async () => ({ endpoint, headers, expiresAt: undefined });
}

/** A question to a server over SSH. */
export interface SshQuestion {
  /** The repository, as it may be shown. */
  readonly location: string;
  /**
   * Runs `git-lfs-authenticate PATH OPERATION` there.
   *
   * @returns the program's output; the server's words where it does not know the command or refuses it
   */
  readonly authenticate: (operation: Operation) => Promise<{ readonly output: string } | { readonly refusal: string }>;
  /** True where the user accepts that credentials can be read on the way. */
  readonly allowInsecureHttp: boolean;
  /** Hears of the secrets in the answer. */
  readonly onSecret: (secret: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks over SSH for the server and its sign-in (Git LFS, docs/api/server-discovery.md, "SSH").
 *
 * @param otherwise the way to take where the server does not answer
 */
export function accessOverSsh(question: SshQuestion, otherwise: FindAccess): FindAccess {
  return async (operation) => {
    const answer = await question.authenticate(operation);
    if ('output' in answer) return readAnswer(answer.output, question);
    const access = await otherwise(operation);
    const { refusal } = answer;
    if (refusal === '') return access;
    return { ...access, before: `Over SSH, git-lfs-authenticate was refused: ${refusal.replace(/\.$/, '')}.` };
  };
}

function readAnswer(answer: string, { location, allowInsecureHttp, onSecret, now }: SshQuestion): Access {
  const unusable = (why: string): RemoteError =>
    new RemoteError({
      kind: 'lfs',
      location,
      detail: `the answer of git-lfs-authenticate over SSH names no Git LFS server${why}.`,
      remedy: 'Check the program of that name on the server.',
    });
  if (answer.length > LFS_LIMITS.accessBytes.value) throw unusable(`: ${excess(LFS_LIMITS.accessBytes)}`);
  const action = readAction(parse(answer), NOWHERE, now(), (why) => unusable(`: ${why}`));
  if (action === undefined || action.href.hostname === NOWHERE.hostname) throw unusable('');
  const header = signInOf(action);
  secretsIn(action.href, header).forEach(onSecret);
  if (isExposed(action.href, header) && !allowInsecureHttp) throw exposing(location, action.href);
  return {
    endpoint: bareUrl(action.href),
    headers: () => header,
    expiresAt: action.expiresAt,
    isOverSsh: true,
  };
}

function exposing(location: string, { origin }: URL): RemoteError {
  return new RemoteError({
    kind: 'lfs',
    location,
    detail: `git-lfs-authenticate over SSH names ${origin}, where others on the network could read the credentials.`,
    remedy: INSECURE_REMEDY,
  });
}

const NOWHERE = new URL('https://unknown.invalid');

/** The header of the sign-in, or one made of the user and password in the address. */
function signInOf({ href, header }: Action): Readonly<Record<string, string>> {
  const credentials = credentialsIn(href);
  return credentials === undefined ? header : { Authorization: basicAuthorization(credentials), ...header };
}

/** The server and sign-in of a repository itself. */
export interface OwnPlace {
  /** The server, as it may be shown. */
  readonly location: string;
  /** The origin that the credentials are for. */
  readonly origin: string;
  readonly credentials: (() => Credentials) | undefined;
  /** Makes the way to an address over SSH; `undefined` for one for which the repository's own key is not. */
  readonly overSsh?: (place: SshLocation) => FindAccess | undefined;
}

/**
 * Takes the way that the repository itself names in its `.lfsconfig`, else the other one. Anybody who may push to a
 * repository writes that file, so credentials go nowhere but where they would go without the file.
 *
 * @param read reads the URL in the file
 */
export function configuredAccess(
  read: () => Promise<string | undefined>,
  otherwise: FindAccess,
  own: OwnPlace,
): FindAccess {
  let configured: Promise<string | undefined> | undefined;
  return async (operation) => {
    configured ??= read();
    const text = await configured.catch((error: unknown) => {
      configured = undefined;
      throw error;
    });
    if (text === undefined) return otherwise(operation);
    const place = sshPlaceIn(text);
    if (place !== undefined) {
      const access = own.overSsh?.(place);
      if (access === undefined) throw foreignSsh(text, own);
      return access(operation);
    }
    const url = readConfigured(text, own);
    if (url.origin === own.origin) return knownAccess(url, own.credentials)(operation);
    return { ...(await knownAccess(url, undefined)(operation)), isForeign: true };
  };
}

function sshPlaceIn(text: string): SshLocation | undefined {
  // With backslashes behind it, only a URL's parser takes that for one.
  if (/^https?:/i.test(text)) return undefined;
  try {
    const place = parseLocation(text, '/');
    return place.kind === 'ssh' ? place : undefined;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function foreignSsh(text: string, { location }: OwnPlace): RemoteError {
  return new RemoteError({
    kind: 'lfs',
    location,
    detail: `its .lfsconfig says that the Git LFS objects are at "${shownWithoutUser(text)}", but the source is not read over SSH from the same host and account, so no key is used there.`,
    remedy: 'Name the https URL of that Git LFS server with `source-lfs-url`.',
  });
}

function readConfigured(text: string, { location, origin }: OwnPlace): URL {
  const url = urlOf(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && origin.startsWith('http:'));
  if (url === undefined || !isSafe) {
    throw new RemoteError({
      kind: 'lfs',
      location,
      detail: `its .lfsconfig says that the Git LFS objects are at "${shownWithoutUser(text)}", which is no https URL.`,
      remedy: 'Correct `lfs.url` in that file, or name the server with `source-lfs-url`.',
    });
  }
  return bareUrl(url);
}

function parse(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
