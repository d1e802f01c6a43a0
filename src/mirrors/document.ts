import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { printable } from '../protocol/printable.js';
import { MIRRORS_SCHEMA, type MirrorEntry } from './schema.js';

/** An entry, and where it stands. */
export interface PlacedEntry {
  readonly entry: MirrorEntry;
  /** How messages speak of one of its attributes: `mirrors.yml, line 3, column 5: \`url\``. */
  readonly place: (attribute: keyof MirrorEntry) => string;
}

const LARGEST = 1024 * 1024;

/**
 * Reads a list of mirrors.
 *
 * @param title what is read, for messages
 * @param problem is told, in a sentence each with line and column, everything that is wrong
 * @returns nothing where something is wrong
 */
export function readMirrors(text: string, title: string, problem: (sentence: string) => void): PlacedEntry[] {
  if (Buffer.byteLength(text) > LARGEST) {
    problem(`${title} is larger than 1 MiB.`);
    return [];
  }
  const places = new LineCounter();
  const document = parseDocument(text, { lineCounter: places, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = places.linePos(offset);
    return `${title}, line ${line}, column ${col}`;
  };
  for (const { message, pos } of document.errors) problem(`${at(pos[0])}: ${printable(message, 300)}.`);
  if (document.errors.length > 0) return [];
  const value = valueOf(document, title, problem);
  const wrong = mistakes(value);
  for (const mistake of wrong) problem(`${at(offsetOf(document, mistake.path))}: ${sentenceOf(mistake, value)}`);
  if (value === undefined || wrong.length > 0) return [];
  return (value as MirrorEntry[]).map((entry, index) => ({
    entry,
    place: (attribute) => {
      const path = attribute in entry ? [index, attribute] : [index];
      return `${at(offsetOf(document, path))}: \`${attribute}\``;
    },
  }));
}

function valueOf(document: Document, title: string, problem: (sentence: string) => void): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch {
    problem(`${title} repeats itself by aliases without end.`);
    return undefined;
  }
}

interface Mistake {
  readonly path: readonly (string | number)[];
  readonly keyword: string;
  readonly error: string;
}

/** Those that only say that something inside of them is wrong. */
const OUTER = new Set(['items', 'properties', 'additionalProperties']);

function mistakes(value: unknown): Mistake[] {
  if (value === undefined) return [];
  const { errors } = new Validator(MIRRORS_SCHEMA as unknown as Schema, '2020-12', false).validate(value);
  return errors.filter(({ keyword }) => !OUTER.has(keyword)).map(mistakeOf);
}

function mistakeOf({ instanceLocation, keyword, error }: OutputUnit): Mistake {
  const parts = instanceLocation.split('/').slice(1);
  const path = parts.map((part) => {
    const name = decodeURIComponent(part).replace(/~1/g, '/').replace(/~0/g, '~');
    return /^\d+$/.test(name) ? Number(name) : name;
  });
  return { path, keyword, error };
}

const ATTRIBUTES = Object.keys(MIRRORS_SCHEMA.items.properties).join(', ');

function sentenceOf({ path, keyword, error }: Mistake, value: unknown): string {
  const found = path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
  const name = path.findLast((part) => typeof part === 'string');
  const attribute = name === undefined ? '' : `\`${printable(name, 100)}\` `;
  const shown = typeof found === 'object' || found === undefined ? '' : ` ${printable(JSON.stringify(found), 100)}`;
  switch (keyword) {
    case 'false':
      return `${attribute}is no attribute of a mirror: known are ${ATTRIBUTES}.`;
    case 'required':
      return 'the mirror has no `url`.';
    case 'type':
      return `${attribute || (path.length === 0 ? 'the list of mirrors ' : 'the mirror ')}must be ${article(error)}, not ${kindOf(found)}${shown}.`;
    case 'enum':
      return `${attribute}is${shown}, allowed are ${allowed(error)}.`;
    case 'pattern':
      return `${attribute}must be the name of an environment variable, not what it holds.`;
    case 'minItems':
      return 'the list of mirrors is empty.';
    case 'minLength':
      return `${attribute}is empty.`;
    default:
      return `${attribute}is wrong: ${error}`;
  }
}

function article(error: string): string {
  const kind = /Expected "(\w+)"/.exec(error)?.[1] ?? 'something else';
  const words: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'a mapping with a `url`',
    boolean: 'true or false',
    string: 'a text',
  };
  return words[kind] ?? kind;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  const words: Readonly<Record<string, string>> = {
    object: 'a mapping',
    string: 'the text',
    number: 'the number',
    boolean: 'the value',
  };
  return words[typeof value] ?? typeof value;
}

function allowed(error: string): string {
  const list = /any of (\[.*\])\./.exec(error)?.[1];
  return list === undefined ? error : (JSON.parse(list) as string[]).join(', ');
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return node.range[0];
  }
  return 0;
}
