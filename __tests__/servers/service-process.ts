import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a server is run that is a program of its own. */
export interface Service {
  /** The program's absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  /** The whole of it; nothing of this process's environment is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where on loopback it is going to listen. */
  readonly port: number;
  /** What it writes when something is wrong, shown if it does not start. */
  readonly errorLog: string;
}

const START_MS = 30_000;
const STOP_MS = 5_000;

/** A server that is a program of its own, alone in a process group so that nothing it started outlives the test. */
export class ServiceProcess {
  readonly #service: Service;
  readonly #child: ChildProcess;
  #failure = '';

  private constructor(service: Service) {
    this.#service = service;
    const { program, args, environment } = service;
    this.#child = spawn(program, args, { env: { ...environment }, stdio: 'ignore', detached: true });
    this.#child.once('error', ({ message }) => (this.#failure = message));
  }

  /** Starts it and waits until it takes connections. */
  static async start(service: Service): Promise<ServiceProcess> {
    const started = new ServiceProcess(service);
    const deadline = Date.now() + START_MS;
    while (!(await accepts(service.port))) {
      if (started.#hasEnded || Date.now() > deadline) {
        await started.stop();
        throw new Error(`${service.program} did not start: ${started.#failure}${started.#written}`);
      }
      await sleep(20);
    }
    return started;
  }

  /** Asks it to end, and makes it end if it does not. */
  async stop(): Promise<void> {
    if (!this.#hasEnded) {
      const ended = once(this.#child, 'exit');
      this.#signal('SIGTERM');
      const impatience = setTimeout(() => this.#signal('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(impatience);
    }
    // What it started may still be there when it is not.
    this.#signal('SIGKILL');
  }

  get #hasEnded(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get #written(): string {
    return existsSync(this.#service.errorLog) ? readFileSync(this.#service.errorLog, 'utf8') : '';
  }

  #signal(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, name);
    } catch {
      // The group is gone already, as it should be.
    }
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
