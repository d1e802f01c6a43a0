import { linesOf } from '../protocol/lines.js';
import { pipeline } from 'node:stream/promises';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { programError } from '../protocol/programs/program-error.js';
import { initRepository } from '../protocol/programs/git-init.js';
import { CouldNotRun, RunningProgram, type Command } from '../protocol/programs/process.js';
import type { ProgramSettings } from '../protocol/programs/program-transport.js';
import { TemporaryFolder } from '../protocol/programs/temporary-folder.js';
import type { TemporaryPlaces } from '../protocol/programs/temporary-places.js';
import type { ObjectFormat, ObjectId } from '../protocol/wire/object-format.js';
import type { ObjectType, PackedObject } from '../protocol/wire/pack.js';
import { printable } from '../protocol/printable.js';
import type { Again } from './unless-busy.js';

/** Settings with which staging runs `git`. */
export interface StagingSettings extends ProgramSettings, Again {
  readonly environment: Readonly<Record<string, string>>;
  readonly temporary: TemporaryPlaces;
  readonly onStage: (line: string) => void;
}

type Input = AsyncIterable<Buffer> | Iterable<Buffer>;

/** The `git` program in a bare repository of its own, in the temporary folder. */
export class StageGit {
  readonly folder: string;
  readonly #place: TemporaryFolder;
  readonly #location: string;
  readonly #settings: StagingSettings;

  private constructor(place: TemporaryFolder, location: string, settings: StagingSettings) {
    this.folder = place.path;
    this.#place = place;
    this.#location = location;
    this.#settings = settings;
  }

  /**
   * Makes the repository.
   *
   * @param location of the repository that is copied, for messages
   * @throws {RemoteError} where git cannot do it
   */
  static async create(format: ObjectFormat, location: string, settings: StagingSettings): Promise<StageGit> {
    const request = { prefix: 'push-mirror-stage-', location, holds: 'a copy of the source' };
    const git = new StageGit(await TemporaryFolder.make(settings.temporary, request), location, settings);
    try {
      await git.#init(format);
      return git;
    } catch (error) {
      await git.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await this.#place.remove();
  }

  /** Takes in a pack that needs no object outside of it. */
  async index(pack: AsyncIterable<Buffer>): Promise<void> {
    await this.feed(['index-pack', '--stdin'], pack);
  }

  /** Runs git with an input, which it need not read to its end: only its exit code counts. */
  async feed(args: readonly string[], input: Input): Promise<void> {
    for await (const _chunk of this.output(args, input));
  }

  /**
   * Runs git and yields its output while it reads its input.
   *
   * @throws {RemoteError} where git fails
   */
  async *output(args: readonly string[], input: Input): AsyncGenerator<Buffer, void, undefined> {
    const { signal, environment, limits, guard } = this.#settings;
    signal.throwIfAborted();
    const program = this.#start({
      program: 'git',
      arguments: [...OWN_FOLDER, ...args],
      environment,
      folder: this.folder,
      guard,
    });
    const late = new AbortController();
    const stop = (): void => void program.stop();
    const timer = new SilenceTimer(limits.silence, () => {
      late.abort();
      stop();
    });
    signal.addEventListener('abort', stop);
    const fed = pipeline(timed(input, timer), program.input).catch((error: unknown) => {
      if (isClosedEarly(error)) return;
      stop();
      throw error;
    });
    fed.catch(() => undefined);
    try {
      for await (const chunk of program.output) {
        timer.rest();
        yield chunk;
        timer.begin();
      }
      await fed;
      const { code, errors } = await program.ended;
      signal.throwIfAborted();
      if (code !== 0) throw this.#error(errors);
    } catch (error) {
      signal.throwIfAborted();
      if (late.signal.aborted) throw this.#late();
      // A program that was stopped because its input broke has no output: the input is the reason.
      await fed;
      throw error instanceof CouldNotRun ? programError(error, this.#location) : error;
    } finally {
      timer.rest();
      signal.removeEventListener('abort', stop);
      // Whoever comes next may remove the folder.
      if (program.isRunning) await program.stop();
    }
  }

