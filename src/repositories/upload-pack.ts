import { BusyError } from '../protocol/busy.js';
import { readAdvertisement, type Advertisement, type Listing } from '../protocol/wire/advertisement.js';
import { Capabilities } from '../protocol/wire/capabilities.js';
import type { Terms } from '../protocol/wire/command.js';
import { fetchPack, type FetchAnswer, type FetchRequest } from '../protocol/wire/fetch.js';
import { readRefs, requestRefs } from '../protocol/wire/ls-refs.js';
import type { ObjectFormat } from '../protocol/wire/object-format.js';
import type { Transport } from '../protocol/wire/transport.js';
import { unlessBusy, type Again } from './unless-busy.js';

/** The conversation with a repository's `git-upload-pack`, which tells the refs and gives the objects. */
export class UploadPack {
  readonly #transport: Transport;
  readonly #agent: string;
  readonly #again: Again | undefined;
  #format: ObjectFormat = 'sha1';
  #advertisement: Advertisement | undefined;

  constructor(transport: Transport, agent: string, again?: Again) {
    this.#transport = transport;
    this.#agent = agent;
    this.#again = again;
  }

  /** Known once the refs were listed. */
  get format(): ObjectFormat {
    return this.#format;
  }

  /** Set once the server was seen not to have protocol v2: then a stage must give the objects. */
  get needsStage(): boolean {
    return this.#advertisement?.version === 0;
  }

  /** Takes over what another conversation with the same repository has learned of it. */
  learnFrom(other: UploadPack): void {
    this.#advertisement = other.#advertisement;
    this.#format = other.#format;
  }

  /** Reports whether the server has a feature of the command `fetch`. A stage, served by a git of this machine, has all. */
  hasFetchFeature(feature: string): boolean {
    return this.#advertisement?.version !== 2 || this.#advertisement.capabilities.hasFeature('fetch', feature);
  }

  /** False where the server's git may pass over broken refs: an older one does, and says nothing of them. */
  get tellsBroken(): boolean {
    const [agent = ''] = this.#advertisement?.version === 2 ? this.#advertisement.capabilities.values('agent') : [];
    const [, major = 0, minor = 0] = (/^git\/(\d{1,4})\.(\d{1,4})/.exec(agent) ?? []).map(Number);
    return major > TELLS_BROKEN.major || (major === TELLS_BROKEN.major && minor >= TELLS_BROKEN.minor);
  }

  /** Lists the refs that begin with one of the prefixes; a server may list more. */
  async list(prefixes: readonly string[]): Promise<Listing> {
    if (this.#advertisement?.version === 2) return this.#ask(prefixes);
    const early = this.#transport.stateless && this.#advertisement === undefined ? this.#ask(prefixes) : undefined;
    early?.catch(() => undefined);
    const advertisement = await this.#advertise();
    if (advertisement.version === 0) return advertisement;
    // Where the guess of the format was wrong, or a redirect came first, the early question was in vain.
    const guessed = this.#format === 'sha1' ? await early?.catch(unlessOfLoad) : undefined;
    return guessed ?? this.#ask(prefixes);
  }

  /** Fetches over the way to the repository, or to the stage that stands in for it. */
  async fetch(request: FetchRequest, over = this.#transport): Promise<FetchAnswer> {
    return this.#unlessBusy(() => fetchPack(over, this.#terms(), request));
  }

  #advertise(): Promise<Advertisement> {
    return this.#unlessBusy(() => this.#readAdvertisement());
  }

  async #readAdvertisement(): Promise<Advertisement> {
    const answer = await this.#transport.advertise('git-upload-pack');
    const advertisement = await readAdvertisement(answer.packets, this.#transport.location);
    this.#advertisement = advertisement;
    this.#format = advertisement.capabilities.objectFormat(this.#transport.location);
    if (advertisement.version === 2 || this.#transport.stateless) await answer.release();
    else answer.abort();
    return advertisement;
  }

  #ask(prefixes: readonly string[]): Promise<Listing> {
    return this.#unlessBusy(async () => {
      const answer = await requestRefs(this.#transport, this.#terms(), prefixes);
      return readRefs(answer, this.#format, this.#transport.location);
    });
  }

  #unlessBusy<T>(ask: () => Promise<T>): Promise<T> {
    return unlessBusy(ask, this.#transport.location, this.#again);
  }

  /** Names nothing unknown to a server that has not advertised yet, nor to a stage, which is not asked to. */
  #terms(): Terms {
    const [agent, format, advertisement] = [this.#agent, this.#format, this.#advertisement];
    const isKnown = advertisement?.version === 2;
    return { agent, format, capabilities: isKnown ? advertisement.capabilities : Capabilities.presumed(format) };
  }
}

/** The oldest git that was seen to list a broken ref, with the zero id. */
const TELLS_BROKEN = { major: 2, minor: 39 } as const;

/** A server that is too busy for a question has been asked often enough. */
function unlessOfLoad(error: unknown): undefined {
  if (error instanceof BusyError) throw error;
  return undefined;
}
