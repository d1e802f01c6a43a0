import { isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, ErrorCode, Node, Tags } from 'yaml';
import { Merges } from './merge-keys.js';
import { mistakesOf, type Mistake, type Path } from './mistakes.js';
import { codeOf } from '../protocol/unseen.js';
import type { Tell } from '../options/attempt.js';
import type { MirrorEntry } from './schema.js';

/** An entry, and its place in the list. */
export interface PlacedEntry {
  readonly entry: MirrorEntry;
  /** Spelling of an attribute in messages: `mirrors.yml, line 3, column 5: \`url\``. */
  readonly place: (attribute: keyof MirrorEntry) => string;
}

const LARGEST = 1024 * 1024;
const MOST_TOLD = 50;
/** More than a mirror has attributes, for each mirror of the longest list. */
const MOST_ALIASES = 2000;

/**
 * Reads a list of mirrors.
 *
 * @param title name of the list, for messages
 * @param tell takes a sentence with line and column for each mistake, without any value that may be a secret
 * @returns no entry if there is a mistake
 */
export function readMirrors(text: string, title: string, tell: Tell): PlacedEntry[] {
  if (Buffer.byteLength(text) > LARGEST) {
    tell(`${title} is larger than 1 MiB.`);
    return [];
  }
  try {
    return readList(text, title, tell);
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    tell(`${title} is nested too deeply.`);
    return [];
  }
}

function readList(text: string, title: string, tell: Tell): PlacedEntry[] {
  const places = new LineCounter();
  const yaml = text.replace(/^\ufeff/, '');
  const document = parseDocument(yaml, { ...READING, lineCounter: places });
  const at = (offset: number): string => {
    const { line, col } = places.linePos(offset);
    return `${title}, line ${line}, column ${col}`;
  };
  const first = firstFault(document, yaml);
  const value: unknown = first === undefined ? document.toJS({ maxAliasCount: -1 }) : undefined;
  const merges = new Merges();
  const faults = first === undefined ? placeMistakes(mistakesOf(value, merges), document) : [first];
  if (faults.length > 0) {
    for (const { offset, sentence } of [...faults.slice(0, MOST_TOLD), ...lookAlikes(yaml)])
      tell(`${at(offset)}: ${sentence}`);
    if (faults.length > MOST_TOLD) tell(`${title}: and ${faults.length - MOST_TOLD} more mistakes.`);
    return [];
  }
  return (value as Record<string, unknown>[]).map((entry, index) => ({
    entry: merges.whole(entry) as unknown as MirrorEntry,
    place: (attribute) => {
      const path = attribute in entry ? [index, attribute] : [index];
      return `${at(offsetOf(document, path))}: \`${attribute}\``;
    },
  }));
}

/** Merge keys are ours to follow: the parser would follow them again and again (see {@link Merges}). */
const READING = {
  prettyErrors: false,
  logLevel: 'error',
  resolveKnownTags: false,
  customTags: (tags: Tags): Tags => tags.filter((tag) => typeof tag === 'string' || tag.tag !== MERGE_TAG),
} as const;
const MERGE_TAG = 'tag:yaml.org,2002:merge';

interface Fault {
  readonly offset: number;
  readonly sentence: string;
}

const QUOTES = "put the text in quotes, as in '*' or '!wip/*'";

/** Sentences of our own: those of a parser repeat what it has found, which may be a secret. */
const FAULTS: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: `in YAML, * and & at the beginning have another meaning: ${QUOTES}.`,
  TAG_RESOLVE_FAILED: `in YAML, ! at the beginning has another meaning: ${QUOTES}.`,
  BAD_SCALAR_START: 'in YAML, no text can begin with this character: put the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon or a list in the same line: begin a new line, or put the text in quotes.',
  BAD_DQ_ESCAPE:
    'between double quotes, \\ begins an escape sequence, and this is not a valid one: write \\\\, or use single quotes.',
  TAB_AS_INDENT: 'this line is indented with a tab: YAML allows only spaces.',
  BAD_INDENT: 'the indentation of this line does not match the lines around it.',
  DUPLICATE_KEY: 'the same attribute appears twice in a mirror.',
  MULTIPLE_DOCS: 'a second document begins here: write all mirrors into one list.',
  MISSING_CHAR:
    'something is missing here: a quote, a bracket, a comma, a colon or a space after it; or the indentation does not match the line above.',
  BAD_DIRECTIVE: 'this line, which begins with %, is not a YAML directive.',
  RESOURCE_EXHAUSTION: 'this is nested too deeply.',
};

