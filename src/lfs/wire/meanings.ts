import type { RemoteErrorParts } from '../../protocol/errors.js';
import type { RefusedRedirect } from '../../protocol/http/redirects.js';
import type { RefusalWords } from '../../protocol/http/server-words.js';
import { printable } from '../../protocol/printable.js';

/** The request that is answered: a question to the batch API, or a request for one object that the server named. */
export type Act = 'batch' | 'download' | 'upload' | 'verify';

/**
 * Who answered: the Git LFS server; the storage to which it leads, elsewhere or behind an address that it signed; or what
 * verifies uploads.
 */
export type Answerer = 'server' | 'storage' | 'verification';

/**
 * Whose sign-in went along: the user's; that of `git-lfs-authenticate`, which may have given none; what the Git LFS server
 * named itself, which may be nothing; or nobody's, because the user gave none.
 */
export type Signer = 'user' | 'ssh' | 'ssh-without' | 'server' | 'unsigned' | 'nobody';

/** An answer that is not the one wanted, with all that decides what it means. */
export interface UnexpectedLfsAnswer {
  /** The Git LFS server, as it may be shown. */
  readonly location: string;
  readonly status: number;
  readonly act: Act;
  readonly answerer: Answerer;
  readonly signer: Signer;
  /** True for reading from the server, false for writing to it. */
  readonly isRead: boolean;
  /** The host that answered, where it is not that of the server itself. */
  readonly elsewhere?: string | undefined;
  /** Words of the answerer, without secrets. */
  readonly said: Pick<RefusalWords, 'code' | 'message'>;
  readonly redirectedTo?: URL | undefined;
  readonly refusedRedirect?: RefusedRedirect | undefined;
  readonly retryAfter?: string | undefined;
  /** The option that signs in; `undefined` where no credentials are sent. */
  readonly tokenName: string | undefined;
}

/** Makes the parts of an error from an answer. */
export type Meaning = (answer: UnexpectedLfsAnswer) => Omit<RemoteErrorParts, 'location'>;

const LATER = 'Run the mirror again later.';
/** Remedy for a request that the Git LFS server made: no option decides it. */
const OPERATOR =
  'The Git LFS server made this request, and no option changes it: ask its operator to look at its storage, and at proxies in front of that.';
const KEYS =
  'The Git LFS server made this request, and nothing that you set has a part in it: ask its operator to look at the keys and the clock with which it signs.';
const CLOCKS =
  'The clocks of the Git LFS server, which signed the request, and of its storage differ: ask its operator to set them.';
const CHECK_KEY = 'Check the permissions of the SSH key.';

function who({ answerer, elsewhere }: UnexpectedLfsAnswer): string {
  if (answerer === 'server') return 'the Git LFS server';
  if (elsewhere !== undefined) {
    const host = printable(elsewhere, 300);
    return answerer === 'storage'
      ? `the storage at ${host}, to which the Git LFS server leads,`
      : `${host}, to which the Git LFS server leads to verify uploads,`;
  }
  return answerer === 'storage' ? 'the storage of the Git LFS server' : 'the Git LFS server';
}

function what({ act }: UnexpectedLfsAnswer): string {
  return { batch: 'the request', download: 'the download', upload: 'the upload', verify: 'the verification' }[act];
}

/** Makes a meaning of what a clause says about the answerer. */
function saying(
  clause: string | ((answer: UnexpectedLfsAnswer) => string),
  remedy: string,
  kind: 'lfs' | 'interrupted' | 'throttled' | 'too-large' | 'forbidden' = 'lfs',
): Meaning {
  return (answer) => {
    const said = typeof clause === 'string' ? clause : clause(answer);
    return { kind, detail: `${who(answer)} ${said} (HTTP ${answer.status}).`, remedy };
  };
}

