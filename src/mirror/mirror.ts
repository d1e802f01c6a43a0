import type { Clock } from '../protocol/clock.js';
import { isError, RemoteError } from '../protocol/errors.js';
import { printable } from '../protocol/printable.js';
import { Ancestry } from './ancestry.js';
import { inquire, noRelations, type Inquiry } from './inquiry.js';
import { isolate, isRefusedWhole } from './isolate.js';
import { goesToTheBeginning, lagOf, type Lag } from './lag.js';
import type { LfsBrought, LfsObjects, MovingRef } from '../lfs/lfs-objects.js';
import type { Log } from '../options/log.js';
import { isChanged, isFailure, type MirrorResult, type RefResult, type Transfer } from './outcome.js';
import {
  batches,
  compare,
  deletionCandidates,
  inPushOrder,
  isChange,
  plan,
  tipsOf,
  type Change,
  type Comparison,
  type Decision,
  type Knowledge,
  type MergeState,
  type Relation,
} from './plan.js';
import { type Policy } from '../options/policy.js';
import { type SourceSnapshot, type TargetSnapshot } from '../repositories/refs.js';
import { BRANCHES, isBranch, TAGS } from '../protocol/wire/ref-name.js';
import { Relay, type Fate, type PackOnItsWay } from './relay.js';
import { Results } from './results.js';
import { onlyBranches } from '../options/selection.js';
import type { SourceRepository } from '../repositories/source.js';
import type { TargetRepository } from '../repositories/target.js';
import { checkSummary, cloneNotice, failureMessage, failureSummary } from './words.js';

/** What a mirror does, once the repositories are known. */
export interface MirrorSettings {
  readonly policy: Policy;
  readonly dryRun: boolean;
  /** As a dry run, but a target that is not as the policy wants it is a failure. */
  readonly check: boolean;
  readonly pushOptions: readonly string[];
}

/** What a mirror works with. */
export interface MirrorPorts {
  readonly source: SourceRepository;
  readonly target: TargetRepository;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The most refs that one push to the target may hold; without it, all go into one. */
  readonly refsPerPush?: number | undefined;
  /** Asks which branches the source's host protects, where only those are mirrored; `*` stands for any characters. */
  readonly protectedBranches?: (() => Promise<readonly string[]>) | undefined;
  /** Brings Git LFS objects over, where that is wanted. */
  readonly largeObjects?: LfsObjects | undefined;
  /** Why these two repositories cannot be mirrored, if that is known beforehand. */
  readonly refuse?: RemoteError | undefined;
}

const ROUNDS = 3;
const PAUSE_MS = 1000;
const MOST_PREFIXES = 64;
/** A host that asks for fewer requests means a while, not a second. */
const THROTTLED_FACTOR = 5;
/** A megabyte in a request. */
const MOST_HAVES_OF_A_CHECK = 20_000;

const ACCEPTED: Fate = { kind: 'accepted' };
const OVERTAKEN: Fate = { kind: 'overtaken', reason: 'it was moved on the source' };

interface Snapshots {
  readonly source: SourceSnapshot;
  readonly target: TargetSnapshot;
}

/**
 * Brings the target to the state of the source, as the policy wants it: asks both ends for their refs, plans, and
 * relays what the target lacks. Where somebody moved a ref meanwhile, or the connection broke, both ends are read
 * again and a new plan is made.
 *
 * @returns what became of every ref; a failure of a remote is in it too
 */
export async function mirror(settings: MirrorSettings, ports: MirrorPorts): Promise<MirrorResult> {
  const run = new MirrorRun(settings, ports);
  const startedAt = ports.clock.now();
  let error: string | null = null;
  try {
    if (ports.refuse !== undefined) throw ports.refuse;
    await run.toTheEnd();
  } catch (failure) {
    if (isError(failure)) ports.log.debug(failure.stack ?? failure.message);
    // A signal may be aborted with anything, and that is then thrown.
    if (ports.signal.aborted) error = stopped(ports.signal);
    else if (isError(failure)) error = failureMessage(failure, ports.target.location);
    else throw failure;
  }
  const refs = run.results.inOrder();
  const lastError = error ?? run.problems[0] ?? shortfall(refs, settings.check);
  const endedAt = ports.clock.now();
  return {
    status: lastError !== null || refs.some(({ outcome }) => isFailure(outcome)) ? 'failed' : 'finished',
    lastError,
    startedAt: new Date(startedAt),
    endedAt: new Date(endedAt),
    refs,
    notices: [...run.notices, ...(ports.largeObjects?.notices ?? [])],
    transfer: run.transfer(endedAt - startedAt),
    largeObjects: ports.largeObjects?.count,
  };
}

