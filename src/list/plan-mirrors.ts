import { isSameRepository } from '../mirror/same-repository.js';
import type { Tell } from '../options/attempt.js';
import { Checks } from '../options/checks.js';
import { readLocation } from '../options/endpoint.js';
import { ConfigurationError, parseOptions, type Options } from '../options/options.js';
import { specOf, type OptionNames, type RawOptions } from '../options/raw.js';
import { secretsOf, secretsOfText } from '../options/given-secrets.js';
import type { Secrets } from '../redaction/secrets.js';
import type { RegexCompiler } from '../options/selection.js';
import type { Location } from '../protocol/location.js';
import { Problem } from '../protocol/problem.js';
import { shownUrl } from '../protocol/userinfo.js';
import type { PlacedEntry, readMirrors } from './document.js';
import { isEnabled, mirrorName, missingVariables, namesOfEntry, ownOptions, rawOfEntry } from './entry.js';
import { readListText } from './list-text.js';

/** One mirror that a run is to make. */
export interface PlannedMirror {
  /** Name in messages and reports; `undefined` for the only one. */
  readonly name: string | undefined;
  readonly options: Options;
}

/** The mirrors that a run is to make. */
export interface MirrorPlan {
  /** The source, as it may be shown. */
  readonly source: string;
  readonly mirrors: readonly PlannedMirror[];
  /** Names of the mirrors that are switched off. */
  readonly disabled: readonly string[];
  /** Says that the mirrors came from a list, even of one. */
  readonly isList: boolean;
  /** Most mirrors that are made at the same time. */
  readonly maxParallel: number;
}

/** Reads a list. */
export type ListReader = typeof readMirrors;

/** Loads what reads a list, if there is one: much of the program is for that, and few runs have one. */
export async function loadListReader({ mirrors }: RawOptions): Promise<ListReader | undefined> {
  return mirrors === '' ? undefined : (await import('./document.js')).readMirrors;
}

/** Everything that decides how a list is read. */
export interface ListSettings {
  readonly names: OptionNames;
  /** Variables that mirrors of a list name. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Start of relative paths. */
  readonly folder: string;
  /** RE2, if an expression may be given. */
  readonly compileRegex: RegexCompiler;
}

/** Everything that a user gave, read once: a list may come from a pipe. */
export interface GivenMirrors {
  /** Values for each mirror that is not switched off, unchecked. */
  readonly raws: readonly RawOptions[];
  /** Every secret, also those in the variables that a list names. */
  readonly secrets: Secrets;
  /**
   * Checks everything.
   *
   * @throws {ConfigurationError} with every problem there is
   */
  readonly plan: () => MirrorPlan;
}

/**
 * Reads what a user gave: one mirror by the options, or a list, for which the options are the defaults.
 *
 * @param read from {@link loadListReader}
 */
export function readGiven(raw: RawOptions, settings: ListSettings, read: ListReader | undefined): GivenMirrors {
  if (read === undefined) return { raws: [raw], secrets: secretsOf(raw), plan: () => planOne(raw, settings) };
  const problems = new Set<string>();
  const tell: Tell = (problem) => void problems.add(problem);
  const { text, title } = readListText(raw.mirrors, settings, tell);
  const entries = read(text, title, tell);
  // A list that could not be read may hold credentials all the same.
  const unread = problems.size === 0 ? [] : [secretsOfText(raw.mirrors), secretsOfText(text)];
  const rawOf = ({ entry }: PlacedEntry): RawOptions => rawOfEntry(entry, raw, settings.environment);
  return {
    raws: entries.filter(isEnabled).map(rawOf),
    secrets: [...entries.map((one) => secretsOf(rawOf(one))), ...unread].reduce(
      (secrets, others) => secrets.with(others),
      secretsOf(raw),
    ),
    plan: () => planList({ entries, problems: [...problems] }, raw, settings),
  };
}

function planOne(raw: RawOptions, { names, folder, compileRegex }: ListSettings): MirrorPlan {
  const checks = new Checks(raw, names);
  checks.number('max-parallel');
  const options = withProblems([...checks.problems], () => parseOptions(raw, names, folder, compileRegex));
  const { display: source } = options.source;
  return { source, mirrors: [{ name: undefined, options }], disabled: [], isList: false, maxParallel: 1 };
}

/**
 * Returns what is parsed, if there are no problems.
 *
 * @throws {ConfigurationError} with the known problems, and those of the parsing
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

/** A list as it was read. */
interface ReadList {
  readonly entries: readonly PlacedEntry[];
  readonly problems: readonly string[];
}

function planList(list: ReadList, raw: RawOptions, settings: ListSettings): MirrorPlan {
  const { entries } = list;
  const checks = new Checks(raw, settings.names);
  const { problems, tell } = checks;
  const maxParallel = checks.number('max-parallel');
  refuseOwnOptions(raw, entries, settings.names, tell);
  list.problems.forEach(tell);
  const mirrors = entries.filter(isEnabled).flatMap((placed) => {
    const options = optionsOf(placed, raw, settings, tell);
    return options === undefined ? [] : [{ name: mirrorName(placed), options }];
  });
  refuseRepeated(entries, raw, settings.folder, tell);
  if (problems.size > 0) throw new ConfigurationError([...problems]);
  const disabled = entries.filter((one) => !isEnabled(one)).map(mirrorName);
  return { source: shownUrl(raw['source-url']), mirrors, disabled, isList: true, maxParallel };
}

function optionsOf(
  placed: PlacedEntry,
  raw: RawOptions,
  { names, environment, folder, compileRegex }: ListSettings,
  tell: Tell,
): Options | undefined {
  missingVariables(placed, environment).forEach(tell);
  try {
    return parseOptions(rawOfEntry(placed.entry, raw, environment), namesOfEntry(placed, names), folder, compileRegex);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    error.problems.forEach(tell);
    return undefined;
  }
}

/** An option that belongs to one mirror cannot be meant for all of them. */
function refuseOwnOptions(raw: RawOptions, entries: readonly PlacedEntry[], names: OptionNames, tell: Tell): void {
  for (const option of ownOptions()) {
    // The variable that holds the one mirror's token may be named by mirrors of a list, too.
    const isNamed =
      specOf(option).kind === 'secret' && entries.some(({ entry }) => entry.token_variable === names(option));
    if (raw[option].length === 0 || isNamed) continue;
    const attribute = specOf(option).list?.attribute ?? '';
    tell(
      `${names(option)} and ${names('mirrors')} exclude each other: give \`${attribute}\` to each mirror of the list.`,
    );
  }
}

/** Two mirrors to one place would run into each other. */
function refuseRepeated(entries: readonly PlacedEntry[], raw: RawOptions, folder: string, tell: Tell): void {
  const names = new Set<string>();
  const locations: Location[] = [];
  for (const { entry, place } of entries) {
    const location = locationOf(entry.url, raw, folder);
    if (location !== undefined) {
      if (locations.some((other) => isSameRepository(other, location)))
        tell(`${place('url')} is the same as that of another mirror.`);
      locations.push(location);
    }
    if (entry.name === undefined) continue;
    if (names.has(entry.name)) tell(`${place('name')} is the same as that of another mirror.`);
    names.add(entry.name);
  }
}

function locationOf(url: string, { surroundings }: RawOptions, folder: string): Location | undefined {
  try {
    return readLocation(url, surroundings, folder);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
