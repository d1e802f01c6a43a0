import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Finds the folder in which a repository on this machine has its objects and refs, which all its work trees share.
 *
 * @param path of the repository, as git's own services take it: of a bare one with or without `.git` at its end, of a
 *   work tree, or of what stands there instead of a folder `.git` (gitrepository-layout)
 * @returns the folder without symbolic links; the path itself where no repository is there
 */
export function gitFolder(path: string): string {
  const name = path.replace(/\/+$/, '');
  const found = ['/.git', '', '.git/.git', '.git'].map((end) => name + end).find(isRepository);
  if (found === undefined) return existsSync(path) ? realpathSync(path) : path;
  const folder = isFile(found) ? namedIn(found, LINK) : found;
  const shared = join(folder, 'commondir');
  const common = isFile(shared) ? namedIn(shared) : folder;
  return existsSync(common) ? realpathSync(common) : common;
}

/** Beginning of a file that stands in the place of a folder `.git`. */
const LINK = 'gitdir: ';
const LARGEST_LINK = 16 * 1024;

function isLink(path: string): boolean {
  return isFile(path) && statSync(path).size <= LARGEST_LINK && readFileSync(path, 'utf8').startsWith(LINK);
}

/** True where git would try no other place. */
function isRepository(path: string): boolean {
  const isFolder = ['objects', 'commondir'].some((name) => existsSync(join(path, name)));
  return isLink(path) || (isFolder && existsSync(join(path, 'HEAD')));
}

/** The path that a file names; a relative one begins at the file's own folder. */
function namedIn(file: string, before = ''): string {
  const text = readFileSync(file, 'utf8').trimEnd();
  return resolve(dirname(file), text.startsWith(before) ? text.slice(before.length) : '');
}

/** True for a file that can be read. */
function isFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
