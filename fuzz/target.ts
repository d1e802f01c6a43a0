/** The structure of a parser's input, by which mutants are made that get past its first check. */
export type Form = 'packets' | 'text' | 'json' | 'bytes';

/** A class of errors; a class with a constructor of another form is one, too. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/** One parser of what comes from outside, as it is tried. */
export interface Target {
  readonly name: string;
  readonly form: Form;
  /** Inputs of the kind that the parser is made for. */
  readonly seeds: readonly (string | Buffer)[];
  /** The errors that the parser documents. */
  readonly errors: readonly ErrorClass[];
  /**
   * Parses an input of at most {@link LARGEST_INPUT} bytes, checks what must hold of the result, and returns what tells
   * one result from another.
   *
   * @throws {Broken} where something does not hold
   */
  readonly run: (input: Buffer) => unknown;
  /** Milliseconds that a call may take, where it may take longer than others: on a file that a user wrote, for example. */
  readonly milliseconds?: number;
  /** Makes an input by chance, where mutants of bytes would hardly ever be of use. */
  readonly generate?: (random: () => number) => Buffer;
  /** Makes a mutant whole again, for example by a new checksum. */
  readonly repair?: (input: Buffer) => Buffer;
}

/** Bytes of the longest input. */
export const LARGEST_INPUT = 64 * 1024;

/** Something that must hold of every result does not hold of this one. */
export class Broken extends Error {
  constructor(what: string) {
    super(`broken: ${what}`);
    this.name = 'Broken';
  }
}

/** @throws {Broken} */
export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Broken(what);
}
