import { describe, expect, test } from '@jest/globals';
import { RemoteError } from '../../src/protocol/errors.js';
import { PATIENCE, patiently, type TryResult } from '../../src/protocol/patience.js';
import { WaitingTime } from '../../src/protocol/waiting-time.js';
import { HurriedClock } from '../clock.js';

const NOW = 1_000_000;
const ignore = (): void => undefined;

describe('the time that a run waits', () => {
  test('is as long as the timeout, and ten seconds at least', () => {
    expect(new WaitingTime(300_000, ignore).mostMs).toBe(300_000);
    expect(new WaitingTime(1000, ignore).mostMs).toBe(10_000);
  });

  test('is used up by pauses one after the other', () => {
    const time = new WaitingTime(20_000, ignore);

    expect([time.take(15_000, NOW), time.take(6_000, NOW + 15_000), time.take(5_000, NOW + 15_000)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(time.leftMs).toBe(0);
  });

  test('counts pauses that overlap once', () => {
    const time = new WaitingTime(20_000, ignore);
    for (let count = 0; count < 100; count += 1) expect(time.take(10_000, NOW + 10 * count)).toBe(true);

    expect(time.leftMs).toBe(20_000 - 10_990);
  });

  test('is told of once', () => {
    const told: string[] = [];
    const time = new WaitingTime(20_000, (sentence) => told.push(sentence));
    time.tell('one');
    time.tell('two');

    expect(told).toEqual(['one']);
  });
});

describe('trouble in a run that has waited long enough', () => {
  const signal = new AbortController().signal;
  const clockWith = (told: string[], ms = 10_000): HurriedClock & { waiting: WaitingTime } =>
    Object.assign(new HurriedClock(), { waiting: new WaitingTime(ms, (sentence) => told.push(sentence)) });
  const WHY =
    'It asks to wait 120 seconds. It is not tried again: a run waits 10 seconds for servers in all, of which 10 seconds are left. Raise `timeout` to let it wait longer.';

  test('keeps the answer, and says why it is not asked again', async () => {
    const told: string[] = [];
    const spent: unknown[] = [];
    const value = await patiently(async () => 'busy', {
      policy: PATIENCE,
      clock: clockWith(told),
      signal,
      location: 'https://host.example/x.git',
      setbackOf: () => ({ detail: 'HTTP status 503.', retryAfter: '120' }),
      onSpent: (...given) => spent.push(given),
    });

    expect(value).toBe('busy');
    expect(spent).toEqual([['busy', WHY]]);
    expect(told).toEqual([`https://host.example/x.git: HTTP status 503. ${WHY}`]);
  });

  test('fails with the error that says so', async () => {
    const error = new RemoteError({
      kind: 'throttled',
      location: 'ssh://host.example/x',
      detail: 'slower.',
      remedy: 'Later.',
      retryAfter: '120',
    });
    const setbackOf = (outcome: TryResult<never>): RemoteError | undefined =>
      'error' in outcome ? (outcome.error as RemoteError) : undefined;
    const call = async (): Promise<never> => {
      throw error;
    };
    const run = patiently(call, { policy: PATIENCE, clock: clockWith([]), signal, setbackOf });

    await expect(run).rejects.toMatchObject({
      kind: 'throttled',
      retryAfter: '120',
      message: `ssh://host.example/x: slower. ${WHY} Later.`,
    });
  });

  test('is shared by all calls: however often they ask, the pauses have an end', async () => {
    const clock = clockWith([], 60_000);
    const policy = { ...PATIENCE, attemptsWhenThrottled: 6 };
    const setbackOf = (): { detail: string; retryAfter: string; isThrottled: true } => ({
      detail: 'no.',
      retryAfter: '7',
      isThrottled: true,
    });
    for (let count = 0; count < 50; count += 1) {
      await patiently(async () => 0, { policy, clock, signal, setbackOf });
    }

    expect(clock.pauses.length).toBeGreaterThan(1);
    expect(clock.pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(60_000);
  });
});
