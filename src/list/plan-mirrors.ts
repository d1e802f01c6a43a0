import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  ConfigurationError,
  parseOptions,
  type OptionNames,
  type Options,
  type RawOptions,
} from '../options/options.js';
import { isSameRepository } from '../mirror/same-repository.js';
import { withoutCredentials } from '../options/endpoint.js';
import { Secrets, secretsInText, secretsOf } from '../options/secrets.js';
import { trimmed } from '../options/trimmed.js';
import { printable } from '../protocol/printable.js';
import type { PlacedEntry, readMirrors } from './document.js';
import type { MirrorEntry } from './schema.js';

/** One mirror that a run is to make. */
export interface PlannedMirror {
  /** By which it is spoken of; `undefined` where it is the only one. */
  readonly name: string | undefined;
  readonly options: Options;
}

/** What a run is to make. */
export interface MirrorPlan {
  /** The source, as it may be shown. */
  readonly source: string;
  readonly mirrors: readonly PlannedMirror[];
  /** The names of those that are switched off. */
  readonly disabled: readonly string[];
  /** Whether they came from a list, even of one. */
  readonly isList: boolean;
  /** How many are made at the same time. */
  readonly maxParallel: number;
}

/** What a user gave on several mirrors, as text. An empty text means not given. */
export interface RawList {
  /** YAML, or the path of a file. */
  readonly mirrors: string;
  readonly maxParallel: string;
}

/** What reads a list. */
export type ListReader = typeof readMirrors;

/** What reads a list, if there is one: much of what would be loaded at the start is for that, and few have one. */
export async function listReader({ mirrors }: RawList): Promise<ListReader | undefined> {
  return mirrors === '' ? undefined : (await import('./document.js')).readMirrors;
}

/** What decides how a list is read. */
export interface ListSettings {
  readonly names: OptionNames;
  readonly listNames: { readonly mirrors: string; readonly maxParallel: string };
  /** Where the variables are that entries name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What a relative path starts from. */
  readonly folder: string;
}

const MOST_PARALLEL = { usual: 4, possible: 20 } as const;

/** What a user gave, read once: a list may come from a pipe. */
export interface GivenMirrors {
  /** What holds for each mirror that is not switched off, unchecked. */
  readonly raws: readonly RawOptions[];
  /** Every secret, also those of the variables that a list names. */
  readonly secrets: Secrets;
  /**
   * What is to be made.
   *
   * @throws {ConfigurationError} with every problem there is
   */
  readonly plan: () => MirrorPlan;
}

/**
 * Reads what a user gave: one mirror by the options, or a list, for which the options are the defaults.
 *
 * @param read what {@link listReader} gives
 */
export function givenMirrors(
  raw: RawOptions,
  list: RawList,
  settings: ListSettings,
  read: ListReader | undefined,
): GivenMirrors {
  if (read === undefined) return { raws: [raw], secrets: secretsOf(raw), plan: () => planOne(raw, list, settings) };
  const problems = new Set<string>();
  const [text, title] = textOf(list.mirrors, settings, (problem) => problems.add(problem));
  const entries = read(text, title, (problem) => problems.add(problem));
  // What could not be read may hold credentials all the same.
  const unread = problems.size === 0 ? [] : [secretsInText(list.mirrors), secretsInText(text)];
  const rawOfEntry = ({ entry }: PlacedEntry): RawOptions => rawOf(entry, raw, settings.environment);
  return {
    raws: entries.filter(isEnabled).map(rawOfEntry),
    secrets: [...entries.map((one) => secretsOf(rawOfEntry(one))), ...unread].reduce(
      (secrets, others) => secrets.with(others),
      secretsOf(raw),
    ),
    plan: () => planList(entries, problems, raw, list, settings),
  };
}

function planOne(raw: RawOptions, list: RawList, { names, listNames, folder }: ListSettings): MirrorPlan {
  const problems: string[] = [];
  parallel(list.maxParallel, listNames.maxParallel, (problem) => problems.push(problem));
  const options = withProblems(problems, () => parseOptions(raw, names, folder));
  const { display: source } = options.source;
  return { source, mirrors: [{ name: undefined, options }], disabled: [], isList: false, maxParallel: 1 };
}

/**
 * What is parsed, if nothing is wrong with it nor with what was looked at before.
 *
 * @throws {ConfigurationError} with the problems that are known already, and those that come up
 */
