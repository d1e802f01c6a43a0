import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../__tests__/find-program.js';
import type { Direction } from './proxy.js';

/** Fate of a git that the program has started. The shell's `$$` is that git, its `$PPID` the program. */
export interface GitTrap {
  /** The subcommand: `upload-pack`, `receive-pack`. */
  readonly service: string;
  readonly direction: Direction;
  readonly at: number;
  /** Shell words, between the bytes before and those after. */
  readonly action: string;
}

/** Shell words for what happens to a git after so many of its bytes. */
export const ACTIONS = {
  /** Its input ends, or it is gone. */
  cut: (direction: Direction) => (direction === 'to' ? 'exit' : 'kill -9 $$; exit'),
  delay: (_direction: Direction, ms: number) => `sleep ${ms / 1000}`,
  withhold: () => 'kill -STOP $$',
  killGit: () => 'kill -9 $$',
  /** The time comes first: afterwards there may be nobody left to write it. */
  signalProgram: (name: 'KILL' | 'TERM' | 'INT') => `date +%s%3N >"$trap/signalled"; kill -${name} $PPID`,
} as const;

const SPRUNG = 'sprung';

/**
 * Writes a program `git` into a folder that is to come first on the PATH. It runs the git of this machine; the first
 * call of one service is disturbed after so many bytes. The program's signals reach git itself, whose exit code is
 * the program's to see: the bytes pass through a fifo beside it.
 *
 * @returns the path of a folder that exists once the trap has sprung
 */
export function writeGitTrap(folder: string, { service, direction, at, action }: GitTrap): string {
  mkdirSync(folder, { recursive: true });
  // `dd` passes on what it has read at once, and reads no byte too many.
  const filter = `{ dd bs=64k count=${at} iflag=count_bytes status=none; mkdir "$trap/${SPRUNG}"; ${action}; exec cat; } 2>/dev/null`;
  const git = `exec "${findProgram('git') ?? 'git'}" "$@"`;
  const disturbed =
    direction === 'from'
      ? `${filter} <"$trap/fifo" & ${git} >"$trap/fifo"`
      : `exec 3<&0; ${filter} <&3 >"$trap/fifo" & ${git} <"$trap/fifo" 3<&-`;
  const script = [
    '#!/bin/sh',
    `trap='${folder}'`,
    `case " $* " in *" ${service} "*) ;; *) ${git};; esac`,
    `mkdir "$trap/called" 2>/dev/null || ${git}`,
    'mkfifo "$trap/fifo"',
    disturbed,
    '',
  ].join('\n');
  const path = join(folder, 'git');
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return join(folder, SPRUNG);
}
