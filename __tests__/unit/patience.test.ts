import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../src/protocol/clock.js';
import {
  PATIENCE,
  patiently,
  pauseAfter,
  retryMessage,
  type TryResult,
  type RetryPolicy,
  type Setback,
} from '../../src/protocol/patience.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('the pause before asking again', () => {
  test.each([
    [1, undefined, 0.5, 0.75],
    [2, undefined, 2, 3],
    [9, undefined, 30, 30],
    [1, '', 0.5, 0.75],
    [1, '0', 0.5, 0.75],
    [1, '2', 2, 2],
    [1, ' 60 ', 60, 60],
    [9, '10', 30, 30],
    [1, '3600', 120, 120],
    [1, '-5', 0.5, 0.75],
    [1, 'soon', 0.5, 0.75],
    [1, 'Infinity', 0.5, 0.75],
    [1, new Date(NOW + 60_000).toUTCString(), 60, 60],
    [1, new Date(NOW + 3_600_000).toUTCString(), 120, 120],
    [1, new Date(NOW - 60_000).toUTCString(), 0.5, 0.75],
  ])('after attempt %i, with Retry-After %j: %d to %d seconds', (attempt, retryAfter, least, most) => {
    const seconds = pauseAfter(attempt, { retryAfter }, PATIENCE, NOW) / 1000;

    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  test('no longer than the policy allows because a server asks for it', () => {
    const policy = { ...PATIENCE, longestAskedPauseMs: 5000 };

    expect(pauseAfter(1, { retryAfter: '3600' }, policy, NOW)).toBe(5000);
    expect(pauseAfter(9, { retryAfter: '3600' }, policy, NOW)).toBe(30_000);
  });
});

describe('patiently', () => {
  const POLICY: RetryPolicy = { ...PATIENCE, attempts: 3, attemptsWhenThrottled: 5 };
  const SETBACK: Setback = { detail: 'not now.' };

  /** A clock on which time passes at once. */
  class QuickClock implements Clock {
    readonly pauses: number[] = [];
    readonly now = (): number => NOW;
    readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      signal?.throwIfAborted();
      this.pauses.push(ms);
    };
  }

  /** Makes calls that give these results one after the other, the last one for ever. */
  async function play(
    results: readonly (string | Error)[],
    setbackOf: (outcome: TryResult<string>) => Setback | undefined,
    signal = new AbortController().signal,
  ): Promise<{ result: unknown; calls: number; pauses: number[]; told: string[] }> {
    const clock = new QuickClock();
    const told: string[] = [];
    let calls = 0;
    const result: unknown = await patiently(
      async () => {
        const next = results[Math.min(calls, results.length - 1)] ?? '';
        calls += 1;
        if (typeof next !== 'string') throw next;
        return next;
      },
      { policy: POLICY, clock, signal, setbackOf, onRetry: ({ detail }) => void told.push(detail) },
    ).catch((error: unknown) => error);
    return { result, calls, pauses: clock.pauses, told };
  }

  const unlessGood = (outcome: TryResult<string>): Setback | undefined =>
    'value' in outcome && outcome.value === 'good' ? undefined : SETBACK;

  test('what succeeds is made once', async () => {
    expect(await play(['good'], unlessGood)).toEqual({ result: 'good', calls: 1, pauses: [], told: [] });
  });

  test('trouble that passes is waited for, longer each time', async () => {
    const { result, calls, pauses, told } = await play(['busy', new Error('broken'), 'good'], unlessGood);

    expect({ result, calls, told }).toEqual({ result: 'good', calls: 3, told: ['not now.', 'not now.'] });
    expect(pauses[1]).toBeGreaterThan(pauses[0] ?? Infinity);
  });

  test('after the last attempt its value is given, or its error thrown', async () => {
    const broken = new Error('broken');

    expect(await play(['busy'], unlessGood)).toMatchObject({ result: 'busy', calls: 3 });
    expect(await play([broken], unlessGood)).toMatchObject({ result: broken, calls: 3 });
  });

  test('an error that is no setback is thrown at once', async () => {
    const broken = new Error('broken');

    expect(await play([broken], () => undefined)).toEqual({ result: broken, calls: 1, pauses: [], told: [] });
  });

  test('a server that asks for fewer requests gets more time, as long as it asks for', async () => {
    const throttled = { detail: 'slower.', isThrottled: true, retryAfter: '7' };
    const seen = await play(['busy'], () => throttled);

    expect(seen).toMatchObject({ result: 'busy', calls: 5 });
    expect(seen.pauses.slice(0, 2)).toEqual([7000, 7000]);
  });

  test('a signal ends the waiting', async () => {
    const reason = new Error('stopped');

    expect(await play(['busy'], unlessGood, AbortSignal.abort(reason))).toMatchObject({ result: reason, calls: 1 });
  });

  test('a message tells the pause', () => {
    expect(retryMessage('https://host.example/x', SETBACK, 1234)).toBe(
      'https://host.example/x: not now. Trying again in 1.2 s.',
    );
  });
});
