import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RemoteError } from '../protocol/errors.js';
import { HttpClient } from '../protocol/http/client.js';
import { mayTryAgain, settled } from '../protocol/http/errors.js';
import { printable } from '../protocol/printable.js';
import type { Network } from '../protocol/http/route.js';
import { noTraffic, type TimeLimits } from '../protocol/wire/transport.js';
import { pauseAfter } from '../protocol/waiting.js';

/** An answer of an API. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How an API is reached. */
export interface ApiSettings {
  readonly network: Network;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly userAgent: string;
}

const ATTEMPTS = 3;
// Of a repository that was renamed or moved; a GET stays one.
const REDIRECTS = [301, 302, 307, 308];
const MOST_REDIRECTS = 3;
const LARGEST_ANSWER = 32 * 1024 * 1024;
// An API has nothing to count before it answers, unlike Git.
const LONGEST_SILENCE_MS = 60_000;
const CHECK_URL = "Check the source's URL";

/** Reads from the API of one server; never from another one, to which credentials could go astray. */
export class Api {
  readonly url: string;
  readonly #settings: ApiSettings;
  readonly #client: HttpClient;
  readonly #otherwise: string;

  /**
   * @param url where the API is, without a slash at the end
   * @param otherwise how a user can do without it, for messages: "do this"
   */
  constructor(url: string, settings: ApiSettings, otherwise: string) {
    this.url = url;
    this.#settings = settings;
    this.#otherwise = otherwise;
    const limits = limitsOfApi(settings.limits, otherwise);
    this.#client = new HttpClient({ ...settings, limits, server: new URL(url), location: url }, noTraffic());
  }

  /**
   * Gets what is at a URL below that of the API. Passing trouble is waited for.
   *
   * @throws {RemoteError} where there is no answer at all; a status is an answer
   */
  async get(url: string, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    let at = this.#own(url);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#getPatiently(at, headers);
      const { location } = answer.headers;
      if (!REDIRECTS.includes(answer.status) || location === undefined || redirects === MOST_REDIRECTS) return answer;
      at = this.#own(location, at);
    }
  }

  /** A URL of this API's server; to another one nothing is sent. */
  #own(url: string, from?: URL): URL {
    if (!URL.canParse(url, from?.href)) throw this.error('the API redirects to something that is no URL.', CHECK_URL);
    const own = new URL(url, from);
    if (own.origin === new URL(this.url).origin) return own;
    const elsewhere = `the API redirects to another server, ${printable(own.origin, 300)}; that is not followed.`;
    throw this.error(elsewhere, CHECK_URL);
  }

  async #getPatiently(url: URL, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#getOnce(url, headers);
        if (attempt === ATTEMPTS || !mayTryAgain(answer.status)) return answer;
        await sleep(pauseAfter(attempt, answer.headers['retry-after']), undefined, { signal: this.#settings.signal });
      } catch (error) {
        const isPassing = error instanceof RemoteError && error.passing;
        if (attempt === ATTEMPTS || !isPassing) throw settled(error);
        await sleep(pauseAfter(attempt), undefined, { signal: this.#settings.signal });
      }
    }
  }

  /** The answer's body as JSON. */
  parse(answer: ApiAnswer): unknown {
    try {
      return JSON.parse(answer.body);
    } catch {
      throw this.error("the API's answer is no JSON.", `${CHECK_URL} and the proxies on the way`);
    }
  }

  close(): void {
    this.#client.close();
  }

  async #getOnce(url: URL, headers: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    const answer = await this.#client.send({ method: 'GET', url, headers: { Accept: 'application/json', ...headers } });
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#client.received(answer)) {
      length += chunk.length;
      if (length > LARGEST_ANSWER) throw this.error(`the API's answer is longer than ${LARGEST_ANSWER} bytes.`);
      parts.push(chunk);
    }
    const { statusCode = 0, headers: told } = answer.response;
    return { status: statusCode, headers: told, body: Buffer.concat(parts).toString('utf8') };
  }

  /**
   * What is wrong with what this API answers.
   *
   * @param remedy what a user can try first, without a full stop
   */
  error(detail: string, remedy = 'Ask the operator of the server'): RemoteError {
    return new RemoteError({ kind: 'api', location: this.url, detail, remedy: `${remedy}, or ${this.#otherwise}.` });
  }
}

/** The time limits for an API: shorter ones than for Git, unless a user has set even shorter ones. */
export function limitsOfApi(limits: TimeLimits, otherwise: string): TimeLimits {
  if (limits.silence < LONGEST_SILENCE_MS) return limits;
  return { ...limits, silence: LONGEST_SILENCE_MS, remedyOfSilence: `Try again later, or ${otherwise}.` };
}
