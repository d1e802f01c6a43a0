import type { Clock } from '../../protocol/clock.js';
import { RemoteError } from '../../protocol/errors.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from '../../protocol/http/client.js';
import { mayTryAgain, NothingSentError, saidInJson, settled } from '../../protocol/http/errors.js';
import type { Network } from '../../protocol/http/route.js';
import type { TimeLimits, Traffic } from '../../protocol/wire/transport.js';
import { pauseAfter } from '../../protocol/waiting.js';
import type { Access, FindAccess } from './access.js';
import { isExposed, secretsIn } from './action-secrets.js';
import type { Action, Operation } from './batch.js';
import { INSECURE_REMEDY, isRedirect, lfsStatusError } from './errors.js';

/** How a Git LFS server is reached. */
export interface ConnectionSettings {
  readonly findAccess: FindAccess;
  /** Whether the user lets what signs in be readable on the way. */
  readonly allowInsecureHttp: boolean;
  /** The repository or server, as it may be shown. */
  readonly location: string;
  /** What a user sets to sign in, for messages. */
  readonly tokenName: string;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Is told of each request that is sent again. */
  readonly onRetry: (message: string) => void;
  /** What takes secrets out of texts. */
  readonly hiding: (secrets: readonly string[]) => (text: string) => string;
}

/** An answer and from where it came in the end. */
export interface LfsAnswer {
  readonly answer: HttpAnswer;
  readonly url: URL;
  /** Those of the request. */
  readonly headers: HttpRequest['headers'];
  readonly status: number;
}

/** An answer that is there to its end. */
export interface LfsReply extends LfsAnswer {
  readonly body: string;
}

const ATTEMPTS = 4;
const MOST_REDIRECTS = 5;
const LARGEST_TEXT = 16 * 1024 * 1024;
/** What ends so soon is asked for anew, in milliseconds. */
const TOO_SOON = 10_000;

/** The requests to a Git LFS server, and to the servers that it names: with patience, limits and errors in words. */
export class LfsConnection {
  readonly #settings: ConnectionSettings;
  readonly #traffic: Traffic;
  readonly #clients = new Map<string, HttpClient>();
  readonly #access = new Map<Operation, Promise<Access>>();
  #location: string;

  /** @param traffic is counted up */
  constructor(settings: ConnectionSettings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#location = settings.location;
  }

  /** The server, as it may be shown: the one that was found, once it has been looked for. */
  get location(): string {
    return this.#location;
  }

  /** Whether what ends then can still be used. */
  isCurrent(expiresAt: number | undefined): boolean {
    return expiresAt === undefined || expiresAt - this.#settings.clock.now() > TOO_SOON;
  }

  /** Where the server is; found once, and again when what signs in has expired. */
  async access(operation: Operation): Promise<Access> {
    const earlier = this.#access.get(operation);
    const known = await earlier?.catch(() => undefined);
    if (known !== undefined && this.isCurrent(known.expiresAt)) return known;
    const latest = this.#access.get(operation);
    // Whoever else waited for it has asked anew already.
    if (latest !== undefined && latest !== earlier) return latest;
    const found = this.#patiently(async () => this.#settings.findAccess(operation));
    this.#access.set(operation, found);
    const access = await found;
    this.#location = access.endpoint.href;
    return access;
  }

