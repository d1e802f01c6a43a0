import type { RepositoryFigures } from './repositories.js';
import type { Measurement } from './ring.js';

/** The machine and the programs, without anything that tells whose they are. */
export interface Machine {
  readonly cores: number;
  readonly memory: number;
  readonly git: string;
  readonly node: string;
  readonly pushMirror: string;
}

/** What the runs of one scenario cost. */
export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly pushMirror: readonly Measurement[];
  readonly git: readonly Measurement[];
  /** The least that a run in which nothing changed can cost. */
  readonly floor?: Floor;
}

/** What it costs to ask both ends for their refs with git, one after the other, and to start Node.js for nothing. */
export interface Floor {
  readonly lsRemote: readonly Measurement[];
  readonly node: readonly Measurement[];
}

/** What the runs under one policy came to when each answer was late. */
export interface CriticalPathResult {
  readonly title: string;
  readonly delayMs: number;
  readonly prompt: readonly Measurement[];
  readonly late: readonly Measurement[];
  /** For each late run, how many requests at most waited for one another. */
  readonly inARow: readonly number[];
}

/** All that was measured with one repository. */
export interface RepositoryResult {
  readonly figures: RepositoryFigures;
  readonly scenarios: readonly ScenarioResult[];
  readonly criticalPath: readonly CriticalPathResult[];
}

/** How much Git LFS there is to mirror. */
export interface LfsFigures {
  readonly commits: number;
  readonly objects: number;
  readonly bytes: number;
  /** Of the largest object. */
  readonly largest: number;
  /** The version of git-lfs. */
  readonly gitLfs: string;
}

/** All that was measured with Git LFS objects. */
export interface LfsResult {
  readonly figures: LfsFigures;
  readonly scenarios: readonly ScenarioResult[];
}

/** All that was measured. */
export interface BenchResult {
  readonly machine: Machine;
  readonly runs: number;
  readonly repositories: readonly RepositoryResult[];
  readonly lfs?: LfsResult;
}

/** The middle one of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const upper = Math.floor(sorted.length / 2);
  const lower = Math.floor((sorted.length - 1) / 2);
  return ((sorted[lower] ?? 0) + (sorted[upper] ?? 0)) / 2;
}

/** The median of each figure. */
export function medianOf(measurements: readonly Measurement[]): Measurement {
  const middle = (figure: keyof Measurement): number => median(measurements.map((one) => one[figure]));
  return {
    wallMs: middle('wallMs'),
    requests: middle('requests'),
    received: middle('received'),
    sent: middle('sent'),
    objectsReceived: middle('objectsReceived'),
    objectsSent: middle('objectsSent'),
    memory: middle('memory'),
    ownMemory: middle('ownMemory'),
    disk: middle('disk'),
  };
}
