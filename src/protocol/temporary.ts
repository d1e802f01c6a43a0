import { RemoteError } from './errors.js';
import { printable } from './printable.js';

/** A temporary folder that is to be made. */
export interface TemporaryRequest {
  /** Beginning of its name. */
  readonly prefix: string;
  /** The repository for whose sake it is made, for messages. */
  readonly location: string;
  /** Noun phrase for what will be in it, for messages. */
  readonly holds: string;
  /** True for a few kilobytes that had better be in memory than nowhere. */
  readonly isSmall?: boolean;
}

/** Makes and removes temporary folders. */
export interface TemporaryFolders {
  /**
   * Makes a folder of this process's own, in the first place where that and the work succeed.
   *
   * @param work writes to the folder; where a place fails, the folder is removed
   * @throws {RemoteError} that names every place with its reason
   */
  make<T>(request: TemporaryRequest, work: (folder: string) => T | Promise<T>): Promise<T>;
  /** Removes a folder with all that is in it. Where that fails it is told, with the path. Never throws. */
  remove(folder: string, request: TemporaryRequest): Promise<void>;
}

/** A place that is of no use, for a reason that the system does not tell. */
export class UnfitPlace extends Error {
  readonly remedy: string | undefined;

  /**
   * @param reason the predicate of a sentence about the place
   * @param remedy a whole sentence, if another one than for places that cannot be written
   */
  constructor(reason: string, remedy?: string) {
    super(reason);
    this.name = 'UnfitPlace';
    this.remedy = remedy;
  }
}

/** A place where no temporary folder could be made, or not be written. */
export interface FailedPlace {
  readonly place: string;
  readonly error: Error;
}

/** Facts for the error about temporary files. */
export interface FailedPlaces {
  readonly location: string;
  /** Noun phrase for what was to be in a temporary file. */
  readonly holds: string;
  readonly failed: readonly FailedPlace[];
  readonly platform: NodeJS.Platform;
}

/** Makes the error for a temporary file that could be written nowhere. */
export function noPlace({ location, holds, failed, platform }: FailedPlaces): RemoteError {
  const scarce = failed.map(({ error }) => SCARCE[codeOf(error)]).find((words) => words !== undefined);
  const told = failed.map(({ place, error }) => `${printable(place, 300)} ${reasonOf(error)}`);
  return new RemoteError({
    kind: 'program',
    location,
    detail: `${holds} could not be written to a temporary file: ${scarce ?? (told.join(', ') || 'there is no place for it')}.`,
    remedy: scarce === undefined ? remedyFor(failed, platform) : MORE_FILES,
    cause: failed.at(-1)?.error,
  });
}

/** Says that a temporary folder stays. */
export function notRemoved(folder: string, { holds }: TemporaryRequest, error: Error): string {
  const reason = printable(codeOf(error) || error.message, 100);
  return `${printable(folder, 1000)} could not be removed (${reason}), and may still hold ${holds}. Remove it by hand.`;
}

function reasonOf(error: Error): string {
  if (error instanceof UnfitPlace) return error.message;
  const code = codeOf(error);
  return REASONS[code] ?? `cannot be used (${printable(code || error.message, 100)})`;
}

function remedyFor(failed: readonly FailedPlace[], platform: NodeJS.Platform): string {
  const own = failed.map(({ error }) => (error instanceof UnfitPlace ? error.remedy : undefined));
  const known = own.find((remedy) => remedy !== undefined);
  if (known !== undefined) return known;
  const variable = platform === 'win32' ? 'TEMP' : 'TMPDIR';
  const isFull = failed.length > 0 && failed.every(({ error }) => FULL.includes(codeOf(error)));
  return isFull
    ? `Make room there, or set \`${variable}\` to a folder with more space.`
    : `Set \`${variable}\` to the absolute path of a folder that exists and can be written.`;
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? '';
}

const FULL = ['ENOSPC', 'EDQUOT'];
const MORE_FILES = 'Raise the limit of open files (`ulimit -n`).';

const SCARCE: Readonly<Record<string, string>> = {
  EMFILE: 'this process has too many open files',
  ENFILE: 'this machine has too many open files',
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is no folder',
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'is read-only',
  ENOSPC: 'is full',
  EDQUOT: 'is full for this user',
};
