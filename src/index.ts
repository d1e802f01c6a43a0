import { setFailed, setSecret } from '@actions/core';
import { context } from '@actions/github';
import { tmpdir } from 'node:os';
import { NAMES, readInputs } from './action/inputs.js';
import { ActionLog } from './action/log.js';
import { publish, publishProblems } from './action/outputs.js';
import { connectAndMirror } from './mirror/connect.js';
import { ConfigurationError, parseOptions, type Options, type RawOptions } from './mirror/options.js';
import { secretsOf } from './mirror/secrets.js';
import { reportOf } from './report/report.js';
import { table } from './report/table.js';
import { agent } from './version.js';

async function main(): Promise<number> {
  const raw = readInputs({ serverUrl: context.serverUrl, name: process.env.GITHUB_REPOSITORY ?? '' });
  const secrets = secretsOf(raw);
  for (const secret of secrets.given) setSecret(secret);
  try {
    return await run(parseOptions(raw, NAMES, process.cwd()), raw);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    await publishProblems(error.problems.map((problem) => secrets.redact(problem)));
    return 2;
  }
}

async function run(options: Options, raw: RawOptions): Promise<number> {
  const secrets = secretsOf(raw);
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
  });
  const report = reportOf(options, result, secrets);
  log.info(table(report, false));
  const { RUNNER_TEMP: folder = tmpdir(), GITHUB_STEP_SUMMARY: summaryFile = '' } = process.env;
  await publish(report, { folder, hasSummary: summaryFile !== '' });
  return report.update_status === 'finished' ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  setFailed(error instanceof Error ? error : String(error));
}
