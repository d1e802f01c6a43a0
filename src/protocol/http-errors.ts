import { RemoteError } from './errors.js';
import { printable } from './printable.js';
import type { Service } from './transport.js';

/** A request of which not a byte left: it may be sent again, whatever it asks for. */
export class NothingSentError extends RemoteError {
  asRemoteError(): RemoteError {
    const { kind, location, detail, remedy, cause } = this;
    return new RemoteError({ kind, location, detail, cause, ...(remedy === undefined ? {} : { remedy }) });
  }
}

const TLS = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|EPROTO)/;

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known.',
  EAI_AGAIN: 'the host name cannot be looked up at the moment.',
  ECONNREFUSED: 'the host refuses the connection.',
  EHOSTUNREACH: 'there is no way to the host.',
  ENETUNREACH: 'there is no way to the network of the host.',
  ETIMEDOUT: 'the host does not answer.',
};

/**
 * A failure of the connection, put into words.
 *
 * @param nothingSent whether the request cannot have reached the server
 */
export function connectionError(error: unknown, location: string, nothingSent: boolean): unknown {
  if (error instanceof RemoteError || !(error instanceof Error)) return error;
  if (error.name === 'AbortError') return error;
  // With several addresses for one host the reason is in the parts.
  const [part] = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
  const code = (part ?? error).code ?? '';
  if (TLS.test(code)) return tlsError(error, code, location);
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    return new NothingSentError({
      kind: 'unreachable',
      location,
      detail: unreachable,
      remedy: 'Check the URL and the network of the runner.',
      cause: error,
    });
  }
  const parts = {
    kind: 'interrupted',
    location,
    detail: `the connection broke (${printable(code || error.message, 200)}).`,
    remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of the server or a proxy.',
    cause: error,
  } as const;
  return nothingSent ? new NothingSentError(parts) : new RemoteError(parts);
}

function tlsError(error: Error, code: string, location: string): RemoteError {
  const plain = code === 'EPROTO' || code.startsWith('ERR_SSL_');
  return new RemoteError({
    kind: 'tls',
    location,
    detail: plain
      ? `no secure connection could be made (${printable(code)}).`
      : `the server's certificate is not trusted (${printable(code)}: ${printable(error.message, 200)}).`,
    remedy: plain
      ? 'Check the port, and whether the server speaks https at all.'
      : 'If the server uses a private certificate authority, point NODE_EXTRA_CA_CERTS to its certificate.',
    cause: error,
  });
}

/** Whether a status is one that passes by itself. */
export function mayTryAgain(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** What is known of an answer that is not the one Git's protocol wants. */
export interface UnexpectedAnswer {
  readonly location: string;
  readonly status: number;
  readonly type: string;
  /** The first bytes of the body. */
  readonly beginning: string;
  readonly redirectedTo: string | undefined;
  readonly signedIn: boolean;
  readonly signInHint: string;
  readonly service: Service;
}

/** The error for an HTTP answer that is no Git answer. */
export function statusError(answer: UnexpectedAnswer): RemoteError {
  const { location, status } = answer;
  if (status === 200) return notGit(answer);
  const said = serverText(answer);
  const access = answer.service === 'git-receive-pack' ? 'write to' : 'read';
  switch (status) {
    case 401:
      return new RemoteError({
        kind: 'unauthorized',
        location,
        detail: answer.signedIn
          ? `the server does not accept the user name and token (HTTP 401).${said}`
          : `the server wants a sign-in (HTTP 401).${said}`,
        remedy: answer.signedIn
          ? `Check that ${answer.signInHint} is right, has not expired and belongs to this host.`
          : `Set ${answer.signInHint}, and check the URL.`,
      });
    case 403:
      return new RemoteError({
        kind: 'forbidden',
        location,
        detail: `the token may not ${access} this repository (HTTP 403).${said}`,
        remedy: `Give ${answer.signInHint} the permission to ${access} it.`,
      });
    case 404:
      return new RemoteError({
        kind: 'not-found',
        location,
        detail: `there is no such repository, or it is not visible with this sign-in (HTTP 404).${said}`,
        remedy: `Check the URL; for a private repository check ${answer.signInHint}.`,
      });
    case 408:
    case 502:
    case 503:
    case 504:
      return new RemoteError({
        kind: 'interrupted',
        location,
        detail: `the server gave up (HTTP ${status}).${said}`,
        remedy: 'Run the mirror again later.',
      });
    case 413:
      return new RemoteError({
        kind: 'too-large',
        location,
        detail: `the server or a proxy in front of it refuses a push of this size (HTTP 413).${said}`,
        remedy: 'Raise its limit (nginx: client_max_body_size), or push over SSH.',
      });
    default:
      if (answer.redirectedTo !== undefined && status >= 300 && status < 400) return movedOn(answer);
      return new RemoteError({
        kind: 'http-status',
        location,
        detail: `the server answers with HTTP status ${status}.${said}`,
        remedy: 'Check the URL; if it is right, ask the operator of the server.',
      });
  }
}

function movedOn(answer: UnexpectedAnswer): RemoteError {
  return new RemoteError({
    kind: 'redirect',
    location: answer.location,
    detail: `the server redirects to ${printable(answer.redirectedTo ?? '', 300)} (HTTP ${answer.status}).`,
    remedy: 'Give the URL to which it redirects.',
  });
}

function notGit(answer: UnexpectedAnswer): RemoteError {
  const { location, type, beginning } = answer;
  if (/^[0-9a-f]{40,64}\t/.test(beginning) || (beginning === '' && type === 'text/plain')) {
    return new RemoteError({
      kind: 'dumb-http',
      location,
      detail: "the server offers only files (Git's dumb HTTP protocol), it runs no Git service.",
      remedy: 'Use a server with smart HTTP (git http-backend), or SSH.',
    });
  }
  const page = type === 'text/html' || /^\s*<(?:!doctype|html)/i.test(beginning);
  return new RemoteError({
    kind: 'not-git',
    location,
    detail: page
      ? 'a web page is there, not a Git repository.'
      : `what answers is not a Git repository (content type "${printable(type, 100)}").`,
    remedy: 'Check the URL: it is the one you would give to `git clone`. A page may also be a sign-in page or a proxy.',
  });
}

function serverText(answer: UnexpectedAnswer): string {
  const line = answer.beginning.split('\n')[0]?.trim() ?? '';
  return answer.type === 'text/plain' && line !== '' ? ` The server says: ${printable(line, 300)}` : '';
}
