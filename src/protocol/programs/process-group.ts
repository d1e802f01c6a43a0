import { spawnSync, type ChildProcess } from 'node:child_process';
import { platform } from 'node:os';
import process, { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import type { GroupGuard } from './group-guard.js';
import type { TreeEnding } from './process-tree.js';

const GRACE_MS = PROGRAM_LIMITS.grace.value;
const LOOK_MS = 10;

/** True where a program can be started so that the programs it starts can be ended with it. */
export const HAS_GROUPS = platform() !== 'win32';

/** Ways to end a program with those that it has started. */
export interface GroupSettings {
  /** False for a program that stands alone in the group of this process. */
  readonly isGroup?: boolean;
  /** Ends them where there are no groups. */
  readonly tree?: TreeEnding | undefined;
  /** Ends the group after a SIGKILL of this process. */
  readonly guard?: GroupGuard | undefined;
}

/**
 * A program with the programs that it has started. If this process ends first, they are told to end, too.
 *
 * @remarks the program was spawned with `detached: HAS_GROUPS`, or stands alone
 */
export class ProcessGroup {
  readonly #child: ChildProcess;
  readonly #isGroup: boolean;
  readonly #tree: TreeEnding | undefined;
  readonly #onExit = (): void => {
    this.#endTree();
    this.#signal(this.isEnding ? 'SIGKILL' : 'SIGTERM');
  };
  readonly #unguard: (() => void) | undefined;
  #ending: Promise<void> | undefined;

  constructor(child: ChildProcess, { isGroup = HAS_GROUPS, tree, guard }: GroupSettings = {}) {
    this.#child = child;
    this.#isGroup = isGroup;
    this.#tree = tree;
    if (isGroup && child.pid !== undefined) this.#unguard = guard?.watch(child.pid);
    process.setMaxListeners(process.getMaxListeners() + 1);
    // Before folders are removed in which they write.
    process.prependListener('exit', this.#onExit);
  }

  /** True from the time when the program was asked to end. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** True while the program itself runs. */
  get isLed(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Ends them, by force if they do not end soon. Fulfilled once they are gone, or cannot be ended at all. Never throws. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** Lets go of those that are left: they may outlive this process. */
  leave(): void {
    this.#unguard?.();
    process.off('exit', this.#onExit);
    process.setMaxListeners(Math.max(1, process.getMaxListeners() - 1));
  }

  async #end(): Promise<void> {
    if (!this.#isAlive()) return;
    this.#endTree();
    this.#signal('SIGTERM');
    // A program that was stopped hears nothing else.
    this.#signal('SIGCONT');
    await waitWhile(() => this.#isAlive());
    if (!this.#isAlive()) return;
    this.#signal('SIGKILL');
    // The others have no choice, and may stay in the list of processes until somebody takes note of their end.
    await waitWhile(() => this.isLed);
  }

  /** Comes before the end of the program itself: without their parent the others are not found. */
  #endTree(): void {
    if (this.#tree === undefined || !this.isLed) return;
    const [program, args] = this.#tree;
    spawnSync(program, [...args], { env: {}, stdio: 'ignore', timeout: GRACE_MS, windowsHide: true });
  }

  #isAlive(): boolean {
    return this.isLed || (this.#isGroup && this.#signal(0));
  }

  /** @returns false where nobody was there to hear it */
  #signal(name: NodeJS.Signals | 0): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      // A group keeps its number while one of it lives.
      if (this.#isGroup) return kill(-pid, name);
      return this.isLed && this.#child.kill(name);
    } catch {
      return false;
    }
  }
}

async function waitWhile(isSo: () => boolean): Promise<void> {
  const until = performance.now() + GRACE_MS;
  while (isSo() && performance.now() < until) await sleep(LOOK_MS);
}
