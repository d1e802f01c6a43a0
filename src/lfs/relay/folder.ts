import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gitFolders } from '../../protocol/programs/git-folder.js';
import type { RepositoryFolder } from '../../protocol/wire/transport.js';
import type { Pointer } from '../wire/pointer.js';
import type { Lack, LfsStore } from './store.js';

/** The Git LFS objects of a repository on this machine, where `git lfs` itself keeps them. */
export class FolderStore implements LfsStore {
  readonly location: string;
  readonly #repository: Pick<RepositoryFolder, 'alternates' | 'configuration'>;
  #folders: Promise<Folders> | undefined;

  /** @param path of the repository, as git's own services take it */
  constructor(path: string, repository: Pick<RepositoryFolder, 'alternates' | 'configuration'>) {
    this.location = path;
    this.#repository = repository;
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
    const { own } = await this.#find();
    yield* createReadStream((await this.#holder(object)) ?? pathIn(own, object)) as AsyncIterable<Buffer>;
  }

  async write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    const path = pathIn((await this.#find()).own, object);
    await mkdir(dirname(path), { recursive: true });
    // A file under an object's own name is always whole.
    const unfinished = `${path}.${randomUUID()}.part`;
    try {
      await pipeline(content, createWriteStream(unfinished, { flags: 'wx' }));
      await rename(unfinished, path);
    } catch (error) {
      // The reason counts, not what is left: nobody takes such a file for an object.
      await rm(unfinished, { force: true }).catch(() => undefined);
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
    return (await this.#holder(object)) !== undefined;
  }

  /** The whole file with an object, wherever it is. */
  async #holder(object: Pointer): Promise<string | undefined> {
    const { own, others } = await this.#find();
    for (const path of [own, ...others].map((folder) => pathIn(folder, object))) {
      const found = await stat(path).catch(() => undefined);
      if (found?.size === object.size) return path;
    }
    return undefined;
  }

  #find(): Promise<Folders> {
    const common = gitFolders(this.location)?.common;
    // It may be made later, and have other settings then.
    if (common === undefined) return Promise.resolve({ own: join(this.location, 'lfs', 'objects'), others: [] });
    return (this.#folders ??= this.#foldersOf(common));
  }

  async #foldersOf(common: string): Promise<Folders> {
    const storage = (await this.#repository.configuration('^lfs\\.storage$')).get('lfs.storage') ?? '';
    return {
      own: join(resolve(common, storage === '' ? 'lfs' : storage), 'objects'),
      others: this.#repository.alternates().map((objects) => join(dirname(objects), 'lfs', 'objects')),
    };
  }
}

/** Folders with Git LFS objects: the repository's own, and those of the repositories that it borrows from. */
interface Folders {
  readonly own: string;
  readonly others: readonly string[];
}

function pathIn(folder: string, { oid }: Pointer): string {
  return join(folder, oid.slice(0, 2), oid.slice(2, 4), oid);
}
