import { readAdvertisement, type Advertisement, type Ref } from '../protocol/wire/advertisement.js';
import { Capabilities } from '../protocol/wire/capabilities.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import type { Place } from '../protocol/location.js';
import { headAmong, type Head } from '../protocol/wire/head.js';
import { readRefs, requestRefs } from '../protocol/wire/ls-refs.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import { printable } from '../protocol/printable.js';
import { push, type PushReport, type PushRequest } from '../protocol/wire/push.js';
import type { Traffic, Transport } from '../protocol/wire/transport.js';
import { incomplete } from './incomplete.js';
import { targetDetails, targetSnapshot, type TargetDetails, type TargetSnapshot, type ToldSymrefs } from './refs.js';
import { BRANCHES, TAGS } from '../protocol/wire/ref-name.js';
import { unlessBusy, type Again } from './unless-busy.js';

/** A target's answer to a fetch. */
interface Told {
  readonly refs: readonly Ref[];
  readonly told: ToldSymrefs;
  readonly isUnborn: boolean;
}

/** The mirror: tells its refs, and takes updates. */
export class TargetRepository {
  readonly #transport: Transport;
  readonly #agent: string;
  readonly #silenceMs: number;
  readonly #again: Again | undefined;
  #capabilities = Capabilities.none;
  #format: ObjectFormat | undefined;
  #extraHaves: readonly ObjectId[] = [];
  #isShallow = false;
  #wasCreated = false;

  /**
   * @param silenceMs milliseconds for which the target may leave a push without a result
   * @param again without it, a target that is too busy is asked once
   */
  constructor(transport: Transport, agent: string, silenceMs: number, again?: Again) {
    this.#transport = transport;
    this.#agent = agent;
    this.#silenceMs = silenceMs;
    this.#again = again;
  }

  get location(): string {
    return this.#transport.location;
  }

