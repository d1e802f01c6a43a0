import { onlyBranches } from '../options/selection.js';
import type { Policy } from '../options/policy.js';
import { Turns } from '../protocol/turns.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { Ancestry } from './ancestry.js';
import { askLags } from './behind.js';
import { Delivery, movingRefs } from './delivery.js';
import { Rehearsal, type Carrier } from './carrier.js';
import type { RunError } from './codes.js';
import { havesFor, heldWithLfsObjects } from './haves.js';
import { inquire, NOTHING_ASKED, noRelations, type Inquiry } from './inquiry.js';
import type { Lag } from './lag.js';
import {
  compare,
  deletionCandidates,
  isChange,
  plan,
  possibleChanges,
  type Change,
  type Comparison,
  type Decision,
  type Knowledge,
  type MergeState,
  type Relation,
} from './plan.js';
import { noticesOn } from './notices.js';
import type { LfsSearch, MirrorPorts, MirrorSettings } from './ports.js';
import { freeingDeletions, inPushOrder } from './push-order.js';
import { Relay } from './relay.js';
import { settledBefore, type RoundRecord } from './results.js';
import type { SearchTime } from './search-time.js';
import { SourceWatch } from './source-watch.js';
import { verdictOnUnmoved, type Suspects } from './suspects.js';
import { NO_DELETIONS, ONLY_SAID, OVERTAKEN, type Verdict } from './verdict.js';

/** Everything that a round is given. */
export interface RoundSettings {
  readonly settings: MirrorSettings;
  readonly ports: MirrorPorts;
  /** The rounds before. */
  readonly earlier: readonly RoundRecord[];
  /** The error with which the target has ended the last round, in the middle of a push of several refs. */
  readonly failure: unknown;
  /** After the last round nobody looks again: what it sees last is what is reported. */
  readonly isLast: boolean;
  readonly time: SearchTime;
  /** Changes that earlier rounds could not make because of a race, or so the target said. */
  readonly suspects: Suspects;
}

/**
 * One attempt to bring the target to the state of the source, in five steps: read both ends ({@link Round.begin}), plan
 * ({@link plan}), ask the source for the pack, push it, and read the verdicts (the last three by {@link Relay}).
 */
export class Round {
  readonly #given: RoundSettings;
  readonly #comparison: Comparison;
  readonly #notices: readonly string[];
  readonly #watch: SourceWatch;
  readonly #ancestry: Ancestry;
  readonly #carrier: Carrier;
  readonly #delivery: Delivery;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #errors: RunError[] = [];
  #inquiry: Inquiry = NOTHING_ASKED;
  #decisions: readonly Decision[] = [];
  #lags: ReadonlyMap<string, Lag> = new Map();

  private constructor(given: RoundSettings, comparison: Comparison, notices: readonly string[]) {
    const { source } = given.ports;
    this.#given = given;
    this.#comparison = comparison;
    this.#notices = notices;
    this.#watch = new SourceWatch(source, comparison.source);
    this.#ancestry = new Ancestry(source, comparison.policy.keepDivergentRefs);
    this.#carrier = this.#newCarrier();
    this.#delivery = this.#newDelivery();
  }

  /** Reads both ends at the same time. */
  static async begin(given: RoundSettings): Promise<Round> {
    const { source, target, protectedBranches } = given.ports;
    const [ofSource, ofTarget, protectedOnes] = await Promise.all([
      source.read(),
      target.read(),
      protectedBranches?.(),
    ]);
    if (target.format !== undefined && target.format !== source.format) {
      throw new RemoteError({
        kind: 'object-format',
        location: target.location,
        detail: `the target names its objects by ${target.format}, the source by ${source.format}: a repository cannot be mirrored to one with another object format.`,
        remedy: `Create the target with \`git init --bare --object-format=${source.format}\`.`,
      });
    }
    const policy = narrow(given.settings.policy, protectedOnes);
    return new Round(given, compare(ofSource, ofTarget, policy), noticesOn(ofSource, ofTarget, policy, protectedOnes));
  }

