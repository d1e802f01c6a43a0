/** The name of the file in a repository's root that may say where its Git LFS objects are. */
export const CONFIGURATION = '.lfsconfig';

const LARGEST = 64 * 1024;

/**
 * The URL of the Git LFS server that an `.lfsconfig` names: `lfs.url`, or else `remote.origin.lfsurl`
 * (git-lfs-config, "LFSCONFIG"; the syntax is that of git-config, "Syntax").
 *
 * @returns as it stands there; `undefined` where it names none, or is no such file
 */
export function configuredUrl(content: Buffer): string | undefined {
  if (content.length > LARGEST) return undefined;
  const values = new ConfigurationReader(content.toString('utf8')).read();
  return values?.get('lfs.url') ?? values?.get('remote.origin.lfsurl');
}

/**
 * Where a repository on this machine keeps its Git LFS objects: `lfs.storage` in its own `config` (git-lfs-config).
 *
 * @returns as it stands there; a relative path begins at the repository's folder
 */
export function configuredStorage(content: Buffer): string | undefined {
  const storage = new ConfigurationReader(content.toString('utf8')).read()?.get('lfs.storage');
  return storage === '' ? undefined : storage;
}

/** Goes through a file as git does, a character after the other; every key keeps its last value. */
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
      const [blank = ''] = this.#match(/(?:\s|[#;][^\n]*)*/y) ?? [];
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

  /** Space at both ends goes, unless it is in quotes; a comment ends it, unless that is in quotes. */
  #value(): string | undefined {
    let [value, space] = ['', ''];
    for (;;) {
      const part = this.#match(/([^\S\n]+)|([#;][^\n]*)|"((?:[^"\\\n]|\\[^])*)"|((?:[^\s"\\#;]|\\[^])+)/y);
      if (part === null) return /\n|$/y.test(this.#text.slice(this.#at, this.#at + 1)) ? value : undefined;
      this.#at += part[0].length;
      const [, blank, , quoted, bare] = part;
      if (blank !== undefined && value !== '') space += blank;
      const text = unescaped(quoted ?? bare ?? '');
      if (text === undefined) return undefined;
      if (text !== '') [value, space] = [value + space + text, ''];
    }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }
}

/** @returns `undefined` where a backslash stands before what it may not stand before */
function unescaped(text: string): string | undefined {
  const wrong = Array.from(text.matchAll(/\\([^])/g), ([, next = '']) => next).some((next) => !ESCAPES.has(next));
  return wrong ? undefined : text.replace(/\\([^])/g, (_, next: string) => ESCAPES.get(next) ?? '');
}

/** A line feed stands for a line that goes on in the next. */
const ESCAPES = new Map([
  ['\n', ''],
  ['t', '\t'],
  ['b', '\b'],
  ['n', '\n'],
  ['\\', '\\'],
  ['"', '"'],
]);
