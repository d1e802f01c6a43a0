import { types } from 'node:util';

/**
 * What went wrong between this program and a repository, in the words a user can act on.
 *
 * The kinds are the cases a reader of the message must tell apart, because each has another remedy.
 */
export type RemoteErrorKind =
  | 'unreachable'
  | 'tls'
  | 'proxy'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'redirect'
  | 'dumb-http'
  | 'not-git'
  | 'too-large'
  | 'http-status'
  | 'throttled'
  | 'silent'
  | 'interrupted'
  | 'refused'
  | 'shallow'
  | 'object-format'
  | 'same-repository'
  | 'ssh'
  | 'host-key'
  | 'not-a-repository'
  | 'program'
  | 'api'
  | 'lfs';

/**
 * Whether something that was thrown is an error; also one of another realm, as Node.js's own are in a test runner's, and
 * a `DOMException`, which is what a signal is aborted with by default and no native error.
 */
export function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error || thrown instanceof DOMException;
}

/** The parts of a {@link RemoteError}; `detail` and `remedy` are whole sentences. */
export interface RemoteErrorParts {
  readonly kind: RemoteErrorKind;
  /** Where it happened: a URL or path without credentials. */
  readonly location: string;
  /** What happened. */
  readonly detail: string;
  /** What the user can do about it. */
  readonly remedy?: string;
  /** What of the remedy is the host's own, whole sentences. */
  readonly hint?: string | undefined;
  /** What the server says of when to ask again: the header `Retry-After`. */
  readonly retryAfter?: string | undefined;
  readonly cause?: unknown;
}

/** A repository could not be read or written: the network, the server or its answer is the reason. */
export class RemoteError extends Error {
  readonly kind: RemoteErrorKind;
  readonly location: string;
  readonly detail: string;
  readonly remedy: string | undefined;
  readonly hint: string | undefined;
  readonly retryAfter: string | undefined;

  constructor(parts: RemoteErrorParts) {
    const remedy = parts.remedy === undefined ? '' : ` ${parts.remedy}`;
    super(`${parts.location}: ${parts.detail}${remedy}`, { cause: parts.cause });
    this.name = 'RemoteError';
    this.kind = parts.kind;
    this.location = parts.location;
    this.detail = parts.detail;
    this.remedy = parts.remedy;
    this.hint = parts.hint;
    this.retryAfter = parts.retryAfter;
  }

  /** Whether asking again, after reading both ends anew, may help. */
  get passing(): boolean {
    return this.kind === 'interrupted' || this.kind === 'throttled';
  }
}

/** A server sent something that Git's protocol does not allow. */
export class ProtocolError extends Error {
  readonly location: string;

  constructor(location: string, detail: string) {
    super(
      `${location}: the server's answer breaks Git's protocol: ${detail}. ` +
        'Check that the URL is that of a Git repository and that no proxy alters the answer.',
    );
    this.name = 'ProtocolError';
    this.location = location;
  }
}

/** Whether a server answered that it does not give what it was asked for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RemoteError && (error.kind === 'refused' || error.kind === 'http-status');
}
