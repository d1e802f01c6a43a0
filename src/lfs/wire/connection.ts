import { RemoteError } from '../../protocol/errors.js';
import { plainError } from '../../protocol/http/connection-error.js';
import { refusalWords } from '../../protocol/http/server-words.js';
import { setbackOfAnswer } from '../../protocol/http/status-error.js';
import { HTTP_LIMITS } from '../../protocol/limits/http.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { isLoopback } from '../../protocol/location.js';
import { PATIENCE, patiently, retryMessage, type RetryPolicy, type Setback } from '../../protocol/patience.js';
import { urlOf } from '../../protocol/url.js';
import type { Traffic } from '../../protocol/wire/transport.js';
import type { Access, FindAccess } from './access.js';
import { isExposed, isSigned, secretsIn, signsIn } from './action-secrets.js';
import type { Action, Operation } from './batch.js';
import { INSECURE_REMEDY, lfsStatusError } from './errors.js';
import type { Act, Answerer, Signer } from './meanings.js';
import { LfsRequests, type LfsAnswer, type LfsRequest, type RequestSettings } from './requests.js';

/** Settings of an {@link LfsConnection}. */
export interface ConnectionSettings extends RequestSettings {
  readonly findAccess: FindAccess;
  /** True where the user accepts that credentials can be read on the way. */
  readonly allowInsecureHttp: boolean;
  /** The repository or server, as it may be shown. */
  readonly location: string;
  /** The option that signs in, for messages. */
  readonly tokenName: string;
  /** Hears of each request that is sent again. */
  readonly onRetry: (message: string) => void;
  /** Makes a function that takes secrets out of texts. */
  readonly hiding: (secrets: readonly string[]) => (text: string) => string;
  /** Hears of secrets that the server gives. */
  readonly onSecret: (secret: string) => void;
}

/** An answer that is there to its end. */
export interface LfsReply extends LfsAnswer {
  readonly body: string;
}

/** A request for an object that the server named, and for what it is. */
export interface ActionRequest extends Omit<LfsRequest, 'url'> {
  readonly act: Exclude<Act, 'batch'>;
  readonly oid: string;
  readonly action: Action;
  /** True where no credentials are to be added to those in the action. */
  readonly authenticated: boolean;
}

/** Servers that ask for fewer requests let them through within minutes; as often as git-lfs asks (`maxretries`). */
const RETRIES: RetryPolicy = { ...PATIENCE, attempts: 4, attemptsWhenThrottled: 9 };
/** Milliseconds before its end at which a sign-in counts as expired. */
const TOO_SOON = 10_000;

/** The requests to a Git LFS server, and to the servers that it names: with patience, sign-ins, and errors in words. */
export class LfsConnection {
  /** Makes a function that takes secrets out of texts. */
  readonly hiding: ConnectionSettings['hiding'];
  readonly requests: LfsRequests;
  readonly #settings: ConnectionSettings;
  readonly #access = new Map<Operation, Promise<Access>>();
  /** Places of objects that have asked for a sign-in: the next request there brings it at once. */
  readonly #asking = new Set<string>();
  #location: string;

