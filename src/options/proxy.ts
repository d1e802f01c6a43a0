import type { Network } from '../protocol/http/route.js';

/**
 * Finds the proxy for a URL in an environment: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, names in lower case first, by
 * the rules of the actions' own library, which reads only the environment of the process. The route itself sees to it that
 * requests to this machine go through no proxy.
 */
export function proxyIn(environment: Readonly<Record<string, string | undefined>>): Network['proxyFor'] {
  const text = (name: string): string =>
    [name.toLowerCase(), name].map((one) => environment[one]?.trim() ?? '').find((value) => value !== '') ?? '';
  return (url) => {
    const proxy = text(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    return proxy === '' || isExcepted(url, text('NO_PROXY')) ? undefined : proxyUrl(proxy);
  };
}

/** Reads a proxy. In one without a scheme, such as `proxy.example:3128`, the host can look like a scheme. */
function proxyUrl(text: string): URL {
  return new URL(/^https?:/i.test(text) ? text : `http://${text}`);
}

/** Tells whether a list names the server: `*`, the host or a domain above it, each with or without the port. */
function isExcepted({ protocol, hostname, port }: URL, list: string): boolean {
  const host = hostname.toLowerCase();
  const names = [host, `${host}:${port === '' ? USUAL_PORTS[protocol] : port}`];
  return list
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .some((item) => item === '*' || (item !== '' && names.some((name) => isAtOrBelow(name, item))));
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function isAtOrBelow(name: string, domain: string): boolean {
  return name === domain || name.endsWith(domain.startsWith('.') ? domain : `.${domain}`);
}
