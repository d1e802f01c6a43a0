import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { printable } from '../protocol/printable.js';
import { MIRRORS_SCHEMA } from './schema.js';

/** The way to a value: indexes of lists and names of attributes. */
export type Path = readonly (string | number)[];

/** One thing in a list of mirrors that its schema does not allow. */
export interface Mistake {
  readonly path: Path;
  /** Whether the name of the attribute is what is wrong, not its value. */
  readonly isOfKey: boolean;
  /** What is wrong, without any value that may be a secret. */
  readonly sentence: string;
}

/** Those that only say that something inside of them is wrong. */
const OUTER = new Set(['items', 'properties', 'additionalProperties']);

/** Everything in a list of mirrors that its schema does not allow. */
export function mistakesOf(value: unknown): Mistake[] {
  const { errors } = new Validator(MIRRORS_SCHEMA as unknown as Schema, '2020-12', false).validate(value);
  return errors.filter(({ keyword }) => !OUTER.has(keyword)).map((unit) => mistakeOf(unit, value));
}

function mistakeOf({ instanceLocation, keyword, error }: OutputUnit, list: unknown): Mistake {
  const path: (string | number)[] = [];
  let value = list;
  for (const part of instanceLocation.split('/').slice(1)) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const key = Array.isArray(value) ? Number(name) : name;
    path.push(key);
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return { path, isOfKey: keyword === 'false', sentence: sentenceOf(path, value, keyword, error) };
}

const ATTRIBUTES = Object.keys(MIRRORS_SCHEMA.items.properties).join(', ');

interface About {
  /** The attribute, or the list. */
  readonly subject: string;
  readonly isMirror: boolean;
  /** Whether it is about one of the values of a list. */
  readonly isItem: boolean;
  readonly value: unknown;
  /** The value as it may be shown. */
  readonly shown: string | undefined;
  /** What the validator says of it. */
  readonly error: string;
}

/** By the schema's keyword. */
const SENTENCES: Readonly<Record<string, (about: About) => string>> = {
  false: ({ subject }) => `${subject} is no attribute of a mirror: known are ${ATTRIBUTES}.`,
  required: () => 'the mirror has no `url`.',
  type: ({ subject, isMirror, isItem, value, shown, error }) =>
    `${isMirror ? 'the mirror' : nameOf(subject, isItem)} must be ${wanted(error, isItem)}, not ${found(value, shown)}.`,
  enum: ({ subject, shown, error }) =>
    shown === undefined
      ? `${subject} must be one of ${allowed(error)}.`
      : `${subject} is ${shown}, allowed are ${allowed(error)}.`,
  pattern: ({ subject }) => `${subject} must be the name of an environment variable, not what it holds.`,
  minItems: ({ subject }) => `${subject} is empty.`,
  minLength: ({ subject, isItem }) => `${nameOf(subject, isItem)} is empty.`,
  maxItems: ({ subject, error }) => `${subject} has more than ${limitIn(error)}.`,
  maxLength: ({ subject, isItem, error }) => `${nameOf(subject, isItem)} is longer than ${limitIn(error)} characters.`,
};

function sentenceOf(path: Path, value: unknown, keyword: string, error: string): string {
  const attribute = path.find((part) => typeof part === 'string');
  const subject = attribute === undefined ? 'the list of mirrors' : shownName(attribute);
  const shown = shownOf(attribute, value);
  const [isMirror, isItem] = [path.length === 1, attribute !== undefined && typeof path.at(-1) === 'number'];
  const sentence = SENTENCES[keyword]?.({ subject, isMirror, isItem, value, shown, error });
  return sentence ?? `${subject} is wrong: ${printable(error, 300)}`;
}

function nameOf(subject: string, isItem: boolean): string {
  return isItem ? `one of ${subject}` : subject;
}

/** What stands in the place of an attribute may be a token or a URL with one: three characters are neither. */
function shownName(attribute: string): string {
  const isName = attribute.length <= 3 || /^[A-Za-z_-]{1,30}\d{0,2}$/.test(attribute);
  return isName ? `\`${printable(attribute)}\`` : 'this';
}

/** Those whose values are words of ours, flags or patterns: whoever mistakes one of them gives no secret. */
const SHOWN = new Set<string | undefined>([
  ...['enabled', 'only_protected_branches', 'keep_divergent_refs'],
  ...['branches', 'tags', 'prune', 'lfs'],
]);

/** A value in the wrong place may be a token or a URL with one: only short words and numbers are shown. */
function shownOf(attribute: string | undefined, value: unknown): string | undefined {
  if (!SHOWN.has(attribute) || typeof value === 'object') return undefined;
  const text = JSON.stringify(value);
  return /^"?[A-Za-z0-9.!-]{0,20}"?$/.test(text) ? text : undefined;
}

/** The last number in the validator's words, as in "is too long (101 > 100)". */
function limitIn(error: string): string {
  return /(\d+)\D*$/.exec(error)?.[1] ?? '';
}

function wanted(error: string, isItem: boolean): string {
  const kind = /Expected "(\w+)"/.exec(error)?.[1] ?? 'something else';
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a mapping with a `url`',
    boolean: 'true or false',
    string: isItem ? 'a text (in quotes)' : 'a text',
  };
  return words[kind] ?? kind;
}

function found(value: unknown, shown: string | undefined): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const words: Readonly<Record<string, string>> = { string: 'text', number: 'number', boolean: 'value' };
  const kind = words[typeof value] ?? typeof value;
  return shown === undefined ? `a ${kind}` : `the ${kind} ${shown}`;
}

function allowed(error: string): string {
  const list = /any of (\[.*\])\./.exec(error)?.[1];
  return list === undefined ? printable(error, 300) : (JSON.parse(list) as string[]).join(', ');
}
