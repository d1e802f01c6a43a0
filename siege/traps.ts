import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { End } from '../__tests__/servers/faults.js';
import type { Choices } from './choices.js';
import type { Ends, Places } from './ends.js';
import { ACTIONS, writeGitTrap } from './git-trap.js';
import { kill, processesWith, withParents, type Seen } from './processes.js';
import type { Program } from './program.js';
import type { Deed, Direction } from './proxy.js';

/** Bytes that an undisturbed run sends to and gets from each end. */
export type Traffic = Readonly<Record<End, Readonly<Record<Direction, number>>>>;

/** A fault that waits for its moment. */
export interface LaidTrap {
  /** Reports whether it has happened. */
  hasSprung(): boolean;
  /** When the program was sent a signal, in milliseconds since 1970. */
  signalledAt(): number | undefined;
}

const SIGNALS = { 'kill-program': 'SIGKILL', sigterm: 'SIGTERM', sigint: 'SIGINT' } as const;

/** The signal that a fault sends to the program. */
export function signalOf(fault: Choices['fault']): NodeJS.Signals | undefined {
  return fault in SIGNALS ? SIGNALS[fault as keyof typeof SIGNALS] : undefined;
}

/** The byte at which the fault of a run happens. */
export function placeOf({ end, direction, position }: Choices, traffic: Traffic): number {
  return Math.floor(traffic[end][direction] * position);
}

/** Lays the trap of a run on its proxies. */
export function layOnWire(
  choices: Choices,
  { proxies }: Ends,
  places: Places,
  at: number,
  program: () => Program,
): LaidTrap {
  const proxy = proxies?.[choices.end];
  if (proxy === undefined) throw new Error('there is no proxy');
  let signalled: number | undefined;
  const deed = deedOf(choices, places, (signal) => {
    signalled = Date.now();
    program().signal(signal);
  });
  if (deed !== undefined) proxy.lay({ direction: choices.direction, at, deed });
  return { hasSprung: () => proxy.hasSprung, signalledAt: () => signalled };
}

/** Lays the trap of a run on the git that serves one of its folders. */
export function layOnGit(choices: Choices, places: Places, at: number): LaidTrap {
  const { fault, direction, end, ms } = choices;
  const action = actionOf(fault, direction, ms);
  if (action === undefined) return { hasSprung: () => false, signalledAt: () => undefined };
  const service = end === 'source' ? 'upload-pack' : 'receive-pack';
  const sprung = writeGitTrap(places.bin, { service, direction, at, action });
  const time = join(places.bin, 'signalled');
  return {
    hasSprung: () => existsSync(sprung),
    signalledAt: () => (existsSync(time) ? Number(readFileSync(time, 'utf8')) : undefined),
  };
}

function actionOf(fault: Choices['fault'], direction: Direction, ms: number): string | undefined {
  switch (fault) {
    case 'cut':
      return ACTIONS.cut(direction);
    case 'delay':
      return ACTIONS.delay(direction, ms);
    case 'withhold':
      return ACTIONS.withhold();
    case 'kill-source':
    case 'kill-target':
      return ACTIONS.killGit();
    case 'kill-program':
    case 'sigterm':
    case 'sigint':
      return ACTIONS.signalProgram(SIGNALS[fault].replace('SIG', '') as 'KILL' | 'TERM' | 'INT');
    default:
      return undefined;
  }
}

function deedOf(choices: Choices, places: Places, signal: (name: NodeJS.Signals) => void): Deed | undefined {
  const { fault, manner, isForAll, ms, count } = choices;
  const name = signalOf(fault);
  if (name !== undefined) return { kind: 'call', act: () => signal(name) };
  const victims = VICTIMS[fault];
  if (victims !== undefined) return { kind: 'call', act: () => killOne(victims(places), choices.share) };
  const deeds: Partial<Record<Choices['fault'], Deed>> = {
    cut: { kind: 'cut', manner, isForAll },
    delay: { kind: 'delay', ms },
    repeat: { kind: 'repeat', count },
    flip: { kind: 'flip', bit: count },
    withhold: { kind: 'withhold' },
  };
  return deeds[fault];
}

/** The processes of which a fault kills one. */
const VICTIMS: Partial<Record<Choices['fault'], (places: Places) => readonly Seen[]>> = {
  'kill-source': (places) => serving(places, places.source),
  'kill-target': (places) => serving(places, places.target),
  'kill-ssh': (places) => own(places).filter(({ name }) => name === 'ssh'),
  'kill-git': (places) => own(places).filter(({ name }) => name.startsWith('git')),
};

/** The program and the processes that it has started: they know its temporary folder. */
export function own({ root, tmp }: Places): Seen[] {
  return processesWith(root).filter(({ marks }) => marks.includes(`TMPDIR=${tmp}`));
}

/** The processes of servers that serve one repository of a run, or any. */
export function serving({ root, tmp }: Places, path?: string): Seen[] {
  const name = path?.replace(/^.*\//, '/') ?? '';
  return processesWith(root)
    .filter(({ marks }) => marks.includes(name) && !marks.includes(`TMPDIR=${tmp}`))
    .flatMap((seen) => (path === undefined ? [seen] : withParents(seen, 'sshd')));
}

function killOne(found: readonly Seen[], share: number): void {
  const chosen = found[Math.floor(found.length * share)];
  if (chosen !== undefined) kill(chosen.pid);
}
