import { constants, fstatSync, openSync } from 'node:fs';
import { access, chmod, lstat, open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Stream of this process that a path may name, such as `/dev/stdout`. */
export interface OwnStream {
  readonly fd: number;
  write(text: string, done: (error?: Error | null) => void): unknown;
}

/** Everything that decides how a file is written, besides its path. */
export interface WholeFileSettings {
  /** Permissions of a new file, before the umask. */
  readonly mode?: number;
  /** Streams that are written to instead of the file that they are connected to. */
  readonly streams?: readonly OwnStream[];
}

// As many as Linux follows (path_resolution(7)).
const MOST_LINKS = 40;
const ORDINARY_MODE = 0o666;
/** Errors that say that the folder takes no other file, or that the file is mounted: it may be written all the same. */
const ONLY_IN_PLACE = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ENAMETOOLONG']);

/**
 * Writes a file so that a reader sees all of it or nothing: beside it first, then under its name. Symbolic links keep
 * pointing where they point. A device or a pipe is written as it is, and so is a file whose folder takes no other file.
 *
 * @throws {NodeJS.ErrnoException} where it cannot be written
 */
export async function writeWhole(path: string, text: string, settings: WholeFileSettings = {}): Promise<void> {
  if (await isThroughput(path, settings.streams ?? [])) return writeThrough(path, text, settings.streams ?? []);
  const there = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  });
  if (there?.isDirectory() === true) return writeFile(path, text);
  if (there !== undefined) await access(path, constants.W_OK);
  const place = await placeOf(path);
  try {
    await replace(place, text, { mode: settings.mode ?? ORDINARY_MODE, ofEarlier: there?.mode });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (there === undefined || !ONLY_IN_PLACE.has(code)) throw error;
    await writeFile(place, text);
  }
}

async function writeThrough(path: string, text: string, streams: readonly OwnStream[]): Promise<void> {
  const stream = await ownStream(path, streams);
  if (stream !== undefined) return writeStream(stream, text);
  return (await stat(path)).isFIFO() ? writePipe(path, text) : writeFile(path, text);
}

/** Reports whether a path names a device, a pipe or a stream of this process: what is written there takes no place. */
export async function isThroughput(path: string, streams: readonly OwnStream[]): Promise<boolean> {
  if ((await ownStream(path, streams)) !== undefined || (await isOpenFile(path))) return true;
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

/** Takes a file away, but no symbolic link to it, and nothing where that is not allowed. */
export async function removeFile(path: string): Promise<void> {
  await rm(await placeOf(path), { force: true }).catch(() => undefined);
}

/**
 * Identifies the file that a path names, however it is spelt: by links, in another case where the file system takes both
 * for one, or by another name of its folder. Of a file that is not there yet, folder and name tell.
 */
export async function fileIdentity(path: string): Promise<string> {
  const place = await placeOf(path);
  const folder = dirname(place);
  return (await inode(place)) ?? `${(await inode(folder)) ?? folder}/${basename(place)}`;
}

/** Entries of every folder in which git keeps a repository (gitrepository-layout(5)). */
const OF_EVERY_REPOSITORY = ['HEAD', 'objects', 'refs'];
/** Entries that belong to git there; a user may keep other files beside them. */
const OF_GIT =
  /^(?:(?:[A-Z]+_)?HEAD|config(?:\.worktree)?|packed-refs|shallow|index|commondir|gitdir|description|refs|reftable|objects|hooks|info|logs|lfs|modules|worktrees|branches)(?:\.lock)?$/i;

/** The folder of the repository of which a file is a part: to write it would damage the repository. */
export async function repositoryOfPart(path: string): Promise<string | undefined> {
  const place = await placeOf(path);
  const around = await realpath(dirname(place)).catch(() => dirname(place));
  for (let [part, folder] = [place, around]; part !== folder; [part, folder] = [folder, dirname(folder)]) {
    if (!OF_GIT.test(basename(part))) continue;
    const there = await Promise.all(OF_EVERY_REPOSITORY.map((name) => inode(join(folder, name))));
    if (!there.includes(undefined)) return folder;
  }
  return undefined;
}

async function inode(path: string): Promise<string | undefined> {
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return there && `${there.dev}:${there.ino}`;
}

/** Reports whether a path names a file by a number under which a process has it open (proc_pid_fd(5)): it stays that file. */
async function isOpenFile(path: string): Promise<boolean> {
  const folder = await realpath(dirname(absolute(path))).catch(() => '');
  return /^(?:\/proc\/\d+(?:\/task\/\d+)?|\/dev)\/fd$/.test(folder);
}

/** The path behind symbolic links, also behind those that point to nothing yet. */
async function placeOf(path: string): Promise<string> {
  let place = absolute(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const there = await lstat(place).catch(() => undefined);
    if (there?.isSymbolicLink() !== true) return place;
    const folder = await realpath(dirname(place)).catch(() => dirname(place));
    place = resolve(folder, await readlink(place));
  }
  return place;
}

function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    // The current folder is gone: no file can be written there, and whoever tries is told so.
    return path;
  }
}

async function replace(
  place: string,
  text: string,
  { mode, ofEarlier }: { readonly mode: number; readonly ofEarlier: number | undefined },
): Promise<void> {
  const beside = join(dirname(place), `.push-mirror-${Math.random().toString(36).slice(2)}.tmp`);
  const file = await open(beside, 'wx', mode);
  try {
    await file.writeFile(text).finally(() => file.close());
    if (ofEarlier !== undefined) await chmod(beside, ofEarlier & 0o7777);
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** A pipe that nobody reads would keep a writer waiting for ever (fifo(7)): that is an error instead, ENXIO. */
async function writePipe(path: string, text: string): Promise<void> {
  const { Socket } = await import('node:net');
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  await new Promise<void>((settle, reject) => {
    new Socket({ fd, readable: false, writable: true }).once('error', reject).once('close', settle).end(text);
  });
}

async function ownStream(path: string, streams: readonly OwnStream[]): Promise<OwnStream | undefined> {
  const named = await inode(path);
  return named === undefined ? undefined : streams.find(({ fd }) => inodeOf(fd) === named);
}

function inodeOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

async function writeStream(stream: OwnStream, text: string): Promise<void> {
  await new Promise<void>((settle, reject) => {
    stream.write(text, (error) => (error ? reject(error) : settle()));
  });
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'it or its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in circles',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENXIO: 'nobody reads from that pipe',
  EPIPE: 'nobody reads it any more',
};

/** Says in a clause why a file could not be written; with the system's own code where nothing better is known. */
export function whyUnwritten(error: unknown): string {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return WHY[code] ?? code;
}
