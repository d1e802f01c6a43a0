import { describe } from '@jest/globals';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program of this machine that some tests need. */
export interface NeededProgram {
  /** Its absolute path. */
  readonly path: string;
  /** Describes the tests that need it; skips them where it is not installed. */
  readonly describe: (title: string, body: () => void) => void;
}

// Where services are installed; not every user has it on the PATH.
const SERVICES = ['/usr/sbin', '/usr/local/sbin'];

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

/** The path of a program of this machine, or `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SERVICES];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