  /**
   * Reads objects by their names, as fast as they are named.
   *
   * @param names lines of one id each
   * @throws {ProtocolError} for an object that is not there
   */
  async *read(names: Input): AsyncGenerator<readonly [ObjectId, PackedObject], void, undefined> {
    let rest: Buffer = Buffer.alloc(0);
    let needed = 0;
    let waiting: Buffer[] = [];
    for await (const chunk of this.output(['cat-file', '--batch'], names)) {
      waiting.push(chunk);
      needed -= chunk.length;
      if (needed > 0) continue;
      rest = Buffer.concat([rest, ...waiting]);
      waiting = [];
      let at = 0;
      for (let head = headAt(rest, at); head !== undefined; head = headAt(rest, at)) {
        if (head.type === undefined) throw new ProtocolError(this.#location, 'an object is not in its pack');
        needed = head.end + head.size + 1 - rest.length;
        if (needed > 0) break;
        yield [head.id, { type: head.type, content: rest.subarray(head.end, head.end + head.size) }];
        at = head.end + head.size + 1;
      }
      rest = rest.subarray(at);
    }
  }

  /** Reads the commits and tags, but for those that are too large to be some. */
  async *commits(): AsyncGenerator<readonly [ObjectId, PackedObject], void, undefined> {
    const format = '--batch-check=%(objecttype) %(objectsize) %(objectname)';
    const all = this.output(['cat-file', '--batch-all-objects', format], []);
    const names = async function* (): AsyncGenerator<Buffer, void, undefined> {
      let rest = '';
      for await (const chunk of all) {
        const lines = (rest + chunk.toString('latin1')).split('\n');
        rest = lines.pop() ?? '';
        const wanted = lines.flatMap((line) => /^(?:commit|tag) \d{1,6} ([0-9a-f]{40,64})$/.exec(line)?.[1] ?? []);
        if (wanted.length > 0) yield Buffer.from(wanted.map((id) => `${id}\n`).join(''));
      }
    };
    yield* this.read(names());
  }

  async #init(format: ObjectFormat): Promise<void> {
    const { environment, limits, signal } = this.#settings;
    const settings = { environment, ms: limits.silence, signal };
    const end = await initRepository({ path: this.folder, format }, settings).catch((error: unknown) => {
      throw error instanceof CouldNotRun ? programError(error, this.#location) : error;
    });
    if (end === undefined) throw this.#late();
    if (end.code !== 0) throw this.#error(end.errors);
  }

  #start(command: Command): RunningProgram {
    try {
      return new RunningProgram(command);
    } catch (error) {
      throw error instanceof CouldNotRun ? programError(error, this.#location) : error;
    }
  }

  #late(): RemoteError {
    return new RemoteError({
      kind: 'program',
      location: this.#location,
      detail: `git did not get on with the copy for ${this.#settings.limits.silence / 1000} seconds.`,
      remedy: 'Raise `timeout` if this machine needs longer.',
    });
  }

  #error(errors: string): RemoteError {
    const said = printable(linesOf(errors).join(' '), 500).replace(/\.$/, '');
    return new RemoteError({
      kind: 'program',
      location: this.#location,
      detail: `git could not store the copy: ${said}.`,
      remedy: remedyFor(errors),
    });
  }
}

/** Waits for a program no longer than it may be silent. */
class SilenceTimer {
  readonly #ms: number;
  readonly #onEnd: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onEnd: () => void) {
    this.#ms = ms;
    this.#onEnd = onEnd;
  }

  begin(): void {
    this.rest();
    this.#timer = setTimeout(this.#onEnd, this.#ms);
  }

  rest(): void {
    clearTimeout(this.#timer);
  }
}

/** Gives an input on. Only the time that the program takes for it counts, not that in which the input comes. */
async function* timed(input: Input, timer: SilenceTimer): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of input) {
    timer.begin();
    yield chunk;
    timer.rest();
  }
  timer.begin();
}

/** The line before an object (git-cat-file, "Batch output"); `undefined` where it has not come as a whole. */
function headAt(
  bytes: Buffer,
  at: number,
):
  | { readonly id: ObjectId; readonly type: ObjectType | undefined; readonly size: number; readonly end: number }
  | undefined {
  const end = bytes.indexOf(0x0a, at);
  if (end < 0) return undefined;
  const [id = '', type = '', size = ''] = bytes.toString('latin1', at, end).split(' ');
  const known = OBJECT_TYPES.find((name) => name === type);
  return { id, type: /^\d{1,10}$/.test(size) ? known : undefined, size: Number(size), end: end + 1 };
}

const OBJECT_TYPES: readonly ObjectType[] = ['commit', 'tree', 'blob', 'tag'];

/** A user's git may take no bare repository that is not named, and may have hooks for every repository. */
const OWN_FOLDER = ['--git-dir=.', '-c', 'core.hooksPath=/dev/null'];

const NO_SPACE = /no space left|quota exceeded/i;
const NOT_WRITABLE = /read-only file system|permission denied|operation not permitted|input\/output error/i;

function remedyFor(errors: string): string | undefined {
  if (NO_SPACE.test(errors)) return 'Free disk space, or set `TMPDIR` to a folder with more of it.';
  return NOT_WRITABLE.test(errors) ? 'Set `TMPDIR` to a folder that this user can write.' : undefined;
}

// index-pack ends as soon as it has seen the pack's checksum, without waiting for the end of its input.
function isClosedEarly(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
