import { RemoteError } from '../../protocol/errors.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from '../../protocol/http/client.js';
import { NothingSentError } from '../../protocol/http/connection-error.js';
import { type NamedServer } from '../../protocol/http/named-server.js';
import { followRedirects, type AnswerHead, type RefusedRedirect } from '../../protocol/http/redirects.js';
import type { Network } from '../../protocol/http/route.js';
import { HTTP_LIMITS } from '../../protocol/limits/http.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { excess, type StrictLimit } from '../../protocol/limits/limit.js';
import { isLoopback } from '../../protocol/location.js';
import { PATIENCE, patiently, type RetryPolicy } from '../../protocol/patience.js';
import { printable } from '../../protocol/printable.js';
import { MORE_TIME } from '../../protocol/time-limit.js';
import type { Clock } from '../../protocol/clock.js';
import type { TimeLimits, Traffic } from '../../protocol/wire/transport.js';
import { withoutSignIn } from './action-secrets.js';

/** Settings of {@link LfsRequests}. */
export interface RequestSettings {
  /** The server that the user named, which may lead to others. */
  readonly named: NamedServer;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** A request that may be led elsewhere, and so sent more than once. */
export interface LfsRequest extends Omit<HttpRequest, 'body'> {
  /** The body, or what gives it from its beginning each time; `undefined` where too much has been read to begin again. */
  readonly body?: Buffer | (() => AsyncIterable<Buffer> | undefined);
}

/** An answer with the request that it is for. */
export interface LfsAnswer extends AnswerHead {
  readonly answer: HttpAnswer;
  readonly url: URL;
  readonly sentHeaders: HttpRequest['headers'];
  /** Address of the answerer; behind a proxy it is not known. */
  readonly address: string | undefined;
  /** Set for an answer that leads elsewhere still. */
  readonly refused?: RefusedRedirect | undefined;
}

/** The content of an object must be read anew: it is to be sent again, and its beginning is not held any more. */
export class ContentUsedUp extends RemoteError {
  /** The address for the next try. */
  readonly to: URL;
  /** True where another server led there: nothing that signs in may go along. */
  readonly hasLeftServer: boolean;

  constructor(location: string, to: URL, hasLeftServer: boolean) {
    const place = printable(to.origin + to.pathname, 300);
    super({ kind: 'redirect', location, detail: `the upload is led on again and again, at last to ${place}.` });
    this.to = to;
    this.hasLeftServer = hasLeftServer;
  }
}

/** A kept connection may be gone by the time it is used: that costs no pause. */
const ONCE_MORE: RetryPolicy = { ...PATIENCE, attempts: 2, firstPauseMs: 0 };

/** Single requests to a Git LFS server, and to the servers to which it leads; redirects are followed. */
export class LfsRequests {
  readonly #settings: RequestSettings;
  readonly #traffic: Traffic;
  readonly #location: () => string;
  readonly #clients = new Map<string, HttpClient>();

  /**
   * @param location the server, as it may be shown
   * @param traffic is counted up
   */
  constructor(settings: RequestSettings, location: () => string, traffic: Traffic) {
    this.#settings = settings;
    this.#location = location;
    this.#traffic = traffic;
  }

  /**
   * Sends a request, and again where it is redirected, with its method and body as git-lfs does (RFC 9110, 15.4, would
   * have some of them become a GET). Another server gets nothing that signs in.
   *
   * @throws {ContentUsedUp} where the body cannot be sent again
   */
  async follow(request: LfsRequest): Promise<LfsAnswer> {
    const { answer, refused } = await followRedirects(
      request.url,
      { mayLeaveServer: true },
      {
        ask: (url, hasLeftServer) =>
          this.#sendOrAgain(
            { ...request, url, headers: hasLeftServer ? withoutSignIn(request.headers) : request.headers },
            hasLeftServer,
          ),
        // Read to its end, the connection can be used again.
        discard: (redirect) => this.words(redirect),
      },
    );
    return { ...answer, refused };
  }

  /** True where what an answerer says may be shown: the named server would see it itself, or anybody would. */
  mayQuote({ url, address }: LfsAnswer): boolean {
    const { named } = this.#settings;
    if (url.origin === named.origin) return true;
    return named.mayBeQuoted(address, url);
  }

  /** The body of an answer, as it comes. */
  content({ answer, url }: LfsAnswer): AsyncGenerator<Buffer, void, undefined> {
    return this.#client(url).content(answer);
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
    return new RemoteError({ kind: 'silent', location: this.#location(), detail, remedy: MORE_TIME });
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
      location: this.#location(),
      detail: `the Git LFS server breaks its protocol: ${excess(limit)}.`,
    });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #send({ body, ...request }: LfsRequest, hasLeftServer: boolean): Promise<LfsAnswer> {
    const { url, headers: sentHeaders } = request;
    const sent = typeof body === 'function' ? body() : body;
    if (body !== undefined && sent === undefined) throw new ContentUsedUp(this.#location(), url, hasLeftServer);
    const answer = await this.#client(url).send(sent === undefined ? request : { ...request, body: sent });
    const { network } = this.#settings;
    const isProxied = !isLoopback(url.hostname) && network.proxyFor(url) !== undefined;
    const address = isProxied ? undefined : answer.response.socket.remoteAddress;
    return { answer, url, sentHeaders, address, status: answer.status, headers: answer.headers };
  }

  #sendOrAgain(request: LfsRequest, hasLeftServer: boolean): Promise<LfsAnswer> {
    const { clock, signal } = this.#settings;
    return patiently(() => this.#send(request, hasLeftServer), {
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
    const { named } = this.#settings;
    const standing = { server: named, hasLed: url.origin !== named.origin };
    const client = new HttpClient(
      { ...this.#settings, server: url, location: this.#location(), standing },
      this.#traffic,
    );
    this.#clients.set(url.origin, client);
    return client;
  }
}
