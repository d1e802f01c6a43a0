import { encodeRefName } from '../protocol/wire/ref-name.js';

/** Characters from which on the order of UTF-16 is not that of the bytes: surrogates, and those behind them. */
const LATE = /[\ud800-\uffff]/;

/** Sorts by ref names, in the order of their bytes, as `git for-each-ref` does. */
export function inNameOrder<T extends { readonly ref: string }>(items: readonly T[]): T[] {
  const isPlain = !items.some(({ ref }) => LATE.test(ref));
  const keyed = items.map((item) => ({ item, key: isPlain ? item.ref : encodeRefName(item.ref).toString('latin1') }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
  return keyed.map(({ item }) => item);
}
