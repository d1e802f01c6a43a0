import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of this machine, as /proc shows it. */
export interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
  /** Its arguments, environment and folder: one of them names the folder of the run to which it belongs. */
  readonly marks: string;
}

/** All processes that are no zombies and whose arguments, environment or folder hold a text. */
export function processesWith(mark: string): Seen[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => look(Number(pid)) ?? [])
    .filter(({ marks }) => marks.includes(mark));
}

/** A process and those that started it, up to one that is not called so. */
export function withParents(seen: Seen, name: string): Seen[] {
  const family = [seen];
  for (let at = look(seen.parent); at?.name === name; at = look(at.parent)) family.push(at);
  return family;
}

/** Waits until there are none. Returns those that are left when the time is over. */
export async function untilGone(find: () => readonly Seen[], limitMs: number): Promise<readonly Seen[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = find();
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(10);
  }
}

/** Kills a process that may be gone. */
export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

function look(pid: number): Seen | undefined {
  const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1');
  try {
    const stat = read('stat');
    const [, name = '', state = '', parent = ''] = /\((.*)\) (\S) (\d+) /s.exec(stat) ?? [];
    if (state === 'Z' || state === 'X') return undefined;
    const command = read('cmdline').replaceAll('\0', ' ').trim();
    const marks = [command, read('environ'), readlinkSync(`/proc/${pid}/cwd`)].join('\0');
    return { pid, parent: Number(parent), name, command, marks };
  } catch {
    return undefined;
  }
}
