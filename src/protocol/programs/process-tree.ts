import { systemProgram } from './program-path.js';

/** A program by its absolute path, with its arguments. */
export type TreeEnding = readonly [program: string, args: readonly string[]];

/**
 * Makes the command that ends a program with those that it has started, by force. Only Windows needs one: it has no groups
 * of processes, and finds them by their parents (`taskkill /T`).
 *
 * @param pid of the program that leads them
 */
export function treeEnding(
  pid: number | undefined,
  environment: Readonly<Record<string, string>>,
  os: NodeJS.Platform,
): TreeEnding | undefined {
  if (os !== 'win32' || pid === undefined) return undefined;
  return [systemProgram('taskkill.exe', environment), ['/T', '/F', '/PID', String(pid)]];
}