/** What a run left undone, in a sentence. */
function shortfall(refs: readonly RefResult[], isCheck: boolean): string | null {
  const named = (outcome: string): string[] => refs.filter((one) => one.outcome === outcome).map(({ ref }) => ref);
  const behind = isCheck ? refs.filter(({ outcome }) => isChanged(outcome)).map(({ ref }) => ref) : [];
  return failureSummary(named('diverged'), named('rejected')) ?? checkSummary(behind);
}

class MirrorRun {
  readonly results = new Results();
  /** What went wrong without stopping the run. */
  readonly problems: string[] = [];
  /** What a user should know of a run that did all it was asked to. */
  readonly notices = new Set<string>();
  readonly #settings: MirrorSettings;
  readonly #ports: MirrorPorts;
  readonly #ancestry: Ancestry;
  #policy: Policy;
  #packBytes = 0;

  constructor(settings: MirrorSettings, ports: MirrorPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#ancestry = new Ancestry(ports.source);
    this.#policy = settings.policy;
  }

  async toTheEnd(): Promise<void> {
    const { log, target, signal } = this.#ports;
    try {
      for (let round = 1; ; round += 1) {
        const isLast = round === ROUNDS;
        let pause = PAUSE_MS;
        try {
          await this.#round(isLast);
          if (isLast || !this.results.hasOvertaken) return;
          log.info('Some refs were changed by somebody else meanwhile: reading both ends again.');
        } catch (error) {
          if (isLast || !(error instanceof RemoteError) || !error.passing) throw error;
          log.warn(`${error.message} Reading both ends again.`);
          if (error.kind === 'throttled') pause *= THROTTLED_FACTOR;
        }
        await this.#ports.clock.sleep(pause * (round - 1 + Math.random()), signal);
      }
    } catch (error) {
      if (!this.results.hasLanded) await target.removeIfCreated();
      throw error;
    }
  }

  transfer(durationMs: number): Transfer {
    const { source, target } = this.#ports;
    const sum = (count: 'requests' | 'bytesReceived' | 'bytesSent'): number =>
      source.traffic[count] + target.traffic[count];
    return {
      requests: sum('requests'),
      bytesReceived: sum('bytesReceived'),
      bytesSent: sum('bytesSent'),
      packBytes: this.#packBytes,
      durationMs,
    };
  }

