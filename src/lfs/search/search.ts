import { ATTRIBUTES, namesLfs } from './attributes.js';
import { PointerFinder, TooManyPointers } from './finder.js';
import type { Pointers } from './pointers.js';
import { isRefusal, RemoteError } from '../../protocol/errors.js';
import { excess } from '../../protocol/limits/limit.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { inSlices } from '../../protocol/turns.js';
import type { FetchAnswer } from '../../protocol/wire/fetch.js';
import type { ObjectId } from '../../protocol/wire/object-format.js';
import { UnclearObject } from '../../protocol/wire/objects.js';
import { PointerStage } from './stage.js';
import type { SourceRepository } from '../../repositories/source.js';
import type { StagingSettings } from '../../repositories/stage-git.js';
import { TipFiles } from './tip-files.js';

/** Changes that are searched for pointers. */
export interface PointerQuestion {
  /** Objects that the target is to get. */
  readonly tips: readonly ObjectId[];
  /** Objects that the target holds: everything below them was searched when it came there. */
  readonly haves: readonly ObjectId[];
}

/** Settings of a {@link PointerSearch}. */
export interface PointerSearchSettings {
  readonly source: SourceRepository;
  /** `auto` searches only where the repository uses Git LFS. */
  readonly when: 'auto' | 'always';
  readonly staging: StagingSettings;
}

/** Limits for commits, trees and small files that are held in memory. */
const IN_MEMORY = { bytes: LFS_LIMITS.searchBytes.value, content: LFS_LIMITS.searchContent.value } as const;

/** Branches whose folders are searched at a first mirror: one question, as large as the differences between them. */
const MOST_BRANCHES = 1000;

/**
 * Looks for Git LFS pointers in the objects that the target lacks. A target with history costs one question, about the
 * changes without their larger files. For an empty target the tips are read first, to see if the repository uses Git LFS
 * at all.
 */
export class PointerSearch {
  /** Sentences that a user should read about the search. */
  readonly notices = new Set<string>();
  readonly #settings: PointerSearchSettings;
  #isRefused = false;

  constructor(settings: PointerSearchSettings) {
    this.#settings = settings;
  }

  /** True where a repository without Git LFS is searched, too. */
  get looksAlways(): boolean {
    return this.#settings.when === 'always';
  }

