import type { Clock } from './clock.js';
import { RemoteError } from './errors.js';
import { WAITING_LIMITS } from './limits/waiting.js';
import { readRetryAfter } from './retry-after.js';
import type { WaitingTime } from './waiting-time.js';

/** Data that says how often something is tried, and how long the pauses in between are. */
export interface RetryPolicy {
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Tries in all where a server asks for fewer requests: it means it, and lets them through within a minute or so. */
  readonly attemptsWhenThrottled: number;
  readonly firstPauseMs: number;
  /** Factor by which each pause is longer than the one before. */
  readonly growth: number;
  readonly longestPauseMs: number;
  /** Longest pause that is made because a server asks for it. */
  readonly longestAskedPauseMs: number;
}

/** The policy where nothing else is known. */
export const PATIENCE: RetryPolicy = {
  attempts: 3,
  attemptsWhenThrottled: 3,
  firstPauseMs: 500,
  growth: 4,
  longestPauseMs: WAITING_LIMITS.ownPause.value,
  longestAskedPauseMs: WAITING_LIMITS.askedPause.value,
};

/** Trouble that may pass by itself; a `RemoteError` is one. */
export interface Setback {
  /** Sentence that says what happened. */
  readonly detail: string;
  /** The header of that name: seconds, or a date. */
  readonly retryAfter?: string | undefined;
  readonly isThrottled?: boolean;
  /** Set where a pause of a longer time helps no more, 0 for a try at once; a server may still ask for one. */
  readonly longestPauseMs?: number | undefined;
}

/** Result of one try. */
export type TryResult<T> = { readonly value: T } | { readonly error: unknown };

/** Settings of {@link patiently}. */
export interface Patience<T> {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tells trouble that may pass from a result to keep, for which it returns `undefined`. */
  readonly setbackOf: (outcome: TryResult<T>) => Setback | undefined;
  /** Hears of each pause before it is made. */
  readonly onRetry?: (setback: Setback, pauseMs: number) => void;
  /** The server or repository, for messages; a setback that is a `RemoteError` names its own. */
  readonly location?: string;
  /** Hears why a value with a setback is kept before all attempts were made: there is no time left for the pause. */
  readonly onSpent?: (value: T, sentence: string) => void;
}

/**
 * Makes a call, again and again while it meets with trouble that may pass.
 *
 * @returns the last value, or throws the last error: after all attempts, or where the run has no time for the next pause
 */
export async function patiently<T>(call: () => Promise<T>, patience: Patience<T>): Promise<T> {
  const { policy, clock, signal, setbackOf, onRetry } = patience;
  const { waiting } = clock;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await outcomeOf(call);
    const setback = setbackOf(outcome);
    const most = setback?.isThrottled === true ? policy.attemptsWhenThrottled : policy.attempts;
    if (setback === undefined || attempt >= most) return unwrap(outcome);
    signal.throwIfAborted();
    const pause = pauseAfter(attempt, setback, policy, clock.now());
    if (waiting?.take(pause, clock.now()) === false) return unwrap(explained(outcome, setback, patience, waiting));
    onRetry?.(setback, pause);
    await clock.sleep(pause, signal);
  }
}

/** Sentence for a call that is repeated after a pause. */
export function retryMessage(location: string, { detail }: Setback, pauseMs: number): string {
  return `${location}: ${detail} Trying again in ${(pauseMs / 1000).toFixed(1)} s.`;
}

/**
 * Milliseconds to wait before the next try: longer each time, and never as long as somebody else who began to wait at
 * the same moment; or what the server asks for, if that is longer.
 *
 * @param attempt the number of the attempt that failed, from 1
 * @param now milliseconds since 1970
 */
export function pauseAfter(
  attempt: number,
  { retryAfter, longestPauseMs = Infinity }: Pick<Setback, 'retryAfter' | 'longestPauseMs'>,
  policy: RetryPolicy,
  now: number,
): number {
  const backoff = policy.firstPauseMs * policy.growth ** (attempt - 1) * (1 + Math.random() / 2);
  const asked = readRetryAfter(retryAfter ?? '', now, policy.longestAskedPauseMs);
  return Math.max(Math.min(backoff, policy.longestPauseMs, longestPauseMs), asked);
}

/** Tells that there is no time for the next pause, and why. */
function explained<T>(
  outcome: TryResult<T>,
  setback: Setback,
  { clock, policy, location, onSpent }: Patience<T>,
  waiting: WaitingTime,
): TryResult<T> {
  const asked = readRetryAfter(setback.retryAfter ?? '', clock.now(), policy.longestAskedPauseMs);
  const asks = asked === 0 ? '' : `It asks to wait ${seconds(asked)}. `;
  const sentence = `${asks}It is not tried again: a run waits ${seconds(waiting.mostMs)} for servers in all, of which ${seconds(waiting.leftMs)} are left. Raise \`timeout\` to let it wait longer.`;
  const { location: place = location } = setback as Partial<RemoteError>;
  waiting.tell(`${place === undefined ? '' : `${place}: `}${setback.detail} ${sentence}`);
  if ('value' in outcome) onSpent?.(outcome.value, sentence);
  else if (outcome.error instanceof RemoteError) return { error: outcome.error.adding(sentence) };
  return outcome;
}

function seconds(ms: number): string {
  const rounded = Math.floor(ms / 100) / 10;
  return `${rounded} second${rounded === 1 ? '' : 's'}`;
}

async function outcomeOf<T>(call: () => Promise<T>): Promise<TryResult<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

function unwrap<T>(outcome: TryResult<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
