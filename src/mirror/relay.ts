import type { Log } from '../options/log.js';
import { systemClock, type Clock } from '../protocol/clock.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { Budget } from '../protocol/limits/budget.js';
import { HOST_LIMITS } from '../protocol/limits/hosts.js';
import { printableLine } from '../protocol/printable.js';
import { Turns } from '../protocol/turns.js';
import { emptyPack, zeroId, type ObjectFormat, type ObjectId } from '../protocol/wire/object-format.js';
import type { RefUpdate } from '../protocol/wire/push.js';
import type { TargetSnapshot } from '../repositories/refs.js';
import type { Carrier } from './carrier.js';
import { havesFor } from './haves.js';
import { tipsOf, type Change } from './plan.js';
import type { SourcePort, TargetPort } from './ports.js';
import { noReport, troubleAfterReport } from './push-trouble.js';
import type { SourceWatch } from './source-watch.js';
import { inServersWords, OVERTAKEN, verdictsOf, type Verdict } from './verdict.js';

/** Everything that a relay works with. */
export interface RelaySettings {
  readonly source: Pick<SourcePort, 'location' | 'format' | 'fetchTips'>;
  readonly target: Pick<
    TargetPort,
    'location' | 'place' | 'capabilities' | 'extraHaves' | 'isShallow' | 'saysOkBlindly' | 'createIfMissing' | 'push'
  >;
  readonly watch: SourceWatch;
  readonly defaultBranch: string | undefined;
  readonly refsPerPush: number;
  readonly pushOptions: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

/** A pack on its way, with the first bytes of it. */
interface Pack {
  readonly bytes: AsyncGenerator<Buffer, void, undefined>;
  readonly first: Buffer | undefined;
  /** It builds on nothing that the target is thought to hold. */
  readonly isWhole: boolean;
}

/** Answers of the source that a push needs, on their way. */
interface Preparation {
  /** `undefined` where the target lacks nothing. */
  readonly pack: Promise<Pack | undefined>;
  /** The refs that the source has moved since it was read. */
  readonly moved: Promise<ReadonlySet<string>>;
  /** Stops the time after which the pack is let go. */
  readonly timer: AbortController;
}

/** Servers end connections from which nothing is read: a pack that has begun is not held for longer. */
const MOST_HELD_MS = 5_000;

/** Streams packs from the source into pushes to the target. No pack is ever held as a whole. */
export class Relay implements Carrier {
  refsPerPush: number;
  readonly begun = new Set<string>();
  readonly doubted = new Set<string>();
  readonly verdicts = new Map<string, Verdict>();
  packBytes = 0;
  readonly #settings: RelaySettings;
  /** The target's refs as they are known; accepted changes are added. */
  readonly #targetRefs: Map<string, ObjectId>;
  readonly #landed = new Set<ObjectId>();
  /** Refs that the source was seen not to have moved. */
  readonly #confirmed = new Set<string>();
  /** Characters of the target's words that are still looked at. */
  readonly #words = new Budget(HOST_LIMITS.words.value);
  #ahead: Preparation | undefined;
  /** Set while the target's refs are not taken to hold what they build on. */
  #isDoubted = false;
  #hasSentAll = false;

  constructor(settings: RelaySettings, target: TargetSnapshot) {
    this.#settings = settings;
    this.refsPerPush = settings.refsPerPush;
    this.#targetRefs = new Map(target.refs);
  }

  async open(): Promise<void> {
    const { source, target, defaultBranch } = this.#settings;
    await target.createIfMissing(source.format, defaultBranch);
  }

  /** Asks for a pack that the next push takes, unless it is let go: at the latest five seconds after it has begun. */
  askAhead(changes: readonly Change[]): void {
    if (changes.length > this.refsPerPush || tipsOf(changes).length === 0) return;
    const ahead = this.#prepare(changes);
    this.#ahead = ahead;
    // A limit of the server's, not a pause: its time is real.
    ahead.pack
      .then(() => systemClock.sleep(MOST_HELD_MS, ahead.timer.signal))
      .then(() => this.letGo())
      .catch(() => undefined);
  }

  limitTo(refsPerPush: number): void {
    this.refsPerPush = refsPerPush;
  }

