/** Parts of a process that can be stopped by signals. */
export type StoppableProcess = Pick<NodeJS.Process, 'on' | 'off' | 'exit'>;

/** Parts of a process that ends when it is told to. */
export type EndingProcess = Pick<NodeJS.Process, 'exit' | 'stdout' | 'stderr'>;

/**
 * Signals that ask a process to end, with their numbers (POSIX.1, "kill"; the C library of Windows). Windows has SIGHUP for
 * a console that is closed, and SIGBREAK for Ctrl+Break, with which runners follow up a cancellation there.
 */
const SIGNALS = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGBREAK', 21],
] as const;

/** A terminal and a program in between, such as `npx`, both hand on the same signal: that is not a second one. */
const SAME_MS = 100;

/**
 * Stops a run when a signal asks this process to end; the run then ends what it has begun and reports. A second signal
 * ends the process at once.
 */
export class StopSignals {
  readonly #process: StoppableProcess;
  readonly #cancel = new AbortController();
  readonly #listeners: readonly (readonly [name: NodeJS.Signals, listener: () => void])[];
  #firstAt: number | undefined;

  constructor(process: StoppableProcess) {
    this.#process = process;
    this.#listeners = SIGNALS.map(([name, number]) => [name, () => this.#hear(name, number)]);
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** Aborts at the first signal. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Lets signals do again what they do by default: what was begun has ended. */
  off(): void {
    for (const [name, listener] of this.#listeners) this.#process.off(name, listener);
  }

  #hear(name: NodeJS.Signals, number: number): void {
    const now = performance.now();
    if (this.#firstAt !== undefined && now - this.#firstAt < SAME_MS) return;
    // The code by which shells know a program that a signal ended.
    if (this.#firstAt !== undefined) this.#process.exit(128 + number);
    this.#firstAt = now;
    this.#cancel.abort(new Error(`stopped by ${name}`));
  }
}

/**
 * Ends a process once what it has written has left it. Without that, a connection that a server keeps open or a pipe that
 * somebody holds could keep it alive.
 *
 * @param code is asked for the exit code then
 */
export async function endProcess(process: EndingProcess, code: () => number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(written));
  return process.exit(code());
}

/** Waits until all that was written before has left, or cannot. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.destroyed) await new Promise((resolve) => stream.write('', resolve));
}
