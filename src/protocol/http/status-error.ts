import { speaksOfLoad } from '../busy.js';
import { RemoteError, type RemoteErrorParts } from '../errors.js';
import type { Setback } from '../patience.js';
import { printable } from '../printable.js';
import type { Service } from '../wire/transport.js';
import { isRedirect, type AnswerHead } from './redirects.js';
import { serverText } from './server-words.js';
import { otherSchemes, webPageIn } from './web-page.js';

/** The trouble that a status tells of, if it is one that passes by itself. */
export function setbackOfAnswer({ status, headers }: AnswerHead): Setback | undefined {
  if (![429, 502, 503, 504].includes(status)) return undefined;
  return { detail: `HTTP status ${status}.`, retryAfter: headers['retry-after'], isThrottled: status === 429 };
}

/** Whole sentences; for reading and writing apart where a host wants different things of them. */
export type Hint = string | { readonly read: string; readonly write: string };

/** Words about signing in, for messages. */
export interface SignInHints {
  /** The option that a user sets to sign in: "`token`". */
  readonly token: string;
  /** The one who signs in, where no token does; `token` then names keys. */
  readonly bearer?: string;
  /** Permissions that the host wants, whole sentences by HTTP status. */
  readonly byStatus: Readonly<Partial<Record<number, Hint>>>;
}

/** An answer that is not the one Git's protocol wants. */
export interface UnexpectedAnswer {
  readonly location: string;
  readonly status: number;
  readonly type: string;
  /** The first bytes of the body. */
  readonly beginning: string;
  readonly redirectedTo: string | undefined;
  /** The ways to sign in that the server, or with 407 the proxy, offers. */
  readonly challenges?: string | undefined;
  readonly signedIn: boolean;
  readonly hints: SignInHints;
  readonly service: Service;
  /** Set where the run has no time to ask again. */
  readonly notAgain?: NotAgain | undefined;
}

/** Reason why a request is not sent again, though its trouble may pass. */
export interface NotAgain {
  readonly sentence: string;
  /** The header of that name. */
  readonly retryAfter: string | undefined;
}

/** The error for an HTTP answer that is no Git answer. */
export function statusError(answer: UnexpectedAnswer): RemoteError {
  const { notAgain } = answer;
  const error = errorFor(answer);
  return notAgain === undefined ? error : error.adding(notAgain.sentence, notAgain.retryAfter);
}

function errorFor(answer: UnexpectedAnswer): RemoteError {
  const { location, status } = answer;
  if (status === 200) return notGit(answer);
  const isMoved = answer.redirectedTo !== undefined && isRedirect(status);
  const page = webPageIn(answer);
  const isOfMiddleman = page?.of === 'middleman' && status < 500;
  const known = isOfMiddleman ? middleman : MEANINGS[status];
  const meaning = known ?? (isMoved ? movedOn : unknownStatus);
  const { remedy = '', ...parts } = meaning(answer, page?.title ?? serverText(answer));
  const hint = hintFor(answer);
  const whole = hint === undefined ? remedy : `${remedy} ${hint}`;
  const changedNothing = status >= 300 && status < 500;
  return new RemoteError({ location, ...parts, remedy: whole, hint, changedNothing });
}

function hintFor({ hints, status, service }: UnexpectedAnswer): string | undefined {
  const hint = hints.byStatus[status];
  if (typeof hint !== 'object') return hint;
  return service === 'git-receive-pack' ? hint.write : hint.read;
}

type Meaning = (answer: UnexpectedAnswer, said: string) => Omit<RemoteErrorParts, 'location'>;

const middleman: Meaning = ({ status }, said) => ({
  kind: 'proxy',
  detail: `a proxy or a firewall between here and the server does not let the request through (HTTP ${status}).${said}`,
  remedy: 'Let it pass requests to this host, or name the host in NO_PROXY if it can be reached without the proxy.',
});

const LATER = 'Run the mirror again later; if it happens every time, ask the operator of the server.';

const gaveUp: Meaning = ({ status }, said) => ({
  kind: 'interrupted',
  detail: `the server gave up (HTTP ${status}).${said}`,
  remedy: LATER,
});

