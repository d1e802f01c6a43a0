import { setMaxListeners } from 'node:events';
import http from 'node:http';
import type { AgentOptions, RequestOptions } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { crypto } from '../built-ins.js';
import { basicAuthorization } from '../credentials.js';
import { HTTP_LIMITS } from '../limits/http.js';
import { isLoopback } from '../location.js';
import { credentialsIn } from '../userinfo.js';
import type { UsedProxy } from './connection-error.js';
import { dial, ForbiddenAddressError, type FarEnd } from './dial.js';
import { portOf, type NamedServer } from './named-server.js';
import { readingOn } from './reading-on.js';
import { contextTrusting } from './trust.js';
import { tunnel, type TunnelRequest } from './tunnel.js';

/** The part of the network's set-up that decides how a server is reached. */
export interface Network {
  /** The proxy for a URL, if there is to be one. Credentials may stand in it. */
  readonly proxyFor: (url: URL) => URL | undefined;
  /** Certificates in PEM form that are trusted beside those that Node.js trusts by itself. */
  readonly certificates: readonly string[];
}

/** A request to a server. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** True for a request that takes a connection of its own. */
  readonly ownConnection?: boolean;
}

/** Who decided that a server is asked: the user, who named it, or the server that the user named. */
export interface Standing {
  readonly server: NamedServer;
  /** True where that server has named another one, which then may not be anywhere. */
  readonly hasLed: boolean;
}

/** Settings of a {@link Route}. */
export interface RouteSettings {
  /** Any URL of the server. */
  readonly server: URL;
  readonly network: Network;
  /** Milliseconds within which a connection must be there. */
  readonly connectMs: number;
  /** `undefined` where no other server is ever named. */
  readonly standing?: Standing | undefined;
}

/** Opens a connection to a server. */
type Opening = (to: FarEnd) => Promise<Duplex>;

/** Functions that begin requests to a server and open the connections for them. */
interface Wiring {
  readonly request: typeof http.request;
  readonly newAgent: (keepAlive: boolean) => http.Agent;
}

/** How answers are parsed, whatever `NODE_OPTIONS` says. */
const STRICT = { insecureHTTPParser: false, maxHeaderSize: HTTP_LIMITS.heads.value } as const;

/** The way to one server: straight or through a proxy, and whose certificates are trusted. */
export class Route {
  readonly proxy: UsedProxy | undefined;
  readonly #settings: RouteSettings;
  readonly #isSecure: boolean;
  readonly #proxy: URL | undefined;
  #opening: Promise<OpenRoute> | undefined;
  /** Ends what no request knows of: the attempts to connect, and the questions for tunnels. */
  readonly #closing = new AbortController();

  constructor(settings: RouteSettings) {
    const { server, network } = settings;
    this.#settings = settings;
    this.#isSecure = server.protocol === 'https:';
    // No proxy leads back to this machine.
    this.#proxy = isLoopback(server.hostname) ? undefined : network.proxyFor(server);
    if (this.#proxy !== undefined) {
      const variable = this.#isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY';
      this.proxy = { shown: `${this.#proxy.protocol}//${this.#proxy.host}`, variable };
    }
    // Each push has a connection of its own.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Loads what this way needs, once: what TLS needs takes longer to load than all of this program. */
  open(): Promise<OpenRoute> {
    this.#opening ??= this.#wire().then(
      (wiring) => new OpenRoute(wiring, this.#isSecure ? undefined : this.#proxy, this.#closing.signal),
    );
    return this.#opening;
  }

  close(): void {
    this.#closing.abort();
  }

  async #wire(): Promise<Wiring> {
    const proxy = this.#proxy;
    const closing = this.#closing.signal;
    const { network, connectMs } = this.#settings;
    if (proxy !== undefined) await this.#judgeBehindProxy();
    const straight: Opening =
      proxy === undefined ? (to) => this.#dialJudged(to) : (to) => dial(to, { ms: connectMs, closing });
    const plain: Wiring = {
      request: http.request,
      newAgent: (keepAlive) => connectingBy(straight, new http.Agent({ keepAlive }), ({ socket }) => socket),
    };
    if (!this.#isSecure && proxy?.protocol !== 'https:') return plain;
    const { default: https } = await import('node:https');
    const safety = await safetyWith(network.certificates);
    const secureOver = (opening: Opening): Wiring => ({
      request: https.request,
      newAgent: (keepAlive) => securingBy(opening, new https.Agent({ keepAlive, ...safety })),
    });
    if (!this.#isSecure || proxy === undefined) return secureOver(straight);
    const { request, newAgent } = proxy.protocol === 'https:' ? secureOver(straight) : plain;
    const ask = ({ headers, ...asked }: TunnelRequest): http.ClientRequest => {
      const signedIn = { ...placeOf(proxy), headers: { ...headers, ...signInTo(proxy) } };
      return request({ ...asked, ...signedIn, ...STRICT, agent: newAgent(false), signal: closing });
    };
    return secureOver((to) => tunnel(to, ask));
  }

  /** Connects to the server itself, at an address at which it may be: it is looked at after the name's lookup. */
  async #dialJudged(to: FarEnd): Promise<Socket> {
    const { connectMs: ms, standing } = this.#settings;
    const limits = { ms, closing: this.#closing.signal };
    if (standing === undefined) return dial(to, limits);
    const { server, hasLed } = standing;
    if (hasLed) {
      await server.locate();
      return dial(to, { ...limits, mayTry: (address) => server.mayName(address, to.port) });
    }
    const socket = await dial(to, limits);
    if (socket.remoteAddress !== undefined) server.noteAddress(socket.remoteAddress);
    return socket;
  }

  /** A proxy looks up the name itself: only the name tells where it leads, and the rest is up to the proxy. */
  async #judgeBehindProxy(): Promise<void> {
    const { standing, server: url } = this.#settings;
    if (standing === undefined) return;
    const { server, hasLed } = standing;
    if (!hasLed) {
      server.noteProxy();
      return;
    }
    await server.locate();
    const { hostname } = placeOf(url);
    if (!server.mayNameBehindProxy(hostname, portOf(url))) throw new ForbiddenAddressError(hostname);
  }
}

/** A way over which requests can be sent. */
export class OpenRoute {
  readonly #wiring: Wiring;
  readonly #proxy: URL | undefined;
  readonly #kept: http.Agent;