  async #round(isLast: boolean): Promise<void> {
    this.problems.length = 0;
    this.results.beginRound();
    const [snapshots, protectedOnes] = await Promise.all([this.#readBoth(), this.#ports.protectedBranches?.()]);
    this.#select(protectedOnes, snapshots.source);
    const comparison = compare(snapshots.source, snapshots.target, this.#policy);
    if (snapshots.source.clone !== undefined) this.#tellOfClone(snapshots.source.clone.lacking);
    if (this.#settings.dryRun || this.#settings.check) await this.#foresee(snapshots, comparison, isLast);
    else await this.#carryOut(snapshots, comparison, isLast);
  }

  #tellOfClone(lacking: readonly string[]): void {
    const selected = lacking.filter((name) => this.#policy.select(BRANCHES + name));
    if (selected.length > 0) this.notices.add(cloneNotice(selected));
  }

  #select(protectedOnes: readonly string[] | undefined, source: SourceSnapshot): void {
    const { policy } = this.#settings;
    if (protectedOnes !== undefined) this.#policy = { ...policy, select: onlyBranches(policy.select, protectedOnes) };
    const branches = [...source.refs.keys()].filter(isBranch);
    if (branches.some((ref) => this.#policy.select(ref))) return;
    if (protectedOnes !== undefined) this.notices.add(NOTHING_PROTECTED);
    else if (branches.length > 0) this.notices.add(NOTHING_SELECTED);
  }

  async #readBoth(): Promise<Snapshots> {
    const { source, target } = this.#ports;
    const [sourceSnapshot, targetSnapshot] = await Promise.all([source.read(), target.read()]);
    if (target.format !== undefined && target.format !== source.format) {
      throw new RemoteError({
        kind: 'object-format',
        location: target.location,
        detail: `the target names its objects by ${target.format}, the source by ${source.format}; the one cannot be mirrored into the other.`,
        remedy: `Create the target with \`git init --bare --object-format=${source.format}\`.`,
      });
    }
    return { source: sourceSnapshot, target: targetSnapshot };
  }

  async #foresee(snapshots: Snapshots, comparison: Comparison, isLast: boolean): Promise<void> {
    const whole = wholeOf(comparison);
    const looking = this.#ports.largeObjects?.look(
      movingRefs(whole),
      this.#newRelay(snapshots).havesWithLargeObjects(whole),
    );
    const inquiry = this.#inquire(snapshots, comparison);
    const relations = await inquiry.relations;
    const decisions = await this.#decide(snapshots, comparison, inquiry);
    const changes = decisions.filter(isChange);
    // A run at the same moment may have brought the target further: that is no difference.
    const mayBeOvertaken = this.#settings.check && !isLast && changes.length > 0;
    const isStillSo = mayBeOvertaken ? await this.#confirm(changes, snapshots) : (): boolean => true;
    const brought = await this.#ports.largeObjects?.bring(await looking, movingRefs(changes), () => undefined);
    const fates = new Map(changes.map((one): [string, Fate] => [one.ref, isStillSo(one) ? ACCEPTED : OVERTAKEN]));
    const meanwhile = await this.#divergedMeanwhile(decisions, snapshots, isLast);
    this.results.record(decisions, new Map([...fates, ...withheld(brought), ...meanwhile]), relations);
    if (!this.#settings.check) return;
    const merges = await inquiry.merges.catch(() => new Map<string, MergeState>());
    this.results.explain(await this.#lags(changes, snapshots, isKnownBy(comparison, relations, merges)));
  }

  async #carryOut(snapshots: Snapshots, comparison: Comparison, isLast: boolean): Promise<void> {
    const { source, target, largeObjects } = this.#ports;
    const { defaultBranch } = snapshots.source;
    await target.createIfMissing(source.format, defaultBranch);
    const relay = this.#newRelay(snapshots);
    const whole = wholeOf(comparison);
    const looking = largeObjects?.look(movingRefs(whole), relay.havesWithLargeObjects(whole));
    // When diverged refs are overwritten, what to ask for is known before anything else is: the pack need not wait.
    const isKnownEarly = !this.#policy.keepDivergentRefs && whole.some(({ kind }) => kind !== 'delete');
    let early = isKnownEarly && whole.length <= this.#refsPerPush ? this.#prepare(relay, whole, snapshots) : undefined;
    const inquiry = this.#inquire(snapshots, comparison);
    let changes: readonly Change[] = [];
    // A pack that was asked for long ago, or for more than is pushed, is not the one to push.
    const giveUpEarly = (): void => {
      giveUp(early).catch(() => undefined);
      early = undefined;
    };
    const endWaiting = letGoInTime(early, giveUpEarly, this.#ports.clock);
    try {
      const decisions = await this.#decide(snapshots, comparison, inquiry);
      changes = inPushOrder(decisions.filter(isChange), defaultBranch);
      const brought = await largeObjects?.bring(await looking, movingRefs(changes), giveUpEarly);
      const fates = new Map([...(await this.#divergedMeanwhile(decisions, snapshots, isLast)), ...withheld(brought)]);
      const open = changes.filter(({ ref }) => !fates.has(ref));
      if (open.length < changes.length) giveUpEarly();
      endWaiting();
      for (const batch of batches(open, this.#refsPerPush)) {
        const settled = await this.#push(relay, batch, snapshots, inquiry, early);
        for (const [ref, fate] of settled) fates.set(ref, fate);
        this.results.land([...settled].flatMap(([ref, { kind }]) => (kind === 'accepted' ? [ref] : [])));
      }
      this.results.record(decisions, fates, await inquiry.relations.catch(noRelations));
    } catch (error) {
      this.results.relate(await inquiry.relations.catch(noRelations));
      this.results.miss(changes);
      throw error;
    } finally {
      endWaiting();
      this.#packBytes += relay.count.packBytes;
      await giveUp(early);
    }
  }

  /**
   * Since when the target is behind, where the source can tell: of what it does not know itself it cannot say what the
   * target has by it.
   */
  async #lags(
    changes: readonly Change[],
    snapshots: Snapshots,
    known: ReadonlyMap<string, boolean>,
  ): Promise<ReadonlyMap<string, Lag>> {
    const most = this.#newRelay(snapshots).haves(changes);
    const haves = [...new Set([...most, ...snapshots.target.refs.values()])];
    if (haves.length > MOST_HAVES_OF_A_CHECK) return new Map();
    const missing = await this.#ancestry.missing(tipsOf(changes), haves);
    const isAllKnown = [...known.values()].every((isKnown) => isKnown);
    return new Map(
      changes.flatMap((change): [string, Lag][] => {
        if (change.kind === 'delete' || known.get(change.ref) === false) return [];
        const lag = lagOf(change.new, missing);
        return lag === undefined || (!isAllKnown && goesToTheBeginning(change.new, missing)) ? [] : [[change.ref, lag]];
      }),
    );
  }

  #newRelay(snapshots: Snapshots): Relay {
    const { source, target, log, clock } = this.#ports;
    const { defaultBranch } = snapshots.source;
    const { pushOptions } = this.#settings;
    return new Relay(
      { source, target, format: source.format, defaultBranch, pushOptions, log, clock },
      snapshots.target,
    );
  }

  get #refsPerPush(): number {
    return this.#ports.refsPerPush ?? Infinity;
  }

  /** Asks for the pack and, beside it, once more for the source's refs. */
  #prepare(relay: Relay, changes: readonly Change[], snapshots: Snapshots): Preparation {
    const pack = changes.some(({ kind }) => kind !== 'delete') ? relay.ask(changes) : Promise.resolve(undefined);
    const isStillSo = changes.length === 0 ? Promise.resolve(() => true) : this.#confirm(changes, snapshots);
    pack.catch(() => undefined);
    isStillSo.catch(() => undefined);
    return { pack, isStillSo };
  }

  /**
   * Both ends were read at the same time, so the target may have been read after a newer run of this mirror had
   * brought it further than what was read from the source: the plan would take it back. The source, read once more
   * after the target, settles that.
   */
  async #confirm(
    changes: readonly { readonly ref: string }[],
    snapshots: Snapshots,
  ): Promise<(change: { readonly ref: string }) => boolean> {
    const names = [...new Set(changes.map(({ ref }) => ref))];
    const prefixes = names.length <= MOST_PREFIXES ? names : [BRANCHES, TAGS];
    const listed = new Map((await this.#ports.source.list(prefixes)).map(({ name, id }) => [name, id]));
    return ({ ref }) => listed.get(ref) === snapshots.source.refs.get(ref)?.id;
  }

  /** Where a newer run has brought the target further than what was read of the source, nothing has diverged. */
  async #divergedMeanwhile(
    decisions: readonly Decision[],
    snapshots: Snapshots,
    isLast: boolean,
  ): Promise<Map<string, Fate>> {
    const diverged = decisions.filter(({ kind }) => kind === 'diverged');
    if (isLast || diverged.length === 0) return new Map();
    const isStillSo = await this.#confirm(diverged, snapshots);
    return new Map(diverged.filter((one) => !isStillSo(one)).map(({ ref }) => [ref, OVERTAKEN]));
  }

  async #push(
    relay: Relay,
    changes: readonly Change[],
    snapshots: Snapshots,
    inquiry: Inquiry,
    early: Preparation | undefined,
  ): Promise<Map<string, Fate>> {
    const preparation = early ?? this.#prepare(relay, changes, snapshots);
    const [pack, isStillSo] = await Promise.all([preparation.pack, preparation.isStillSo]);
    const current = changes.filter(isStillSo);
    const fates = new Map<string, Fate>(
      changes.filter((change) => !isStillSo(change)).map(({ ref }) => [ref, OVERTAKEN]),
    );
    if (current.length === 0) {
      await pack?.bytes.return();
      return fates;
    }
    this.results.begin(current);
    const pushed = await relay.push(current, pack);
    const settled = isRefusedWhole(pushed) ? await this.#isolate(relay, current, pushed, inquiry) : pushed;
    for (const [ref, fate] of settled) fates.set(ref, fate);
    return fates;
  }

  async #isolate(
    relay: Relay,
    changes: readonly Change[],
    refused: ReadonlyMap<string, Fate>,
    inquiry: Inquiry,
  ): Promise<Map<string, Fate>> {
    this.#ports.log.info(
      'The target refused the push as a whole: pushing in parts, to find the refs that are to blame.',
    );
    const relations = await inquiry.relations.catch(noRelations);
    this.results.relate(relations);
    const isRisky = ({ kind, ref }: Change): boolean =>
      kind === 'delete' || (kind === 'update' && relations.get(ref) !== 'ancestor');
    return isolate(changes, refused, isRisky, async (part) => {
      const pack = part.some(({ kind }) => kind !== 'delete') ? await relay.ask(part) : undefined;
      const fates = await relay.push(part, pack);
      this.results.land([...fates].flatMap(([ref, { kind }]) => (kind === 'accepted' ? [ref] : [])));
      return fates;
    });
  }

