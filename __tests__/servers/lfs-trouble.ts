import { setTimeout as sleep } from 'node:timers/promises';
import { first, type Choice, type Intercept } from './faults.js';
import type { GitHttpServer } from './git-http-server.js';

/** What is asked of an LFS server, as far as the head of a request tells. */
export type LfsKind = 'batch' | 'download' | 'upload' | 'verify';

/** The requests of one kind to the LFS endpoint of one repository, `source` for `source.git`. */
export function lfsRequests(kind: LfsKind, repository: string): Choice {
  return ({ method, path }) => path.startsWith(`/${repository}.git/info/lfs/`) && kindOf(method, path) === kind;
}

function kindOf(method: string, path: string): LfsKind | undefined {
  const [bare = ''] = path.split('?');
  if (bare.endsWith('/objects/batch')) return 'batch';
  if (bare.endsWith('/verify')) return 'verify';
  if (!/[0-9a-f]{64}$/.test(bare)) return undefined;
  return method === 'PUT' ? 'upload' : 'download';
}

/**
 * Has requests answered otherwise before they come to where they come now.
 *
 * @returns what puts an end to it
 */
export function disturb(server: GitHttpServer, ...intercepts: readonly Intercept[]): () => void {
  const { intercept } = server.behaviour;
  server.behaviour.intercept = first(...intercepts, ...(intercept === undefined ? [] : [intercept]));
  return () => (server.behaviour.intercept = intercept);
}

/** Cuts the connection of the chosen requests in the middle of the answer's head. */
export function cuttingHead(chosen: Choice): Intercept {
  return (request, _response, seen) => {
    if (!chosen(seen)) return false;
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Le');
    return true;
  };
}

/** Has the chosen requests carried out, and cuts the connection when the answer is about to go out. */
export function cuttingAnswer(chosen: Choice): Intercept {
  return (request, response, seen) => {
    if (!chosen(seen)) return false;
    response.writeHead = () => {
      request.socket.destroy();
      return response;
    };
    return false;
  };
}

/** Has the chosen requests carried out, and cuts the connection within the body of the answer. */
export function cuttingBody(chosen: Choice): Intercept {
  return (request, response, seen) => {
    if (!chosen(seen)) return false;
    response.end = (content: unknown) => {
      response.write(String(content).slice(0, 20), () => request.socket.destroy());
      return response;
    };
    return false;
  };
}

/** Answers the chosen requests as soon as their head is there, and closes the connection on the rest of them. */
export function answeringEarly(chosen: Choice, status: number): Intercept {
  return (request, _response, seen) => {
    if (!chosen(seen)) return false;
    request.socket.end(`HTTP/1.1 ${status} Early\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return true;
  };
}

/** Has the chosen requests carried out, and answers otherwise: as a proxy that has waited long enough, for instance. */
export function denying(chosen: Choice, status: number): Intercept {
  return (_request, response, seen) => {
    if (!chosen(seen)) return false;
    const writeHead = response.writeHead.bind(response);
    response.writeHead = () => writeHead(status, { 'Content-Length': 0 });
    return false;
  };
}

/** Gives the chosen requests a content byte by byte, with a pause before each. */
export function trickling(chosen: Choice, content: Buffer, pauseMs: number): Intercept {
  return (_request, response, seen) => {
    if (!chosen(seen)) return false;
    const send = async (): Promise<void> => {
      for (const byte of content) {
        await sleep(pauseMs);
        if (response.destroyed) return;
        response.write(Buffer.of(byte));
      }
      response.end();
    };
    response.writeHead(200, { 'Content-Length': content.length }).flushHeaders();
    send().catch(() => response.destroy());
    return true;
  };
}

/** Gives the chosen requests the beginning of a content, and then nothing more, with the connection held open. */
export function stalling(chosen: Choice, content: Buffer, after: number): Intercept {
  return (_request, response, seen) => {
    if (!chosen(seen)) return false;
    response.writeHead(200, { 'Content-Length': content.length }).write(content.subarray(0, after));
    return true;
  };
}
