import type { Limits } from './limit.js';

const SECOND = 1000;

/** Limits of the pauses that a run makes after trouble before it tries again. */
export const WAITING_LIMITS = {
  run: {
    of: 'pauses of a run in all where `timeout` is shorter; otherwise they take as long as `timeout`',
    value: 10 * SECOND,
    unit: 'milliseconds',
    why: 'Trouble of a second or two passes, however short `timeout` is.',
    does: 'What would need a longer pause fails; the log and the error name the server, how long it asks to wait, and what is left. Each mirror of a list has its own time, and so has the reading of their source.',
  },
  askedPause: {
    of: 'a pause that a server asks for (`Retry-After`)',
    value: 120 * SECOND,
    unit: 'milliseconds',
    why: 'Hosts let requests through again within a minute or so.',
    does: 'The pause is as long as the limit.',
  },
  ownPause: {
    of: 'a pause that no server asks for',
    value: 30 * SECOND,
    unit: 'milliseconds',
    why: 'Each pause is four times as long as the one before.',
    does: 'The pause is as long as the limit.',
  },
} as const satisfies Limits;
