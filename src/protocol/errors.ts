import { types } from 'node:util';
import { excess, type StrictLimit } from './limits/limit.js';
import { printable } from './printable.js';

/** Kinds of trouble with a repository: the cases that a reader must tell apart, because each has another remedy. */
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
  | 'incomplete'
  | 'object-format'
  | 'push-options'
  | 'same-repository'
  | 'ssh'
  | 'host-key'
  | 'not-a-repository'
  | 'program'
  | 'api'
  | 'lfs'
  | 'protocol';

/**
 * Tells errors from other things that are thrown. An error of another realm is one, as Node.js's own are in a test
 * runner; so is a `DOMException`, which a signal is aborted with by default and which is no native error.
 */
export function isError(thrown: unknown): thrown is Error {
  return types.isNativeError(thrown) || thrown instanceof Error || thrown instanceof DOMException;
}

/** The parts of a {@link RemoteError}; `detail` and `remedy` are whole sentences. */
export interface RemoteErrorParts {
  readonly kind: RemoteErrorKind;
  /** The URL or path, without credentials. */
  readonly location: string;
  readonly detail: string;
  readonly remedy?: string | undefined;
  /** The part of the remedy that is about this host alone, whole sentences. */
  readonly hint?: string | undefined;
  /** The header `Retry-After` of the server's answer. */
  readonly retryAfter?: string | undefined;
  /** True where the server has turned the request down as a whole: it changed nothing. */
  readonly changedNothing?: boolean | undefined;
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
  readonly changedNothing: boolean;

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
    this.changedNothing = parts.changedNothing ?? false;
  }

  /** True where asking again, after reading both ends anew, may help. */
  get passing(): boolean {
    return this.kind === 'interrupted' || this.kind === 'throttled';
  }

  get isThrottled(): boolean {
    return this.kind === 'throttled';
  }

  /** The same error with one more sentence. */
  adding(sentence: string, retryAfter = this.retryAfter): RemoteError {
    const { kind, location, remedy, hint, changedNothing, cause } = this;
    const detail = `${this.detail} ${sentence}`;
    return new RemoteError({ kind, location, detail, remedy, hint, retryAfter, changedNothing, cause });
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

/** The error for a server that sends more than a limit. */
export function tooMuch(location: string, limit: StrictLimit): ProtocolError {
  return new ProtocolError(location, excess(limit));
}

/** Parts of the error for a connection that broke. */
export function brokenConnection(location: string, error: Error): RemoteErrorParts {
  const { code = '' }: NodeJS.ErrnoException = error;
  return {
    kind: 'interrupted',
    location,
    detail: `the connection broke (${printable(code || error.message, 200)}).`,
    remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of the server or a proxy.',
    cause: error,
  };
}

/** True for a server's answer that it does not give what it was asked for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RemoteError && (error.kind === 'refused' || error.kind === 'http-status');
}
