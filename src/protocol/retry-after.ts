/** No value of the header is longer; a date has some thirty characters. */
const LONGEST = 64;
/** A date of HTTP (RFC 9110, section 5.6.7): the usual form, that of RFC 850, and that of `asctime`, all in UTC. */
const DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? [\w :-]{14,24}$/;

/**
 * Reads the header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
 *
 * @param now milliseconds since 1970
 * @returns milliseconds to wait, in the range from 0 to the most; 0 for what says nothing
 */
export function readRetryAfter(header: string, now: number, most: number): number {
  const text = header.length > LONGEST ? '' : header.trim();
  const asked = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : DATE.test(text) ? inUtc(text) - now : 0;
  return asked > 0 ? Math.min(asked, most) : 0;
}

/** @returns milliseconds since 1970, NaN for a date that is none */
function inUtc(date: string): number {
  return Date.parse(date.endsWith(' GMT') ? date : `${date} GMT`);
}
