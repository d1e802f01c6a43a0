import { RemoteError, type RemoteErrorKind } from '../protocol/errors.js';
import type { Attempt, FailedAttempt } from './attempt.js';
import type { Change } from './plan.js';
import { unitsOf } from './push-order.js';
import type { SearchTime } from './search-time.js';
import { Stratum, type Unit } from './stratum.js';
import type { Verdict } from './verdict.js';

/** Everything that an {@link Isolation} works with. */
export interface IsolationSettings {
  /** Ranks a change: those of a lower rank are less likely to be refused, and are tried first. */
  readonly rankOf: (change: Change) => number;
  readonly push: (part: readonly Change[]) => Promise<Attempt>;
  readonly time: SearchTime;
  /** Something has landed in this run already. */
  readonly hasLanded: boolean;
  /** A whole number that says where the search begins: another one for each run. */
  readonly seed: number;
  /** Hears of a change at which an end fails. */
  readonly onFailed: (change: Change, failure: FailedAttempt) => void;
}

/** Units that remain of some that were pushed together. */
interface Rest {
  /** Units that are still to be tried; nothing where all are settled. */
  readonly open: readonly Unit[];
  /** One of those is known to be to blame. */
  readonly isToBlame: boolean;
  /** No unit was found to be to blame on the way. */
  readonly isClean: boolean;
  /** Result of pushing just the open ones. */
  readonly attempt?: Attempt;
}

/**
 * An end that fails at so many changes, each pushed alone, fails at everything: if nothing at all has landed, or if it
 * is the connection that fails, and nothing has landed since.
 */
const MOST_FAILURES = 8;

const CONNECTION: ReadonlySet<RemoteErrorKind> = new Set(['interrupted', 'silent']);

/**
 * Finds the changes that keep the others from landing, after a push of them all has come to nothing, and lands the
 * others. Those that the server's words name are taken out at once. The rest is group testing by generalized binary
 * splitting (Hwang 1972), with the share of bad ones as it is learned on the way: b bad ones among n take about
 * b·(log2(n/b) + 2) pushes. Where a part of a refused push has landed, the reason lies in the rest: to know that costs
 * no push.
 */
export class Isolation {
  readonly #settings: IsolationSettings;
  readonly #strata: readonly Stratum[];
  /** Units that the server's words have named, but perhaps not as the reason: they are tried alone. */
  readonly #named: Unit[] = [];
  readonly #first: Attempt;
  readonly #count: number;
  readonly #inferred: Unit[] = [];
  #hasLanded: boolean;
  #hasFound = false;
  #hasFailed: boolean;
  readonly #failed = new Set<string>();
  #failures = 0;

  /**
   * @param changes in the order in which they are to be pushed
   * @param first what came of pushing them all
   */
  constructor(changes: readonly Change[], first: Attempt, settings: IsolationSettings) {
    this.#settings = settings;
    this.#first = first;
    this.#hasLanded = settings.hasLanded;
    this.#hasFailed = first.kind === 'failed';
    this.#count = changes.length;
    const units = unitsOf(changes).map((members, place) => ({ place, changes: members }));
    const rankOf = ({ changes: [first, ...others] }: Unit): number =>
      others.reduce(
        (lowest, change) => Math.min(lowest, settings.rankOf(change)),
        first === undefined ? 0 : settings.rankOf(first),
      );
    const ranks = [...new Set(units.map(rankOf))].sort((one, other) => one - other);
    const ranked = ranks.map((rank) => units.filter((unit) => rankOf(unit) === rank));
    this.#strata = ranked.map((some) => new Stratum(some, settings.seed));
  }

