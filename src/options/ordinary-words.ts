import { WINDOW, type Run } from './windows.js';

// Longer ones are hardly words.
const LONGEST_WORD = 14;
const SHORTEST_WORD = 3;
const LONGEST_REST = 3;
const WORD = /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/;

/**
 * The words in secrets, as in "production-token": a word that a text shares with a secret tells nothing of it, and
 * stays. That counts only for whole words of letters alone, which no secret has that was made by chance.
 */
export class OrdinaryWords {
  readonly #secrets: string[] = [];

  add(secret: string): void {
    const words = `-${piecesOf(secret).join('-').toLowerCase()}-`;
    if (/-[a-z]{3,}-/.test(words)) this.#secrets.push(words);
  }

  /** Tells whether a part of a text has no more of a secret than a word. */
  isWord(text: string, run: Run): boolean {
    const words = this.#wordsIn(text, run);
    return words !== undefined && words.length <= 1;
  }

  /** Tells whether a part of a text is words that stand one behind the other in a secret, too, between other signs. */
  areWords(text: string, run: Run): boolean {
    return this.#wordsIn(text, run) !== undefined;
  }

  /** The whole words in a part of a text, if it is nothing else but the beginnings of others beside them. */
  #wordsIn(text: string, { from, to }: Run): readonly string[] | undefined {
    if (this.#secrets.length === 0) return undefined;
    const pieces = piecesOf(text.slice(from, to));
    const rest: string[] = [];
    if (isInWord(text, from)) rest.push(pieces.shift() ?? '');
    if (isInWord(text, to)) rest.push(pieces.pop() ?? '');
    const words = `-${pieces.join('-').toLowerCase()}-`;
    const areWords =
      words.length > WINDOW + 1 &&
      rest.every((piece) => piece.length <= LONGEST_REST && WORD.test(piece)) &&
      pieces.every((piece) => piece.length <= LONGEST_WORD && piece.length >= SHORTEST_WORD && WORD.test(piece));
    if (!areWords || this.#secrets.includes(words)) return undefined;
    return this.#secrets.some((secret) => secret.includes(words)) ? pieces : undefined;
  }
}

function piecesOf(text: string): string[] {
  return text.split(/[^A-Za-z0-9]+/).filter((piece) => piece !== '');
}

/** Tells whether a word goes on at an offset. */
function isInWord(text: string, at: number): boolean {
  return /^[A-Za-z0-9]{2}$/.test(text.slice(Math.max(0, at - 1), at + 1));
}
