import { join, resolve } from 'node:path';
import type { NeededProgram } from '../requires.js';
import { isolatedGit } from '../repositories/git.js';
import { freePort } from './free-port.js';
import { neededPython, pythonEnvironment } from './python.js';
import { ServiceProcess } from './service-process.js';

const PROGRAM = resolve('__tests__/servers/dulwich-server.py');

/** Finds Python with dulwich. */
export function neededDulwich(): NeededProgram {
  return neededPython('dulwich', ['dulwich.web']);
}

/** dulwich's server, on loopback: the one inside programs written in Python. `dulwich-server.py` has its source. */
export class DulwichServer {
  readonly #port: number;
  readonly #process: ServiceProcess;

  private constructor(port: number, process: ServiceProcess) {
    this.#port = port;
    this.#process = process;
  }

  /**
   * Serves the repositories below a folder.
   *
   * @param program the path of Python: {@link neededDulwich}
   */
  static async start(program: string, root: string): Promise<DulwichServer> {
    const [port, errorLog] = [await freePort(), join(root, 'dulwich.log')];
    const args = [PROGRAM, String(port), root, errorLog];
    const environment = { ...isolatedGit(), ...pythonEnvironment(), HOME: root };
    return new DulwichServer(port, await ServiceProcess.start({ program, args, environment, port, errorLog }));
  }

  /** The URL of a repository below the root. */
  url(name: string): string {
    return `http://127.0.0.1:${this.#port}/${name}`;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}
