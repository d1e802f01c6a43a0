import type { ServerResponse } from 'node:http';
import type { GitHttpServer, SeenRequest } from './git-http-server.js';

/** One answer of an API. */
export interface ApiReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; bytes and texts are sent as they are. */
  readonly body: unknown;
}

/** What answers at one path; it may also take the answer over, as one that never ends, and return nothing. */
export type ApiRoute = (query: URLSearchParams, seen: SeenRequest, response: ServerResponse) => ApiReply | undefined;

/** How a list is given out. */
export interface PagedList {
  readonly items: readonly object[];
  /** The most items of a page, however many are asked for. */
  readonly size?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address, without its query, by which the other pages are named. */
  readonly address: string;
}

const NOT_FOUND: ApiReply = { status: 404, body: { message: 'Not Found' } };
const OF_GIT = /\/(?:info\/refs|git-upload-pack|git-receive-pack)$/;

/**
 * Puts the API of a forge beside the repositories of a server, as a forge has it. All that is not Git's protocol is the
 * API's; what has no route is not found.
 *
 * @param routes by path, percent-encoded as it is asked for and without its query; more may be added later
 */
export function serveApi(server: GitHttpServer, routes: Readonly<Record<string, ApiRoute>>): void {
  server.behaviour.intercept = (request, response, seen) => {
    const [path = '', query] = seen.path.split('?');
    if (OF_GIT.test(path)) return false;
    const route = routes[path] ?? ((): ApiReply => NOT_FOUND);
    request.on('data', (chunk: Buffer) => (seen.body = Buffer.concat([seen.body, chunk])));
    request.once('end', () => {
      const reply = route(new URLSearchParams(query), seen, response);
      if (reply !== undefined) send(response, reply);
    });
    return true;
  };
}

/** The requests to the API that a server saw. */
export function apiRequests(server: GitHttpServer): SeenRequest[] {
  return server.requests.filter(({ path }) => !OF_GIT.test(path.split('?')[0] ?? ''));
}

/** Always the same answer. */
export function always(reply: ApiReply): ApiRoute {
  return () => reply;
}

/** One answer after the other; the last one again and again. */
export function inTurn(...routes: readonly ApiRoute[]): ApiRoute {
  let asked = 0;
  return (...request) => routes[Math.min(asked++, routes.length - 1)]!(...request);
}

/** A list in pages, each of which names the others in its `Link` header (RFC 8288), as GitHub, GitLab and Gitea do. */
export function paged({ items, size = 100, headers = {}, address }: PagedList): ApiRoute {
  return (query) => {
    const page = Number(query.get('page') ?? 1);
    const last = Math.max(1, Math.ceil(items.length / size));
    const to = (number: number, relation: string): string => {
      const other = new URLSearchParams(query);
      other.set('page', String(number));
      return `<${address}?${other.toString()}>; rel="${relation}"`;
    };
    const links = [
      ...(page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []),
      ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ];
    return {
      headers: { ...headers, ...(links.length === 0 ? {} : { Link: links.join(', ') }) },
      body: items.slice((page - 1) * size, page * size),
    };
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: ApiReply): void {
  const isAsItIs = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = isAsItIs ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(bytes);
}
