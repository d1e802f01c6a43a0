import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { git, isolatedGit } from '../repositories/git.js';

const BACKEND = join(git('/', ['--exec-path']), 'git-http-backend');

/** One request that the server saw. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly startedAt: number;
  /** Bytes of the request's body, once it has been read. */
  received: number;
  /** The first bytes of the request's body, see {@link ServerBehaviour.keptBody}. */
  body: Buffer;
  /** Bytes of the answer's body so far. */
  sent: number;
  status: number;
}

/** How the server behaves. All of it can be changed while it runs. */
export interface ServerBehaviour {
  /** Whether protocol v2 is passed on to git. */
  protocolV2: boolean;
  /** Whether `filter` is offered. */
  filter: boolean;
  /** Where another git is installed, with its `bin` and `libexec`, that answers instead of this machine's. */
  prefix: string | undefined;
  /** Further settings of git, as `name=value`. */
  config: string[];
  /** Before each request is answered. */
  delayMs: number;
  /** The bytes that are kept of each request's body; 64 KiB at first. */
  keptBody: number;
  /** `user:password`, if a sign-in is wanted. */
  credentials: string | undefined;
  /** Answers instead of git if it returns true. */
  intercept: ((request: http.IncomingMessage, response: http.ServerResponse, seen: SeenRequest) => boolean) | undefined;
  /** Each chunk of git's answer on its way out; null ends the connection there. */
  alter: ((chunk: Buffer, seen: SeenRequest) => Buffer | null) | undefined;
}

/** `git http-backend` behind an HTTP server on loopback, which counts what goes through it. */
export class GitHttpServer {
  readonly requests: SeenRequest[] = [];
  readonly behaviour: ServerBehaviour = {
    protocolV2: true,
    filter: true,
    prefix: undefined,
    config: [],
    delayMs: 0,
    keptBody: 64 * 1024,
    credentials: undefined,
    intercept: undefined,
    alter: undefined,
  };
  readonly #server: http.Server;
  readonly #root: string;

  private constructor(root: string, server: http.Server) {
    this.#root = root;
    this.#server = server;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  /** Serves the repositories below a folder on a free port. */
  static async start(root: string, server: http.Server = http.createServer()): Promise<GitHttpServer> {
    const started = new GitHttpServer(root, server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The URL of a repository below the root. */
  url(name: string): string {
    return `http://127.0.0.1:${this.port}/${name}`;
  }

  /** What was asked for so far, as `POST /x.git/git-upload-pack`, without queries. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path.split('?')[0] ?? ''}`);
  }

  /** Forgets the requests seen so far. */
  forget(): void {
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close').catch(() => undefined);
  }

  #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      startedAt: Date.now(),
      received: 0,
      body: Buffer.alloc(0),
      sent: 0,
      status: 0,
    };
    this.requests.push(seen);
    response.once('finish', () => (seen.status = response.statusCode));
    const { credentials, intercept, delayMs } = this.behaviour;
    const expected = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (expected !== undefined && request.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('sign in');
      return;
    }
    if (intercept?.(request, response, seen) === true) return;
    setTimeout(() => this.#runBackend(request, response, seen), delayMs);
  }

  #runBackend(request: http.IncomingMessage, response: http.ServerResponse, seen: SeenRequest): void {
    // Nobody would end the input of a program for a client that has gone away already.
    if (response.destroyed || request.destroyed) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { config, filter, protocolV2, keptBody, prefix } = this.behaviour;
    const settings = ['http.receivepack=true', `uploadpack.allowFilter=${filter}`, 'receive.autogc=false', ...config];
    const protocol = request.headers['git-protocol'];
    const environment = isolatedGit();
    const path = prefix === undefined ? environment.PATH : `${join(prefix, 'bin')}:${environment.PATH}`;
    const backend = spawn(prefix === undefined ? BACKEND : join(prefix, 'libexec/git-core/git-http-backend'), [], {
      env: {
        ...environment,
        PATH: path,
        ...configured(settings),
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-length'] ? { CONTENT_LENGTH: request.headers['content-length'] } : {}),
        ...(request.headers['content-encoding'] ? { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] } : {}),
        ...(protocolV2 && typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    backend.stdin.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      seen.received += chunk.length;
      if (seen.body.length < keptBody) seen.body = Buffer.concat([seen.body, chunk]).subarray(0, keptBody);
    });
    request.pipe(backend.stdin);
    // A client that went away must not leave git with half a pack that looks whole.
    request.once('close', () => {
      if (!request.complete) backend.kill();
    });
    response.once('close', () => {
      if (!response.writableFinished) backend.kill();
    });
    this.#passOn(backend.stdout, response, seen);
  }

  #passOn(output: NodeJS.ReadableStream, response: http.ServerResponse, seen: SeenRequest): void {
    let head = Buffer.alloc(0);
    let isHeadSent = false;
    const write = (chunk: Buffer): void => {
      const altered = this.behaviour.alter === undefined ? chunk : this.behaviour.alter(chunk, seen);
      if (altered === null) {
        response.destroy();
        return;
      }
      seen.sent += altered.length;
      if (!response.write(altered)) {
        output.pause();
        response.once('drain', () => output.resume());
      }
    };
    output.on('data', (chunk: Buffer) => {
      if (isHeadSent) {
        write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      isHeadSent = true;
      sendHead(response, head.toString('latin1', 0, end));
      if (head.length > end + 4) write(head.subarray(end + 4));
    });
    output.once('end', () => response.end());
  }
}

/** Settings of git as an environment, as `git -c` hands them on: it would be one process more for each request. */
function configured(settings: readonly string[]): Record<string, string> {
  return {
    GIT_CONFIG_PARAMETERS: settings.map((setting) => `'${setting.replaceAll("'", String.raw`'\''`)}'`).join(' '),
  };
}

function sendHead(response: http.ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name === 'Status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
