import { forgeTitles, hasForge, hostOfForge } from '../hosts/forge.js';
import { parseLocation, type Location } from '../protocol/location.js';
import { isUserinfoEncoded, shownUrl } from '../protocol/userinfo.js';
import type { Tell } from './attempt.js';
import { Checks } from './checks.js';
import { ConfigurationError } from './configuration-error.js';
import { readEndpoint, type Endpoint } from './endpoint.js';
import { readLfsUrl, type LfsUrl } from './lfs-url.js';
import type { Policy } from './policy.js';
import type { Choice, OptionNames, RawOptions } from './raw.js';
import { noRegex, selection, type SelectionRules } from './selection.js';
import { refuseDebugOutput } from './debug-output.js';
import type { Surroundings } from './surroundings.js';
import { urlOf } from '../protocol/url.js';

export { ConfigurationError };

/** Everything a run needs to know, checked. */
export interface Options {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly policy: Policy;
  readonly rules: SelectionRules;
  /** Mirror only the branches that the source's host protects. */
  readonly onlyProtectedBranches: boolean;
  /** Spelling of the option `branches`, for messages. */
  readonly branchesName: string;
  /** Tells whether the target's default branch may be changed. */
  readonly defaultBranch: Choice<'default-branch'>;
  /** Tells where Git LFS objects are looked for. */
  readonly lfs: Choice<'lfs'>;
  /** Server for the target's Git LFS objects, if not the target itself. */
  readonly lfsUrl: LfsUrl | undefined;
  /** Server of the source's Git LFS objects, if the source does not name the right one itself. */
  readonly sourceLfsUrl: LfsUrl | undefined;
  /** Send what signs in over plain http, too. */
  readonly allowInsecureHttp: boolean;
  readonly dryRun: boolean;
  /** Change nothing, and fail if the target is not as the policy wants it. */
  readonly check: boolean;
  readonly pushOptions: readonly string[];
  /** Milliseconds a server may stay silent. */
  readonly timeoutMs: number;
  readonly isolationMs: number;
  /** Certificates in PEM form that are trusted beside those that Node.js trusts by itself. */
  readonly certificates: readonly string[];
  /** The job that the mirror is a step of, if any. */
  readonly job: Job | undefined;
}

/** A job of a forge. */
export interface Job {
  /** The repository that the job runs in. */
  readonly repository: Location;
  readonly forge: NonNullable<Surroundings['job']>['forge'];
}

/**
 * Checks everything that a user gave.
 *
 * @param folder start of relative paths
 * @param compile RE2, if there is an expression
 * @throws {ConfigurationError} with every problem there is
 */
export function parseOptions(raw: RawOptions, names: OptionNames, folder: string, compile = noRegex): Options {
  const checks = new Checks(raw, names, compile);
  const { tell, problems } = checks;
  const allowInsecureHttp = checks.flag('allow-insecure-http');
  const settings = { raw, names, folder, allowInsecureHttp };
  const source = readEndpoint('source', settings, tell);
  const target = readEndpoint('target', settings, tell);
  const rules = readRules(checks);
  const differences = { keepDivergentRefs: checks.flag('keep-divergent-refs'), prune: checks.choice('prune') };
  const run = readRun(checks, folder);
  const lfsUrl = readLfsUrl('lfs-url', settings, tell);
  const sourceLfsUrl = readLfsUrl('source-lfs-url', settings, tell);
  refuseContradictions(rules, run.onlyProtectedBranches, names, tell);
  if (run.onlyProtectedBranches && source !== undefined) needForge(source, names, tell);
  if ([source, target].some((end) => end?.location.kind === 'http')) checkProxies(raw.surroundings, tell);
  refuseDebugOutput(tell);
  if (source === undefined || target === undefined || problems.size > 0) throw new ConfigurationError([...problems]);
  return {
    ...run,
    source,
    target,
    policy: {
      select: selection(rules, compile, passingBranches(source, raw.surroundings)),
      patterns: rules,
      ...differences,
    },
    rules,
    branchesName: names('branches'),
    lfsUrl,
    sourceLfsUrl,
    allowInsecureHttp,
    job: jobIn(raw.surroundings, folder),
  };
}

/** A folder in a job is most likely a clone of the repository that the job runs in. */
function passingBranches({ location, host }: Endpoint, { job }: Surroundings): string | undefined {
  const forge = location.kind === 'local' ? job?.forge : undefined;
  return (forge === undefined ? host : hostOfForge(forge)).passingBranches;
}

function readRules(checks: Checks): SelectionRules {
  return {
    branches: checks.patterns('branches'),
    tags: checks.patterns('tags'),
    mirrorBranchRegex: checks.regex('mirror-branch-regex'),
  };
}

type RunOptions = Pick<
  Options,
  | 'dryRun'
  | 'check'
  | 'pushOptions'
  | 'timeoutMs'
  | 'isolationMs'
  | 'onlyProtectedBranches'
  | 'certificates'
  | 'lfs'
  | 'defaultBranch'
>;

function readRun(checks: Checks, folder: string): RunOptions {
  return {
    dryRun: checks.flag('dry-run'),
    check: checks.flag('check'),
    pushOptions: checks.lines('push-options'),
    timeoutMs: checks.number('timeout') * 1000,
    isolationMs: checks.number('isolation-timeout') * 1000,
    onlyProtectedBranches: checks.flag('only-protected-branches'),
    certificates: checks.certificates('ca-certificate', folder),
    lfs: checks.choice('lfs'),
    defaultBranch: checks.choice('default-branch'),
  };
}

function jobIn({ job }: Surroundings, folder: string): Job | undefined {
  // A runner's words on itself are no option of the user's: where they make no sense, they are not used.
  if (job === undefined || urlOf(job.repositoryUrl) === undefined) return undefined;
  return { repository: parseLocation(job.repositoryUrl, folder), forge: job.forge };
}

function refuseContradictions(
  { branches, mirrorBranchRegex }: SelectionRules,
  onlyProtectedBranches: boolean,
  names: OptionNames,
  tell: Tell,
): void {
  if (mirrorBranchRegex === undefined) return;
  const refuse = (other: string): void =>
    tell(`${names('mirror-branch-regex')} and ${other} exclude each other: give one of them.`);
  if (branches.length > 0) refuse(names('branches'));
  if (onlyProtectedBranches) refuse(names('only-protected-branches'));
}

function needForge(source: Endpoint, names: OptionNames, tell: Tell): void {
  if (hasForge(source.location, source.host)) return;
  tell(
    `${names('only-protected-branches')} asks the source's host which branches are protected. That works only with ${forgeTitles()}, and ` +
      `the source "${source.display}" is not there: name the branches with ${names('branches')} instead.`,
  );
}

function checkProxies({ proxies }: Surroundings, tell: Tell): void {
  for (const { name, url } of proxies) {
    const whole = url.includes('://') ? url : `http://${url}`;
    if (!isProxy(whole)) {
      tell(`${name} is "${shownUrl(url)}", which cannot be used as a proxy: give http://host:port.`);
    }
  }
}

function isProxy(text: string): boolean {
  const url = urlOf(text);
  return url !== undefined && /^https?:$/.test(url.protocol) && isUserinfoEncoded(url);
}
