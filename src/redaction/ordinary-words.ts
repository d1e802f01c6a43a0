import { WINDOW, type Run } from './windows.js';

// Longer ones are hardly words.
const LONGEST_WORD = 14;
const SHORTEST_WORD = 3;
const LONGEST_REST = 4;
const WORD = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;
/** Words that join others: they tell nothing, however many stand side by side. */
const JOINING = new Set(
  `a an and are as at be but by can do does for from has have if in into is it its no none not of on one only or other so some
  than that the them then there they this to up was were what when which while who with you your`.split(/\s+/),
);
/** Words of this program's messages of which people make passwords, too, together with others and with numbers. */
const OURS = new Set(
  `access accesstoken account address administrator agent authentication branch branches certificate changed check codecommit commit
  commits configuration connect connection contains credentials default deleted deploy deployment directory environment
  expected failed file folder forgejo git gitea github gitlab grant host key keys know known lfs login main master merge mirror
  mirrored mirroring mirrors name names network number object objects operator option options pass password passwords
  permission pipeline private program project protected protection public pull push pushed refs reject release remote
  report repositories repository request run secret secrets server servers settings sign source ssh tag tags target
  token tokens update updated upstream url user username users variable website workflow write`.split(/\s+/),
);
const NAME = /push mirror/gi;

/**
 * Tells the words that a text shares with a secret, as with "production-token", from a part of the secret: they tell
 * nothing of it, and stay. That counts only for whole words of letters alone, which no secret has that was made by chance.
 */
export class OrdinaryWords {
  readonly #secrets: string[] = [];

  add(secret: string): void {
    const words = `-${piecesOf(secret).join('-').toLowerCase()}-`;
    if (/-[a-z]{3,}-/.test(words)) this.#secrets.push(words);
  }

  /** Tells whether a part of a text has no more of a secret than a word, alone or between words that join others. */
  isWord(text: string, run: Run): boolean {
    const words = this.#wordsIn(text, run);
    if (words === undefined) return false;
    const isProse = words.length <= 1 || /^[A-Za-z ]+$/.test(text.slice(run.from, run.to)) || isName(words);
    return isProse && isOneWord(words);
  }

  /** Tells whether a part of a text is such a word, or words of this program, between other signs than in a secret. */
  areWords(text: string, run: Run): boolean {
    const words = this.#wordsIn(text, run);
    return words !== undefined && (words.every(isOurs) || isOneWord(words));
  }

  /** The whole words in a part of a text, if it is nothing else but the beginnings and ends of others beside them. */
  #wordsIn(text: string, { from, to }: Run): readonly string[] | undefined {
    const run = text.slice(from, to);
    const pieces = piecesOf(run);
    const rests: (readonly [part: string | undefined, word: string])[] = [];
    if (isInWord(text, from)) rests.push([pieces.shift(), wordAt(text, from)]);
    if (isInWord(text, to)) rests.push([pieces.pop(), wordAt(text, to - 1)]);
    if (!rests.every(([part, word]) => isHarmless(part, word)) || !pieces.every(isWord)) return undefined;
    const words = `-${pieces.join('-').toLowerCase()}-`;
    if (this.#secrets.includes(words)) return undefined;
    if (pieces.length === 0) return rests.length > 0 && rests.every(([, word]) => isOurs(word)) ? pieces : undefined;
    if (pieces.every(isOurs)) return pieces;
    const isMore = words.length > WINDOW + 1 || run.trim() === pieces[0];
    return isMore && this.#secrets.some((secret) => secret.includes(words)) ? pieces : undefined;
  }
}

/** Tells whether a part of a word is too short to tell anything, or the word is known. */
function isHarmless(part: string | undefined, word: string): boolean {
  return part === undefined || isOurs(word) || (part.length <= LONGEST_REST && WORD.test(part));
}

function isWord(piece: string): boolean {
  const isLong = piece.length >= SHORTEST_WORD && piece.length <= LONGEST_WORD;
  return isOurs(piece) || (isLong && WORD.test(piece));
}

function isOurs(piece: string): boolean {
  const word = piece.toLowerCase();
  return OURS.has(word) || JOINING.has(word);
}

function isOneWord(words: readonly string[]): boolean {
  const content = words.join(' ').replace(NAME, 'name').split(' ');
  return content.filter((word) => !JOINING.has(word.toLowerCase())).length <= 1;
}

function isName(words: readonly string[]): boolean {
  return words.join(' ').toLowerCase() === 'push mirror';
}

function piecesOf(text: string): string[] {
  return text.split(/[^A-Za-z0-9]+/).filter((piece) => piece !== '');
}

/** Tells whether a word goes on at an offset. */
function isInWord(text: string, at: number): boolean {
  return at > 0 && isLetterOrDigit(text, at - 1) && isLetterOrDigit(text, at);
}

/** The letters and digits that stand around an offset, as far as a word may be long. */
function wordAt(text: string, at: number): string {
  let [first, last] = [at, at + 1];
  while (first > 0 && at - first < LONGEST_WORD && isLetterOrDigit(text, first - 1)) first -= 1;
  while (last - at <= LONGEST_WORD && isLetterOrDigit(text, last)) last += 1;
  return text.slice(first, last);
}

export function isLetterOrDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 0x20;
  return (code >= 0x61 && code <= 0x7a) || (text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39);
}