  /** Plans, and carries over what the plan wants, but for refs that are held back. */
  async run(): Promise<void> {
    await this.#carrier.open();
    checkPushOptions(this.#given);
    try {
      const lfsObjects = await this.#askAhead();
      const changes = await this.#plan();
      await this.#seeOvertaken();
      await this.#delivery.deliver(changes, lfsObjects);
      if (this.#given.settings.check) {
        this.#lags = await askLags(changes, this.#comparison, this.#inquiry, this.#ancestry);
      }
    } finally {
      await this.#carrier.letGo();
    }
  }

  /** Everything that is known of the round, also if {@link run} has thrown. */
  async record(isWhole: boolean): Promise<RoundRecord> {
    const { begun, doubted, verdicts, packBytes } = this.#carrier;
    return {
      decisions: this.#decisions,
      begun,
      doubted,
      verdicts: new Map([...this.#verdicts, ...verdicts, ...this.#delivery.verdicts]),
      relations: await this.#inquiry.relations.catch(noRelations),
      lags: this.#lags,
      isWhole,
      errors: this.#errors,
      notices: this.#notices,
      packBytes,
      defaultBranch: this.#comparison.source.defaultBranch,
      head: (await this.#inquiry.details.catch(() => undefined))?.head,
    };
  }

  /** A dry run differs in this, and in its Git LFS objects: its changes are carried nowhere. */
  #newCarrier(): Carrier {
    const { settings, ports, isLast } = this.#given;
    const { source, target, refsPerPush = Infinity } = ports;
    if (settings.dryRun || settings.check) {
      const canBeOvertaken = settings.check && !isLast;
      return new Rehearsal(
        () => this.#inquiry.relations,
        async (refs) => (canBeOvertaken ? this.#watch.movedAmong(refs) : new Set()),
      );
    }
    const { defaultBranch } = this.#comparison.source;
    const relayed = { source, target, watch: this.#watch, defaultBranch, refsPerPush };
    const { pushOptions } = settings;
    return new Relay({ ...relayed, pushOptions, log: ports.log, clock: ports.clock }, this.#comparison.target);
  }

  /**
   * Asks at the same time for everything that may be needed: the Git LFS objects, the pack, and the answers for the plan.
   * The pack to ask for is known before the plan is, if diverged refs are overwritten.
   */
  async #askAhead(): Promise<LfsSearch | undefined> {
    const { policy } = this.#comparison;
    const turns = new Turns(this.#given.ports.signal);
    const isUnmoved = (change: Change): boolean => verdictOnUnmoved(change, this.#given.suspects) !== undefined;
    const possible = possibleChanges(this.#comparison).filter((change) => !isUnmoved(change));
    if (turns.isOver) await turns.give();
    const lfsObjects = this.#look(possible);
    if (turns.isOver) await turns.give();
    if (!policy.keepDivergentRefs) this.#carrier.askAhead(possible);
    if (turns.isOver) await turns.give();
    this.#inquiry = inquire(this.#comparison, this.#ancestry, () => this.#given.ports.target.details());
    return lfsObjects;
  }

  #look(changes: readonly Change[]): LfsSearch | undefined {
    const { source, target } = this.#comparison;
    const held = heldWithLfsObjects({ refs: target.refs, defaultBranch: source.defaultBranch });
    return this.#given.ports.lfsObjects?.look(movingRefs(changes), havesFor(changes, held));
  }

  /** @returns the changes in the order in which they are to be pushed */
  async #plan(): Promise<readonly Change[]> {
    const { source, policy } = this.#comparison;
    const { relations, merges, details } = this.#inquiry;
    const canDelete = deletionCandidates(this.#comparison).length > 0;
    const knowledge: Knowledge = {
      relations: policy.keepDivergentRefs ? await relations : new Map<string, Relation>(),
      merges: await this.#orError(merges, new Map<string, MergeState>()),
      target: canDelete ? await this.#orError(details, undefined) : await details.catch(() => undefined),
    };
    const turns = new Turns(this.#given.ports.signal);
    this.#decisions = plan(this.#comparison, knowledge);
    if (turns.isOver) await turns.give();
    const changes = inPushOrder(this.#decisions.filter(isChange), source.defaultBranch);
    if (turns.isOver) await turns.give();
    return this.#withhold(changes);
  }

  /**
   * Leaves out deletions that the target cannot make, and changes that earlier rounds have found to be refused: also in
   * the words of a race, if nobody has moved the ref.
   */
  #withhold(changes: readonly Change[]): readonly Change[] {
    const { ports, earlier, suspects } = this.#given;
    const canDelete = ports.target.capabilities.has('delete-refs');
    for (const { ref, kind } of changes) if (kind === 'delete' && !canDelete) this.#verdicts.set(ref, NO_DELETIONS);
    const before = settledBefore(earlier);
    for (const change of changes) {
      const isOnlySaid = before(change)?.kind === 'accepted';
      const verdict = verdictOnUnmoved(change, suspects) ?? (isOnlySaid ? ONLY_SAID : undefined);
      if (verdict !== undefined) this.#verdicts.set(change.ref, verdict);
    }
    const remaining = changes.filter((change) => !this.#verdicts.has(change.ref) && before(change) === undefined);
    // A pack that was asked for more than is pushed is not the one to push.
    if (remaining.length < changes.length) void this.#carrier.letGo();
    return remaining;
  }

  /** Sees which of the refs that seem to have diverged were only moved by a newer run: then nothing has diverged. */
  async #seeOvertaken(): Promise<void> {
    const diverged = this.#decisions.filter(({ kind }) => kind === 'diverged').map(({ ref }) => ref);
    const moved = this.#given.isLast ? [] : await this.#watch.movedAmong(diverged);
    for (const ref of moved) this.#verdicts.set(ref, OVERTAKEN);
  }

  #newDelivery(): Delivery {
    const { ports, earlier, failure, isLast, time } = this.#given;
    const { source, target, signal, log, clock } = ports;
    return new Delivery({
      carrier: this.#carrier,
      source: source.location,
      target: target.location,
      look: (changes) => this.#look(changes),
      rankOf: () => this.#ranks(),
      time,
      mayPass: !isLast,
      mayBeSettled: earlier.length === 0,
      failure,
      signal,
      log,
      clock,
    });
  }

  /** Ranks changes: what moves on comes first, what a rule of the target may well forbid comes last. */
  async #ranks(): Promise<(change: Change) => number> {
    const { source } = this.#comparison;
    const relations = await this.#inquiry.relations.catch(noRelations);
    const freeing = freeingDeletions(this.#decisions.filter(isChange));
    return ({ ref, kind }) => {
      if (ref === source.defaultBranch && kind === 'create') return 0;
      if (kind === 'update') return relations.get(ref) === 'ancestor' ? 0 : 2;
      return kind === 'create' || freeing.has(ref) ? 1 : 2;
    };
  }

  /** Goes on without an answer that only deletions need: it must not keep the other refs from being mirrored. */
  async #orError<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof RemoteError || error instanceof ProtocolError)) throw error;
      this.#errors.push({ message: error.message, code: error instanceof RemoteError ? error.kind : 'protocol' });
      this.#given.ports.log.warn(error.message);
      return otherwise;
    }
  }
}

/** Refuses push options that the target does not take, as git does. */
function checkPushOptions({ settings, ports }: RoundSettings): void {
  const { format, capabilities, location } = ports.target;
  const isKnown = format !== undefined;
  if (settings.pushOptions.length === 0 || !isKnown || capabilities.has('push-options')) return;
  throw new RemoteError({
    kind: 'push-options',
    location,
    detail: 'the server does not take push options, but `push-options` are given: nothing was pushed.',
    remedy:
      'Remove `push-options`, or allow them on the server: `git config receive.advertisePushOptions true` in the repository.',
  });
}

function narrow(policy: Policy, protectedOnes: readonly string[] | undefined): Policy {
  return protectedOnes === undefined ? policy : { ...policy, select: onlyBranches(policy.select, protectedOnes) };
}
