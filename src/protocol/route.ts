import { HttpsProxyAgent } from 'hpagent';
import http from 'node:http';
import https from 'node:https';
import { rootCertificates, createSecureContext, type SecureContext } from 'node:tls';

/** What of the network's set-up decides how a server is reached. */
export interface Network {
  /** The proxy for a URL, if there is to be one. Credentials may stand in it. */
  readonly proxyFor: (url: URL) => URL | undefined;
  /** Certificates in PEM form that are trusted beside the well-known ones. */
  readonly certificates: readonly string[];
}

/** What is asked of a server. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it takes a connection that nothing else was or will be sent over. */
  readonly ownConnection?: boolean;
}

/** The way to one server: straight or through a proxy, and whose certificates are trusted. */
export class Route {
  /** The proxy as it may be shown, without credentials. */
  readonly proxy: string | undefined;
  readonly #proxy: URL | undefined;
  readonly #secureContext: SecureContext | undefined;
  readonly #kept: http.Agent;

  /** @param server any URL of the server */
  constructor(server: URL, network: Network) {
    // What is on this machine cannot be reached through another one.
    this.#proxy = isLoopback(server.hostname) ? undefined : network.proxyFor(server);
    this.proxy = this.#proxy === undefined ? undefined : `${this.#proxy.protocol}//${this.#proxy.host}`;
    // A list of one's own takes the place of the well-known ones, so those are put back.
    if (network.certificates.length > 0) {
      this.#secureContext = createSecureContext({ ca: [...rootCertificates, ...network.certificates] });
    }
    this.#kept = this.#agent(server.protocol, true);
  }

  /** Begins a request. Its body is up to the caller. */
  request({ method, url, headers, ownConnection }: OutgoingRequest): http.ClientRequest {
    const agent = ownConnection === true ? this.#agent(url.protocol, false) : this.#kept;
    if (url.protocol === 'https:') return https.request(url, { method, headers, agent });
    const proxy = this.#proxy;
    if (proxy === undefined) return http.request(url, { method, headers, agent });
    // To a proxy the whole URL is the path (RFC 9112, "absolute-form").
    const whole = { method, agent, path: url.href, headers: { Host: url.host, ...signInTo(proxy), ...headers } };
    return (proxy.protocol === 'https:' ? https : http).request({ ...addressOf(proxy), ...whole });
  }

  close(): void {
    this.#kept.destroy();
  }

  #agent(protocol: string, keepAlive: boolean): http.Agent {
    const proxy = this.#proxy;
    const trust = this.#secureContext === undefined ? {} : { secureContext: this.#secureContext };
    if (protocol === 'http:' && proxy?.protocol !== 'https:') return new http.Agent({ keepAlive });
    if (protocol === 'http:' || proxy === undefined) return new https.Agent({ keepAlive, ...trust });
    return new HttpsProxyAgent({ keepAlive, proxy, ...trust, proxyRequestOptions: trust } as ProxyAgentOptions);
  }
}

// Its types know only some of what it passes on to tls.connect.
type ProxyAgentOptions = ConstructorParameters<typeof HttpsProxyAgent>[0];

/** Whether a host name is that of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function addressOf(proxy: URL): { host: string; port: string } {
  return { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: proxy.port };
}

function signInTo(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
