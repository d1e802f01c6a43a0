import type http from 'node:http';
import type { TLSSocket } from 'node:tls';
import { connectionError, noConnection, plainError, refusedByProxy } from './connection-error.js';
import { codingsIn, decode } from './content-coding.js';
import type { AnswerHead } from './redirects.js';
import type { NotAgain } from './status-error.js';
import { Route, type Network, type OpenRoute, type OutgoingRequest, type Standing } from './route.js';
import type { Body, TimeLimits, Traffic } from '../wire/transport.js';
import { readAtMost, readBeginning } from '../bounded.js';
import { RemoteError } from '../errors.js';
import { HTTP_LIMITS } from '../limits/http.js';
import { excess } from '../limits/limit.js';
import { MORE_TIME, silence, within, type TimeLimit } from '../time-limit.js';

/** Settings of an {@link HttpClient}. */
export interface HttpClientSettings {
  /** Any URL of the server. */
  readonly server: URL;
  /** The repository or API there, as it may be shown. */
  readonly location: string;
  readonly network: Network;
  readonly userAgent: string;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** See {@link Standing}. */
  readonly standing?: Standing;
}

/** A request with its body. */
export interface HttpRequest extends OutgoingRequest {
  readonly body?: Body;
}

/** A server's answer, of which the head is there. */
export interface HttpAnswer extends AnswerHead {
  readonly response: http.IncomingMessage;
  /** The error that broke off the body that was being sent. */
  bodyFailure?: unknown;
  /** Reason why it is the last answer, though its trouble may pass. */
  notAgain?: NotAgain;
}

interface ExchangeState {
  answer: HttpAnswer | undefined;
  isConnected: boolean;
}

/** Requests to one server: with time limits, backpressure, and errors that say what happened. */
export class HttpClient {
  readonly #settings: HttpClientSettings;
  readonly #traffic: Traffic;
  readonly #route: Route;
  readonly #open = new Set<http.ClientRequest>();
  readonly #closing = new AbortController();
  readonly #onAbort = (): void => this.close();

