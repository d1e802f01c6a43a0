import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHttpServer } from './git-http-server.js';
import type { BatchAnswer, LfsFault, LfsRequest } from './lfs-choices.js';

type Kind = LfsRequest['kind'];

const SINGLE_BYTE = 1;
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'host'];

/**
 * What stands on loopback before LFS servers: it counts what goes through it, leads transfers through itself, and spoils
 * what it is told to. Its paths are those below the root of the server behind it: `/NAME.git/info/lfs/…`.
 */
export class LfsFaults {
  readonly requests: LfsRequest[] = [];
  /** In force now. Of those that choose a request, the first with an answer gives it; all others add up. */
  readonly faults: LfsFault[] = [];
  /** What stands in hrefs for the root of the server behind; at first this proxy itself. */
  hrefRoot: string;
  readonly #behind: string;
  readonly #server: http.Server;

  private constructor(behind: string, server: http.Server) {
    this.#behind = behind;
    this.#server = server;
    this.hrefRoot = this.root;
    server.on('request', (request, response) => this.handle(request, response));
  }

  /**
   * @param behind the root of a real server: `LfsServer.root`, or `${gitea.root}/${gitea.owner}`
   * @param port at which another server on loopback may lead to it, since it is the server's own
   * @param address one of loopback that has that port free
   */
  static async start(behind: string, port = 0, address = '127.0.0.1'): Promise<LfsFaults> {
    const server = http.createServer().listen(port, address);
    await once(server, 'listening');
    return new LfsFaults(behind, server);
  }

  get root(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** The endpoint of a repository, to which `/objects/batch` is appended. */
  url(name: string): string {
    return `${this.root}/${name}.git/info/lfs`;
  }

  /** The requests of one kind so far, to one repository or to all. */
  seen(kind: Kind, name?: string): LfsRequest[] {
    return this.requests.filter((one) => one.kind === kind && (name === undefined || one.repository === name));
  }

  /** How many transfers were under way at once, at most. */
  get mostAtOnce(): number {
    const transfers = this.requests.filter(({ kind }) => kind === 'upload' || kind === 'download');
    const atStartOf = (one: LfsRequest): number =>
      transfers.filter(({ startedAt, endedAt }) => startedAt <= one.startedAt && endedAt > one.startedAt).length;
    return Math.max(0, ...transfers.map(atStartOf));
  }

  /** Lets faults be from now on. */
  spoil(...faults: readonly LfsFault[]): void {
    this.faults.push(...faults);
  }

  /** Forgets all requests and faults. */
  forget(): void {
    this.requests.length = 0;
    this.faults.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close').catch(() => undefined);
  }

  /** Answers a request that came by another server. */
  handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen = newRequest(request);
    this.requests.push(seen);
    request.on('data', (chunk: Buffer) => (seen.received += chunk.length)).pause();
    response.once('finish', () => (seen.status = response.statusCode));
    response.once('close', () => (seen.endedAt = performance.now()));
    this.#answer(request, response, seen).catch(() => response.destroy());
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse, seen: LfsRequest): Promise<void> {
    const body = seen.kind === 'upload' || seen.kind === 'download' ? undefined : await text(request);
    if (body) readBody(seen, body);
    const faults = this.faults.filter(({ chosen }) => chosen(seen));
    for (const { delayMs } of faults) if (delayMs !== undefined) await sleep(delayMs);
    const answer = faults.find((fault) => fault.answer)?.answer;
    if (answer !== undefined) {
      const content = typeof answer.body === 'object' ? JSON.stringify(answer.body) : (answer.body ?? '');
      const type = { 'Content-Type': 'application/vnd.git-lfs+json' };
      request.resume();
      if (!request.readableEnded) await once(request, 'close');
      response.writeHead(answer.status, { ...type, ...answer.headers }).end(content);
      return;
    }
    if (faults.some(({ cutAtOnce }) => cutAtOnce === true)) {
      request.socket.destroy();
      return;
    }
    this.#passOn(request, response, seen, faults, body);
  }