  #inquire({ source, target }: Snapshots, comparison: Comparison): Inquiry {
    return inquire({
      source,
      target,
      comparison,
      policy: this.#policy,
      ancestry: this.#ancestry,
      details: () => this.#ports.target.details(),
    });
  }

  async #decide({ source, target }: Snapshots, comparison: Comparison, inquiry: Inquiry): Promise<Decision[]> {
    const policy = this.#policy;
    const deletes = deletionCandidates(comparison, source, policy).length > 0;
    const knowledge: Knowledge = {
      relations: policy.keepDivergentRefs ? await inquiry.relations : new Map<string, Relation>(),
      merges: await this.#orProblem(inquiry.merges, new Map<string, MergeState>()),
      target: deletes
        ? await this.#orProblem(inquiry.details, undefined)
        : await inquiry.details.catch(() => undefined),
    };
    return plan(source, target, comparison, policy, knowledge);
  }

  /** What only deletions need must not keep the other refs from being mirrored. */
  async #orProblem<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.problems.push(error.message);
      this.#ports.log.warn(error.message);
      return otherwise;
    }
  }
}

interface Preparation {
  readonly pack: Promise<PackOnItsWay | undefined>;
  readonly isStillSo: Promise<(change: Change) => boolean>;
}

/** Every change that may come of a comparison when diverged refs are overwritten. */
function wholeOf(comparison: Comparison): Change[] {
  return [
    ...comparison.missing.map((one): Change => ({ kind: 'create', ...one })),
    ...comparison.changed.map(({ ref, old, new: id }): Change => ({ kind: 'update', ref, old, new: id })),
    ...comparison.targetOnly.map(({ ref, old }): Change => ({ kind: 'delete', ref, old, reason: 'merged' })),
  ];
}