  /** @param traffic is counted up */
  constructor(settings: HttpClientSettings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#route = new Route({ ...settings, connectMs: settings.limits.connect });
    settings.signal.addEventListener('abort', this.#onAbort);
  }

  /** Closes every connection; what is under way fails. */
  close(): void {
    this.#settings.signal.removeEventListener('abort', this.#onAbort);
    this.#closing.abort();
    for (const request of this.#open) request.destroy();
    this.#open.clear();
    this.#route.close();
  }

  /**
   * Sends one request. The answer is there with its head; a body that is still on its way out goes on.
   *
   * @throws {RemoteError}, a `NothingSentError` where not a byte has left
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const route = await this.#route.open().catch((error: unknown) => {
      throw this.#broken(error, true);
    });
    const outgoing = this.#begin(request, route);
    return new Promise<HttpAnswer>((resolve, reject) => {
      const state: ExchangeState = { answer: undefined, isConnected: false };
      const fail = (error: unknown): void => {
        if (state.answer === undefined) reject(error);
        else state.answer.bodyFailure ??= error;
      };
      const answered = new Promise<void>((done, broken) => {
        outgoing.on('error', (error) => {
          fail(this.#broken(error, !state.isConnected || outgoing.reusedSocket));
          broken(error);
        });
        let interim = 0;
        outgoing.on('information', () => {
          interim += 1;
          if (interim > HTTP_LIMITS.interimAnswers.value) outgoing.destroy(this.#endlessInterim());
        });
        outgoing.once('response', (response) => {
          const refusal = this.#refusalOfProxy(response);
          if (refusal !== undefined) {
            outgoing.destroy(refusal);
            return;
          }
          state.answer = { response, status: response.statusCode ?? 0, headers: response.headers };
          resolve(state.answer);
          done();
        });
      });
      answered.catch(() => undefined);
      this.#converse(outgoing, request.body, state, answered).catch((error: unknown) => {
        fail(error);
        outgoing.destroy();
      });
    });
  }

  #begin(request: HttpRequest, route: OpenRoute): http.ClientRequest {
    this.#traffic.requests += 1;
    this.#settings.signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const usual = { 'User-Agent': this.#settings.userAgent, 'Accept-Encoding': 'identity', ...lengthOf(request.body) };
    const headers = { ...usual, ...request.headers };
    const outgoing = route.request({ ...request, headers });
    this.#open.add(outgoing);
    outgoing.once('close', () => this.#open.delete(outgoing));
    return outgoing;
  }

  async #converse(
    outgoing: http.ClientRequest,
    body: Body | undefined,
    state: ExchangeState,
    answered: Promise<void>,
  ): Promise<void> {
    const { limits, location } = this.#settings;
    // With the reason: some runtimes tell at once that the request is over, and it would seem to be the connection.
    const giveUp = (reason: RemoteError): void => void outgoing.destroy(reason);
    const error = noConnection(location, this.#route.proxy);
    await within(connection(outgoing), { ms: limits.connect, error, giveUp });
    state.isConnected = true;
    await this.#write(outgoing, body);
    await within(answered, this.#silence(giveUp));
  }

  /** The body of an answer, as it comes, and decoded. Whoever stops reading closes the connection. */
  content(answer: HttpAnswer): AsyncGenerator<Buffer, void, undefined> {
    const received = this.#receive(answer);
    const codings = codingsIn(answer.headers['content-encoding']);
    if (codings.length === 0) return received;
    const giveUp = (): void => void answer.response.destroy();
    return decode({ received, codings, location: this.#settings.location, giveUp });
  }

  /**
   * Reads the body of an answer that is short, to its end. All of it must come within twice the time for silence.
   *
   * @returns `undefined` for a body with more bytes than the limit
   */
  async whole(answer: HttpAnswer, mostBytes: number): Promise<Buffer | undefined> {
    return within(readAtMost(this.content(answer), mostBytes), this.#slowness(answer));
  }

  /** Reads the beginning of an answer, of which the rest is of no use, and marks the cut. */
  async beginning(answer: HttpAnswer, mostBytes: number): Promise<string> {
    return within(readBeginning(this.content(answer), mostBytes), this.#slowness(answer));
  }

  #slowness({ response }: HttpAnswer): TimeLimit {
    const { limits, location } = this.#settings;
    const remedy = limits.remedyOfSilence ?? MORE_TIME;
    const error = (seconds: number): RemoteError =>
      new RemoteError({
        kind: 'silent',
        location,
        detail: `the answer did not end within ${seconds} seconds.`,
        remedy,
      });
    return { ms: 2 * limits.silence, error, giveUp: () => void response.destroy() };
  }

  async *#receive(answer: HttpAnswer): AsyncGenerator<Buffer, void, undefined> {
    const { response } = answer;
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const limit = this.#silence(() => void response.destroy());
    try {
      for (;;) {
        const next = await within(chunks.next(), limit);
        if (next.done === true) return;
        this.#traffic.bytesReceived += next.value.length;
        yield next.value;
      }
    } catch (error) {
      throw answer.bodyFailure ?? plainError(this.#broken(error, false));
    } finally {
      response.destroy();
    }
  }

  async #write(outgoing: http.ClientRequest, body: Body | undefined): Promise<void> {
    if (body === undefined || Buffer.isBuffer(body)) {
      this.#traffic.bytesSent += body?.length ?? 0;
      outgoing.end(body);
      return;
    }
    for await (const chunk of body) {
      if (outgoing.destroyed || isRefused(outgoing)) return;
      this.#traffic.bytesSent += chunk.length;
      if (!outgoing.write(chunk)) await this.#drained(outgoing);
    }
    outgoing.end();
  }

  async #drained(outgoing: http.ClientRequest): Promise<void> {
    const events = ['drain', 'close', 'response'];
    const drained = new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of events) outgoing.off(event, done);
        resolve();
      };
      for (const event of events) outgoing.on(event, done);
    });
    await within(
      drained,
      this.#silence((reason) => void outgoing.destroy(reason)),
    );
  }

  /** The proxy may ask for a sign-in in the server's place. */
  #refusalOfProxy({ statusCode: status = 0, headers }: http.IncomingMessage): RemoteError | undefined {
    const { proxy } = this.#route;
    if (status !== 407 || proxy === undefined) return undefined;
    const signIns = headers['proxy-authenticate']?.toString();
    return refusedByProxy({ status, signIns }, this.#settings.location, proxy);
  }

  #endlessInterim(): RemoteError {
    const { location } = this.#settings;
    return new RemoteError({ kind: 'protocol', location, detail: `${excess(HTTP_LIMITS.interimAnswers)}.` });
  }

  #silence(giveUp: TimeLimit['giveUp']): TimeLimit {
    const { limits, location } = this.#settings;
    return { ms: limits.silence, error: silence(location, limits.remedyOfSilence), giveUp };
  }

  #broken(error: unknown, nothingSent: boolean): unknown {
    return connectionError(error, { location: this.#settings.location, nothingSent, proxy: this.#route.proxy });
  }
}

/** True where the server has answered before the body's end, and has no use for the rest. */
function isRefused(outgoing: http.ClientRequest): boolean {
  const { res } = outgoing as http.ClientRequest & { res?: http.IncomingMessage | null };
  return (res?.statusCode ?? 200) !== 200;
}

function lengthOf(body: Body | undefined): Record<string, string> {
  return Buffer.isBuffer(body) ? { 'Content-Length': String(body.length) } : {};
}

function connection(outgoing: http.ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('socket', (socket) => {
      const isSecure = 'encrypted' in socket;
      const isShakingHands = isSecure && (socket as TLSSocket).getProtocol() === 'unknown';
      if (!socket.connecting && !isShakingHands) resolve();
      else socket.once(isSecure ? 'secureConnect' : 'connect', () => resolve());
    });
  });
}
