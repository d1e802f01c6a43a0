import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RemoteError } from '../protocol/errors.js';
import { gitInit } from '../protocol/programs/git-init.js';
import type { ObjectFormat } from '../protocol/wire/object-format.js';
import { printable } from '../protocol/printable.js';
import { notInstalled, type ProgramSettings } from '../protocol/programs/program.js';

/** Settings with which staging runs `git`. */
export interface StagingSettings extends ProgramSettings {
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
    const folder = await mkdtemp(join(tmpdir(), 'push-mirror-stage-'));
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

  /** Runs git with its input. That git stops reading early is no error in itself: its exit code tells. */
  async feed(args: readonly string[], input: Input): Promise<void> {
    for await (const _chunk of this.output(args, input));
  }

  /**
   * Runs git and yields its output while it reads its input.
   *
   * @throws {RemoteError} where git fails
   */
  async *output(args: readonly string[], input: Input): AsyncGenerator<Buffer, void, undefined> {
    const child = this.#spawn(args);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4096)));
    const closed = once(child, 'close') as Promise<[number | null]>;
    const fed = pipeline(input, child.stdin).catch((error: unknown) => {
      if (isClosedEarly(error)) return;
      child.kill();
      throw error;
    });
    for (const promise of [closed, fed]) promise.catch(() => undefined);
    try {
      for await (const chunk of child.stdout) yield chunk as Buffer;
      await fed;
      const [code] = await closed;
      if (code !== 0) throw this.#error(errors);
    } finally {
      child.kill();
    }
  }

  #spawn(args: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
    return spawn('git', [...args], {
      cwd: this.folder,
      env: { ...this.#settings.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: this.#settings.signal,
    });
  }

  async #init(format: ObjectFormat): Promise<void> {
    const end = await gitInit({ path: this.folder, format }, this.#settings.environment);
    if (end.code !== 0) throw notInstalled('git', this.#location, end) ?? this.#error(end.errors);
  }

  #error(errors: string): RemoteError {
    return new RemoteError({
      kind: 'program',
      location: this.#location,
      detail: `git could not store the copy: ${printable(errors.trim(), 500)}`,
      remedy: 'Check the space in the temporary folder.',
    });
  }
}

// index-pack ends as soon as it has seen the pack's checksum, without waiting for the end of its input.
function isClosedEarly(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
