/**
 * Reads text from outside that may be a URL. `URL.canParse` is not asked: once V8 has optimized its caller, that of
 * Node.js 20 says true for text with characters above ASCII which `new URL` then refuses.
 *
 * @param base the URL to which a relative one relates
 */
export function urlOf(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