export function withProblems<T>(known: readonly string[], parse: () => T): T {
  try {
    const parsed = parse();
    if (known.length === 0) return parsed;
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError([...known, ...error.problems]);
    throw error;
  }
  throw new ConfigurationError(known);
}

function planList(
  entries: readonly PlacedEntry[],
  known: ReadonlySet<string>,
  raw: RawOptions,
  list: RawList,
  settings: ListSettings,
): MirrorPlan {
  const ofOptions = new Set<string>();
  const maxParallel = parallel(list.maxParallel, settings.listNames.maxParallel, (one) => ofOptions.add(one));
  contradictions(raw, entries, settings, (one) => ofOptions.add(one));
  const problems = new Set([...ofOptions, ...known]);
  const add = (problem: string): void => void problems.add(problem);
  const mirrors: PlannedMirror[] = [];
  for (const placed of entries.filter(isEnabled)) {
    const options = optionsOf(placed, raw, settings, add);
    if (options === undefined) continue;
    const isRepeated = mirrors.some((other) =>
      isSameRepository(other.options.target.location, options.target.location),
    );
    if (isRepeated) add(`${placed.place('url')} is the same as that of another mirror.`);
    mirrors.push({ name: nameOf(placed), options });
  }
  repeated(entries, settings.folder, add);
  if (problems.size > 0) throw new ConfigurationError([...problems]);
  const disabled = entries.filter((one) => !isEnabled(one)).map(nameOf);
  return { source: withoutCredentials(raw.source.url), mirrors, disabled, isList: true, maxParallel };
}

function isEnabled({ entry }: PlacedEntry): boolean {
  return entry.enabled !== false;
}

function nameOf({ entry }: PlacedEntry): string {
  return printable(entry.name ?? withoutCredentials(entry.url), 100);
}

