import { LARGEST_POINTER, parsePointer } from '../wire/pointer.js';
import { addPointer, PointerHistory, shown, TooManyPointers, type FoundPointer } from './finder.js';
import { LFS_LIMITS } from '../../protocol/limits/lfs.js';
import { ProtocolError, RemoteError } from '../../protocol/errors.js';
import type { ObjectFormat, ObjectId } from '../../protocol/wire/object-format.js';
import type { Pointers } from './pointers.js';
import { StageGit, type StagingSettings } from '../../repositories/stage-git.js';

/** The parts that a stage is made of. */
export interface PointerStageRequest {
  readonly pack: AsyncIterable<Buffer>;
  readonly format: ObjectFormat;
  /** The repository that the pack comes from. */
  readonly location: string;
  /** Objects whose history the pack is to hold, all of it. */
  readonly tips: readonly ObjectId[];
  /** Objects that the target holds: pointers below them are not among the changes. */
  readonly haves: readonly ObjectId[];
}

interface SmallFile {
  readonly id: ObjectId;
  /** Cut, where it is long. */
  readonly path: string;
}

/** Pointers in a history that is too large for memory, and so lies in the temporary folder. */
export class PointerStage implements Pointers {
  readonly #git: StageGit;
  readonly #request: PointerStageRequest;
  /** The blobs of each object's pointers: extensions can make several. */
  readonly #blobs = new Map<string, ObjectId[]>();

  private constructor(git: StageGit, request: PointerStageRequest) {
    this.#git = git;
    this.#request = request;
  }

  static async create(request: PointerStageRequest, settings: StagingSettings): Promise<PointerStage> {
    const git = await StageGit.create(request.format, request.location, settings);
    try {
      await git.index(request.pack);
      const stage = new PointerStage(git, request);
      await stage.#check();
      return stage;
    } catch (error) {
      await git.remove();
      throw error;
    }
  }

  async all(tips: readonly ObjectId[]): Promise<Map<string, FoundPointer>> {
    const found = new Map<string, FoundPointer>();
    let count = 0;
    this.#blobs.clear();
    for await (const { id, path, content } of this.#contents(this.#smallFiles(tips))) {
      const pointer = parsePointer(content);
      if (pointer === undefined) continue;
      addPointer(found, pointer, () => path);
      const blobs = this.#blobs.get(pointer.oid);
      if (blobs === undefined) this.#blobs.set(pointer.oid, [id]);
      else blobs.push(id);
      count += 1;
      if (count > LFS_LIMITS.pointerFiles.value) throw new TooManyPointers();
    }
    return found;
  }