  /** The changes of which nothing is known but that they were part of pushes that came to nothing. */
  get untried(): Change[] {
    return [...this.#strata.flatMap(({ open }) => open), ...this.#named].flatMap(({ changes }) => changes);
  }

  /**
   * Searches until every change has landed or is known to be to blame, or the time is over.
   *
   * @throws the errors of the pushes, and that of an end that fails at everything
   */
  async run(): Promise<void> {
    const all = this.#strata.flatMap(({ open }) => open);
    // One more push of nearly all, where words name some: then those that are most likely to land must not wait.
    const rest = await this.#narrow(all, this.#first, 1);
    const open = new Set(rest.open);
    for (const stratum of this.#strata) stratum.open = stratum.open.filter((unit) => open.has(unit));
    this.#hasFound = false;
    // The default branch of an empty host comes before all others, whatever the words have named.
    const isFirst = ({ place, changes: [change] }: Unit): boolean =>
      place === 0 && change?.kind === 'create' && this.#settings.rankOf(change) === 0;
    const first = this.#named.findIndex(isFirst);
    if (first >= 0 && this.#hasTime) {
      await this.#tryAlone(this.#named[first]);
      this.#named.splice(first, 1);
    }
    const last = this.#strata.findLast((stratum) => stratum.open.length > 0);
    for (const stratum of this.#strata) {
      stratum.isToBlame = stratum === last && rest.isToBlame && !this.#hasFound;
      await this.#search(stratum);
    }
    while (this.#named.length > 0 && this.#hasTime) {
      await this.#tryAlone(this.#named[0]);
      this.#named.shift();
    }
    // What lands without the others may have been too much, and not to blame: one push tells.
    if (this.#inferred.length > 0 && this.#hasTime) await this.#push(this.#inferred);
    // Where an end fails at all of them, that is what there is to say.
    const hasFailedAtAll = !this.#hasLanded && this.#failed.size === this.#count;
    if (hasFailedAtAll && this.#first.kind === 'failed') throw this.#first.error;
  }

  get #hasTime(): boolean {
    const bad = this.#strata.reduce((sum, stratum) => sum + stratum.bad, 0);
    return this.#settings.time.lasts(this.#hasLanded || bad < MOST_FAILURES);
  }

  async #search(stratum: Stratum): Promise<void> {
    while (stratum.open.length > 0 && this.#hasTime) {
      const isKnown = stratum.isToBlame;
      stratum.isToBlame = false;
      const group = stratum.take();
      const rest =
        isKnown && stratum.open.length === 0
          ? { open: group, isToBlame: true, isClean: true }
          : await this.#tryTogether(stratum, group);
      if (rest.isToBlame) await this.#findOne(stratum, rest);
      else stratum.giveBack(rest.open);
    }
  }

  /** Finds one unit that is to blame among several of which at least one is; gives the others back to the stratum. */
  async #findOne(stratum: Stratum, suspects: Rest): Promise<void> {
    let { open, attempt }: Rest = suspects;
    while (open.length > 1) {
      if (!this.#hasTime) {
        stratum.giveBack(open);
        return;
      }
      const middle = Math.ceil(open.length / 2);
      const others = open.slice(middle);
      const half = await this.#tryTogether(stratum, open.slice(0, middle), others);
      if (half.open.length === 0 && half.isClean) {
        open = others;
        attempt = undefined;
        continue;
      }
      stratum.giveBack(others);
      if (!half.isToBlame) {
        stratum.giveBack(half.open);
        return;
      }
      ({ open, attempt } = half);
    }
    const [found] = open;
    if (found === undefined) return;
    stratum.bad += 1;
    this.#hasFound = true;
    await this.#blame(found, attempt);
  }

  /** Pushes units of a stratum. If that throws, they and the others are open still. */
  async #tryTogether(stratum: Stratum, units: readonly Unit[], others: readonly Unit[] = []): Promise<Rest> {
    try {
      const rest = await this.#narrow(units, await this.#push(units));
      stratum.settled += units.length - rest.open.length;
      return rest;
    } catch (error) {
      stratum.giveBack([...units, ...others]);
      throw error;
    }
  }

