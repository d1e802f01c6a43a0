import { RemoteError } from '../../protocol/errors.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { MEBIBYTE } from '../../protocol/limits/limit.js';
import { Replay } from '../../protocol/http/replay.js';
import { setbackOfAnswer } from '../../protocol/http/status-error.js';
import { PATIENCE, type RetryPolicy } from '../../protocol/patience.js';
import type { Traffic } from '../../protocol/wire/transport.js';
import { withoutSignIn } from '../wire/action-secrets.js';
import type { Action, BatchedObject } from '../wire/batch.js';
import { Batches, MEDIA_TYPE } from '../wire/batch-cache.js';
import { LfsConnection, type ActionRequest, type ConnectionSettings } from '../wire/connection.js';
import type { Pointer } from '../wire/pointer.js';
import { ContentUsedUp, type LfsAnswer } from '../wire/requests.js';
import { RefusedTransfer, Unverified, type Lack, type LfsStore } from './store.js';

/** Up to here a content can be sent again at once, where it is to go elsewhere or the server wants a sign-in first. */
const MOST_HELD = MEBIBYTE;
/** As often as git-lfs asks (`lfs.transfer.maxverifies`): a storage may be slow to show what it has. */
const VERIFICATIONS: RetryPolicy = { ...PATIENCE, attemptsWhenThrottled: 4 };
/** Objects in a row that stay unverified before the server is asked only once about each further one. */
const UNVERIFIED = 4;
const ONCE: RetryPolicy = { ...VERIFICATIONS, attempts: 1, attemptsWhenThrottled: 1 };
/** Statuses that stay as they are however often an object is sent: of its size, its content, or a quota. */
const LASTING = new Set([413, 422, 507, 509]);

/** A Git LFS server (Git LFS, docs/api/batch.md and basic-transfers.md). */
export class ServerStore implements LfsStore {
  readonly #connection: LfsConnection;
  readonly #batches: Batches;
  /** Addresses to which uploads were led after too much of a content was sent, by the address that the server named. */
  readonly #moved = new Map<string, Pick<ContentUsedUp, 'to' | 'hasLeftServer'>>();
  #unverified = 0;

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
    const { download: action } = batched;
    if (action === undefined) throw this.#without(batched);
    const request = { ...requestOf('download', batched, action), method: 'GET', headers: {} } as const;
    yield* this.#connection.requests.steadily(await this.#act(object, request));
  }

  async write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    const batched = await this.#batches.current('upload', object);
    const { upload: action } = batched;
    if (action === undefined) {
      if (batched.error !== undefined) throw this.#without(batched);
      // Somebody else has stored the object meanwhile, or an upload did whose answer was lost.
      return;
    }
    const whole = new Replay(content, MOST_HELD);
    let sent = { bytes: 0 };
    const body = (): AsyncIterable<Buffer> | undefined => {
      sent = { bytes: 0 };
      return whole.hasBeginning ? counting(whole.read(), sent) : undefined;
    };
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(object.size) };
    const request = { method: 'PUT', headers, body, ownConnection: true } as const;
    const { to = action.href, hasLeftServer = false } = this.#moved.get(action.href.href) ?? {};
    const moved = { ...action, href: to, header: hasLeftServer ? withoutSignIn(action.header) : action.header };
    const authenticated = batched.authenticated || hasLeftServer;
    try {
      const asked = { ...requestOf('upload', { ...batched, authenticated }, moved), ...request };
      const answer = await this.#act(object, asked);
      await this.#connection.requests.whole(answer, LFS_LIMITS.uploadAnswer);
    } catch (error) {
      if (error instanceof ContentUsedUp)
        this.#moved.set(action.href.href, {
          to: error.to,
          hasLeftServer: hasLeftServer || error.hasLeftServer,
        });
      throw error;
    } finally {
      whole.letGo();
    }
    if (sent.bytes < object.size) throw this.#tooEarly(sent.bytes, object);
    if (batched.verify !== undefined) await this.#verify(object, batched, batched.verify);
  }

  forget(objects: readonly Pointer[]): void {
    this.#moved.clear();
    for (const object of objects) {
      this.#batches.forget('download', object);
      this.#batches.forget('upload', object);
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** Sends the request that the server wants for an object; after a failure the server is asked anew the next time. */
  async #act(object: Pointer, request: ActionRequest): Promise<LfsAnswer> {
    const answer = await this.#connection.act(request);
    if (isSuccess(answer)) return answer;
    const { act } = request;
    this.#batches.forget(act === 'download' ? 'download' : 'upload', object);
    const body = await this.#connection.requests.words(answer);
    const failure = await this.#connection.statusError(answer, body, act);
    throw LASTING.has(answer.status) || answer.refused !== undefined ? failure : new RefusedTransfer(failure);
  }

  async #verify({ oid, size }: Pointer, batched: BatchedObject, action: Action): Promise<void> {
    const request: ActionRequest = {
      ...requestOf('verify', batched, action),
      method: 'POST',
      headers: { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE },
      body: Buffer.from(JSON.stringify({ oid, size })),
    };
    const verify = this.#connection.patiently(
      async () => this.#connection.reply(await this.#connection.act(request)),
      (reply) =>
        isSuccess(reply) ? undefined : (setbackOfAnswer(reply) ?? { detail: `HTTP status ${reply.status}.` }),
      this.#unverified < UNVERIFIED ? VERIFICATIONS : ONCE,
    );
    const answer = await verify.catch((error: unknown) => {
      this.#unverified += 1;
      throw error instanceof RemoteError && error.passing ? new Unverified(error) : error;
    });
    this.#unverified = isSuccess(answer) ? 0 : this.#unverified + 1;
    if (!isSuccess(answer)) throw new Unverified(await this.#connection.statusError(answer, answer.body, 'verify'));
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
}

function requestOf(
  act: ActionRequest['act'],
  { oid, authenticated }: BatchedObject,
  action: Action,
): Pick<ActionRequest, 'act' | 'oid' | 'authenticated' | 'action'> {
  return { act, oid, authenticated, action };
}

async function* counting(
  content: AsyncIterable<Buffer>,
  sent: { bytes: number },
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of content) {
    sent.bytes += chunk.length;
    yield chunk;
  }
}

function isSuccess({ status }: LfsAnswer): boolean {
  return status >= 200 && status < 300;
}

function wordsOf({ code, message }: { readonly code: number; readonly message: string }): string {
  if (message === '') return code === 0 ? 'refuses it without a reason' : `says ${code}`;
  return `says${code === 0 ? '' : ` ${code}`}: ${message}`;
}
