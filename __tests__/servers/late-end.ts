import http from 'node:http';
import type { GitHttpServer } from './git-http-server.js';

const FLUSH = '0000';

/** A server whose fetches end a while after the last byte of the pack. To be handed to `GitHttpServer.start`. */
export function serverWithLateEnd(ms: number): http.Server {
  const server = http.createServer();
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (!isFetch(request.method ?? '', request.url ?? '')) return;
    const end = response.end.bind(response);
    response.end = () => {
      setTimeout(() => end(FLUSH), ms);
      return response;
    };
  });
  return server;
}

/** Takes the flush off the end of fetches: the server of {@link serverWithLateEnd} sends it later. */
export function holdBackFlush(server: GitHttpServer): void {
  server.behaviour.alter = (chunk, { method, path }) =>
    isFetch(method, path) && chunk.toString('latin1').endsWith(FLUSH) ? chunk.subarray(0, -FLUSH.length) : chunk;
}

function isFetch(method: string, path: string): boolean {
  return method === 'POST' && path.endsWith('/git-upload-pack');
}
