import { OPTION_NAMES, specOf, type OptionName, type OptionNames } from '../options/raw.js';

/** Options that the library has. */
export const LIBRARY_OPTIONS: readonly OptionName[] = OPTION_NAMES.filter(
  (option) => specOf(option).only === undefined && specOf(option).library !== null,
);

/** Property of an option: its name in camelCase, or the table's other name for the library. */
export function propertyOf(option: OptionName): string {
  return specOf(option).library ?? option.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** Spelling of an option in messages of the library: the property, and the documents' name where that differs. */
export const libraryName: OptionNames = (option) => {
  if (!LIBRARY_OPTIONS.includes(option)) return '';
  const property = propertyOf(option);
  return property === option ? option : `${property} (\`${option}\`)`;
};