const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: ({ signedIn, hints, challenges }, said) => {
    const kind = 'unauthorized';
    const others = otherSchemes(challenges);
    if (others !== undefined) {
      return {
        kind,
        detail: `the server takes only a sign-in by ${others} here, and no token or password (HTTP 401).${said}`,
        remedy:
          'Push over SSH, or use a URL of the server at which it takes tokens or passwords (Basic); its operator may have to allow that.',
      };
    }
    if (!signedIn) {
      const detail = `the server requires a sign-in (HTTP 401).${said}`;
      return {
        kind,
        detail,
        remedy: `Set ${hints.token} (it is empty, perhaps because the secret does not exist or this run has no access to it), and check the URL.`,
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
          remedy: 'Check that the credentials are right and have not expired.',
        };
  },
  403: ({ service, hints, signedIn }, said) => {
    const access = service === 'git-receive-pack' ? 'write to' : 'read';
    if (!signedIn) {
      const setting = service === 'git-receive-pack' ? 'http.receivepack' : 'http.uploadpack';
      return {
        kind: 'forbidden',
        detail: `the server lets nobody ${access} this repository without a sign-in, or lets nobody at all (HTTP 403).${said}`,
        remedy: `Set ${hints.token}. On a server of your own that runs \`git http-backend\`, look at \`${setting}\` in the configuration of the repository.`,
      };
    }
    return {
      kind: 'forbidden',
      detail: `${hints.bearer ?? 'the token'} may not ${access} this repository (HTTP 403).${said}`,
      remedy: `Give ${hints.token} the permission to ${access} the repository.`,
    };
  },
  404: ({ hints }, said) => ({
    kind: 'not-found',
    detail: `there is no such repository, or it is not visible with this sign-in (HTTP 404).${said}`,
    remedy: `Check the URL; for a private repository check ${hints.token}.`,
  }),
  407: ({ challenges }) => {
    const others = otherSchemes(challenges);
    if (others === undefined) {
      return {
        kind: 'proxy',
        detail: 'the proxy requires a sign-in (HTTP 407).',
        remedy: 'Put user and password into HTTP_PROXY: http://user:password@host:port.',
      };
    }
    return {
      kind: 'proxy',
      detail: `the proxy takes only a sign-in by ${others} (HTTP 407).`,
      remedy: 'Use a proxy that takes a user name and a password (Basic), or one on this machine that signs in to it.',
    };
  },
  408: gaveUp,
  413: (_answer, said) => ({
    kind: 'too-large',
    detail: `the server or a proxy in front of it refuses a push of this size (HTTP 413).${said}`,
    remedy: 'Raise the limit (nginx: client_max_body_size), or push over SSH.',
  }),
  429: (_answer, said) => ({
    kind: 'throttled',
    detail: `the server asks for fewer requests (HTTP 429).${said}`,
    remedy: 'Run the mirror again later.',
  }),
  451: (_answer, said) => ({
    kind: 'forbidden',
    detail: `the server does not give this repository, for legal reasons (HTTP 451).${said}`,
    remedy: 'Ask the operator of the server.',
  }),
  502: gaveUp,
  503: gaveUp,
  504: gaveUp,
  511: (_answer, said) => ({
    kind: 'proxy',
    detail: `the network requires a sign-in before it lets requests through (HTTP 511).${said}`,
    remedy: 'Sign in to the network, or run the mirror in another one.',
  }),
  // Cloudflare, about the server behind it.
  ...Object.fromEntries([520, 521, 522, 523, 524, 529, 530].map((status) => [status, gaveUp])),
};

const movedOn: Meaning = ({ redirectedTo = '', status }) => ({
  kind: 'redirect',
  detail: `the server redirects to ${printable(redirectedTo, 300)} (HTTP ${status}).`,
  remedy: 'Use the URL to which the server redirects.',
});

const unknownStatus: Meaning = (answer, said) => {
  const { status } = answer;
  if (status >= 500 && speaksOfLoad(said)) return gaveUp(answer, said);
  return {
    kind: 'http-status',
    detail: `the server answers with HTTP status ${status}.${said}`,
    remedy: status >= 500 ? LATER : 'Check the URL; if it is right, ask the operator of the server.',
  };
};

function notGit(answer: UnexpectedAnswer): RemoteError {
  const { location, type, beginning } = answer;
  if (/^[0-9a-f]{40,64}\t/.test(beginning) || (beginning === '' && type === 'text/plain')) {
    return new RemoteError({
      kind: 'dumb-http',
      location,
      detail: "the server offers only files (Git's dumb HTTP protocol) and runs no Git service.",
      remedy: 'Use a server with smart HTTP (git http-backend), or SSH.',
    });
  }
  const page = webPageIn(answer);
  if (page?.of === 'sign-in') {
    return new RemoteError({
      kind: 'not-git',
      location,
      detail: `the answer is a web page on which people sign in, not that of a Git repository.${page.title}`,
      remedy:
        'Check the URL: it must be the URL for `git clone`. If it is right, the server, or a proxy in front of it, takes no token here: ask its operator.',
    });
  }
  if (page?.of === 'middleman') {
    return new RemoteError({
      kind: 'proxy',
      location,
      detail: `the answer is a web page of a proxy or a network in between, not that of a Git repository.${page.title}`,
      remedy: 'Sign in to the network, or let the proxy pass requests to this host.',
    });
  }
  return new RemoteError({
    kind: 'not-git',
    location,
    detail:
      page === undefined
        ? `the answer is not that of a Git repository (content type "${printable(type, 100)}").`
        : `the URL is that of a web page, not of a Git repository.${page.title}`,
    remedy:
      'Check the URL: it must be the URL for `git clone`. The answer can also come from a sign-in page or a proxy.',
  });
}
