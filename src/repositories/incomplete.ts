import { RemoteError } from '../protocol/errors.js';
import type { FetchAnswer, FetchRequest } from '../protocol/wire/fetch.js';
import type { RepositoryFolder, Shortage } from '../protocol/wire/transport.js';

/**
 * Makes the error for a folder that lacks objects.
 *
 * @param trouble what came of it, where its words tell more
 */
export function incomplete(location: string, { detail, remedy }: Shortage, trouble?: RemoteError): RemoteError {
  const seen = trouble === undefined ? '' : ` (${trouble.detail.replace(/(?:\\x00)?\.$/, '')})`;
  return new RemoteError({
    kind: 'incomplete',
    location,
    detail: `${detail.replace(/\.$/, '')}${seen}.`,
    remedy: trouble?.kind === 'silent' ? `${remedy} ${trouble.remedy ?? ''}`.trimEnd() : remedy,
    cause: trouble,
  });
}

/** Explains what goes wrong in a fetch from a folder: one that lacks objects says so in many ways, and not why. */
export class FolderFetch {
  readonly #folder: RepositoryFolder;
  /** Set where git's words for people are heard: whether they are about fetching what a partial clone lacks. */
  #isAboutPromises: boolean | undefined;

  constructor(folder: RepositoryFolder) {
    this.#folder = folder;
  }

  async run(request: FetchRequest, fetch: (request: FetchRequest) => Promise<FetchAnswer>): Promise<FetchAnswer> {
    try {
      const answer = await fetch(this.#hearing(request));
      return answer.pack === undefined ? answer : { ...answer, pack: this.#explaining(answer.pack) };
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  #hearing(request: FetchRequest): FetchRequest {
    const { onText } = request;
    if (onText === undefined) return request;
    this.#isAboutPromises = false;
    const hear = (line: string): void => {
      if (line.includes('promisor')) this.#isAboutPromises = true;
      onText(line);
    };
    return { ...request, onText: hear };
  }

  async *#explaining(pack: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* pack;
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  async #explained(error: unknown): Promise<unknown> {
    if (!(error instanceof RemoteError) || !EXPLAINED.has(error.kind)) return error;
    const shortage = await this.#folder.shortage();
    if (shortage === undefined) return error;
    const isSilent = error.kind === 'silent';
    const isFetched = isSilent || this.#isAboutPromises !== false || shortage.isLeftThere === true;
    const isFit = shortage.isOnServer ? isFetched : !isSilent;
    return isFit ? incomplete(error.location, shortage, error) : error;
  }
}

const EXPLAINED = new Set(['refused', 'silent']);
