import type { Clock } from '../../protocol/clock.js';
import { RemoteError } from '../../protocol/errors.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from '../../protocol/http/client.js';
import { NothingSentError, plainError } from '../../protocol/http/connection-error.js';
import { followRedirects, type AnswerHead } from '../../protocol/http/redirects.js';
import type { NamedServer } from '../../protocol/http/named-server.js';
import type { Network } from '../../protocol/http/route.js';
import { serverTextInJson } from '../../protocol/http/server-words.js';
import { setbackOfAnswer } from '../../protocol/http/status-error.js';
import { HTTP_LIMITS } from '../../protocol/limits/http.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { excess, type StrictLimit } from '../../protocol/limits/limit.js';
import { isLoopback } from '../../protocol/location.js';
import { PATIENCE, patiently, retryMessage, type RetryPolicy, type Setback } from '../../protocol/patience.js';
import { MORE_TIME } from '../../protocol/time-limit.js';
import type { TimeLimits, Traffic } from '../../protocol/wire/transport.js';
import type { Access, FindAccess } from './access.js';
import { isExposed, secretsIn } from './action-secrets.js';
import type { Action, Operation } from './batch.js';
import { INSECURE_REMEDY, lfsStatusError } from './errors.js';
import { urlOf } from '../../protocol/url.js';

/** Settings of an {@link LfsConnection}. */
export interface ConnectionSettings {
  readonly findAccess: FindAccess;
  /** The server that the user named, which may lead to others. */
  readonly named: NamedServer;
  /** True where the user accepts that credentials can be read on the way. */
  readonly allowInsecureHttp: boolean;
  /** The repository or server, as it may be shown. */
  readonly location: string;
  /** The option that signs in, for messages. */
  readonly tokenName: string;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Hears of each request that is sent again. */
  readonly onRetry: (message: string) => void;
  /** Makes a function that takes secrets out of texts. */
  readonly hiding: (secrets: readonly string[]) => (text: string) => string;
  /** Hears of secrets that the server gives. */
  readonly onSecret: (secret: string) => void;
}

/** An answer with the request that it is for. */
export interface LfsAnswer extends AnswerHead {
  readonly answer: HttpAnswer;
  readonly url: URL;
  readonly sentHeaders: HttpRequest['headers'];
}

/** An answer that is there to its end. */
export interface LfsReply extends LfsAnswer {
  readonly body: string;
}

const RETRIES: RetryPolicy = { ...PATIENCE, attempts: 4, attemptsWhenThrottled: 4 };
/** A kept connection may be gone by the time it is used: that costs no pause. */
const ONCE_MORE: RetryPolicy = { ...PATIENCE, attempts: 2, firstPauseMs: 0 };
/** Milliseconds before its end at which a sign-in counts as expired. */
const TOO_SOON = 10_000;

/** The requests to a Git LFS server, and to the servers that it names: with patience, limits and errors in words. */
export class LfsConnection {
  /** Makes a function that takes secrets out of texts. */
  readonly hiding: ConnectionSettings['hiding'];
  readonly #settings: ConnectionSettings;
  readonly #traffic: Traffic;
  readonly #clients = new Map<string, HttpClient>();
  readonly #access = new Map<Operation, Promise<Access>>();
  #location: string;

  /** @param traffic is counted up */
  constructor(settings: ConnectionSettings, traffic: Traffic) {
    this.hiding = settings.hiding;
    this.#settings = settings;
    this.#traffic = traffic;
    this.#location = settings.location;
  }

  /** The server, as it may be shown: once it has been looked for, the one that was found. */
  get location(): string {
    return this.#location;
  }

  /** True where a sign-in that ends then can still be used. */
  isCurrent(expiresAt: number | undefined): boolean {
    return expiresAt === undefined || expiresAt - this.#settings.clock.now() > TOO_SOON;
  }

