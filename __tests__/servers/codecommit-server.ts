import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import type { Certified } from './authority.js';
import { codecommitPassword, regionOfHost, signedAt } from './codecommit-signature.js';
import { GitHttpServer, type SeenRequest, type ServerBehaviour } from './git-http-server.js';

/** Who may sign in, and what the server is. */
export interface CodeCommitSettings extends Pick<Certified, 'key' | 'cert'> {
  /** Generated HTTPS Git credentials, as `user:password`. */
  readonly generated?: string;
  /** An access key, whose requests are signed. */
  readonly accessKey?: AccessKey;
  /** In milliseconds; the real time if it is not given. */
  readonly now?: () => number;
  /** Refs that one push may create, update and delete. */
  readonly mostCommands?: number;
}

/** Credentials as AWS hands them out. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string;
}

/** A sentence of CodeCommit's for a push of more refs than it takes. */
export const TOO_MANY_COMMANDS = 'Too many reference update commands';
const MOST_COMMANDS = 4000;
const LIFE_OF_A_SIGNATURE = 15 * 60_000;
// Neither a slash nor `.git` at the end of a name; what follows it is all that CodeCommit knows of Git.
const SERVED = /^(\/v1\/repos\/([\w.-]{1,100}))(\/info\/refs|\/git-upload-pack|\/git-receive-pack)$/;

/** Git repositories behind an HTTPS server that signs in, limits and refuses as CodeCommit does. */
export class CodeCommitServer {
  /** The server below, with the requests it saw and what else can be changed about it. Its `intercept` is taken. */
  readonly git: GitHttpServer;
  /**
   * The passwords of the signed requests that were accepted, oldest first: time and signature. Two made for one repository
   * within the same second are equal.
   */
  readonly signatures: string[] = [];
  /** Why requests were not let in, oldest first. */
  readonly refusals: string[] = [];
  /** Answers instead of git if it returns true; asked after sign-in. */
  intercept: ServerBehaviour['intercept'];
  readonly #settings: CodeCommitSettings;
  #throttled = { times: 0, only: /(?:)/ };

  private constructor(git: GitHttpServer, settings: CodeCommitSettings, hooks: string) {
    this.git = git;
    this.#settings = settings;
    git.behaviour.config = [
      'receive.advertiseAtomic=false',
      'repack.useDeltaBaseOffset=false',
      `core.hooksPath=${hooks}`,
      // Nothing here has to outlive the machine, and thousands of refs take seconds otherwise.
      'core.fsync=none',
    ];
    git.behaviour.intercept = (request, response, seen) => this.#answer(request, response, seen);
  }

  /**
   * Serves the bare repositories of a folder: NAME as `/v1/repos/NAME`.
   *
   * @param root also gets a folder for a hook, one for each limit
   */
  static async start(root: string, settings: CodeCommitSettings): Promise<CodeCommitServer> {
    const { key, cert, mostCommands = MOST_COMMANDS } = settings;
    const hooks = writeHooks(join(root, `.at-most-${mostCommands}`), mostCommands);
    const git = await GitHttpServer.start(root, https.createServer({ key, cert }));
    return new CodeCommitServer(git, settings, hooks);
  }

  get port(): number {
    return this.git.port;
  }

  /** The URL of a repository, as of the real host: a proxy has to lead there. */
  url(name: string, host = 'git-codecommit.us-east-1.amazonaws.com'): string {
    return `https://${host}/v1/repos/${name}`;
  }

  /** How many pushes it got, as requests. */
  get pushes(): number {
    return this.git.asked.filter((asked) => /^POST .*\/git-receive-pack$/.test(asked)).length;
  }

  /**
   * Answers the next requests with 429.
   *
   * @param only those that match it, as `POST /v1/repos/x/git-receive-pack`
   */
  throttle(times: number, only = /(?:)/): void {
    this.#throttled = { times, only };
  }

  /** Forgets the requests, signatures and refusals so far. */
  forget(): void {
    this.git.forget();
    this.signatures.length = 0;
    this.refusals.length = 0;
  }

  async stop(): Promise<void> {
    await this.git.stop();
  }

