import { RemoteError, type RemoteErrorParts } from '../../protocol/errors.js';
import { isRedirect } from '../../protocol/http/redirects.js';
import { printable } from '../../protocol/printable.js';
import type { Operation } from './batch.js';

/** An answer of a Git LFS server that is not the one wanted. */
export interface UnexpectedLfsAnswer {
  readonly location: string;
  readonly status: number;
  /** The server's words: a sentence with a space before it, or nothing. */
  readonly said: string;
  readonly operation: Operation;
  /** The question: to the batch API, or an action for one object. */
  readonly asked: 'batch' | 'object';
  /** The host that answered, where it is not that of the server itself. */
  readonly elsewhere?: string | undefined;
  readonly redirectedTo?: URL | undefined;
  readonly retryAfter?: string | undefined;
  readonly signedIn: boolean;
  /** True where the sign-in is not the user's, but comes from `git-lfs-authenticate`. */
  readonly isOverSsh: boolean;
  /** The option that signs in; `undefined` where no credentials are sent. */
  readonly tokenName: string | undefined;
}

type Meaning = (answer: UnexpectedLfsAnswer) => Omit<RemoteErrorParts, 'location'>;

/** Remedy where a server names an address at which everybody on the way can read the credentials. */
export const INSECURE_REMEDY =
  "Ask the server's administrator for https addresses (Gitea: `ROOT_URL`), or set `allow-insecure-http` if you trust the network.";

const later = 'Run the mirror again later.';

const gone = {
  kind: 'lfs',
  detail: 'the Git LFS server offers the object, but it is not there (HTTP 404).',
  remedy: later,
} as const;

// Git LFS, docs/api/batch.md, "Response Errors".
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: ({ signedIn, tokenName }) => ({
    kind: 'unauthorized',
    detail: signedIn
      ? 'the Git LFS server does not accept the token (HTTP 401).'
      : 'the Git LFS server requires a sign-in (HTTP 401).',
    remedy: signedIn ? `Check that ${tokenName ?? 'it'} is right and has not expired.` : signInRemedy(tokenName),
  }),
  403: ({ operation, asked, signedIn, tokenName }) => ({
    kind: 'forbidden',
    detail:
      signedIn || asked === 'object'
        ? `the token may not ${operation === 'upload' ? 'write' : 'read'} Git LFS objects (HTTP 403).`
        : `nobody may ${operation === 'upload' ? 'write' : 'read'} Git LFS objects without a sign-in (HTTP 403).`,
    remedy:
      tokenName !== undefined && (signedIn || asked === 'object')
        ? `Give ${tokenName} the permission to ${operation === 'upload' ? 'write to' : 'read'} the repository.`
        : signInRemedy(tokenName),
  }),
  404: ({ asked, operation }) =>
    asked === 'object'
      ? gone
      : {
          kind: 'lfs',
          detail:
            operation === 'upload'
              ? 'there is no Git LFS server for this repository, or it is not visible with this sign-in (HTTP 404).'
              : 'there is no Git LFS server for this repository, or it holds none of the objects, or it is not visible with this sign-in (HTTP 404).',
          remedy: 'Enable Git LFS for the repository.',
        },
  413: () => ({
    kind: 'too-large',
    detail: 'the Git LFS server or a proxy in front of it refuses an object of this size (HTTP 413).',
    remedy: 'Raise the limit (nginx: client_max_body_size).',
  }),
  422: () => ({
    kind: 'lfs',
    detail: 'the Git LFS server refuses the object as it is (HTTP 422).',
    remedy: "Read the server's words.",
  }),
  429: () => ({ kind: 'throttled', detail: 'the Git LFS server asks for fewer requests (HTTP 429).', remedy: later }),
  501: () => ({
    kind: 'lfs',
    detail: 'the server has no Git LFS (HTTP 501).',
    remedy: 'Enable Git LFS for the repository.',
  }),
  507: () => ({
    kind: 'lfs',
    detail: 'the Git LFS storage is full (HTTP 507).',
    remedy: 'Raise the quota or free space, then run the mirror again.',
  }),
  509: () => ({
    kind: 'lfs',
    detail: 'the bandwidth of the Git LFS server is used up (HTTP 509).',
    remedy: 'Raise the quota, or run the mirror again when the next period begins.',
  }),
};

/** Statuses that mean the same where a storage gives them. */
const SHARED = new Set([413, 429, 507]);

const ofStorage: Meaning = ({ status, elsewhere = '' }) => ({
  kind: status >= 500 ? 'interrupted' : 'lfs',
  detail: `${printable(elsewhere, 300)}, to which the Git LFS server leads, does not do what it is asked for (HTTP ${status}).`,
  remedy: `${later} If it happens every time, ask the operator of the Git LFS server.`,
});

const CHECK_KEY = 'Check the permissions of the SSH key.';

/** Meanings where git-lfs-authenticate signs in, so that there is no token to speak of. */
const MEANINGS_OVER_SSH: typeof MEANINGS = {
  401: ({ signedIn }) => ({
    kind: 'unauthorized',
    detail: signedIn
      ? 'the Git LFS server does not accept the credentials that git-lfs-authenticate returned (HTTP 401).'
      : 'the Git LFS server requires a sign-in, and git-lfs-authenticate returned no credentials (HTTP 401).',
    remedy: CHECK_KEY,
  }),
  403: ({ operation }) => ({
    kind: 'forbidden',
    detail: `the credentials that git-lfs-authenticate returned may not ${operation === 'upload' ? 'write' : 'read'} Git LFS objects (HTTP 403).`,
    remedy: CHECK_KEY,
  }),
};

function signInRemedy(tokenName: string | undefined): string {
  return tokenName === undefined
    ? 'Only the `.lfsconfig` of the source names that server, so no credentials are sent there: make the objects public.'
    : `Set ${tokenName}.`;
}

const unknown: Meaning = ({ status }) => ({
  kind: status >= 500 ? 'interrupted' : 'lfs',
  detail: `the Git LFS server answers with HTTP status ${status}.`,
  remedy: later,
});

// Signatures may stand in the query.
const movedOn: Meaning = ({ status, redirectedTo }) => ({
  kind: 'redirect',
  detail: `the Git LFS server redirects to ${printable(show(redirectedTo), 300)} (HTTP ${status}).`,
  remedy: 'Use the URL to which the server redirects.',
});

function show(url: URL | undefined): string {
  if (url === undefined) return 'nowhere';
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin + url.pathname : `${url.protocol}…`;
}

/** Makes the error for an answer of a Git LFS server. */
export function lfsStatusError(answer: UnexpectedLfsAnswer): RemoteError {
  const { location, retryAfter, said } = answer;
  const { detail, ...parts } = meaningOf(answer)(answer);
  return new RemoteError({ location, detail: detail + said, retryAfter, ...parts });
}

function meaningOf({ status, isOverSsh, asked, elsewhere }: UnexpectedLfsAnswer): Meaning {
  if (asked === 'object' && elsewhere !== undefined && !SHARED.has(status)) return ofStorage;
  const known = (isOverSsh ? MEANINGS_OVER_SSH[status] : undefined) ?? MEANINGS[status];
  return known ?? (isRedirect(status) ? movedOn : unknown);
}
