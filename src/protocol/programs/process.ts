import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import { platform } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatheredBytes } from '../bounded.js';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import type { GroupGuard } from './group-guard.js';
import { cutBytes } from '../printable.js';
import { HAS_GROUPS, ProcessGroup } from './process-group.js';
import { treeEnding } from './process-tree.js';
import { locateProgram } from './program-path.js';
import { Tail } from './tail.js';

/** A program with its arguments. */
export interface Command {
  /** Its name, by which PATH of the environment is searched, or its absolute path. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** All that the program sees of an environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder in which it runs; without one, that of this process. */
  readonly folder?: string;
  /** True for a program whose own programs may outlive it, if it ends by itself: what a hook starts is its user's. */
  readonly mayLeaveOthers?: boolean;
  /** Ends the program if this process is killed. */
  readonly guard?: GroupGuard | undefined;
}

/** The end of a program, whatever it was: only a program that could not run at all is an error. */
export interface ProgramEnd {
  /** `null` where a signal ended it, or where it could not be ended. */
  readonly code: number | null;
  /** The last of what it wrote to standard error; `…` stands in front where that is not all. */
  readonly errors: string;
}

/** A program could not be run: the system does not start it. */
export class CouldNotRun extends Error {
  /** Its name. */
  readonly program: string;
  /** Its absolute path. */
  readonly path: string;

  constructor(program: string, path: string, cause: Error) {
    super(`the program ${path} could not be run: ${cause.message}`, { cause });
    this.name = 'CouldNotRun';
    this.program = program;
    this.path = path;
  }
}

/** A program could not be run: no folder of PATH has it. */
export class NotInstalled extends CouldNotRun {
  /** Entries of PATH in which it was not looked for. */
  readonly leftOut: readonly string[];

  constructor(program: string, leftOut: readonly string[]) {
    super(program, program, new Error('it is in no folder of PATH'));
    this.name = 'NotInstalled';
    this.leftOut = leftOut;
  }
}

/** A command whose program was found. */
export interface Located extends Command {
  /** The absolute path of the program. */
  readonly path: string;
}

/**
 * Finds the program of a command.
 *
 * @throws {NotInstalled}
 */
