import { explainRejection, PushWords } from '../hosts/rejection.js';
import type { Clock } from '../protocol/clock.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { emptyPack, zeroId, type ObjectFormat, type ObjectId } from '../protocol/wire/object-format.js';
import type { PushReport, RefUpdate } from '../protocol/wire/push.js';
import type { Log } from '../options/log.js';
import type { Change } from './plan.js';
import { type TargetSnapshot } from '../repositories/refs.js';
import { isBranch, isTag } from '../protocol/wire/ref-name.js';
import type { SourceRepository } from '../repositories/source.js';
import type { TargetRepository } from '../repositories/target.js';

/** What became of one change. */
export type Fate =
  | { readonly kind: 'accepted' }
  /** The target refuses it, in these words. */
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** What it said beside, as far as it may be about this ref. */
      readonly said: readonly string[];
    }
  /** Somebody moved the ref, on the target or the source, since it was read. */
  | { readonly kind: 'overtaken'; readonly reason: string }
  /** It was not pushed, because the target lacks what it needs. */
  | { readonly kind: 'withheld'; readonly message: string };

/** A pack on its way: what is asked for, and its first bytes. */
export interface PackOnItsWay {
  readonly bytes: AsyncGenerator<Buffer, void, undefined>;
  readonly first: Buffer | undefined;
}

/** What a relay counts. */
export interface RelayCount {
  packBytes: number;
  pushes: number;
}

/** What a relay works with. */
export interface RelaySettings {
  readonly source: SourceRepository;
  readonly target: TargetRepository;
  readonly format: ObjectFormat;
  /** The source's default branch: what most branches of the target grew from. */
  readonly defaultBranch: string | undefined;
  readonly pushOptions: readonly string[];
  readonly log: Log;
  readonly clock: Clock;
}

// A repository may have a hundred thousand tips; the server finds common ground with far fewer. Where a ref moves, its
// old object says nearly all; a new ref may begin anywhere.
const MOST_HAVES = { forMoves: 64, forNewRefs: 512 } as const;
/** Lines of a hook that are repeated in a message, and those among which they are chosen. */
const MOST_WORDS = { inMessage: 5, heard: 500 } as const;

/** Streams packs from the source into pushes to the target. No pack is ever held as a whole. */
export class Relay {
  readonly count: RelayCount = { packBytes: 0, pushes: 0 };
  readonly #settings: RelaySettings;
  /** What the target is known to hold; what it accepts is added. */
  readonly #held: Map<string, ObjectId>;
  /** What earlier pushes of this relay brought: later ones build on it, and need all of it named. */
  readonly #landed = new Set<ObjectId>();

  constructor(settings: RelaySettings, target: TargetSnapshot) {
    this.#settings = settings;
    this.#held = new Map(target.refs);
  }