  async holding(
    tips: readonly ObjectId[],
    failed: ReadonlyMap<string, FoundPointer>,
  ): Promise<Map<ObjectId, FoundPointer>> {
    const pointers = new Map<ObjectId, FoundPointer>();
    for (const [oid, pointer] of failed) for (const blob of this.#blobs.get(oid) ?? []) pointers.set(blob, pointer);
    const history = new PointerHistory();
    await this.#addTips(history, tips, pointers);
    await this.#addCommits(history, tips, pointers);
    return history.holding(tips);
  }

  /**
   * Adds tips that are no commits: tags lead to their commit; files and folders, without history, are searched one by
   * one.
   */
  async #addTips(
    history: PointerHistory,
    tips: readonly ObjectId[],
    pointers: ReadonlyMap<ObjectId, FoundPointer>,
  ): Promise<void> {
    const names = tips.map((id) => Buffer.from(`${id}^{}\n`));
    const peeled = this.#git.output(['cat-file', '--batch-check=%(objecttype) %(objectname)'], names);
    let at = 0;
    for await (const line of lines(peeled)) {
      const [type, id = ''] = line.split(' ');
      const tip = tips[at] ?? '';
      at += 1;
      if (type !== 'commit') history.add(tip, [], await this.#firstBelow(tip, pointers));
      else if (id !== tip) history.add(tip, [id], undefined);
    }
  }

  async #firstBelow(tip: ObjectId, pointers: ReadonlyMap<ObjectId, FoundPointer>): Promise<FoundPointer | undefined> {
    for await (const line of lines(this.#reachable([tip]))) {
      const pointer = pointers.get(line.slice(0, line.indexOf(' ')));
      if (pointer !== undefined) return pointer;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#git.remove();
  }

  /** Lists everything that the tips reach and the target does not hold: lines of an id and a path. */
  #reachable(tips: readonly ObjectId[]): AsyncGenerator<Buffer, void, undefined> {
    // Files of 1 KiB and more are not there.
    return this.#revisions(['--objects', '--missing=allow-any'], tips);
  }

  /**
   * Adds the commits that the tips reach and the target does not hold, each with the files in which it differs from all
   * parents.
   */
  async #addCommits(
    history: PointerHistory,
    tips: readonly ObjectId[],
    pointers: ReadonlyMap<ObjectId, FoundPointer>,
  ): Promise<void> {
    const format = ['--always', '--format=%H %P', '--root', '-r', '-c', '--raw', '--no-abbrev', '--no-renames'];
    let links: readonly ObjectId[] = [];
    let own: FoundPointer | undefined;
    const add = (): void => {
      const [id, ...parents] = links;
      if (id !== undefined) history.add(id, parents, own);
    };
    const differences = this.#git.output(['diff-tree', '--stdin', ...format], this.#revisions([], tips));
    for await (const line of lines(differences, LONGEST_COMMIT_LINE)) {
      if (line.length >= LONGEST_COMMIT_LINE)
        throw new ProtocolError(this.#request.location, 'a commit has too many parents');
      // Each further parent of a merge adds a colon, a mode and an id (git-diff-tree, "Raw output format").
      const blob = /^:[^\t]* ([0-9a-f]+) [A-Z]+\t/.exec(line)?.[1];
      if (blob !== undefined) own ??= pointers.get(blob);
      else if (line !== '') {
        add();
        links = line.trimEnd().split(' ');
        own = undefined;
      }
    }
    add();
  }

  #revisions(args: readonly string[], tips: readonly ObjectId[]): AsyncGenerator<Buffer, void, undefined> {
    const names = [...tips, ...this.#request.haves.map((id) => `^${id}`)].map((name) => Buffer.from(`${name}\n`));
    // The source may not know every object that the target holds.
    return this.#git.output(['rev-list', ...args, '--ignore-missing', '--stdin'], names);
  }

  async *#smallFiles(tips: readonly ObjectId[]): AsyncGenerator<SmallFile, void, undefined> {
    const format = '--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)';
    for await (const line of lines(this.#git.output(['cat-file', format], this.#reachable(tips)))) {
      const [, size = '', id = '', path = ''] = /^blob (\d{1,15}) ([0-9a-f]{40,64}) (.*)$/.exec(line) ?? [];
      if (id !== '' && Number(size) <= LARGEST_POINTER) yield { id, path: shown(path) };
    }
  }

  /** Reads files while others are still being found: git is handed their names as fast as it answers. */
  async *#contents(
    files: AsyncIterable<SmallFile>,
  ): AsyncGenerator<SmallFile & { readonly content: Buffer }, void, undefined> {
    const asked: SmallFile[] = [];
    const names = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const file of files) {
        asked.push(file);
        yield Buffer.from(`${file.id}\n`);
      }
    };
    for await (const [, { content }] of this.#git.read(names())) {
      const file = asked.shift();
      if (file !== undefined) yield { ...file, content };
    }
  }

  /**
   * Sees that the pack holds all commits and folders to which the tips lead, in a form that git takes. What it left out
   * could hold pointers.
   *
   * @throws {RemoteError} of kind `incomplete`
   */
  async #check(): Promise<void> {
    const names = this.#request.tips.map((name) => Buffer.from(`${name}\n`));
    try {
      await this.#git.feed(['rev-list', '--objects', '--filter=blob:none', '--stdin'], names);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.kind !== 'program') throw error;
      throw new RemoteError({
        kind: 'incomplete',
        location: this.#request.location,
        detail: `the source leaves out objects, or has damaged ones, so that its Git LFS objects cannot be told (${error.detail.replace(/\.$/, '')}).`,
        remedy: 'Run `git fsck` in the source, or set `lfs: never` to mirror without Git LFS objects.',
        cause: error,
      });
    }
  }
}

/** Characters of a line that are read: an id, and a path as far as it is shown. */
const LONGEST_LINE = 8192;
/** Characters of a line with a commit's parents, or with the modes and ids of a file in each of them. */
const LONGEST_COMMIT_LINE = 8 * 1024 * 1024;

/** The lines of a text; of a long one the beginning. */
async function* lines(chunks: AsyncIterable<Buffer>, longest = LONGEST_LINE): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = chunk.toString('latin1').split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      // Paths are read as UTF-8 once their line is whole.
      yield Buffer.from((rest + part).slice(0, longest), 'latin1').toString('utf8');
      rest = '';
    }
    if (rest.length < longest) rest += last;
  }
}