  /** A request that may be sent again, because it changes nothing: until all of its answer is there, or four times. */
  async patiently(request: HttpRequest): Promise<LfsReply> {
    const { url, headers } = request;
    return this.#patiently(async (isLast) => {
      const answer = await this.#client(url).send(request);
      const status = answer.response.statusCode ?? 0;
      if (!isLast && (mayTryAgain(status) || status === 500)) throw this.#notNow(answer, status);
      const answered = { answer, url, headers, status };
      return { ...answered, body: await this.text(answered) };
    });
  }

  async #patiently<T>(ask: (isLast: boolean) => Promise<T>): Promise<T> {
    const { onRetry, signal, limits } = this.#settings;
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === ATTEMPTS;
      try {
        return await ask(isLast);
      } catch (error) {
        const failure = settled(error);
        if (isLast || !(failure instanceof RemoteError) || !failure.passing) throw failure;
        const { location, detail, retryAfter } = failure;
        const pause = pauseAfter(attempt, retryAfter, limits.silence);
        onRetry(`${location}: ${detail} Trying again in ${(pause / 1000).toFixed(1)} s.`);
        await this.#settings.clock.sleep(pause, signal);
      }
    }
  }

  #notNow({ response }: HttpAnswer, status: number): RemoteError {
    response.destroy();
    const retryAfter = response.headers['retry-after'];
    return new RemoteError({
      kind: 'interrupted',
      location: this.location,
      detail: `HTTP status ${status}.`,
      retryAfter,
    });
  }

  /** A download may be elsewhere, in an object storage for instance, where what signs in here is not for. */
  async following(first: HttpRequest): Promise<LfsAnswer> {
    let request = first;
    for (let redirects = 0; ; redirects += 1) {
      const { url, headers } = request;
      const answer = await this.#sent(request);
      const status = answer.response.statusCode ?? 0;
      const isElsewhere = first.method === 'GET' && isRedirect(status);
      const next = isElsewhere && redirects < MOST_REDIRECTS ? redirection(answer, url) : undefined;
      const answered = { answer, url, headers, status };
      if (next === undefined) return answered;
      // Read to its end, the connection can be used again.
      await this.text(answered);
      request = { ...request, url: next, headers: next.origin === url.origin ? headers : {} };
    }
  }

  /** The body of an answer, as it comes. */
  content({ answer, url }: LfsAnswer): AsyncGenerator<Buffer, void, undefined> {
    return this.#client(url).received(answer);
  }

  /** The body of an answer that is a text of bearable length. */
  async text(answer: LfsAnswer): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.content(answer)) {
      parts.push(chunk);
      length += chunk.length;
      if (length > LARGEST_TEXT) throw this.#tooLong();
    }
    return Buffer.concat(parts).toString('utf8');
  }

  /** The error for an answer that is not the one wanted. */
  async statusError(
    { answer, url, headers: sent, status }: LfsAnswer,
    body: string,
    operation: Operation,
    asked: 'batch' | 'object',
  ): Promise<RemoteError> {
    const { location = '', 'retry-after': retryAfter } = answer.response.headers;
    const { endpoint, headers, isOverSsh = false, isForeign = false } = await this.#found(operation);
    return lfsStatusError({
      location: this.location,
      status,
      // A server may repeat what it was sent.
      said: this.hiding(secretsIn(url, sent))(saidInJson(body)),
      operation,
      asked,
      redirectedTo: URL.canParse(location, endpoint.href) ? new URL(location, endpoint) : undefined,
      retryAfter,
      signedIn: Object.keys(headers()).length > 0,
      isOverSsh,
      tokenName: isForeign ? undefined : this.#settings.tokenName,
    });
  }

  /**
   * Makes sure that what signs in stays as secret as it came.
   *
   * @throws {RemoteError} for an action that would carry it in the clear, though the server itself is reached by https
   */
  async refuseExposing(operation: Operation, { href, header }: Action): Promise<void> {
    if (this.#settings.allowInsecureHttp || !isExposed(href, header)) return;
    const { endpoint } = await this.#found(operation);
    if (endpoint.protocol !== 'https:') return;
    throw new RemoteError({
      kind: 'lfs',
      location: this.location,
      detail: `the Git LFS server names ${href.origin} for it, where what signs in would be readable on the way.`,
      remedy: INSECURE_REMEDY,
    });
  }

  /** What takes secrets out of texts. */
  hiding(secrets: readonly string[]): (text: string) => string {
    return this.#settings.hiding(secrets);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** Where the server was found last, even if what signs in there has expired since. */
  async #found(operation: Operation): Promise<Access> {
    return this.#access.get(operation) ?? this.access(operation);
  }

  /** A kept connection may be gone by the time it is used: a question of which not a byte left is asked once more. */
  async #sent(request: HttpRequest): Promise<HttpAnswer> {
    const client = this.#client(request.url);
    return client.send(request).catch(async (error: unknown) => {
      if (request.method !== 'GET' || !(error instanceof NothingSentError)) throw error;
      return client.send(request);
    });
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

  #tooLong(): RemoteError {
    return new RemoteError({
      kind: 'lfs',
      location: this.location,
      detail: `the Git LFS server's answer is longer than ${LARGEST_TEXT} bytes.`,
    });
  }
}

/** Where an answer leads, if one may go there: never from https to http. */
function redirection({ response }: HttpAnswer, from: URL): URL | undefined {
  const { location } = response.headers;
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.protocol === 'https:' || to.protocol === from.protocol ? to : undefined;
}