/** Whether the source knows the target's object of each ref that is not the same at both ends. */
function isKnownBy(
  { changed, targetOnly }: Comparison,
  relations: ReadonlyMap<string, Relation>,
  merges: ReadonlyMap<string, MergeState>,
): ReadonlyMap<string, boolean> {
  const isKnown = (answer: Relation | MergeState | undefined): boolean =>
    answer !== undefined && answer !== 'unknown-object';
  return new Map([
    ...changed.map(({ ref }): [string, boolean] => [ref, isKnown(relations.get(ref))]),
    ...targetOnly.map(({ ref }): [string, boolean] => [ref, isKnown(merges.get(ref))]),
  ]);
}

function movingRefs(changes: readonly Change[]): MovingRef[] {
  return changes.flatMap((change) => (change.kind === 'delete' ? [] : [{ ref: change.ref, tip: change.new }]));
}

function withheld(brought: LfsBrought | undefined): Map<string, Fate> {
  return new Map([...(brought?.withheld ?? [])].map(([ref, message]) => [ref, { kind: 'withheld', message }]));
}

const NOTHING_SELECTED = 'None of the branches of the source is selected, so no branch is mirrored.';
const NOTHING_PROTECTED = 'No branch of the source is protected (and selected), so no branch is mirrored.';

/** Servers end connections from which nothing is read: a pack that has begun is not held for longer. */
const MOST_HELD_MS = 5_000;

/**
 * Lets go of a pack that has begun and waits for too long to be read.
 *
 * @returns what ends that, once it is read
 */
function letGoInTime(preparation: Preparation | undefined, letGo: () => void, clock: Clock): () => void {
  const end = new AbortController();
  preparation?.pack
    .then(() => clock.sleep(MOST_HELD_MS, end.signal))
    .then(letGo)
    .catch(() => undefined);
  return () => end.abort();
}

async function giveUp(preparation: Preparation | undefined): Promise<void> {
  const pack = await preparation?.pack.catch(() => undefined);
  await pack?.bytes.return();
}

/** That it was stopped, in a sentence, and why: the doors' own reasons go on from "was", others stand in brackets. */
function stopped(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  const why = printable(isError(reason) ? reason.message : typeof reason === 'string' ? reason : '', 300);
  const inBrackets = why === '' ? 'stopped' : `stopped (${why.replace(/\.$/, '')})`;
  const how = why.startsWith('stopped ') ? why : inBrackets;
  return `The mirror was ${how}. Run it again: it goes on from where the target is.`;
}
