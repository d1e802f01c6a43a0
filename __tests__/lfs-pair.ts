import { TestRepository } from './repositories/git.js';
import { commitWithObjects, type LfsObject } from './repositories/lfs.js';
import { run, type Given, type Run } from './run.js';
import type { End } from './servers/faults.js';
import { GitHttpServer, type SeenRequest } from './servers/git-http-server.js';
import { LfsFaults, withLfs } from './servers/lfs-faults.js';
import type { LfsServer, LfsStore } from './servers/lfs-server.js';

/** What a pair is made of. */
export interface LfsPairSettings {
  /** The folder that is served. */
  readonly root: string;
  /** No other pair with the same LFS server has it. */
  readonly number: number;
  readonly server: LfsServer;
  readonly format?: 'sha1' | 'sha256';
}

/** A source and a target on one Git server, each with its own place on one LFS server. */
export class LfsPair {
  readonly source: TestRepository;
  readonly target: TestRepository;
  /** What the LFS server holds for the source. */
  readonly held: LfsStore;
  /** What it holds for the target. */
  readonly stored: LfsStore;
  readonly web: GitHttpServer;
  /** What stands before the LFS server, for both ends. */
  readonly faults: LfsFaults;
  readonly #number: number;

  private constructor(
    { root, number, server, format = 'sha1' }: LfsPairSettings,
    web: GitHttpServer,
    faults: LfsFaults,
  ) {
    this.#number = number;
    this.source = TestRepository.create(`${root}/${this.name('source')}.git`, { format });
    this.target = TestRepository.create(`${root}/${this.name('target')}.git`, { format });
    this.held = server.store(this.name('source'));
    this.stored = server.store(this.name('target'));
    this.web = web;
    this.faults = faults;
  }

  /** Makes the repositories and starts their server. */
  static async start(settings: LfsPairSettings): Promise<LfsPair> {
    const web = await GitHttpServer.start(settings.root);
    const faults = await LfsFaults.start(settings.server.root, web.port, '127.0.0.2');
    withLfs(web, faults, 'same origin');
    return new LfsPair(settings, web, faults);
  }

  /** The name of one end, without `.git`. */
  name(end: End): string {
    return `${end}${this.#number}`;
  }

  url(end: End): string {
    return this.web.url(`${this.name(end)}.git`);
  }

  /** Where the LFS server of one end is. */
  endpoint(end: End): string {
    return `${this.url(end)}/info/lfs`;
  }

  /** Commits objects on the source's `main`, and has its LFS server hold them. */
  commit(objects: readonly LfsObject[], folder?: string): string {
    this.held.put(objects);
    return commitWithObjects(this.source, objects, folder);
  }

  async mirror(given: Given = {}): Promise<Run> {
    return run(this.url('source'), this.url('target'), given);
  }

  /** What the source was asked, its advertisement left out. */
  questions(): SeenRequest[] {
    const path = `/${this.name('source')}.git/git-upload-pack`;
    return this.web.requests.filter((seen) => seen.method === 'POST' && seen.path === path);
  }

  /** The questions that look for Git LFS: what they leave out, as `blob:limit=1k`. Those for ancestors are not among them. */
  looks(): (SeenRequest & { readonly without: string })[] {
    return this.questions().flatMap((seen) => {
      const text = seen.body.toString('latin1');
      const without = /filter (\S+)/.exec(text)?.[1] ?? '';
      const isForAncestors = without === 'tree:0' && text.includes('have ');
      return without === '' || isForAncestors ? [] : [Object.assign(seen, { without })];
    });
  }

  /** Forgets the requests and the faults so far. */
  forget(): void {
    this.web.forget();
    this.faults.forget();
  }

  async stop(): Promise<void> {
    await this.web.stop();
    await this.faults.stop();
  }
}
