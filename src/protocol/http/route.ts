import type { HttpsProxyAgent } from 'hpagent';
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import type { SecureContext } from 'node:tls';
import { basicAuthorization } from '../credentials.js';
import { isLoopback } from '../location.js';
import { credentialsIn } from '../userinfo.js';
import type { UsedProxy } from './connection-error.js';

/** The part of the network's set-up that decides how a server is reached. */
export interface Network {
  /** The proxy for a URL, if there is to be one. Credentials may stand in it. */
  readonly proxyFor: (url: URL) => URL | undefined;
  /** Certificates in PEM form that are trusted beside the well-known ones. */
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

/** Functions that begin requests to a server and open the connections for them. */
interface Wiring {
  readonly request: typeof http.request;
  readonly newAgent: (keepAlive: boolean) => http.Agent;
}

/** The way to one server: straight or through a proxy, and whose certificates are trusted. */
export class Route {
  readonly proxy: UsedProxy | undefined;
  readonly #isSecure: boolean;
  readonly #certificates: readonly string[];
  readonly #proxy: URL | undefined;
  #opening: Promise<OpenRoute> | undefined;
  /** Ends the requests for tunnels that the proxy has not answered: they are the agents' own. */
  readonly #closing = new AbortController();

  /** @param server any URL of the server */
  constructor(server: URL, network: Network) {
    this.#isSecure = server.protocol === 'https:';
    this.#certificates = network.certificates;
    // No proxy leads back to this machine.
    this.#proxy = isLoopback(server.hostname) ? undefined : network.proxyFor(server);
    if (this.#proxy !== undefined) {
      const variable = this.#isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY';
      this.proxy = { shown: `${this.#proxy.protocol}//${this.#proxy.host}`, variable };
    }
    // Each push has a tunnel of its own.
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
    if (!this.#isSecure && proxy?.protocol !== 'https:')
      return { request: http.request, newAgent: (keepAlive) => new http.Agent({ keepAlive }) };
    const { default: https } = await import('node:https');
    const trust = await trusting(this.#certificates);
    if (!this.#isSecure || proxy === undefined)
      return { request: https.request, newAgent: (keepAlive) => new https.Agent({ keepAlive, ...trust }) };
    const { HttpsProxyAgent } = await import('hpagent');
    const proxyRequestOptions = { ...trust, signal: this.#closing.signal };
    const options = { proxy: withoutBrackets(proxy), ...trust, proxyRequestOptions };
    const newAgent = (keepAlive: boolean): http.Agent =>
      new HttpsProxyAgent({ keepAlive, ...options } as unknown as ProxyAgentOptions);
    return { request: https.request, newAgent };
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
    if (proxy === undefined) return request(url, { method, headers, agent });
    // To a proxy the whole URL is the path (RFC 9112, "absolute-form").
    const { hostname, port } = withoutBrackets(proxy);
    const whole = { method, agent, path: url.href, headers: { Host: url.host, ...signInTo(proxy), ...headers } };
    return request({ ...whole, hostname, port });
  }
}

/** Makes the settings with which a connection trusts certificates beside the well-known ones. */
async function trusting(certificates: readonly string[]): Promise<{ readonly secureContext?: SecureContext }> {
  if (certificates.length === 0) return {};
  const { createSecureContext, rootCertificates } = await import('node:tls');
  // A list of one's own takes the place of the well-known ones, so those are put back.
  return { secureContext: createSecureContext({ ca: [...rootCertificates, ...certificates] }) };
}

// Its types know only some of what it passes on to tls.connect.
type ProxyAgentOptions = ConstructorParameters<typeof HttpsProxyAgent>[0];

/** The parts of a URL with an IPv6 address as a connection wants it. */
function withoutBrackets(url: URL): Pick<URL, 'protocol' | 'hostname' | 'port' | 'username' | 'password'> {
  const { protocol, hostname, port, username, password } = url;
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, username, password };
}

function signInTo(proxy: URL): Record<string, string> {
  const credentials = credentialsIn(proxy);
  return credentials === undefined ? {} : { 'Proxy-Authorization': basicAuthorization(credentials) };
}
