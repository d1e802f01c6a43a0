import { isError, RemoteError, type RemoteErrorParts } from './errors.js';
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
  if (error instanceof RemoteError || !isError(error)) return error;
  if (error.name === 'AbortError') return error;
  // With several addresses for one host the reason is in the parts.
  const [part] = 'errors' in error ? (error.errors as Error[]) : [error];
  const { code = '' }: NodeJS.ErrnoException = part ?? error;
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
  const meaning = MEANINGS[status] ?? (isRedirect(answer) ? movedOn : unknownStatus);
  return new RemoteError({ location, ...meaning(answer, serverText(answer)) });
}

type Meaning = (answer: UnexpectedAnswer, said: string) => Omit<RemoteErrorParts, 'location'>;

const gaveUp: Meaning = ({ status }, said) => ({
  kind: 'interrupted',
  detail: `the server gave up (HTTP ${status}).${said}`,
  remedy: 'Run the mirror again later.',
});

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: ({ signedIn, signInHint }, said) => ({
    kind: 'unauthorized',
    detail: signedIn
      ? `the server does not accept the user name and token (HTTP 401).${said}`
      : `the server wants a sign-in (HTTP 401).${said}`,
    remedy: signedIn
      ? `Check that ${signInHint} is right, has not expired and belongs to this host.`
      : `Set ${signInHint}, and check the URL.`,
  }),
  403: ({ service, signInHint }, said) => {
    const access = service === 'git-receive-pack' ? 'write to' : 'read';
    return {
      kind: 'forbidden',
      detail: `the token may not ${access} this repository (HTTP 403).${said}`,
      remedy: `Give ${signInHint} the permission to ${access} it.`,
    };
  },
  404: ({ signInHint }, said) => ({
    kind: 'not-found',
    detail: `there is no such repository, or it is not visible with this sign-in (HTTP 404).${said}`,
    remedy: `Check the URL; for a private repository check ${signInHint}.`,
  }),
  408: gaveUp,
  413: (_answer, said) => ({
    kind: 'too-large',
    detail: `the server or a proxy in front of it refuses a push of this size (HTTP 413).${said}`,
    remedy: 'Raise its limit (nginx: client_max_body_size), or push over SSH.',
  }),
  429: (_answer, said) => ({
    kind: 'http-status',
    detail: `the server asks for fewer requests (HTTP 429).${said}`,
    remedy: 'Run the mirror again later.',
  }),
  502: gaveUp,
  503: gaveUp,
  504: gaveUp,
};

const movedOn: Meaning = ({ redirectedTo = '', status }) => ({
  kind: 'redirect',
  detail: `the server redirects to ${printable(redirectedTo, 300)} (HTTP ${status}).`,
  remedy: 'Give the URL to which it redirects.',
});

const unknownStatus: Meaning = ({ status }, said) => ({
  kind: 'http-status',
  detail: `the server answers with HTTP status ${status}.${said}`,
  remedy: 'Check the URL; if it is right, ask the operator of the server.',
});

function isRedirect({ status, redirectedTo }: UnexpectedAnswer): boolean {
  return redirectedTo !== undefined && status >= 300 && status < 400;
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
