import { brokenConnection, isError, RemoteError } from '../errors.js';
import { printable } from '../printable.js';
import type { TimeLimit } from '../time-limit.js';
import { spaceOfName, type AddressSpace } from './address-space.js';
import { ForbiddenAddressError, NoConnectionError } from './dial.js';
import { ToProxyError, TunnelRefusedError } from './tunnel.js';

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
  EADDRNOTAVAIL: 'there is no route to the network of the host.',
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
export function connectionError(thrown: unknown, connection: FailedConnection): unknown {
  const error = thrown instanceof ToProxyError ? thrown.cause : thrown;
  if (error instanceof RemoteError || !isError(error)) return error;
  // The reason of an aborted signal is no failure of a connection.
  if (error.name === 'AbortError' || error instanceof DOMException) return error;
  const { location, nothingSent, proxy } = connection;
  if (error instanceof ForbiddenAddressError) return forbidden(error, location);
  if (error instanceof NoConnectionError && error.afterMs !== undefined)
    return noConnection(location, proxy, triedWords(error))(error.afterMs / 1000);
  if (proxy !== undefined && isOfProxy(error, nothingSent)) return proxyError(error, location, proxy);
  if (isOfTls(error)) return tlsError(error, location, isTlsOfProxy(thrown, proxy) ? proxy : undefined);
  return notReached(error, location) ?? broken(error, connection);
}

function broken(error: Error, { location, nothingSent }: FailedConnection): RemoteError {
  const parts = brokenConnection(location, error);
  return nothingSent ? new NothingSentError(parts) : new RemoteError(parts);
}

function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return TLS.test(code);
}

function notReached(error: Error, location: string): NothingSentError | undefined {
  const { code = '' }: NodeJS.ErrnoException = error;
  const unreachable = UNREACHABLE[code];
  if (unreachable === undefined) return undefined;
  return new NothingSentError({
    kind: 'unreachable',
    location,
    detail: unreachable + triedWords(error),
    remedy: 'Check the URL and the network of the runner.',
    cause: error,
  });
}

const SPACES: Readonly<Record<AddressSpace, string>> = {
  'this-machine': 'on this machine',
  'link-local': 'link-local, as the metadata of clouds are',
  private: 'in a private network',
  public: 'an address of this machine',
};

function forbidden({ address }: ForbiddenAddressError, location: string): RemoteError {
  return new RemoteError({
    kind: 'redirect',
    location,
    detail: `the server leads to ${printable(address, 100)}, which is ${SPACES[spaceOfName(address)]}. It is not asked, because a server must not choose requests to where it is not itself.`,
    remedy:
      'Have the server give its Git LFS objects itself (GitLab: `proxy_download`; Gitea: `SERVE_DIRECT = false`), or name it at an address in the same network.',
  });
}

const CHECK_WAY = 'Check the URL, the port, and the firewall between the runner and the server.';

/** Says what each address of a host with several ones said: a sentence with a space before it, or nothing. */
function triedWords(error: Error): string {
  if (!(error instanceof NoConnectionError) || error.failed.length < 2) return '';
  const tried = error.failed.map(({ address, code }) => `${address} (${code === 'ETIMEDOUT' ? 'no answer' : code})`);
  return ` Tried ${printable(tried.join(', '), 500)}.`;
}

/**
 * Makes the error for a connection that is not there in time.
 *
 * @param tried further sentences, with a space before each
 */
export function noConnection(location: string, proxy: UsedProxy | undefined, tried = ''): TimeLimit['error'] {
  return (seconds) =>
    new RemoteError({
      kind: 'silent',
      location,
      detail:
        (proxy === undefined
          ? `no connection could be made within ${seconds} seconds.`
          : `the proxy ${proxy.shown} made no connection within ${seconds} seconds.`) + tried,
      remedy: proxy === undefined ? CHECK_WAY : proxyRemedy(proxy),
    });
}

/** True for an error of the proxy: before anything was sent, only a bad certificate is the far server's. */
function isOfProxy(error: Error, nothingSent: boolean): boolean {
  return nothingSent && !isOfTls(error);
}

/** True where no TLS but that of the proxy was begun: in front of it, or to a server that has none. */
function isTlsOfProxy(thrown: unknown, proxy: UsedProxy | undefined): boolean {
  return thrown instanceof ToProxyError || proxy?.variable === 'HTTP_PROXY';
}

