import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteError } from '../protocol/errors.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from '../protocol/http-client.js';
import { mayTryAgain, NothingSentError, settled } from '../protocol/http-errors.js';
import { basicAuthorization, type Credentials } from '../protocol/credentials.js';
import type { Network } from '../protocol/route.js';
import type { TimeLimits, Traffic } from '../protocol/transport.js';
import { pauseAfter } from '../protocol/waiting.js';
import { batchRequest, readBatch, type Action, type BatchedObject, type Operation } from './batch.js';
import { isRedirect, lfsStatusError } from './errors.js';
import type { Pointer } from './pointer.js';
import type { LfsStore } from './store.js';

/** How a Git LFS server is reached. */
export interface ServerStoreSettings {
  /** Without credentials and a slash at the end. */
  readonly endpoint: URL;
  readonly credentials: (() => Credentials) | undefined;
  /** What a user sets to sign in, for messages. */
  readonly tokenName: string;
  /** For which the objects are: some servers let write to some refs only. */
  readonly ref: string | undefined;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Is told of each request that is sent again. */
  readonly onRetry: (message: string) => void;
}

const MEDIA_TYPE = 'application/vnd.git-lfs+json';
const MOST_OBJECTS = 100;
const ATTEMPTS = 4;
const MOST_REDIRECTS = 5;
const LARGEST_BATCH = 16 * 1024 * 1024;
/** An action that ends so soon is asked for anew, in milliseconds. */
const TOO_SOON = 10_000;

/** A Git LFS server (Git LFS, docs/api/batch.md and basic-transfers.md). */
export class ServerStore implements LfsStore {
  readonly location: string;
  readonly #settings: ServerStoreSettings;
  readonly #traffic: Traffic;
  readonly #clients = new Map<string, HttpClient>();
  readonly #known: Readonly<Record<Operation, Map<string, BatchedObject>>> = { download: new Map(), upload: new Map() };
  #most = MOST_OBJECTS;

  /** @param traffic is counted up */
  constructor(settings: ServerStoreSettings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.location = settings.endpoint.href;
  }

  async lacking(objects: readonly Pointer[]): Promise<Pointer[]> {
    await this.#askAll('upload', objects);
    return objects.filter(({ oid }) => {
      const answer = this.#known.upload.get(oid);
      return answer === undefined || answer.upload !== undefined || answer.error !== undefined;
    });
  }

