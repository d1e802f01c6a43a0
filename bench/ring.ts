import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { TestRepository } from '../__tests__/repositories/git.js';
import type { Report } from '../src/report/report.js';
import { Loopback, type ServerTraffic } from './loopback.js';
import { measure, type Command, type Cost } from './measure.js';
import { copyRepository } from './repositories.js';
import type { Scenario } from './scenarios.js';

/** Who is measured. */
export type Contender = 'push-mirror' | 'git';

/** What one run of a contender cost. */
export interface Measurement extends Cost, ServerTraffic {}

/** Where the contenders meet: a source, a target that is made anew for each run, the servers, and the referee. */
export class Ring {
  readonly loopback: Loopback;
  readonly #folder: string;
  readonly #program: string;
  readonly #base: TestRepository;

  /**
   * @param base the repository from which sources and targets are made
   * @param program the command's bundle
   */
  constructor(folder: string, loopback: Loopback, base: TestRepository, program: string) {
    this.loopback = loopback;
    this.#folder = folder;
    this.#base = base;
    this.#program = program;
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
    const { sourceUrl, targetUrl } = this.loopback;
    const commands: readonly Command[] =
      contender === 'git'
        ? [
            ['git', 'clone', '--quiet', '--mirror', sourceUrl, 'clone'],
            ['git', '-C', 'clone', 'push', '--quiet', '--mirror', targetUrl],
          ]
        : [[process.execPath, this.#program, '--json', ...options, sourceUrl, targetUrl]];
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

  #setTarget(isEmpty: boolean): void {
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
    if (contender === 'git') return;
    const { counts } = JSON.parse(stdout) as Report;
    const { unchanged: _, ...changes } = counts;
    const said = Object.fromEntries(Object.entries(changes).filter(([, count]) => count > 0));
    if (isDeepStrictEqual(said, scenario.expected(source))) return;
    throw new Error(`${scenario.title}: push-mirror reports ${JSON.stringify(said)}.`);
  }
}
