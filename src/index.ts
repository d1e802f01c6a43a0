import { setFailed, setSecret } from '@actions/core';
import { context } from '@actions/github';
import { tmpdir } from 'node:os';
import { NAMES, readInputs } from './action/inputs.js';
import { ActionLog } from './action/log.js';
import { publish, publishProblems, publishSkip } from './action/outputs.js';
import { reasonToSkip } from './action/skip.js';
import { connectAndMirror } from './mirror/connect.js';
import { ConfigurationError, parseOptions, type Options } from './mirror/options.js';
import { secretsOf, type Secrets } from './mirror/secrets.js';
import { readSurroundings } from './mirror/surroundings.js';
import { reportOf } from './report/report.js';
import { table } from './report/table.js';
import { proxyFor } from './proxy.js';
import { agent } from './version.js';

async function main(): Promise<number> {
  const raw = readInputs(readSurroundings(process.env));
  const secrets = secretsOf(raw);
  for (const secret of secrets.given) setSecret(secret);
  const skip = reasonToSkip(raw, { actor: context.actor, payload: context.payload });
  if (skip !== undefined) {
    await publishSkip(skip, hasSummary());
    return 0;
  }
  try {
    return await run(parseOptions(raw, NAMES, process.cwd()), secrets);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    await publishProblems(error.problems.map((problem) => secrets.redact(problem)));
    return 2;
  }
}

async function run(options: Options, secrets: Secrets): Promise<number> {
  const now = (): number => Date.now();
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => cancel.abort(new Error(`stopped by ${signal}`)));
  }
  const log = new ActionLog(secrets, now);
  log.info(`Mirroring ${secrets.redact(options.source.display)} to ${secrets.redact(options.target.display)}`);
  const result = await connectAndMirror(options, {
    log,
    signal: cancel.signal,
    now,
    environment: process.env,
    agent: agent(),
    proxyFor,
    onSecret: (secret) => {
      secrets.add(secret);
      setSecret(secret);
    },
  });
  const report = reportOf(options, result, secrets);
  log.info(table(report, false));
  await publish(report, { folder: process.env.RUNNER_TEMP ?? tmpdir(), hasSummary: hasSummary() });
  return report.update_status === 'finished' ? 0 : 1;
}

function hasSummary(): boolean {
  return (process.env.GITHUB_STEP_SUMMARY ?? '') !== '';
}

try {
  process.exitCode = await main();
} catch (error) {
  setFailed(error instanceof Error ? error : String(error));
}
