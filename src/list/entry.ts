import { shownUrl } from '../protocol/userinfo.js';
import { printable } from '../protocol/printable.js';
import { isList, specOf, type OptionNames, type RawOptions } from '../options/raw.js';
import { trim } from '../options/trim.js';
import type { PlacedEntry } from './document.js';
import { attributeOf, OPTION_OF, type ListedOption, type MirrorEntry } from './schema.js';

type Environment = Readonly<Record<string, string | undefined>>;

const LISTED = [...OPTION_OF.values()];

export function isEnabled({ entry }: PlacedEntry): boolean {
  return entry.enabled !== false;
}

/** Name of a mirror in messages and reports. */
export function mirrorName({ entry }: PlacedEntry): string {
  return printable(entry.name ?? shownUrl(entry.url), 100);
}

/** Options that belong to one mirror, so that they cannot hold for a list. */
export function ownOptions(): readonly ListedOption[] {
  return LISTED.filter((option) => specOf(option).list?.isOwn === true);
}

/** Values for one mirror of a list: its own, and otherwise those that hold for all mirrors. */
export function rawOfEntry(entry: MirrorEntry, raw: RawOptions, environment: Environment): RawOptions {
  const isSelecting = SELECTING.some((option) => ![undefined, false].includes(entry[attributeOf(option)] as undefined));
  const valueOf = (option: ListedOption): RawOptions[ListedOption] => {
    const own = ownValue(option, entry, environment);
    if (own !== undefined) return own;
    const isCleared = specOf(option).list?.isOwn === true || (isSelecting && SELECTING.includes(option));
    return isCleared ? (isList(option) ? [] : '') : raw[option];
  };
  return { ...raw, ...Object.fromEntries(LISTED.map((option) => [option, valueOf(option)])) };
}

/** Options that exclude each other, so that a mirror with one of them takes none of them from those for all mirrors. */
const SELECTING: readonly ListedOption[] = ['only-protected-branches', 'mirror-branch-regex', 'branches'];

function ownValue(
  option: ListedOption,
  entry: MirrorEntry,
  environment: Environment,
): string | readonly string[] | undefined {
  const value = entry[attributeOf(option)];
  if (value === undefined) return undefined;
  if (specOf(option).kind === 'secret') return trim(environment[String(value)] ?? '') || undefined;
  return typeof value === 'object' ? value : String(value);
}

/** Variables that a mirror names for its secrets, and that are not set. */
export function missingVariables({ entry, place }: PlacedEntry, environment: Environment): readonly string[] {
  return LISTED.filter((option) => specOf(option).kind === 'secret').flatMap((option) => {
    const attribute = attributeOf(option);
    const name = entry[attribute];
    if (name === undefined || trim(environment[String(name)] ?? '') !== '') return [];
    return [
      `${place(attribute)} names ${shownVariable(String(name))}, which is not set in the environment, or is empty.`,
    ];
  });
}

/** A token can stand in the place of its variable's name, and many a token looks like one. */
function shownVariable(name: string): string {
  return /^[A-Z_][A-Z0-9_]{0,99}$/.test(name) ? name : 'a variable';
}

/** Spelling of options for one mirror of a list: the place in the list, for a value that comes from there. */
export function namesOfEntry({ entry, place }: PlacedEntry, names: OptionNames): OptionNames {
  const listed: readonly string[] = LISTED;
  return (option) => {
    if (!listed.includes(option)) return names(option);
    const attribute = attributeOf(option as ListedOption);
    return attribute in entry || specOf(option).list?.isOwn === true ? place(attribute) : names(option);
  };
}
