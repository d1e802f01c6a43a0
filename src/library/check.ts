import { specOf, type OptionName } from '../options/raw.js';
import { printable } from '../protocol/printable.js';
import { LIBRARY_OPTIONS, libraryName, propertyOf } from './names.js';
import type { MirrorOptions } from './options.js';
import type { TableOptions } from './values.js';

/** Type of a value; the compiler has not seen all programs that give one. */
interface Type {
  /** For messages: "must be a string". */
  readonly name: string;
  readonly fits: (value: unknown) => boolean;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STRING: Type = { name: 'a string', fits: isString };
const STRINGS: Type = {
  name: 'an array of strings',
  fits: (value) => Array.isArray(value) && value.every(isString),
};
/** An empty pattern selects nothing, and an empty list everything: whoever gives the one may mean the other. */
const PATTERNS: Type = {
  name: 'an array of strings, none of them empty',
  fits: (value) => STRINGS.fits(value) && !(value as string[]).includes(''),
};
const BOOLEAN: Type = { name: 'true or false', fits: (value) => typeof value === 'boolean' };
const NUMBER: Type = { name: 'a number', fits: (value) => typeof value === 'number' };

/** Properties that are no options of a mirror. */
const OTHERS: Readonly<Record<Exclude<keyof MirrorOptions, keyof TableOptions>, Type>> = {
  signal: { name: 'an AbortSignal', fits: (value) => value instanceof AbortSignal },
  onLine: { name: 'a function', fits: (value) => typeof value === 'function' },
  environment: {
    name: 'an object of strings',
    fits: (value) => isObject(value) && Object.values(value).every((one) => one === undefined || isString(one)),
  },
};

/** A property of the options. */
interface Property {
  readonly property: string;
  /** Name in the documents, of an option. */
  readonly option?: OptionName;
  /** Spelling in messages. */
  readonly title: string;
  readonly type: Type;
}

const PROPERTIES: readonly Property[] = [
  ...LIBRARY_OPTIONS.map((option) => ({
    option,
    property: propertyOf(option),
    title: libraryName(option),
    type: typeOf(option),
  })),
  ...Object.entries(OTHERS).map(([property, type]) => ({ property, title: property, type })),
];

function typeOf(option: OptionName): Type {
  switch (specOf(option).kind) {
    case 'flag':
      return BOOLEAN;
    case 'number':
      return NUMBER;
    case 'patterns':
      return PATTERNS;
    case 'lines':
      return STRINGS;
    default:
      return STRING;
  }
}

const NEEDED = ['source', 'target'];

/** Finds what of the options is not of its type, a sentence each. No value is shown: it may be a secret in a wrong place. */
export function typeProblems(options: unknown): readonly string[] {
  if (!isObject(options)) return ['The options must be an object.'];
  const given = options as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(options).flatMap((name) => unknownProblem(name) ?? []),
    ...PROPERTIES.flatMap((property) => problemOf(property, given[property.property]) ?? []),
  ];
}

/** A name that is written otherwise would be taken for nothing, and `dryrun` for a real run. */
function unknownProblem(name: string): string | undefined {
  if (PROPERTIES.some(({ property }) => property === name)) return undefined;
  const plain = (one: string): string => one.toLowerCase().replace(/[^a-z]/g, '');
  const meant = PROPERTIES.find(({ property, option }) => plain(property) === plain(name) || option === name);
  return `"${printable(name, 50)}" is not an option${meant === undefined ? '.' : `: did you mean ${meant.property}?`}`;
}

function problemOf({ property, title, type }: Property, value: unknown): string | undefined {
  if (value === undefined) return NEEDED.includes(property) ? `${title} is missing: give a URL or a path.` : undefined;
  if (!type.fits(value)) return `${title} must be ${type.name}.`;
  // Such a text has no bytes, so it is no text of any server's.
  const isWhole = [value].flat().every((one) => !isString(one) || one.isWellFormed());
  return isWhole ? undefined : `${title} contains half a character (a surrogate without its other half).`;
}