  #answer(request: IncomingMessage, response: ServerResponse, seen: SeenRequest): boolean {
    const refusal = this.#judge(request, seen);
    if (refusal !== undefined) {
      this.refusals.push(refusal.why);
      response.writeHead(refusal.status, { 'Content-Length': Buffer.byteLength(refusal.text), ...refusal.headers });
      response.flushHeaders();
      response.write(refusal.text);
      // What is still sent is read: a connection that is closed on a client which is sending loses the answer.
      request.resume().once('close', () => response.end());
      return true;
    }
    if (this.intercept?.(request, response, seen) === true) return true;
    request.url = seen.path.replace(/^\/v1\/repos/, '');
    return false;
  }

  #judge(request: IncomingMessage, seen: SeenRequest): Refusal | undefined {
    const [path = ''] = seen.path.split('?');
    if (this.#isThrottled(`${seen.method} ${path}`)) return THROTTLED;
    const [, repository = '', name = ''] = SERVED.exec(path) ?? [];
    const forbidden = this.#signIn(request, repository);
    if (forbidden !== undefined) return forbidden;
    return repository === '' || name.endsWith('.git') ? NOT_FOUND : undefined;
  }

  #isThrottled(asked: string): boolean {
    if (this.#throttled.times === 0 || !this.#throttled.only.test(asked)) return false;
    this.#throttled.times -= 1;
    return true;
  }

  #signIn(request: IncomingMessage, path: string): Refusal | undefined {
    const { authorization = '' } = request.headers;
    if (!/^basic /i.test(authorization)) return SIGN_IN;
    const decoded = Buffer.from(authorization.slice('Basic '.length), 'base64').toString('utf8');
    if (decoded === this.#settings.generated) return undefined;
    const colon = decoded.indexOf(':');
    const why = this.#checkSigned(request, path, decoded.slice(0, colon), decoded.slice(colon + 1));
    return why === undefined ? undefined : { ...FORBIDDEN, why };
  }

  /** What is wrong with a signed request; `undefined` if nothing is. */
  #checkSigned(request: IncomingMessage, path: string, user: string, password: string): string | undefined {
    const { accessKey, now = Date.now } = this.#settings;
    if (accessKey === undefined || user !== userOf(accessKey)) return `unknown user ${user}`;
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const region = regionOfHost(host);
    if (region === undefined) return `${host} is no host of CodeCommit's`;
    // A real load balancer would not know whom the request is for.
    const servername = request.socket instanceof TLSSocket ? request.socket.servername : false;
    if (servername !== host) return `TLS was for ${servername}, the request for ${host}`;
    const at = signedAt(password);
    if (at === undefined) return `not a signature: ${password}`;
    if (Math.abs(now() - at) > LIFE_OF_A_SIGNATURE) return `signed at another time: ${password}`;
    const timestamp = password.slice(0, 'YYYYMMDDTHHMMSSZ'.length);
    if (password !== codecommitPassword({ secretKey: accessKey.secret, region, host, path, timestamp })) {
      return `wrong signature for ${region}, ${host} and ${path}: ${password}`;
    }
    this.signatures.push(password);
    return undefined;
  }
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For whoever reads a failed test. */
  readonly why: string;
}

const THROTTLED: Refusal = { status: 429, text: 'Rate Exceeded', why: 'throttled' };
const NOT_FOUND: Refusal = { status: 404, text: 'Repository not found', why: 'no such path' };
const SIGN_IN: Refusal = {
  status: 401,
  text: '',
  headers: { 'WWW-Authenticate': 'Basic realm="CodeCommit"' },
  why: 'no credentials',
};
const FORBIDDEN: Omit<Refusal, 'why'> = {
  status: 403,
  headers: { 'Content-Type': 'application/xml' },
  text: [
    '<UnrecognizedClientException>',
    '  <Message>The security token included in the request is invalid</Message>',
    '</UnrecognizedClientException>',
    '',
  ].join('\n'),
};

function userOf({ id, sessionToken }: AccessKey): string {
  return sessionToken === undefined ? id : `${id}%${sessionToken}`;
}

function writeHooks(folder: string, mostCommands: number): string {
  mkdirSync(folder, { recursive: true });
  const hook = join(folder, 'pre-receive');
  writeFileSync(hook, `#!/bin/sh\ntest "$(wc -l)" -le ${mostCommands} && exit\necho '${TOO_MANY_COMMANDS}'\nexit 1\n`);
  chmodSync(hook, 0o755);
  return folder;
}
