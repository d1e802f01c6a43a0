import type { Place } from '../protocol/location.js';
import { DISK_REJECTIONS, UNMOVED_REJECTIONS } from './disk.js';
import { CONFLICTS, GIT_REJECTIONS, RACES } from './git.js';
import { STORAGE } from './git-storage.js';
import type { Remedy, RejectionRule } from './host.js';
import { HOSTS } from './hosts.js';

/** Every refusal that is known, the most telling first. The words alone tell them apart, whichever server says them. */
export const REJECTIONS: readonly RejectionRule[] = [
  ...CONFLICTS,
  ...RACES,
  ...STORAGE,
  ...DISK_REJECTIONS,
  ...HOSTS.flatMap(({ rejections }) => rejections),
  ...GIT_REJECTIONS,
  ...UNMOVED_REJECTIONS,
];

/** A rule with its remedy as it fits the place and the words. */
export interface Explanation extends RejectionRule {
  readonly remedy: string;
}

/** The refusals among them that any Git server may utter. */
export const REJECTIONS_OF_GIT: readonly RejectionRule[] = [
  ...CONFLICTS,
  ...RACES,
  ...STORAGE,
  ...DISK_REJECTIONS,
  ...GIT_REJECTIONS,
  ...UNMOVED_REJECTIONS,
];

/** Meanings that words of a race may have where there was none. */
const OF_UNMOVED = REJECTIONS.filter(({ id }) => id !== 'race');

/**
 * Finds the rule that explains a server's refusal.
 *
 * @param reason the server's words on one ref, or on all
 * @param said other lines of the server, which may tell more than the reason
 * @param place where the repository is; without it, the remedies for all places are told
 */
export function explainRejection(reason: string, said: readonly string[] = [], place?: Place): Explanation | undefined {
  const texts = [reason, ...said];
  const rule = ruleFor(reason, texts);
  return rule === undefined ? undefined : { ...rule, remedy: remedyFor(rule, texts, place) };
}

function ruleFor(reason: string, texts: readonly string[]): RejectionRule | undefined {
  const ofReason = REJECTIONS.find(({ isOfUnmoved, pattern }) => isOfUnmoved !== true && pattern.test(reason));
  if (ofReason !== undefined && ofReason.isVague !== true) return ofReason;
  // Somebody who was faster shows in the reason alone: a hook may use such words for anything.
  return REJECTIONS.find(
    ({ isRace, isOfUnmoved, pattern }) =>
      isRace !== true && isOfUnmoved !== true && texts.some((text) => pattern.test(text)),
  );
}

/**
 * Finds the rule that explains a refusal in the words of a race, of a ref that nobody has moved: the server's other
 * lines tell most.
 */
export function explainUnmoved(reason: string, said: readonly string[], place?: Place): Explanation | undefined {
  const texts = [reason, ...said];
  const rule = OF_UNMOVED.find(({ isVague, pattern }) => isVague !== true && texts.some((text) => pattern.test(text)));
  return rule === undefined ? undefined : { ...rule, remedy: remedyFor(rule, texts, place) };
}

/** Reports whether a server's words name the object at which it found a ref, and which was not the expected one. */
export function provesRace(reason: string, said: readonly string[]): boolean {
  return [reason, ...said].some((text) => /is at [0-9a-f]+ but expected [0-9a-f]+/.test(text));
}

function remedyFor({ remedy, blank }: RejectionRule, texts: readonly string[], place: Place | undefined): string {
  const general = remedyText(remedy, place);
  if (blank === undefined) return general;
  const [part, named] = blank;
  const found = texts.map((text) => named.exec(text)).find((match) => match !== null);
  const name = found?.slice(1).find((group: string | undefined) => group !== undefined);
  return name === undefined ? general : general.replaceAll(part, () => name);
}

/** A remedy as it is written down: where it differs, for one place or for all of them. */
export function remedyText(remedy: Remedy, place?: Place): string {
  if (typeof remedy === 'string') return remedy;
  if (place !== undefined) return remedy[place];
  const texts = new Map<string, string[]>();
  for (const [kind, name] of PLACES) texts.set(remedy[kind], [...(texts.get(remedy[kind]) ?? []), name]);
  return Array.from(texts, ([text, names]) => `${names.join(', ')}: ${text}`).join(' ');
}