const throttled = saying('asks for fewer requests', LATER, 'throttled');
const tooLarge = saying(
  (answer) =>
    answer.answerer === 'storage'
      ? 'refuses an object of this size'
      : 'or a proxy in front of it refuses an object of this size',
  'Raise the limit (nginx: client_max_body_size).',
  'too-large',
);
const refused = saying((answer) => `refuses ${what(answer)} as the Git LFS server wants it`, OPERATOR);
const gaveUp = saying(
  'gave up',
  `${LATER} If it happens every time, ask the operator of the Git LFS server.`,
  'interrupted',
);
const skewed = saying((answer) => `refuses ${what(answer)} because of its time`, CLOCKS, 'forbidden');

const full: Meaning = ({ status, elsewhere, ...answer }) => ({
  kind: 'lfs',
  detail: `${elsewhere === undefined ? 'the Git LFS storage' : who({ ...answer, status, elsewhere })} is full (HTTP ${status}).`,
  remedy: 'Raise the quota or free space, then run the mirror again.',
});
const spent: Meaning = ({ status, elsewhere }) => ({
  kind: 'lfs',
  detail: `the bandwidth of ${elsewhere === undefined ? 'the Git LFS server' : printable(elsewhere, 300)} is used up (HTTP ${status}).`,
  remedy: 'Raise the quota, or run the mirror again when the next period begins.',
});

/** Statuses that mean the same whoever gives them (Git LFS, docs/api/batch.md, "Response Errors"). */
export const SHARED: Readonly<Record<number, Meaning>> = {
  413: tooLarge,
  422: saying('refuses the object as it is', "Read the server's words."),
  429: throttled,
  507: full,
  509: spent,
};

/** Meanings of a status by who gives it. */
export const MEANINGS: Readonly<Record<Answerer, Readonly<Record<number, Meaning>>>> = {
  server: {
    404: (answer) => (answer.act === 'batch' ? noServer(answer) : gone(answer)),
    501: (answer) =>
      answer.act === 'batch'
        ? { kind: 'lfs', detail: 'the server has no Git LFS (HTTP 501).', remedy: 'Enable Git LFS for the repository.' }
        : refused(answer),
  },
  storage: {
    400: refused,
    404: (answer) => gone(answer),
    405: saying(
      ({ act }) => `takes no ${act === 'download' ? 'GET' : 'PUT'} at the address that the Git LFS server names`,
      OPERATOR,
    ),
    409: saying('is at work on the same object for somebody else', LATER, 'interrupted'),
    411: saying('wants to know the length of the object, which it was told', OPERATOR),
    412: saying(
      (answer) =>
        `refuses ${what(answer)} on a condition that the Git LFS server sets, which holds for a new object perhaps`,
      `${LATER} If it happens every time, ask the operator of the Git LFS server.`,
    ),
    501: saying((answer) => `does not know something that the Git LFS server wants of ${what(answer)}`, OPERATOR),
    ...Object.fromEntries([408, 500, 502, 503, 504].map((status) => [status, gaveUp])),
  },
  verification: {
    404: saying(
      'does not find the object that was uploaded',
      `${LATER} If it happens every time, ask the operator of the Git LFS server: uploads do not arrive where it looks for them.`,
    ),
    ...Object.fromEntries([408, 500, 502, 503, 504].map((status) => [status, gaveUp])),
  },
};

/**
 * Meanings of the name that a storage gives its reason, which tells more than the status (Amazon S3, "List of error codes";
 * Google Cloud Storage, "HTTP status and error codes"; Azure, "Common REST API error codes").
 */
export const BY_CODE: Readonly<Record<string, Meaning>> = {
  RequestTimeTooSkewed: skewed,
  RequestNotYetValid: skewed,
  RequestTimeout: gaveUp,
  SlowDown: throttled,
  TooManyRequests: throttled,
  ServerBusy: throttled,
  EntityTooLarge: tooLarge,
  RequestBodyTooLarge: tooLarge,
  QuotaExceeded: full,
  NoSuchBucket: saying('does not know the place that the Git LFS server names', OPERATOR),
  ContainerNotFound: saying('does not know the place that the Git LFS server names', OPERATOR),
};

