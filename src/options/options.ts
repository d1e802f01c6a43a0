import { CertificateProblem, readCertificates } from '../protocol/http/certificates.js';
import { parseLocation, type Location } from '../protocol/location.js';
import { printable } from '../protocol/printable.js';
import { forgeTitles, hasForge } from '../hosts/forge.js';
import { ConfigurationError } from './configuration-error.js';
import {
  readEndpoint,
  readLfsUrl,
  withoutCredentials,
  type Endpoint,
  type EndpointNames,
  type LfsUrl,
  type RawEndpoint,
} from './endpoint.js';
import type { Policy, Prune } from './policy.js';
import {
  checkPattern,
  checkRegex,
  noRegex,
  selection,
  SelectionProblem,
  type RegexCompiler,
  type SelectionRules,
} from './selection.js';
import type { Surroundings } from './surroundings.js';

export { ConfigurationError };

/** Everything a run needs to know, checked. */
export interface Options {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly policy: Policy;
  readonly rules: SelectionRules;
  /** Whether the source's host is asked which branches it protects, and only those are mirrored. */
  readonly onlyProtectedBranches: boolean;
  /** What the option `branches` is called, for messages. */
  readonly branchesName: string;
  /** Whether Git LFS objects are looked for. */
  readonly lfs: (typeof LFS)[number];
  /** Where the target's Git LFS objects go, if not to the target itself. */
  readonly lfsUrl: LfsUrl | undefined;
  /** Whether what signs in may be readable on the way. */
  readonly allowInsecureHttp: boolean;
  readonly dryRun: boolean;
  /** Whether to change nothing, and to fail if the target is not as the policy wants it. */
  readonly check: boolean;
  readonly pushOptions: readonly string[];
  /** Milliseconds a server may stay silent. */
  readonly timeoutMs: number;
  /** Certificates in PEM form that are trusted beside the well-known ones. */
  readonly certificates: readonly string[];
  /** Where the job runs, if it runs in one. */
  readonly job: Job | undefined;
}

/** The job that the mirror is a step of. */
export interface Job {
  /** The repository that it runs in. */
  readonly repository: Location;
  readonly forge: NonNullable<Surroundings['job']>['forge'];
}

/** What a user gave, as text, before anything is checked. An empty text means not given. */
export interface RawOptions {
  readonly source: RawEndpoint;
  readonly target: RawEndpoint;
  readonly onlyProtectedBranches: string;
  readonly branches: readonly string[];
  readonly mirrorBranchRegex: string;
  readonly tags: readonly string[];
  readonly keepDivergentRefs: string;
  readonly prune: string;
  readonly lfs: string;
  readonly lfsUrl: string;
  readonly dryRun: string;
  readonly check: string;
  readonly pushOptions: readonly string[];
  /** Seconds. */
  readonly timeout: string;
  /** PEM, or a path. */
  readonly caCertificate: string;
  readonly allowInsecureHttp: string;
  readonly surroundings: Surroundings;
}

/** What the options are called at the door they came through, for messages. */
export interface OptionNames {
  readonly source: EndpointNames;
  readonly target: EndpointNames;
  readonly allowInsecureHttp: string;
  readonly caCertificate: string;
  readonly onlyProtectedBranches: string;
  readonly branches: string;
  readonly mirrorBranchRegex: string;
  readonly tags: string;
  readonly keepDivergentRefs: string;
  readonly prune: string;
  readonly lfs: string;
  readonly lfsUrl: string;
  readonly dryRun: string;
  readonly check: string;
  readonly pushOptions: string;
  readonly timeout: string;
}

const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 86_400;
const LFS = ['auto', 'always', 'never'] as const;
const PRUNES: readonly Prune[] = ['merged', 'never', 'always'];

/**
 * Checks what a user gave, all of it.
 *
 * @param folder what a relative path starts from
 * @param compile RE2, if there is an expression
 * @throws {ConfigurationError} with every problem there is
 */
export function parseOptions(raw: RawOptions, names: OptionNames, folder: string, compile = noRegex): Options {
  const check = new Checks();
  const allowInsecureHttp = check.boolean(raw.allowInsecureHttp, names.allowInsecureHttp);
  const endpoint = (one: RawEndpoint, its: EndpointNames): Endpoint | undefined =>
    readEndpoint(
      one,
      {
        names: its,
        folder,
        aws: raw.surroundings.aws,
        jobForge: raw.surroundings.job?.forge,
        allowInsecureHttp,
        insecureName: names.allowInsecureHttp,
      },
      check.add,
    );
  const source = endpoint(raw.source, names.source);
  const target = endpoint(raw.target, names.target);
  const rules: SelectionRules = {
    branches: check.patterns(raw.branches, names.branches),
    tags: check.patterns(raw.tags, names.tags),
    mirrorBranchRegex: check.regex(raw.mirrorBranchRegex, names.mirrorBranchRegex, compile),
  };
  check.contradictions(raw, names);
  const keepDivergentRefs = check.boolean(raw.keepDivergentRefs, names.keepDivergentRefs);
  const prune = check.oneOf(raw.prune, PRUNES, 'merged', names.prune);
  const dryRun = check.boolean(raw.dryRun, names.dryRun);
  const onlyCheck = check.boolean(raw.check, names.check);
  const pushOptions = check.pushOptions(raw.pushOptions, names.pushOptions);
  const timeoutMs = check.seconds(raw.timeout, names.timeout) * 1000;
  const onlyProtectedBranches = check.onlyProtectedBranches(raw, names, source);
  const certificates = check.certificates(raw.caCertificate, names.caCertificate, folder);
  if ([source, target].some((end) => end?.location.kind === 'http')) check.proxies(raw.surroundings);
  const lfs = check.oneOf(raw.lfs, LFS, 'auto', names.lfs);
  const lfsUrl = readLfsUrl(
    raw.lfsUrl,
    { allowInsecureHttp, name: names.lfsUrl, insecureName: names.allowInsecureHttp },
    check.add,
  );
  if (source === undefined || target === undefined || check.problems.size > 0)
    throw new ConfigurationError([...check.problems]);
  return {
    source,
    target,
    policy: { select: selection(rules, compile), keepDivergentRefs, prune },
    rules,
    onlyProtectedBranches,
    branchesName: names.branches,
    lfs,
    lfsUrl,
    allowInsecureHttp,
    dryRun,
    check: onlyCheck,
    pushOptions,
    timeoutMs,
    certificates,
    job: jobOf(raw.surroundings, folder),
  };
}