  #passOn(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    seen: LfsRequest,
    faults: readonly LfsFault[],
    body: string | undefined,
  ): void {
    const headers = Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    const onward = http.request(this.#behind + (request.url ?? ''), {
      method: seen.method,
      headers: Object.fromEntries(headers),
      agent: false,
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    onward.once('response', (answer) => {
      answer.once('error', () => response.destroy());
      const alter = seen.kind === 'batch' ? this.#passBatch(answer, response, seen, faults) : undefined;
      if (alter === undefined) passBytes(answer, response, seen, faults);
      else alter.catch(() => response.destroy());
    });
    if (body !== undefined) onward.end(body);
    else sendBytes(request, onward, faults);
  }

  async #passBatch(
    answer: http.IncomingMessage,
    response: http.ServerResponse,
    seen: LfsRequest,
    faults: readonly LfsFault[],
  ): Promise<void> {
    let content = (await text(answer)).replaceAll(`${this.#behind}/`, `${this.hrefRoot}/`);
    const alterations = faults.flatMap(({ alterBatch }) => alterBatch ?? []);
    if (answer.statusCode === 200 && alterations.length > 0) {
      const first = JSON.parse(content) as BatchAnswer;
      content = JSON.stringify(alterations.reduce((altered, alter) => alter(altered), first));
    }
    seen.sent = Buffer.byteLength(content);
    const { 'content-length': _, connection: _c, 'transfer-encoding': _t, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers).end(content);
  }
}

/** Serves the LFS endpoints of a Git server's repositories at their own place, `/NAME.git/info/lfs`. */
export function withLfs(server: GitHttpServer, faults: LfsFaults, hrefs: 'same origin' | 'another origin'): void {
  const { intercept } = server.behaviour;
  if (hrefs === 'same origin') faults.hrefRoot = `http://127.0.0.1:${server.port}`;
  server.behaviour.intercept = (request, response, seen) => {
    if (intercept?.(request, response, seen) === true) return true;
    if (!/^\/[^?]*\.git\/info\/lfs\//.test(request.url ?? '')) return false;
    faults.handle(request, response);
    return true;
  };
}

function newRequest(request: http.IncomingMessage): LfsRequest {
  const [method, path] = [request.method ?? '', request.url ?? ''];
  const oid = /[0-9a-f]{64}/.exec(path)?.[0];
  return {
    method,
    path,
    kind: kindOf(method, path.split('?')[0] ?? '', oid),
    repository: /^\/(.*?)\.git\//.exec(path)?.[1] ?? '',
    headers: request.headers,
    startedAt: performance.now(),
    endedAt: Number.POSITIVE_INFINITY,
    oid,
    batch: undefined,
    received: 0,
    sent: 0,
    status: 0,
  };
}

function kindOf(method: string, path: string, oid: string | undefined): Kind {
  if (path.endsWith('/objects/batch')) return 'batch';
  if (path.endsWith('/verify') && !path.endsWith('/locks/verify')) return 'verify';
  if (oid === undefined) return 'other';
  return method === 'PUT' ? 'upload' : 'download';
}

function readBody(seen: LfsRequest, body: string): void {
  if (seen.kind === 'batch') seen.batch = JSON.parse(body) as LfsRequest['batch'];
  if (seen.kind === 'verify') seen.oid = (JSON.parse(body) as { oid: string }).oid;
}

/** The body of a request on its way to the server behind, as far as the faults let it. */
function sendBytes(request: http.IncomingMessage, onward: http.ClientRequest, faults: readonly LfsFault[]): void {
  const limit = Math.min(...faults.map(({ cutUpload }) => cutUpload ?? Number.POSITIVE_INFINITY));
  let sent = 0;
  request.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (sent < limit) return;
    request.socket.destroy();
    onward.destroy();
  });
  request.once('close', () => {
    if (!request.complete) onward.destroy();
  });
  request.pipe(onward);
}

/** The body of an answer on its way out, as far as the faults let it, and as they change it. */
function passBytes(
  answer: http.IncomingMessage,
  response: http.ServerResponse,
  seen: LfsRequest,
  faults: readonly LfsFault[],
): void {
  const limit = Math.min(...faults.map(({ cutDownload }) => cutDownload ?? Number.POSITIVE_INFINITY));
  const spoiled = faults.flatMap(({ corruptAt }) => corruptAt ?? []);
  const { connection: _, 'transfer-encoding': _t, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, headers);
  answer.on('data', (chunk: Buffer) => {
    for (const at of spoiled) flip(chunk, at - seen.sent);
    const part = chunk.subarray(0, Math.max(0, limit - seen.sent));
    seen.sent += part.length;
    if (!response.write(part)) {
      answer.pause();
      response.once('drain', () => answer.resume());
    }
    if (seen.sent >= limit) setImmediate(() => response.destroy());
  });
  answer.once('end', () => (seen.sent >= limit ? response.destroy() : response.end()));
}

function flip(chunk: Buffer, at: number): void {
  if (at >= 0 && at < chunk.length) chunk.writeUInt8(chunk.readUInt8(at) ^ SINGLE_BYTE, at);
}
