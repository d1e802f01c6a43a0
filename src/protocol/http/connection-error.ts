import { brokenConnection, isError, RemoteError } from '../errors.js';
import { printable } from '../printable.js';
import type { TimeLimit } from '../time-limit.js';

/** A request of which not a byte left: it may be sent again, whatever it asks for. */
export class NothingSentError extends RemoteError {}

/** The error for whoever does not send the request again, and must not take it for one of another request. */
export function plainError(error: unknown): unknown {
  return error instanceof NothingSentError ? new RemoteError(error) : error;
}

const TLS = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|EPROTO)/;

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known.',
  EAI_AGAIN: 'the host name cannot be looked up at the moment.',
  ECONNREFUSED: 'the host refuses the connection.',
  EHOSTUNREACH: 'there is no route to the host.',
  ENETUNREACH: 'there is no route to the network of the host.',
  ETIMEDOUT: 'the host does not answer.',
};

/** A proxy as messages speak of it. */
export interface UsedProxy {
  /** Its URL without credentials. */
  readonly shown: string;
  /** The variable of the environment that names it. */
  readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY';
}

/** A connection that failed. */
export interface FailedConnection {
  readonly location: string;
  /** True where the request cannot have reached the server. */
  readonly nothingSent: boolean;
  /** The proxy it went through. */
  readonly proxy?: UsedProxy | undefined;
}

/** Puts a failure of the connection into words; any other error is given back. */
export function connectionError(error: unknown, connection: FailedConnection): unknown {
  if (error instanceof RemoteError || !isError(error)) return error;
  // The reason of an aborted signal is no failure of a connection.
  if (error.name === 'AbortError' || error instanceof DOMException) return error;
  const { location, nothingSent, proxy } = connection;
  if (proxy !== undefined && isOfProxy(error, nothingSent)) return proxyError(error, location, proxy);
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
  const parts = brokenConnection(location, part ?? error);
  return nothingSent ? new NothingSentError(parts) : new RemoteError(parts);
}

const CHECK_WAY = 'Check the URL, the port, and the firewall between the runner and the server.';

/** Makes the error for a connection that is not there in time. */
export function noConnection(location: string, proxy: UsedProxy | undefined): TimeLimit['error'] {
  return (seconds) =>
    new RemoteError({
      kind: 'silent',
      location,
      detail:
        proxy === undefined
          ? `no connection could be made within ${seconds} seconds.`
          : `the proxy ${proxy.shown} made no connection within ${seconds} seconds.`,
      remedy: proxy === undefined ? CHECK_WAY : proxyRemedy(proxy),
    });
}

// The words of the proxy agent, where the proxy answers a CONNECT with anything but 200.
const REFUSED_BY_PROXY = /^Bad response: (\d{3})$/;

/** True for an error of the proxy: before anything was sent, only a bad certificate is the far server's. */
function isOfProxy(error: Error, nothingSent: boolean): boolean {
  const { code = '' }: NodeJS.ErrnoException = error;
  return nothingSent && !TLS.test(code);
}

function proxyRemedy({ variable }: UsedProxy): string {
  return `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`;
}

function proxyError(error: Error, location: string, proxy: UsedProxy): RemoteError {
  const status = REFUSED_BY_PROXY.exec(error.message)?.[1];
  const { code = error.message }: NodeJS.ErrnoException = error;
  const said = status === undefined ? `cannot be used (${printable(code, 200)})` : `refuses (HTTP ${status})`;
  const parts = {
    kind: 'proxy',
    location,
    detail:
      status === '407'
        ? `the proxy ${proxy.shown} requires a sign-in (HTTP 407).`
        : `the proxy ${proxy.shown} ${said}.`,
    remedy:
      status === '407'
        ? `Put user and password into ${proxy.variable}: http://user:password@host:port.`
        : proxyRemedy(proxy),
    cause: error,
  } as const;
  return status === undefined || Number(status) >= 500 ? new NothingSentError(parts) : new RemoteError(parts);
}

const CERTIFICATE_REMEDIES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The operator of the server must renew it. Also check the clock of this machine.',
  CERT_NOT_YET_VALID: 'Check the clock of this machine.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Check the host name in the URL: the certificate is for another name.',
};

function tlsError(error: Error, code: string, location: string): RemoteError {
  const plain = code === 'EPROTO' || code.startsWith('ERR_SSL_');
  return new RemoteError({
    kind: 'tls',
    location,
    detail: plain
      ? `no secure connection could be made (${printable(code)}).`
      : `the server's certificate is not trusted (${printable(code)}: ${printable(error.message, 200)}).`,
    remedy: plain
      ? 'Check the port, and whether the server supports https.'
      : (CERTIFICATE_REMEDIES[code] ??
        'If the server uses a private certificate authority, give its certificate as `ca-certificate`.'),
    cause: error,
  });
}
