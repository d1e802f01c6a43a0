import { isError, RemoteError, type RemoteErrorParts } from '../errors.js';
import { printable } from '../printable.js';
import type { Service } from '../wire/transport.js';

/** A request of which not a byte left: it may be sent again, whatever it asks for. */
export class NothingSentError extends RemoteError {
  asRemoteError(): RemoteError {
    const { kind, location, detail, remedy, cause } = this;
    return new RemoteError({ kind, location, detail, cause, ...(remedy === undefined ? {} : { remedy }) });
  }
}

/** The error as the rest of the program knows it. */
export function settled(error: unknown): unknown {
  return error instanceof NothingSentError ? error.asRemoteError() : error;
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

/** A proxy as messages speak of it. */
export interface UsedProxy {
  /** Without credentials. */
  readonly shown: string;
  /** The variable of the environment that names it. */
  readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY';
}

/** What is known of a connection that failed. */
export interface FailedConnection {
  readonly location: string;
  /** Whether the request cannot have reached the server. */
  readonly nothingSent: boolean;
  /** The proxy it went through. */
  readonly proxy?: UsedProxy | undefined;
}

/** A failure of the connection, put into words. */
export function connectionError(error: unknown, connection: FailedConnection): unknown {
  if (error instanceof RemoteError || !isError(error)) return error;
  // What a signal was aborted with is no failure of a connection.
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
  const parts = {
    kind: 'interrupted',
    location,
    detail: `the connection broke (${printable(code || error.message, 200)}).`,
    remedy: 'Run the mirror again; if it happens every time, look for a size or time limit of the server or a proxy.',
    cause: error,
  } as const;
  return nothingSent ? new NothingSentError(parts) : new RemoteError(parts);
}

// The words of the proxy agent, where the proxy answers a CONNECT with anything but 200.
const REFUSED_BY_PROXY = /^Bad response: (\d{3})$/;

/** Before anything was sent, a broken connection is one to the proxy; only the far server's certificate is not its. */
function isOfProxy(error: Error, nothingSent: boolean): boolean {
  const { code = '' }: NodeJS.ErrnoException = error;
  return nothingSent && !TLS.test(code);
}

/** What to do about a proxy that makes no connection. */
export function proxyRemedy({ variable }: UsedProxy): string {
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
      status === '407' ? `the proxy ${proxy.shown} wants a sign-in (HTTP 407).` : `the proxy ${proxy.shown} ${said}.`,
    remedy:
      status === '407'
        ? `Put user and password into ${proxy.variable}: http://user:password@host:port.`
        : proxyRemedy(proxy),
    cause: error,
  } as const;
  return status === undefined || Number(status) >= 500 ? new NothingSentError(parts) : new RemoteError(parts);
}

const CERTIFICATE_REMEDIES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Its operator has to renew it; also check the clock of this machine.',
  CERT_NOT_YET_VALID: 'Check the clock of this machine.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Check the host name in the URL: it is not the one that the certificate is for.',
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
      ? 'Check the port, and whether the server speaks https at all.'
      : (CERTIFICATE_REMEDIES[code] ??
        'If the server uses a private certificate authority, give its certificate as `ca-certificate`.'),
    cause: error,
  });
}