const PLACES: readonly (readonly [Place, string])[] = [
  ['local', 'A folder of this machine'],
  ['ssh', 'Over SSH'],
  ['http', 'Over HTTP'],
];

const DECORATION = /^(?:error:)?[\s=\-_*#—–─·.|+~]*$/;
// Git and JGit: "Resolving deltas: 100% (3/3), done.", "Updating references: 100%", "Counting objects: 5".
const PROGRESS =
  /^[A-Z][a-z]+ing [A-Za-z ]+: +\d+(?:%(?: *\(\d+\/\d+\))?)?(?:, (?:done|completed with|[\d.]+ \w+ \|).*)?(?: *\[[\d:.]+m?s?\])?$/;
const TELLING = /https?:\/\/|\berror:|^(?:GitLab|Gitea|Forgejo):|fatal:/;

interface RankedLine {
  readonly text: string;
  /** Refs that the line names in full: it is about no other. */
  readonly refs: ReadonlySet<string>;
  /** Refs whose short name the line holds, which may be a word like any other. */
  readonly perhaps: ReadonlySet<string>;
  /** The smaller, the more the line tells. */
  readonly rank: number;
}

/** Lines that a server wrote for people during a push, told apart by the refs that they are about. */
export class PushWords {
  readonly #lines: readonly RankedLine[];

  /** @param refs the full names of all refs in the push */
  constructor(lines: readonly string[], refs: ReadonlySet<string>) {
    this.#lines = withoutBypassed(lines)
      .filter((line) => !DECORATION.test(line) && !PROGRESS.test(line.trim()))
      .map((line) => ({ text: line.trim(), ...refsNamedIn(line, refs), rank: rankOf(line) }));
  }

  /** The lines that tell most about a ref, in their order: lines that name it, or else lines that name no ref. The last error is among them. */
  about(ref: string, most: number): string[] {
    const concerning = this.#lines.filter(({ refs }) => refs.size === 0 || refs.has(ref));
    const last = concerning.findLast(({ text }) => /^(?:fatal|error):/.test(text));
    const rank = (line: RankedLine): number => {
      if (line.refs.has(ref) || line.perhaps.has(ref)) return -2;
      return line === last ? -1 : line.rank;
    };
    const chosen = new Set(concerning.toSorted((one, other) => rank(one) - rank(other)).slice(0, most));
    return concerning.filter((line) => chosen.has(line)).map(({ text }) => text);
  }

  /** Reports whether a line names the ref: in full, or by its short name. */
  name(ref: string): boolean {
    return this.#lines.some(({ refs, perhaps }) => refs.has(ref) || perhaps.has(ref));
  }
}

// GitHub, of refs that it accepted: "Bypassed rule violations for refs/heads/main:", and then the rules, one a line.
const BYPASSED = 'Bypassed rule violations for ';

/** Leaves out what was said of rules that did not apply: it is no reason for a refusal. */
function withoutBypassed(lines: readonly string[]): readonly string[] {
  let isBypassed = false;
  return lines.filter((line) => {
    isBypassed = line.trim().startsWith(BYPASSED) || (isBypassed && /^\s*(?:-.*)?$/.test(line));
    return !isBypassed;
  });
}

function rankOf(line: string): number {
  if (REJECTIONS.some(({ pattern }) => pattern.test(line))) return 0;
  return TELLING.test(line) ? 1 : 2;
}

// A short name may be any word: it is sure only where the line says what it is, or quotes it.
const SURELY_NAMED = /(?:\b(?:branch|tag|ref) |['"`])([^\s'"`]+)/gi;

function refsNamedIn(line: string, refs: ReadonlySet<string>): Pick<RankedLine, 'refs' | 'perhaps'> {
  const words = line.split(/[\s'"`()[\],;]+|[.:!?]+(?=\s|$)/);
  const sure = Array.from(line.matchAll(SURELY_NAMED), ([, word = '']) => word.replace(/[.,:;!?)]+$/, ''));
  const among = (names: readonly string[]): Set<string> => new Set(names.filter((name) => refs.has(name)));
  return { refs: among([...words, ...sure.flatMap(fullNames)]), perhaps: among(words.flatMap(fullNames)) };
}

function fullNames(word: string): string[] {
  return [`refs/heads/${word}`, `refs/tags/${word}`];
}
