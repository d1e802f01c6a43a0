import { mkdirSync, rmSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../__tests__/repositories/random.js';
import { refsOf } from '../__tests__/repositories/rules.js';
import { holding } from '../__tests__/servers/faults.js';
import { GitHttpServer } from '../__tests__/servers/git-http-server.js';
import type { Workplace } from '../bench/workplace.js';
import type { Report } from '../src/report/report-shape.js';
import type { ChosenPolicy } from './choices.js';
import { keepChronicle, readChronicle } from './chronicle.js';
import { copyFolder, type Fixture } from './fixtures.js';
import { Program, reportsIn, type Ended } from './program.js';
import { judgeKept, judgeOrder, judgeTold, type Race } from './race-judge.js';
import { Rivals } from './rivals.js';
import { stateOf } from './state.js';

/** What all races share. */
export interface Course {
  readonly workplace: Workplace;
  readonly program: string;
  readonly fixture: Fixture;
}

/** The result of one race. */
export interface RaceOutcome {
  readonly way: 'http' | 'folder';
  readonly policy: ChosenPolicy;
  /** How each mirror ended. */
  readonly ends: readonly string[];
  /** The rounds that each mirror made. */
  readonly rounds: readonly number[];
  /** Pushes of rivals to the source, to the target, and those that came too late. */
  readonly pushes: { readonly source: number; readonly target: number; readonly late: number };
  readonly ms: number;
  readonly findings: readonly string[];
}

const SPREAD = 0x85eb_ca6b;
const LIMIT_MS = 60_000;
const AGAIN = /Reading both ends again\.$/gm;

/** Runs mirrors while rivals push, and judges what became of it. */
export async function race(
  { workplace, program, fixture }: Course,
  number: number,
  isKept: boolean,
): Promise<RaceOutcome> {
  const startedAt = Date.now();
  const random = new Random(Math.imul(number, SPREAD));
  const way = random.pick(['http', 'folder'] as const);
  const policy: ChosenPolicy = {
    keepDivergentRefs: random.chance(0.5),
    prune: random.pick(['merged', 'always', 'never']),
  };
  const root = workplace.join(`race-${number}`);
  const [source, target, chronicleFile] = [join(root, 'source.git'), join(root, 'target.git'), join(root, 'chronicle')];
  mkdirSync(root);
  copyFolder(fixture.source, source);
  copyFolder(fixture.targets.later, target);
  const before = refsOf(target);
  keepChronicle(target, chronicleFile);
  const rivals = new Rivals(random, source, target, fixture.refs);
  const track = await Track.start(root, random, rivals);
  const call = (): Program =>
    new Program({ program, args: argsFor(policy, track.urls(way)), environment: { TMPDIR: root } }, LIMIT_MS);
  const findings: string[] = [];
  try {
    const ended = await track.run(call);
    await track.calm();
    const facts: Race = {
      before,
      chronicle: readChronicle(chronicleFile),
      rivals,
      keepsDivergent: policy.keepDivergentRefs,
    };
    findings.push(...judgeOrder(facts), ...judgeKept(facts));
    for (const one of ended) findings.push(...judgeTold(one, reportOf(one), facts));
    const last = await call().ended;
    const all = { ...facts, chronicle: readChronicle(chronicleFile) };
    findings.push(...judgeLast(last, all, { source, target }));
    const pushed = [...rivals.sourceValues.values()].reduce((sum, values) => sum + values.length - 1, 0);
    return {
      way,
      policy,
      ends: ended.map(({ code, signal }) => signal ?? String(code)),
      rounds: ended.map(({ stderr }) => 1 + (stderr.match(AGAIN)?.length ?? 0)),
      pushes: { source: pushed, target: rivals.landed.size, late: rivals.lost },
      ms: Date.now() - startedAt,
      findings,
    };
  } finally {
    await track.stop();
    if (findings.length === 0 || !isKept) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How often rivals push. */
interface Pace {
  /** The share of the requests before whose answers one pushes. */
  readonly share: number;
  /** The longest pause, in milliseconds, between the pushes at other times. */
  readonly pauseMs: number;
  /** Pushes at other times in all. */
  readonly most: number;
}

const PACES: readonly Pace[] = [
  { share: 0.05, pauseMs: 300, most: 4 },
  { share: 0.2, pauseMs: 150, most: 15 },
  { share: 0.6, pauseMs: 40, most: 60 },
];

interface TrackParts {
  readonly root: string;
  readonly server: GitHttpServer;
  readonly random: Random;
  readonly rivals: Rivals;
  readonly pace: Pace;
}

/** The server of a race, and the moments at which rivals push. */
class Track {
  readonly #parts: TrackParts;

  private constructor(parts: TrackParts) {
    this.#parts = parts;
  }

  static async start(root: string, random: Random, rivals: Rivals): Promise<Track> {
    const server = http.createServer();
    const pace = random.pick(PACES);
    const git = await GitHttpServer.start(root, server);
    git.behaviour.config = ['core.fsync=none'];
    const isChosen = (): boolean => random.chance(pace.share);
    git.behaviour.intercept = holding(server, isChosen, () => rivals.act());
    return new Track({ root, server: git, random, rivals, pace });
  }

  urls(way: 'http' | 'folder'): string[] {
    const place = (name: string): string =>
      way === 'http' ? this.#parts.server.url(name) : join(this.#parts.root, name);
    return [place('source.git'), place('target.git')];
  }

  /** Runs one mirror or several, each a while after the one before, until the last has ended. */
  async run(call: () => Program): Promise<Ended[]> {
    const { random, rivals, pace } = this.#parts;
    const mirrors = Array.from({ length: random.between(1, 3) }, (_, index) => ({
      after: index * random.between(0, 250),
    }));
    let left = mirrors.length;
    const running = mirrors.map(async ({ after }) => {
      await sleep(after);
      const ended = await call().ended;
      left -= 1;
      return ended;
    });
    for (let acted = 0; left > 0 && acted < pace.most; acted += 1) {
      await Promise.all([rivals.act(), sleep(random.between(1, pace.pauseMs))]);
    }
    return Promise.all(running);
  }

  /** From here on nobody pushes. */
  async calm(): Promise<void> {
    this.#parts.server.behaviour.intercept = undefined;
    await this.#parts.rivals.stop();
  }

  async stop(): Promise<void> {
    await this.calm();
    await this.#parts.server.stop();
  }
}

function argsFor({ prune, keepDivergentRefs }: ChosenPolicy, ends: readonly string[]): string[] {
  return ['--json', '--prune', prune, ...(keepDivergentRefs ? ['--keep-divergent-refs'] : []), ...ends];
}

function reportOf(ended: Ended): Report | undefined {
  return reportsIn(ended)?.get('');
}

/** Judges a run after which nobody has pushed any more. */
function judgeLast(
  ended: Ended,
  race: Race,
  { source, target }: { readonly source: string; readonly target: string },
): string[] {
  const { refs, problems } = stateOf(target);
  const findings = judgeTold(ended, reportOf(ended), race).map((finding) => `last run: ${finding}`);
  if (problems !== '') findings.push(`git fsck: ${problems}`);
  const isRivals = (ref: string): boolean => race.rivals.landed.has(refs.get(ref) ?? '');
  const unlike = [...refsOf(source)].filter(([ref, id]) => refs.get(ref) !== id).map(([ref]) => ref);
  const wrong = unlike.filter((ref) => !race.keepsDivergent || !(isRivals(ref) || isDiverged(ref, ended)));
  findings.push(...wrong.map((ref) => `the last run leaves ${ref} unlike the source: ${ended.stderr}`));
  if ((ended.code === 0) !== (unlike.length === 0))
    findings.push(`the last run ended with ${ended.code}, and ${unlike.length} refs differ`);
  return findings;
}

function isDiverged(ref: string, ended: Ended): boolean {
  return reportOf(ended)?.refs.some((one) => one.ref === ref && one.outcome === 'diverged') ?? false;
}
