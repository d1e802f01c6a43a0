import { isLoopback } from '../../protocol/location.js';
import { hasUserinfo, passwordForms } from '../../protocol/userinfo.js';

// Headers that say nothing about who may make a request; every other one may be a sign-in.
const HARMLESS = /^(?:accept|content-|transfer-encoding$|user-agent$|x-amz-(?:content-|date$))/i;
/**
 * Parameters of signed addresses that only say what is signed, and when: of AWS and Google (AWS Signature Version 4,
 * "query parameters") and of Azure ("Create a service SAS"). Dates and regions in them stand in many other texts.
 */
const PUBLIC =
  /^(?:x-(?:amz|goog)-(?:algorithm|credential|date|expires|signedheaders)|awsaccesskeyid|expires|s[vteprk]|spr|sk[etsv]|skoid|sktid|response-.*)$/i;
/**
 * Parameters that sign an address (AWS, Google, Azure, Tencent; Akamai's `hdnts`, Fastly's `__token__`, `md5` of nginx's
 * secure links, `Authorization` of Backblaze), and `token`, which counts as a sign-in for git-lfs. Not `jwt`: git-lfs signs in
 * beside it, as Giftless wants.
 */
const SIGNATURE =
  /(?:^|[-_])(?:sig|sign|signature|hmac|token|__token__|md5|hdnt[ls]|hdnea|auth(?:orization|[-_]key)?|api[-_]?key)$/i;
// Shorter values are no secrets.
const SHORTEST = 8;

/** The secrets of a request: everything in its headers and its address that may sign in, in whatever way. */
export function secretsIn(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const inHeaders = Object.entries(headers).filter(([name]) => !HARMLESS.test(name));
  const inQuery = Array.from(url.searchParams).filter(([name]) => !PUBLIC.test(name));
  const inAddress = [...inQuery.map(([, value]) => value), ...passwordForms(url)];
  return [...new Set([...inHeaders.flatMap(([, value]) => partsOf(value)), ...inAddress])].filter(
    ({ length }) => length >= SHORTEST,
  );
}

/** True for an address that signs in by itself: a storage refuses a second sign-in beside its signature. */
export function isSigned({ searchParams }: URL): boolean {
  return Array.from(searchParams.keys()).some((name) => SIGNATURE.test(name));
}

/** True for headers of which one may sign in. */
export function signsIn(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => !HARMLESS.test(name));
}

/** The headers without those that may sign in. */
export function withoutSignIn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.test(name)));
}

/** True for a request with credentials that everybody on its way could read. */
export function isExposed(url: URL, headers: Readonly<Record<string, string>>): boolean {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return false;
  return url.search !== '' || hasUserinfo(url) || signsIn(headers);
}

/** A header's value whole, without its scheme, and the password of basic authentication by itself. */
function partsOf(value: string): string[] {
  const bare = value.replace(/^\S+ +/, '');
  const pair = /^basic /i.test(value) ? Buffer.from(bare, 'base64').toString('utf8') : '';
  return [value, bare, pair.slice(pair.indexOf(':') + 1)];
}
