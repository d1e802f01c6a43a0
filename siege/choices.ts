import { Random } from '../__tests__/repositories/random.js';
import type { End } from '../__tests__/servers/faults.js';
import type { Direction } from './proxy.js';

/** Ways from source to target. */
export const WAYS = ['folder', 'http', 'https', 'ssh', 'staged', 'list', 'lfs', 'lfs-folder'] as const;
export type Way = (typeof WAYS)[number];

/** Disturbances of a run. */
export const FAULTS = [
  'cut',
  'delay',
  'repeat',
  'flip',
  'withhold',
  'kill-program',
  'kill-target',
  'kill-source',
  'kill-ssh',
  'kill-git',
  'sigterm',
  'sigint',
  'full-target',
  'full-tmp',
] as const;
export type Fault = (typeof FAULTS)[number];

/** States of the two ends before a run. */
export const SCENES = ['first', 'later', 'diverged'] as const;
export type Scene = (typeof SCENES)[number];

/** The part of the policy that a run chooses. */
export interface ChosenPolicy {
  readonly keepDivergentRefs: boolean;
  readonly prune: 'merged' | 'never' | 'always';
}

/** Everything about a run that its number decides. */
export interface Choices {
  readonly number: number;
  readonly way: Way;
  readonly fault: Fault;
  readonly scene: Scene;
  readonly policy: ChosenPolicy;
  /** The end at which the fault happens. */
  readonly end: End;
  readonly direction: Direction;
  /** The part of the bytes of an undisturbed run, from 0 to 1, after which it happens. */
  readonly position: number;
  /** A cut closes the connection, resets it, or ends one direction. */
  readonly manner: 'close' | 'reset' | 'end';
  /** True where all later connections to this end are cut, too. */
  readonly isForAll: boolean;
  /** Milliseconds of a delay. */
  readonly ms: number;
  /** Bytes that are repeated, or the bit that is flipped. */
  readonly count: number;
  /** True where the folder of the target does not exist before a first mirror. */
  readonly isUnmade: boolean;
  /** From 0 to 1: the process among several that is killed; the part of the space that a run needs and has. */
  readonly share: number;
}

const EVERYWHERE: readonly Fault[] = ['kill-program', 'kill-target', 'kill-source', 'sigterm', 'sigint', 'full-target'];
const ON_WIRES: readonly Fault[] = ['cut', 'delay', 'repeat', 'flip', 'withhold'];
const ON_PIPES: readonly Fault[] = ['cut', 'delay', 'withhold'];

/** The faults that each way can have. */
export const FAULTS_OF: Readonly<Record<Way, readonly Fault[]>> = {
  folder: [...ON_PIPES, ...EVERYWHERE],
  http: [...ON_WIRES, ...EVERYWHERE],
  https: [...ON_WIRES, 'kill-program', 'sigterm'],
  ssh: [...ON_WIRES, ...EVERYWHERE, 'kill-ssh', 'full-tmp'],
  staged: [...ON_WIRES, ...EVERYWHERE, 'kill-git', 'full-tmp'],
  list: [...ON_WIRES, ...EVERYWHERE],
  lfs: [...ON_WIRES, ...EVERYWHERE],
  'lfs-folder': [...ON_PIPES, ...EVERYWHERE],
};

const SPREAD = 0x9e37_79b1;

/** Makes the choices of a run. The same number gives the same choices, whatever else is run. */
export function choicesOf(number: number, isWanted: (way: Way, fault: Fault) => boolean): Choices {
  const random = new Random(Math.imul(number, SPREAD));
  const all = WAYS.flatMap((way) =>
    FAULTS_OF[way].filter((fault) => isWanted(way, fault)).map((fault) => ({ way, fault })),
  );
  const { way, fault } = random.pick(all);
  const keepDivergentRefs = random.chance(0.35);
  return {
    number,
    way,
    fault,
    scene: random.weighted([
      [35, 'first'],
      [35, 'later'],
      [30, 'diverged'],
    ]),
    policy: { keepDivergentRefs, prune: random.pick(['merged', 'always', 'never']) },
    end: endFor(fault, random),
    direction: random.pick(['to', 'from']),
    position: positionIn(random),
    manner: random.pick(['close', 'reset', 'end']),
    isForAll: random.chance(0.25),
    ms: random.pick([50, 300, 1200, 2600]),
    count: random.between(1, 4000),
    isUnmade: random.chance(0.5),
    share: random.between(0, 999) / 1000,
  };
}

function endFor(fault: Fault, random: Random): End {
  const end = random.pick(['source', 'target'] as const);
  if (fault === 'kill-target' || fault === 'full-target') return 'target';
  return fault === 'kill-source' || fault === 'full-tmp' ? 'source' : end;
}

/** Anywhere; or, as often, near the beginning or the end, where the packets that are no pack are. */
function positionIn(random: Random): number {
  const part = random.between(0, 999_999) / 1_000_000;
  const near = part ** 4;
  return random.weighted([
    [50, part],
    [25, near],
    [25, 1 - near],
  ]);
}
