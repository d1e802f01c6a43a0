import { existsSync, statSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RemoteError } from '../errors.js';
import { programError } from './conversation.js';
import { initRepository } from './git-init.js';
import { readHead, writeHead, type HeadSettings } from './local-head.js';
import type { ObjectFormat } from '../wire/object-format.js';
import { printable } from '../printable.js';
import { CouldNotRun, type Command, type ProgramEnd } from './process.js';
import { ProgramTransport, type ProgramSettings } from './program-transport.js';
import type { Head } from '../wire/head.js';
import type { RepositoryFolder, Service } from '../wire/transport.js';

/** Settings of a {@link LocalTransport}. */
export interface LocalSettings extends ProgramSettings {
  /** An absolute path. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Folders of an empty repository for objects and refs, the inner ones first (gitrepository-layout). */
const HOLDING = ['objects/pack', 'objects/info', 'objects', 'refs/heads', 'refs/tags', 'refs'];

/** A repository on this machine, by the `git` program's own services. */
export class LocalTransport extends ProgramTransport implements RepositoryFolder {
  readonly location: string;
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
    const end = await initRepository({ path: this.#path, format, branch }, this.#environment).catch(this.#explained);
    if (end.code !== 0) throw this.#error('program', `git could not create it: ${printable(end.errors.trim())}`);
  }

  async readHead(): Promise<Head> {
    return readHead(this.#headSettings()).catch(this.#explained);
  }

  async writeHead(branch: string): Promise<void> {
    const end = await writeHead(this.#headSettings(), branch).catch(this.#explained);
    const said = printable(end?.errors.trim() ?? 'it took too long', 500);
    if (end?.code !== 0) throw this.#error('program', `git could not change HEAD: ${said}`);
  }

  async remove(): Promise<void> {
    const removed: string[] = [];
    try {
      for (const name of HOLDING) {
        await rmdir(join(this.#path, name));
        removed.unshift(name);
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

  protected failure(service: Service, end: ProgramEnd): RemoteError {
    const said = printable(end.errors.trim().replace(/\s*\n\s*/g, ' '), 1000);
    if (!this.exists) return this.#error('not-a-repository', 'nothing is at this path.', 'Check the path.');
    if (/does not appear to be a git repository|not a git repository|invalid gitfile/.test(end.errors))
      return this.#notRepository(service);
    if (end.errors.includes('dubious ownership')) {
      return this.#error(
        'refused',
        'git does not trust this repository, because it belongs to another user.',
        'Run `git config --global --add safe.directory` with this path.',
      );
    }
    return this.#error('refused', `${service} failed: ${said === '' ? `exit code ${end.code}` : said}`);
  }

  #headSettings(): HeadSettings {
    const { signal, limits } = this.settings;
    return { path: this.#path, environment: this.#environment, ms: limits.silence, signal };
  }

  readonly #explained = (error: unknown): never => {
    throw error instanceof CouldNotRun ? programError(error, this.location) : error;
  };

  #notRepository(service: Service): RemoteError {
    if (statSync(this.#path).isFile())
      return this.#error('not-a-repository', 'this is a file, and no Git repository.', 'Give the path of a folder.');
    const remedy =
      service === 'git-upload-pack'
        ? 'Give the folder that is a repository, or the one with `.git` in it.'
        : 'Give another path (what does not exist is created), or run `git init --bare` there.';
    return this.#error('not-a-repository', 'this folder is no Git repository.', remedy);
  }

  #error(kind: 'program' | 'not-a-repository' | 'refused', detail: string, remedy?: string): RemoteError {
    return new RemoteError({ kind, location: this.location, detail, ...(remedy === undefined ? {} : { remedy }) });
  }
}
