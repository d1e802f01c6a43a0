import { setTimeout as sleep } from 'node:timers/promises';
import { basicAuthorization, type Credentials } from '../credentials.js';
import { HttpClient, type HttpAnswer, type HttpRequest } from './client.js';
import { mayTryAgain, NothingSentError, settled, statusError, type SignInHints } from './errors.js';
import { ProtocolError, RemoteError } from '../errors.js';
import { PacketReader } from '../wire/pkt-line.js';
import { printable } from '../printable.js';
import { withoutUserinfo } from '../userinfo.js';
import type { Network } from './route.js';
import { noTraffic, type Answer, type Body, type Service, type TimeLimits, type Transport } from '../wire/transport.js';
import { pauseAfter } from '../waiting.js';

/** How to reach a repository over smart HTTP (gitprotocol-http). */
export interface HttpSettings {
  /** Without credentials, query and fragment. */
  readonly url: URL;
  /** Asked before each request: some live for minutes only. */
  readonly credentials?: (() => Credentials) | undefined;
  readonly hints: SignInHints;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Is told of each request that is sent again. */
  readonly onRetry: (message: string) => void;
}

const ATTEMPTS = 3;
// A host that asks for fewer requests means it, and lets them through again within a minute or so.
const ATTEMPTS_WHEN_THROTTLED = 6;
const MOST_REDIRECTS = 5;
// As git's http.postBuffer: up to here a body is sent with its length, because some servers and proxies know no chunks.
const WHOLE_BODY_BYTES = 1024 * 1024;

