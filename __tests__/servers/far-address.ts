import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const SCRIPT = resolve('__tests__/servers/far-address.py');

/** An address of this machine at which nothing answers until it is told to, and then a server does. */
export class FarAddress {
  readonly address: string;
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(address: string, port: number, process: ChildProcess) {
    this.address = address;
    this.port = port;
    this.#process = process;
  }

  /**
   * Starts to listen, on a free port.
   *
   * @param address one of 127.0.0.0/8
   * @param to the port of 127.0.0.1 at which the server is
   */
  static async start(address: string, to: number): Promise<FarAddress> {
    const process = spawn('python3', [SCRIPT, address, String(to)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [told] = (await once(process.stdout, 'data')) as [Buffer];
    return new FarAddress(address, Number(told), process);
  }

  /** From now on it answers: whoever has asked before is heard when asking again, a second after that. */
  answer(): void {
    this.#process.stdin?.write('\n');
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
