import { trimEndOf } from '../trim.js';
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** The folders of a repository on this machine, without symbolic links (gitrepository-layout). */
export interface GitFolders {
  /** Folder of what belongs to the work tree at hand, such as its HEAD; otherwise the same as {@link common}. */
  readonly own: string;
  /** Objects, refs and the main HEAD, which all work trees share. */
  readonly common: string;
  /** The file that names the folder, where one stands in the place of a folder `.git`. */
  readonly link?: string;
}

/**
 * Finds the folders of a repository.
 *
 * @param path of the repository, as git's own services take it: of a bare one with or without `.git` at its end, of a
 *   work tree, or of what stands there instead of a folder `.git`
 * @returns `undefined` where git would find no repository
 */
export function gitFolders(path: string): GitFolders | undefined {
  const name = trimEndOf(path, '/');
  const found = ['/.git', '', '.git/.git', '.git'].map((end) => name + end).find(isRepository);
  if (found === undefined) return undefined;
  const isLinked = isLink(found);
  const own = isLinked ? namedIn(found, LINK) : found;
  if (own === undefined) return undefined;
  const shared = join(own, 'commondir');
  const common = existsSync(shared) ? namedIn(shared) : own;
  if (common === undefined) return undefined;
  return { own: real(own), common: real(common), ...(isLinked ? { link: found } : {}) };
}

/** The folder that all work trees of a repository share; the path itself where no repository is there. */
export function gitFolder(path: string): string {
  return gitFolders(path)?.common ?? real(path);
}

/**
 * Reports whether two paths lead to one repository, however they are spelled: by links and mounts, in another case where
 * the disk knows none, by a short name of Windows.
 */
export function isOneRepository(one: string, other: string): boolean {
  const [first, second] = [gitFolder(one), gitFolder(other)].map(placeOf);
  return first === second;
}

/** Writes a path by the number of the folder that is there; of one that is to be made, by that of the next one above. */
function placeOf(path: string): string {
  const above = dirname(path);
  const number = numberOf(path);
  if (number !== undefined && number !== numberOf(above)) return number;
  return above === path || existsSync(path) ? path : join(placeOf(above), basename(path));
}

/** The number that a disk gives a folder; there are disks, such as those of other machines, that give all the same one. */
function numberOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** Beginning of a file that stands in the place of a folder `.git`. */
const LINK = 'gitdir: ';
const LARGEST_LINK = 16 * 1024;

function isLink(path: string): boolean {
  return isSmallFile(path) && readFileSync(path, 'utf8').startsWith(LINK);
}

/** True where git would try no other place. */
function isRepository(path: string): boolean {
  const isFolder = ['objects', 'commondir'].some((name) => existsSync(join(path, name)));
  return isLink(path) || (isFolder && existsSync(join(path, 'HEAD')));
}

/** The path that a small file names; a relative one begins at the file's own folder. No path has a NUL in it. */
function namedIn(file: string, before = ''): string | undefined {
  if (!isSmallFile(file)) return undefined;
  const text = readFileSync(file, 'utf8').trimEnd();
  if (text.includes('\0')) return undefined;
  return resolve(dirname(file), text.startsWith(before) ? text.slice(before.length) : '');
}

/** True for a file that can be read and may name a folder. */
function isSmallFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    const found = statSync(path);
    return found.isFile() && found.size <= LARGEST_LINK;
  } catch {
    return false;
  }
}
