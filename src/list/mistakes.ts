import { printable } from '../protocol/printable.js';
import { isMapping, MERGE_KEY, mergedBy, type Merges } from './merge-keys.js';
import { ATTRIBUTES, MOST_MIRRORS, OPTION_OF, type ValueSchema } from './schema.js';
import { specOf } from '../options/raw.js';

/** The way to a value: indexes of lists and names of attributes. */
export type Path = readonly (string | number)[];

/** One mistake in a list of mirrors. */
export interface Mistake {
  readonly path: Path;
  /** Says that the name of the attribute is wrong, not its value. */
  readonly isOfKey: boolean;
  /** The mistake, without any value that may be a secret. */
  readonly sentence: string;
}

/** Finds everything in a list of mirrors that its schema does not allow; what aliases repeat is told once. */
export function mistakesOf(list: unknown, merges: Merges): Mistake[] {
  if (!Array.isArray(list))
    return [mistakeAt([], `the list of mirrors must be a list, not ${nounFor(list, undefined)}${remedyFor(list)}.`)];
  const seen = new Set<unknown>();
  return [
    ...(list.length === 0 ? [mistakeAt([], 'the list of mirrors is empty.')] : []),
    ...(list.length > MOST_MIRRORS ? [mistakeAt([], `the list of mirrors has more than ${MOST_MIRRORS}.`)] : []),
    ...list.flatMap((mirror: unknown, index) => [
      ...(isMapping(mirror) && !merges.hasUrl(mirror) ? [mistakeAt([index], 'the mirror has no `url`.')] : []),
      ...mistakesOfMirror(mirror, [index], seen),
    ]),
  ];
}

function remedyFor(list: unknown): string {
  if (list === null) return '';
  if (!isMapping(list)) return ': begin each mirror with `- url:`';
  return Object.hasOwn(list, 'url')
    ? ': begin each mirror with `- `, as in `- url:`'
    : ': leave out what stands around the list, such as `mirrors:`';
}

function mistakeAt(path: Path, sentence: string): Mistake {
  return { path, isOfKey: false, sentence };
}

function mistakesOfMirror(mirror: unknown, path: Path, seen: Set<unknown>): Mistake[] {
  if (!isMapping(mirror)) {
    const remedy = typeof mirror === 'string' ? ': write `url:` and a space before the URL' : '';
    const sentence = `the mirror must be a mapping with a \`url\`, not ${nounFor(mirror, undefined)}${remedy}.`;
    return [mistakeAt(path, sentence)];
  }
  return mistakesOfMapping(mirror, path, seen);
}

function mistakesOfMapping(mapping: Readonly<Record<string, unknown>>, path: Path, seen: Set<unknown>): Mistake[] {
  if (seen.has(mapping)) return [];
  seen.add(mapping);
  return Object.entries(mapping).flatMap(([name, value]) =>
    name === MERGE_KEY
      ? mistakesOfMerge(mapping, [...path, name], seen)
      : mistakesOfAttribute(name, value, [...path, name], seen),
  );
}

function mistakesOfMerge(mapping: Readonly<Record<string, unknown>>, path: Path, seen: Set<unknown>): Mistake[] {
  const isOfList = Array.isArray(mapping[MERGE_KEY]);
  return mergedBy(mapping).flatMap((source, index) => {
    const place = isOfList ? [...path, index] : path;
    if (isMapping(source)) return mistakesOfMapping(source, place, seen);
    const noun = nounFor(source, undefined);
    return [
      mistakeAt(place, `\`<<\` must be a mapping to take over, as in \`<<: *name\`, or a list of such, not ${noun}.`),
    ];
  });
}

function mistakesOfAttribute(name: string, value: unknown, path: Path, seen: Set<unknown>): Mistake[] {
  const schema = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined;
  if (schema === undefined) {
    const known = Object.keys(ATTRIBUTES).join(', ');
    const sentence = `${shownName(name)} is not an attribute of a mirror. The attributes are ${known}.`;
    return [{ path, isOfKey: true, sentence }];
  }
  const sentence = sentenceOn(value, schema, name, false);
  if (sentence !== undefined) return [mistakeAt(path, sentence)];
  const { items } = schema;
  if (items === undefined || !Array.isArray(value) || seen.has(value)) return [];
  seen.add(value);
  return value.flatMap((item: unknown, index) => {
    const ofItem = sentenceOn(item, items, name, true);
    return ofItem === undefined ? [] : [mistakeAt([...path, index], ofItem)];
  });
}

/** Says what is wrong with a value, if anything is. */
function sentenceOn(value: unknown, schema: ValueSchema, name: string, isItem: boolean): string | undefined {
  const subject = isItem ? `one of ${shownName(name)}` : shownName(name);
  const shown = shownValue(name, value);
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) {
    const allowed = schema.enum.join(', ');
    return shown === undefined
      ? `${subject} must be one of ${allowed}.`
      : `${subject} is ${shown}; allowed are ${allowed}.`;
  }
  const isOfType = schema.type === 'array' ? Array.isArray(value) : typeof value === schema.type;
  if (!isOfType) return `${subject} must be ${requirementOf(schema, isItem)}, not ${nounFor(value, shown)}.`;
  if (typeof value !== 'string') return undefined;
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
    return `${subject} must be the name of an environment variable, not its value.`;
  }
  const length = Array.from(value).length;
  if (length < (schema.minLength ?? 0)) return `${subject} is empty.`;
  const { maxLength = Infinity } = schema;
  return length > maxLength ? `${subject} is longer than ${maxLength} characters.` : undefined;
}

/** The place of an attribute may hold a token or a URL with one: three characters are neither. */
function shownName(attribute: string): string {
  const isName = attribute.length <= 3 || /^[A-Za-z_-]{1,30}\d{0,2}$/.test(attribute);
  return isName ? `\`${printable(attribute)}\`` : 'this';
}

/** Kinds whose values are flags, words of ours or patterns: whoever mistakes one of them gives no secret. */
const SHOWN = ['flag', 'choice', 'patterns'];

/** A value in the wrong place may be a token or a URL with one: only short words and numbers are shown. */
function shownValue(attribute: string, value: unknown): string | undefined {
  const option = OPTION_OF.get(attribute);
  const isHarmless = option === undefined ? attribute === 'enabled' : SHOWN.includes(specOf(option).kind);
  if (!isHarmless || typeof value === 'object') return undefined;
  const text = JSON.stringify(value);
  return /^"?[A-Za-z0-9.!-]{0,20}"?$/.test(text) ? text : undefined;
}

function requirementOf({ type }: ValueSchema, isItem: boolean): string {
  const words = { array: 'a list', boolean: 'true or false', string: isItem ? 'a text (in quotes)' : 'a text' };
  return words[type];
}

function nounFor(value: unknown, shown: string | undefined): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const words: Readonly<Record<string, string>> = { string: 'text', number: 'number', boolean: 'value' };
  const kind = words[typeof value] ?? typeof value;
  return shown === undefined ? `a ${kind}` : `the ${kind} ${shown}`;
}
