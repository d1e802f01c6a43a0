import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TestRepository } from '../__tests__/repositories/git.js';
import { namedBy } from '../__tests__/repositories/lfs-judge.js';
import {
  asFiles,
  commitLfs,
  generatedObject,
  generatedObjects,
  type LfsObject,
} from '../__tests__/repositories/lfs.js';
import type { LfsStore } from '../__tests__/servers/lfs-server.js';
import type { LfsServers } from './lfs-servers.js';

/** How large a history with Git LFS objects is. */
export interface LfsSize {
  /** Each changes the same files, all of which are objects. */
  readonly commits: number;
  /** Of most objects, in bytes. */
  readonly bytes: number;
  /** How many objects are {@link HUGE_BYTES} long. */
  readonly huge: number;
}

/** 200 objects, 100 MB. */
export const USUAL_SIZE: LfsSize = { commits: 20, bytes: 500_000, huge: 0 };
/** 2,000 objects, 500 MB. */
export const LARGE_SIZE: LfsSize = { commits: 200, bytes: 85_000, huge: 3 };

const FILES = 10;
const HUGE_BYTES = 110_000_000;
const ADDED = 3;
const ADDED_BYTES = 500_000;

/** The objects of a history of that size, the same each time. */
export function historyObjects({ commits, bytes, huge }: LfsSize): LfsObject[] {
  const sizes = Array.from({ length: commits * FILES }, (_, index) => (index < huge ? HUGE_BYTES : bytes));
  return sizes.map((size, index) => generatedObject(index, size));
}

/** Makes the history: the same files again and again, so that most objects are in no tip. */
export function commitHistory(repository: TestRepository, objects: readonly LfsObject[]): void {
  const commits = Array.from({ length: objects.length / FILES }, (_, number) => ({
    files: asFiles(objects.slice(number * FILES, (number + 1) * FILES)),
    track: ['*.bin'],
  }));
  commitLfs(repository, ...commits);
}

/** Adds one commit with new objects to the default branch. */
export function commitAdded(repository: TestRepository): void {
  commitLfs(repository, { files: asFiles(addedObjects(), 'added') });
}

/** The Git LFS objects that the servers hold for the source and for the target, and who checks them. */
export class LfsObjects {
  readonly #source: LfsStore;
  readonly #target: LfsStore;
  readonly #history: readonly LfsObject[];
  #heldBefore = 0;

  /** Lets the source's end hold the objects of its history, and those that one more commit needs. */
  constructor({ source, target }: LfsServers, history: readonly LfsObject[]) {
    this.#source = source.store('source');
    this.#target = target.store('target');
    this.#history = history;
    this.#source.put(history);
    this.#source.put(addedObjects());
  }

  /** Lets the target's end hold nothing, or what the history needs. */
  setTarget(isEmpty: boolean): void {
    const wanted = new Map((isEmpty ? [] : this.#history).map((object) => [object.oid, object]));
    for (const oid of this.#target.oids()) if (!wanted.delete(oid)) this.#target.remove(oid);
    this.#target.put(wanted.values());
    this.#heldBefore = this.#target.oids().length;
  }

  /**
   * Checks that the target's end has the objects that the source names, and has them whole.
   *
   * @param when begins the sentence that says that it is not so
   * @returns how many were brought over
   */
  verify(source: TestRepository, when: string): number {
    const held = this.#target.oids();
    if (!isDeepStrictEqual(held, namedBy(source.path))) {
      throw new Error(`${when} the target's Git LFS objects are not those that the source names.`);
    }
    const isWhole = (oid: string): boolean => createHash('sha256').update(this.#target.read(oid)).digest('hex') === oid;
    const broken = held.find((oid) => !isWhole(oid));
    if (broken !== undefined) throw new Error(`${when} the target's Git LFS object ${broken} is not whole.`);
    return held.length - this.#heldBefore;
  }
}

function addedObjects(): LfsObject[] {
  return generatedObjects(ADDED, ADDED_BYTES, 7);
}
