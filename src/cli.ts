#!/usr/bin/env node
import { parseArguments } from './cli/arguments.js';
import { helpText } from './cli/help.js';
import type { Secrets } from './redaction/secrets.js';
import { isError } from './protocol/errors.js';
import { endProcess } from './protocol/stopping.js';
import { agent, VERSION } from './version.js';

/** The secrets that are known by now. */
let known: Secrets | undefined;
/** The output is all that the command was asked for; otherwise it only tells what was done. */
let isOutputAll = true;

async function main(): Promise<number> {
  const invocation = parseArguments(process.argv.slice(2), process.env);
  isOutputAll = invocation.kind !== 'mirror' || invocation.json;
  if (invocation.kind === 'help') return print(helpText());
  if (invocation.kind === 'version') return print(`${VERSION}\n`);
  const { runCommand } = await import('./cli/run.js');
  return runCommand(invocation, process, agent(), (secrets) => (known = secrets));
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(error: unknown): number {
  const text = isError(error) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`push-mirror: ${known?.redact(text) ?? text}\n`);
  return 1;
}

let isUnwritten = false;
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // A reader of the output may close it early.
  if (isUnwritten || code === 'EPIPE') return;
  isUnwritten = true;
  process.stderr.write(`push-mirror: warning: the output could not be written (${code ?? 'unknown'}).\n`);
});
process.stderr.on('error', () => undefined);
// A run without an end is no success. An `await` at the top level would keep the bundler from joining the modules.
process.exitCode = 1;
// No connection heeds it, but Node.js would warn that all of them are insecure.
delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
// On Windows, no program that is named without a folder is taken from the current one.
process.env.NoDefaultCurrentDirectoryInExePath = '1';
void main()
  .catch(fail)
  .then((code) => endProcess(process, () => (code === 0 && isUnwritten && isOutputAll ? 1 : code)));
