/** Decodes percent-encoded text. A text whose "%" begins nothing is the text as it is, as for Git. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
