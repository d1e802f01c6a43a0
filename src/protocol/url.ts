/**
 * Reads text from outside that may be a URL. `URL.canParse` is not asked: once V8 has optimized its caller, that of
 * Node.js 20 says true for text with characters above ASCII which `new URL` then refuses.
 *
 * @param base the URL to which a relative one relates
 */
export function urlOf(text: string, base?: URL): URL | undefined {
  // Errors take time, and texts have many words.
  if (base === undefined && !text.includes(':')) return undefined;
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
