import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isolatedGit } from '../__tests__/repositories/git.js';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** What it cost to run programs, seen from outside. */
export interface Cost {
  readonly wallMs: number;
  /** The most memory that the processes held together, in bytes (sum of RSS); 0 if it is not known. */
  readonly memory: number;
  /** The most memory that one of the programs itself held, without the processes it started (VmHWM). */
  readonly ownMemory: number;
  /** The most that the working folder held, in bytes. */
  readonly disk: number;
}

/** What programs came to. */
export interface Ran {
  readonly cost: Cost;
  readonly stdout: string;
}

const SAMPLE_MS = 25;
/** The part of the time, at most, that goes into looking at a folder of many files: the servers share this process. */
const DISK_SHARE = 0.02;

/**
 * Runs programs one after another, with an environment in which git is isolated, in a folder that is their current
 * one and the one for temporary files.
 *
 * @throws {Error} if one of them fails
 */
export async function measure(commands: readonly Command[], folder: string): Promise<Ran> {
  const sampler = new Sampler(folder);
  let stdout = '';
  let wallMs = 0;
  try {
    for (const command of commands) {
      const startedAt = performance.now();
      stdout += await run(command, folder, sampler);
      wallMs += performance.now() - startedAt;
    }
  } finally {
    sampler.stop();
  }
  return { cost: { wallMs, ...sampler.peaks }, stdout };
}

async function run([program, ...args]: Command, folder: string, sampler: Sampler): Promise<string> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...isolatedGit(), TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  sampler.watch(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${stdout}${stderr}`);
}

/** Looks at a program, its descendants and its folder again and again, and keeps the largest figures. */
class Sampler {
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  #root: ChildProcess | undefined;
  #memory = 0;
  #ownMemory = 0;
  #disk = 0;
  #nextLook = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  get peaks(): Omit<Cost, 'wallMs'> {
    return { memory: this.#memory, ownMemory: this.#ownMemory, disk: this.#disk };
  }

  watch(root: ChildProcess): void {
    this.#root = root;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#nextLook = 0;
    this.#sample();
  }

  #sample(): void {
    this.#lookAtDisk();
    const pid = this.#root?.exitCode === null ? this.#root.pid : undefined;
    if (pid === undefined) return;
    this.#ownMemory = Math.max(this.#ownMemory, memoryOf(pid, 'VmHWM'));
    // Not PSS: push-mirror shares the pages of Node.js with the benchmark itself, and would get them at half the price.
    const held = family(pid).reduce((sum, member) => sum + memoryOf(member, 'VmRSS'), 0);
    this.#memory = Math.max(this.#memory, this.#ownMemory, held);
  }

  #lookAtDisk(): void {
    const startedAt = performance.now();
    if (startedAt < this.#nextLook) return;
    this.#disk = Math.max(this.#disk, sizeOf(this.#folder));
    this.#nextLook = startedAt + (performance.now() - startedAt) / DISK_SHARE;
  }
}

function memoryOf(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  return Number(new RegExp(`^${figure}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024;
}

/** A process and all its descendants. */
function family(pid: number): number[] {
  const tasks = attempt(() => readdirSync(`/proc/${pid}/task`), []);
  const children = tasks.flatMap((task) =>
    attempt(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'), '')
      .split(' ')
      .filter((child) => child !== ''),
  );
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

function sizeOf(folder: string): number {
  const files = attempt(() => readdirSync(folder, { recursive: true, withFileTypes: true }), []);
  const sizes = files
    .filter((entry) => !entry.isDirectory())
    .map((entry) => attempt(() => lstatSync(join(entry.parentPath, entry.name)).size, 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What is looked at may be gone by then. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
