import { printable } from '../printable.js';

/** A web page that came where an answer to Git belongs. */
export interface WebPage {
  /** A sentence that tells its title, with a space before it, or nothing. */
  readonly title: string;
  /** Who it seems to be of, as far as its words tell. */
  readonly of: 'middleman' | 'sign-in' | undefined;
}

const TITLE = /<title[^>]{0,100}>([^<]{1,500})/i;
const MIDDLEMAN =
  /\bsquid\b|zscaler|fortinet|fortigate|fortiguard|blue ?coat|websense|forcepoint|netskope|sophos|barracuda|captive portal|\bhotspot\b|\bwi-?fi\b|web filter|web gateway|web proxy|proxy server|proxy error|proxy authentication|\bfirewall\b|attention required! \| cloudflare/i;
const SIGN_IN = /\b(?:sign|log)[ -]?in\b|single sign-on|\bsso\b|\bsaml\b/i;
const PASSWORD_FIELD = /<input\b[^>]{0,300}\btype\s{0,9}=\s{0,9}["']?password/i;

/** Reads the beginning of an answer as a web page; `undefined` where it is none. */
export function webPageIn(answer: { readonly type: string; readonly beginning: string }): WebPage | undefined {
  const { type, beginning } = answer;
  if (type !== 'text/html' && !/^\s*<(?:!doctype|html)/i.test(beginning)) return undefined;
  const words = (TITLE.exec(beginning)?.[1] ?? '').replace(/\s+/g, ' ').trim();
  const title = words === '' ? '' : ` The page's title is "${printable(words, 100)}".`;
  if (MIDDLEMAN.test(beginning)) return { title, of: 'middleman' };
  return { title, of: SIGN_IN.test(words) || PASSWORD_FIELD.test(beginning) ? 'sign-in' : undefined };
}

/** Ways to sign in that a server offers (RFC 9110, "WWW-Authenticate"), in lower case. */
export function schemesIn(challenges: string): string[] {
  const begun = challenges.slice(0, 4096).matchAll(/(?:^|,)\s{0,9}([A-Za-z][\w-]{0,30})(?=\s*(?:,|$)|\s+[^\s=,])/g);
  return Array.from(begun, ([, scheme = '']) => scheme.toLowerCase());
}

/** Ways to sign in that take more than a user name and a password. */
const OTHERS = new Set(['negotiate', 'ntlm', 'kerberos', 'digest']);

/** Names the ways to sign in, where a user name and a password, or a token, are of no use for any of them. */
export function otherSchemes(challenges = ''): string | undefined {
  const offered = [...new Set(schemesIn(challenges))];
  if (offered.length === 0 || !offered.every((scheme) => OTHERS.has(scheme))) return undefined;
  return offered
    .map((scheme) => (scheme === 'ntlm' ? 'NTLM' : scheme.replace(/^./, (first) => first.toUpperCase())))
    .join(' or ');
}
