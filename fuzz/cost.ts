import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** The most that one call may take. */
export const LIMITS = { milliseconds: 100, bytes: 64 * 1024 * 1024 } as const;

/** A call that takes longer is made again, to see what it costs. */
export const SUSPICIOUS_MS = 10;

const TRIES = 4;

/** So many times the limit is too slow whatever else the machine does. */
const HOPELESS = 10;

/** Time and memory that a call takes. */
export interface Cost {
  readonly milliseconds: number;
  readonly bytes: number;
}

/**
 * Makes a call again and measures it.
 *
 * @returns the least that it takes, if that is too much in every try: other programs on the machine, and the collector
 *   of garbage, take time and memory, too
 */
export async function excessOf(
  call: () => Promise<unknown>,
  mostMilliseconds: number = LIMITS.milliseconds,
): Promise<Cost | undefined> {
  let least: Cost = { milliseconds: Infinity, bytes: Infinity };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { milliseconds, bytes } = await measure(call);
    least = { milliseconds: Math.min(least.milliseconds, milliseconds), bytes: Math.min(least.bytes, bytes) };
    if (least.milliseconds > HOPELESS * mostMilliseconds) return least;
    if (least.milliseconds <= mostMilliseconds && least.bytes <= LIMITS.bytes) return undefined;
  }
  return least;
}

async function measure(call: () => Promise<unknown>): Promise<Cost> {
  const before = resetPeak();
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await call();
  const { user, system } = process.cpuUsage(used);
  const milliseconds = Math.min(performance.now() - begun, (user + system) / 1000);
  return { milliseconds, bytes: statusOf('VmHWM') - before };
}

/** Makes the peak of the memory in use what is in use now (proc(5), `/proc/pid/clear_refs`), where the system can. */
function resetPeak(): number {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return statusOf('VmRSS');
  } catch {
    return Infinity;
  }
}

function statusOf(name: string): number {
  try {
    const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
