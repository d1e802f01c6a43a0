import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const ROOMY = 64 * 1024 * 1024;
const PAGE = 4096;

/** A disk in memory that can be made too small. */
export class Disk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Mounts a disk at an empty folder. */
  static mount(folder: string): Disk {
    mount(['-t', 'tmpfs', '-o', `size=${ROOMY}`, 'tmpfs', folder]);
    return new Disk(folder);
  }

  /** Leaves so many bytes free. */
  shrink(free: number): void {
    const { blocks, bfree, bsize } = statfsSync(this.#folder);
    const size = Math.floor(((blocks - bfree) * bsize + free) / PAGE) * PAGE;
    mount(['-o', `remount,size=${Math.max(size, PAGE)}`, this.#folder]);
  }

  /** Makes it large again. */
  grow(): void {
    mount(['-o', `remount,size=${ROOMY}`, this.#folder]);
  }

  unmount(): void {
    // What still runs there keeps it, unnamed, until it ends.
    spawnSync('umount', ['--lazy', this.#folder]);
  }
}

/** Reports whether this user can mount disks. */
export function canMount(folder: string): boolean {
  const place = join(folder, 'disk');
  mkdirSync(place);
  try {
    Disk.mount(place).unmount();
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(place);
  }
}

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}