const NO_ANCHOR = `in YAML, * begins the name of what stands behind an & above, and there is no such name: ${QUOTES}.`;

/** Finds the first mistake in the text as YAML; later ones are often only its consequence. */
function firstFault(document: Document, text: string): Fault | undefined {
  const warnings = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED' || code === 'BAD_DIRECTIVE');
  const errors = document.errors.filter(({ code, pos }) => code !== 'MULTIPLE_DOCS' || !isEmpty(text.slice(pos[0])));
  const faults = [...errors, ...warnings].map(({ code, pos }) => ({
    offset: pos[0],
    sentence: FAULTS[isIndentedByTab(text, pos[0]) ? 'TAB_AS_INDENT' : code] ?? 'this is not YAML.',
  }));
  return [...faults, ...(faults.length === 0 ? faultsOfNodes(document) : [])].toSorted(byOffset)[0];
}

/** Reports whether a tab is the first mistake in a line. Between brackets, as in JSON, it is none. */
function isIndentedByTab(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1);
  return /^ *\t/.test(line) && !/^\s*[[{]/.test(text);
}

/** Spaces and a colon that are none to YAML: whoever copies a list from a page or a chat may get them unseen. */
const LOOK_ALIKE = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff\uff1a]/;

/** Tells of the first character that is taken for a space or a colon: it may be why there are other mistakes. */
function lookAlikes(text: string): Fault[] {
  const { 0: found = '', index: offset = 0 } = LOOK_ALIKE.exec(text) ?? {};
  if (found === '') return [];
  const what = found === '\uff1a' ? 'colon' : 'space';
  return [
    { offset, sentence: `this character (${codeOf(found)}) is no ${what} to YAML: if one is meant, type it anew.` },
  ];
}

function byOffset(one: Fault, other: Fault): number {
  return one.offset - other.offset;
}

/** Many end a document as they have begun it: nothing is behind the mark. */
function isEmpty(documents: string): boolean {
  return documents.split(/\r?\n/).every((line) => /^(?:---|\.\.\.)?[ \t]*(?:#.*)?$/.test(line));
}

function faultsOfNodes(document: Document): Fault[] {
  const faults: Fault[] = [];
  const anchored = new Map<string, unknown>();
  let aliases = 0;
  visit(document, (_key, node, ancestors) => {
    if (!isNode(node)) return undefined;
    if (!isAlias(node) && node.anchor !== undefined) anchored.set(node.anchor, node);
    if (isAlias(node)) aliases += 1;
    const sentence = aliases > MOST_ALIASES ? TOO_MANY_ALIASES : faultOfNode(node, anchored, ancestors);
    if (sentence !== undefined) faults.push({ offset: node.range?.[0] ?? 0, sentence });
    return aliases > MOST_ALIASES ? visit.BREAK : undefined;
  });
  return faults;
}

const TOO_MANY_ALIASES = `more than ${MOST_ALIASES} aliases are in this list: write what they stand for.`;

function faultOfNode(
  node: Node,
  anchored: ReadonlyMap<string, unknown>,
  ancestors: readonly unknown[],
): string | undefined {
  if (isAlias(node)) {
    const named = anchored.get(node.source);
    if (named === undefined) return NO_ANCHOR;
    return ancestors.includes(named) ? 'this is an alias of what it stands in.' : undefined;
  }
  const hasHalf = isScalar(node) && typeof node.value === 'string' && /\p{Surrogate}/u.test(node.value);
  return hasHalf ? 'this text has half of a character.' : undefined;
}

function placeMistakes(mistakes: readonly Mistake[], document: Document): Fault[] {
  return mistakes
    .map(({ path, isOfKey, sentence }) => ({
      offset: (isOfKey ? offsetOfKey(document, path) : undefined) ?? offsetOf(document, path),
      sentence,
    }))
    .toSorted(byOffset);
}

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const range = nodeAt(document, path.slice(0, length))?.range;
    if (range != null) return range[0];
  }
  return 0;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

function offsetOfKey(document: Document, path: Path): number | undefined {
  const parent = nodeAt(document, path.slice(0, -1));
  if (!isCollection(parent) || !isMap(parent)) return undefined;
  const key = parent.items.map((pair) => pair.key).find((one) => isScalar(one) && String(one.value) === path.at(-1));
  return isNode(key) ? key.range?.[0] : undefined;
}