function proxyRemedy({ variable }: UsedProxy): string {
  return `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`;
}

function proxyError(error: Error, location: string, proxy: UsedProxy): RemoteError {
  if (error instanceof TunnelRefusedError) return refusedByProxy(error, location, proxy);
  const { code = error.message }: NodeJS.ErrnoException = error;
  return new NothingSentError({
    kind: 'proxy',
    location,
    detail: `the proxy ${proxy.shown} cannot be used (${printable(code, 200)}).${triedWords(error)}`,
    remedy: proxyRemedy(proxy),
    cause: error,
  });
}

/** A proxy's answer in place of the server's. */
export interface ProxyRefusal {
  readonly status: number;
  /** The header `Proxy-Authenticate`. */
  readonly signIns: string | undefined;
}

/** Puts into words that a proxy does not let a request through. */
export function refusedByProxy({ status, signIns }: ProxyRefusal, location: string, proxy: UsedProxy): RemoteError {
  if (status === 407) return signInOfProxy(signIns, location, proxy);
  const detail = `the proxy ${proxy.shown} refuses (HTTP ${status}).`;
  const parts = { kind: 'proxy', location, detail, remedy: proxyRemedy(proxy) } as const;
  return status >= 500 ? new NothingSentError(parts) : new RemoteError(parts);
}

function signInOfProxy(signIns: string | undefined, location: string, proxy: UsedProxy): RemoteError {
  const isBasic = signIns === undefined || /(?:^|,)\s*basic\b/i.test(signIns);
  const offered = printable(signIns?.replace(/[\s,].*/s, '') ?? '', 50);
  return new RemoteError({
    kind: 'proxy',
    location,
    detail: isBasic
      ? `the proxy ${proxy.shown} requires a sign-in (HTTP 407).`
      : `the proxy ${proxy.shown} requires a sign-in (HTTP 407), but offers none with user and password (only ${offered}).`,
    remedy: isBasic
      ? `Put user and password into ${proxy.variable}: http://user:password@host:port.`
      : `Name in ${proxy.variable} a proxy on this machine that signs in (such as cntlm), or name the host in NO_PROXY if it can be reached without the proxy.`,
  });
}

const CERTIFICATE_REMEDIES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Its operator must renew it. Also check the clock of this machine.',
  CERT_NOT_YET_VALID: 'Check the clock of this machine.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Check the host name: the certificate is for another name.',
  UNABLE_TO_GET_ISSUER_CERT:
    'An authority in between is known, but not the one that certified it: give the certificate of the root authority, too, as `ca-certificate`.',
};

const PRIVATE_AUTHORITY =
  'If the server uses a private certificate authority, give its certificate as `ca-certificate`. What this system trusts counts only where Node.js is told so (`NODE_USE_SYSTEM_CA=1`, from Node.js 22.19 and 24.6).';

/** @param proxy whose TLS failed, if it was not the server's */
function tlsError(error: Error, location: string, proxy: UsedProxy | undefined): RemoteError {
  const { code = '' }: NodeJS.ErrnoException = error;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return noTls(error, code, location, proxy);
  const why = `(${printable(code)}: ${printable(error.message, 200)}).`;
  return new RemoteError({
    kind: 'tls',
    location,
    detail:
      proxy === undefined
        ? `the server's certificate is not trusted ${why}`
        : `the certificate of the proxy ${proxy.shown} is not trusted ${why}`,
    remedy: CERTIFICATE_REMEDIES[code] ?? PRIVATE_AUTHORITY,
    cause: error,
  });
}

function noTls(error: Error, code: string, location: string, proxy: UsedProxy | undefined): RemoteError {
  const ofServer = {
    detail: `no secure connection could be made (${printable(code)}).`,
    remedy: 'Check the port, and whether the server supports https.',
  };
  const words =
    proxy === undefined
      ? ofServer
      : {
          detail: `no secure connection could be made to the proxy ${proxy.shown} (${printable(code)}).`,
          remedy: `Check ${proxy.variable}: most proxies are named with http://, also for servers with https.`,
        };
  return new RemoteError({ kind: 'tls', location, ...words, cause: error });
}
