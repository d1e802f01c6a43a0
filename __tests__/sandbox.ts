import { execFileSync } from 'node:child_process';
import { describe } from '@jest/globals';

/** Places as a locked-down runner has them, for one program. */
export interface Sandbox {
  /** There is no `/proc`. */
  readonly hasNoProc?: boolean;
  /** Absolute paths of folders that are mounted read-only, with all that is in them. */
  readonly readOnly?: readonly string[];
  /** Absolute paths of folders, each with that of the folder that is seen there, too. */
  readonly bound?: Readonly<Record<string, string>>;
  /** Absolute paths of files in those folders that can be written all the same, as they are mounted into containers. */
  readonly writable?: readonly string[];
  /** Absolute paths of folders over each of which an empty file system of that size in KiB is mounted. */
  readonly small?: Readonly<Record<string, number>>;
  /** Absolute paths of empty files that are made in the end, such as in a folder that is small. */
  readonly files?: readonly string[];
  /** Number of the user and group that the program runs as; it needs no entry in `/etc/passwd`. */
  readonly user?: number;
}

const BEGIN = [
  process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'],
  ['--mount', '--propagation', 'private'],
].flat();

/**
 * Makes the command that runs a program in a sandbox of this machine's kernel (`unshare`, `setpriv` of util-linux). The
 * program takes the place of the sandbox's own, so that signals and exit codes are its own.
 */
export function sandboxed(sandbox: Sandbox, program: string, args: readonly string[]): [string, string[]] {
  if (Object.keys(sandbox).length === 0) return [program, [...args]];
  const { hasNoProc = false, readOnly = [], writable = [], bound = {}, small = {}, files = [], user } = sandbox;
  const steps = [
    ...Object.entries(small).map(([path, size]) => `mount -t tmpfs -o mode=1777,size=${size}k tmpfs ${quoted(path)}`),
    ...Object.entries(bound).map(([path, folder]) => `mount --bind ${quoted(folder)} ${quoted(path)}`),
    ...writable.map((path) => `mount --bind ${quoted(path)} ${quoted(path)}`),
    ...readOnly.flatMap((path) => [
      `mount --rbind ${quoted(path)} ${quoted(path)}`,
      `mount -o remount,bind,ro ${quoted(path)}`,
    ]),
    ...files.map((path) => `: >${quoted(path)}`),
    ...(hasNoProc ? ['mount -t tmpfs -o size=4k,mode=0555 tmpfs /proc'] : []),
  ];
  const as = user === undefined ? '' : `setpriv --reuid=${user} --regid=${user} --clear-groups -- `;
  const script = [...steps, `exec ${as}"$@"`].join(' && ');
  return ['unshare', [...BEGIN, '--', '/bin/sh', '-c', script, 'sandbox', program, ...args]];
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Describes tests that need sandboxes; skips them, and says so, where the kernel gives none. Throws with `CI=true`. */
export const describeSandboxed = canBeMade() ? describe : without();

function canBeMade(): boolean {
  try {
    execFileSync(...sandboxed({ hasNoProc: true }, '/bin/true', []), { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

function without(): typeof describe.skip {
  const sentence = 'this machine gives no mount namespaces, and some tests need them';
  if (process.env.CI === 'true') throw new Error(sentence);
  process.stderr.write(`${sentence}: they are skipped.\n`);
  return describe.skip;
}
