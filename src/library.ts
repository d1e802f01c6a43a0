import { typeProblems } from './library/check.js';
import { libraryName } from './library/names.js';
import type { MirrorOptions } from './library/options.js';
import { readProperties } from './library/values.js';
import { ConfigurationError } from './options/configuration-error.js';
import { connectAndMirror } from './mirror/connect.js';
import type { Log } from './options/log.js';
import { currentFolder } from './protocol/absolute-path.js';
import { systemClock } from './protocol/clock.js';
import { secretsOf } from './options/given-secrets.js';
import { parseOptions, type Options } from './options/options.js';
import type { RawOptions } from './options/raw.js';
import { regexCompiler, type RegexCompiler } from './options/selection.js';
import { readSurroundings } from './options/surroundings.js';
import { proxyIn } from './options/proxy.js';
import { reportOf } from './report/report.js';
import { ServerLines } from './report/server-lines.js';
import type { Report, ReportedRef } from './report/report-shape.js';
import { agent } from './version.js';

export { ConfigurationError };
export type { MirrorOptions, Report, ReportedRef };

/**
 * Brings a target repository to the state of a source repository.
 *
 * @returns the outcome of every ref. A remote that failed, or refused a ref, is in it too: `update_status` is `failed`
 * @throws {ConfigurationError} if the options are wrong: nothing was done then
 */
export async function mirror(options: MirrorOptions): Promise<Report> {
  const problems = typeProblems(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { environment = process.env, signal = new AbortController().signal, onLine = () => undefined } = options;
  const raw = { ...readProperties(options), surroundings: readSurroundings(environment) };
  const secrets = secretsOf(raw);
  const compileRegex = await regexCompiler(raw['mirror-branch-regex'] !== '');
  const checked = parse(raw, compileRegex, (text) => secrets.redact(text));
  const servers = new ServerLines(secrets);
  const log = lineLog(servers, (line) => hand(secrets.redact(line), onLine));
  const result = await connectAndMirror(checked, {
    log,
    signal,
    clock: systemClock,
    environment,
    agent: agent(),
    proxyFor: proxyIn(environment),
    onSecret: (secret) => void secrets.add(secret),
  });
  for (const { end, text } of servers.rest()) if (end === 'target') log.info(text);
  return reportOf(checked, result, secrets);
}

function parse(raw: RawOptions, compile: RegexCompiler, redact: (text: string) => string): Options {
  try {
    return parseOptions(raw, libraryName, currentFolder(process), compile);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.problems.map(redact));
  }
}

/** Hands a line on. A listener that throws must not end a push that is under way. */
function hand(line: string, onLine: (line: string) => void): void {
  try {
    onLine(line);
  } catch {
    // It had the line.
  }
}

function lineLog(servers: ServerLines, write: (line: string) => void): Log {
  return {
    debug: () => undefined,
    info: write,
    warn: (line) => write(`warning: ${line}`),
    remote: (end, line) => {
      if (end === 'target') for (const { text } of servers.take(end, line)) write(text);
    },
    progress: () => undefined,
  };
}
