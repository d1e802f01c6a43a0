/** The name of the file in a repository's root that may say where its Git LFS objects are. */
export const CONFIGURATION = '.lfsconfig';

const LARGEST = 64 * 1024;

/**
 * Reads the URL of the Git LFS server that an `.lfsconfig` names: `lfs.url`, or else `remote.origin.lfsurl`
 * (git-lfs-config, "LFSCONFIG"; the syntax is that of git-config, "Syntax").
 *
 * @returns the URL as the file has it; `undefined` for a file that names no URL, or cannot be read
 */
export function configuredUrl(content: Buffer): string | undefined {
  if (content.length > LARGEST) return undefined;
  const values = new ConfigurationReader(content.toString('utf8')).read();
  return values?.get('lfs.url') ?? values?.get('remote.origin.lfsurl');
}

/** Reads a file as git does, character by character; every key keeps its last value. */
class ConfigurationReader {
  readonly #text: string;
  readonly #values = new Map<string, string>();
  #at = 0;
  #section = '';

  constructor(text: string) {
    this.#text = text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
  }

  /** @returns `undefined` for what git cannot read */
  read(): ReadonlyMap<string, string> | undefined {
    for (;;) {
      const [blank = ''] = this.#match(/\s*(?:[#;][^\n]*\n\s*)*(?:[#;][^\n]*)?/y) ?? [];
      this.#at += blank.length;
      if (this.#at >= this.#text.length) return this.#values;
      if (!(this.#text[this.#at] === '[' ? this.#heading() : this.#entry())) return undefined;
    }
  }

  #heading(): boolean {
    const found = this.#match(/\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y);
    if (found === null) return false;
    this.#at += found[0].length;
    const [, name = '', part] = found;
    this.#section = name.toLowerCase() + (part === undefined ? '' : `.${part.replace(/\\(.)/g, '$1')}`);
    return true;
  }

  #entry(): boolean {
    const found = this.#match(/([A-Za-z][A-Za-z0-9-]*)[ \t]*(=|(?=\n|$|[#;]))/y);
    if (found === null) return false;
    this.#at += found[0].length;
    const [, name = '', equals] = found;
    if (equals !== '=') return true;
    const value = this.#value();
    if (value === undefined) return false;
    this.#values.set(`${this.#section}.${name.toLowerCase()}`, value);
    return true;
  }

  /** Reads a value: without space at both ends and without a comment, unless they are in quotes. */
  #value(): string | undefined {
    let [value, space] = ['', ''];
    for (;;) {
      const part = this.#match(/([^\S\n]+)|([#;][^\n]*)|"((?:[^"\\\n]|\\[^])*)"|((?:[^\s"\\#;]|\\[^])+)/y);
      if (part === null) return /\n|$/y.test(this.#text.slice(this.#at, this.#at + 1)) ? value : undefined;
      this.#at += part[0].length;
      const [, blank, , quoted, bare] = part;
      if (blank !== undefined && value !== '') space += blank;
      const text = unescape(quoted ?? bare ?? '');
      if (text === undefined) return undefined;
      if (text !== '') [value, space] = [value + space + text, ''];
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }
}

/** @returns `undefined` for an escape that git does not know */
function unescape(text: string): string | undefined {
  const wrong = Array.from(text.matchAll(/\\([^])/g), ([, next = '']) => next).some((next) => !ESCAPES.has(next));
  return wrong ? undefined : text.replace(/\\([^])/g, (_, next: string) => ESCAPES.get(next) ?? '');
}

/** Characters after a backslash, and their meanings; a line feed joins two lines. */
const ESCAPES = new Map([
  ['\n', ''],
  ['t', '\t'],
  ['b', '\b'],
  ['n', '\n'],
  ['\\', '\\'],
  ['"', '"'],
]);
