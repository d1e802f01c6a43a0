import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { TestRepository } from '../__tests__/repositories/git.js';
import type { Report } from '../src/report/report.js';
import type { LfsObjects } from './lfs-objects.js';
import { Loopback, type ServerTraffic } from './loopback.js';
import { measure, type Command, type Cost } from './measure.js';
import { copyRepository } from './repositories.js';
import type { Scenario } from './scenarios.js';

/** Who is measured. */
export type Contender = 'push-mirror' | 'git';

/** What one run of a contender cost. */
export interface Measurement extends Cost, ServerTraffic {}

/** What a ring is made of. */
export interface RingSettings {
  /** Where the contenders work. */
  readonly folder: string;
  readonly loopback: Loopback;
  /** The repository from which sources and targets are made. */
  readonly base: TestRepository;
  /** The command's bundle. */
  readonly program: string;
  /** If Git LFS objects are mirrored, too. */
  readonly lfs?: LfsObjects;
}

/** How push-mirror is told to mirror Git LFS objects. */
const WITH_LFS: readonly string[] = ['--lfs', 'always'];

/** Where the contenders meet: a source, a target that is made anew for each run, the servers, and the referee. */
export class Ring {
  readonly loopback: Loopback;
  readonly #folder: string;
  readonly #program: string;
  readonly #base: TestRepository;
  readonly #lfs: LfsObjects | undefined;

  constructor({ folder, loopback, base, program, lfs }: RingSettings) {
    this.loopback = loopback;
    this.#folder = folder;
    this.#base = base;
    this.#program = program;
    this.#lfs = lfs;
  }

  /** Makes the source of a scenario. */
  setSource(change: Scenario['change']): TestRepository {
    const path = this.loopback.sourcePath;
    rmSync(path, { recursive: true, force: true });
    const source = copyRepository(this.#base.path, path);
    change(source);
    return source;
  }

  /** Lets a contender mirror the source into a target that nobody has pushed to, and checks the result. */
  async run(contender: Contender, scenario: Scenario, options: readonly string[] = []): Promise<Measurement> {
    this.#setTarget(scenario.startsEmpty);
    const commands = contender === 'git' ? this.#gitCommands() : [this.#ownCommand(options)];
    const { measurement, stdout } = await this.time(commands);
    this.#verify(contender, scenario, stdout);
    return measurement;
  }

  /** Runs programs in an empty folder, and counts what they cost. */
  async time(commands: readonly Command[]): Promise<{ measurement: Measurement; stdout: string }> {
    const work = join(this.#folder, 'work');
    mkdirSync(work);
    this.loopback.forget();
    try {
      const { cost, stdout } = await measure(commands, work);
      return { measurement: { ...cost, ...this.loopback.traffic }, stdout };
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }

  #ownCommand(options: readonly string[]): Command {
    const { sourceUrl, targetUrl } = this.loopback;
    const lfs = this.#lfs === undefined ? [] : WITH_LFS;
    return [process.execPath, this.#program, '--json', ...lfs, ...options, sourceUrl, targetUrl];
  }

  #gitCommands(): Command[] {
    const { sourceUrl, targetUrl } = this.loopback;
    const clone: Command = ['git', 'clone', '--quiet', '--mirror', sourceUrl, 'clone'];
    const push: Command = ['git', '-C', 'clone', 'push', '--quiet', '--mirror', targetUrl];
    if (this.#lfs === undefined) return [clone, push];
    const lfs: Command = ['git', '-C', 'clone', 'lfs'];
    return [clone, [...lfs, 'fetch', '--all'], push, [...lfs, 'push', '--all', targetUrl]];
  }

  #setTarget(isEmpty: boolean): void {
    this.#lfs?.setTarget(isEmpty);
    const path = this.loopback.targetPath;
    rmSync(path, { recursive: true, force: true });
    if (isEmpty) TestRepository.create(path);
    else copyRepository(this.#base.path, path);
  }

  #verify(contender: Contender, scenario: Scenario, stdout: string): void {
    const source = TestRepository.at(this.loopback.sourcePath);
    const target = TestRepository.at(this.loopback.targetPath);
    if (!isDeepStrictEqual(source.refs(), target.refs())) {
      throw new Error(`${scenario.title}: after ${contender} the target's branches and tags are not the source's.`);
    }
    const brought = this.#lfs?.verify(source, `${scenario.title}: after ${contender}`);
    if (contender === 'git') return;
    const { counts, lfs } = JSON.parse(stdout) as Report;
    const { unchanged: _, ...changes } = counts;
    const said = Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
    const isBrought = brought === undefined || lfs?.uploaded === brought;
    if (isBrought && isDeepStrictEqual(said, scenario.expected(source))) return;
    throw new Error(`${scenario.title}: push-mirror reports ${JSON.stringify({ ...said, lfs })}.`);
  }
}
