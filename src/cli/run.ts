import { loadListReader, readGiven, withProblems, type GivenMirrors, type MirrorPlan } from '../list/plan-mirrors.js';
import { runMirrors } from '../list/run-mirrors.js';
import { ConfigurationError } from '../options/options.js';
import { proxyIn } from '../options/proxy.js';
import type { RawOptions } from '../options/raw.js';
import type { Secrets } from '../redaction/secrets.js';
import { regexCompiler } from '../options/selection.js';
import { currentFolder } from '../protocol/absolute-path.js';
import { systemClock } from '../protocol/clock.js';
import { printableJson } from '../protocol/printable.js';
import { StopSignals, type StoppableProcess } from '../protocol/stopping.js';
import { runReportOf } from '../report/run-report.js';
import { dotenvOf } from '../report/views/dotenv.js';
import { runTable } from '../report/views/list.js';
import { coloured, plain } from '../report/views/paint.js';
import { outputsOf, outputsOfError } from '../report/views/outputs.js';
import { withoutCommands } from '../report/workflow-commands.js';
import type { Invocation } from './arguments.js';
import { ReportFiles, type NamedPlace } from './files.js';
import { commandName } from './names.js';
import { TerminalLog } from './terminal.js';

type Mirroring = Extract<Invocation, { kind: 'mirror' }>;

/** The parts of the process that a run needs. */
export type CommandProcess = StoppableProcess & Pick<NodeJS.Process, 'cwd' | 'env' | 'stderr' | 'stdout'>;

/**
 * Makes the mirrors that the command line asks for.
 *
 * @param agent name and version by which servers know the program
 * @param onSecrets takes all secrets before anything else is done
 * @returns the exit code
 */
export async function runCommand(
  invocation: Mirroring,
  process: CommandProcess,
  agent: string,
  onSecrets: (secrets: Secrets) => void,
): Promise<number> {
  const { raw } = invocation;
  const compileRegex = await regexCompiler(raw['mirror-branch-regex'] !== '' || raw.mirrors !== '');
  const settings = { names: commandName, environment: process.env, folder: currentFolder(process), compileRegex };
  const given = readGiven(raw, settings, await loadListReader(raw));
  onSecrets(given.secrets);
  const plan = planOrProblems(invocation.problems, given);
  const out = new ReportFiles([process.stdout, process.stderr]);
  const clashes = await out.clashes(invocation.files, placesOf(raw, plan));
  const files = clashes.length === 0 ? invocation.files : { report: '', dotenv: '' };
  const noEnd = outputsOfError({ message: 'The run did not end.', code: 'not-ended' });
  const unwritable = [...clashes, ...(await out.start(files, dotenvOf(noEnd)))];
  const problems = [...(plan instanceof ConfigurationError ? plan.problems : []), ...unwritable];
  if (plan instanceof ConfigurationError || unwritable.length > 0) {
    const shown = problems.map((problem) => given.secrets.redact(problem));
    process.stderr.write(shown.map((problem) => `push-mirror: ${problem}\n`).join(''));
    const outputs = outputsOfError({ message: shown.join(' '), code: 'configuration' });
    await out.write(files, { dotenv: dotenvOf(outputs) });
    return 2;
  }
  return run(invocation, plan, { secrets: given.secrets, agent, out }, process);
}

/** The files that the run reads, and the repositories on this machine that it mirrors. */
function placesOf(raw: RawOptions, plan: MirrorPlan | ConfigurationError): NamedPlace[] {
  const read = (['mirrors', 'ca-certificate'] as const)
    .map((option) => ({ name: commandName(option), path: raw[option] }))
    .filter(({ path }) => path !== '' && !path.includes('\n'));
  const mirrors = plan instanceof ConfigurationError ? [] : plan.mirrors;
  const repositories = mirrors.flatMap(({ options: { source, target } }) => [
    { name: `the source ${source.display}`, location: source.location },
    { name: `the target ${target.display}`, location: target.location },
  ]);
  return [
    ...read,
    ...repositories.flatMap(({ name, location }) => (location.kind === 'local' ? [{ name, path: location.path }] : [])),
  ];
}

function planOrProblems(problems: readonly string[], given: GivenMirrors): MirrorPlan | ConfigurationError {
  try {
    return withProblems(problems, given.plan);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
}

async function run(
  { json, verbose, files }: Mirroring,
  plan: MirrorPlan,
  { secrets, agent, out }: { readonly secrets: Secrets; readonly agent: string; readonly out: ReportFiles },
  process: CommandProcess,
): Promise<number> {
  const stop = new StopSignals(process);
  const log = new TerminalLog(process.stderr, secrets, verbose, systemClock.now);
  const ends = await runMirrors(plan, {
    log,
    signal: stop.signal,
    clock: systemClock,
    environment: process.env,
    agent,
    proxyFor: proxyIn(process.env),
    onSecret: (secret) => void secrets.add(secret),
  });
  stop.off();
  log.end();
  const run = runReportOf(plan, ends, secrets);
  const whole = `${printableJson(run.report, 2)}\n`;
  const unwritten = await out.write(files, { report: whole, dotenv: dotenvOf(outputsOf(run)) });
  for (const problem of unwritten)
    process.stderr.write(`push-mirror: warning: ${secrets.redact(problem)} What was mirrored stays mirrored.\n`);
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  process.stdout.write(json ? whole : `${withoutCommands(runTable(run, isColoured ? coloured : plain))}\n`);
  return run.report.update_status === 'finished' ? 0 : 1;
}
