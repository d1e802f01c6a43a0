import type { Credentials } from '../protocol/http.js';
import { LocationProblem, parseLocation, type Location } from '../protocol/location.js';
import { printable } from '../protocol/printable.js';
import { defaultUsername } from '../hosts/sign-in.js';
import type { Policy, Prune } from './plan.js';
import { checkPattern, checkRegex, selection, SelectionProblem, type SelectionRules } from './selection.js';

/** One end of a mirror: where it is and how to sign in. */
export interface Endpoint {
  readonly location: Location;
  /** As the user gave it, credentials shown as `*****`. */
  readonly display: string;
  readonly credentials: Credentials | undefined;
  readonly sshPrivateKey: string | undefined;
  readonly sshKnownHosts: string | undefined;
  /** What a user sets to sign in to it, for messages. */
  readonly signInHint: string;
}

/** Everything a run needs to know, checked. */
export interface Options {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly policy: Policy;
  readonly rules: SelectionRules;
  readonly dryRun: boolean;
  readonly pushOptions: readonly string[];
  /** Milliseconds a server may stay silent. */
  readonly timeoutMs: number;
}

/** What a user gave for one end, as text. An empty text means not given. */
export interface RawEndpoint {
  readonly url: string;
  readonly username: string;
  readonly token: string;
  readonly sshPrivateKey: string;
  readonly sshKnownHosts: string;
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
  readonly dryRun: string;
  readonly pushOptions: readonly string[];
  /** Seconds. */
  readonly timeout: string;
}

/** What the options are called at the door they came through, for messages. */
export interface OptionNames {
  readonly sourceUrl: string;
  readonly sourceToken: string;
  readonly targetUrl: string;
  readonly targetToken: string;
  readonly onlyProtectedBranches: string;
  readonly branches: string;
  readonly mirrorBranchRegex: string;
  readonly tags: string;
  readonly keepDivergentRefs: string;
  readonly prune: string;
  readonly lfs: string;
  readonly dryRun: string;
  readonly pushOptions: string;
  readonly timeout: string;
}

/** Everything that is wrong with what the user gave. Each problem is a sentence that names the option and a remedy. */
export class ConfigurationError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

const DEFAULT_TIMEOUT_S = 300;
const LONGEST_TIMEOUT_S = 86_400;
const PRUNES: readonly Prune[] = ['merged', 'never', 'always'];

/**
 * Checks what a user gave, all of it.
 *
 * @param folder what a relative path starts from
 * @throws {ConfigurationError} with every problem there is
 */
export function parseOptions(raw: RawOptions, names: OptionNames, folder: string): Options {
  const check = new Checks();
  const source = check.endpoint(raw.source, names.sourceUrl, names.sourceToken, folder);
  const target = check.endpoint(raw.target, names.targetUrl, names.targetToken, folder);
  const rules: SelectionRules = {
    branches: check.patterns(raw.branches, names.branches),
    tags: check.patterns(raw.tags, names.tags),
    mirrorBranchRegex: check.regex(raw.mirrorBranchRegex, names.mirrorBranchRegex),
  };
  check.contradictions(raw, names);
  const keepDivergentRefs = check.boolean(raw.keepDivergentRefs, names.keepDivergentRefs);
  const prune = check.oneOf(raw.prune, PRUNES, 'merged', names.prune);
  const dryRun = check.boolean(raw.dryRun, names.dryRun);
  const pushOptions = check.pushOptions(raw.pushOptions, names.pushOptions);
  const timeoutMs = check.seconds(raw.timeout, names.timeout) * 1000;
  check.notYet(raw, names);
  if (source === undefined || target === undefined || check.problems.length > 0)
    throw new ConfigurationError(check.problems);
  const policy = { select: selection(rules), keepDivergentRefs, prune };
  return { source, target, policy, rules, dryRun, pushOptions, timeoutMs };
}

class Checks {
  readonly problems: string[] = [];

  endpoint(raw: RawEndpoint, urlName: string, tokenName: string, folder: string): Endpoint | undefined {
    if (raw.url === '') {
      this.problems.push(`${urlName} is missing: give the repository's URL or path.`);
      return undefined;
    }
    try {
      const location = parseLocation(raw.url, folder);
      const credentials = this.#credentials(location, raw, urlName, tokenName);
      return {
        location,
        display: withoutCredentials(raw.url),
        credentials,
        sshPrivateKey: raw.sshPrivateKey || undefined,
        sshKnownHosts: raw.sshKnownHosts || undefined,
        signInHint: tokenName,
      };
    } catch (error) {
      if (!(error instanceof LocationProblem)) throw error;
      this.problems.push(`${urlName} "${withoutCredentials(raw.url)}" ${error.message}.`);
      return undefined;
    }
  }

