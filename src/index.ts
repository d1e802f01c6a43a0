import { inputName, readInputs } from './action/inputs.js';
import { setFailed, warning } from './action/annotations.js';
import { readOrigin } from './action/event.js';
import { ActionLog } from './action/log.js';
import { Runner } from './action/runner.js';
import { canSignIn, reasonToSkip } from './action/skip.js';
import { ConfigurationError } from './options/options.js';
import { secretsOf } from './options/given-secrets.js';
import type { Secrets } from './redaction/secrets.js';
import { regexCompiler } from './options/selection.js';
import { readSurroundings } from './options/surroundings.js';
import { loadListReader, readGiven, type MirrorPlan } from './list/plan-mirrors.js';
import { runMirrors } from './list/run-mirrors.js';
import { commitPages } from './report/commit-pages.js';
import { runReportOf } from './report/run-report.js';
import { runTable } from './report/views/list.js';
import { plain } from './report/views/paint.js';
import { currentFolder } from './protocol/absolute-path.js';
import { systemClock } from './protocol/clock.js';
import { endProcess, StopSignals } from './protocol/stopping.js';
import { proxyIn } from './options/proxy.js';
import { agent } from './version.js';

/** The secrets that are known by now. */
let known: Secrets | undefined;

async function main(): Promise<number> {
  const raw = readInputs(readSurroundings(process.env));
  known = secretsOf(raw);
  const compileRegex = await regexCompiler(raw['mirror-branch-regex'] !== '' || raw.mirrors !== '');
  const settings = { names: inputName, environment: process.env, folder: currentFolder(process), compileRegex };
  const { raws, secrets, plan } = readGiven(raw, settings, await loadListReader(raw));
  known = secrets;
  const runner = new Runner(process.env, secrets);
  for (const secret of secrets.given) runner.mask(secret);
  const skip = raws.some(canSignIn) ? undefined : reasonToSkip(await readOrigin(process.env, warnOfEvent));
  if (skip !== undefined) {
    const { publishSkip } = await import('./action/publish.js');
    publishSkip(skip, runner);
    return 0;
  }
  try {
    return await run(plan(), secrets, runner);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { publishProblems } = await import('./action/publish.js');
    publishProblems(
      error.problems.map((problem) => secrets.redact(problem)),
      runner,
    );
    return 1;
  }
}

function warnOfEvent(sentence: string): void {
  warning(sentence, { title: 'push-mirror' });
}

async function run(plan: MirrorPlan, secrets: Secrets, runner: Runner): Promise<number> {
  const stop = new StopSignals(process);
  const log = new ActionLog(secrets, systemClock.now);
  for (const { options } of plan.mirrors)
    log.info(`Mirroring ${secrets.redact(options.source.display)} to ${secrets.redact(options.target.display)}`);
  const ends = await runMirrors(plan, {
    log,
    signal: stop.signal,
    clock: systemClock,
    environment: process.env,
    agent: agent(),
    proxyFor: proxyIn(process.env),
    onSecret: (secret) => {
      if (secrets.add(secret)) runner.mask(secret);
    },
  });
  stop.off();
  log.end();
  const report = runReportOf(plan, ends, secrets);
  log.info(runTable(report, plain));
  const { publish } = await import('./action/publish.js');
  await publish(
    report,
    runner,
    ends.mirrors.map(({ options }) => commitPages(options)),
  );
  return report.report.update_status === 'finished' ? 0 : 1;
}

let isUnheard = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (isUnheard) return;
    isUnheard = true;
    process.stderr.write(`push-mirror: warning: the log could not be written (${code ?? 'unknown'}).\n`);
  });
}
// A run that comes to no end has not succeeded. An `await` out here would keep the bundler from joining the modules.
process.exitCode = 1;
// No connection heeds it, but Node.js would warn that all of them are insecure.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
// On Windows, no program that is named without a folder is taken from the current one.
process.env.NoDefaultCurrentDirectoryInExePath = '1';
void main()
  .catch((error: unknown) => {
    setFailed(known?.redact(String(error)) ?? String(error));
    return 1;
  })
  .then((code) => endProcess(process, () => code));
