import { readAdvertisement } from '../protocol/wire/advertisement.js';
import { Capabilities } from '../protocol/wire/capabilities.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { printable } from '../protocol/printable.js';
import { readRefs, requestRefs } from '../protocol/wire/ls-refs.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import { push, type PushReport, type PushRequest } from '../protocol/wire/push.js';
import type { Traffic, Transport } from '../protocol/wire/transport.js';
import { incomplete } from './incomplete.js';
import { targetDetails, targetSnapshot, type TargetDetails, type TargetSnapshot } from './refs.js';
import { BRANCHES, TAGS } from '../protocol/wire/ref-name.js';

/** The mirror: tells its refs, and takes updates. */
export class TargetRepository {
  readonly #transport: Transport;
  readonly #agent: string;
  readonly #silenceMs: number;
  #capabilities = Capabilities.none;
  #format: ObjectFormat | undefined;
  #extraHaves: readonly ObjectId[] = [];
  #wasCreated = false;

  /** @param silenceMs milliseconds for which the target may leave a push without a result */
  constructor(transport: Transport, agent: string, silenceMs: number) {
    this.#transport = transport;
    this.#agent = agent;
    this.#silenceMs = silenceMs;
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
  async push(
    request: Omit<PushRequest, 'capabilities' | 'agent' | 'reportWithinMs'> & { readonly reportWithinMs?: number },
  ): Promise<PushReport | undefined> {
    const { capabilities } = this;
    const reportWithinMs = Math.min(this.#silenceMs, request.reportWithinMs ?? Infinity);
    const report = await push(this.#transport, { ...request, reportWithinMs, capabilities, agent: this.#agent });
    if (report === undefined) return undefined;
    await this.#refuseShortage(report);
    return { ...report, statuses: await this.#placed(report.statuses) };
  }

  /** Closes every connection. Never throws. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  /**
   * A folder that borrows objects in vain takes nothing.
   *
   * @throws {RemoteError} of kind `incomplete`
   */
  async #refuseShortage({ statuses }: PushReport): Promise<void> {
    const { folder } = this.#transport;
    const all = [...statuses.values()];
    if (folder === undefined || all.some(({ accepted }) => accepted)) return;
    if (!all.some((status) => !status.accepted && LACKS.test(status.reason))) return;
    const shortage = await folder.shortage();
    if (shortage?.isOnServer === false) throw incomplete(this.location, shortage);
  }

  /** A folder that refuses a branch does not say which of its work trees has it. */
  async #placed(statuses: PushReport['statuses']): Promise<PushReport['statuses']> {
    const { folder } = this.#transport;
    if (folder === undefined) return statuses;
    const placed = new Map(statuses);
    for (const [ref, status] of statuses) {
      if (status.accepted || !status.reason.endsWith('branch is currently checked out')) continue;
      const tree = await folder.workTreeOf(ref);
      if (tree !== undefined) placed.set(ref, { ...status, reason: `${status.reason} in ${printable(tree, 1000)}` });
    }
    return placed;
  }

  async #list(capabilities: Capabilities): Promise<TargetDetails> {
    const format = this.#format ?? 'sha1';
    const terms = { agent: this.#agent, format, capabilities };
    const answer = await requestRefs(this.#transport, terms, ['HEAD', BRANCHES, TAGS]);
    return targetDetails((await readRefs(answer, format, this.location)).refs, 'of all refs');
  }

  #isMissing(): boolean {
    return this.#transport.folder?.exists === false;
  }
}

/** Words of receive-pack where it misses objects that its own refs, or new ones, need. */
const LACKS = /missing necessary objects|unpacker error/;
const UNANSWERABLE = new Set(['unauthorized', 'forbidden', 'unreachable', 'tls', 'silent']);
