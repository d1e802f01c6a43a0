import { trimEndOf } from '../trim.js';
import { readBeginning, wholeIfShort } from '../bounded.js';
import type { Clock } from '../clock.js';
import { HTTP_LIMITS } from '../limits/http.js';
import { excess } from '../limits/limit.js';
import { basicAuthorization, type Credentials } from '../credentials.js';
import { RemoteError } from '../errors.js';
import { PATIENCE, patiently, retryMessage, type RetryPolicy, type Setback, type TryResult } from '../patience.js';
import { printable } from '../printable.js';
import type { TemporaryFolders } from '../temporary.js';
import { PacketReader } from '../wire/pkt-line.js';
import { noTraffic, type Answer, type Body, type Service, type TimeLimits, type Transport } from '../wire/transport.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from './client.js';
import { NothingSentError, plainError } from './connection-error.js';
import { NamedServer } from './named-server.js';
import { noChunks, refusesChunks } from './no-chunks.js';
import { followRedirects, type RefusedRedirect } from './redirects.js';
import { Replay } from './replay.js';
import type { Network } from './route.js';
import { setbackOfAnswer, statusError, type SignInHints, type UnexpectedAnswer } from './status-error.js';

/** Settings of an {@link HttpTransport}: a repository behind smart HTTP (gitprotocol-http). */
export interface HttpSettings {
  /** URL without credentials, query and fragment. */
  readonly url: URL;
  /** Called before each request: some credentials live for minutes only. */
  readonly credentials?: (() => Credentials) | undefined;
  readonly hints: SignInHints;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Takes a push whose length a server wants to know, and which is too large for memory. */
  readonly temporary: TemporaryFolders;
  /** Hears of each request that is sent again, or in another way than usual. */
  readonly onRetry: (message: string) => void;
}

const RETRIES: RetryPolicy = { ...PATIENCE, attemptsWhenThrottled: 6 };
const MEBIBYTE = 1024 * 1024;
/** The words of a web page come behind its links and styles. */
const MOST_OF_PAGE = 8192;
// As git's http.postBuffer: up to here a body is sent with its length, because some servers and proxies know no chunks.
const WHOLE_BODY_BYTES = MEBIBYTE;
// Up to here a body that was turned down can be sent again from memory; beyond, its length is told by a file.
const LARGEST_IN_MEMORY = 16 * MEBIBYTE;

