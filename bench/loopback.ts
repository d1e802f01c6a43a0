import http from 'node:http';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { GitHttpServer, type SeenRequest } from '../__tests__/servers/git-http-server.js';

/** What went through the servers, without the heads of requests and answers. */
export interface ServerTraffic {
  readonly requests: number;
  /** Bytes that the servers sent. */
  readonly received: number;
  /** Bytes that the servers were sent. */
  readonly sent: number;
}

/** Two servers on loopback, one with the source and one with the target. */
export class Loopback {
  readonly #source: GitHttpServer;
  readonly #target: GitHttpServer;
  readonly #folder: string;

  private constructor(folder: string, source: GitHttpServer, target: GitHttpServer) {
    this.#folder = folder;
    this.#source = source;
    this.#target = target;
  }

  static async start(folder: string): Promise<Loopback> {
    const [source, target] = await Promise.all(
      ['source', 'target'].map((end) => {
        mkdirSync(join(folder, end), { recursive: true });
        // The push of a large repository may take longer than the five minutes that Node.js gives a request.
        return GitHttpServer.start(join(folder, end), http.createServer({ requestTimeout: 0 }));
      }),
    );
    if (source === undefined || target === undefined) throw new Error('no server');
    return new Loopback(folder, source, target);
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
    const sum = (direction: 'sent' | 'received'): number => seen.reduce((total, one) => total + one[direction], 0);
    return { requests: seen.length, received: sum('sent'), sent: sum('received') };
  }

  forget(): void {
    this.#source.forget();
    this.#target.forget();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#source.stop(), this.#target.stop()]);
  }
}
