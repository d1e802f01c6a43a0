import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Network } from '../protocol/http/route.js';

/**
 * Finds the proxy for a URL in an environment: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, names in lower case first, as
 * git and the actions' own library read them; the latter reads only the environment of the process. The route itself sees to it that
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

/**
 * Tells whether a list names the server: `*`; a host, and with it what is below it; an address or a range of addresses.
 * Each may have a port. What curl, Go and the actions' library know is known here; where they differ, `.example` counts
 * for `example` too, as with curl, and `*.example` for what is below it, as with Go.
 */
function isExcepted(url: URL, list: string): boolean {
  const host = { name: withoutBrackets(url.hostname), port: url.port === '' ? USUAL_PORTS[url.protocol] : url.port };
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((item) => item === '*' || isNamedBy(readItem(item), host));
}

const USUAL_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** A server, or an item of a list. */
interface Named {
  readonly name: string;
  readonly port: string | undefined;
}

interface Item extends Named {
  /** The bits that the addresses of a range have in common. */
  readonly bits: string | undefined;
}

// An IPv6 address may stand without brackets: it has more than one colon.
const ITEM = /^(\[[^\]]*\]|[^/:]*(?::[^/:]*){2,}|[^/:]*)(?:\/(\d{1,3}))?(?::(\d{1,5}))?$/;

function readItem(text: string): Item {
  const [, name = '', bits, port] = ITEM.exec(text) ?? [];
  return { name: withoutBrackets(name), bits, port };
}

function isNamedBy(item: Item, { name, port }: Named): boolean {
  if (item.name === '' || (item.port !== undefined && item.port !== port)) return false;
  if (isIP(name) !== 0) return isInRange(name, item);
  return item.bits === undefined && isAtOrBelow(withoutDot(name), item.name);
}

function isInRange(address: string, { name, bits }: Item): boolean {
  const family = isIP(name);
  const longest = family === 4 ? 32 : 128;
  const length = bits === undefined ? longest : Number(bits);
  if (family === 0 || length > longest) return false;
  const range = new BlockList();
  range.addSubnet(name, length, family === 4 ? 'ipv4' : 'ipv6');
  return range.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

function isAtOrBelow(name: string, item: string): boolean {
  const isBelowOnly = item.startsWith('*.');
  const domain = inAscii(withoutDot(item.replace(/^\*?\./, '')));
  return domain !== '' && (name.endsWith(`.${domain}`) || (name === domain && !isBelowOnly));
}

/** Writes a name as URLs have it. */
function inAscii(name: string): string {
  return domainToASCII(name) || name;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}

function withoutBrackets(name: string): string {
  return name.replace(/^\[|\]$/g, '');
}
