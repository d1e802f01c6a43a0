import { RemoteError, type RemoteErrorParts } from '../protocol/errors.js';
import { printable } from '../protocol/printable.js';
import type { Operation } from './batch.js';

/** What is known of a Git LFS server's answer that is not the one wanted. */
export interface UnexpectedLfsAnswer {
  readonly location: string;
  readonly status: number;
  readonly body: string;
  readonly operation: Operation;
  readonly signedIn: boolean;
  /** What a user sets to sign in. */
  readonly tokenName: string;
}

type Meaning = (answer: UnexpectedLfsAnswer) => Omit<RemoteErrorParts, 'location'>;

const later = 'Run the mirror again later.';

// Git LFS, docs/api/batch.md, "Response Errors".
const MEANINGS: Readonly<Record<number, Meaning>> = {
  401: ({ signedIn, tokenName }) => ({
    kind: 'unauthorized',
    detail: signedIn
      ? 'the Git LFS server does not accept the token (HTTP 401).'
      : 'the Git LFS server wants a sign-in (HTTP 401).',
    remedy: signedIn ? `Check that ${tokenName} is right and has not expired.` : `Set ${tokenName}.`,
  }),
  403: ({ operation, tokenName }) => ({
    kind: 'forbidden',
    detail: `the token may not ${operation === 'upload' ? 'write' : 'read'} Git LFS objects (HTTP 403).`,
    remedy: `Give ${tokenName} the permission to ${operation === 'upload' ? 'write to' : 'read'} the repository.`,
  }),
  404: () => ({
    kind: 'lfs',
    detail: 'there is no Git LFS server for this repository, or it is not visible with this sign-in (HTTP 404).',
    remedy: 'Switch Git LFS on for it, or set `lfs: never` to mirror without the objects.',
  }),
  413: () => ({
    kind: 'too-large',
    detail: 'the Git LFS server or a proxy in front of it refuses an object of this size (HTTP 413).',
    remedy: 'Raise its limit (nginx: client_max_body_size).',
  }),
  422: () => ({
    kind: 'lfs',
    detail: 'the Git LFS server refuses the object as it is (HTTP 422).',
    remedy: "Look at the server's words.",
  }),
  429: () => ({ kind: 'throttled', detail: 'the Git LFS server asks for fewer requests (HTTP 429).', remedy: later }),
  501: () => ({
    kind: 'lfs',
    detail: 'the server has no Git LFS (HTTP 501).',
    remedy: 'Switch Git LFS on for it, or set `lfs: never` to mirror without the objects.',
  }),
  507: () => ({
    kind: 'lfs',
    detail: 'the Git LFS storage is full (HTTP 507).',
    remedy: 'Raise the quota or make room, then run the mirror again.',
  }),
  509: () => ({
    kind: 'lfs',
    detail: 'the bandwidth of the Git LFS server is used up (HTTP 509).',
    remedy: 'Raise the quota, or run the mirror again when it begins anew.',
  }),
};

const unknown: Meaning = ({ status }) => ({
  kind: status >= 500 ? 'interrupted' : 'lfs',
  detail: `the Git LFS server answers with HTTP status ${status}.`,
  remedy: later,
});

/** The error for an answer of a Git LFS server. */
export function lfsStatusError(answer: UnexpectedLfsAnswer): RemoteError {
  const { detail, ...parts } = (MEANINGS[answer.status] ?? unknown)(answer);
  const said = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(answer.body.slice(0, 4096))?.[1];
  const words =
    said === undefined || said === '' ? '' : ` The server says: ${printable(said, 300).replace(/\.$/, '')}.`;
  return new RemoteError({ location: answer.location, detail: detail + words, ...parts });
}
