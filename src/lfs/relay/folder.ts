import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gitFolder } from '../../protocol/programs/git-folder.js';
import { configuredStorage } from '../wire/configuration.js';
import type { Pointer } from '../wire/pointer.js';
import type { Lack, LfsStore } from './store.js';

/** The Git LFS objects of a repository on this machine, where `git lfs` itself keeps them. */
export class FolderStore implements LfsStore {
  readonly location: string;
  #objects: string | undefined;

  /** @param path of the repository, as git's own services take it */
  constructor(path: string) {
    this.location = path;
  }

  async lacking(objects: readonly Pointer[]): Promise<Lack> {
    const held = await Promise.all(objects.map((object) => this.#holds(object)));
    return { objects: objects.filter((_object, index) => held[index] !== true), unknown: new Map() };
  }

  async locate(objects: readonly Pointer[]): Promise<ReadonlyMap<string, string>> {
    const lacking = await this.lacking(objects);
    const why = `${this.location} does not have it (run \`git lfs fetch --all\` there)`;
    return new Map(lacking.objects.map(({ oid }) => [oid, why]));
  }

  async *read(object: Pointer): AsyncGenerator<Buffer, void, undefined> {
    yield* createReadStream(this.#path(object)) as AsyncIterable<Buffer>;
  }

  async write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    const path = this.#path(object);
    await mkdir(dirname(path), { recursive: true });
    // A file under an object's own name is always whole.
    const unfinished = `${path}.${randomUUID()}.part`;
    try {
      await pipeline(content, createWriteStream(unfinished, { flags: 'wx' }));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  forget(): void {
    // Nothing is remembered.
  }

  close(): void {
    // Nothing is held open.
  }

  async #holds(object: Pointer): Promise<boolean> {
    const found = await stat(this.#path(object)).catch(() => undefined);
    return found?.size === object.size;
  }

  #path({ oid }: Pointer): string {
    // Found late, because the repository may have been made since the beginning.
    this.#objects ??= objectsFolder(this.location);
    return join(this.#objects, oid.slice(0, 2), oid.slice(2, 4), oid);
  }
}

function objectsFolder(path: string): string {
  const folder = gitFolder(path);
  const config = join(folder, 'config');
  const storage = existsSync(config) ? configuredStorage(readFileSync(config)) : undefined;
  return join(resolve(folder, storage ?? 'lfs'), 'objects');
}
