import type { IncomingHttpHeaders } from 'node:http';

/** One request that went to an LFS server. */
export interface LfsRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly kind: 'batch' | 'download' | 'upload' | 'verify' | 'other';
  /** The name of the repository, without `.git`. */
  readonly repository: string;
  readonly headers: IncomingHttpHeaders;
  /** Of `performance.now()`. */
  readonly startedAt: number;
  endedAt: number;
  /** Of a transfer or a verification. */
  oid: string | undefined;
  /** The question of a batch. */
  batch: BatchQuestion | undefined;
  /** Bytes of the request's body so far. */
  received: number;
  /** Bytes of the answer's body so far; an answer that a fault gives does not count. */
  sent: number;
  /** 0 until the answer is out, and where it was cut. */
  status: number;
}

/** What is asked of the batch API. */
export interface BatchQuestion {
  readonly operation: 'download' | 'upload';
  readonly transfers?: readonly string[];
  readonly ref?: { readonly name: string };
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
  readonly hash_algo?: string;
}

/** What an action of a batch answer says. */
export interface BatchAction {
  readonly href: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly expires_in?: number;
  readonly expires_at?: string;
}

/** What a batch answer says of one object. */
export interface BatchObject {
  readonly oid: string;
  readonly size: number;
  readonly authenticated?: boolean;
  readonly actions?: Readonly<Record<string, BatchAction>>;
  readonly error?: ObjectError;
}

/** What is wrong with one object. */
export interface ObjectError {
  readonly code: number;
  readonly message: string;
}

/** What the batch API answers. */
export interface BatchAnswer {
  readonly transfer?: string;
  readonly objects: readonly BatchObject[];
}

/** A choice among requests. */
export type LfsChoice = (seen: LfsRequest) => boolean;

/** What becomes of the chosen requests. */
export interface LfsFault {
  readonly chosen: LfsChoice;
  readonly delayMs?: number;
  /** In place of the server's answer; an object as body is sent as JSON. The request's body is read to its end. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | object;
  };
  /** Cuts the connection without an answer. */
  readonly cutAtOnce?: boolean;
  /** Cuts the connection once so many bytes of the request's body have come. */
  readonly cutUpload?: number;
  /** Cuts the connection once so many bytes of the answer's body are out. */
  readonly cutDownload?: number;
  /** Changes the byte at this place of the answer's body. */
  readonly corruptAt?: number;
  readonly alterBatch?: (answer: BatchAnswer) => BatchAnswer;
}

/** The questions to the batch API. */
export function batches(operation?: BatchQuestion['operation']): LfsChoice {
  return ({ batch }) => batch !== undefined && (operation === undefined || batch.operation === operation);
}

/** The downloads, of some objects or of all. */
export function downloads(...oids: readonly string[]): LfsChoice {
  return of('download', oids);
}

/** The uploads, of some objects or of all. */
export function uploads(...oids: readonly string[]): LfsChoice {
  return of('upload', oids);
}

/** The verifications, of some objects or of all. */
export function verifications(...oids: readonly string[]): LfsChoice {
  return of('verify', oids);
}

/** What two choices have in common, with the requests to one repository for instance. */
export function both(one: LfsChoice, other: LfsChoice): LfsChoice {
  return (seen) => one(seen) && other(seen);
}

/** The requests to one repository. */
export function toRepository(name: string): LfsChoice {
  return ({ repository }) => repository === name;
}

/** The first so many of the chosen requests. */
export function firstLfs(count: number, chosen: LfsChoice): LfsChoice {
  let left = count;
  return (seen) => left > 0 && chosen(seen) && (left -= 1) >= 0;
}

/** Answers batches of more than so many objects with 413. */
export function tooLarge(limit: number): LfsFault {
  const chosen: LfsChoice = ({ batch }) => (batch?.objects.length ?? 0) > limit;
  return { chosen, answer: { status: 413, body: { message: 'too many objects' } } };
}

