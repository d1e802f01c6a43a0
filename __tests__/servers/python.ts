import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { findProgram, type NeededProgram } from '../requires.js';

/**
 * Finds Python with packages. Where one is missing, the tests that need it are skipped, and that is said.
 *
 * @param packages their names, as sentences have them
 * @param modules what is imported of them
 * @throws in CI (`CI=true`), as for every program that tests need
 */
export function neededPython(packages: string, modules: readonly string[]): NeededProgram {
  const python = findProgram('python3');
  const path = python === undefined ? undefined : pythonWithModules(python, modules);
  if (path !== undefined) return { path, describe };
  const sentence = `${packages}: not installed for Python (nor in a folder of PYTHONPATH), and some tests need it`;
  if (process.env.CI === 'true') throw new Error(sentence);
  process.stderr.write(`${sentence}: they are skipped.\n`);
  return { path: '', describe: describe.skip };
}

/** An environment in which Python finds the packages and leaves nothing in the checkout. */
export function pythonEnvironment(): Record<string, string> {
  const { PATH = '', PYTHONPATH } = process.env;
  return {
    PATH,
    LC_ALL: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    ...(PYTHONPATH === undefined ? {} : { PYTHONPATH }),
  };
}

/** The interpreter itself, where it has them: what is on the path may be a script that looks for it anew each time. */
function pythonWithModules(python: string, modules: readonly string[]): string | undefined {
  const program = `import sys, ${modules.join(', ')}; print(sys.executable)`;
  const { status, stdout } = spawnSync(python, ['-c', program], { env: pythonEnvironment(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
