import { ProtocolError } from '../errors.js';
import { objectFormat, type ObjectFormat } from './object-format.js';
import { printable } from '../printable.js';

/** Capabilities of a server: names with the values given to each, in the order given (gitprotocol-capabilities). */
export class Capabilities {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  private constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** No capability at all, as of a repository before it exists. */
  static readonly none = new Capabilities(new Map());

  /**
   * The least that a server of protocol v2 takes which has advertised nothing yet: of another hash than SHA-1 it must be
   * told.
   */
  static presumed(format: ObjectFormat): Capabilities {
    return format === 'sha1' ? Capabilities.none : Capabilities.of([`object-format=${format}`]);
  }

  /** @param words `name` or `name=value` each */
  static of(words: Iterable<string>): Capabilities {
    const values = new Map<string, string[]>();
    for (const word of words) {
      if (word === '') continue;
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const known = values.get(name) ?? [];
      if (equals >= 0) known.push(word.slice(equals + 1));
      values.set(name, known);
    }
    return new Capabilities(values);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Every value of `name=value`. */
  values(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** True where `name=…` lists this feature among its space-separated values (protocol v2: `fetch=shallow filter`). */
  hasFeature(name: string, feature: string): boolean {
    return this.values(name).some((value) => value.split(' ').includes(feature));
  }

  /**
   * The hash the repository uses; sha1 where nothing is said.
   *
   * @throws {ProtocolError} for a format this program does not know
   */
  objectFormat(location: string): ObjectFormat {
    const value = this.values('object-format')[0];
    if (value === undefined) return 'sha1';
    const format = objectFormat(value);
    if (format === undefined) throw new ProtocolError(location, `unknown object format "${printable(value)}"`);
    return format;
  }
}
