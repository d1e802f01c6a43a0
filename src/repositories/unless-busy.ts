import { BusyError } from '../protocol/busy.js';
import type { Clock } from '../protocol/clock.js';
import { PATIENCE, patiently, retryMessage } from '../protocol/patience.js';

/** Ports that asking again takes. */
export interface Again {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears of each question that is asked again. */
  readonly onRetry: (line: string) => void;
}

/**
 * Asks a question that changes nothing; asks it again while the server answers that it is too busy.
 *
 * @param again without it, the question is asked once
 */
export function unlessBusy<T>(ask: () => Promise<T>, location: string, again: Again | undefined): Promise<T> {
  if (again === undefined) return ask();
  const { clock, signal, onRetry } = again;
  return patiently(ask, {
    policy: PATIENCE,
    clock,
    signal,
    location,
    setbackOf: (outcome) => ('error' in outcome && outcome.error instanceof BusyError ? outcome.error : undefined),
    onRetry: (setback, pauseMs) => onRetry(retryMessage(location, setback, pauseMs)),
  });
}