  /**
   * Takes out the units that the words of a refusal name, and pushes the rest again, until it lands or is refused
   * without a name.
   *
   * @param first what came of pushing the units
   */
  async #narrow(units: readonly Unit[], first: Attempt, mostPushes = Infinity): Promise<Rest> {
    let open = units;
    let isClean = true;
    let latest = first;
    let suspect: Unit | undefined;
    for (let pushes = 0; ; pushes += 1) {
      const attempt = latest;
      if (attempt.kind === 'answered') return { open: [], isToBlame: false, isClean };
      const named = open.filter((unit) => isNamed(unit, attempt));
      // Words that stay the same without the unit that they named were not about it.
      if (suspect !== undefined && named.length === 0) this.#named.push(suspect);
      if (named.length === 0 || named.length === open.length) return { open, isToBlame: true, isClean, attempt };
      suspect = this.#takeOut(named, attempt);
      isClean = false;
      const out = new Set(named);
      open = open.filter((unit) => !out.has(unit));
      if (pushes >= mostPushes || !this.#hasTime) {
        if (suspect !== undefined) this.#named.push(suspect);
        return { open, isToBlame: false, isClean };
      }
      latest = await this.#push(open);
    }
  }

  /** @returns the unit that is to blame if the rest lands without it, or is refused for another */
  #takeOut(named: readonly Unit[], attempt: Exclude<Attempt, { kind: 'answered' }>): Unit | undefined {
    this.#hasFound = true;
    if (attempt.kind === 'failed') {
      for (const { changes } of named) for (const change of changes) this.#tell(change, attempt);
      return undefined;
    }
    const [only, ...others] = named;
    if (others.length === 0) return only;
    for (const unit of named) this.#named.push(unit);
    return undefined;
  }

  /** @param attempt what came of pushing the unit by itself, if that was done */
  async #blame(unit: Unit, attempt: Attempt | undefined): Promise<void> {
    const [only, ...others] = unit.changes;
    if (only === undefined || others.length > 0) return this.#tryAlone(unit);
    if (attempt?.kind === 'failed') this.#noteFailure(only, attempt);
    // A refusal needs no more words than those of the smallest push; a failure may have been one of the moment.
    else if (attempt === undefined && this.#hasFailed) await this.#tryAlone(unit);
    else if (attempt === undefined) this.#inferred.push(unit);
  }

  /** Pushes each change of a unit by itself. */
  async #tryAlone(unit: Unit | undefined): Promise<void> {
    for (const change of unit?.changes ?? []) {
      const attempt = await this.#push([{ place: 0, changes: [change] }]);
      if (attempt.kind === 'failed') this.#noteFailure(change, attempt);
    }
  }

  #noteFailure(change: Change, failure: FailedAttempt): void {
    this.#tell(change, failure);
    this.#failures += 1;
    const isOfConnection = failure.error instanceof RemoteError && CONNECTION.has(failure.error.kind);
    if ((isOfConnection || !this.#hasLanded) && this.#failures >= MOST_FAILURES) throw failure.error;
  }

  #tell(change: Change, failure: FailedAttempt): void {
    this.#failed.add(change.ref);
    this.#settings.onFailed(change, failure);
  }

  async #push(units: readonly Unit[]): Promise<Attempt> {
    const inOrder = units.toSorted((one, other) => one.place - other.place);
    const attempt = await this.#settings.push(inOrder.flatMap(({ changes }) => changes));
    this.#hasFailed ||= attempt.kind === 'failed';
    if (attempt.kind === 'answered' && [...attempt.verdicts.values()].some(isAccepted)) {
      this.#hasLanded = true;
      this.#failures = 0;
    }
    return attempt;
  }
}

function isNamed({ changes }: Unit, { named }: Exclude<Attempt, { kind: 'answered' }>): boolean {
  return changes.some(({ ref }) => named.has(ref));
}

function isAccepted({ kind }: Verdict): boolean {
  return kind === 'accepted';
}
