import { ATTRIBUTES, namesLfs } from './attributes.js';
import { PointerFinder } from './finder.js';
import type { Pointers } from './pointers.js';
import { isRefusal } from '../../protocol/errors.js';
import type { FetchAnswer } from '../../protocol/wire/fetch.js';
import type { ObjectId } from '../../protocol/wire/object-format.js';
import { readObjects } from '../../protocol/wire/pack.js';
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
const IN_MEMORY = { bytes: 32 * 1024 * 1024, content: 96 * 1024 * 1024 } as const;

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
    if (finder !== undefined) {
      return (isUsed ?? (await this.#isUsedInChange(finder, tips))) ? inMemory(finder) : undefined;
    }
    isUsed ??= await this.#isUsedAtTips(tips);
    return (isUsed ?? this.#mayLookAnyway()) ? this.#staged({ tips, haves }) : undefined;
  }

  /** Reads the changes without their larger files; `undefined` if they are too much for memory. */
  async #changed(question: PointerQuestion): Promise<PointerFinder | undefined> {
    const { location, format } = this.#settings.source;
    const pack = await this.#fetch(question);
    if (pack === undefined) return new PointerFinder(new Map(), format);
    const objects = await readObjects(pack, { location, format }, IN_MEMORY);
    return objects === undefined ? undefined : new PointerFinder(objects, format);
  }

  async #staged({ tips, haves }: PointerQuestion): Promise<Pointers | undefined> {
    const { source, staging } = this.#settings;
    const { location, format } = source;
    staging.onStage(
      `${location}: much has changed, so the history is copied to a temporary folder and searched there for Git LFS objects.`,
    );
    const pack = await this.#fetch({ tips, haves: [] });
    return pack === undefined ? undefined : PointerStage.create({ pack, format, location, haves }, staging);
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

  /** True where pointers came along, and a folder among the changes hands files to Git LFS. */
  async #isUsedInChange(finder: PointerFinder, tips: readonly ObjectId[]): Promise<boolean> {
    if (finder.all(tips).size === 0) return false;
    const { contents, elsewhere } = finder.named(ATTRIBUTES, tips);
    if (contents.some(namesLfs)) return true;
    const others = await new TipFiles(this.#settings.source).contents(elsewhere);
    return others?.some(namesLfs) ?? true;
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
    const files = new TipFiles(this.#settings.source);
    const [inRoots, inFolders] = await Promise.all([
      files.inRoots(ATTRIBUTES, tips),
      this.#inBranches(files, new Set(tips)),
    ]);
    if ([...(inRoots ?? []), ...(inFolders ?? [])].some(namesLfs)) return true;
    return inRoots === undefined ? undefined : false;
  }

  /** Reads the `.gitattributes` in every folder of the branches; if that is too much, of the default branch alone. */
  async #inBranches(files: TipFiles, tips: ReadonlySet<ObjectId>): Promise<Buffer[] | undefined> {
    const { defaultTip, branchTips } = this.#settings.source;
    const first = defaultTip === undefined ? [] : [defaultTip];
    const others = [...branchTips].filter((id) => id !== defaultTip && tips.has(id));
    const found = await files.inFolders(ATTRIBUTES, [...first, ...others].slice(0, MOST_BRANCHES));
    return found === undefined && others.length > 0 ? files.inFolders(ATTRIBUTES, first) : found;
  }
}

const UNKNOWN =
  'It is not known whether the source uses Git LFS, because its server cannot send a history without its files: no Git LFS objects were looked for. ' +
  'Set `lfs` to `always` or `never`.';

function inMemory(finder: PointerFinder): Pointers {
  return {
    all: async (tips) => finder.all(tips),
    holding: async (tips, some) => finder.holding(tips, new Set(some.keys())),
    close: async () => undefined,
  };
}
