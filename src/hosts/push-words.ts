import { trimEndOf } from '../protocol/trim.js';
import { heardOf, type Explainer } from './rejection.js';

const DECORATION = /^(?:error:)?[\s=\-_*#—–─·.|+~]*$/;
// Git and JGit: "Resolving deltas: 100% (3/3), done.", "Updating references: 100%", "Counting objects: 5".
const PROGRESS =
  /^[A-Z][a-z]+ing [A-Za-z ]+: +\d+(?:%(?: *\(\d+\/\d+\))?)?(?:, (?:done|completed with|[\d.]+ \w+ \|).*| *\[[\d:.]+m?s?\])?$/;
const TELLING = /https?:\/\/|\berror:|^(?:GitLab|Gitea|Forgejo):|fatal:/;
const ERROR = /^(?:fatal|error):/;

interface RankedLine {
  readonly text: string;
  /** Names no ref in full: it may be about any. */
  readonly isGeneral: boolean;
  /** The smaller, the more the line tells. */
  readonly rank: number;
}

/** Lines that a server wrote for people during a push, told apart by the refs that they are about. */
export class PushWords {
  readonly #lines: readonly RankedLine[];
  /** Places of the general lines, the most telling first. */
  readonly #general: readonly number[];
  readonly #lastGeneralError: number;
  /** Places of lines by the refs that they name in full: they are about no other. */
  readonly #naming = new Map<string, number[]>();
  /** Places of lines by refs whose short name they hold, which may be a word like any other. */
  readonly #perhapsNaming = new Map<string, number[]>();

  /** @param refs the full names of all refs in the push */
  constructor(lines: readonly string[], refs: ReadonlySet<string>, explainer: Explainer) {
    this.#lines = withoutBypassed(lines)
      .map((line) => line.trim())
      .filter((line) => !DECORATION.test(line) && !PROGRESS.test(line))
      .map((text, at) => {
        const { named, perhaps } = refsNamedIn(heardOf(text), refs);
        for (const ref of named) add(this.#naming, ref, at);
        for (const ref of perhaps) add(this.#perhapsNaming, ref, at);
        return { text, isGeneral: named.size === 0, rank: rankOf(text, explainer) };
      });
    const general = [...this.#lines.keys()].filter((at) => this.#lines[at]?.isGeneral);
    this.#general = general.toSorted((one, other) => this.#rank(one) - this.#rank(other));
    this.#lastGeneralError = general.findLast((at) => this.#isError(at)) ?? -1;
  }

  /** The lines that tell most about a ref, in their order: lines that name it, or else lines that name no ref. The last error is among them. */
  about(ref: string, most: number): string[] {
    const naming = this.#naming.get(ref) ?? [];
    const perhaps = (this.#perhapsNaming.get(ref) ?? []).filter((at) => this.#lines[at]?.isGeneral);
    const own = [...naming, ...perhaps].toSorted((one, other) => one - other).slice(0, most);
    const chosen = new Set(own);
    const isLast = (naming.findLast((at) => this.#isError(at)) ?? -1) < this.#lastGeneralError;
    for (const at of [...(isLast ? [this.#lastGeneralError] : []), ...this.#general.slice(0, most * 2)]) {
      if (chosen.size < most) chosen.add(at);
    }
    return [...chosen].toSorted((one, other) => one - other).map((at) => this.#lines[at]?.text ?? '');
  }

  /** Reports whether a line names the ref: in full, or by its short name. */
  name(ref: string): boolean {
    return this.#naming.has(ref) || this.#perhapsNaming.has(ref);
  }

  #rank(at: number): number {
    return this.#lines[at]?.rank ?? 0;
  }

  #isError(at: number): boolean {
    return ERROR.test(this.#lines[at]?.text ?? '');
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

function rankOf(line: string, explainer: Explainer): number {
  if (explainer.knows(line)) return 0;
  return TELLING.test(line) ? 1 : 2;
}

interface NamedRefs {
  readonly named: ReadonlySet<string>;
  readonly perhaps: ReadonlySet<string>;
}

// A short name may be any word: it is sure only where the line says what it is, or quotes it.
const SURELY_NAMED = /(?:\b(?:branch|tag|ref) |['"`])([^\s'"`]+)/gi;

function refsNamedIn(line: string, refs: ReadonlySet<string>): NamedRefs {
  const words = line.split(/[\s'"`()[\],;]+/).map((word) => trimEndOf(word, '.:!?'));
  const sure = Array.from(line.matchAll(SURELY_NAMED), ([, word = '']) => trimEndOf(word, '.,:;!?)'));
  const among = (names: readonly string[]): Set<string> => new Set(names.filter((name) => refs.has(name)));
  return { named: among([...words, ...sure.flatMap(fullNames)]), perhaps: among(words.flatMap(fullNames)) };
}

function fullNames(word: string): string[] {
  return [`refs/heads/${word}`, `refs/tags/${word}`];
}

function add(places: Map<string, number[]>, ref: string, at: number): void {
  const known = places.get(ref);
  if (known === undefined) places.set(ref, [at]);
  else known.push(at);
}
