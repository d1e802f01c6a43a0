import { cpSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Workplace } from '../bench/workplace.js';
import { parseRunsArguments, type RunsOptions } from './options.js';

/** Result of a run, for whoever prints it. */
export interface Told {
  readonly number: number;
  readonly title: string;
  readonly findings: readonly string[];
}

/** A kind of runs: how they are prepared, made and summed up. */
export interface Campaign<T extends Told> {
  readonly help: string;
  readonly parallel: number;
  /** Prepares what all runs share. Returns how one is made, by its number, and how all are summed up. */
  readonly prepare: (options: RunsOptions, workplace: Workplace) => Promise<Runs<T>>;
}

export interface Runs<T extends Told> {
  readonly make: (number: number) => Promise<T>;
  readonly sumUp: (all: readonly T[]) => string;
}

/** Reads the arguments of this process, makes the runs, and sets the exit code: 1 if something was wrong with one. */
export async function runCampaign<T extends Told>(name: string, campaign: Campaign<T>): Promise<void> {
  try {
    const options = parseRunsArguments(process.argv.slice(2), campaign.parallel);
    if (options.help) process.stdout.write(campaign.help);
    else await run(options, campaign);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run<T extends Told>(options: RunsOptions, campaign: Campaign<T>): Promise<void> {
  const workplace = new Workplace(options.cache);
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      // The runs under way end by themselves; who does not want to wait sends another signal.
      if (isStopped) process.exit(1);
      isStopped = true;
    });
  const done: T[] = [];
  try {
    // A copy, so that a build that is made meanwhile changes nothing.
    const program = join(workplace.join('program'), basename(options.program));
    cpSync(dirname(options.program), dirname(program), { recursive: true });
    const { make, sumUp } = await campaign.prepare({ ...options, program }, workplace);
    let next = options.from;
    const end = options.from + options.runs;
    const work = async (): Promise<void> => {
      while (next < end && !isStopped) {
        const number = next;
        next += 1;
        const told = await make(number);
        done.push(told);
        if (told.findings.length > 0 || options.verbose) process.stdout.write(lineOf(told));
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, work));
    process.stdout.write(`${sumUp(done)}\n`);
    const failed = done.filter(({ findings }) => findings.length > 0).length;
    if (options.results !== undefined) writeFileSync(options.results, resultsOf(done.length - failed, failed));
    if (failed > 0 || done.length < options.runs) process.exitCode = 1;
  } finally {
    const isKept = options.keep && done.some(({ findings }) => findings.length > 0);
    if (isKept) process.stdout.write(`kept: ${workplace.path}\n`);
    await workplace.close(isKept);
  }
}

function lineOf({ number, title, findings }: Told): string {
  return `${number}: ${[title, ...findings].join('\n    ')}\n`;
}

/** The sums under the names of Jest's. */
function resultsOf(passed: number, failed: number): string {
  const nothing = { numPendingTests: 0, numTodoTests: 0, numRuntimeErrorTestSuites: 0 };
  return `${JSON.stringify({ numPassedTests: passed, numFailedTests: failed, ...nothing })}\n`;
}