  /** Finds the server: once, and again when the sign-in has expired. */
  async access(operation: Operation): Promise<Access> {
    const earlier = this.#access.get(operation);
    const known = await earlier?.catch(() => undefined);
    if (known !== undefined && this.isCurrent(known.expiresAt)) return known;
    const latest = this.#access.get(operation);
    // Somebody else who waited has asked anew already.
    if (latest !== undefined && latest !== earlier) return latest;
    const found = this.#patiently(
      async () => this.#settings.findAccess(operation),
      () => undefined,
    );
    this.#access.set(operation, found);
    const access = await found;
    this.#location = access.endpoint.href;
    return access;
  }

  /**
   * Sends a request that changes nothing, and so may be sent again: until all of its answer is there, or four times.
   *
   * @param mostBytes of an answer that is needed whole
   */
  patiently(request: HttpRequest, mostBytes: number = HTTP_LIMITS.words.value): Promise<LfsReply> {
    return this.#patiently(
      async () => {
        const answer = await this.#send(request);
        const isWanted = answer.status === 200 && mostBytes !== HTTP_LIMITS.words.value;
        const { batchBytesPerObject: limit } = LFS_LIMITS;
        return { ...answer, body: await (isWanted ? this.whole(answer, limit, mostBytes) : this.words(answer)) };
      },
      (reply) => setbackOfAnswer(reply) ?? (reply.status === 500 ? { detail: 'HTTP status 500.' } : undefined),
    );
  }

  #patiently<T>(ask: () => Promise<T>, setbackOf: (value: T) => Setback | undefined): Promise<T> {
    const { onRetry, signal, limits, clock } = this.#settings;
    return patiently(ask, {
      policy: { ...RETRIES, longestAskedPauseMs: limits.silence },
      clock,
      signal,
      location: this.location,
      setbackOf: (outcome) => {
        if ('value' in outcome) return setbackOf(outcome.value);
        return outcome.error instanceof RemoteError && outcome.error.passing ? outcome.error : undefined;
      },
      onRetry: (setback, pause) => {
        const { location = this.location } = setback as Partial<RemoteError>;
        onRetry(retryMessage(location, setback, pause));
      },
    }).catch((error: unknown) => {
      throw plainError(error);
    });
  }

  /** Sends a request. A download may be elsewhere, in an object storage for instance, which gets no sign-in. */
  async follow(request: HttpRequest): Promise<LfsAnswer> {
    if (request.method !== 'GET') return this.#send(request);
    const { answer } = await followRedirects(
      request.url,
      { mayLeaveServer: true },
      {
        ask: (url, hasLeftServer) => this.#sendOrAgain({ ...request, url, ...(hasLeftServer ? { headers: {} } : {}) }),
        // Read to its end, the connection can be used again.
        discard: (redirect) => this.words(redirect),
      },
    );
    return answer;
  }

  /** The body of an answer, as it comes. */
  content({ answer, url }: LfsAnswer): AsyncGenerator<Buffer, void, undefined> {
    return this.#client(url).content(answer);
  }

  /** Tells of the secrets in requests that the server wants: it, and others, may repeat them later. */
  learnSecrets(actions: readonly (Action | undefined)[]): void {
    for (const action of actions)
      if (action !== undefined) secretsIn(action.href, action.header).forEach(this.#settings.onSecret);
  }

  /**
   * The body of an answer as it comes, as long as it comes at all: time counts only while it is waited for.
   *
   * @throws {RemoteError}
   */
  async *steadily(answer: LfsAnswer): AsyncGenerator<Buffer, void, undefined> {
    const { clock, limits } = this.#settings;
    const content = this.content(answer);
    let [waitedMs, bytes] = [0, 0];
    try {
      for (;;) {
        const from = clock.now();
        const next = await content.next();
        if (next.done === true) return;
        waitedMs += clock.now() - from;
        bytes += next.value.length;
        if (waitedMs > limits.silence) {
          if (bytes < LFS_LIMITS.leastBytes.value) throw this.#tooSlow(bytes, waitedMs);
          [waitedMs, bytes] = [0, 0];
        }
        yield next.value;
      }
    } finally {
      await content.return();
    }
  }

  #tooSlow(bytes: number, ms: number): RemoteError {
    const detail = `only ${bytes} bytes of the object came within ${Math.round(ms / 1000)} seconds.`;
    return new RemoteError({ kind: 'silent', location: this.location, detail, remedy: MORE_TIME });
  }

  /** Reads the beginning of the body of an answer, which only says something. */
  async words({ answer, url }: LfsAnswer): Promise<string> {
    return await this.#client(url).beginning(answer, HTTP_LIMITS.words.value);
  }

  /** Reads all of the body of an answer, which must not be longer than the limit. */
  async whole({ answer, url }: LfsAnswer, limit: StrictLimit, mostBytes = limit.value): Promise<string> {
    const text = await this.#client(url).whole(answer, mostBytes);
    if (text !== undefined) return text.toString('utf8');
    throw new RemoteError({
      kind: 'lfs',
      location: this.location,
      detail: `the Git LFS server breaks its protocol: ${excess(limit)}.`,
    });
  }

  /** The error for an answer that is not the one wanted. */
  async statusError(
    { url, sentHeaders, status, headers: told }: LfsAnswer,
    body: string,
    operation: Operation,
    asked: 'batch' | 'object',
  ): Promise<RemoteError> {
    const { location = '', 'retry-after': retryAfter } = told;
    const { endpoint, headers, isOverSsh = false, isForeign = false } = await this.#found(operation);
    const isOwn = url.origin === this.#settings.named.origin || (isOverSsh && url.origin === endpoint.origin);
    return lfsStatusError({
      location: this.location,
      status,
      // A server may repeat what it was sent. What others say, which the server may not see itself, is not shown.
      said: isOwn ? this.hiding(secretsIn(url, sentHeaders))(serverTextInJson(body)) : '',
      elsewhere: isOwn ? undefined : url.host,
      operation,
      asked,
      redirectedTo: urlOf(location, endpoint),
      retryAfter,
      signedIn: Object.keys(headers()).length > 0,
      isOverSsh,
      tokenName: isForeign ? undefined : this.#settings.tokenName,
    });
  }

  /**
   * Makes sure that a sign-in, and an object, stay as secret as they came.
   *
   * @throws {RemoteError} for an action in the clear, though the server itself is reached by https
   */
  async refuseExposing(operation: Operation, { href, header }: Action): Promise<void> {
    if (this.#settings.allowInsecureHttp || href.protocol === 'https:' || isLoopback(href.hostname)) return;
    const { endpoint } = await this.#found(operation);
    if (endpoint.protocol !== 'https:') return;
    const what = isExposed(href, header) ? 'the credentials' : 'the object';
    throw new RemoteError({
      kind: 'lfs',
      location: this.location,
      detail: `the Git LFS server names ${href.origin} for it, where others on the network could read ${what}.`,
      remedy: INSECURE_REMEDY,
    });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** The server as it was found last, even if the sign-in there has expired since. */
  async #found(operation: Operation): Promise<Access> {
    return this.#access.get(operation) ?? this.access(operation);
  }

  async #send(request: HttpRequest): Promise<LfsAnswer> {
    const { url, headers: sentHeaders } = request;
    const answer = await this.#client(url).send(request);
    return { answer, url, sentHeaders, status: answer.status, headers: answer.headers };
  }

  #sendOrAgain(request: HttpRequest): Promise<LfsAnswer> {
    const { clock, signal } = this.#settings;
    return patiently(() => this.#send(request), {
      policy: ONCE_MORE,
      clock,
      signal,
      setbackOf: (outcome) =>
        'error' in outcome && outcome.error instanceof NothingSentError ? outcome.error : undefined,
    });
  }

  #client(url: URL): HttpClient {
    const known = this.#clients.get(url.origin);
    if (known !== undefined) return known;
    const standing = { server: this.#settings.named, hasLed: url.origin !== this.#settings.named.origin };
    const client = new HttpClient({ ...this.#settings, server: url, location: this.location, standing }, this.#traffic);
    this.#clients.set(url.origin, client);
    return client;
  }
}