  forget(changes: readonly Change[]): void {
    for (const { ref } of changes) {
      if (this.verdicts.get(ref)?.kind !== 'refused') continue;
      this.verdicts.delete(ref);
      if (!this.doubted.has(ref)) this.begun.delete(ref);
    }
  }

  async letGo(): Promise<void> {
    await giveUp(this.#takeAhead());
  }

  /** Pushes the changes but for those that the source has moved, with the pack that was asked for ahead or a new one. */
  async push(changes: readonly Change[], reportWithinMs?: number): Promise<ReadonlyMap<string, Verdict>> {
    const preparation = this.#takeAhead() ?? this.#prepare(changes);
    try {
      const [pack, moved] = await Promise.all([preparation.pack, preparation.moved]);
      const current = changes.filter(({ ref }) => !moved.has(ref));
      for (const { ref } of current) this.#confirmed.add(ref);
      if (current.length > 0) await this.#send(current, pack, reportWithinMs);
      if (pack?.isWhole !== true) await this.#sendAllOnce(current);
      for (const { ref } of changes) if (moved.has(ref)) this.verdicts.set(ref, OVERTAKEN);
    } finally {
      await giveUp(preparation);
    }
    return new Map(changes.flatMap(({ ref }) => entry(ref, this.verdicts)));
  }

  /** Sends a pack that builds on nothing, once, where the target lacks objects that its refs say it has. */
  async #sendAllOnce(changes: readonly Change[]): Promise<void> {
    const lacking = changes.filter(({ ref }) => mayLackObjects(this.verdicts.get(ref), this.#targetRefs));
    if (lacking.length === 0 || this.#hasSentAll) return;
    this.#settings.log.info('The target lacks objects that its refs build on: sending all objects.');
    this.#hasSentAll = true;
    this.#isDoubted = true;
    this.#landed.clear();
    const pack = await this.#ask(lacking);
    try {
      await this.#send(lacking, pack);
    } finally {
      await pack?.bytes.return();
    }
    this.#isDoubted = lacking.some(({ ref }) => this.verdicts.get(ref)?.kind === 'accepted');
  }

  #takeAhead(): Preparation | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    ahead?.timer.abort();
    return ahead;
  }

  /** Asks for the pack and, beside it, once more for the source's refs. */
  #prepare(changes: readonly Change[]): Preparation {
    const refs = changes.map(({ ref }) => ref).filter((ref) => !this.#confirmed.has(ref));
    const preparation = {
      pack: this.#ask(changes),
      moved: this.#settings.watch.movedAmong(refs),
      timer: new AbortController(),
    };
    preparation.pack.catch(() => undefined);
    preparation.moved.catch(() => undefined);
    return preparation;
  }

  /**
   * Asks the source for what the target lacks of the changes. Returns when the first bytes have come: only then is it
   * time to open the push, because a host closes one that stays silent.
   */
  async #ask(changes: readonly Change[]): Promise<Pack | undefined> {
    const { source, target, defaultBranch, log } = this.#settings;
    const tips = this.#isDoubted ? this.#landed : new Set(this.#targetRefs.values());
    const wants = tipsOf(changes).filter((id) => !tips.has(id));
    if (wants.length === 0) return undefined;
    const held = { refs: this.#targetRefs, defaultBranch, extra: target.extraHaves, landed: this.#landed };
    const haves = this.#isDoubted || target.isShallow ? [...this.#landed] : havesFor(changes, held);
    const answer = await source.fetchTips({
      wants,
      haves,
      done: true,
      thinPack: !target.capabilities.has('no-thin'),
      ofsDelta: target.capabilities.has('ofs-delta'),
      onText: (line) => log.remote('source', printableLine(line)),
    });
    if (answer.pack === undefined)
      throw new ProtocolError(source.location, 'a pack was requested, but the answer contains no pack');
    const first = await answer.pack.next();
    return {
      bytes: answer.pack,
      first: first.done === true ? undefined : first.value,
      isWhole: haves.length === 0,
    };
  }

  async #send(changes: readonly Change[], pack: Pack | undefined, reportWithinMs?: number): Promise<void> {
    const { source, target, pushOptions, log } = this.#settings;
    const { format } = source;
    for (const { ref } of changes) {
      this.begun.add(ref);
      this.verdicts.delete(ref);
    }
    const said: string[] = [];
    const words = new Budget(HOST_LIMITS.pushWords.value);
    const turns = new Turns();
    try {
      const report = await target.push({
        updates: changes.map((change) => updateOf(change, format)),
        format,
        pack: changes.some(({ kind }) => kind !== 'delete') ? this.#counted(pack, format) : undefined,
        pushOptions,
        ...(reportWithinMs === undefined ? {} : { reportWithinMs }),
        onText: (line) => {
          const isHeard = said.length < HOST_LIMITS.pushLines.value && words.spend(line.length);
          if (isHeard && this.#words.spend(line.length)) said.push(line);
          log.remote('target', printableLine(line));
        },
      });
      if (report === undefined) throw noReport(target.location);
      if (report.trouble !== undefined) log.warn(troubleAfterReport(target.location, report.trouble));
      if (turns.isOver) await turns.give();
      const verdicts = verdictsOf(changes, report, said, target.place);
      for (const change of changes) this.#note(change, verdicts);
      if (target.saysOkBlindly) for (const { ref } of changes) this.doubted.add(ref);
    } catch (error) {
      const isUndone = hasChangedNothing(error, source.location);
      for (const { ref } of changes)
        if (isUndone && !this.doubted.has(ref)) this.begun.delete(ref);
        else this.doubted.add(ref);
      throw inServersWords(error, said);
    }
  }

  /** Passes the pack on, or an empty one: a push of anything but deletions carries one. */
  async *#counted(pack: Pack | undefined, format: ObjectFormat): AsyncGenerator<Buffer, void, undefined> {
    if (pack === undefined) {
      yield emptyPack(format);
      return;
    }
    const { clock, log } = this.#settings;
    const startedAt = clock.now();
    let bytes = 0;
    const count = (chunk: Buffer): Buffer => {
      bytes += chunk.length;
      this.packBytes += chunk.length;
      log.progress({ what: 'pack', bytes, startedAt, isDone: false });
      return chunk;
    };
    if (pack.first !== undefined) yield count(pack.first);
    for await (const chunk of pack.bytes) yield count(chunk);
    log.progress({ what: 'pack', bytes, startedAt, isDone: true });
  }

  #note(change: Change, verdicts: ReadonlyMap<string, Verdict>): void {
    const verdict = verdicts.get(change.ref);
    if (verdict === undefined) return;
    this.verdicts.set(change.ref, verdict);
    if (verdict.kind === 'refused' && verdict.isUnanswered === true) this.doubted.add(change.ref);
    if (verdict.kind !== 'accepted') return;
    if (change.kind === 'delete') this.#targetRefs.delete(change.ref);
    else {
      this.#targetRefs.set(change.ref, change.new);
      this.#landed.add(change.new);
    }
  }
}

/** A pack that the source has broken off lacks its checksum: the target throws it away. */
function hasChangedNothing(error: unknown, source: string): boolean {
  if (error instanceof ProtocolError) return error.location === source;
  return error instanceof RemoteError && (error.changedNothing || error.location === source);
}

/** Reports whether a refusal may be due to objects that the target lacks, though it has refs that build on them. */
function mayLackObjects(verdict: Verdict | undefined, targetRefs: ReadonlyMap<string, ObjectId>): boolean {
  if (verdict?.kind !== 'refused') return false;
  // A ref that the target does not list is broken: no object would mend it.
  const named = /bad object (refs\/\S+)/.exec(verdict.said.join(' '))?.[1];
  return named === undefined ? verdict.rule?.id === 'missing-objects' : targetRefs.has(named);
}

function updateOf(change: Change, format: ObjectFormat): RefUpdate {
  const zero = zeroId(format);
  return {
    ref: change.ref,
    old: change.kind === 'create' ? zero : change.old,
    new: change.kind === 'delete' ? zero : change.new,
  };
}

function entry(ref: string, verdicts: ReadonlyMap<string, Verdict>): [string, Verdict][] {
  const verdict = verdicts.get(ref);
  return verdict === undefined ? [] : [[ref, verdict]];
}

async function giveUp(preparation: Preparation | undefined): Promise<void> {
  const pack = await preparation?.pack.catch(() => undefined);
  await pack?.bytes.return();
}
