import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../protocol/clock.js';
import { RemoteError } from '../protocol/errors.js';
import { HttpClient, type HttpRequest } from '../protocol/http/client.js';
import { plainError } from '../protocol/http/connection-error.js';
import { followRedirects, type RefusedRedirect } from '../protocol/http/redirects.js';
import type { Network } from '../protocol/http/route.js';
import { setbackOfAnswer } from '../protocol/http/status-error.js';
import { jsonExcess } from '../protocol/json.js';
import { HOST_LIMITS } from '../protocol/limits/hosts.js';
import { HTTP_LIMITS } from '../protocol/limits/http.js';
import { excess } from '../protocol/limits/limit.js';
import { PATIENCE, patiently } from '../protocol/patience.js';
import { printable } from '../protocol/printable.js';
import { noTraffic, type TimeLimits } from '../protocol/wire/transport.js';

/** An answer of an API. */
export interface ApiAnswer {
  /** The address that gave it, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Settings of an {@link Api}. */
export interface ApiSettings {
  readonly network: Network;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly userAgent: string;
}

// An API has nothing to count before it answers, unlike Git.
const LONGEST_SILENCE_MS = 60_000;
const CHECK_URL = 'Check the URL of the repository';

/** A change that an API is asked for. */
export interface ApiChange {
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: Readonly<Record<string, string>>;
}

/** Speaks to the API of one server; never from another one, to which credentials could go astray. */
export class Api {
  readonly url: string;
  readonly #settings: ApiSettings;
  readonly #client: HttpClient;
  readonly #otherwise: string;

  /**
   * @param url where the API is, without a slash at the end
   * @param otherwise a way to do without it, for messages: "do this"
   */
  constructor(url: string, settings: ApiSettings, otherwise: string) {
    this.url = url;
    this.#settings = settings;
    this.#otherwise = otherwise;
    const limits = limitsOfApi(settings.limits, otherwise);
    this.#client = new HttpClient({ ...settings, limits, server: new URL(url), location: url }, noTraffic());
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#settings.clock.now();
  }

  /**
   * Gets what is at a URL below that of the API. Passing trouble is waited for.
   *
   * @throws {RemoteError} where there is no answer at all; a status is an answer
   */
  async get(url: string, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const first = new URL(url);
    if (first.origin !== new URL(this.url).origin) throw new TypeError('only the own server is asked');
    const { answer, refused } = await followRedirects(
      first,
      { mayLeaveServer: false },
      { ask: (at) => this.#getPatiently(at, headers), discard: () => undefined },
    );
    if (refused !== undefined) throw this.error(redirectWords(refused), CHECK_URL);
    return answer;
  }

  /**
   * Sends a change, once: of one that broke off nobody knows what came of it.
   *
   * @throws {RemoteError} where there is no answer at all; a status is an answer
   */
  async change(method: 'PATCH' | 'PUT', url: string, { headers, body }: ApiChange): Promise<ApiAnswer> {
    const bytes = Buffer.from(JSON.stringify(body));
    const request = { method, url: new URL(url), headers: { 'Content-Type': 'application/json', ...headers } };
    return this.#send({ ...request, body: bytes }).catch((error: unknown) => {
      throw plainError(error);
    });
  }

  #getPatiently(url: URL, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const { clock, signal } = this.#settings;
    return patiently(() => this.#send({ method: 'GET', url, headers }), {
      policy: PATIENCE,
      clock,
      signal,
      location: this.url,
      setbackOf: (outcome) => {
        if ('value' in outcome) return setbackOfAnswer(outcome.value);
        return outcome.error instanceof RemoteError && outcome.error.passing ? outcome.error : undefined;
      },
    }).catch((error: unknown) => {
      throw plainError(error);
    });
  }

  /** Reads the answer's body as JSON. */
  parse(answer: ApiAnswer): unknown {
    const tooMuch = jsonExcess(answer.body);
    if (tooMuch !== undefined) throw this.error(`${tooMuch}.`);
    try {
      return JSON.parse(answer.body);
    } catch {
      throw this.error("the API's answer is not JSON.", `${CHECK_URL} and the proxies on the way`);
    }
  }

  close(): void {
    this.#client.close();
  }

  async #send(request: HttpRequest): Promise<ApiAnswer> {
    const { url, headers } = request;
    const answer = await this.#client.send({ ...request, headers: { Accept: 'application/json', ...headers } });
    const body = await this.#client.whole(answer, HOST_LIMITS.answer.value);
    if (body === undefined) throw this.error(`${excess(HOST_LIMITS.answer)}.`);
    return { url, status: answer.status, headers: answer.headers, body: body.toString('utf8') };
  }

  /**
   * Makes the error for an answer that cannot be used.
   *
   * @param remedy something that a user can try first, without a full stop
   */
  error(detail: string, remedy = 'Ask the operator of the server'): RemoteError {
    return new RemoteError({ kind: 'api', location: this.url, detail, remedy: `${remedy}, or ${this.#otherwise}.` });
  }
}

function redirectWords(refused: RefusedRedirect): string {
  if (refused.kind === 'too-many') return `the API ${excess(HTTP_LIMITS.redirects)}.`;
  if (!('to' in refused)) return 'the API redirects to something that is not a URL.';
  return `the API redirects to another server, ${printable(refused.to.origin, 300)} (not followed, because that server must not get the credentials).`;
}

/** The time limits for an API: shorter ones than for Git, unless a user has set even shorter ones. */
export function limitsOfApi(limits: TimeLimits, otherwise: string): TimeLimits {
  if (limits.silence < LONGEST_SILENCE_MS) return limits;
  return { ...limits, silence: LONGEST_SILENCE_MS, remedyOfSilence: `Try again later, or ${otherwise}.` };
}
