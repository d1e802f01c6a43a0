#!/usr/bin/env node
import { rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LIST_NAMES, NAMES, parseArguments } from './cli/arguments.js';
import { HELP } from './cli/help.js';
import { TerminalLog } from './cli/terminal.js';
import { ConfigurationError } from './options/options.js';
import type { Secrets } from './options/secrets.js';
import { givenMirrors, listReader, withProblems, type GivenMirrors, type MirrorPlan } from './list/plan-mirrors.js';
import { runMirrors } from './list/run-mirrors.js';
import { systemClock } from './protocol/clock.js';
import { isError } from './protocol/errors.js';
import { printable } from './protocol/printable.js';
import { dotenvOf } from './report/views/dotenv.js';
import { runTable } from './report/views/list.js';
import { outputsOf, outputsOfError } from './report/views/outputs.js';
import { runReportOf } from './report/run-report.js';
import { withoutCommands, withoutCommandsInJson } from './report/workflow-commands.js';
import { proxyIn } from './options/proxy.js';
import { agent, VERSION } from './version.js';

/** The secrets that are known by now. */
let known: Secrets | undefined;

type Mirroring = Extract<ReturnType<typeof parseArguments>, { kind: 'mirror' }>;
type Files = Mirroring['files'];

async function main(): Promise<number> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  if (invocation.kind === 'help') return print(HELP);
  if (invocation.kind === 'version') return print(`${VERSION}\n`);
  const settings = { names: NAMES, listNames: LIST_NAMES, environment: process.env, folder: process.cwd() };
  const { raw, list } = invocation;
  const given = givenMirrors(raw, list, settings, await listReader(list));
  known = given.secrets;
  const plan = planned(invocation.problems, given);
  const clashes = await clashesOf(invocation);
  const files = clashes.length === 0 ? invocation.files : { report: '', dotenv: '' };
  const unwritable = [...clashes, ...(await begun(files))];
  const problems = [...(plan instanceof ConfigurationError ? plan.problems : []), ...unwritable];
  if (plan instanceof ConfigurationError || unwritable.length > 0)
    return refuse(
      problems.map((problem) => given.secrets.redact(problem)),
      files,
    );
  return run(invocation, plan, given.secrets);
}

function planned(problems: readonly string[], given: GivenMirrors): MirrorPlan | ConfigurationError {
  try {
    return withProblems(problems, given.plan);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

async function refuse(problems: readonly string[], { dotenv }: Files): Promise<number> {
  process.stderr.write(problems.map((problem) => `push-mirror: ${problem}\n`).join(''));
  await written('--dotenv', dotenv, dotenvOf(outputsOfError({ message: problems.join(' '), code: 'configuration' })));
  return 2;
}

async function run({ json, verbose, files }: Mirroring, plan: MirrorPlan, secrets: Secrets): Promise<number> {
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => cancel.abort(new Error(`stopped by ${signal}`)));
  }
  const ends = await runMirrors(plan, {
    log: new TerminalLog(process.stderr, secrets, verbose, systemClock.now),
    signal: cancel.signal,
    clock: systemClock,
    environment: process.env,
    agent: agent(),
    proxyFor: proxyIn(process.env),
    onSecret: (secret) => secrets.add(secret),
  });
  const run = runReportOf(plan, ends, secrets);
  const whole = `${JSON.stringify(run.report, undefined, 2)}\n`;
  const unwritten = [
    ...(await written('--report', files.report, whole)),
    ...(await written('--dotenv', files.dotenv, dotenvOf(outputsOf(run)))),
  ];
  process.stderr.write(unwritten.map((problem) => `push-mirror: ${problem}\n`).join(''));
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  print(json ? withoutCommandsInJson(whole) : `${withoutCommands(runTable(run, isColoured))}\n`);
  return run.report.update_status === 'finished' && unwritten.length === 0 ? 0 : 1;
}

/** What is written must not take the place of what is read, nor of one another; anything may go to a device. */
async function clashesOf({ list, files }: Mirroring): Promise<string[]> {
  const named: readonly (readonly [string, string])[] = [
    ['--mirrors', list.mirrors],
    ['--report', files.report],
    ['--dotenv', files.dotenv],
  ];
  const problems: string[] = [];
  for (const [index, [name, path]] of named.entries()) {
    const other = named.slice(0, index).find(([, one]) => one !== '' && resolve(one) === resolve(path));
    if (path === '' || other === undefined || (await isDevice(path))) continue;
    problems.push(`${name} is "${printable(path, 300)}", the same file as ${other[0]}: give another one.`);
  }
  return problems;
}

async function isDevice(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** What a run before this one left there would be taken for this one's, whatever becomes of this one. */
async function begun({ report, dotenv }: Files): Promise<string[]> {
  const unwritable = await written('--report', report, '');
  if (report !== '' && unwritable.length === 0 && !(await isDevice(report))) await rm(report);
  const noEnd = outputsOfError({ message: 'The run did not end.', code: 'not-ended' });
  return [...unwritable, ...(await written('--dotenv', dotenv, dotenvOf(noEnd)))];
}

/** Writes a file that was asked for. Why it could not be written, if so. */
async function written(option: string, path: string, text: string): Promise<string[]> {
  if (path === '') return [];
  try {
    await writeFile(path, text);
    return [];
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return [`${option} is "${printable(path, 300)}", which cannot be written (${code}).`];
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// Whoever reads what is printed may have read enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.exitCode = 1;
});
try {
  process.exitCode = await main();
} catch (error) {
  const text = isError(error) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`push-mirror: ${known?.redact(text) ?? text}\n`);
  process.exitCode = 1;
}
