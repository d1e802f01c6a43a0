#!/usr/bin/env node
import { writeFile } from 'node:fs/promises';
import { LIST_NAMES, NAMES, parseArguments } from './cli/arguments.js';
import { HELP } from './cli/help.js';
import { TerminalLog } from './cli/terminal.js';
import { ConfigurationError } from './mirror/options.js';
import type { Secrets } from './mirror/secrets.js';
import { planMirrors, secretsOfPlan, type ListSettings, type MirrorPlan } from './mirrors/plan-mirrors.js';
import { runMirrors } from './mirrors/run-mirrors.js';
import { dotenvOf } from './report/dotenv.js';
import { runTable } from './report/list-table.js';
import { outputsOf, outputsOfProblems, type Outputs } from './report/outputs.js';
import { runReportOf } from './report/run-report.js';
import { proxyFor } from './proxy.js';
import { agent, VERSION } from './version.js';

type Mirroring = Extract<ReturnType<typeof parseArguments>, { kind: 'mirror' }>;

async function main(): Promise<number> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  if (invocation.kind === 'help') return print(HELP);
  if (invocation.kind === 'version') return print(`${VERSION}\n`);
  const settings = { names: NAMES, listNames: LIST_NAMES, environment: process.env, folder: process.cwd() };
  const secrets = secretsOfPlan(invocation.raw, invocation.list, settings);
  const plan = planned(invocation, settings);
  if (plan instanceof ConfigurationError) {
    const problems = plan.problems.map((problem) => secrets.redact(problem));
    process.stderr.write(problems.map((problem) => `push-mirror: ${problem}\n`).join(''));
    await writeDotenv(invocation.files.dotenv, outputsOfProblems(problems));
    return 2;
  }
  return run(invocation, plan, secrets);
}

function planned({ problems, raw, list }: Mirroring, settings: ListSettings): MirrorPlan | ConfigurationError {
  try {
    const plan = planMirrors(raw, list, settings);
    return problems.length === 0 ? plan : new ConfigurationError(problems);
  } catch (error) {
    if (error instanceof ConfigurationError) return new ConfigurationError([...problems, ...error.problems]);
    throw error;
  }
}

async function run({ json, verbose, files }: Mirroring, plan: MirrorPlan, secrets: Secrets): Promise<number> {
  const now = (): number => Date.now();
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => cancel.abort(new Error(`stopped by ${signal}`)));
  }
  const ends = await runMirrors(plan, {
    log: new TerminalLog(process.stderr, secrets, verbose, now),
    signal: cancel.signal,
    now,
    environment: process.env,
    agent: agent(),
    proxyFor,
    onSecret: (secret) => secrets.add(secret),
  });
  const run = runReportOf(plan, ends, secrets);
  const whole = `${JSON.stringify(run.report, undefined, 2)}\n`;
  if (files.report !== '') await writeFile(files.report, whole);
  await writeDotenv(files.dotenv, outputsOf(run));
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  print(json ? whole : `${runTable(run, isColoured)}\n`);
  return run.report.update_status === 'finished' ? 0 : 1;
}

async function writeDotenv(path: string, outputs: Outputs): Promise<void> {
  if (path !== '') await writeFile(path, dotenvOf(outputs));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main();