function jobOf({ job }: Surroundings, folder: string): Job | undefined {
  // What a runner says of itself is no option of the user's: where it makes no sense, it is not used.
  if (job === undefined || !URL.canParse(job.repositoryUrl)) return undefined;
  return { repository: parseLocation(job.repositoryUrl, folder), forge: job.forge };
}

class Checks {
  /** Both ends may have the same. */
  readonly problems = new Set<string>();
  readonly add = (problem: string): void => void this.problems.add(problem);

  patterns(list: readonly string[], name: string): readonly string[] {
    for (const pattern of list) this.#selection(name, pattern, () => checkPattern(pattern));
    return list;
  }

  regex(expression: string, name: string, compile: RegexCompiler): string | undefined {
    if (expression === '') return undefined;
    this.#selection(name, expression, () => checkRegex(expression, compile));
    return expression;
  }

  contradictions(raw: RawOptions, names: OptionNames): void {
    const regexGiven = raw.mirrorBranchRegex !== '';
    if (regexGiven && raw.branches.length > 0) {
      this.add(`${names.mirrorBranchRegex} and ${names.branches} exclude each other: give one of them.`);
    }
    if (regexGiven && isTrue(raw.onlyProtectedBranches)) {
      this.add(`${names.mirrorBranchRegex} and ${names.onlyProtectedBranches} exclude each other: give one of them.`);
    }
  }

  boolean(text: string, name: string): boolean {
    if (isTrue(text)) return true;
    if (text !== '' && !/^(?:false|False|FALSE)$/.test(text)) {
      this.add(`${name} is "${shown(text)}", allowed are true and false.`);
    }
    return false;
  }

  oneOf<T extends string>(text: string, allowed: readonly T[], otherwise: T, name: string): T {
    if (text === '') return otherwise;
    const value = allowed.find((one) => one === text);
    if (value === undefined) this.add(`${name} is "${shown(text)}", allowed are ${allowed.join(', ')}.`);
    return value ?? otherwise;
  }

  pushOptions(list: readonly string[], name: string): readonly string[] {
    for (const option of list) {
      if (printable(option, 10_000) !== option || option.length > 1000) {
        this.add(`${name} "${shown(option)}" contains a control character or is longer than 1000 characters.`);
      }
    }
    return list;
  }

  seconds(text: string, name: string): number {
    if (text === '') return DEFAULT_TIMEOUT_S;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= LONGEST_TIMEOUT_S) return value;
    this.add(`${name} is "${shown(text)}", allowed are whole seconds from 1 to ${LONGEST_TIMEOUT_S}.`);
    return DEFAULT_TIMEOUT_S;
  }

  onlyProtectedBranches(raw: RawOptions, names: OptionNames, source: Endpoint | undefined): boolean {
    const isWanted = this.boolean(raw.onlyProtectedBranches, names.onlyProtectedBranches);
    if (isWanted && source !== undefined && !hasForge(source.location, source.host)) {
      this.add(
        `${names.onlyProtectedBranches} asks the source's host which branches it protects; that works with ${forgeTitles()}, and ` +
          `the source "${source.display}" is none of them: name the branches with ${names.branches} instead.`,
      );
    }
    return isWanted;
  }

  certificates(text: string, name: string, folder: string): readonly string[] {
    if (text === '') return [];
    try {
      return readCertificates(text, folder);
    } catch (error) {
      if (!(error instanceof CertificateProblem)) throw error;
      const shown = text.includes('-----BEGIN') ? '' : ` "${printable(withoutCredentials(text), 300)}"`;
      this.add(`${name}${shown} ${error.message}.`);
      return [];
    }
  }

  proxies({ proxies }: Surroundings): void {
    for (const { name, url } of proxies) {
      const whole = url.includes('://') ? url : `http://${url}`;
      if (!isProxy(whole)) {
        this.add(`${name} is "${withoutCredentials(url)}", which is no proxy that can be used: give http://host:port.`);
      }
    }
  }

  #selection(name: string, value: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof SelectionProblem)) throw error;
      this.add(`${name} "${printable(value, 300)}" ${error.message}.`);
    }
  }
}

/** A URL with a password may stand in the place of another value. */
function shown(text: string): string {
  return printable(withoutCredentials(text), 100);
}

function isTrue(text: string): boolean {
  return /^(?:true|True|TRUE)$/.test(text);
}

function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return /^https?:$/.test(protocol);
}
