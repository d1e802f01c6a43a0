import nodePath, { type PlatformPath } from 'node:path';
import { isError } from './errors.js';
import { Problem } from './problem.js';

/** The folder that a program was started in; empty where it is gone, or may not be entered. */
export function currentFolder({ cwd }: Pick<NodeJS.Process, 'cwd'>): string {
  try {
    return cwd();
  } catch (error) {
    // Node.js throws what getcwd(3) says: ENOENT, EACCES.
    if (isError(error)) return '';
    throw error;
  }
}

/**
 * Makes a path absolute.
 *
 * @param folder what a relative path starts from, as {@link currentFolder} gives it
 * @throws {Problem} for a relative path where that is not known
 */
export function absolutePath(
  folder: string,
  path: string,
  style: Pick<PlatformPath, 'isAbsolute' | 'resolve'> = nodePath,
): string {
  if (folder === '' && !style.isAbsolute(path)) {
    throw new Problem('is relative to the current folder, which is gone or may not be entered: give an absolute path');
  }
  return style.resolve(folder, path);
}