  /**
   * Asks the source for what the target lacks of these changes. Returns when the first bytes have come: only then is
   * it time to open the push, because a host closes one that stays silent.
   *
   * @returns `undefined` where the target lacks nothing
   */
  async ask(changes: readonly Change[]): Promise<PackOnItsWay | undefined> {
    const { source, target, log } = this.#settings;
    const tips = new Set(this.#held.values());
    const wants = [...new Set(changes.flatMap((change) => (change.kind === 'delete' ? [] : [change.new])))].filter(
      (id) => !tips.has(id),
    );
    if (wants.length === 0) return undefined;
    const answer = await source.fetchTips({
      wants,
      haves: this.haves(changes),
      done: true,
      thinPack: !target.capabilities.has('no-thin'),
      ofsDelta: target.capabilities.has('ofs-delta'),
      onText: (line) => log.remote('source', line),
    });
    if (answer.pack === undefined) throw new ProtocolError(source.location, 'no pack comes where one was asked for');
    const first = await answer.pack.next();
    return { bytes: answer.pack, first: first.done === true ? undefined : first.value };
  }

  /** Pushes the changes, with the pack that was asked for. */
  async push(changes: readonly Change[], pack: PackOnItsWay | undefined): Promise<Map<string, Fate>> {
    const { target, format, pushOptions, log } = this.#settings;
    this.count.pushes += 1;
    const needsPack = changes.some(({ kind }) => kind !== 'delete');
    const said: string[] = [];
    try {
      const report = await target.push(
        changes.map((change) => this.#update(change)),
        format,
        needsPack ? this.#counted(pack) : undefined,
        target.capabilities.has('push-options') ? pushOptions : [],
        (line) => {
          if (said.length < MOST_WORDS.heard) said.push(line);
          log.remote('target', line);
        },
      );
      if (report === undefined) throw noReport(target.location);
      return this.#fates(changes, report, said);
    } catch (error) {
      throw inItsWords(error, said);
    } finally {
      await pack?.bytes.return();
    }
  }

  #update(change: Change): RefUpdate {
    const zero = zeroId(this.#settings.format);
    return {
      ref: change.ref,
      old: change.kind === 'create' ? zero : change.old,
      new: change.kind === 'delete' ? zero : change.new,
    };
  }

  async *#counted(pack: PackOnItsWay | undefined): AsyncGenerator<Buffer, void, undefined> {
    if (pack === undefined) {
      yield emptyPack(this.#settings.format);
      return;
    }
    const startedAt = this.#settings.clock.now();
    let bytes = 0;
    const passed = (chunk: Buffer): Buffer => {
      bytes += chunk.length;
      this.count.packBytes += chunk.length;
      this.#settings.log.progress({ what: 'pack', bytes, startedAt, isDone: false });
      return chunk;
    };
    if (pack.first !== undefined) yield passed(pack.first);
    for await (const chunk of pack.bytes) yield passed(chunk);
    this.#settings.log.progress({ what: 'pack', bytes, startedAt, isDone: true });
  }

  #fates(changes: readonly Change[], report: PushReport, said: readonly string[]): Map<string, Fate> {
    const fates = new Map<string, Fate>();
    const words = new PushWords(said, new Set(changes.map(({ ref }) => ref)));
    for (const change of changes) {
      const fate = fateOf(change.ref, report, words);
      fates.set(change.ref, fate);
      if (fate.kind !== 'accepted') continue;
      if (change.kind === 'delete') this.#held.delete(change.ref);
      else {
        this.#held.set(change.ref, change.new);
        this.#landed.add(change.new);
      }
    }
    return fates;
  }

  /**
   * What the target's branches and tags hold, which came there with its Git LFS objects. Other refs, such as those of
   * pull requests, and what it shares with other repositories, came there without.
   */
  havesWithLargeObjects(changes: readonly Change[]): ObjectId[] {
    return this.#holds(changes, (ref) => isBranch(ref) || isTag(ref), []);
  }

  /** What the target holds, most telling first: the old objects of what moves, its branches, its tags, the rest. */
  haves(changes: readonly Change[]): ObjectId[] {
    return this.#holds(changes, () => true, this.#settings.target.extraHaves);
  }

  #holds(changes: readonly Change[], counts: (ref: string) => boolean, beside: readonly ObjectId[]): ObjectId[] {
    const refs = [...this.#held].filter(([ref]) => counts(ref));
    const of = (isWanted: (ref: string) => boolean): ObjectId[] =>
      refs.filter(([ref]) => isWanted(ref)).map(([, id]) => id);
    const old = new Set(changes.flatMap((change) => (change.kind === 'update' ? [change.old] : [])));
    const others = new Set([
      ...of((ref) => ref === this.#settings.defaultBranch),
      ...of(isBranch),
      ...of(isTag).toReversed(),
      ...of((ref) => !isBranch(ref) && !isTag(ref)),
      ...beside,
    ]);
    const most = changes.some(({ kind }) => kind === 'create') ? MOST_HAVES.forNewRefs : MOST_HAVES.forMoves;
    return [...new Set([...old, ...this.#landed, ...[...others].filter((id) => !old.has(id)).slice(0, most)])];
  }
}

function fateOf(ref: string, report: PushReport, words: PushWords): Fate {
  const verdict = report.verdicts.get(ref);
  const said = (): string[] => words.about(ref, MOST_WORDS.inMessage);
  if (verdict === undefined)
    return { kind: 'refused', reason: `the target gives no verdict on it (unpack: ${report.unpack})`, said: said() };
  if (verdict.accepted) return { kind: 'accepted' };
  const reason = report.unpack === 'ok' ? verdict.reason : `${verdict.reason}: ${report.unpack}`;
  const isRace = explainRejection(reason)?.isRace === true;
  return isRace ? { kind: 'overtaken', reason } : { kind: 'refused', reason, said: said() };
}

/** A server that ends the connection because it refuses the push has said so before, and will say so again. */
function inItsWords(error: unknown, said: readonly string[]): unknown {
  if (!(error instanceof RemoteError) || !error.passing) return error;
  const last = said.filter((line) => /^(?:fatal|error): /.test(line) && explainRejection('', [line]) !== undefined);
  if (last.length === 0) return error;
  const { location, message, remedy = '' } = error;
  return new RemoteError({
    kind: 'refused',
    location,
    detail: `the server says: ${last.join(' ')}.`,
    remedy,
    cause: message,
  });
}

/** Without a report only the target's refs tell what happened: they are read again. */
function noReport(location: string): RemoteError {
  return new RemoteError({
    kind: 'interrupted',
    location,
    detail: 'the server gives no report on a push.',
    remedy: 'Run the mirror again, to see what came of it.',
  });
}