  /** @param proxy that is told the whole URL; a tunnel is the agents' own business */
  constructor(wiring: Wiring, proxy: URL | undefined, closing: AbortSignal) {
    this.#wiring = wiring;
    this.#proxy = proxy;
    this.#kept = wiring.newAgent(true);
    closing.addEventListener('abort', () => this.#kept.destroy());
  }

  /** Begins a request. Its body is up to the caller. */
  request({ method, url, headers, ownConnection }: OutgoingRequest): http.ClientRequest {
    const { request, newAgent } = this.#wiring;
    const agent = ownConnection === true ? newAgent(false) : this.#kept;
    const proxy = this.#proxy;
    if (proxy === undefined) return request(url, { ...placeOf(url), ...STRICT, method, headers, agent });
    // To a proxy the whole URL is the path (RFC 9112, "absolute-form").
    const whole = { method, agent, path: url.href, headers: { Host: url.host, ...signInTo(proxy), ...headers } };
    return request({ ...whole, ...placeOf(proxy), ...STRICT });
  }
}

/**
 * Makes the settings with which connections are secure. Node.js takes each one that is left out from the environment
 * (`NODE_TLS_REJECT_UNAUTHORIZED`, `NODE_OPTIONS`), which could switch the checks off or weaken them.
 *
 * @param certificates that are trusted beside those that Node.js trusts by itself
 */
async function safetyWith(certificates: readonly string[]): Promise<AgentOptions> {
  const { checkServerIdentity } = await import('node:tls');
  const ciphers = crypto().constants.defaultCoreCipherList;
  return {
    secureContext: await contextTrusting(certificates, { ciphers, minVersion: 'TLSv1.2' }),
    rejectUnauthorized: true,
    checkServerIdentity,
    enableTrace: false,
  };
}

/** A server as a connection wants it: an IPv6 address without brackets, and for TLS a name without the root's dot. */
function placeOf(url: URL): { hostname: string; port: string; servername: string } {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return { hostname, port: url.port, servername: isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : '' };
}

/** Settings of a connection, once it goes over a socket that is open. */
type OverSocket = RequestOptions & { readonly socket: Duplex };
/** The part of an agent that opens connections, of which its type tells less. */
interface Connecting {
  createConnection: (options: OverSocket, done: (error: unknown, connection?: Duplex) => void) => Duplex | undefined;
}

/**
 * Has an agent take its connections from somewhere else.
 *
 * @param finish makes the agent's connection of an open one
 */
function connectingBy(opening: Opening, agent: http.Agent, finish: (options: OverSocket) => Duplex): http.Agent {
  const connect = async (options: RequestOptions): Promise<Duplex> => {
    const socket = await opening({ host: options.host ?? '', port: Number(options.port) });
    return readingOn(finish({ ...options, socket }));
  };
  (agent as unknown as Connecting).createConnection = (options, done) => {
    connect(options).then((connection) => done(null, connection), done);
    return undefined;
  };
  return agent;
}

/** Has an agent for TLS begin it over connections from somewhere else. */
function securingBy(opening: Opening, agent: http.Agent): http.Agent {
  const secure = (agent as unknown as { createConnection: (options: OverSocket) => Duplex }).createConnection;
  return connectingBy(opening, agent, (options) => secure.call(agent, options));
}

function signInTo(proxy: URL): Record<string, string> {
  const credentials = credentialsIn(proxy);
  return credentials === undefined ? {} : { 'Proxy-Authorization': basicAuthorization(credentials) };
}
