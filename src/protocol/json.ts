import { HTTP_LIMITS } from './limits/http.js';
import { excess } from './limits/limit.js';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * Looks at a text of JSON before it is parsed: a few bytes of it can take much memory.
 *
 * @returns a clause on what it has too many of
 */
export function jsonExcess(text: string): string | undefined {
  let [level, values] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (OPENING.has(code)) level += 1;
    else if (CLOSING.has(code)) level -= 1;
    if (code === COMMA || code === COLON || OPENING.has(code)) values += 1;
    if (level > HTTP_LIMITS.jsonLevels.value) return excess(HTTP_LIMITS.jsonLevels);
    if (values > HTTP_LIMITS.jsonValues.value) return excess(HTTP_LIMITS.jsonValues);
  }
  return undefined;
}

function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}
