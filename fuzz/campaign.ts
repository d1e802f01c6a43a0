import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { seeded } from '../__tests__/random.js';
import { anyOf, type Random } from './bytes.js';
import { excessOf, LIMITS, SUSPICIOUS_MS } from './cost.js';
import { judge, type Judgement } from './judge.js';
import { minimize } from './minimize.js';
import { mutate } from './mutate.js';
import { LARGEST_INPUT, type Target } from './target.js';

/** An input on which a parser does what it must not. */
export interface Find {
  readonly fault: string;
  /** The cost of an input that costs too much. */
  readonly figure?: string | undefined;
  readonly input: Buffer;
  /** The number of the execution that met with it. */
  readonly execution: number;
}

/** Result of trying one parser. */
export interface Campaign {
  readonly executions: number;
  readonly seconds: number;
  /** Results of a new shape. */
  readonly shapes: number;
  /** Short inputs that led to them. */
  readonly kept: readonly Buffer[];
  readonly finds: readonly Find[];
}

/** Settings of a {@link Campaign}. */
export interface CampaignSettings {
  readonly seed: number;
  readonly seconds: number;
  /** Inputs beside those of the parser itself. */
  readonly corpus: readonly Buffer[];
  /** Hears of each input before it is tried, so that one that never ends is known. */
  readonly onInput: (input: Buffer) => void;
}

const LARGEST_POOL = 4000;
const LONGEST_KEPT = 384;
const MOST_FINDS = 10;
const LONGEST_IN_POOL = 4096;

/** Tries one parser with mutants for a time. The same seed gives the same mutants. */
export async function tryParser(target: Target, settings: CampaignSettings): Promise<Campaign> {
  const begun = performance.now();
  const trials = new Trials(target, settings);
  const seconds = (): number => (performance.now() - begun) / 1000;
  for (const seed of [...target.seeds.map((one) => Buffer.from(one as string)), ...settings.corpus])
    await trials.begin(seed);
  while (seconds() < settings.seconds && trials.finds.size < MOST_FINDS) await trials.goOn();
  const { executions, shapes, kept, finds } = trials;
  return { executions, seconds: seconds(), shapes, kept, finds: [...finds.values()] };
}

/** The trials of one parser. */
class Trials {
  executions = 0;
  shapes = 0;
  readonly kept: Buffer[] = [];
  readonly finds = new Map<string, Find>();
  readonly #target: Target;
  readonly #settings: CampaignSettings;
  readonly #random: Random;
  readonly #pool: Buffer[] = [];
  readonly #shapes = new Set<string>();

  constructor(target: Target, settings: CampaignSettings) {
    this.#target = target;
    this.#settings = settings;
    this.#random = seeded(settings.seed ^ hashOf(target.name));
  }

  /** Tries an input that mutants may be made of, whatever comes of it. */
  async begin(input: Buffer): Promise<void> {
    this.#pool.push(input);
    await this.#isNew(input);
  }

  /** Tries a mutant, and keeps it if its result is of a new shape. */
  async goOn(): Promise<void> {
    const input = nextInput(this.#target, this.#pool, this.#random);
    if (!(await this.#isNew(input)) || this.#pool.length >= LARGEST_POOL) return;
    this.shapes += 1;
    if (input.length <= LONGEST_KEPT) this.kept.push(input);
    // Mutants of long inputs cost many of others.
    if (input.length <= LONGEST_IN_POOL || this.#random() < 0.05) this.#pool.push(input);
  }

  async #isNew(input: Buffer): Promise<boolean> {
    this.executions += 1;
    this.#settings.onInput(input);
    const { shape, fault, figure } = await trial(this.#target, input, !this.#knowsCost);
    if (fault === undefined) return this.#shapes.size < this.#shapes.add(shape).size;
    const { executions: execution } = this;
    if (!this.finds.has(fault))
      this.finds.set(fault, { fault, figure, execution, input: await this.#least(fault, input) });
    return false;
  }

  get #knowsCost(): boolean {
    return COSTS.some((fault) => this.finds.has(fault));
  }

  async #least(fault: string, input: Buffer): Promise<Buffer> {
    if (COSTS.includes(fault)) return input;
    return minimize(input, async (smaller) => {
      this.#settings.onInput(smaller);
      return (await trial(this.#target, smaller, false)).fault === fault;
    });
  }
}

/** Faults of cost. Such an input is not made shorter: it needs its length. */
const [TOO_LONG, TOO_LARGE] = ['takes too long', 'takes too much memory'];
const COSTS: readonly string[] = [TOO_LONG, TOO_LARGE];
const MEBIBYTE = 1024 * 1024;

/** Result of one input, with the cost of one that costs too much. */
export interface Trial extends Judgement {
  readonly figure?: string;
}

/**
 * Runs a parser on one input.
 *
 * @param isMeasured says that an input that takes its time is run again, to see what it costs
 */
export async function trial(target: Target, input: Buffer, isMeasured = true): Promise<Trial> {
  const begun = performance.now();
  const judgement = await judge(target, input);
  const took = performance.now() - begun;
  // A rejection that nobody takes shows then.
  await setImmediate();
  if (!isMeasured || judgement.fault !== undefined || took < SUSPICIOUS_MS) return judgement;
  const { milliseconds = LIMITS.milliseconds } = target;
  const cost = await excessOf(() => judge(target, input), milliseconds);
  if (cost === undefined) return judgement;
  return cost.milliseconds > milliseconds
    ? { ...judgement, fault: TOO_LONG, figure: `${Math.round(cost.milliseconds)} ms` }
    : { ...judgement, fault: TOO_LARGE, figure: `${Math.round(cost.bytes / MEBIBYTE)} MiB` };
}

function nextInput({ form, generate, repair }: Target, pool: readonly Buffer[], random: Random): Buffer {
  const isNew = generate !== undefined && random() < 0.5;
  const origin = isNew ? generate(random) : anyOf(random, pool);
  const mutant = isNew && random() < 0.7 ? origin : mutate(origin, form, pool, random);
  const input = repair !== undefined && random() < 0.9 ? repair(mutant) : mutant;
  return input.subarray(0, LARGEST_INPUT);
}

function hashOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
