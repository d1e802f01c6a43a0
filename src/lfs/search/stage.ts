import { LARGEST_POINTER, parsePointer } from '../wire/pointer.js';
import { addPointer, PointerHistory, type FoundPointer } from './finder.js';
import { ProtocolError } from '../../protocol/errors.js';
import type { ObjectFormat, ObjectId } from '../../protocol/wire/object-format.js';
import type { Pointers } from './pointers.js';
import { StageGit, type StagingSettings } from '../../repositories/stage-git.js';

/** The parts that a stage is made of. */
export interface PointerStageRequest {
  readonly pack: AsyncIterable<Buffer>;
  readonly format: ObjectFormat;
  /** The repository that the pack comes from. */
  readonly location: string;
  /** Objects that the target holds: pointers below them are not among the changes. */
  readonly haves: readonly ObjectId[];
}

interface SmallFile {
  readonly id: ObjectId;
  readonly path: string;
}

/** Pointers in a history that is too large for memory, and so lies in the temporary folder. */
export class PointerStage implements Pointers {
  readonly #git: StageGit;
  readonly #request: PointerStageRequest;
  /** The blobs of each object's pointers: extensions can make several. */
  readonly #blobs = new Map<string, Set<ObjectId>>();

  private constructor(git: StageGit, request: PointerStageRequest) {
    this.#git = git;
    this.#request = request;
  }

  static async create(request: PointerStageRequest, settings: StagingSettings): Promise<PointerStage> {
    const git = await StageGit.create(request.format, request.location, settings);
    try {
      await git.index(request.pack);
      return new PointerStage(git, request);
    } catch (error) {
      await git.remove();
      throw error;
    }
  }

  async all(tips: readonly ObjectId[]): Promise<Map<string, FoundPointer>> {
    const found = new Map<string, FoundPointer>();
    const small: SmallFile[] = [];
    for await (const file of this.#smallFiles(tips)) small.push(file);
    let at = 0;
    for await (const content of this.#contents(small)) {
      const { id = '', path = '' } = small[at] ?? {};
      at += 1;
      const pointer = parsePointer(content);
      if (pointer === undefined) continue;
      addPointer(found, { ...pointer, path });
      this.#blobs.set(pointer.oid, (this.#blobs.get(pointer.oid) ?? new Set()).add(id));
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
    for await (const line of lines(this.#git.output(['diff-tree', '--stdin', ...format], this.#revisions([], tips)))) {
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
      const [, size = '', id = '', path = ''] = /^blob (\d+) ([0-9a-f]+) (.*)$/.exec(line) ?? [];
      if (id !== '' && Number(size) <= LARGEST_POINTER) yield { id, path };
    }
  }

  async *#contents(files: readonly SmallFile[]): AsyncGenerator<Buffer, void, undefined> {
    const names = files.map(({ id }) => Buffer.from(`${id}\n`));
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#git.output(['cat-file', '--batch'], names)) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      for (;;) {
        const end = rest.indexOf(0x0a, at);
        if (end < 0) break;
        const size = Number(/ (\d+)$/.exec(rest.toString('latin1', at, end))?.[1] ?? NaN);
        if (Number.isNaN(size)) throw new ProtocolError(this.#request.location, 'an object is not in its pack');
        if (rest.length < end + size + 2) break;
        yield rest.subarray(end + 1, end + 1 + size);
        at = end + size + 2;
      }
      rest = rest.subarray(at);
    }
  }
}

async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk.toString('latin1')).split('\n');
    rest = parts.pop() ?? '';
    // Paths are read as UTF-8 once their line is whole.
    for (const part of parts) yield Buffer.from(part, 'latin1').toString('utf8');
  }
}
