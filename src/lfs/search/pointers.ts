import type { ObjectId } from '../../protocol/wire/object-format.js';
import type { FoundPointer } from './finder.js';

/** The pointers in a set of changes. */
export interface Pointers {
  /** Finds every pointer that the tips bring along, by the id of its object. */
  all(tips: readonly ObjectId[]): Promise<ReadonlyMap<string, FoundPointer>>;
  /** Finds the first of some pointers that each tip brings along. */
  holding(
    tips: readonly ObjectId[],
    some: ReadonlyMap<string, FoundPointer>,
  ): Promise<ReadonlyMap<ObjectId, FoundPointer>>;
  close(): Promise<void>;
}