/** Meanings of 401 and 403 by whose sign-in went along. */
export const SIGN_INS: Readonly<Record<Signer, Meaning>> = {
  user: (answer) => {
    const { status, isRead, tokenName = 'the token' } = answer;
    if (status === 401) {
      const detail = `${who(answer)} does not accept the token (HTTP 401).`;
      return { kind: 'unauthorized', detail, remedy: `Check that ${tokenName} is right and has not expired.` };
    }
    return {
      kind: 'forbidden',
      detail: `the token may not ${isRead ? 'read' : 'write'} Git LFS objects (HTTP 403).`,
      remedy: `Give ${tokenName} the permission to ${isRead ? 'read' : 'write to'} the repository.`,
    };
  },
  ssh: (answer) => {
    const { status, isRead } = answer;
    if (status === 401) {
      const detail = `${who(answer)} does not accept the credentials that git-lfs-authenticate returned (HTTP 401).`;
      return { kind: 'unauthorized', detail, remedy: CHECK_KEY };
    }
    const detail = `the credentials that git-lfs-authenticate returned may not ${isRead ? 'read' : 'write'} Git LFS objects (HTTP 403).`;
    return { kind: 'forbidden', detail, remedy: CHECK_KEY };
  },
  'ssh-without': (answer) => {
    const { status, isRead } = answer;
    const detail =
      status === 401
        ? `${who(answer)} requires a sign-in, and git-lfs-authenticate returned no credentials (HTTP 401).`
        : `nobody may ${isRead ? 'read' : 'write'} Git LFS objects without a sign-in, and git-lfs-authenticate returned no credentials (HTTP 403).`;
    return { kind: status === 401 ? 'unauthorized' : 'forbidden', detail, remedy: CHECK_KEY };
  },
  server: (answer) => {
    const { status } = answer;
    const kind = status === 401 ? 'unauthorized' : 'forbidden';
    const detail = `${who(answer)} refuses ${what(answer)} as the Git LFS server signed it (HTTP ${status}).`;
    return { kind, detail, remedy: KEYS };
  },
  unsigned: (answer) => {
    const { status } = answer;
    const kind = status === 401 ? 'unauthorized' : 'forbidden';
    const detail = `${who(answer)} refuses ${what(answer)}, for which the Git LFS server gave no sign-in (HTTP ${status}).`;
    return { kind, detail, remedy: OPERATOR };
  },
  nobody: (answer) => {
    const { status, isRead, tokenName } = answer;
    const remedy =
      tokenName === undefined
        ? 'Only the `.lfsconfig` of the source names that server, so no credentials are sent there: make the objects public, or name the server with `source-lfs-url`.'
        : `Set ${tokenName}.`;
    if (status === 401)
      return { kind: 'unauthorized', detail: `${who(answer)} requires a sign-in (HTTP 401).`, remedy };
    const detail = `nobody may ${isRead ? 'read' : 'write'} Git LFS objects without a sign-in (HTTP 403).`;
    return { kind: 'forbidden', detail, remedy };
  },
};

/** The meaning of any other status. */
export const unknown: Meaning = (answer) => {
  const { status, answerer } = answer;
  const kind = status >= 500 ? 'interrupted' : 'lfs';
  if (answerer === 'storage') return refused(answer);
  return { kind, detail: `${who(answer)} answers with HTTP status ${status}.`, remedy: LATER };
};

const noServer: Meaning = ({ isRead }) => ({
  kind: 'lfs',
  detail: isRead
    ? 'there is no Git LFS server for this repository, or it holds none of the objects, or it is not visible with this sign-in (HTTP 404).'
    : 'there is no Git LFS server for this repository, or it is not visible with this sign-in (HTTP 404).',
  remedy: 'Enable Git LFS for the repository.',
});

const gone: Meaning = (answer) => {
  if (answer.act !== 'download')
    return saying('does not know the address that the Git LFS server names for the upload', OPERATOR)(answer);
  const detail =
    answer.answerer === 'server'
      ? 'the Git LFS server offers the object, but it is not there (HTTP 404).'
      : `${who(answer)} does not have the object (HTTP 404).`;
  return {
    kind: 'lfs',
    detail,
    remedy: `${LATER} If it happens every time, the object is lost at the source: upload it there anew.`,
  };
};
