import type http from 'node:http';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FarEnd } from './dial.js';

/** A proxy that opens no tunnel. */
export class TunnelRefusedError extends Error {
  readonly status: number;
  /** The header `Proxy-Authenticate`. */
  readonly signIns: string | undefined;

  constructor({ statusCode = 0, headers }: http.IncomingMessage) {
    super(`HTTP ${statusCode}`);
    this.status = statusCode;
    this.signIns = headers['proxy-authenticate']?.toString();
  }
}

/** The connection to a proxy failed, and not the one to the server behind it. */
export class ToProxyError extends Error {
  override readonly cause: Error;

  constructor(cause: Error) {
    super(cause.message);
    this.cause = cause;
  }
}

/** A question for a tunnel. */
export interface TunnelRequest {
  readonly method: 'CONNECT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Asks a proxy for a connection to a server behind it (RFC 9110, "CONNECT").
 *
 * @param ask begins the request to the proxy
 * @throws {TunnelRefusedError}, {@link ToProxyError}
 */
export function tunnel(to: FarEnd, ask: (request: TunnelRequest) => http.ClientRequest): Promise<Duplex> {
  const authority = `${isIPv6(to.host) ? `[${to.host}]` : to.host}:${to.port}`;
  return new Promise((resolve, reject) => {
    const asked = ask({ method: 'CONNECT', path: authority, headers: { Host: authority } });
    asked.once('connect', (answer, socket: Duplex, head: Buffer) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(new TunnelRefusedError(answer));
      }
    });
    asked.on('error', (error) => reject(new ToProxyError(error)));
    asked.end();
  });
}
