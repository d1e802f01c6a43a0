import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import type { ObjectId } from '../../protocol/wire/object-format.js';
import type { SourceRepository } from '../../repositories/source.js';
import { TipFiles } from '../search/tip-files.js';
import { CONFIGURATION, configuredUrl } from '../wire/configuration.js';
import type { Pointer } from '../wire/pointer.js';
import type { Lack, LfsStore } from './store.js';

/** The `.lfsconfig` files of the source, where the source gives them. */
export class SourceConfiguration {
  /** True where the source did not give a file, if there is one. */
  isUnread = false;
  readonly #source: SourceRepository;

  constructor(source: SourceRepository) {
    this.#source = source;
  }

  /** Reads the URL of the server that the default branch names. */
  async url(): Promise<string | undefined> {
    const { defaultTip } = this.#source;
    return defaultTip === undefined ? undefined : (await this.urls([defaultTip]))[0];
  }

  /** Reads the different URLs that tips name. */
  async urls(tips: readonly ObjectId[]): Promise<string[]> {
    const urls = new Set<string>();
    const read = (content: Buffer): boolean => {
      const url = configuredUrl(content) ?? '';
      if (url !== '') urls.add(url);
      return false;
    };
    const seen = await new TipFiles(this.#source, CONFIGURATION, read).inRoots(tips);
    this.isUnread ||= seen === undefined;
    return [...urls];
  }
}

const UNREAD =
  'Another server may have it: the `.lfsconfig` of the source could not be read, because its Git server cannot send a single file. ' +
  'Set `uploadpack.allowFilter` there, or mirror from a clone that has the objects.';

/**
 * The source's Git LFS server, and those that branches name in an `.lfsconfig` of their own: they are asked for what the
 * source's does not have, so that most runs read no further file. Content is known by its digest, whoever gives it.
 */
export class SourceStores implements LfsStore {
  readonly #own: LfsStore;
  readonly #configuration: SourceConfiguration;
  readonly #open: (url: string) => LfsStore;
  readonly #others = new Map<string, LfsStore>();
  /** The stores of objects that the source's own does not have, by oid. */
  readonly #holders = new Map<string, LfsStore>();

  /** @param open makes the store of a server that a file names */
  constructor(own: LfsStore, configuration: SourceConfiguration, open: (url: string) => LfsStore) {
    this.#own = own;
    this.#configuration = configuration;
    this.#open = open;
  }

  get location(): string {
    return this.#own.location;
  }

  lacking(objects: readonly Pointer[], ref: string | undefined): Promise<Lack> {
    return this.#own.lacking(objects, ref);
  }

  async locate(
    objects: readonly Pointer[],
    ref: string | undefined,
    tips: readonly ObjectId[],
  ): Promise<ReadonlyMap<string, string>> {
    const missing = new Map(await this.#own.locate(objects, ref, tips));
    for (const store of missing.size === 0 ? [] : await this.#storesAt(tips)) {
      const open = objects.filter(({ oid }) => missing.has(oid));
      if (open.length === 0) break;
      const without = await store.locate(open, ref, tips);
      for (const { oid } of open) {
        if (without.has(oid)) continue;
        this.#holders.set(oid, store);
        missing.delete(oid);
      }
    }
    if (!this.#configuration.isUnread) return missing;
    return new Map(Array.from(missing, ([oid, why]) => [oid, `${why.replace(/\.$/, '')}. ${UNREAD}`]));
  }

  read(object: Pointer): AsyncGenerator<Buffer, void, undefined> {
    return (this.#holders.get(object.oid) ?? this.#own).read(object);
  }

  write(object: Pointer, content: AsyncIterable<Buffer>): Promise<void> {
    return this.#own.write(object, content);
  }

  forget(objects: readonly Pointer[]): void {
    for (const store of [this.#own, ...this.#others.values()]) store.forget(objects);
    for (const { oid } of objects) this.#holders.delete(oid);
  }

  close(): void {
    for (const store of [this.#own, ...this.#others.values()]) store.close();
  }

  /** The stores that the files of tips name, without the one that the default branch names. */
  async #storesAt(tips: readonly ObjectId[]): Promise<LfsStore[]> {
    const own = await this.#configuration.url();
    const urls = (await this.#configuration.urls(tips)).filter((url) => url !== own);
    return urls.slice(0, LFS_LIMITS.configurations.value).map((url) => {
      const store = this.#others.get(url) ?? this.#open(url);
      this.#others.set(url, store);
      return store;
    });
  }
}
