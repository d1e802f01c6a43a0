import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { geteuid } from 'node:process';
import { RemoteError } from '../errors.js';
import { readHead, writeHead, type HeadSettings } from './local-head.js';
import { linesOf } from '../lines.js';
import { printable } from '../printable.js';
import { safeDirectory } from '../safe-directory.js';
import type { ObjectFormat } from '../wire/object-format.js';
import type { RepositoryFolder, Service, Shortage } from '../wire/transport.js';
import { alternatesOf } from './alternates.js';
import type { FailedProgram } from './conversation.js';
import { programError } from './program-error.js';
import { gitFolder, gitFolders } from './git-folder.js';
import { localFailure } from './local-failure.js';
import { whyNoLazyFetch } from './lazy-fetch.js';
import { looseRefs } from './loose-refs.js';
import { nextAbove, whyNotMade } from './no-repository.js';
import { CouldNotRun, runProgram, type Command } from './process.js';
import { ProgramTransport, type ProgramSettings } from './program-transport.js';
import { shortageOf } from './shortage.js';
import type { Head } from '../wire/head.js';

/** Settings of a {@link LocalTransport}. */
export interface LocalSettings extends ProgramSettings {
  /** An absolute path. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders with more objects for readers of the repository (git(1), `GIT_ALTERNATE_OBJECT_DIRECTORIES`). */
  readonly alternates?: string | undefined;
}

const TOO_LONG = 'it took too long';

/** Folders of an empty repository for objects and refs, the inner ones first (gitrepository-layout). */
const HOLDING = ['objects/pack', 'objects/info', 'objects', 'refs/heads', 'refs/tags', 'refs'];

/** A repository on this machine, by the `git` program's own services. */
export class LocalTransport extends ProgramTransport implements RepositoryFolder {
  readonly location: string;
  readonly place = 'local';
  readonly folder = this;
  readonly #path: string;
  readonly #settings: LocalSettings;
  #lazyFetch: Promise<string | undefined> | undefined;

  constructor(settings: LocalSettings) {
    super(settings);
    this.#path = settings.path;
    this.#settings = settings;
    this.location = settings.path;
  }

