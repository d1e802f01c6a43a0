import { readAdvertisement } from '../protocol/wire/advertisement.js';
import { Capabilities } from '../protocol/wire/capabilities.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { readRefs, requestRefs } from '../protocol/wire/ls-refs.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import { push, type PushReport, type PushRequest } from '../protocol/wire/push.js';
import type { Traffic, Transport } from '../protocol/wire/transport.js';
import { targetDetails, targetSnapshot, type TargetDetails, type TargetSnapshot } from './refs.js';
import { BRANCHES, TAGS } from '../protocol/wire/ref-name.js';

/** The mirror: tells its refs, and takes updates. */
export class TargetRepository {
  readonly #transport: Transport;
  readonly #agent: string;
  #capabilities = Capabilities.none;
  #format: ObjectFormat | undefined;
  #extraHaves: readonly ObjectId[] = [];
  #wasCreated = false;

  constructor(transport: Transport, agent: string) {
    this.#transport = transport;
    this.#agent = agent;
  }

  get location(): string {
    return this.#transport.location;
  }

  get traffic(): Traffic {
    return this.#transport.traffic;
  }

  /** Capabilities that the target advertises; nothing for a repository that is yet to be created. */
  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** The hash of the target's object ids; `undefined` for a repository that is yet to be created. */
  get format(): ObjectFormat | undefined {
    return this.#format;
  }

  /** Objects that the target holds beside those of its refs. */
  get extraHaves(): readonly ObjectId[] {
    return this.#extraHaves;
  }

  /** Reads the refs, as a push is told them. A local path at which nothing is yet has no refs. */
  async read(): Promise<TargetSnapshot> {
    if (this.#isMissing()) return targetSnapshot({ refs: [], broken: [] });
    const answer = await this.#transport.advertise('git-receive-pack');
    const advertisement = await readAdvertisement(answer.packets, this.location);
    await answer.release();
    if (advertisement.version === 2) throw new ProtocolError(this.location, 'protocol v2 is used for a push');
    this.#capabilities = advertisement.capabilities;
    this.#format = advertisement.capabilities.objectFormat(this.location);
    this.#extraHaves = advertisement.extraHaves;
    return targetSnapshot(advertisement);
  }

  /** Asks for the default branch, the symbolic refs and the peeled tags, which a push is not told. */
  async details(): Promise<TargetDetails> {
    if (this.#transport.stateless) {
      const early = await this.#list(Capabilities.presumed(this.#format ?? 'sha1')).catch((error: unknown) => {
        if (error instanceof RemoteError && UNANSWERABLE.has(error.kind)) throw error;
        return undefined;
      });
      if (early !== undefined) return early;
    }
    const answer = await this.#transport.advertise('git-upload-pack');
    const advertisement = await readAdvertisement(answer.packets, this.location);
    if (advertisement.version === 2) {
      await answer.release();
      return this.#list(advertisement.capabilities);
    }
    answer.abort();
    return targetDetails(advertisement.refs, 'of HEAD alone');
  }

  /** Makes the repository at a local path, if there is none yet. */
  async createIfMissing(format: ObjectFormat, defaultBranch: string | undefined): Promise<void> {
    const { folder } = this.#transport;
    if (folder === undefined || folder.exists) return;
    await folder.create(format, defaultBranch);
    this.#wasCreated = true;
    await this.read();
  }

  /** Takes a repository away again that {@link createIfMissing} made, because nothing could be brought into it. */
  async removeIfCreated(): Promise<void> {
    if (this.#wasCreated) await this.#transport.folder?.remove();
    this.#wasCreated = false;
  }

  /** Pushes. See {@link push}. */
  async push(request: Omit<PushRequest, 'capabilities' | 'agent'>): Promise<PushReport | undefined> {
    return push(this.#transport, { ...request, capabilities: this.capabilities, agent: this.#agent });
  }

  /** Closes every connection. Never throws. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #list(capabilities: Capabilities): Promise<TargetDetails> {
    const format = this.#format ?? 'sha1';
    const terms = { agent: this.#agent, format, capabilities };
    const answer = await requestRefs(this.#transport, terms, ['HEAD', BRANCHES, TAGS]);
    const [agent = ''] = this.#capabilities.values('agent');
    const told = TELLS_ALL_SYMREFS.test(agent) ? 'of all refs' : 'of HEAD alone';
    return targetDetails((await readRefs(answer, format, this.location)).refs, told);
  }

  #isMissing(): boolean {
    return this.#transport.folder?.exists === false;
  }
}

// These do over protocol v2. JGit tells HEAD alone, and so may others.
const TELLS_ALL_SYMREFS = /^(?:git|github|go-git)\//;
const UNANSWERABLE = new Set(['unauthorized', 'forbidden', 'unreachable', 'tls', 'silent']);
