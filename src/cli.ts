#!/usr/bin/env node
import { NAMES, parseArguments } from './cli/arguments.js';
import { HELP } from './cli/help.js';
import { TerminalLog } from './cli/terminal.js';
import { connectAndMirror } from './mirror/connect.js';
import { ConfigurationError, parseOptions, type Options } from './mirror/options.js';
import { secretsOf } from './mirror/secrets.js';
import { reportOf } from './report/report.js';
import { table } from './report/table.js';
import { proxyFor } from './proxy.js';
import { agent, VERSION } from './version.js';

type Mirroring = Extract<ReturnType<typeof parseArguments>, { kind: 'mirror' }>;

async function main(): Promise<number> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  if (invocation.kind === 'help') return print(HELP);
  if (invocation.kind === 'version') return print(`${VERSION}\n`);
  const options = checked(invocation);
  if (options instanceof ConfigurationError) {
    const lines = options.problems.map((problem) => `push-mirror: ${problem}\n`);
    process.stderr.write(secretsOf(invocation.raw).redact(lines.join('')));
    return 2;
  }
  return run(invocation, options);
}

function checked(invocation: Mirroring): Options | ConfigurationError {
  const { problems, raw } = invocation;
  try {
    const options = parseOptions(raw, NAMES, process.cwd());
    return problems.length === 0 ? options : new ConfigurationError(problems);
  } catch (error) {
    if (error instanceof ConfigurationError) return new ConfigurationError([...problems, ...error.problems]);
    throw error;
  }
}

async function run({ raw, json, verbose }: Mirroring, options: Options): Promise<number> {
  const now = (): number => Date.now();
  const secrets = secretsOf(raw);
  const cancel = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => cancel.abort(new Error(`stopped by ${signal}`)));
  }
  const log = new TerminalLog(process.stderr, secrets, verbose, now);
  const result = await connectAndMirror(options, {
    log,
    signal: cancel.signal,
    now,
    environment: process.env,
    agent: agent(),
    proxyFor,
    onSecret: (secret) => secrets.add(secret),
  });
  const report = reportOf(options, result, secrets);
  const isColoured = process.stdout.isTTY && !process.env.NO_COLOR;
  print(json ? `${JSON.stringify(report, undefined, 2)}\n` : `${table(report, isColoured)}\n`);
  return report.update_status === 'finished' ? 0 : 1;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main();