  /** @returns `undefined` where there is nothing to look for */
  async look(question: PointerQuestion): Promise<Pointers | undefined> {
    const { haves } = question;
    const held = new Set(haves);
    const tips = question.tips.filter((id) => !held.has(id));
    if (tips.length === 0) return undefined;
    let isUsed = this.looksAlways ? true : undefined;
    if (isUsed === undefined && haves.length === 0) {
      isUsed = await this.#isUsedAtTips(tips);
      if (!(isUsed ?? this.#mayLookAnyway())) return undefined;
    }
    const finder = await this.#changed({ tips, haves });
    const clear = finder && (await clearly(this.#inMemory(finder, tips, isUsed)));
    if (clear !== undefined) return clear.pointers;
    isUsed ??= await this.#isUsedAtTips(tips);
    return (isUsed ?? this.#mayLookAnyway()) ? this.#staged({ tips, haves }) : undefined;
  }

  /**
   * @param isUsed that the repository uses Git LFS, where it is known
   * @returns the pointers; nothing where the repository does not use Git LFS
   * @throws {UnclearObject}
   */
  async #inMemory(
    finder: PointerFinder,
    tips: readonly ObjectId[],
    isUsed: boolean | undefined,
  ): Promise<{ readonly pointers?: Pointers }> {
    if (!(isUsed ?? (await this.#isUsedInChange(finder, tips)))) return {};
    await inSlices(finder.all(tips));
    const pointers = {
      all: (some: readonly ObjectId[]) => inSlices(finder.all(some)),
      holding: (some: readonly ObjectId[], oids: ReadonlyMap<string, unknown>) =>
        inSlices(finder.holding(some, new Set(oids.keys()))),
      close: async () => undefined,
    };
    return { pointers: this.#countable(pointers) };
  }

  /** Reads the changes without their larger files; `undefined` if they are too much for memory. */
  async #changed(question: PointerQuestion): Promise<PointerFinder | undefined> {
    const { source } = this.#settings;
    const { format } = source;
    const isWhole = question.haves.length === 0;
    const pack = await this.#fetch(question);
    if (pack === undefined) return new PointerFinder(new Map(), format, isWhole);
    const objects = await source.readObjects(pack, IN_MEMORY);
    if (isWhole && objects !== undefined && !question.tips.some((id) => objects.has(id)))
      throw nothingGiven(source.location);
    return objects === undefined ? undefined : new PointerFinder(objects, format, isWhole);
  }

  async #staged({ tips, haves }: PointerQuestion): Promise<Pointers | undefined> {
    const { source, staging } = this.#settings;
    const { location, format } = source;
    staging.onStage(
      `${location}: much has changed, so the history is copied to a temporary folder and searched there for Git LFS objects.`,
    );
    const pack = await this.#fetch({ tips, haves: [] });
    if (pack === undefined) return undefined;
    return this.#countable(await PointerStage.create({ pack, format, location, tips, haves }, staging));
  }

  /** Fetches without larger files; with them, where the server does not leave them out. */
  async #fetch({ tips, haves }: PointerQuestion): Promise<FetchAnswer['pack']> {
    const { source } = this.#settings;
    const request = { wants: tips, haves, done: true, ofsDelta: true };
    if (!this.#canFilter) return (await source.fetchTips(request)).pack;
    try {
      return (await source.fetchTips({ ...request, filter: 'blob:limit=1k' })).pack;
    } catch (error) {
      // A server may take some filters and refuse others (git-config, `uploadpackfilter.<filter>.allow`).
      if (!isRefusal(error)) throw error;
      this.#isRefused = true;
      return this.#fetch({ tips, haves });
    }
  }

  get #canFilter(): boolean {
    return this.#settings.source.canFilter && !this.#isRefused;
  }

  /**
   * True where pointers came along, and a folder among the changes hands files to Git LFS.
   *
   * @throws {UnclearObject}
   */
  async #isUsedInChange(finder: PointerFinder, tips: readonly ObjectId[]): Promise<boolean> {
    if ((await inSlices(finder.all(tips))).size === 0) return false;
    const { contents, elsewhere } = await inSlices(finder.named(ATTRIBUTES, tips));
    return contents.some(namesLfs) || ((await this.#attributes().inFiles(elsewhere)) ?? true);
  }

  #attributes(): TipFiles {
    return new TipFiles(this.#settings.source, ATTRIBUTES, namesLfs);
  }

  /** Decides where the tips do not tell: without filters the answer would be as large as the repository. */
  #mayLookAnyway(): boolean {
    if (!this.#canFilter) this.notices.add(UNKNOWN);
    return this.#canFilter;
  }

  /**
   * Tells if the root folder of a tip hands files to Git LFS, or any folder of a branch.
   *
   * @returns `undefined` where that cannot be seen
   */
  async #isUsedAtTips(tips: readonly ObjectId[]): Promise<boolean | undefined> {
    const [inRoots, inFolders] = await Promise.all([this.#attributes().inRoots(tips), this.#inBranches(new Set(tips))]);
    if (inRoots === true || inFolders === true) return true;
    return inRoots === undefined || inFolders === undefined ? undefined : false;
  }

  /** Reads the `.gitattributes` in every folder of the branches; if that is too much, of the default branch alone. */
  async #inBranches(tips: ReadonlySet<ObjectId>): Promise<boolean | undefined> {
    const { defaultTip, branchTips } = this.#settings.source;
    const files = this.#attributes();
    const first = defaultTip === undefined ? [] : [defaultTip];
    const others = [...branchTips].filter((id) => id !== defaultTip && tips.has(id));
    const found = await files.inFolders([...first, ...others].slice(0, MOST_BRANCHES));
    return found === undefined && others.length > 0 ? files.inFolders(first) : found;
  }

  /** Tells of changes with more Git LFS objects than can be kept in mind what to do about them. */
  #countable(pointers: Pointers): Pointers {
    const { location } = this.#settings.source;
    return {
      all: (tips) =>
        pointers.all(tips).catch((error: unknown) => {
          throw error instanceof TooManyPointers ? tooMany(location) : error;
        }),
      holding: (tips, some) => pointers.holding(tips, some),
      close: () => pointers.close(),
    };
  }
}

/** @returns `undefined` where an object does not tell for certain what it leads to: then git is to decide */
async function clearly<T>(seen: Promise<T>): Promise<T | undefined> {
  try {
    return await seen;
  } catch (error) {
    if (error instanceof UnclearObject || error instanceof TooManyPointers) return undefined;
    throw error;
  }
}

/** An object that is wanted is given whatever the filter: who gives none of them would give none of fewer, either. */
function nothingGiven(location: string): RemoteError {
  return new RemoteError({
    kind: 'protocol',
    location,
    detail: 'the answer of the source holds none of the objects that were asked for.',
    remedy: 'Run `git fsck` in the source, and check that its URL is that of a Git repository.',
  });
}

function tooMany(location: string): RemoteError {
  return new RemoteError({
    kind: 'lfs',
    location,
    detail: `${excess(LFS_LIMITS.pointers)}.`,
    remedy:
      'Mirror some of the branches first (`branches`, `tags`), or set `lfs: never` and bring them over with `git lfs`.',
  });
}

const UNKNOWN =
  'It is not known whether the source uses Git LFS, because its server cannot send a history without its files: no Git LFS objects were looked for. ' +
  'Set `lfs` to `always` or `never`.';
