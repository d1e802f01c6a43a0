import { HttpsProxyAgent } from 'hpagent';
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { rootCertificates, createSecureContext, type SecureContext } from 'node:tls';
import { basicAuthorization } from '../credentials.js';
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
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** True for a request that takes a connection of its own. */
  readonly ownConnection?: boolean;
}

/** The way to one server: straight or through a proxy, and whose certificates are trusted. */
export class Route {
  readonly proxy: UsedProxy | undefined;
  readonly #proxy: URL | undefined;
  readonly #secureContext: SecureContext | undefined;
  readonly #kept: http.Agent;
  /** Ends the requests for tunnels that the proxy has not answered: they are the agents' own. */
  readonly #closing = new AbortController();

  /** @param server any URL of the server */
  constructor(server: URL, network: Network) {
    // No proxy leads back to this machine.
    this.#proxy = isLoopback(server.hostname) ? undefined : network.proxyFor(server);
    if (this.#proxy !== undefined) {
      const variable = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
      this.proxy = { shown: `${this.#proxy.protocol}//${this.#proxy.host}`, variable };
    }
    // A list of certificates replaces the well-known ones, so they are put back.
    if (network.certificates.length > 0) {
      this.#secureContext = createSecureContext({ ca: [...rootCertificates, ...network.certificates] });
    }
    // Each push has a tunnel of its own.
    setMaxListeners(0, this.#closing.signal);
    this.#kept = this.#agent(server.protocol, true);
  }

  /** Begins a request. Its body is up to the caller. */
  request({ method, url, headers, ownConnection }: OutgoingRequest): http.ClientRequest {
    const agent = ownConnection === true ? this.#agent(url.protocol, false) : this.#kept;
    if (url.protocol === 'https:') return https.request(url, { method, headers, agent });
    const proxy = this.#proxy;
    if (proxy === undefined) return http.request(url, { method, headers, agent });
    // To a proxy the whole URL is the path (RFC 9112, "absolute-form").
    const { hostname, port } = withoutBrackets(proxy);
    const whole = { method, agent, path: url.href, headers: { Host: url.host, ...signInTo(proxy), ...headers } };
    return (proxy.protocol === 'https:' ? https : http).request({ ...whole, hostname, port });
  }

  close(): void {
    this.#closing.abort();
    this.#kept.destroy();
  }

  #agent(protocol: string, keepAlive: boolean): http.Agent {
    const proxy = this.#proxy;
    const trust = this.#secureContext === undefined ? {} : { secureContext: this.#secureContext };
    if (protocol === 'http:' && proxy?.protocol !== 'https:') return new http.Agent({ keepAlive });
    if (protocol === 'http:' || proxy === undefined) return new https.Agent({ keepAlive, ...trust });
    const toProxy = { ...trust, signal: this.#closing.signal };
    const options = { keepAlive, proxy: withoutBrackets(proxy), ...trust, proxyRequestOptions: toProxy };
    return new HttpsProxyAgent(options as unknown as ProxyAgentOptions);
  }
}

// Its types lack some options that it passes on to tls.connect.
type ProxyAgentOptions = ConstructorParameters<typeof HttpsProxyAgent>[0];

/** True for a host name of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** The parts of a URL, with an IPv6 address in the form that a connection wants. */
function withoutBrackets(url: URL): Pick<URL, 'protocol' | 'hostname' | 'port' | 'username' | 'password'> {
  const { protocol, hostname, port, username, password } = url;
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, username, password };
}

function signInTo(proxy: URL): Record<string, string> {
  const credentials = credentialsIn(proxy);
  return credentials === undefined ? {} : { 'Proxy-Authorization': basicAuthorization(credentials) };
}
