import { RemoteError } from '../../protocol/errors.js';
import { plainError } from '../../protocol/http/connection-error.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import type { Access } from './access.js';
import { secretsIn } from './action-secrets.js';
import { batchRequest, readBatch, type BatchedObject, type Operation } from './batch.js';
import type { LfsConnection } from './connection.js';
import type { Pointer } from './pointer.js';

/** The media type of requests and answers (Git LFS, docs/api/batch.md). */
export const MEDIA_TYPE = 'application/vnd.git-lfs+json';

const MOST_OBJECTS = 100;

/**
 * Answers of a Git LFS server about objects: asked for in batches, remembered, and asked for anew once they have
 * expired.
 */
export class Batches {
  readonly #connection: LfsConnection;
  readonly #now: () => number;
  readonly #known: Readonly<Record<Operation, Map<string, BatchedObject>>> = { download: new Map(), upload: new Map() };
  #ref: string | undefined;
  #most = MOST_OBJECTS;

  /** @param now milliseconds since 1970 */
  constructor(connection: LfsConnection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /**
   * Asks about objects.
   *
   * @param ref that needs them: some servers allow more for one ref than for another
   * @returns the reasons for which nothing is known of some objects, by oid
   */
  async ask(
    operation: Operation,
    objects: readonly Pointer[],
    ref: string | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    this.#ref = ref;
    const refused = new Map<string, string>();
    let at = 0;
    while (at < objects.length) {
      const part = objects.slice(at, at + this.#most);
      const answer = await this.#ask(operation, part).catch(orRefusal);
      // Some servers take fewer at once than they should.
      if (answer === 'too-many') this.#most = Math.ceil(part.length / 2);
      else at += part.length;
      if (typeof answer === 'string') continue;
      // A server may refuse to speak of some objects because it lacks them; any other refusal is about all objects.
      const concerned = answer.kind === 'lfs' ? part : objects.slice(at - part.length);
      for (const { oid } of concerned) refused.set(oid, answer.message);
      if (answer.kind !== 'lfs') break;
    }
    return refused;
  }

  /** The server's last answer about an object. */
  known(operation: Operation, { oid }: Pointer): BatchedObject | undefined {
    return this.#known[operation].get(oid);
  }

  /**
   * Asks the server about an object, unless its last answer still holds.
   *
   * @throws {RemoteError}
   */
  async current(operation: Operation, object: Pointer): Promise<BatchedObject> {
    const known = this.known(operation, object);
    if (known !== undefined && this.#connection.isCurrent(known[operation]?.expiresAt)) return known;
    await this.#ask(operation, [object]);
    const told = this.known(operation, object);
    if (told !== undefined) return told;
    const { location } = this.#connection;
    throw new RemoteError({ kind: 'lfs', location, detail: 'the Git LFS server does not mention the object.' });
  }

  /** Forgets the answer about an object, because it did not hold. */
  forget(operation: Operation, { oid }: Pointer): void {
    this.#known[operation].delete(oid);
  }

  async #ask(operation: Operation, objects: readonly Pointer[]): Promise<'too-many' | 'told'> {
    const access = await this.#connection.access(operation);
    return this.#askAt(access, operation, objects).catch((error: unknown) => {
      const failure = plainError(error);
      throw access.before !== undefined && failure instanceof RemoteError ? failure.adding(access.before) : failure;
    });
  }

  async #askAt(access: Access, operation: Operation, objects: readonly Pointer[]): Promise<'too-many' | 'told'> {
    const request = {
      method: 'POST',
      url: batchUrl(access),
      headers: { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...access.headers() },
      body: batchRequest(operation, objects, this.#ref),
    } as const;
    const mostBytes = (objects.length + 1) * LFS_LIMITS.batchBytesPerObject.value;
    const answer = await this.#connection.ask(request, mostBytes);
    if (answer.status === 413 && objects.length > 1) return 'too-many';
    if (answer.status !== 200) throw await this.#connection.statusError(answer, answer.body, 'batch', operation);
    const told = readBatch(answer.body, objects, access.endpoint, this.#now());
    this.#connection.learnSecrets(told.flatMap(({ download, upload, verify }) => [download, upload, verify]));
    for (const one of this.#withoutSecrets(told)) this.#known[operation].set(one.oid, one);
    return 'told';
  }

  /** Takes secrets out of the server's words: about one object it may repeat those of another. */
  #withoutSecrets(objects: readonly BatchedObject[]): readonly BatchedObject[] {
    if (objects.every(({ error }) => error === undefined)) return objects;
    const actions = objects.flatMap(({ download, upload, verify }) => [download, upload, verify]);
    const hide = this.#connection.hiding(
      actions.flatMap((action) => (action === undefined ? [] : secretsIn(action.href, action.header))),
    );
    return objects.map(({ error, ...one }) => ({
      ...one,
      error: error === undefined ? undefined : { ...error, message: hide(error.message) },
    }));
  }
}

function batchUrl({ endpoint }: Access): URL {
  // The root of a server has no path without a slash.
  return new URL(`${endpoint.href.replace(/\/$/, '')}/objects/batch`);
}

function orRefusal(error: unknown): RemoteError {
  const failure = plainError(error);
  if (failure instanceof RemoteError) return failure;
  throw failure;
}
