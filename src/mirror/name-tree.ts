/**
 * Ref names, searched for one that cannot exist beside another: `a` and `a/b`. They are sorted, with what is in a folder
 * right behind the name of the folder, so that nothing is made of the folders themselves: a name may have many.
 */
export class NameTree {
  readonly #names: readonly string[];
  readonly #keys: readonly string[];
  /** For each name the place of the nearest one that would have to be a folder for it. */
  readonly #outer: Int32Array;

  constructor(names: Iterable<string>) {
    const keyed = Array.from(names, (name) => ({ name, key: keyOf(name) }));
    keyed.sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
    this.#names = keyed.map(({ name }) => name);
    this.#keys = keyed.map(({ key }) => key);
    this.#outer = new Int32Array(keyed.length).fill(NONE);
    for (let at = 1; at < keyed.length; at += 1) this.#outer[at] = this.#outerFrom(at - 1, this.#keys[at] ?? '');
  }

  conflictWith(name: string): string | undefined {
    return this.#innerOf(name) ?? this.outerOf(name);
  }

  /** Finds the name that would have to be a folder for the other one to exist: `a` for `a/b`. */
  outerOf(name: string): string | undefined {
    const key = keyOf(name);
    let outer: string | undefined;
    // Several of them can only be listed wrongly: then the shortest one counts.
    for (let at = this.#outerFrom(this.#firstFrom(key) - 1, key); at !== NONE; at = this.#outer[at] ?? NONE) {
      outer = this.#names[at];
    }
    return outer;
  }

  /** Finds a name that exists in the folder that the other one would have to be: `a/b` for `a`. */
  #innerOf(name: string): string | undefined {
    const folder = keyOf(name) + SEPARATOR;
    const at = this.#firstFrom(folder);
    return this.#keys[at]?.startsWith(folder) === true ? this.#names[at] : undefined;
  }

  /** Goes from a name outwards to the first that would be a folder for a key. */
  #outerFrom(place: number, key: string): number {
    for (let at = place; at >= 0; at = this.#outer[at] ?? NONE) {
      const outer = this.#keys[at] ?? '';
      if (key.length > outer.length && key[outer.length] === SEPARATOR && key.startsWith(outer)) return at;
    }
    return NONE;
  }

  /** The place of the first key that is not before the given one. */
  #firstFrom(key: string): number {
    let [low, high] = [0, this.#keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NONE = -1;
/** Comes before all characters of a ref name, none of which it is. */
const SEPARATOR = '\0';

function keyOf(name: string): string {
  return name.replaceAll('/', SEPARATOR);
}