export function located(command: Command): Located {
  const { path, leftOut, environment } = locateProgram(command.program, command.environment);
  if (path === undefined) throw new NotInstalled(command.program, leftOut);
  return { ...command, path, environment };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** @throws {CouldNotRun} where the system gives no process (ENOMEM) or no pipes (EMFILE) */
function start({ program, path, arguments: args, environment, folder }: Located): Child {
  let child: Child;
  try {
    child = spawn(path, [...args], {
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: HAS_GROUPS,
      windowsHide: true,
      ...(folder === undefined ? {} : { cwd: folder }),
    });
  } catch (error) {
    throw new CouldNotRun(program, path, error as Error);
  }
  // Node.js tells of missing pipes only later, and nobody can listen to a child without them.
  if ((child.stdin as Writable | undefined) !== undefined) return child;
  child.on('error', () => undefined);
  throw new CouldNotRun(program, path, Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
}

const LONGEST_OUTPUT = PROGRAM_LIMITS.output.value;
const LONGEST_ERRORS = PROGRAM_LIMITS.errors.value;
const PIPES_MS = PROGRAM_LIMITS.pipes.value;
const PIPES_OF_STOPPED_MS = PROGRAM_LIMITS.pipesOfStopped.value;

/**
 * A program that runs, with its input and output. It leads a group of its own, so that what it starts ends with it, and
 * signals to the group of this process do not reach it: who stops a run stops it, too.
 */
export class RunningProgram {
  /**
   * Fulfilled soon after the program has ended or was stopped, whatever it does and whoever holds its pipes.
   *
   * @throws {CouldNotRun} when waited for
   */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: Child;
  readonly #group: ProcessGroup;
  readonly #errors = new Tail(LONGEST_ERRORS);
  readonly #giveUp = new AbortController();
  #isOutputLeft = false;

  /** @throws {CouldNotRun} where the system gives no process or no pipes */
  constructor(command: Command) {
    const found = located(command);
    const { environment, guard, mayLeaveOthers = false } = found;
    this.#child = start(found);
    const tree = treeEnding(this.#child.pid, environment, platform());
    this.#group = new ProcessGroup(this.#child, { tree, guard });
    // A program may end without reading all of its input: its end tells.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (chunk: Buffer) => this.#errors.add(chunk)).on('error', () => undefined);
    this.ended = this.#end(this.#exit(found), mayLeaveOthers);
    this.ended.catch(() => undefined);
  }

  get input(): Writable {
    return this.#child.stdin;
  }

  /** Yields what it prints. That ends soon after the program, even if another one holds the pipe open. */
  get output(): AsyncIterable<Buffer> {
    return this.#read();
  }

  get isRunning(): boolean {
    return this.#group.isLed;
  }

  /**
   * Ends the program and what it has started, by force if they do not end soon; its pipes are closed at once.
   *
   * @returns once they are gone; never throws
   */
  async stop(): Promise<void> {
    const ending = this.#group.end();
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    await ending;
    // A program that nothing ends, such as one that waits for a disk, is not waited for.
    this.#giveUp.abort();
    await this.ended.catch(() => undefined);
  }

  async *#read(): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* this.#child.stdout as AsyncIterable<Buffer>;
    } catch (error) {
      if (!this.#isOutputLeft) throw error;
    }
  }

  /** @returns the exit code */
  #exit({ program, path }: Located): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#child.on('error', (error) => reject(new CouldNotRun(program, path, error)));
      this.#child.once('exit', resolve);
      this.#giveUp.signal.addEventListener('abort', () => resolve(null));
    });
  }

  async #end(exit: Promise<number | null>, mayLeaveOthers: boolean): Promise<ProgramEnd> {
    const { stdin, stderr } = this.#child;
    try {
      const code = await exit;
      void this.#leaveOutput();
      await closed(stderr, this.#group.isEnding ? PIPES_OF_STOPPED_MS : PIPES_MS);
      if (this.#group.isEnding || !mayLeaveOthers) await this.#group.end();
      return { code, errors: this.#errors.text };
    } finally {
      this.#group.leave();
      stdin.destroy();
      stderr.destroy();
      this.#child.unref();
    }
  }

  /** Closes the output once nothing has come for a while, and nothing is left to read. */
  async #leaveOutput(): Promise<void> {
    const stdout = this.#child.stdout as Readable & Pick<Socket, 'bytesRead'>;
    let seen = -1;
    while (!stdout.destroyed) {
      if (stdout.bytesRead === seen && stdout.readableLength === 0) {
        this.#isOutputLeft = true;
        stdout.destroy();
      }
      seen = stdout.bytesRead;
      await sleep(PIPES_MS, undefined, { ref: false });
    }
  }
}

/** Waits until a stream is closed, but not long. */
async function closed(stream: Readable, ms: number): Promise<void> {
  if (stream.closed) return;
  const done = new AbortController();
  stream.once('close', () => done.abort());
  await sleep(ms, undefined, { signal: done.signal }).catch(() => undefined);
}

/** Limits of a program that is run to its end. */
export interface RunLimits {
  readonly ms: number;
  /** Ends the program. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program to its end, without input.
 *
 * @returns the end with the first of what it printed; `undefined` where it took too long and was ended
 * @throws {CouldNotRun}, or what the signal is aborted with
 */
export async function runProgram(
  command: Command,
  { ms, signal }: RunLimits,
): Promise<(ProgramEnd & { readonly output: string }) | undefined> {
  signal.throwIfAborted();
  const program = new RunningProgram(command);
  program.input.end();
  const late = new AbortController();
  const stop = (): void => void program.stop();
  const timer = setTimeout(() => {
    late.abort();
    stop();
  }, ms);
  signal.addEventListener('abort', stop);
  try {
    const output = beginningOf(program.output);
    const end = await program.ended;
    const text = await output;
    signal.throwIfAborted();
    return late.signal.aborted ? undefined : { ...end, output: text };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Reads an output to its end, and keeps the beginning, with the mark of a cut. */
async function beginningOf(output: AsyncIterable<Buffer>): Promise<string> {
  const kept = new GatheredBytes();
  try {
    for await (const chunk of output) kept.add(chunk.subarray(0, LONGEST_OUTPUT + 1 - kept.length));
  } catch {
    // The program was stopped.
  }
  return cutBytes(kept.takeWhole(), LONGEST_OUTPUT);
}