/** Whether a status is one that passes by itself. */
export function mayTryAgain(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** Whole sentences; for reading and writing apart, where they want different things. */
export type Hint = string | { readonly read: string; readonly write: string };

/** What a user is told of signing in. */
export interface SignInHints {
  /** What a user sets to sign in: "`token`". */
  readonly token: string;
  /** Who signs in, where that is nobody with a token; `token` then names keys. */
  readonly bearer?: string;
  /** What the host wants of it, whole sentences by HTTP status. */
  readonly byStatus: Readonly<Partial<Record<number, Hint>>>;
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
  readonly hints: SignInHints;
  readonly service: Service;
}

/** The error for an HTTP answer that is no Git answer. */
export function statusError(answer: UnexpectedAnswer): RemoteError {
  const { location, status } = answer;
  if (status === 200) return notGit(answer);
  const meaning = MEANINGS[status] ?? (isRedirect(answer) ? movedOn : unknownStatus);
  const { remedy = '', ...parts } = meaning(answer, serverText(answer));
  const hint = hintFor(answer);
  return new RemoteError({ location, ...parts, remedy: hint === undefined ? remedy : `${remedy} ${hint}`, hint });
}

function hintFor({ hints, status, service }: UnexpectedAnswer): string | undefined {
  const hint = hints.byStatus[status];
  if (typeof hint !== 'object') return hint;
  return service === 'git-receive-pack' ? hint.write : hint.read;
}

type Meaning = (answer: UnexpectedAnswer, said: string) => Omit<RemoteErrorParts, 'location'>;

const LATER = 'Run the mirror again later; if it happens every time, ask the operator of the server.';

const gaveUp: Meaning = ({ status }, said) => ({
  kind: 'interrupted',
  detail: `the server gave up (HTTP ${status}).${said}`,
  remedy: LATER,
});

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: ({ signedIn, hints }, said) => {
    const kind = 'unauthorized';
    if (!signedIn) {
      const detail = `the server wants a sign-in (HTTP 401).${said}`;
      return {
        kind,
        detail,
        remedy: `Set ${hints.token} (it is empty; so is a secret that does not exist), and check the URL.`,
      };
    }
    return hints.bearer === undefined
      ? {
          kind,
          detail: `the server does not accept the user name and token (HTTP 401).${said}`,
          remedy: `Check that ${hints.token} is right, has not expired and belongs to this host.`,
        }
      : {
          kind,
          detail: `the server does not accept ${hints.token} (HTTP 401).${said}`,
          remedy: 'Check that they are right and have not expired.',
        };
  },
  403: ({ service, hints }, said) => {
    const access = service === 'git-receive-pack' ? 'write to' : 'read';
    return {
      kind: 'forbidden',
      detail: `${hints.bearer ?? 'the token'} may not ${access} this repository (HTTP 403).${said}`,
      remedy: `Give ${hints.token} the permission to ${access} it.`,
    };
  },
  404: ({ hints }, said) => ({
    kind: 'not-found',
    detail: `there is no such repository, or it is not visible with this sign-in (HTTP 404).${said}`,
    remedy: `Check the URL; for a private repository check ${hints.token}.`,
  }),
  407: () => ({
    kind: 'proxy',
    detail: 'the proxy wants a sign-in (HTTP 407).',
    remedy: 'Put user and password into HTTP_PROXY: http://user:password@host:port.',
  }),
  408: gaveUp,
  413: (_answer, said) => ({
    kind: 'too-large',
    detail: `the server or a proxy in front of it refuses a push of this size (HTTP 413).${said}`,
    remedy: 'Raise its limit (nginx: client_max_body_size), or push over SSH.',
  }),
  429: (_answer, said) => ({
    kind: 'throttled',
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
  remedy: status >= 500 ? LATER : 'Check the URL; if it is right, ask the operator of the server.',
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

/** What a server says in plain text, its lines in one. Azure Repos begins it as a Git answer, and says it twice. */
function serverText(answer: UnexpectedAnswer): string {
  if (answer.type !== 'text/plain') return '';
  const lines = answer.beginning
    .split('\n')
    .map((line) => line.trim().replace(/^(?:[0-9a-f]{4})+(?=# service=|[A-Z]{2}\d)/, ''))
    .filter((line) => line !== '' && !line.startsWith('# service='));
  const said = printable([...new Set(lines)].join(' '), 500);
  if (said === '') return '';
  return ` The server says: ${said}${/[.!?…]$/.test(said) ? '' : '.'}`;
}

/** Of a refusal, in characters: its words come first. */
const MOST_OF_BODY = 4096;

/** What a server says in the JSON of a refusal: a sentence with a space before it, or nothing. */
export function saidInJson(body: string): string {
  const quoted = /"(?:message|error)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(body.slice(0, MOST_OF_BODY))?.[1] ?? '';
  const said = unescaped(quoted);
  return said === '' ? '' : ` The server says: ${printable(said, 300).replace(/\.$/, '')}.`;
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A string of JSON without its escapes: some servers write `\/` and `\u002b`, behind which a secret would be hidden. */
function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
