import { Problem } from '../protocol/problem.js';

/** Takes a sentence that says what is wrong with an option. */
export type Tell = (problem: string) => void;

/**
 * Reads a value. A {@link Problem} with it is told as a sentence about the subject.
 *
 * @param subject the option's name, with its value where that may be shown
 */
export function attempt<T>(subject: string, tell: Tell, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    tell(`${subject} ${error.message}.`);
    return undefined;
  }
}
