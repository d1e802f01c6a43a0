import { linesOf } from '../protocol/lines.js';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { RemoteError } from '../protocol/errors.js';
import { programError } from '../protocol/programs/conversation.js';
import { initRepository } from '../protocol/programs/git-init.js';
import { CouldNotRun, RunningProgram } from '../protocol/programs/process.js';
import type { ProgramSettings } from '../protocol/programs/program-transport.js';
import { makeTemporaryFolder } from '../protocol/programs/temporary-folder.js';
import type { ObjectFormat } from '../protocol/wire/object-format.js';
import { printable } from '../protocol/printable.js';
import type { Again } from './unless-busy.js';

/** Settings with which staging runs `git`. */
export interface StagingSettings extends ProgramSettings, Again {
  readonly environment: Readonly<Record<string, string>>;
  readonly onStage: (line: string) => void;
}

type Input = AsyncIterable<Buffer> | Iterable<Buffer>;

/** The `git` program in a bare repository of its own, in the temporary folder. */
export class StageGit {
  readonly folder: string;
  readonly #location: string;
  readonly #settings: StagingSettings;

  private constructor(folder: string, location: string, settings: StagingSettings) {
    this.folder = folder;
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
    const folder = makeTemporaryFolder('push-mirror-stage-');
    const git = new StageGit(folder, location, settings);
    try {
      await git.#init(format);
      return git;
    } catch (error) {
      await git.remove();
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
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
    const { signal, environment } = this.#settings;
    signal.throwIfAborted();
    const program = new RunningProgram({
      program: 'git',
      arguments: [...OWN_FOLDER, ...args],
      environment,
      folder: this.folder,
    });
    const stop = (): void => program.stop();
    signal.addEventListener('abort', stop);
    const fed = pipeline(input, program.input).catch((error: unknown) => {
      if (isClosedEarly(error)) return;
      program.stop();
      throw error;
    });
    fed.catch(() => undefined);
    try {
      yield* program.output as AsyncIterable<Buffer>;
      await fed;
      const { code, errors } = await program.ended;
      signal.throwIfAborted();
      if (code !== 0) throw this.#error(errors);
    } catch (error) {
      signal.throwIfAborted();
      // A program that was stopped because its input broke has no output: the input is the reason.
      await fed;
      throw error instanceof CouldNotRun ? programError(error, this.#location) : error;
    } finally {
      signal.removeEventListener('abort', stop);
      if (program.isRunning) program.stop();
    }
  }

  async #init(format: ObjectFormat): Promise<void> {
    const { environment } = this.#settings;
    const end = await initRepository({ path: this.folder, format }, environment).catch((error: unknown) => {
      throw error instanceof CouldNotRun ? programError(error, this.#location) : error;
    });
    if (end.code !== 0) throw this.#error(end.errors);
  }

  #error(errors: string): RemoteError {
    const said = printable(linesOf(errors).join(' '), 500).replace(/\.$/, '');
    return new RemoteError({
      kind: 'program',
      location: this.#location,
      detail: `git could not store the copy: ${said}.`,
      remedy: NO_SPACE.test(errors) ? 'Free disk space, or set `TMPDIR` to a folder with more of it.' : undefined,
    });
  }
}

/** A user's git may take no bare repository that is not named, and may have hooks for every repository. */
const OWN_FOLDER = ['--git-dir=.', '-c', 'core.hooksPath=/dev/null'];

const NO_SPACE = /no space left|quota exceeded/i;

// index-pack ends as soon as it has seen the pack's checksum, without waiting for the end of its input.
function isClosedEarly(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