/** A path has one line, and is no YAML of several lines or in brackets. */
function textOf(
  given: string,
  { listNames, folder }: ListSettings,
  problem: (sentence: string) => void,
): [text: string, title: string] {
  if (/\n|^\s*[-[{]/.test(given)) return [given, listNames.mirrors];
  const text = fileText(resolve(folder, given));
  if (text !== undefined) return [text, printable(given, 300)];
  const shown = printable(withoutCredentials(given), 300);
  problem(`${listNames.mirrors} is "${shown}", which is neither a file nor a list of mirrors.`);
  return ['- url: none', given];
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function optionsOf(
  { entry, place }: PlacedEntry,
  raw: RawOptions,
  settings: ListSettings,
  problem: (sentence: string) => void,
): Options | undefined {
  for (const attribute of ['token_variable', 'ssh_private_key_variable'] as const) {
    const name = entry[attribute];
    if (name !== undefined && trimmed(settings.environment[name] ?? '') === '')
      problem(`${place(attribute)} names ${shownName(name)}, which is not set in the environment, or is empty.`);
  }
  try {
    return parseOptions(
      rawOf(entry, raw, settings.environment),
      namesOf(entry, place, settings.names),
      settings.folder,
    );
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const one of error.problems) problem(one);
    return undefined;
  }
}

/** A token can stand in the place of its variable's name, and many a token looks like one. */
function shownName(name: string): string {
  return /^[A-Z_][A-Z0-9_]{0,99}$/.test(name) ? name : 'a variable';
}

function rawOf(entry: MirrorEntry, raw: RawOptions, environment: ListSettings['environment']): RawOptions {
  const variable = (name: string | undefined): string => trimmed(name === undefined ? '' : (environment[name] ?? ''));
  return {
    ...raw,
    ...selectionOf(entry, raw),
    target: {
      url: entry.url,
      username: entry.username ?? '',
      token: variable(entry.token_variable),
      sshPrivateKey: variable(entry.ssh_private_key_variable) || raw.target.sshPrivateKey,
      sshKnownHosts: entry.ssh_known_hosts ?? raw.target.sshKnownHosts,
    },
    keepDivergentRefs: flag(entry.keep_divergent_refs, raw.keepDivergentRefs),
    prune: entry.prune ?? raw.prune,
    lfs: entry.lfs ?? raw.lfs,
    lfsUrl: entry.lfs_url ?? '',
    pushOptions: entry.push_options ?? raw.pushOptions,
  };
}

type Selection = Pick<RawOptions, 'onlyProtectedBranches' | 'mirrorBranchRegex' | 'branches' | 'tags'>;

/** What selects branches excludes each other, so an entry that has one of them takes none of the defaults. */
function selectionOf(entry: MirrorEntry, raw: RawOptions): Selection {
  const isOwn = [entry.branches, entry.mirror_branch_regex, entry.only_protected_branches].some(
    (one) => one !== undefined && one !== false,
  );
  return {
    onlyProtectedBranches: flag(entry.only_protected_branches, isOwn ? '' : raw.onlyProtectedBranches),
    mirrorBranchRegex: entry.mirror_branch_regex ?? (isOwn ? '' : raw.mirrorBranchRegex),
    branches: entry.branches ?? (isOwn ? [] : raw.branches),
    tags: entry.tags ?? raw.tags,
  };
}

function flag(value: boolean | undefined, otherwise: string): string {
  return value === undefined ? otherwise : String(value);
}

/** Messages speak of the place in the list, where the value comes from there. */
function namesOf(entry: MirrorEntry, place: PlacedEntry['place'], names: OptionNames): OptionNames {
  const or = (attribute: keyof MirrorEntry, otherwise: string): string =>
    attribute in entry ? place(attribute) : otherwise;
  return {
    ...names,
    target: {
      url: place('url'),
      token: place('token_variable'),
      username: place('username'),
      sshPrivateKey: or('ssh_private_key_variable', names.target.sshPrivateKey),
      sshKnownHosts: or('ssh_known_hosts', names.target.sshKnownHosts),
    },
    onlyProtectedBranches: or('only_protected_branches', names.onlyProtectedBranches),
    keepDivergentRefs: or('keep_divergent_refs', names.keepDivergentRefs),
    mirrorBranchRegex: or('mirror_branch_regex', names.mirrorBranchRegex),
    branches: or('branches', names.branches),
    tags: or('tags', names.tags),
    prune: or('prune', names.prune),
    lfs: or('lfs', names.lfs),
    lfsUrl: place('lfs_url'),
    pushOptions: or('push_options', names.pushOptions),
  };
}

/** What belongs to one mirror cannot be meant for all of them. */
function contradictions(
  { target, lfsUrl }: RawOptions,
  entries: readonly PlacedEntry[],
  { names, listNames }: ListSettings,
  problem: (sentence: string) => void,
): void {
  // The variable that holds the one mirror's token may be named by mirrors of a list, too.
  const isNamed = entries.some(({ entry }) => entry.token_variable === names.target.token);
  const given: readonly (readonly [string, string, string])[] = [
    [target.url, names.target.url, '`url`'],
    [isNamed ? '' : target.token, names.target.token, '`token_variable`'],
    [target.username, names.target.username, '`username`'],
    [lfsUrl, names.lfsUrl, '`lfs_url`'],
  ];
  for (const [value, name, attribute] of given) {
    if (value !== '')
      problem(`${name} and ${listNames.mirrors} exclude each other: give ${attribute} to each mirror of the list.`);
  }
}

/** Two mirrors to one place would run into each other. */
function repeated(entries: readonly PlacedEntry[], folder: string, problem: (sentence: string) => void): void {
  const seen = new Map<string, Set<string>>([
    ['url', new Set()],
    ['name', new Set()],
  ]);
  for (const { entry, place } of entries) {
    for (const attribute of ['url', 'name'] as const) {
      const value = attribute === 'url' ? repositoryOf(entry.url, folder) : entry.name;
      if (value === undefined) continue;
      if (seen.get(attribute)?.has(value) === true)
        problem(`${place(attribute)} is the same as that of another mirror.`);
      seen.get(attribute)?.add(value);
    }
  }
}

/** The same for what is surely the same repository, whoever signs in. */
function repositoryOf(url: string, folder: string): string {
  const plain = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:.*@)?/i, '$1').replace(/\/+$/, '');
  const isPath = !/^[^/]*:/.test(plain);
  return (isPath ? resolve(folder, plain) : plain).replace(/\.git$/, '');
}

function parallel(text: string, name: string, problem: (sentence: string) => void): number {
  if (text === '') return MOST_PARALLEL.usual;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_PARALLEL.possible) return value;
  problem(
    `${name} is "${printable(withoutCredentials(text), 100)}", allowed are whole numbers from 1 to ${MOST_PARALLEL.possible}.`,
  );
  return MOST_PARALLEL.usual;
}
