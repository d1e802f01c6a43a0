import http from 'node:http';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { GitHttpServer, type SeenRequest } from '../__tests__/servers/git-http-server.js';
import { LfsFaults, withLfs } from '../__tests__/servers/lfs-faults.js';

/** What went through the servers, without the heads of requests and answers. */
export interface ServerTraffic {
  readonly requests: number;
  /** Bytes that the servers sent. */
  readonly received: number;
  /** Bytes that the servers were sent. */
  readonly sent: number;
  /** Git LFS objects that the servers sent. */
  readonly objectsReceived: number;
  /** Git LFS objects that the servers were sent. */
  readonly objectsSent: number;
}

/** Two servers on loopback, one with the source and one with the target. */
export class Loopback {
  readonly #source: GitHttpServer;
  readonly #target: GitHttpServer;
  readonly #lfs: readonly LfsFaults[];
  readonly #folder: string;

  private constructor(folder: string, source: GitHttpServer, target: GitHttpServer, lfs: readonly LfsFaults[]) {
    this.#folder = folder;
    this.#source = source;
    this.#target = target;
    this.#lfs = lfs;
  }

  /** @param lfsRoots of the Git LFS servers of both ends, if they are to have some */
  static async start(
    folder: string,
    lfsRoots?: { readonly source: string; readonly target: string },
  ): Promise<Loopback> {
    const [source, target] = await Promise.all(
      ['source', 'target'].map((end) => {
        mkdirSync(join(folder, end), { recursive: true });
        // The push of a large repository may take longer than the five minutes that Node.js gives a request.
        return GitHttpServer.start(join(folder, end), http.createServer({ requestTimeout: 0 }));
      }),
    );
    if (source === undefined || target === undefined) throw new Error('no server');
    const ends = lfsRoots === undefined ? [] : [serveLfs(source, lfsRoots.source), serveLfs(target, lfsRoots.target)];
    const lfs = await Promise.all(ends);
    return new Loopback(folder, source, target, lfs);
  }

  get sourcePath(): string {
    return join(this.#folder, 'source', 'source.git');
  }

  get targetPath(): string {
    return join(this.#folder, 'target', 'target.git');
  }

  get sourceUrl(): string {
    return this.#source.url('source.git');
  }

  get targetUrl(): string {
    return this.#target.url('target.git');
  }

  /** How long both servers wait before they answer. */
  set delayMs(delay: number) {
    this.#source.behaviour.delayMs = delay;
    this.#target.behaviour.delayMs = delay;
  }

  /** The requests to both servers since the last {@link forget}, in the order in which they came. */
  get seen(): SeenRequest[] {
    const both = [...this.#source.requests, ...this.#target.requests];
    return both.sort((one, other) => one.startedAt - other.startedAt);
  }

  get traffic(): ServerTraffic {
    const { seen } = this;
    // Requests that went on to a Git LFS server stand in `seen`, too, but without their bytes.
    const all = [...seen, ...this.#lfs.flatMap(({ requests }) => requests)];
    const sum = (direction: 'sent' | 'received'): number => all.reduce((total, one) => total + one[direction], 0);
    const objects = (kind: 'download' | 'upload'): number =>
      new Set(this.#lfs.flatMap((end) => end.seen(kind).map(({ oid }) => oid))).size;
    return {
      requests: seen.length,
      received: sum('sent'),
      sent: sum('received'),
      objectsReceived: objects('download'),
      objectsSent: objects('upload'),
    };
  }

  forget(): void {
    for (const end of [this.#source, this.#target, ...this.#lfs]) end.forget();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#source, this.#target, ...this.#lfs].map((end) => end.stop()));
  }
}

async function serveLfs(server: GitHttpServer, root: string): Promise<LfsFaults> {
  const lfs = await LfsFaults.start(root);
  withLfs(server, lfs, 'same origin');
  return lfs;
}
