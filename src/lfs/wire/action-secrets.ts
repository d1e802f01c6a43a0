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

/** True for a request with credentials that everybody on its way could read. */
export function isExposed(url: URL, headers: Readonly<Record<string, string>>): boolean {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return false;
  const isSigned = url.search !== '' || hasUserinfo(url);
  return isSigned || Object.keys(headers).some((name) => !HARMLESS.test(name));
}

/** A header's value whole, without its scheme, and the password of basic authentication by itself. */
function partsOf(value: string): string[] {
  const bare = value.replace(/^\S+ +/, '');
  const pair = /^basic /i.test(value) ? Buffer.from(bare, 'base64').toString('utf8') : '';
  return [value, bare, pair.slice(pair.indexOf(':') + 1)];
}
