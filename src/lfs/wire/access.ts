import { basicAuthorization, type Credentials } from '../../protocol/credentials.js';
import { RemoteError } from '../../protocol/errors.js';
import { bareUrl } from '../../protocol/location.js';
import { credentialsIn, shownWithoutUser } from '../../protocol/userinfo.js';
import { isExposed, secretsIn } from './action-secrets.js';
import { readAction, type Action, type Operation } from './batch.js';
import { INSECURE_REMEDY } from './errors.js';

/** Where a Git LFS server takes questions, and what signs in to it. */
export interface Access {
  /** Without credentials and a slash at the end. */
  readonly endpoint: URL;
  /** The headers that sign in, for each request anew. They are for the endpoint's own origin alone. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Milliseconds since 1970, after which it must be looked for anew; `undefined` where it holds. */
  readonly expiresAt: number | undefined;
  /** Whether `git-lfs-authenticate` gave what signs in, if anything, and not the user. */
  readonly isOverSsh?: boolean;
  /** Whether only a file in the repository says that it is there, so that nothing that signs in is sent. */
  readonly isForeign?: boolean;
  /** What was tried before: a sentence for messages. */
  readonly before?: string;
}

/** Looks for the way to a Git LFS server. It may be another one for reading and for writing. */
export type FindAccess = (operation: Operation) => Promise<Access>;

/** The way to a server of which all is known. */
export function knownAccess(endpoint: URL, credentials: (() => Credentials) | undefined): FindAccess {
  const headers = (): Record<string, string> =>
    credentials === undefined ? {} : { Authorization: basicAuthorization(credentials()) };
  return async () => ({ endpoint, headers, expiresAt: undefined });
}

/** What asks a server over SSH. */
export interface SshQuestion {
  /** The repository, as it may be shown. */
  readonly location: string;
  /**
   * Runs `git-lfs-authenticate PATH OPERATION` there.
   *
   * @returns what it printed; where the server does not know the command or refuses it, what it said of that
   */
  readonly authenticate: (operation: Operation) => Promise<{ readonly output: string } | { readonly refusal: string }>;
  /** Whether the user lets what signs in be readable on the way. */
  readonly allowInsecureHttp: boolean;
  /** Is told of what is secret in the answer. */
  readonly onSecret: (secret: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Asks over SSH where the server is and what signs in (Git LFS, docs/api/server-discovery.md, "SSH").
 *
 * @param otherwise the way to take where the server does not answer that
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
      remedy: 'Check what runs under that name on the server.',
    });
  const action = readAction(parsed(answer), NOWHERE, now(), (why) => unusable(`: ${why}`));
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
    detail: `git-lfs-authenticate over SSH names ${origin}, where what signs in would be readable on the way.`,
    remedy: INSECURE_REMEDY,
  });
}

const NOWHERE = new URL('https://unknown.invalid');

/** The header, or what stands in the address instead. */
function signInOf({ href, header }: Action): Readonly<Record<string, string>> {
  const credentials = credentialsIn(href);
  return credentials === undefined ? header : { Authorization: basicAuthorization(credentials), ...header };
}

/**
 * The way that the repository itself names in its `.lfsconfig`, else the other one. Anybody who may push to a
 * repository writes that file, so nothing that signs in goes anywhere but to where it would go without the file.
 *
 * @param read reads the URL in the file
 * @param own the origin that the credentials are for
 */
export function configuredAccess(
  read: () => Promise<string | undefined>,
  otherwise: FindAccess,
  own: { readonly location: string; readonly origin: string; readonly credentials: (() => Credentials) | undefined },
): FindAccess {
  let configured: Promise<string | undefined> | undefined;
  return async (operation) => {
    configured ??= read();
    const text = await configured.catch((error: unknown) => {
      configured = undefined;
      throw error;
    });
    if (text === undefined) return otherwise(operation);
    const url = readConfigured(text, own);
    if (url.origin === own.origin) return knownAccess(url, own.credentials)(operation);
    return { ...(await knownAccess(url, undefined)(operation)), isForeign: true };
  };
}

function readConfigured(
  text: string,
  { location, origin }: { readonly location: string; readonly origin: string },
): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && origin.startsWith('http:'));
  if (url === undefined || !isSafe) {
    throw new RemoteError({
      kind: 'lfs',
      location,
      detail: `its .lfsconfig says that the Git LFS objects are at "${shownWithoutUser(text)}", which is no https URL.`,
      remedy: 'Correct `lfs.url` in that file, or set `lfs: never` to mirror without the objects.',
    });
  }
  return bareUrl(url);
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
