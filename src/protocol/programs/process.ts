import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { platform } from 'node:os';
import { kill } from 'node:process';
import type { Readable, Writable } from 'node:stream';

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  /** All that the program sees of an environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The folder in which it runs; without one, that of this process. */
  readonly folder?: string;
  /** True for a program whose own programs are ended with it, where the system can do that. */
  readonly isGroup?: boolean;
}

/** The end of a program, whatever it was: only a program that could not run at all is an error. */
export interface ProgramEnd {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  /** The last of what it wrote to standard error. */
  readonly errors: string;
}

/** A program could not be run: it is not there, or is no program. */
export class CouldNotRun extends Error {
  readonly program: string;
  readonly isMissing: boolean;

  constructor(program: string, cause: Error, isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT') {
    super(`the program ${program} could not be run: ${cause.message}`, { cause });
    this.name = 'CouldNotRun';
    this.program = program;
    this.isMissing = isMissing;
  }
}

const LONGEST_OUTPUT = 256 * 1024;
const LONGEST_ERRORS = 64 * 1024;
/** Time for a program to end by itself once it was asked to. */
const GRACE_MS = 2000;

/** A program that runs, with its input and output. */
export class RunningProgram {
  /** @throws {CouldNotRun} when waited for */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #isGroup: boolean;
  #errors = '';

  constructor({ program, arguments: args, environment, folder, isGroup = false }: Command) {
    this.#isGroup = isGroup && platform() !== 'win32';
    this.#child = spawn(program, [...args], {
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: this.#isGroup,
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    // A program may end without reading all of its input: its end tells.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-LONGEST_ERRORS);
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => reject(new CouldNotRun(program, error)));
      this.#child.once('close', (code) => resolve({ code, errors: this.#errors }));
    });
    this.ended.catch(() => undefined);
  }

  get input(): Writable {
    return this.#child.stdin;
  }

  get output(): Readable {
    return this.#child.stdout;
  }

  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Ends the program, by force if it does not end soon; its output is not read any more. */
  stop(): void {
    endSoon(this.#child, this.#isGroup ? signalGroup : signalOne);
    this.#child.stdout.destroy();
  }
}

type Signal = (child: ChildProcess, name: NodeJS.Signals) => void;

function endSoon(child: ChildProcess, signal: Signal): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signal(child, 'SIGTERM');
  const force = setTimeout(() => signal(child, 'SIGKILL'), GRACE_MS).unref();
  child.once('exit', () => clearTimeout(force));
}

function signalOne(child: ChildProcess, name: NodeJS.Signals): void {
  child.kill(name);
}

/** Reaches the program and those that it has started, which are a group of their own. */
function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    kill(-pid, name);
  } catch {
    // They have ended meanwhile.
  }
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
  let output = '';
  program.output.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(0, LONGEST_OUTPUT);
  });
  const giveUp = new AbortController();
  const stop = (): void => giveUp.abort();
  const timer = setTimeout(stop, ms);
  signal.addEventListener('abort', stop);
  const isGivenUp = new Promise<undefined>((resolve) => {
    giveUp.signal.addEventListener('abort', () => {
      program.stop();
      resolve(undefined);
    });
  });
  try {
    const end = await Promise.race([program.ended, isGivenUp]);
    signal.throwIfAborted();
    return end === undefined ? undefined : { ...end, output };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Runs a program of this machine to its end by the actions' toolkit, which finds it as the system at hand does. */
export async function runByToolkit({ program, arguments: args, environment }: Command): Promise<ProgramEnd> {
  // Few runs need it.
  const { getExecOutput } = await import('@actions/exec');
  const options = { silent: true, ignoreReturnCode: true, env: { ...environment } };
  try {
    const { exitCode, stderr } = await getExecOutput(program, [...args], options);
    return { code: exitCode, errors: stderr.slice(-LONGEST_ERRORS) };
  } catch (error) {
    // The toolkit throws only where it cannot run a program, and has words of its own for one that it does not find.
    const cause = error as Error;
    throw new CouldNotRun(program, cause, cause.message.startsWith('Unable to locate'));
  }
}

/**
 * Starts a program that outlives signals to this process, and is to end when its input does: that is when the writer
 * says so, or with this process, however that ends. The program does not keep this process alive.
 */
export function startGuard({ program, arguments: args, environment }: Command): Writable {
  // In a session of its own no signal meant for this process reaches it.
  const child = spawn(program, [...args], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { ...environment },
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return child.stdin;
}
