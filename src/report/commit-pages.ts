import { commitPage } from '../hosts/web.js';
import type { Options } from '../options/options.js';
import type { ObjectId } from '../protocol/wire/object-format.js';

/** The pages on which the hosts of both ends show commits, as far as they are known. */
export interface CommitPages {
  readonly sourceCommit: (id: ObjectId) => string | undefined;
  readonly targetCommit: (id: ObjectId) => string | undefined;
}

/** For hosts that are not known. */
export const NO_PAGES: CommitPages = { sourceCommit: () => undefined, targetCommit: () => undefined };

/** Finds the pages by the hosts of both ends. */
export function commitPages({ source, target }: Options): CommitPages {
  return {
    sourceCommit: (id) => commitPage(source.location, source.host, id),
    targetCommit: (id) => commitPage(target.location, target.host, id),
  };
}
