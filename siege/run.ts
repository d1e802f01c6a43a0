import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter } from 'node:path';
import type { Report } from '../src/report/report-shape.js';
import type { Choices } from './choices.js';
import { Disk } from './disk.js';
import { fixtureOf, makeEnds, makePlaces, type Ends, type Places, type Target } from './ends.js';
import { isAsWanted, judgeEnd, judgeLfs, judgeReport, judgeState, type Case } from './judge.js';
import { kill, untilGone } from './processes.js';
import { Program, reportsIn, type Ended } from './program.js';
import { falseObjects, folderReader, lackingObjects, serverReader, stateOf, type State } from './state.js';
import { layOnGit, layOnWire, own, placeOf, serving, signalOf, type LaidTrap, type Traffic } from './traps.js';
import { wantedOf } from './wanted.js';
import type { World } from './world.js';

/** The result of one run. */
export interface Outcome {
  readonly choices: Choices;
  /** The byte at which the fault was to happen. */
  readonly at: number;
  readonly hasSprung: boolean;
  /** The exit code, or the signal that ended the program. */
  readonly end: string;
  /** True where it ended with 1 though the target had become what the policy wants. */
  readonly isPessimistic: boolean;
  /** Milliseconds from a signal to the end of the program. */
  readonly reactionMs: number | undefined;
  readonly findings: readonly string[];
  readonly ms: number;
  /** The end of the program's messages. */
  readonly words: string;
}

const LIMIT_MS = 60_000;
/** Seconds without a byte after which the program gives up: while it is disturbed, and afterwards. */
const TIMEOUT = { disturbed: '2', calm: '30' } as const;
/** Time for a server to notice that its client is gone. */
const SERVERS_END_MS = 10_000;
const OWN_END_MS = { ended: 1000, killed: 5000 } as const;
const REACTION_MS = 5000;
const WORDS = 2000;

/** One run of the program under a fault, and one without it afterwards. */
export class Siege {
  readonly #world: World;
  readonly #choices: Choices;
  readonly #places: Places;
  readonly #ends: Ends;
  readonly #source: ReadonlyMap<string, string>;
  readonly #before: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly #findings: string[] = [];

  private constructor(world: World, choices: Choices, places: Places, ends: Ends) {
    this.#world = world;
    this.#choices = choices;
    this.#places = places;
    this.#ends = ends;
    this.#source = fixtureOf(world, choices).refs;
    this.#before = new Map(ends.targets.map(({ path }) => [path, stateOf(path).refs]));
  }

