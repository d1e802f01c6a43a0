import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { isolatedGit } from '../repositories/git.js';
import { freePort } from './free-port.js';
import { ServiceProcess } from './service-process.js';

/** Settings of one repository, as `section.name` with their values, in the order in which they are to stand. */
export type RepositorySettings = readonly (readonly [name: string, value: string])[];

/** JGit's servlet, on loopback: the server inside Gerrit and other programs written in Java. `jgit/` has its source. */
export class JGitServer {
  readonly #port: number;
  readonly #process: ServiceProcess;

  private constructor(port: number, process: ServiceProcess) {
    this.#port = port;
    this.#process = process;
  }

  /**
   * Serves the repositories below a folder.
   *
   * @param program the absolute path of `jgit-server`, which `.ci/tools` makes
   */
  static async start(program: string, root: string): Promise<JGitServer> {
    const [port, errorLog] = [await freePort(), join(root, 'jgit.log')];
    const log = '-Dorg.slf4j.simpleLogger';
    const args = [String(port), root, `${log}.logFile=${errorLog}`, `${log}.defaultLogLevel=warn`];
    const environment = { ...isolatedGit(), LC_ALL: 'C.UTF-8', HOME: root };
    return new JGitServer(port, await ServiceProcess.start({ program, args, environment, port, errorLog }));
  }

  /** The URL of a repository below the root. */
  url(name: string): string {
    return `http://127.0.0.1:${this.#port}/${name}`;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** Adds to the configuration of a bare repository, without starting git. */
export function configure(repository: string, settings: RepositorySettings): void {
  const lines = settings.map(([name, value]) => {
    const dot = name.indexOf('.');
    return `[${name.slice(0, dot)}]\n\t${name.slice(dot + 1)} = ${value}\n`;
  });
  appendFileSync(join(repository, 'config'), lines.join(''));
}