/** Smart HTTP: every request stands alone. Starts no program and writes nothing to disk. */
export class HttpTransport implements Transport {
  readonly location: string;
  readonly place = 'http';
  readonly stateless = true;
  readonly traffic = noTraffic();
  readonly server: NamedServer;
  readonly #settings: HttpSettings;
  readonly #client: HttpClient;
  readonly #closing = new AbortController();
  readonly #stop: AbortSignal;
  #base: string;
  /** False once the server has turned down a body without its length, or is too old for one. */
  #takesChunks = true;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
    this.#stop = AbortSignal.any([settings.signal, this.#closing.signal]);
    this.#base = trimEndOf(settings.url.href, '/');
    this.location = this.#base;
    this.server = NamedServer.at(settings.url);
    const standing = { server: this.server, hasLed: false };
    this.#client = new HttpClient(
      { ...settings, server: settings.url, location: this.location, standing },
      this.traffic,
    );
  }

  /** @throws {RemoteError} also where what answers is a web page or a dumb HTTP server */
  async advertise(service: Service): Promise<Answer> {
    const suffix = `/info/refs?service=${service}`;
    const headers = { Accept: '*/*', Pragma: 'no-cache', ...protocolHeader(service) };
    const isFit = (to: URL): boolean => to.href.endsWith(suffix);
    // As git's http.followRedirects=initial, but never to another origin: the credentials would go there.
    const { answer, url, refused } = await followRedirects(
      this.#url(suffix),
      { mayLeaveServer: false, isFit },
      {
        ask: (at) => this.#readAgain(() => this.#send({ method: 'GET', url: at, headers })),
        discard: ({ response }) => void response.destroy(),
      },
    );
    if (refused !== undefined) {
      answer.response.destroy();
      throw this.#redirectError(refused);
    }
    this.#base = url.href.slice(0, -suffix.length);
    // Chunks came with HTTP/1.1 (RFC 9112, section 7.1).
    if (answer.response.httpVersion === '1.0') this.#takesChunks = false;
    await this.#expect(answer, service, 'advertisement');
    return this.#answer(answer);
  }

  async request(service: Service, body: Body): Promise<Answer> {
    const whole = Buffer.isBuffer(body) ? body : await wholeIfShort(body, WHOLE_BODY_BYTES);
    if (!Buffer.isBuffer(whole)) return this.#stream(service, new Replay(whole, LARGEST_IN_MEMORY));
    const send = (): Promise<HttpAnswer> => this.#post(service, whole);
    const answer = service === 'git-upload-pack' ? await this.#readAgain(send) : await this.#sendOnce(send);
    await this.#expect(answer, service, 'result');
    return this.#answer(answer);
  }

  /** Sends a body whose length is not known: in chunks, or with its length to a server that takes no chunks. */
  async #stream(service: Service, body: Replay): Promise<Answer> {
    try {
      if (!this.#takesChunks) return await this.#sendWithLength(service, body);
      const answer = await this.#post(service, body.read());
      const unexpected = await this.#unexpected(answer, service, 'result');
      if (unexpected === undefined) return this.#answer(answer);
      if (!refusesChunks(unexpected, answer.response.statusMessage)) throw statusError(unexpected);
      this.#takesChunks = false;
      if (!body.hasBeginning) throw noChunks(this.location, unexpected.status);
      this.#settings.onRetry(
        `${this.location}: the server takes no request without its length (HTTP ${unexpected.status}). Sending it again with its length.`,
      );
      return await this.#sendWithLength(service, body);
    } finally {
      body.letGo();
    }
  }

  async #sendWithLength(service: Service, body: Replay): Promise<Answer> {
    const whole = await wholeIfShort(body.read(), LARGEST_IN_MEMORY);
    if (Buffer.isBuffer(whole)) return this.request(service, whole);
    const { keepInFile } = await import('./temporary-file.js');
    this.#settings.onRetry(
      `${this.location}: the server wants to know the length of a push of more than ${LARGEST_IN_MEMORY / MEBIBYTE} MiB: it is written to a temporary file first.`,
    );
    const { bytes, length, close } = await keepInFile(whole, this.location, this.#settings.temporary);
    try {
      const answer = await this.#post(service, bytes, { 'Content-Length': String(length) });
      await this.#expect(answer, service, 'result');
      return this.#answer(answer);
    } catch (error) {
      await close();
      throw error;
    }
  }

  #post(service: Service, body: Body, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    return this.#send({
      method: 'POST',
      url: this.#url(`/${service}`),
      headers: {
        Accept: `application/x-${service}-result`,
        'Content-Type': `application/x-${service}-request`,
        ...protocolHeader(service),
        ...headers,
      },
      body,
      // A kept-alive connection may have gone while the source was counting.
      ownConnection: service === 'git-receive-pack',
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#client.close();
  }

  /** A request that changes nothing may be sent again whatever happened to it. */
  #readAgain(send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    return this.#patiently(send, (outcome) => {
      if ('value' in outcome) return setbackOfAnswer(outcome.value);
      const { error } = outcome;
      const mayPass =
        error instanceof NothingSentError || (error instanceof RemoteError && error.kind === 'interrupted');
      return mayPass ? error : undefined;
    });
  }

  /** A request that changes something is sent again only if not a byte of it left, or the server put it off. */
  #sendOnce(send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    return this.#patiently(send, (outcome) => {
      if ('value' in outcome) return outcome.value.status === 429 ? setbackOfAnswer(outcome.value) : undefined;
      return outcome.error instanceof NothingSentError ? outcome.error : undefined;
    });
  }

  #patiently(
    send: () => Promise<HttpAnswer>,
    setbackOf: (outcome: TryResult<HttpAnswer>) => Setback | undefined,
  ): Promise<HttpAnswer> {
    const { clock, onRetry } = this.#settings;
    let last: HttpAnswer | undefined;
    const remembering = async (): Promise<HttpAnswer> => (last = await send());
    return patiently(remembering, {
      policy: RETRIES,
      clock,
      signal: this.#stop,
      setbackOf,
      location: this.location,
      onSpent: (answer, sentence) => {
        answer.notAgain = { sentence, retryAfter: answer.headers['retry-after'] };
      },
      onRetry: (setback, pause) => {
        last?.response.destroy();
        onRetry(retryMessage(this.location, setback, pause));
      },
    }).catch((error: unknown) => {
      throw plainError(error);
    });
  }

  #send(request: HttpRequest): Promise<HttpAnswer> {
    return this.#client.send({ ...request, headers: { ...this.#authorization(), ...request.headers } });
  }

  #answer(answer: HttpAnswer): Answer {
    const packets = new PacketReader(this.location, this.#client.content(answer), this.#settings.limits);
    return {
      packets,
      release: () => packets.finish(),
      abort: () => void answer.response.destroy(),
    };
  }

  async #expect(answer: HttpAnswer, service: Service, kind: 'advertisement' | 'result'): Promise<void> {
    const unexpected = await this.#unexpected(answer, service, kind);
    if (unexpected !== undefined) throw statusError(unexpected);
  }

  async #unexpected(
    answer: HttpAnswer,
    service: Service,
    kind: 'advertisement' | 'result',
  ): Promise<UnexpectedAnswer | undefined> {
    const { status, headers } = answer;
    const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (status === 200 && type === `application/x-${service}-${kind}`) return undefined;
    return {
      location: this.location,
      status,
      type: type ?? '',
      beginning: await this.#beginning(answer),
      redirectedTo: headers.location,
      challenges: status === 407 ? headers['proxy-authenticate']?.toString() : headers['www-authenticate'],
      signedIn: this.#settings.credentials !== undefined,
      hints: this.#settings.hints,
      service,
      notAgain: answer.notAgain,
    };
  }

  async #beginning(answer: HttpAnswer): Promise<string> {
    try {
      return await readBeginning(this.#client.content(answer), MOST_OF_PAGE);
    } catch {
      // The status is the message; its text is an extra.
      return '';
    }
  }

  #redirectError(refused: RefusedRedirect): RemoteError {
    const { detail, remedy = 'Check the URL.' } = redirectWords(refused);
    return new RemoteError({ kind: 'redirect', location: this.location, detail: `the repository ${detail}`, remedy });
  }

  #url(suffix: string): URL {
    return new URL(this.#base + suffix);
  }

  #authorization(): Record<string, string> {
    const credentials = this.#settings.credentials?.();
    return credentials === undefined ? {} : { Authorization: basicAuthorization(credentials) };
  }
}

function redirectWords(refused: RefusedRedirect): { detail: string; remedy?: string } {
  switch (refused.kind) {
    case 'too-many':
      return { detail: `${excess(HTTP_LIMITS.redirects)}.` };
    case 'no-url':
      return { detail: 'is redirected to something that is not a URL.' };
    case 'unfit':
      return { detail: `is redirected to ${printable(refused.to.href, 300)}, which is not a Git repository.` };
    default: {
      const { origin, pathname } = refused.to;
      const elsewhere = printable(origin + pathname.replace(/\/info\/refs$/, ''), 300);
      return {
        detail: `is redirected to another server, ${elsewhere} (not followed, because that server must not get the credentials).`,
        remedy: 'If the new URL is right, use it instead.',
      };
    }
  }
}

function protocolHeader(service: Service): Record<string, string> {
  return service === 'git-upload-pack' ? { 'Git-Protocol': 'version=2' } : {};
}
