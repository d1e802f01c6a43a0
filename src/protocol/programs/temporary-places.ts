import { chmodSync, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { platform as systemPlatform, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isError } from '../errors.js';
import { noPlace, notRemoved, UnfitPlace } from '../temporary.js';
import type { FailedPlace, TemporaryFolders, TemporaryRequest } from '../temporary.js';

/** Settings of {@link TemporaryPlaces}, which tests set otherwise. */
export interface TemporarySettings {
  /** Folders, best first; those with a relative path are told, but not used. */
  readonly places: readonly string[];
  /** Is told of a folder that stays. */
  readonly warn: (sentence: string) => void;
  readonly platform?: NodeJS.Platform;
  readonly removal?: Removal;
}

/** Removes a folder with all that is in it, at once or while others work. A missing one is no error. */
export interface Removal {
  readonly now: (folder: string) => void;
  readonly soon: (folder: string) => Promise<void>;
}

// A program that was told to end may still write there; on Windows, others may look at what is new.
const REMOVING = { recursive: true, force: true, maxRetries: 1, retryDelay: 200 } as const;
const SYSTEM_REMOVAL: Removal = {
  now: (folder) => rmSync(folder, REMOVING),
  soon: (folder) => rm(folder, REMOVING),
};

/** File systems in memory that systems have at a fixed place (Linux, Filesystem Hierarchy Standard). */
const IN_MEMORY: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: '/dev/shm' };

/** The folders of a run, best first: a runner empties its own after each job. */
export function placesIn(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [...new Set([environment.RUNNER_TEMP ?? '', tmpdir()])].filter((place) => place !== '');
}

/** The places where this machine takes temporary files. */
export class TemporaryPlaces implements TemporaryFolders {
  readonly #places: readonly string[];
  readonly #warn: (sentence: string) => void;
  readonly #platform: NodeJS.Platform;
  readonly #removal: Removal;

  constructor({ places, warn, platform = systemPlatform(), removal = SYSTEM_REMOVAL }: TemporarySettings) {
    this.#places = places;
    this.#warn = warn;
    this.#platform = platform;
    this.#removal = removal;
  }

  async make<T>(request: TemporaryRequest, work: (folder: string) => T | Promise<T>): Promise<T> {
    const failed: FailedPlace[] = [];
    for (const place of this.#placesFor(request)) {
      try {
        return await this.#makeIn(place, request, work);
      } catch (error) {
        if (!isError(error) || !isOfPlace(error)) throw error;
        failed.push({ place, error });
      }
    }
    throw noPlace({ ...request, failed, platform: this.#platform });
  }

  async remove(folder: string, request: TemporaryRequest): Promise<void> {
    try {
      await this.#removal.soon(folder);
    } catch (error) {
      this.#warn(notRemoved(folder, request, error as Error));
    }
  }

  /** The same as {@link remove} for a process that ends. */
  removeNow(folder: string, request: TemporaryRequest): void {
    try {
      this.#removal.now(folder);
    } catch (error) {
      this.#warn(notRemoved(folder, request, error as Error));
    }
  }

  async #makeIn<T>(place: string, request: TemporaryRequest, work: (folder: string) => T | Promise<T>): Promise<T> {
    if (!isAbsolute(place)) throw new UnfitPlace('is a relative path');
    const folder = mkdtempSync(join(place, request.prefix));
    try {
      undoUmask(folder, 0o700);
      return await work(folder);
    } catch (error) {
      this.removeNow(folder, request);
      throw error;
    }
  }

  /** Little goes where it is safest, much where most room is. */
  #placesFor({ isSmall = false }: TemporaryRequest): readonly string[] {
    const memory = IN_MEMORY[this.#platform];
    if (isSmall) return memory === undefined ? this.#places : [...new Set([...this.#places, memory])];
    const room = new Map(this.#places.map((place) => [place, roomIn(place)]));
    return [...this.#places].sort((one, other) => (room.get(other) ?? 0) - (room.get(one) ?? 0));
  }
}

/** Gives this user the rights that umask(2) may have kept back. */
export function undoUmask(path: string, mode: number): void {
  if ((statSync(path).mode & mode) !== mode) chmodSync(path, mode);
}

function isOfPlace(error: Error): boolean {
  // An `AbortError` has a number.
  return error instanceof UnfitPlace || typeof (error as NodeJS.ErrnoException).code === 'string';
}

/** Bytes that can be written there; 0 where nothing can. */
function roomIn(place: string): number {
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
