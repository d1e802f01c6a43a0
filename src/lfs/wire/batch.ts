import { RemoteError } from '../../protocol/errors.js';
import { jsonExcess } from '../../protocol/json.js';
import { printable } from '../../protocol/printable.js';
import { withoutUserinfo } from '../../protocol/userinfo.js';
import { readActionHeader } from './action-header.js';
import type { Pointer } from './pointer.js';
import { urlOf } from '../../protocol/url.js';

/** The two uses of a Git LFS server. */
export type Operation = 'download' | 'upload';

/** A request that the server wants for an object (Git LFS, docs/api/batch.md and basic-transfers.md). */
export interface Action {
  readonly href: URL;
  readonly header: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, after which the server must be asked anew; `undefined` where the server does not say. */
  readonly expiresAt: number | undefined;
}

/** The server's answer about one object. */
export interface BatchedObject extends Pointer {
  /** True where no credentials are to be added to those in the actions' headers. */
  readonly authenticated: boolean;
  readonly download: Action | undefined;
  readonly upload: Action | undefined;
  readonly verify: Action | undefined;
  /** Refusal: a status as of HTTP, 0 where the server names none, and the server's words, which may be empty. */
  readonly error: { readonly code: number; readonly message: string } | undefined;
}

/** The body of a batch request. */
export function batchRequest(operation: Operation, objects: readonly Pointer[], ref: string | undefined): Buffer {
  return Buffer.from(
    JSON.stringify({
      operation,
      transfers: ['basic'],
      ...(ref === undefined ? {} : { ref: { name: ref } }),
      objects: objects.map(({ oid, size }) => ({ oid, size })),
      hash_algo: 'sha256',
    }),
  );
}

/**
 * Reads the answer to a batch request.
 *
 * @param asked the objects asked about; answers about others are passed over
 * @param endpoint to which relative addresses relate
 * @param now milliseconds since 1970
 * @throws {RemoteError} for an answer of another form
 */
export function readBatch(body: string, asked: readonly Pointer[], endpoint: URL, now: number): BatchedObject[] {
  const answer = parse(body, endpoint);
  const transfer = textOf(answer.transfer);
  if (transfer !== undefined && transfer !== 'basic') {
    throw wrong(endpoint, `it wants the transfer "${printable(transfer, 50)}", but was offered "basic"`);
  }
  if (!Array.isArray(answer.objects)) throw wrong(endpoint, 'its answer has no list of objects');
  const open = new Map(asked.map((pointer) => [pointer.oid, pointer]));
  return (answer.objects as unknown[]).flatMap((one) => {
    const object = fieldsOf(one);
    const pointer = open.get(textOf(object.oid) ?? '');
    if (pointer === undefined) return [];
    // What is said a second time of an object does not count.
    open.delete(pointer.oid);
    return [batchedObject(object, pointer, endpoint, now)];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function batchedObject(object: Fields, pointer: Pointer, endpoint: URL, now: number): BatchedObject {
  // Older servers say `_links`.
  const actions = actionsOf(object.actions ?? object._links, endpoint);
  const action = (name: Operation | 'verify'): Action | undefined =>
    withoutUser(readAction(actions[name], endpoint, now));
  const [download, upload, verify] = [action('download'), action('upload'), action('verify')];
  const error = readError(object.error);
  // No error and no actions mean that the object is there already: unknown actions must never pass for that.
  if (Object.keys(actions).length > 0 && (download ?? upload ?? error) === undefined)
    throw wrong(endpoint, 'it names actions for an object, but neither an upload nor a download');
  return { ...pointer, authenticated: object.authenticated === true, download, upload, verify, error };
}

/** What signs in stands in the header: of the address alone it is not sent. */
function withoutUser(action: Action | undefined): Action | undefined {
  return action === undefined ? undefined : { ...action, href: withoutUserinfo(action.href) };
}

function actionsOf(value: unknown, endpoint: URL): Fields {
  // PHP writes an empty object as an empty list.
  const isNone = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  if (!isNone && (typeof value !== 'object' || Array.isArray(value)))
    throw wrong(endpoint, 'the actions that it names for an object are not valid');
  return fieldsOf(value);
}

/**
 * Reads a request that a server wants.
 *
 * @param endpoint to which a relative address relates
 * @param now milliseconds since 1970
 * @param refusal makes the error for a request of another form from a clause
 * @returns `undefined` where there is nothing
 * @throws {RemoteError} for a request of another form
 */
export function readAction(
  value: unknown,
  endpoint: URL,
  now: number,
  refusal = (why: string): RemoteError => wrong(endpoint, why),
): Action | undefined {
  if (value === undefined || value === null) return undefined;
  const fields = fieldsOf(value);
  const href = textOf(fields.href);
  if (href === undefined) throw refusal('it names an action without an address');
  const url = CONTROL.test(href) ? undefined : urlOf(href, endpoint);
  if (url === undefined) throw refusal('it names an invalid address');
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refusal('it names an address that is not http or https');
  return { href: url, header: readActionHeader(fieldsOf(fields.header), refusal), expiresAt: expiry(fields, now) };
}

const CONTROL = /[\u0000-\u001f\u007f]/;

const LONGEST_SECONDS = 10 * 365 * 24 * 3600;
const LONGEST_DATE = 64;

function expiry({ expires_in: seconds, expires_at: at }: Fields, now: number): number | undefined {
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds !== 0)
    return now + Math.min(Math.max(seconds, 0), LONGEST_SECONDS) * 1000;
  const time = Date.parse((textOf(at) ?? '').slice(0, LONGEST_DATE));
  // Some servers send the year 1 where they mean never.
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}

function readError(value: unknown): BatchedObject['error'] {
  if (value === undefined || value === null) return undefined;
  const { code, message } = fieldsOf(value);
  // Some servers write it as a text.
  const number = typeof code === 'string' && code.length <= 3 ? Number(code) : code;
  const isStatus = typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 1000;
  return { code: isStatus ? number : 0, message: printable(textOf(message ?? value) ?? '', 300) };
}

function parse(body: string, endpoint: URL): Fields {
  const tooMuch = jsonExcess(body);
  if (tooMuch !== undefined) throw wrong(endpoint, tooMuch);
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    throw wrong(endpoint, 'its answer is not JSON');
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function wrong(endpoint: URL, detail: string): RemoteError {
  return new RemoteError({
    kind: 'lfs',
    location: endpoint.origin + endpoint.pathname,
    detail: `the Git LFS server breaks its protocol: ${detail}.`,
    remedy: 'Check that the URL is that of a Git LFS server and that no proxy alters the answer.',
  });
}