  get exists(): boolean {
    return existsSync(this.#path) || gitFolders(this.#path) !== undefined;
  }

  async create(format: ObjectFormat, defaultBranch: string | undefined): Promise<boolean> {
    const obstacle = whyNotMade(this.#path);
    if (obstacle !== undefined)
      throw new RemoteError({ kind: 'not-a-repository', location: this.location, ...obstacle });
    const branch = defaultBranch?.replace(/^refs\/heads\//, '') ?? 'main';
    const repository = { path: this.#path, format, branch };
    // Few runs make one.
    const { createRepository } = await import('./git-init.js');
    const creation = await createRepository(repository, this.#programSettings()).catch(this.#explained);
    if (creation.kind !== 'failed') return creation.kind === 'made';
    const said = printable(linesOf(creation.errors).join(' '), 1000);
    const detail = `git could not create it: ${said}. The next folder above that is there: ${nextAbove(this.#path)}.`;
    throw new RemoteError({ kind: 'program', location: this.location, detail });
  }

  async readHead(): Promise<Head> {
    return readHead(this.#headSettings()).catch(this.#explained);
  }

  async writeHead(branch: string): Promise<void> {
    const end = await writeHead(this.#headSettings(), branch).catch(this.#explained);
    const said = printable(end?.errors.trim() ?? TOO_LONG, 500);
    if (end?.code === 0) return;
    const detail = `git could not change HEAD: ${said}`;
    throw new RemoteError({ kind: 'program', location: this.location, detail });
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
    // A mounted folder stays, empty as it was.
    await rm(this.#path, { recursive: true, force: true }).catch(() => undefined);
  }

  async configuration(names: string): Promise<ReadonlyMap<string, string>> {
    const folder = gitFolders(this.#path)?.own;
    if (folder === undefined) return new Map();
    const output = await this.#ask([`--git-dir=${folder}`, 'config', '--null', '--get-regexp', names]);
    const entries = (output ?? '').split('\0').filter((entry) => entry !== '');
    return new Map(entries.map((entry) => [entry.replace(/\n[^]*/, ''), entry.replace(/^[^\n]*\n?/, '')]));
  }

  async looseRefs(): Promise<readonly string[]> {
    return looseRefs(this.#path);
  }

  alternates(): readonly string[] {
    const folder = gitFolder(this.#path);
    return alternatesOf(join(folder, 'objects'), this.#settings.alternates);
  }

  async shortage(): Promise<Shortage | undefined> {
    return shortageOf(this, await this.#whyNoLazyFetch());
  }

  async workTreeOf(ref: string): Promise<string | undefined> {
    const folder = gitFolder(this.#path);
    const output = (await this.#ask([`--git-dir=${folder}`, 'worktree', 'list', '--porcelain'])) ?? '';
    const found = output.split('\n\n').find((one) => one.split('\n').includes(`branch ${ref}`));
    const tree = /^worktree (.+)$/m.exec(found ?? '')?.[1];
    if (tree === undefined || existsSync(tree)) return tree;
    return `${tree}, which is gone (to let git forget it: git worktree prune)`;
  }

  protected async command(service: Service): Promise<Command> {
    const { environment, alternates } = this.#settings;
    const path = gitFolders(this.#path)?.common ?? this.#path;
    const trust = await this.#trust(path);
    const name = service.replace(/^git-/, '');
    if (service === 'git-receive-pack') {
      return { program: 'git', arguments: [...trust, name, path], environment, mayLeaveOthers: true };
    }
    return {
      program: 'git',
      arguments: [...trust, ...READING.flatMap((setting) => ['-c', setting]), name, path],
      environment: {
        ...READING_ENVIRONMENT,
        ...((await this.#whyNoLazyFetch()) === undefined ? LAZY_FETCH : NO_LAZY_FETCH),
        ...environment,
        ...(alternates === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates }),
      },
    };
  }

  protected failure(service: Service, end: FailedProgram): RemoteError {
    return localFailure(this.#path, service, end);
  }

  /** Finds out why git does not fetch what a partial clone lacks, unless the user has decided that. */
  async #whyNoLazyFetch(): Promise<string | undefined> {
    if (this.#settings.environment.GIT_NO_LAZY_FETCH !== undefined) return undefined;
    this.#lazyFetch ??= whyNoLazyFetch(this.#path, (args) => this.#ask(args));
    return this.#lazyFetch;
  }

  /**
   * Lets git's services trust a repository of another user where git itself does: they ask for the folder `.git`,
   * while users have named its work tree.
   */
  async #trust(folder: string): Promise<readonly string[]> {
    if (!existsSync(folder) || statSync(folder).uid === geteuid?.()) return [];
    const start = existsSync(this.#path) && statSync(this.#path).isDirectory() ? this.#path : folder;
    const found = (await this.#ask(['-C', start, 'rev-parse', '--git-common-dir']))?.trimEnd();
    // Where the path holds no repository itself, git finds another one further up.
    const isTrusted = found !== undefined && realpathSync(resolve(start, found)) === folder;
    return isTrusted ? ['-c', `safe.directory=${safeDirectory(folder)}`] : [];
  }

  /** @returns what git prints; `undefined` where it fails or takes too long */
  async #ask(args: readonly string[]): Promise<string | undefined> {
    const { environment, signal, limits } = this.#settings;
    try {
      const end = await runProgram({ program: 'git', arguments: args, environment }, { ms: limits.silence, signal });
      return end?.code === 0 ? end.output : undefined;
    } catch (error) {
      throw error instanceof CouldNotRun ? programError(error, this.location) : error;
    }
  }

  #headSettings(): HeadSettings {
    return { path: this.#path, ...this.#programSettings() };
  }

  #programSettings(): Omit<HeadSettings, 'path'> {
    const { environment, signal, limits } = this.#settings;
    return { environment, ms: limits.silence, signal };
  }

  readonly #explained = (error: unknown): never => {
    throw error instanceof CouldNotRun ? programError(error, this.location) : error;
  };
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

/**
 * Settings for whoever reads a folder of this machine: parts of a history can be asked for, and what a partial clone
 * has fetched is left as it came. Signs of life would hide that git waits for another server in vain.
 */
const READING = [
  'uploadpack.allowFilter=true',
  ...['', 'tree.', 'blob:none.', 'blob:limit.'].map((filter) => `uploadpackfilter.${filter}allow=true`),
  'uploadpack.keepAlive=0',
  'advice.graftFileDeprecated=false',
  'gc.auto=0',
  'maintenance.auto=false',
];

/** Grafts would leave out what others need. Git knows this name on Windows, too (git, compat/mingw.c). */
const READING_ENVIRONMENT = { GIT_PROTOCOL: 'version=2', GIT_GRAFT_FILE: '/dev/null' };

/** A partial clone fetches what it lacks (git, `GIT_ALLOW_PROTOCOL`), by no program that its configuration could name. */
const LAZY_FETCH = { GIT_NO_LAZY_FETCH: '0', GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh' };
/** The second is for a git that does not know the first. */
const NO_LAZY_FETCH = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };
