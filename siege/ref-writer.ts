import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { isolatedGit } from '../__tests__/repositories/git.js';

/** A move of one ref; null stands for no ref. */
export interface Move {
  readonly ref: string;
  readonly old: string | null;
  readonly new: string | null;
}

const NONE = '0'.repeat(40);

/** Moves refs of a repository as a push does, with compare and swap, by one git for all of them. */
export class RefWriter {
  readonly #path: string;
  #git: ChildProcessByStdio<Writable, Readable, null> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Moves a ref. Returns whether nobody else had moved it before. */
  async move(move: Move): Promise<boolean> {
    const moving = this.#last.then(() => this.#move(move));
    this.#last = moving;
    return moving;
  }

  async stop(): Promise<void> {
    await this.#last;
    const git = this.#git;
    this.#git = undefined;
    if (git === undefined) return;
    const ended = new Promise((resolve) => git.once('close', resolve));
    git.stdin.end();
    await ended;
  }

  async #move({ ref, old, new: id }: Move): Promise<boolean> {
    const git = (this.#git ??= this.#start());
    const answered = new Promise<boolean>((resolve) => {
      let answer = '';
      const onEnd = (): void => finish(false);
      const onData = (text: string): void => {
        answer += text;
        if (answer.includes('commit: ok')) finish(true);
      };
      const finish = (isMoved: boolean): void => {
        git.stdout.off('data', onData);
        git.off('close', onEnd);
        if (!isMoved) this.#git = undefined;
        resolve(isMoved);
      };
      git.stdout.on('data', onData);
      git.once('close', onEnd);
    });
    const command = id === null ? `delete ${ref} ${old ?? NONE}` : `update ${ref} ${id} ${old ?? NONE}`;
    git.stdin.write(`start\n${command}\nprepare\ncommit\n`);
    return answered;
  }

  #start(): ChildProcessByStdio<Writable, Readable, null> {
    const args = ['-C', this.#path, 'update-ref', '--stdin'];
    const git = spawn('git', args, { env: isolatedGit(), stdio: ['pipe', 'pipe', 'ignore'] });
    git.stdin.on('error', () => undefined);
    git.stdout.setEncoding('utf8');
    return git;
  }
}

/** Reads a ref that is no symbolic one; null if there is none. */
export function readRef(path: string, ref: string): string | null {
  const file = join(path, ref);
  try {
    const loose = readFileSync(file, 'utf8').trim();
    if (loose !== '') return loose;
  } catch {
    // It may be packed.
  }
  const packed = join(path, 'packed-refs');
  if (!existsSync(packed)) return null;
  const line = readFileSync(packed, 'utf8')
    .split('\n')
    .find((one) => one.endsWith(` ${ref}`));
  return line?.split(' ')[0] ?? null;
}