  get place(): Place {
    return this.#transport.place;
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

  /** True for a shallow clone: it does not hold all that its refs build on. */
  get isShallow(): boolean {
    return this.#isShallow;
  }

  /** True for servers that report every update as done, also one that they passed over because of its old object. */
  get saysOkBlindly(): boolean {
    const [agent = ''] = this.#capabilities.values('agent');
    return agent.startsWith(SAYS_OK_BLINDLY);
  }

  /** Reads the refs, as a push is told them. A local path at which nothing is yet has no refs. */
  async read(): Promise<TargetSnapshot> {
    if (this.#isMissing()) return targetSnapshot({ refs: [], broken: [] });
    const advertisement = await unlessBusy(() => this.#advertisement(), this.location, this.#again);
    if (advertisement.version === 2) throw new ProtocolError(this.location, 'protocol v2 is used for a push');
    this.#capabilities = advertisement.capabilities;
    this.#format = advertisement.capabilities.objectFormat(this.location);
    this.#extraHaves = advertisement.extraHaves;
    this.#isShallow = advertisement.isShallow;
    return targetSnapshot(advertisement);
  }

  async #advertisement(): Promise<Advertisement> {
    const answer = await this.#transport.advertise('git-receive-pack');
    const advertisement = await readAdvertisement(answer.packets, this.location);
    await answer.release();
    return advertisement;
  }

  /** Asks for HEAD, the symbolic refs and the peeled tags, which a push is not told. */
  async details(): Promise<TargetDetails> {
    const { refs, told } = await this.#unlessBusy(['HEAD', BRANCHES, TAGS]);
    const details = targetDetails(refs, told);
    if (details.head.kind !== 'unborn' || refs.length === 0) return details;
    return (await this.#isUnborn(details)) ? { ...details, tellsHead: true } : details;
  }

  /** Asks once more about a HEAD that is not listed: it names nothing only where the target says so. */
  async #isUnborn({ ids }: TargetDetails): Promise<boolean> {
    const { folder } = this.#transport;
    if (folder === undefined) return (await this.#unlessBusy(['HEAD'], true)).isUnborn;
    const head = await folder.readHead();
    return head.kind === 'unborn' && head.branch !== undefined && !ids.has(head.branch);
  }

  /** Asks for HEAD alone. */
  async head(): Promise<Head> {
    return headAmong((await this.#unlessBusy(['HEAD'])).refs);
  }

  #unlessBusy(prefixes: readonly string[], byTheBook = false): Promise<Told> {
    return unlessBusy(() => this.#ask(prefixes, byTheBook), this.location, this.#again);
  }

  /** Makes the repository at a local path, if there is none yet: somebody else may have made it since it was read. */
  async createIfMissing(format: ObjectFormat, defaultBranch: string | undefined): Promise<void> {
    const { folder } = this.#transport;
    if (folder === undefined || this.#format !== undefined) return;
    if (!folder.exists) this.#wasCreated = await folder.create(format, defaultBranch);
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
    const whole = { ...request, reportWithinMs, capabilities, agent: this.#agent };
    const report = await push(this.#transport, whole).catch((error: unknown) => {
      throw this.#withSession(error);
    });
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

  /** Names what the server has called this session, by which its operator finds it: on GitHub it is the request's id. */
  #withSession(error: unknown): unknown {
    const [session] = this.#capabilities.values('session-id');
    if (!(error instanceof RemoteError) || session === undefined || !FAILED_THERE.has(error.kind)) return error;
    return error.adding(`The server's session id is ${printable(session, 100)}.`);
  }

  /**
   * Asks, as a fetch does, for the refs that begin with one of the prefixes.
   *
   * @param byTheBook asks for the server's capabilities first, and so for all that it can tell
   */
  async #ask(prefixes: readonly string[], byTheBook: boolean): Promise<Told> {
    if (this.#transport.stateless && !byTheBook) {
      const presumed = Capabilities.presumed(this.#format ?? 'sha1');
      const early = await this.#list(presumed, prefixes).catch((error: unknown) => {
        if (error instanceof RemoteError && UNANSWERABLE.has(error.kind)) throw error;
        return undefined;
      });
      if (early !== undefined) return { ...early, told: this.#toldByV2 };
    }
    const answer = await this.#transport.advertise('git-upload-pack');
    const advertisement = await readAdvertisement(answer.packets, this.location);
    if (advertisement.version === 2) {
      await answer.release();
      return { ...(await this.#list(advertisement.capabilities, prefixes)), told: this.#toldByV2 };
    }
    answer.abort();
    return { refs: advertisement.refs, isUnborn: false, told: 'of HEAD alone' };
  }

  get #toldByV2(): ToldSymrefs {
    const [agent = ''] = this.#capabilities.values('agent');
    return TELLS_ALL_SYMREFS.test(agent) ? 'of all refs' : 'of HEAD alone';
  }

  async #list(capabilities: Capabilities, prefixes: readonly string[]): Promise<Omit<Told, 'told'>> {
    const format = this.#format ?? 'sha1';
    const terms = { agent: this.#agent, format, capabilities };
    const answer = await requestRefs(this.#transport, terms, prefixes);
    const { refs, isUnborn = false } = await readRefs(answer, format, this.location);
    return { refs, isUnborn };
  }

  #isMissing(): boolean {
    return this.#transport.folder?.exists === false;
  }
}

// Dulwich moves a ref only if it has the old object, and does not look whether it has moved it (server.py, `_apply_pack`).
const SAYS_OK_BLINDLY = 'dulwich/';

// These do over protocol v2. JGit tells HEAD alone, and so may others.
const TELLS_ALL_SYMREFS = /^(?:git|github|go-git)\//;
/** Words of receive-pack where it misses objects that its own refs, or new ones, need. */
const LACKS = /missing necessary objects|unpacker error/;
/** Trouble of which an operator may find more in the server's own log. */
const FAILED_THERE = new Set(['http-status', 'interrupted']);

const UNANSWERABLE = new Set(['unauthorized', 'forbidden', 'unreachable', 'tls', 'silent', 'throttled']);
