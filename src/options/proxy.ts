import type { Network } from '../protocol/http/route.js';

/**
 * The proxies that an environment names: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, of which those in lower case go
 * first, with the rules of the actions' own library, which reads the environment of the process alone. What is on this
 * machine never goes through a proxy: that is up to the route.
 */
export function proxyIn(environment: Readonly<Record<string, string | undefined>>): Network['proxyFor'] {
  const text = (name: string): string =>
    [name.toLowerCase(), name].map((one) => environment[one]?.trim() ?? '').find((value) => value !== '') ?? '';
  return (url) => {
    const proxy = text(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    return proxy === '' || isExcepted(url, text('NO_PROXY')) ? undefined : proxyUrl(proxy);
  };
}

/** What has no scheme can look as if its host were one: `proxy.example:3128`. */
function proxyUrl(text: string): URL {
  return new URL(/^https?:/i.test(text) ? text : `http://${text}`);
}

/** Whether a list names the server: `*`, its host or a domain above it, each with or without the port. */
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