  /** Makes both ends, disturbs a run, judges it, and judges one that is not disturbed. */
  static async run(world: World, choices: Choices, traffic: Traffic | undefined, isKept: boolean): Promise<Outcome> {
    const places = makePlaces(world, choices.number);
    const disks = disksOf(choices, places);
    let isFailed = true;
    try {
      const ends = await makeEnds(world, choices, places);
      try {
        const outcome = await new Siege(world, choices, places, ends).#run(traffic, disks);
        isFailed = outcome.findings.length > 0;
        return outcome;
      } finally {
        await ends.stop();
      }
    } finally {
      for (const { pid } of [...own(places), ...serving(places)]) kill(pid);
      for (const disk of disks) if (!(isFailed && isKept)) disk.unmount();
      if (!(isFailed && isKept)) rmSync(places.root, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** Measures an undisturbed run over a network. */
  static async measure(world: World, choices: Choices): Promise<Traffic> {
    const places = makePlaces(world, choices.number);
    const ends = await makeEnds(world, choices, places);
    try {
      await new Siege(world, choices, places, ends).#call(TIMEOUT.calm).ended;
      const { source, target } = ends.proxies ?? {};
      if (source === undefined || target === undefined) throw new Error('nothing to measure');
      return { source: { ...source.passed }, target: { ...target.passed } };
    } finally {
      await ends.stop();
      rmSync(places.root, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async #run(traffic: Traffic | undefined, disks: readonly Disk[]): Promise<Outcome> {
    const startedAt = Date.now();
    const at = traffic === undefined ? 0 : placeOf(this.#choices, traffic);
    const trap = this.#lay(at, () => program);
    for (const disk of disks) disk.shrink(spaceFor(this.#choices, traffic));
    const program = this.#call(TIMEOUT.disturbed);
    const ended = await program.ended;
    const hasSprung = disks.length > 0 ? ended.code !== 0 : trap.hasSprung();
    await this.#settle(ended);
    const isPessimistic = this.#judge(ended);
    const signalledAt = trap.signalledAt();
    const reactionMs = signalledAt === undefined ? undefined : ended.at - signalledAt;
    if (reactionMs !== undefined && reactionMs > REACTION_MS) this.#found('signal', `it ended after ${reactionMs} ms`);
    for (const disk of disks) disk.grow();
    this.#removeLocks();
    await this.#converge();
    return {
      choices: this.#choices,
      at,
      hasSprung,
      end: ended.signal ?? String(ended.code),
      isPessimistic,
      reactionMs,
      findings: this.#findings,
      ms: Date.now() - startedAt,
      words: ended.stderr.slice(-WORDS),
    };
  }

  #lay(at: number, program: () => Program): LaidTrap {
    if (this.#ends.proxies === undefined) return layOnGit(this.#choices, this.#places, at);
    return layOnWire(this.#choices, this.#ends, this.#places, at, program);
  }

  #call(timeout: string): Program {
    const { policy } = this.#choices;
    const { bin, tmp } = this.#places;
    const options = ['--json', '--timeout', timeout, '--isolation-timeout', '20', '--prune', policy.prune];
    const keep = policy.keepDivergentRefs ? ['--keep-divergent-refs'] : [];
    const PATH = [bin, process.env.PATH ?? ''].join(delimiter);
    const environment = { ...this.#ends.environment, TMPDIR: tmp, PATH };
    const args = [...options, ...keep, ...this.#ends.args];
    return new Program({ program: this.#world.program, args, environment }, LIMIT_MS);
  }

  /** Waits for what the program has left behind, and for the servers; what of its own does not end is found. */
  async #settle(ended: Ended): Promise<void> {
    const limit = ended.signal === null ? OWN_END_MS.ended : OWN_END_MS.killed;
    const left = await untilGone(() => own(this.#places), limit);
    for (const { pid, command } of left) {
      this.#found('process', `is left: ${command}`);
      kill(pid);
    }
    for (const proxy of Object.values(this.#ends.proxies ?? {})) {
      proxy.lay(undefined);
      proxy.closeConnections();
    }
    const served = await untilGone(() => serving(this.#places), SERVERS_END_MS);
    for (const { pid, command } of served) {
      this.#found('server', `does not end: ${command}`);
      kill(pid);
    }
  }

  /** Judges the disturbed run. Returns whether it ended with 1 though all is as the policy wants it. */
  #judge(ended: Ended): boolean {
    const reports = this.#reportsOf(ended);
    const all = [...(reports?.values() ?? [])];
    const isFinished = reports === undefined ? undefined : all.every((report) => report.update_status === 'finished');
    for (const finding of judgeEnd(ended, isFinished, signalOf(this.#choices.fault))) this.#found('end', finding);
    let [areAllAsWanted, isSuccessWanted] = [true, true];
    for (const target of this.#ends.targets) {
      const subject = this.#caseOf(target);
      this.#judgeTarget(target, subject, reports?.get(target.name) ?? reports?.get(''));
      areAllAsWanted &&= isAsWanted(subject);
      isSuccessWanted &&= subject.wanted.updateStatus === 'finished';
    }
    this.#judgeFiles(ended);
    return ended.code === 1 && areAllAsWanted && isSuccessWanted;
  }

  #judgeTarget({ path, name }: Target, subject: Case, report: Report | undefined): void {
    const where = name === '' ? 'target' : name;
    const { problems, locks } = subject.after;
    if (this.#isUnprotected) {
      if (problems !== '') this.#found(where, `git fsck: ${problems}`);
    } else {
      for (const finding of judgeState(subject)) this.#found(where, finding);
      for (const finding of report === undefined ? [] : judgeReport(report, subject)) this.#found('report', finding);
    }
    if (!this.#mayLeaveLocks) for (const lock of locks) this.#found(where, `a lock is left: ${lock}`);
    const { objectsOf } = fixtureOf(this.#world, this.#choices);
    const { lfs } = this.#world;
    const isServed = this.#choices.way === 'lfs' && lfs !== undefined;
    const read = isServed ? serverReader(lfs.store(`target-${this.#choices.number}`)) : folderReader(path);
    const findings = judgeLfs(subject, objectsOf, (objects) => lackingObjects(objects, read));
    for (const finding of findings) this.#found('lfs', finding);
    if (this.#choices.fault !== 'kill-program')
      for (const one of falseObjects(path)) this.#found('lfs', `${one} is left`);
  }

  /** Looks for what a program that ended by itself must not leave. */
  #judgeFiles({ signal }: Ended): void {
    const left = readdirSync(this.#places.tmp);
    const { way } = this.#choices;
    // Only a killed program may leave its copy of a source, or its search for pointers.
    const mayStay = signal !== null && (way === 'staged' || way === 'lfs' || way === 'lfs-folder');
    const found = mayStay ? left.filter((name) => !name.startsWith('push-mirror-')) : left;
    for (const name of found) this.#found('file', `is left in the temporary folder: ${name}`);
    for (const name of left) rmSync(`${this.#places.tmp}/${name}`, { recursive: true, force: true });
  }

  /** A program of git that was killed leaves its locks: whoever killed it takes them away. */
  #removeLocks(): void {
    for (const { path } of this.#ends.targets) for (const lock of stateOf(path).locks) rmSync(lock);
  }

  async #converge(): Promise<void> {
    rmSync(this.#places.bin, { recursive: true });
    mkdirSync(this.#places.bin);
    const ended = await this.#call(TIMEOUT.calm).ended;
    await this.#settle(ended);
    const words = (): string => `${ended.signal ?? ended.code}: ${ended.stderr.slice(-WORDS)}`;
    let isWanted = true;
    for (const target of this.#ends.targets) {
      const subject = this.#caseOf(target);
      isWanted &&= subject.wanted.updateStatus === 'finished';
      const { problems } = subject.after;
      if (problems !== '') this.#found('next run', `git fsck: ${problems}`);
      if (!this.#isUnprotected && !isAsWanted(subject))
        this.#found('next run', `leaves ${target.name} unlike the source: ${words()}`);
    }
    if (!this.#isUnprotected && ended.code !== (isWanted ? 0 : 1)) this.#found('next run', `ended with ${words()}`);
    for (const name of readdirSync(this.#places.tmp)) this.#found('next run', `leaves ${name}`);
  }

  #reportsOf(ended: Ended): ReadonlyMap<string, Report> | undefined {
    try {
      return reportsIn(ended);
    } catch (error) {
      this.#found('report', `is no JSON: ${String(error)}`);
      return undefined;
    }
  }

  #caseOf({ path, scene }: Target): Case {
    const after: State = stateOf(path);
    const wanted = wantedOf(fixtureOf(this.#world, this.#choices), scene, this.#choices.policy);
    return { before: this.#before.get(path) ?? new Map(), after, wanted, source: this.#source };
  }

  /** True where bytes change on a way without checksums: nobody could tell a changed name of a ref. */
  get #isUnprotected(): boolean {
    const { way, fault } = this.#choices;
    return way === 'http' && (fault === 'flip' || fault === 'repeat');
  }

  /** True where git itself may be killed, by the fault or because it does not end when asked to. */
  get #mayLeaveLocks(): boolean {
    const { way, fault } = this.#choices;
    const isOnPipes = way === 'folder' || way === 'lfs-folder';
    return fault === 'kill-target' || (isOnPipes && (fault === 'cut' || fault === 'withhold'));
  }

  #found(where: string, finding: string): void {
    this.#findings.push(`${where}: ${finding}`);
  }
}

/** Bytes on a disk that is to become full: less than a run needs, or a little more. */
function spaceFor({ way, fault, share }: Choices, traffic: Traffic | undefined): number {
  // Over SSH a key is all that is written to the temporary folder.
  const needed = way === 'ssh' && fault === 'full-tmp' ? 8000 : (traffic?.source.from ?? 0) * 1.5;
  return Math.floor(share * needed);
}

function disksOf({ fault }: Choices, { disk, tmp }: Places): Disk[] {
  if (fault === 'full-target') return [Disk.mount(disk)];
  return fault === 'full-tmp' ? [Disk.mount(tmp)] : [];
}