  patterns(list: readonly string[], name: string): readonly string[] {
    for (const pattern of list) this.#selection(name, pattern, () => checkPattern(pattern));
    return list;
  }

  regex(expression: string, name: string): string | undefined {
    if (expression === '') return undefined;
    this.#selection(name, expression, () => checkRegex(expression));
    return expression;
  }

  contradictions(raw: RawOptions, names: OptionNames): void {
    const regexGiven = raw.mirrorBranchRegex !== '';
    if (regexGiven && raw.branches.length > 0) {
      this.problems.push(`${names.mirrorBranchRegex} and ${names.branches} exclude each other: give one of them.`);
    }
    if (regexGiven && isTrue(raw.onlyProtectedBranches)) {
      this.problems.push(
        `${names.mirrorBranchRegex} and ${names.onlyProtectedBranches} exclude each other: give one of them.`,
      );
    }
  }

  boolean(text: string, name: string): boolean {
    if (isTrue(text)) return true;
    if (text !== '' && !/^(?:false|False|FALSE)$/.test(text)) {
      this.problems.push(`${name} is "${printable(text, 100)}", allowed are true and false.`);
    }
    return false;
  }

  oneOf<T extends string>(text: string, allowed: readonly T[], otherwise: T, name: string): T {
    if (text === '') return otherwise;
    const value = allowed.find((one) => one === text);
    if (value === undefined)
      this.problems.push(`${name} is "${printable(text, 100)}", allowed are ${allowed.join(', ')}.`);
    return value ?? otherwise;
  }

  pushOptions(list: readonly string[], name: string): readonly string[] {
    for (const option of list) {
      if (printable(option, 10_000) !== option || option.length > 1000) {
        this.problems.push(
          `${name} "${printable(option, 100)}" contains a control character or is longer than 1000 characters.`,
        );
      }
    }
    return list;
  }

  seconds(text: string, name: string): number {
    if (text === '') return DEFAULT_TIMEOUT_S;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= LONGEST_TIMEOUT_S) return value;
    this.problems.push(
      `${name} is "${printable(text, 100)}", allowed are whole seconds from 1 to ${LONGEST_TIMEOUT_S}.`,
    );
    return DEFAULT_TIMEOUT_S;
  }

  /** What the contract names and this version does not do yet: better refused than silently left out. */
  notYet(raw: RawOptions, names: OptionNames): void {
    const { onlyProtectedBranches: name } = names;
    if (this.boolean(raw.onlyProtectedBranches, name)) {
      this.problems.push(`${name} is not supported yet: name the branches with ${names.branches} instead.`);
    }
    if (this.oneOf(raw.lfs, ['auto', 'always', 'never'], 'auto', names.lfs) === 'always') {
      this.problems.push(
        `${names.lfs} "always" is not supported yet: Git LFS objects are not mirrored by this version.`,
      );
    }
  }

  #credentials(location: Location, raw: RawEndpoint, urlName: string, tokenName: string): Credentials | undefined {
    if (location.kind !== 'http') return undefined;
    const password = raw.token === '' ? location.password : raw.token;
    if (password === undefined) return undefined;
    const { url } = location;
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      this.problems.push(
        `${urlName} "${url.href}" is not encrypted, so ${tokenName} would be readable on the way: use https.`,
      );
    }
    const username = raw.username === '' ? (location.username ?? defaultUsername(url.hostname)) : raw.username;
    if (username.includes(':')) {
      this.problems.push(`The user name for ${urlName} contains a ":", which basic authentication does not allow.`);
    }
    return { username, password };
  }

  #selection(name: string, value: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof SelectionProblem)) throw error;
      this.problems.push(`${name} "${printable(value, 300)}" ${error.message}.`);
    }
  }
}

/** A URL as a user gave it, without what may be a secret in it. */
export function withoutCredentials(text: string): string {
  // A password with an unencoded "/" in it makes the URL unreadable: then all before the last "@" may belong to it.
  const masked = (URL.canParse(text) ? text : text.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/).*@/, '$1*****@'))
    .replace(/^(https?:\/\/)[^/@]*:[^/]*@/i, '$1*****:*****@')
    .replace(/^(https?:\/\/)[^/@*]+@/i, '$1*****@')
    .replace(/^((?:[A-Za-z][A-Za-z0-9+.-]*:\/\/)?)[^/@:]*:[^/@]*@/, '$1*****:*****@');
  return printable(masked, 500);
}

function isTrue(text: string): boolean {
  return /^(?:true|True|TRUE)$/.test(text);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
