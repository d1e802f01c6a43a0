/** Attribute of YAML that takes over the attributes of other mappings (yaml.org/type/merge.html). */
export const MERGE_KEY = '<<';

type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mappings, or what stands in the place of one, whose attributes a mapping takes over: the first one wins. */
export function mergedBy(mapping: Mapping): readonly unknown[] {
  if (!Object.hasOwn(mapping, MERGE_KEY)) return [];
  const value = mapping[MERGE_KEY];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/**
 * Follows merge keys. Each mapping is looked at once, however often it is named: mappings that name each other twice
 * would otherwise double the work with each step.
 */
export class Merges {
  readonly #having = new Map<Mapping, boolean>();
  readonly #whole = new Map<Mapping, Mapping>();

  /** Reports whether a mapping has a URL, be it that of another one. */
  hasUrl(mapping: Mapping): boolean {
    return remembered(this.#having, mapping, () => {
      return (
        Object.hasOwn(mapping, 'url') || mergedBy(mapping).some((source) => isMapping(source) && this.hasUrl(source))
      );
    });
  }

  /** The mapping with the attributes that it takes over in the place of its merge key: its own ones win. */
  whole(mapping: Mapping): Mapping {
    return remembered(this.#whole, mapping, () => {
      const { [MERGE_KEY]: _, ...own } = mapping;
      const sources = mergedBy(mapping).filter(isMapping).toReversed();
      return Object.assign({}, ...sources.map((source) => this.whole(source)), own) as Mapping;
    });
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, find: () => V): V {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
