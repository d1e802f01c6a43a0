import { CONFLICTS, GIT_REJECTIONS, RACES } from './git.js';
import type { RejectionRule } from './host.js';
import { HOSTS } from './hosts.js';

/** Every refusal that is known, the most telling first. The words alone tell them apart, whichever server says them. */
export const REJECTIONS: readonly RejectionRule[] = [
  ...CONFLICTS,
  ...RACES,
  ...HOSTS.flatMap(({ rejections }) => rejections),
  ...GIT_REJECTIONS,
];

/**
 * Finds the rule that explains a server's refusal.
 *
 * @param reason the server's words on one ref, or on all
 * @param said other lines of the server, which may tell more than the reason
 */
export function explainRejection(reason: string, said: readonly string[] = []): RejectionRule | undefined {
  const ofReason = REJECTIONS.find(({ pattern }) => pattern.test(reason));
  if (ofReason !== undefined && ofReason.isVague !== true) return ofReason;
  // Somebody who was faster shows in the reason alone: a hook may use such words for anything.
  const texts = [reason, ...said];
  return REJECTIONS.find(({ isRace, pattern }) => isRace !== true && texts.some((text) => pattern.test(text)));
}

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
    this.#lines = lines
      .filter((line) => !DECORATION.test(line) && !PROGRESS.test(line.trim()))
      .map((line) => ({ text: line.trim(), ...refsNamedIn(line, refs), rank: rankOf(line) }));
  }

  /** The lines that tell most about a ref, in their order: lines that name it, or else lines that name no ref. */
  about(ref: string, most: number): string[] {
    const concerning = this.#lines.filter(({ refs }) => refs.size === 0 || refs.has(ref));
    const rank = (line: RankedLine): number => (line.refs.has(ref) || line.perhaps.has(ref) ? -1 : line.rank);
    const chosen = new Set(concerning.toSorted((one, other) => rank(one) - rank(other)).slice(0, most));
    return concerning.filter((line) => chosen.has(line)).map(({ text }) => text);
  }

  /** Reports whether a line names the ref: in full, or by its short name. */
  name(ref: string): boolean {
    return this.#lines.some(({ refs, perhaps }) => refs.has(ref) || perhaps.has(ref));
  }
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
