import { printable, printableName } from '../../protocol/printable.js';
import { hasUserinfo } from '../../protocol/userinfo.js';
import { urlOf } from '../../protocol/url.js';

/** The longest text that is shown, in characters. */
export const LONGEST_TEXT = 4000;

// Beyond these a host's page has no address; a longer one would be something else.
const LONGEST_URL = 2000;

/**
 * Escapes a text so that Markdown, HTML and a table's cell take it for nothing but text.
 *
 * @param most the number of characters that are shown; the result has at most six bytes for each
 */
export function inert(text: string, most = LONGEST_TEXT): string {
  // What is not printable takes more characters when it is shown: the second cut is for those.
  return (
    printable(printable(text, most), most + 1)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_[\]{}()#+!|~:.$-]/g, (character) => `&#${character.codePointAt(0) ?? 0};`)
      // An address of e-mail, or of somebody, is found in what a character reference stands for, too.
      .replace(/@/g, '@<wbr>')
  );
}

/** Inert text that is shown as code. */
export function code(text: string, most?: number): string {
  return `<code>${inert(text, most)}</code>`;
}

/** The name of a ref or a mirror, inert. */
export function inertName(name: string, most = LONGEST_TEXT): string {
  return inert(printableName(name, most), most);
}

/** Keeps a few words of our own on one line. */
export function unbroken(words: string): string {
  return words.replaceAll(' ', '\u00a0');
}

/** Links HTML to an address, if there is one; an address that is not https or holds credentials does not count. */
export function link(html: string, address: string | undefined): string {
  const url = address === undefined || address.length > LONGEST_URL ? undefined : urlOf(address);
  if (url?.protocol !== 'https:' || hasUserinfo(url)) return html;
  // What a table, Markdown or an attribute would take for a sign; an URL that is parsed is ASCII.
  const quoted = url.href.replace(/[^\w\-.~:/?#[\]%&=+,;@]/g, percentEncoded).replace(/&/g, '&amp;');
  return `<a href="${quoted}">${html}</a>`;
}

/** Markdown that unfolds when its title is clicked. */
export function fold(title: string, markdown: string): string {
  return `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`;
}

/** Bytes that a summary, or a part of it, may still hold. */
export class Room {
  #left: number;

  /** @param size in bytes */
  constructor(size: number) {
    this.#left = size;
  }

  /** Takes the room of a line, if it still fits. */
  take(line: string): boolean {
    const size = Buffer.byteLength(line) + 1;
    if (size > this.#left) return false;
    this.#left -= size;
    return true;
  }
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
