import type { Progress } from '../../options/log.js';
import type { Report } from '../report.js';
import { STATES, statesIn } from './state.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Writes a number of bytes for people, in powers of 1000: `317 B`, `1.2 MB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${UNITS[unit] ?? ''}`;
}

/** Writes a rate for people: `4.5 MB/s`. */
export function rate(count: number, milliseconds: number): string {
  return `${bytes(Math.round((count * 1000) / Math.max(milliseconds, 1)))}/s`;
}

/** Writes a duration for people: `0.4 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Names a transfer that is under way. */
export function relaying({ what }: Progress): string {
  return what === 'pack' ? 'relaying' : `relaying ${what}`;
}

/** Tells the progress of a transfer: `1.2 MB of 5.0 MB, 4.5 MB/s`. */
export function progressFigures({ bytes: count, total, startedAt }: Progress, now: number): string {
  const whole = total === undefined ? '' : ` of ${bytes(total)}`;
  return `${bytes(count)}${whole}, ${rate(count, now - startedAt)}`;
}

/** Counts the refs by state; states without refs are left out: `2 created, 1 forced`. */
export function countsLine(report: Report): string {
  const counts = statesIn(report);
  const parts = STATES.filter((state) => counts[state] > 0).map((state) => `${counts[state]} ${state}`);
  return parts.length === 0 ? 'no refs' : parts.join(', ');
}

/** Tells the cost of a run: `in 0.4 s, 5 requests, a pack of 317 B`. */
export function costLine(report: Report): string {
  const { duration_ms: time, requests, pack_bytes: pack } = report.transfer;
  const packWords = pack === 0 ? 'no pack' : `packs of ${bytes(pack)}`;
  const { uploaded = 0, bytes: size = 0 } = report.lfs ?? {};
  const lfs = uploaded === 0 ? '' : `, ${uploaded} Git LFS ${uploaded === 1 ? 'object' : 'objects'} of ${bytes(size)}`;
  return `in ${duration(time)}, ${requests} ${requests === 1 ? 'request' : 'requests'}, ${packWords}${lfs}`;
}

/** Cuts an object id to the length at which people write it. */
export function shortId(id: string | null): string {
  return id === null ? '' : id.slice(0, 10);
}
