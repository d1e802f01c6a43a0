import { accessSync, closeSync, constants, existsSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { printable } from '../printable.js';
import type { Service } from '../wire/transport.js';

/** The reason why git finds no repository at a path, in whole sentences. */
export interface NoRepository {
  readonly detail: string;
  readonly remedy: string;
}

/** Finds the reason why git finds no repository at a path of this machine. */
export function whyNoRepository(path: string, service: Service): NoRepository {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return whyNoFolder(path, service);
    return found.isFile() ? whyNoFile(path) : NEITHER;
  } catch (error) {
    const { code }: NodeJS.ErrnoException = error as Error;
    if (code === 'EACCES') return UNREADABLE;
    if (code === 'ELOOP' || isLink(path)) return BROKEN_LINK;
    return { detail: 'nothing is at this path.', remedy: 'Check the path.' };
  }
}

/** Finds what stands in the way of a folder that is to be made; `undefined` where nothing does. */
export function whyNotMade(path: string): NoRepository | undefined {
  if (isLink(path)) return BROKEN_LINK;
  const above = nextAbove(path);
  if (isFolder(above)) return undefined;
  return {
    detail: `${printable(above, 1000)} is no folder, and stands in the way.`,
    remedy: 'Remove it, or give another path.',
  };
}

/** The next one above a path that is there. */
export function nextAbove(path: string): string {
  const above = dirname(path);
  return above === path || existsSync(above) ? above : nextAbove(above);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const UNREADABLE: NoRepository = {
  detail: 'the account that runs push-mirror may not read this folder.',
  remedy: 'Let it read the folder and the folders above it (`ls -ld` shows whose they are).',
};

const NEITHER: NoRepository = {
  detail: 'this is a pipe, a socket or a device, and no Git repository.',
  remedy: 'Give the path of a folder.',
};

const BROKEN_LINK: NoRepository = {
  detail: 'this is a symbolic link to something that is not there.',
  remedy: 'Check the link, or give the path of the repository itself.',
};

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function whyNoFile(path: string): NoRepository {
  const beginning = beginningOf(path);
  if (beginning.startsWith('gitdir: ')) return whyNoLink(path);
  if (/^# v\d git bundle/.test(beginning)) {
    return {
      detail: 'this is a Git bundle, and no Git repository.',
      remedy: 'Make a repository of it (`git clone --mirror FILE FOLDER`), and give the folder.',
    };
  }
  return { detail: 'this is a file, and no Git repository.', remedy: 'Give the path of a folder.' };
}

const MOST_READ = 4096;

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_READ);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, MOST_READ, 0));
  } finally {
    closeSync(file);
  }
}

function whyNoFolder(path: string, service: Service): NoRepository {
  const parts = ['.git', 'HEAD', 'objects', 'refs'].map((name) => join(path, name)).filter((part) => existsSync(part));
  if (![path, ...parts].every(isReadable)) return UNREADABLE;
  const link = join(path, '.git');
  if (existsSync(link) && statSync(link).isFile()) return whyNoLink(link);
  const missing = missingIn(path) ?? missingIn(link);
  if (missing !== undefined) {
    return {
      detail: `this folder is no Git repository: it lacks \`${missing}\`.`,
      remedy:
        missing === 'refs'
          ? 'Programs that copy files may leave out empty folders: make it (`mkdir refs`), or copy the repository with `git clone --mirror`.'
          : 'Copy the repository again (`git clone --mirror`).',
    };
  }
  const above = repositoryAbove(path);
  if (above !== undefined) {
    return {
      detail: 'this folder is no Git repository, but is inside of one.',
      remedy: `Give the path of the repository: ${printable(above, 300)}`,
    };
  }
  return {
    detail: 'this folder is no Git repository.',
    remedy:
      service === 'git-upload-pack'
        ? 'Give the folder that is a repository, or the one with `.git` in it.'
        : 'Give another path (what does not exist is created), or run `git init --bare` there.',
  };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, statSync(path).isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Explains a file that stands in the place of a folder `.git` (gitrepository-layout). */
function whyNoLink(file: string): NoRepository {
  const text = beginningOf(file);
  if (!text.startsWith('gitdir: ')) {
    return { detail: 'its file `.git` is none of git.', remedy: 'Give the path of a repository.' };
  }
  const named = resolve(dirname(file), text.slice('gitdir: '.length).trimEnd());
  return {
    detail: `its file \`.git\` names a folder that is no repository: ${printable(named, 300)}.`,
    remedy:
      'Give the path of the repository itself, or repair the link (`git worktree repair`, `git submodule update`).',
  };
}

/** The part that a folder lacks to be a repository, where it has the others. */
function missingIn(folder: string): string | undefined {
  const [missing, ...others] = ['HEAD', 'objects', 'refs'].filter((name) => !existsSync(join(folder, name)));
  return others.length === 0 ? missing : undefined;
}

/** The next folder above that is a repository, or has one as `.git`. */
function repositoryAbove(path: string): string | undefined {
  const above = dirname(path);
  if (above === path) return undefined;
  const isThere = [above, join(above, '.git')].some(
    (one) => existsSync(join(one, 'HEAD')) && existsSync(join(one, 'objects')),
  );
  return isThere ? above : repositoryAbove(above);
}