/** Smart HTTP: every request stands alone. Starts no program and writes nothing to disk. */
export class HttpTransport implements Transport {
  readonly location: string;
  readonly stateless = true;
  readonly traffic = noTraffic();
  readonly #settings: HttpSettings;
  readonly #client: HttpClient;
  readonly #closing = new AbortController();
  #base: string;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
    this.#base = settings.url.href.replace(/\/+$/, '');
    this.location = this.#base;
    this.#client = new HttpClient({ ...settings, server: settings.url, location: this.location }, this.traffic);
  }

  /** @throws {RemoteError} also where what answers is a web page or a dumb HTTP server */
  async advertise(service: Service): Promise<Answer> {
    let url = this.#url(`/info/refs?service=${service}`);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.#readAgain(() =>
        this.#send({ method: 'GET', url, headers: { Accept: '*/*', Pragma: 'no-cache', ...protocolHeader(service) } }),
      );
      const { statusCode = 0, headers } = answer.response;
      if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
        await this.#expect(answer, service, 'advertisement');
        return this.#answer(answer);
      }
      answer.response.destroy();
      url = this.#redirected(url, headers.location, service);
    }
    throw this.#redirectError(`is redirected more than ${MOST_REDIRECTS} times.`);
  }

  async request(service: Service, body: Body): Promise<Answer> {
    const send = async (whole: Body): Promise<HttpAnswer> =>
      this.#send({
        method: 'POST',
        url: this.#url(`/${service}`),
        headers: {
          Accept: `application/x-${service}-result`,
          'Content-Type': `application/x-${service}-request`,
          ...protocolHeader(service),
        },
        body: whole,
        // A kept-alive connection may have gone while the source was counting.
        ownConnection: service === 'git-receive-pack',
      });
    const whole = await gather(body);
    const reading = service === 'git-upload-pack' && Buffer.isBuffer(whole);
    const answer = reading ? await this.#readAgain(() => send(whole)) : await this.#sendOnce(() => send(whole), whole);
    await this.#expect(answer, service, 'result');
    return this.#answer(answer);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#client.close();
  }

  /** A request that changes nothing may be sent again whatever happened to it. */
  async #readAgain(send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= ATTEMPTS;
      try {
        const answer = await send();
        const { statusCode = 0 } = answer.response;
        const isEnough = statusCode === 429 ? attempt >= ATTEMPTS_WHEN_THROTTLED : last;
        if (isEnough || !mayTryAgain(statusCode)) return answer;
        await this.#pause(
          attempt,
          `HTTP status ${answer.response.statusCode}.`,
          answer.response.headers['retry-after'],
        );
        answer.response.destroy();
      } catch (error) {
        if (last || !(error instanceof RemoteError) || !isPassing(error)) throw settled(error);
        await this.#pause(attempt, error.detail);
      }
    }
  }

  /** A request that changes something is sent again only if not a byte of it left, or the server put it off. */
  async #sendOnce(send: () => Promise<HttpAnswer>, body: Body): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await send();
        const isPutOff =
          answer.response.statusCode === 429 && Buffer.isBuffer(body) && attempt < ATTEMPTS_WHEN_THROTTLED;
        if (!isPutOff) return answer;
        await this.#pause(attempt, 'HTTP status 429.', answer.response.headers['retry-after']);
        answer.response.destroy();
      } catch (error) {
        const again = error instanceof NothingSentError && Buffer.isBuffer(body) && attempt < ATTEMPTS;
        if (!again) throw settled(error);
        await this.#pause(attempt, error.detail);
      }
    }
  }

  async #pause(attempt: number, why: string, retryAfter?: string): Promise<void> {
    this.#settings.signal.throwIfAborted();
    const pause = pauseAfter(attempt, retryAfter);
    this.#settings.onRetry(`${this.location}: ${why} Trying again in ${(pause / 1000).toFixed(1)} s.`);
    await sleep(pause, undefined, { signal: AbortSignal.any([this.#settings.signal, this.#closing.signal]) });
  }

  #send(request: HttpRequest): Promise<HttpAnswer> {
    return this.#client.send({ ...request, headers: { ...this.#authorization(), ...request.headers } });
  }

  #answer(answer: HttpAnswer): Answer {
    const packets = new PacketReader(this.location, this.#client.received(answer));
    return {
      packets,
      release: async () => {
        while ((await packets.next()) !== undefined);
      },
      abort: () => void answer.response.destroy(),
    };
  }

  async #expect(answer: HttpAnswer, service: Service, kind: 'advertisement' | 'result'): Promise<void> {
    const { response } = answer;
    const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    const status = response.statusCode ?? 0;
    if (status === 200 && type === `application/x-${service}-${kind}`) {
      if ((response.headers['content-encoding'] ?? 'identity') === 'identity') return;
      response.destroy();
      throw new ProtocolError(this.location, 'the answer is compressed, which was not asked for');
    }
    const beginning = await this.#beginning(answer);
    throw statusError({
      location: this.location,
      status,
      type: type ?? '',
      beginning,
      redirectedTo: response.headers.location,
      signedIn: this.#settings.credentials !== undefined,
      hints: this.#settings.hints,
      service,
    });
  }

  async #beginning(answer: HttpAnswer): Promise<string> {
    const parts: Buffer[] = [];
    let length = 0;
    try {
      for await (const chunk of this.#client.received(answer)) {
        parts.push(chunk);
        length += chunk.length;
        if (length > 1024) break;
      }
    } catch {
      // The status is the message; its text is an extra.
    }
    return Buffer.concat(parts).toString('utf8', 0, 1024);
  }

  // As git's http.followRedirects=initial, but never to another origin: the credentials would go there.
  #redirected(from: URL, location: string, service: Service): URL {
    const suffix = `/info/refs?service=${service}`;
    if (!URL.canParse(location, from.href)) throw this.#redirectError('is redirected to something that is no URL.');
    const to = withoutUserinfo(new URL(location, from));
    if (to.origin !== from.origin) {
      throw this.#redirectError(
        `is redirected to another server, ${printable(to.origin + to.pathname.replace(/\/info\/refs$/, ''), 300)}; that is not followed, so that no credential goes astray.`,
        'Give that URL instead, if it is the right one.',
      );
    }
    if (!to.href.endsWith(suffix)) {
      throw this.#redirectError(`is redirected to ${printable(to.href, 300)}, which is not a Git repository.`);
    }
    this.#base = to.href.slice(0, -suffix.length);
    return to;
  }

  #redirectError(detail: string, remedy = 'Check the URL.'): RemoteError {
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

function isPassing(error: RemoteError): boolean {
  return error instanceof NothingSentError || error.kind === 'interrupted';
}

function protocolHeader(service: Service): Record<string, string> {
  return service === 'git-upload-pack' ? { 'Git-Protocol': 'version=2' } : {};
}

/** A short body as a whole, a long one as a stream that begins with what has been read of it. */
async function gather(body: Body): Promise<Body> {
  if (Buffer.isBuffer(body)) return body;
  const chunks = body[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let length = 0;
  while (length <= WHOLE_BODY_BYTES) {
    const next = await chunks.next();
    if (next.done === true) return Buffer.concat(parts);
    parts.push(next.value);
    length += next.value.length;
  }
  return resumed(parts, chunks);
}

async function* resumed(parts: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  try {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) yield part;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
