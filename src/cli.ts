#!/usr/bin/env node
import { parseArguments } from './cli/arguments.js';
import { clashesOf, startFiles, writeFiles, type Files } from './cli/files.js';
import { helpText } from './cli/help.js';
import { commandName } from './cli/names.js';
import { TerminalLog } from './cli/terminal.js';
import { ConfigurationError } from './options/options.js';
import type { Secrets } from './options/secrets.js';
import { loadListReader, readGiven, withProblems, type GivenMirrors, type MirrorPlan } from './list/plan-mirrors.js';
import { runMirrors } from './list/run-mirrors.js';
import { systemClock } from './protocol/clock.js';
import { isError } from './protocol/errors.js';
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

async function main(): Promise<number> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  if (invocation.kind === 'help') return print(helpText());
  if (invocation.kind === 'version') return print(`${VERSION}\n`);
  const settings = { names: commandName, environment: process.env, folder: process.cwd() };
  const { raw } = invocation;
  const given = readGiven(raw, settings, await loadListReader(raw));
  known = given.secrets;
  const plan = planOrProblems(invocation.problems, given);
  const clashes = await clashesOf(raw, invocation.files);
  const files = clashes.length === 0 ? invocation.files : { report: '', dotenv: '' };
  const noEnd = outputsOfError({ message: 'The run did not end.', code: 'not-ended' });
  const unwritable = [...clashes, ...(await startFiles(files, dotenvOf(noEnd)))];
  const problems = [...(plan instanceof ConfigurationError ? plan.problems : []), ...unwritable];
  if (plan instanceof ConfigurationError || unwritable.length > 0)
    return refuse(
      problems.map((problem) => given.secrets.redact(problem)),
      files,
    );
  return run(invocation, plan, given.secrets);
}

function planOrProblems(problems: readonly string[], given: GivenMirrors): MirrorPlan | ConfigurationError {
  try {
    return withProblems(problems, given.plan);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

async function refuse(problems: readonly string[], files: Files): Promise<number> {
  process.stderr.write(problems.map((problem) => `push-mirror: ${problem}\n`).join(''));
  await writeFiles(files, { dotenv: dotenvOf(outputsOfError({ message: problems.join(' '), code: 'configuration' })) });
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
  const unwritten = await writeFiles(files, { report: whole, dotenv: dotenvOf(outputsOf(run)) });
  process.stderr.write(unwritten.map((problem) => `push-mirror: ${problem}\n`).join(''));
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  print(json ? withoutCommandsInJson(whole) : `${withoutCommands(runTable(run, isColoured))}\n`);
  return run.report.update_status === 'finished' && unwritten.length === 0 ? 0 : 1;
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