  async locate(objects: readonly Pointer[]): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>();
    await this.#askAll('download', objects, (part, error) => {
      for (const { oid } of part) refused.set(oid, error.message);
    });
    return new Map(
      objects.flatMap(({ oid }): [string, string][] => {
        const answer = this.#known.download.get(oid);
        if (answer?.download !== undefined) return [];
        const why = answer?.error === undefined ? 'does not offer it' : said(answer.error);
        return [[oid, refused.get(oid) ?? `${this.location} ${why}`]];
      }),
    );
  }

  async *read(object: Pointer): AsyncGenerator<Buffer, void, undefined> {
    const answer = await this.#act('download', object, (batched, action) => ({
      method: 'GET',
      url: action.href,
      headers: this.#headers(batched, action),
    }));
    yield* this.#client(answer.url).received(answer.answer);
  }

  async write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    const { answer, url, batched } = await this.#act('upload', object, (told, action) => ({
      method: 'PUT',
      url: action.href,
      headers: {
        'Content-Type': 'application/octet-stream',
        ...this.#headers(told, action),
        'Content-Length': String(object.size),
      },
      body: content,
      ownConnection: true,
    }));
    await this.#text(answer, url);
    if (batched.verify !== undefined) await this.#verify(object, batched, batched.verify);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** @param onRefusal is told of objects that the server refuses to speak of together: some do that if they have none */
  async #askAll(
    operation: Operation,
    objects: readonly Pointer[],
    onRefusal?: (part: readonly Pointer[], error: RemoteError) => void,
  ): Promise<void> {
    let at = 0;
    while (at < objects.length) {
      const part = objects.slice(at, at + this.#most);
      const answer = await this.#ask(operation, part).catch((error: unknown) => {
        if (onRefusal === undefined || !(error instanceof RemoteError) || error.passing) throw error;
        onRefusal(part, error);
        return 'told' as const;
      });
      // Some servers take fewer at once than they should.
      if (answer === 'too-many') this.#most = Math.ceil(part.length / 2);
      else at += part.length;
    }
  }

  async #ask(operation: Operation, objects: readonly Pointer[]): Promise<'too-many' | 'told'> {
    const { endpoint, ref, now } = this.#settings;
    const url = new URL(`${endpoint.href}/objects/batch`);
    const headers = { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...this.#authorization() };
    const answer = await this.#patiently({ method: 'POST', url, headers, body: batchRequest(operation, objects, ref) });
    const body = await this.#text(answer, url);
    const status = answer.response.statusCode ?? 0;
    if (status === 413 && objects.length > 1) return 'too-many';
    if (status !== 200) throw this.#statusError(answer, body, operation, 'batch');
    for (const one of readBatch(body, objects, endpoint, now())) this.#known[operation].set(one.oid, one);
    return 'told';
  }

  /** Carries out what the server wants for an object; what it said of it too long ago is asked for anew. */
  async #act(
    operation: Operation,
    object: Pointer,
    request: (batched: BatchedObject, action: Action) => HttpRequest,
  ): Promise<{ answer: HttpAnswer; url: URL; batched: BatchedObject }> {
    const batched = await this.#current(operation, object);
    const action = batched[operation];
    if (action === undefined) {
      const why = batched.error === undefined ? 'offers no way for it' : said(batched.error);
      throw new RemoteError({ kind: 'lfs', location: this.location, detail: `the Git LFS server ${why}.` });
    }
    const { answer, url } = await this.#followed(request(batched, action));
    const status = answer.response.statusCode ?? 0;
    if (isSuccess(status)) return { answer, url, batched };
    this.#known[operation].delete(object.oid);
    throw this.#statusError(answer, await this.#text(answer, url), operation, 'object');
  }

  /** A download may be elsewhere, in an object storage for instance, where what signs in here is not for. */
  async #followed(first: HttpRequest): Promise<{ answer: HttpAnswer; url: URL }> {
    let request = first;
    for (let redirects = 0; ; redirects += 1) {
      const { url, headers } = request;
      const answer = await this.#sent(request);
      const isElsewhere = first.method === 'GET' && isRedirect(answer.response.statusCode ?? 0);
      const next = isElsewhere && redirects < MOST_REDIRECTS ? redirection(answer, url) : undefined;
      if (next === undefined) return { answer, url };
      // Read to its end, the connection can be used again.
      await this.#text(answer, url);
      request = { ...request, url: next, headers: next.origin === url.origin ? headers : {} };
    }
  }

  /** A kept connection may be gone by the time it is used: a question of which not a byte left is asked once more. */
  async #sent(request: HttpRequest): Promise<HttpAnswer> {
    const client = this.#client(request.url);
    return client.send(request).catch(async (error: unknown) => {
      if (request.method !== 'GET' || !(error instanceof NothingSentError)) throw error;
      return client.send(request);
    });
  }

  async #current(operation: Operation, object: Pointer): Promise<BatchedObject> {
    const known = this.#known[operation].get(object.oid);
    const ends = known?.[operation]?.expiresAt;
    if (known !== undefined && (ends === undefined || ends - this.#settings.now() > TOO_SOON)) return known;
    await this.#ask(operation, [object]);
    const told = this.#known[operation].get(object.oid);
    if (told !== undefined) return told;
    throw new RemoteError({ kind: 'lfs', location: this.location, detail: 'the Git LFS server says nothing of it.' });
  }

  async #verify({ oid, size }: Pointer, batched: BatchedObject, action: Action): Promise<void> {
    const headers = { Accept: MEDIA_TYPE, 'Content-Type': MEDIA_TYPE, ...this.#headers(batched, action) };
    const body = Buffer.from(JSON.stringify({ oid, size }));
    const answer = await this.#patiently({ method: 'POST', url: action.href, headers, body });
    const status = answer.response.statusCode ?? 0;
    const text = await this.#text(answer, action.href);
    if (!isSuccess(status)) throw this.#statusError(answer, text, 'upload', 'object');
  }

  /** A request that may be sent again, because it changes nothing. */
  async #patiently(request: HttpRequest): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      let why: string;
      let retryAfter: string | undefined;
      try {
        const answer = await this.#client(request.url).send(request);
        const status = answer.response.statusCode ?? 0;
        if (attempt === ATTEMPTS || !(mayTryAgain(status) || status === 500)) return answer;
        why = `HTTP status ${status}.`;
        retryAfter = answer.response.headers['retry-after'];
        answer.response.destroy();
      } catch (error) {
        const failure = settled(error);
        if (attempt === ATTEMPTS || !(failure instanceof RemoteError) || !failure.passing) throw failure;
        why = failure.detail;
      }
      const pause = pauseAfter(attempt, retryAfter);
      this.#settings.onRetry(`${this.location}: ${why} Trying again in ${(pause / 1000).toFixed(1)} s.`);
      await sleep(pause, undefined, { signal: this.#settings.signal });
    }
  }

  async #text(answer: HttpAnswer, url: URL): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#client(url).received(answer)) {
      parts.push(chunk);
      length += chunk.length;
      if (length > LARGEST_BATCH) throw this.#tooLong();
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** Credentials go to the endpoint's own origin alone, and nowhere where the server brings others. */
  #headers({ authenticated }: BatchedObject, { href, header }: Action): Record<string, string> {
    const bringsOwn = Object.keys(header).some((name) => name.toLowerCase() === 'authorization');
    const isOwn = href.origin === this.#settings.endpoint.origin;
    return { ...(isOwn && !authenticated && !bringsOwn ? this.#authorization() : {}), ...header };
  }

  #authorization(): Record<string, string> {
    const credentials = this.#settings.credentials?.();
    return credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) };
  }

  #client(url: URL): HttpClient {
    const known = this.#clients.get(url.origin);
    if (known !== undefined) return known;
    const { network, userAgent, limits, signal } = this.#settings;
    const settings = { server: url, location: this.location, network, userAgent, limits, signal };
    const client = new HttpClient(settings, this.#traffic);
    this.#clients.set(url.origin, client);
    return client;
  }

  #statusError({ response }: HttpAnswer, body: string, operation: Operation, asked: 'batch' | 'object'): RemoteError {
    const { credentials, tokenName } = this.#settings;
    const { location = '', 'retry-after': retryAfter } = response.headers;
    return lfsStatusError({
      location: this.location,
      status: response.statusCode ?? 0,
      body,
      operation,
      asked,
      redirectedTo: URL.canParse(location, this.location) ? new URL(location, this.location) : undefined,
      retryAfter,
      signedIn: credentials !== undefined,
      tokenName,
    });
  }

  #tooLong(): RemoteError {
    return new RemoteError({
      kind: 'lfs',
      location: this.location,
      detail: `the Git LFS server's answer is longer than ${LARGEST_BATCH} bytes.`,
    });
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Where an answer leads, if one may go there: never from https to http. */
function redirection({ response }: HttpAnswer, from: URL): URL | undefined {
  const { location } = response.headers;
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.protocol === 'https:' || to.protocol === from.protocol ? to : undefined;
}

function said({ code, message }: { readonly code: number; readonly message: string }): string {
  return `says ${code}${message === '' ? '' : `: ${message}`}`;
}
