import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { git } from '../__tests__/repositories/git.js';
import { compare, measureCriticalPath, type Say } from './compare.js';
import { generatedRepository } from './generate.js';
import { benchLfs } from './lfs.js';
import { Loopback } from './loopback.js';
import { CRITICAL_PATH, GIT_NAMES, HELP, parseBenchArguments, type BenchOptions } from './options.js';
import { machineLine, page } from './page.js';
import { figuresOf, prepareBase } from './repositories.js';
import type { BenchResult, LfsResult, Machine, RepositoryResult, ScenarioResult } from './results.js';
import { Ring } from './ring.js';
import { SCENARIOS } from './scenarios.js';
import { criticalPathTable, describe, describeLfs, lfsTable, ownMemoryLine, scenarioTable } from './tables.js';
import { Workplace } from './workplace.js';

async function main(): Promise<void> {
  const options = parseBenchArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const workplace = new Workplace(options.cache);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Not once: a second signal must not end the process before the first has tidied up.
    process.on(signal, () => {
      void workplace.close().finally(() => process.exit(1));
    });
  }
  try {
    await bench(options, workplace);
  } finally {
    await workplace.close();
  }
}

async function bench(options: BenchOptions, workplace: Workplace): Promise<void> {
  // A copy, so that a build that is made meanwhile does not change what is measured.
  cpSync('dist/cli', workplace.join('program'), { recursive: true });
  const program = workplace.join('program', 'index.js');
  const machine = thisMachine(program);
  print(`${machineLine(machine)}\n`);
  const repositories = await benchRepositories(options, workplace, program);
  const lfs = await benchLfs(options, workplace, program, say);
  if (lfs !== undefined) showLfs(lfs);
  const result: BenchResult = { machine, runs: options.runs, repositories, ...(lfs === undefined ? {} : { lfs }) };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (options.markdown !== undefined) writeFileSync(options.markdown, page(result));
  checkDisk([...repositories, ...(lfs === undefined ? [] : [lfs])].flatMap(({ scenarios }) => scenarios));
}

async function benchRepositories(
  options: BenchOptions,
  workplace: Workplace,
  program: string,
): Promise<RepositoryResult[]> {
  const results: RepositoryResult[] = [];
  if (!options.scenarios.some((name) => GIT_NAMES.includes(name))) return results;
  if (options.generated) {
    say('Making the generated repository, unless it is in the cache');
    const generated = await generatedRepository(options.cache);
    results.push(await benchRepository(generated, true, options, workplace.join('generated'), program));
  }
  for (const [number, path] of options.repositories.entries()) {
    results.push(await benchRepository(path, false, options, workplace.join(`given-${number}`), program));
  }
  return results;
}

async function benchRepository(
  path: string,
  isGenerated: boolean,
  { scenarios: names, runs }: BenchOptions,
  folder: string,
  program: string,
): Promise<RepositoryResult> {
  mkdirSync(folder);
  say('Copying the repository');
  const base = prepareBase(path, join(folder, 'base.git'));
  const loopback = await Loopback.start(folder);
  try {
    const ring = new Ring({ folder, loopback, base, program });
    const scenarios: ScenarioResult[] = [];
    for (const scenario of SCENARIOS.filter(({ name }) => names.includes(name))) {
      scenarios.push(await compare(ring, scenario, runs, say));
    }
    const criticalPath = names.includes(CRITICAL_PATH) ? await measureCriticalPath(ring, runs, say) : [];
    const result: RepositoryResult = { figures: figuresOf(base, isGenerated), scenarios, criticalPath };
    show(result);
    return result;
  } finally {
    await loopback.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function show(result: RepositoryResult): void {
  print(`\n${describe(result.figures)}\n\n`);
  if (result.scenarios.length > 0) print(`${scenarioTable(result)}\n\n${ownMemoryLine(result)}\n`);
  if (result.criticalPath.length > 0) print(`\n${criticalPathTable(result.criticalPath)}\n`);
}

function showLfs(result: LfsResult): void {
  print(`\n${describeLfs(result.figures)}\n\n${lfsTable(result)}\n\n${ownMemoryLine(result)}\n`);
}

function checkDisk(scenarios: readonly ScenarioResult[]): void {
  const writers = scenarios.filter(({ pushMirror }) => pushMirror.some(({ disk }) => disk > 0));
  if (writers.length === 0) return;
  throw new Error(`push-mirror wrote files, which it should not: ${writers.map(({ title }) => title).join('; ')}`);
}

function thisMachine(program: string): Machine {
  return {
    cores: cpus().length,
    memory: totalmem(),
    git: git('/', ['version']).replace('git version ', ''),
    node: process.versions.node,
    pushMirror: execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' }).trim(),
  };
}

function print(text: string): void {
  process.stdout.write(text);
}

const say: Say = (line) => void process.stderr.write(`bench: ${line}\n`);

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
