import { typeProblems } from './library/check.js';
import { NAMES } from './library/names.js';
import type { MirrorOptions } from './library/options.js';
import { ConfigurationError } from './options/configuration-error.js';
import { connectAndMirror } from './mirror/connect.js';
import type { Log } from './options/log.js';
import { systemClock } from './protocol/clock.js';
import { parseOptions, type Options, type RawOptions } from './options/options.js';
import { regexCompiler, type RegexCompiler } from './options/selection.js';
import { secretsOf } from './options/secrets.js';
import { readSurroundings } from './options/surroundings.js';
import { trimmed } from './options/trimmed.js';
import { proxyIn } from './options/proxy.js';
import { reportOf } from './report/report.js';
import type { Report, ReportedRef } from './report/report-shape.js';
import { agent } from './version.js';

export { ConfigurationError };
export type { MirrorOptions, Report, ReportedRef };

/**
 * Brings a target repository to the state of a source repository.
 *
 * @returns what became of every ref. That a remote failed, or refused a ref, is in it too: `update_status` is `failed`
 * @throws {ConfigurationError} where the options are wrong: nothing was done then
 */
export async function mirror(options: MirrorOptions): Promise<Report> {
  const problems = typeProblems(options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { environment = process.env, signal = new AbortController().signal, onLine = () => undefined } = options;
  const raw = rawOf(options, environment);
  const secrets = secretsOf(raw);
  const compileRegex = await regexCompiler(raw.mirrorBranchRegex !== '');
  const checked = parse(raw, compileRegex, (text) => secrets.redact(text));
  const result = await connectAndMirror(checked, {
    log: lineLog((line) => told(onLine, secrets.redact(line))),
    signal,
    clock: systemClock,
    environment,
    agent: agent(),
    proxyFor: proxyIn(environment),
    onSecret: (secret) => secrets.add(secret),
  });
  return reportOf(checked, result, secrets);
}

function parse(raw: RawOptions, compile: RegexCompiler, redact: (text: string) => string): Options {
  try {
    return parseOptions(raw, NAMES, process.cwd(), compile);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(error.problems.map(redact));
  }
}

function rawOf(options: MirrorOptions, environment: NonNullable<MirrorOptions['environment']>): RawOptions {
  const flag = (value: boolean | undefined): string => (value === undefined ? '' : String(value));
  const ssh = { sshPrivateKey: options.sshPrivateKey ?? '', sshKnownHosts: options.sshKnownHosts ?? '' };
  const end = (url: string, username = '', token = ''): RawOptions['source'] => ({
    url,
    username: trimmed(username),
    token: trimmed(token),
    ...ssh,
  });
  return {
    source: end(options.source, options.sourceUsername, options.sourceToken),
    target: end(options.target, options.targetUsername, options.targetToken),
    onlyProtectedBranches: flag(options.onlyProtectedBranches),
    branches: options.branches ?? [],
    mirrorBranchRegex: options.mirrorBranchRegex ?? '',
    tags: options.tags ?? [],
    keepDivergentRefs: flag(options.keepDivergentRefs),
    ...howOf(options, flag),
    surroundings: readSurroundings(environment),
  };
}

type How =
  'prune' | 'lfs' | 'lfsUrl' | 'dryRun' | 'check' | 'pushOptions' | 'timeout' | 'caCertificate' | 'allowInsecureHttp';

function howOf(options: MirrorOptions, flag: (value: boolean | undefined) => string): Pick<RawOptions, How> {
  return {
    prune: options.prune ?? '',
    lfs: options.lfs ?? '',
    lfsUrl: options.lfsUrl ?? '',
    dryRun: flag(options.dryRun),
    check: flag(options.check),
    pushOptions: options.pushOptions ?? [],
    timeout: options.timeout === undefined ? '' : String(options.timeout),
    caCertificate: options.caCertificate ?? '',
    allowInsecureHttp: flag(options.allowInsecureHttp),
  };
}

/** What a listener throws must not end a push that is under way. */
function told(onLine: (line: string) => void, line: string): void {
  try {
    onLine(line);
  } catch {
    // It had the line.
  }
}

function lineLog(tell: (line: string) => void): Log {
  return {
    debug: () => undefined,
    info: tell,
    warn: (line) => tell(`warning: ${line}`),
    remote: (end, line) => (end === 'target' ? tell(`remote: ${line}`) : undefined),
    progress: () => undefined,
  };
}
