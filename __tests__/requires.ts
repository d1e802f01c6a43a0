import { describe } from '@jest/globals';
import { findProgram } from './find-program.js';

export { findProgram };

/** A program of this machine that some tests need. */
export interface NeededProgram {
  /** Its absolute path. */
  readonly path: string;
  /** Describes the tests that need it; skips them where it is not installed. */
  readonly describe: (title: string, body: () => void) => void;
}

/**
 * Finds a program that tests need. Where it is not installed they are skipped, and that is said.
 *
 * @throws in CI (`CI=true`), so that nobody takes a green run for more than it is
 */
export function needed(program: string): NeededProgram {
  const path = findProgram(program);
  if (path !== undefined) return { path, describe };
  const sentence = `${program} is not installed, and some tests need it`;
  if (process.env.CI === 'true') throw new Error(sentence);
  process.stderr.write(`${sentence}: they are skipped.\n`);
  return { path: '', describe: describe.skip };
}
