import { createHash } from 'node:crypto';
import type http from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { LfsObject } from '../repositories/lfs.js';
import type { GitHttpServer } from './git-http-server.js';

/** A request to a {@link PlainLfs}, with the number that it has among those of its kind and path. */
export interface PlainRequest {
  readonly kind: 'batch' | 'download' | 'upload' | 'verify' | 'other';
  readonly repository: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  readonly number: number;
}

/** An answer in place of the server's. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The request that the server names for an object. */
export interface PlainAction {
  readonly href: string;
  readonly header?: Readonly<Record<string, string | null>> | null;
}

/**
 * A Git LFS server in memory at `/NAME.git/info/lfs` of a Git server, with its objects at `/NAME.git/store/OID`: nothing
 * in it signs in, unless a test has it so. It checks what it stores.
 */
export class PlainLfs {
  readonly requests: PlainRequest[] = [];
  /** Answers a request itself. */
  early: (seen: PlainRequest) => PlainAnswer | undefined = () => undefined;
  /** Changes what it names. */
  action: (action: PlainAction, kind: 'download' | 'upload' | 'verify') => PlainAction = (action) => action;
  readonly #web: GitHttpServer;
  readonly #stored = new Map<string, Buffer>();

  constructor(web: GitHttpServer) {
    this.#web = web;
    web.behaviour.intercept = (request, response) => {
      if (!/\.git\/(?:info\/lfs|store|verify)/.test(request.url ?? '')) return false;
      this.#serve(request, response).catch(() => response.destroy());
      return true;
    };
  }

  has(repository: string, { oid }: Pick<LfsObject, 'oid'>): boolean {
    return this.#stored.has(`${repository} ${oid}`);
  }

  put(repository: string, ...objects: readonly LfsObject[]): void {
    for (const { oid, content } of objects) this.#stored.set(`${repository} ${oid}`, content);
  }

  seen(kind: PlainRequest['kind'], repository?: string): PlainRequest[] {
    return this.requests.filter((one) => one.kind === kind && (repository ?? one.repository) === one.repository);
  }

  reset(): void {
    this.requests.length = 0;
    this.#stored.clear();
    this.early = () => undefined;
    this.action = (action) => action;
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = await buffer(request);
    const [method, path] = [request.method ?? '', request.url ?? ''];
    const [, repository = '', rest = ''] = /^\/([^?]*?)\.git\/([^?]*)/.exec(path) ?? [];
    const kind = kindOf(method, rest);
    const number = this.requests.filter((one) => one.kind === kind).length + 1;
    const seen = { kind, repository, method, path, headers: request.headers, body, number };
    this.requests.push(seen);
    const { status, headers, body: content = '' } = this.early(seen) ?? this.#answer(seen, rest);
    response.writeHead(status, { 'Content-Type': 'application/vnd.git-lfs+json', ...headers }).end(content);
  }

  #answer(
    { kind, repository, body }: PlainRequest,
    rest: string,
  ): { status: number; headers?: Record<string, string>; body?: string | Buffer } {
    const oid = /[0-9a-f]{64}$/.exec(rest)?.[0] ?? '';
    const stored = this.#stored.get(`${repository} ${oid}`);
    switch (kind) {
      case 'batch':
        return { status: 200, body: JSON.stringify(this.#batch(repository, JSON.parse(body.toString()) as Question)) };
      case 'download':
        return stored === undefined ? { status: 404 } : { status: 200, body: stored };
      case 'upload':
        if (createHash('sha256').update(body).digest('hex') !== oid) return { status: 422 };
        this.#stored.set(`${repository} ${oid}`, body);
        return { status: 200 };
      case 'verify':
        return { status: this.has(repository, JSON.parse(body.toString()) as { oid: string }) ? 200 : 404 };
      case 'other':
        return { status: 404 };
    }
  }

  #batch(repository: string, { operation, objects }: Question): object {
    const at = (path: string): string => this.#web.url(`${repository}.git/${path}`);
    return {
      objects: objects.map(({ oid, size }) => {
        const isThere = this.has(repository, { oid });
        if (operation === 'download')
          return isThere
            ? { oid, size, actions: { download: this.action({ href: at(`store/${oid}`) }, 'download') } }
            : { oid, size, error: { code: 404, message: 'not here' } };
        const upload = this.action({ href: at(`store/${oid}`) }, 'upload');
        return isThere
          ? { oid, size }
          : { oid, size, actions: { upload, verify: this.action({ href: at('verify') }, 'verify') } };
      }),
    };
  }
}

interface Question {
  readonly operation: 'download' | 'upload';
  readonly objects: readonly { readonly oid: string; readonly size: number }[];
}

function kindOf(method: string, rest: string): PlainRequest['kind'] {
  if (rest === 'info/lfs/objects/batch') return method === 'POST' ? 'batch' : 'other';
  if (rest === 'verify') return method === 'POST' ? 'verify' : 'other';
  if (!/^store\/[0-9a-f]{64}$/.test(rest)) return 'other';
  return method === 'PUT' ? 'upload' : method === 'GET' ? 'download' : 'other';
}
