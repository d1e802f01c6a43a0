import { BRANCHES, TAGS } from '../protocol/wire/ref-name.js';
import type { SourceSnapshot } from '../repositories/refs.js';
import type { SourcePort } from './ports.js';

const MOST_PREFIXES = 64;

/**
 * Sees the race with a newer run. Both ends are read at the same time, so the target may have been read after a newer
 * run of this mirror had brought it further than the source was read: the plan would take it back. The source, read
 * once more after the target, settles that.
 */
export class SourceWatch {
  readonly #source: Pick<SourcePort, 'list'>;
  readonly #read: SourceSnapshot;

  /** @param read the reading of the source that the plan is made from */
  constructor(source: Pick<SourcePort, 'list'>, read: SourceSnapshot) {
    this.#source = source;
    this.#read = read;
  }

  /** Finds the refs among these that the source has moved, created or deleted since it was read. */
  async movedAmong(refs: Iterable<string>): Promise<ReadonlySet<string>> {
    const names = [...new Set(refs)];
    if (names.length === 0) return new Set();
    const prefixes = names.length <= MOST_PREFIXES ? names : [BRANCHES, TAGS];
    const listed = new Map((await this.#source.list(prefixes)).map(({ name, id }) => [name, id]));
    return new Set(names.filter((name) => listed.get(name) !== this.#read.refs.get(name)?.id));
  }
}
