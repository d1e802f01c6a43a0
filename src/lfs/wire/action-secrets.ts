import { unescape } from 'node:querystring';
import { isLoopback } from '../../protocol/location.js';

// What says nothing about who may make a request; everything else may be what signs in.
const HARMLESS = /^(?:accept|content-|transfer-encoding$|user-agent$|x-amz-(?:content-|date$))/i;
// Shorter values are no secrets.
const SHORTEST = 8;

/** What must not be shown of a request: what its headers and its address may have to sign in, in whatever way. */
export function secretsIn(url: URL, headers: Readonly<Record<string, string>>): string[] {
  const inHeaders = Object.entries(headers).filter(([name]) => !HARMLESS.test(name));
  const inAddress = [...url.searchParams.values(), url.password, unescape(url.password)];
  return [...new Set([...inHeaders.flatMap(([, value]) => partsOf(value)), ...inAddress])].filter(
    ({ length }) => length >= SHORTEST,
  );
}

/** Whether a request has anything that may sign in, and everybody on its way could read that. */
export function isExposed(url: URL, headers: Readonly<Record<string, string>>): boolean {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return false;
  const isSigned = url.search !== '' || url.username !== '' || url.password !== '';
  return isSigned || Object.keys(headers).some((name) => !HARMLESS.test(name));
}

/** A value, what comes behind its scheme, and the password by itself where that is basic authentication. */
function partsOf(value: string): string[] {
  const bare = value.replace(/^\S+ +/, '');
  const pair = /^basic /i.test(value) ? Buffer.from(bare, 'base64').toString('utf8') : '';
  return [value, bare, pair.slice(pair.indexOf(':') + 1)];
}
