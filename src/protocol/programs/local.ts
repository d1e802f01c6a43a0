import { existsSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteError } from '../errors.js';
import { programError, type FailedProgram } from './conversation.js';
import { initRepository } from './git-init.js';
import type { ObjectFormat } from '../wire/object-format.js';
import { printable } from '../printable.js';
import { whyNoRepository } from './no-repository.js';
import { CouldNotRun, type Command } from './process.js';
import { ProgramTransport, type ProgramSettings } from './program-transport.js';
import type { RepositoryFolder, Service } from '../wire/transport.js';

/** Settings of a {@link LocalTransport}. */
export interface LocalSettings extends ProgramSettings {
  /** An absolute path. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Folders of an empty repository for objects and refs, the inner ones first (gitrepository-layout). */
const HOLDING = ['objects/pack', 'objects/info', 'objects', 'refs/heads', 'refs/tags', 'refs'];

const NO_REPOSITORY = /does not appear to be a git repository|not a git repository|invalid gitfile/;

/** A repository on this machine, by the `git` program's own services. */
export class LocalTransport extends ProgramTransport implements RepositoryFolder {
  readonly location: string;
  readonly place = 'local';
  readonly folder = this;
  readonly #path: string;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(settings: LocalSettings) {
    super(settings);
    this.#path = settings.path;
    this.#environment = settings.environment;
    this.location = settings.path;
  }

  get exists(): boolean {
    return existsSync(this.#path);
  }

  async create(format: ObjectFormat, defaultBranch: string | undefined): Promise<void> {
    const branch = defaultBranch?.replace(/^refs\/heads\//, '') ?? 'main';
    const end = await initRepository({ path: this.#path, format, branch }, this.#environment).catch(
      (error: unknown) => {
        throw error instanceof CouldNotRun ? programError(error, this.location) : error;
      },
    );
    if (end.code === 0) return;
    // What is left half made would not be taken for a repository by the next run, nor be made anew.
    await this.remove();
    throw this.#error('program', `git could not create it: ${printable(end.errors.trim())}`);
  }

  async remove(): Promise<void> {
    const removed: string[] = [];
    try {
      for (const name of HOLDING) {
        if (await removeEmpty(join(this.#path, name))) removed.unshift(name);
      }
    } catch {
      for (const name of removed) await mkdir(join(this.#path, name), { recursive: true }).catch(() => undefined);
      return;
    }
    await rm(this.#path, { recursive: true, force: true });
  }

  protected async command(service: Service): Promise<Command> {
    const settings = service === 'git-upload-pack' ? ['-c', 'uploadpack.allowFilter=true'] : [];
    return {
      program: 'git',
      arguments: [...settings, service.replace(/^git-/, ''), this.#path],
      environment: { ...this.#environment, ...(service === 'git-upload-pack' ? { GIT_PROTOCOL: 'version=2' } : {}) },
    };
  }

  protected failure(service: Service, end: FailedProgram): RemoteError {
    const said = printable(`${end.greeting}\n${end.errors}`.trim().replace(/\s*\n\s*/g, ' '), 1000);
    if (!this.exists || NO_REPOSITORY.test(end.errors)) {
      const { detail, remedy } = whyNoRepository(this.#path, service);
      return this.#error('not-a-repository', detail, remedy);
    }
    return this.#error('refused', `${service} failed: ${said === '' ? `exit code ${end.code}` : said}`);
  }

  #error(kind: 'program' | 'not-a-repository' | 'refused', detail: string, remedy?: string): RemoteError {
    return new RemoteError({ kind, location: this.location, detail, ...(remedy === undefined ? {} : { remedy }) });
  }
}

/** @returns whether there was such a folder */
async function removeEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