/** Answers chosen requests with 401 unless they carry these credentials, `user:password`. */
export function requiring(credentials: string, chosen: LfsChoice): LfsFault {
  const expected = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const headers = { 'LFS-Authenticate': 'Basic realm="lfs"' };
  const isWrong: LfsChoice = (seen) => chosen(seen) && seen.headers.authorization !== expected;
  return { chosen: isWrong, answer: { status: 401, headers, body: { message: 'Credentials needed' } } };
}

/** Answers chosen requests with 400 if they carry an `Authorization` at all, as storages with signed URLs do. */
export function forbiddingAuthorization(chosen: LfsChoice): LfsFault {
  const isWrong: LfsChoice = (seen) => chosen(seen) && seen.headers.authorization !== undefined;
  return { chosen: isWrong, answer: { status: 400, body: 'Only one auth mechanism allowed' } };
}

/** Says of some objects that nothing is to be done for them. */
export function withoutActions(chosen: LfsChoice, ...oids: readonly string[]): LfsFault {
  return altering(chosen, oids, ({ oid, size }) => ({ oid, size }));
}

/** Says what is wrong with some objects, in place of their actions. */
export function withErrors(chosen: LfsChoice, error: ObjectError, ...oids: readonly string[]): LfsFault {
  return altering(chosen, oids, ({ oid, size }) => ({ oid, size, error }));
}

/** Has the actions of some objects, or of all, expire at a time, in 2020 if none is given. */
export function expiring(chosen: LfsChoice, at = '2020-01-01T00:00:00Z', ...oids: readonly string[]): LfsFault {
  const expire = ({ href, header = {} }: BatchAction): BatchAction => ({ href, header, expires_at: at });
  return altering(chosen, oids, (object) => ({ ...object, ...mapActions(object, expire) }));
}

/** Takes `authenticated` and the headers of actions away, as servers do that want the client's own credentials. */
export function withoutHeaders(chosen: LfsChoice): LfsFault {
  const bare = ({ href }: BatchAction): BatchAction => ({ href });
  return altering(chosen, [], ({ oid, size, error, actions }) => ({
    ...{ oid, size, ...(error === undefined ? {} : { error }) },
    ...mapActions(actions === undefined ? {} : { actions }, bare),
  }));
}

/** Moves what authorizes actions from their headers into their addresses, as storages with signed URLs have it. */
export function withSignedAddresses(chosen: LfsChoice): LfsFault {
  const sign = ({ href, header = {} }: BatchAction): BatchAction => {
    const bearer = /^Bearer (.*)$/.exec(header.Authorization ?? '')?.[1];
    return { href: bearer === undefined ? href : `${href}?jwt=${bearer}` };
  };
  return altering(chosen, [], ({ oid, size, error, actions }) => ({
    ...{ oid, size, ...(error === undefined ? {} : { error }) },
    ...mapActions(actions === undefined ? {} : { actions }, sign),
  }));
}

function mapActions(
  { actions }: Pick<BatchObject, 'actions'>,
  change: (action: BatchAction) => BatchAction,
): Pick<BatchObject, 'actions'> {
  if (actions === undefined) return {};
  return { actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, change(action)])) };
}

function altering(chosen: LfsChoice, oids: readonly string[], alter: (object: BatchObject) => BatchObject): LfsFault {
  const concerns = ({ oid }: BatchObject): boolean => oids.length === 0 || oids.includes(oid);
  const alterBatch = (answer: BatchAnswer): BatchAnswer => ({
    ...answer,
    objects: answer.objects.map((object) => (concerns(object) ? alter(object) : object)),
  });
  return { chosen, alterBatch };
}

function of(kind: LfsRequest['kind'], oids: readonly string[]): LfsChoice {
  return (seen) => seen.kind === kind && (oids.length === 0 || oids.includes(seen.oid ?? ''));
}
