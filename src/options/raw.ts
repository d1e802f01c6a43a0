import type { OptionSpec } from './spec.js';
import type { Surroundings } from './surroundings.js';
import { OPTIONS } from './table.js';

export type OptionName = keyof typeof OPTIONS;
/** Type of an option's entry in the table. */
export type OptionSpecOf<N extends OptionName> = (typeof OPTIONS)[N];

/** Names of the options that fit a description, such as `{ kind: 'flag' }`. */
export type OptionsWith<Part> = { [N in OptionName]: OptionSpecOf<N> extends Part ? N : never }[OptionName];

/** Options that every door has but the library, which has no list. */
export type SharedOption = Exclude<OptionName, OptionsWith<{ only: string }>>;

type ListKind = { kind: 'patterns' } | { kind: 'lines' };
export type ListOption = OptionsWith<ListKind> & SharedOption;

/** Value of an option with `values`. */
export type Choice<N extends OptionsWith<{ kind: 'choice' }>> = OptionSpecOf<N>['values'][number];

/** Values that a user gave, as text, before anything is checked. An empty text means not given. */
export type RawValues = { readonly [N in SharedOption]: N extends ListOption ? readonly string[] : string };

/** Values that a user gave, and what the environment tells beside them. */
export type RawOptions = RawValues & { readonly surroundings: Surroundings };

/** Spelling of an option at the door it came through, for messages; empty where the door has no such option. */
export type OptionNames = (option: OptionName) => string;

/** Options of each end. */
export const END_OPTIONS = {
  source: { url: 'source-url', token: 'source-token', username: 'source-username' },
  target: { url: 'target-url', token: 'token', username: 'username' },
} as const;

export type End = keyof typeof END_OPTIONS;

/** Names of all options, in the order of the table. */
export const OPTION_NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** Entry of an option in the table. */
export function specOf(option: OptionName): OptionSpec {
  return OPTIONS[option];
}

export function isShared(option: OptionName): option is SharedOption {
  return specOf(option).only === undefined;
}

export function isList(option: OptionName): option is ListOption {
  const { kind } = specOf(option);
  return kind === 'patterns' || kind === 'lines';
}

/** Readers of a door, by the kind of an option. */
export interface ValueSource {
  readonly text: (option: Exclude<SharedOption, ListOption>) => string;
  readonly list: (option: ListOption) => readonly string[];
}

/** Reads every option that the doors share. */
export function readValues({ text, list }: ValueSource): RawValues {
  const valueOf = (option: SharedOption): unknown => (isList(option) ? list(option) : text(option));
  return Object.fromEntries(
    OPTION_NAMES.filter(isShared).map((option) => [option, valueOf(option)]),
  ) as unknown as RawValues;
}

/** Sentences on an option, in which other options are spelled as at this door. */
export function descriptionOf(option: OptionName, names: OptionNames): string {
  return withNames(specOf(option).description, names);
}

/** A text in which options in backquotes are spelled as at this door. */
export function withNames(text: string, names: OptionNames): string {
  return text.replace(/`([a-z-]+)`/g, (quoted, name: string) =>
    Object.hasOwn(OPTIONS, name) ? names(name as OptionName) : quoted,
  );
}