  /** @param traffic is counted up */
  constructor(settings: ConnectionSettings, traffic: Traffic) {
    this.hiding = settings.hiding;
    this.#settings = settings;
    this.#location = settings.location;
    this.requests = new LfsRequests(settings, () => this.#location, traffic);
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
    const found = this.patiently(
      async () => this.#settings.findAccess(operation),
      () => undefined,
    );
    this.#access.set(operation, found);
    const access = await found;
    this.#location = access.endpoint.href;
    return access;
  }

  /**
   * Asks the batch API, which changes nothing and so may be asked again: until all of its answer is there.
   *
   * @param mostBytes of an answer with status 200
   */
  ask(request: LfsRequest, mostBytes: number): Promise<LfsReply> {
    return this.patiently(
      async () => this.reply(await this.requests.follow(request), mostBytes),
      (reply) => setbackOfAnswer(reply) ?? (reply.status === 500 ? { detail: 'HTTP status 500.' } : undefined),
    );
  }

  /** Reads an answer to its end, or only what it says where it is not the one wanted. */
  async reply(answer: LfsAnswer, mostBytes: number = HTTP_LIMITS.words.value): Promise<LfsReply> {
    const isWanted = answer.status === 200 && mostBytes !== HTTP_LIMITS.words.value;
    const { batchBytesPerObject: limit } = LFS_LIMITS;
    const { requests } = this;
    return { ...answer, body: await (isWanted ? requests.whole(answer, limit, mostBytes) : requests.words(answer)) };
  }

  /** Makes a call, again and again while it meets with trouble that may pass. */
  patiently<T>(
    ask: () => Promise<T>,
    setbackOf: (value: T) => Setback | undefined,
    policy: RetryPolicy = RETRIES,
  ): Promise<T> {
    const { onRetry, signal, limits, clock } = this.#settings;
    return patiently(ask, {
      policy: { ...policy, longestAskedPauseMs: limits.silence },
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

  /**
   * Sends the request that the server wants for an object. As with git-lfs, the sign-in of the endpoint goes along only
   * where it is asked for, at the endpoint's own origin, and never beside another one or a signature.
   */
  async act({ act, oid, action, authenticated, ...request }: ActionRequest): Promise<LfsAnswer> {
    const operation = operationOf(act);
    await this.#refuseExposing(operation, action);
    const { href, header } = action;
    const { endpoint, headers } = await this.#found(operation);
    const isOwn = href.origin === endpoint.origin && Object.keys(headers()).length > 0;
    const mayBeAsked = isOwn && !authenticated && !isSigned(href) && !bringsOwn(header);
    const [place = ''] = href.href.split(oid, 1);
    const send = (signIn: Readonly<Record<string, string>>): Promise<LfsAnswer> =>
      this.requests.follow({ ...request, url: href, headers: { ...request.headers, ...signIn, ...header } });
    const isExpected = mayBeAsked && this.#asking.has(place);
    const answer = await send(isExpected ? (await this.access(operation)).headers() : {});
    if (answer.status !== 401 || !mayBeAsked || isExpected || answer.url.origin !== href.origin) return answer;
    this.#asking.add(place);
    await this.requests.words(answer);
    return send((await this.access(operation)).headers());
  }

  /** Tells of the secrets in requests that the server wants: it, and others, may repeat them later. */
  learnSecrets(actions: readonly (Action | undefined)[]): void {
    for (const action of actions)
      if (action !== undefined) secretsIn(action.href, action.header).forEach(this.#settings.onSecret);
  }

  /** The error for an answer that is not the one wanted. */
  async statusError(answer: LfsAnswer, body: string, act: Act, operation = operationOf(act)): Promise<RemoteError> {
    const { url, sentHeaders, status, headers: told, refused: refusedRedirect } = answer;
    const access = await this.#found(operation);
    const isOwn =
      url.origin === this.#settings.named.origin ||
      (access.isOverSsh === true && url.origin === access.endpoint.origin);
    const signer = signerOf(answer, act, access, isOwn);
    const words = refusalWords({ type: told['content-type']?.split(';', 1)[0]?.trim() ?? '', body });
    // A server may repeat what it was sent. What others say, which the server may not see itself, is not shown.
    const isShown = isOwn || words.isOfStorage || this.requests.mayQuote(answer);
    const hide = this.hiding(secretsIn(url, sentHeaders));
    return lfsStatusError({
      location: this.location,
      status,
      act,
      answerer: answererOf(act, isOwn, url),
      signer,
      isRead: operation === 'download',
      elsewhere: isOwn ? undefined : url.host,
      said: isShown ? { code: hide(words.code), message: hide(words.message) } : { code: '', message: '' },
      redirectedTo: told.location === undefined ? undefined : urlOf(told.location, url),
      refusedRedirect,
      retryAfter: told['retry-after'],
      tokenName: access.isForeign === true ? undefined : this.#settings.tokenName,
    });
  }

  /**
   * Makes sure that a sign-in, and an object, stay as secret as they came.
   *
   * @throws {RemoteError} for an action in the clear, though the server itself is reached by https
   */
  async #refuseExposing(operation: Operation, { href, header }: Action): Promise<void> {
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
    this.requests.close();
  }

  /** The server as it was found last, even if the sign-in there has expired since. */
  async #found(operation: Operation): Promise<Access> {
    return this.#access.get(operation) ?? this.access(operation);
  }
}

function operationOf(act: Act): Operation {
  return act === 'download' ? 'download' : 'upload';
}

function bringsOwn(header: Readonly<Record<string, string>>): boolean {
  return Object.keys(header).some((name) => name.toLowerCase() === 'authorization');
}

function signerOf({ url, sentHeaders }: LfsAnswer, act: Act, { headers, isOverSsh }: Access, isOwn: boolean): Signer {
  const own = Object.values(headers());
  if (act === 'batch' && isOverSsh === true) return own.length > 0 ? 'ssh' : 'ssh-without';
  if (Object.values(sentHeaders).some((value) => own.includes(value))) return isOverSsh === true ? 'ssh' : 'user';
  if (act === 'batch') return 'nobody';
  if (isSigned(url) || signsIn(sentHeaders)) return 'server';
  return isOwn && own.length === 0 ? 'nobody' : 'unsigned';
}

function answererOf(act: Act, isOwn: boolean, url: URL): Answerer {
  if (act === 'batch') return 'server';
  if (act === 'verify') return 'verification';
  return isOwn && !isSigned(url) ? 'server' : 'storage';
}
