import { once } from 'node:events';
import http from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** One request that the proxy saw, whether it passed it on or not. */
export interface ProxiedRequest {
  readonly method: string;
  /** `host:port` of a tunnel, or the whole URL. */
  readonly target: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** How the proxy fails. All of it can be changed while it runs. */
export interface ProxyBehaviour {
  /** The status with which it refuses everything. */
  refuse: number | undefined;
  /** Accepts the connection and never answers. */
  silent: boolean;
  /** Ends a tunnel once so many bytes of the far side's have gone through it. */
  cutAfter: number | undefined;
}

/** What a proxy is started with. */
export interface ProxySettings {
  /** `user:password`, if a sign-in is wanted. */
  readonly credentials?: string;
}

/** What concerns one connection and is not passed on. */
const OF_THE_CONNECTION = ['proxy-authorization', 'proxy-connection', 'connection', 'keep-alive', 'te', 'upgrade'];

/**
 * A forward proxy on loopback, for tunnels (`CONNECT`) and plain HTTP. It is how tests use the names of real hosts: those
 * it was given a route for lead to this machine, and nothing ever leaves it.
 */
export class ForwardProxy {
  readonly seen: ProxiedRequest[] = [];
  readonly behaviour: ProxyBehaviour = { refuse: undefined, silent: false, cutAfter: undefined };
  readonly #routes = new Map<string, number>();
  readonly #server = http.createServer();
  readonly #sockets = new Set<Duplex>();
  readonly #expected: string | undefined;

  private constructor({ credentials }: ProxySettings) {
    this.#expected = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
    this.#server.on('connect', (request, socket: Duplex, head: Buffer) => this.#tunnel(request, socket, head));
    this.#server.on('request', (request, response) => this.#forward(request, response));
  }

  /** Starts a proxy on a free port. */
  static async start(settings: ProxySettings = {}): Promise<ForwardProxy> {
    const started = new ForwardProxy(settings);
    started.#server.listen(0, '127.0.0.1');
    await once(started.#server, 'listening');
    return started;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** As in `https_proxy`, without credentials. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What was asked for so far, as `CONNECT github.com:443`. */
  get asked(): string[] {
    return this.seen.map(({ method, target }) => `${method} ${target}`);
  }

  /**
   * Leads a host to a port of this machine.
   *
   * @param host a name, at any port; or `name:port`, which goes before
   */
  route(host: string, port: number): void {
    this.#routes.set(host.toLowerCase(), port);
  }

  /** Forgets the requests seen so far. */
  forget(): void {
    this.seen.length = 0;
  }

  /** Ends the proxy and everything that goes through it. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #tunnel(request: http.IncomingMessage, client: Duplex, head: Buffer): void {
    const target = request.url ?? '';
    const refusal = this.#judge(request, target);
    if (refusal === 'silence') return;
    if (refusal !== undefined) {
      client.end(rawAnswer(refusal));
      return;
    }
    const server = this.#keep(connect(this.#portFor(target)!, '127.0.0.1'));
    const unreachable = (): void => void client.end(rawAnswer(BAD_GATEWAY));
    server.once('error', unreachable);
    server.once('connect', () => {
      // From here on the tunnel belongs to its two ends: whatever breaks, nothing of the proxy's may get into it.
      server.off('error', unreachable);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.write(head);
      join(client, server, this.behaviour.cutAfter);
    });
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    const target = request.url ?? '';
    const refusal = this.#judge(request, target);
    if (refusal === 'silence') return;
    if (refusal !== undefined) {
      request.resume();
      response.writeHead(refusal.status, refusal.headers).end(refusal.text);
      return;
    }
    const url = new URL(target);
    const passed = http.request({
      host: '127.0.0.1',
      port: this.#portFor(authority(url)),
      method: request.method,
      path: url.pathname + url.search,
      headers: { ...withoutConnection(request.headers), host: url.host },
      agent: false,
    });
    passed.once('socket', (socket) => this.#keep(socket));
    passed.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? BAD_GATEWAY.status, withoutConnection(answer.headers));
      answer.once('error', () => response.destroy());
      answer.pipe(response);
    });
    passed.once('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.once('close', () => passed.destroy());
    request.pipe(passed);
  }

  /** Notes a request, and says how it is refused, if it is. */
  #judge(request: http.IncomingMessage, target: string): Refusal | 'silence' | undefined {
    this.seen.push({ method: request.method ?? '', target, headers: request.headers });
    const { refuse, silent } = this.behaviour;
    if (silent) return 'silence';
    if (refuse !== undefined) return { status: refuse, text: 'refused by the proxy' };
    if (this.#expected !== undefined && request.headers['proxy-authorization'] !== this.#expected) return SIGN_IN;
    if (request.method === 'CONNECT') return this.#portFor(target) === undefined ? BAD_GATEWAY : undefined;
    if (!/^http:\/\//i.test(target) || !URL.canParse(target)) return NOT_FOR_A_PROXY;
    return this.#portFor(authority(new URL(target))) === undefined ? BAD_GATEWAY : undefined;
  }

  #portFor(target: string): number | undefined {
    const name = target.toLowerCase();
    return this.#routes.get(name) ?? this.#routes.get(name.replace(/:\d+$/, ''));
  }

  #keep<T extends Duplex>(socket: T): T {
    this.#sockets.add(socket);
    // Ends that go away in the middle are what the tests are about.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const SIGN_IN: Refusal = {
  status: 407,
  text: 'sign in to the proxy',
  headers: { 'Proxy-Authenticate': 'Basic realm="proxy"' },
};
const BAD_GATEWAY: Refusal = { status: 502, text: 'the proxy has no route to this host' };
const NOT_FOR_A_PROXY: Refusal = { status: 400, text: 'this is a proxy: it wants a whole URL' };

/** An answer to `CONNECT`, for which Node.js has no response. */
function rawAnswer({ status, text, headers = {} }: Refusal): string {
  const lines = Object.entries({ ...headers, 'Content-Length': Buffer.byteLength(text), Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${head}\r\n${text}`;
}

function join(client: Duplex, server: Duplex, cutAfter = Infinity): void {
  let received = 0;
  server.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received >= cutAfter) client.destroy();
  });
  client.pipe(server).pipe(client);
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroy());
}

function authority(url: URL): string {
  return `${url.hostname}:${url.port === '' ? '80' : url.port}`;
}

function withoutConnection(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}
