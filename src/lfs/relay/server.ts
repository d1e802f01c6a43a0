import { RemoteError } from '../../protocol/errors.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import type { HttpRequest } from '../../protocol/http/client.js';
import type { Traffic } from '../../protocol/wire/transport.js';
import type { Action, BatchedObject, Operation } from '../wire/batch.js';
import { Batches, MEDIA_TYPE } from '../wire/batch-cache.js';
import { LfsConnection, type ConnectionSettings, type LfsAnswer } from '../wire/connection.js';
import type { Pointer } from '../wire/pointer.js';
import { RefusedTransfer, type Lack, type LfsStore } from './store.js';

/** A Git LFS server (Git LFS, docs/api/batch.md and basic-transfers.md). */
export class ServerStore implements LfsStore {
  readonly #connection: LfsConnection;
  readonly #batches: Batches;

  /** @param traffic is counted up */
  constructor(settings: ConnectionSettings, traffic: Traffic) {
    this.#connection = new LfsConnection(settings, traffic);
    this.#batches = new Batches(this.#connection, settings.clock.now);
  }

  get location(): string {
    return this.#connection.location;
  }

  async lacking(objects: readonly Pointer[], ref: string | undefined): Promise<Lack> {
    const unknown = await this.#batches.ask('upload', objects, ref);
    const lacking = objects.filter((object) => {
      const answer = this.#batches.known('upload', object);
      return answer === undefined || answer.upload !== undefined || answer.error !== undefined;
    });
    return { objects: lacking.filter(({ oid }) => !unknown.has(oid)), unknown };
  }

  async locate(objects: readonly Pointer[], ref: string | undefined): Promise<ReadonlyMap<string, string>> {
    const refused = await this.#batches.ask('download', objects, ref);
    return new Map(
      objects.flatMap((object): [string, string][] => {
        const answer = this.#batches.known('download', object);
        if (answer?.download !== undefined) return [];
        const why = answer?.error === undefined ? 'does not offer it' : wordsOf(answer.error);
        return [[object.oid, refused.get(object.oid) ?? `${this.location} ${why}`]];
      }),
    );
  }

  async *read(object: Pointer): AsyncGenerator<Buffer, void, undefined> {
    const batched = await this.#batches.current('download', object);
    const action = batched.download;
    if (action === undefined) throw this.#without(batched);
    const headers = await this.#headers('download', batched, action);
    yield* this.#connection.steadily(await this.#act('download', object, { method: 'GET', url: action.href, headers }));
  }

  async write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    const batched = await this.#batches.current('upload', object);
    const action = batched.upload;
    if (action === undefined) {
      if (batched.error !== undefined) throw this.#without(batched);
      // Somebody else has stored the object meanwhile, or an upload did whose answer was lost.
      return;
    }
    const headers = {
      'Content-Type': 'application/octet-stream',
      ...(await this.#headers('upload', batched, action)),
      'Content-Length': String(object.size),
    };
    let sent = 0;
    const body = countBytes(content, (bytes) => (sent += bytes));
    const request = { method: 'PUT', url: action.href, headers, body, ownConnection: true } as const;
    await this.#connection.whole(await this.#act('upload', object, request), LFS_LIMITS.uploadAnswer);
    if (sent < object.size) throw this.#tooEarly(sent, object);
    if (batched.verify !== undefined) await this.#verify(object, batched, batched.verify);
  }

  forget(objects: readonly Pointer[]): void {
    for (const object of objects) {
      this.#batches.forget('download', object);
      this.#batches.forget('upload', object);
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** Sends the request that the server wants for an object; after a failure the server is asked anew the next time. */
  async #act(operation: Operation, object: Pointer, request: HttpRequest): Promise<LfsAnswer> {
    const answer = await this.#connection.follow(request);
    if (isSuccess(answer)) return answer;
    this.#batches.forget(operation, object);
    const body = await this.#connection.words(answer);
    const failure = await this.#connection.statusError(answer, body, operation, 'object');
    throw isSignInRefused(answer) ? new RefusedTransfer(failure) : failure;
  }

  async #verify({ oid, size }: Pointer, batched: BatchedObject, action: Action): Promise<void> {
    const own = await this.#headers('upload', batched, action);
    const answer = await this.#connection.patiently({
      method: 'POST',
      url: action.href,
      headers: { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...own },
      body: Buffer.from(JSON.stringify({ oid, size })),
    });
    if (!isSuccess(answer)) throw await this.#connection.statusError(answer, answer.body, 'upload', 'object');
  }

  #without({ error }: BatchedObject): RemoteError {
    const why = error === undefined ? 'offers no way for it' : wordsOf(error);
    return new RemoteError({ kind: 'lfs', location: this.location, detail: `the Git LFS server ${why}.` });
  }

  #tooEarly(sent: number, { size }: Pointer): RemoteError {
    return new RemoteError({
      kind: 'interrupted',
      location: this.location,
      detail: `the Git LFS server says that the object is stored, though only ${sent} of its ${size} bytes were sent.`,
      remedy: 'Look for something that answers in place of the server, such as a proxy.',
    });
  }

  /**
   * Headers of a request that the server wants. The sign-in goes to the endpoint's own origin alone, and only where the
   * server brings none.
   */
  async #headers(
    operation: Operation,
    { authenticated }: BatchedObject,
    action: Action,
  ): Promise<Record<string, string>> {
    await this.#connection.refuseExposing(operation, action);
    const { href, header } = action;
    const bringsOwn = Object.keys(header).some((name) => name.toLowerCase() === 'authorization');
    if (authenticated || bringsOwn) return { ...header };
    const { endpoint, headers } = await this.#connection.access(operation);
    return { ...(href.origin === endpoint.origin ? headers() : {}), ...header };
  }
}

async function* countBytes(
  content: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of content) {
    onBytes(chunk.length);
    yield chunk;
  }
}

function isSignInRefused({ status }: LfsAnswer): boolean {
  return status === 401 || status === 403;
}

function isSuccess({ status }: LfsAnswer): boolean {
  return status >= 200 && status < 300;
}

function wordsOf({ code, message }: { readonly code: number; readonly message: string }): string {
  if (message === '') return code === 0 ? 'refuses it without a reason' : `says ${code}`;
  return `says${code === 0 ? '' : ` ${code}`}: ${message}`;
}
