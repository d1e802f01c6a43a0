import { join } from 'node:path';
import { isolatedGit } from '../repositories/git.js';
import { freePort } from './free-port.js';
import { ServiceProcess } from './service-process.js';

/** go-git's server, on loopback: the one inside programs written in Go. `go-git/` has its source. */
export class GoGitServer {
  readonly #port: number;
  readonly #process: ServiceProcess;

  private constructor(port: number, process: ServiceProcess) {
    this.#port = port;
    this.#process = process;
  }

  /**
   * Serves the repositories below a folder.
   *
   * @param program the absolute path of `go-git-server`, which `.ci/tools` makes
   * @param protocolV2 whether it speaks it, which its older versions do not
   */
  static async start(program: string, root: string, protocolV2 = true): Promise<GoGitServer> {
    const [port, errorLog] = [await freePort(), join(root, 'go-git.log')];
    const version = protocolV2 ? [] : ['-v0'];
    const args = ['-address', `127.0.0.1:${port}`, '-root', root, '-log', errorLog, ...version];
    const environment = { ...isolatedGit(), HOME: root };
    return new GoGitServer(port, await ServiceProcess.start({ program, args, environment, port, errorLog }));
  }

  /** The URL of a repository below the root. */
  url(name: string): string {
    return `http://127.0.0.1:${this.#port}/${name}`;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}
