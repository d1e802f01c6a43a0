import { describe, expect, test } from '@jest/globals';
import { limitsOfApi } from '../../src/hosts/api.js';
import { pauseAfter, within, type Limit } from '../../src/protocol/waiting.js';

const LOCATION = 'https://host.example/x.git';

async function tooLate(more: Partial<Limit> = {}): Promise<{ error: unknown; gaveUp: number }> {
  let gaveUp = 0;
  const limit = { ms: 10, location: LOCATION, giveUp: () => void (gaveUp += 1), ...more };
  const error: unknown = await within(new Promise(() => undefined), limit).catch((reason: unknown) => reason);
  return { error, gaveUp };
}

describe('who was waited for in vain', () => {
  test('a server: more time may help', async () => {
    expect(await tooLate()).toMatchObject({
      error: {
        kind: 'silent',
        location: LOCATION,
        detail: 'the server said nothing for 0.01 seconds.',
        remedy: 'Try again later, or raise `timeout` if the server needs longer.',
      },
      gaveUp: 1,
    });
  });

  test('a connection: more time is not to be had, and would not help', async () => {
    expect(await tooLate({ connecting: { proxy: undefined } })).toMatchObject({
      error: {
        kind: 'silent',
        location: LOCATION,
        detail: 'no connection could be made within 0.01 seconds.',
        remedy: 'Check the URL, the port, and the firewall between the runner and the server.',
      },
      gaveUp: 1,
    });
  });

  test.each(['HTTPS_PROXY', 'HTTP_PROXY'] as const)('a proxy, by its variable: %s', async (variable) => {
    const connecting = { proxy: { shown: 'http://proxy.example:3128', variable } };

    expect(await tooLate({ connecting })).toMatchObject({
      error: {
        detail: 'the proxy http://proxy.example:3128 made no connection within 0.01 seconds.',
        remedy: `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`,
      },
    });
  });

  test('what is there in time is given', async () => {
    const limit = { ms: 1000, location: LOCATION, giveUp: () => undefined };

    expect(await within(Promise.resolve(1), limit)).toBe(1);
  });
});

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
  ])('after attempt %i, with Retry-After %j: %d to %d seconds', (attempt, retryAfter, least, most) => {
    const seconds = pauseAfter(attempt, retryAfter) / 1000;

    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  test.each([
    [60, 55, 60],
    [3600, 120, 120],
    [-60, 0.5, 0.75],
  ])('with a date in %i seconds as Retry-After: %d to %d seconds', (inSeconds, least, most) => {
    const seconds = pauseAfter(1, new Date(Date.now() + inSeconds * 1000).toUTCString()) / 1000;

    expect(seconds).toBeGreaterThanOrEqual(least);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  test('no longer than the given time because a server asks for it', () => {
    expect(pauseAfter(1, '3600', 5000)).toBe(5000);
    expect(pauseAfter(9, '3600', 5000)).toBe(30_000);
  });
});

describe('the time limits for an API', () => {
  test.each([60_000, 300_000])('of %i ms: `timeout` does not raise them, so the remedy is another', async (silence) => {
    const limits = limitsOfApi({ connect: 30_000, silence }, 'name the branches with --branch instead');

    expect(limits).toMatchObject({ connect: 30_000, silence: 60_000 });
    expect(await tooLate({ remedy: limits.remedyOfSilence })).toMatchObject({
      error: { remedy: 'Try again later, or name the branches with --branch instead.' },
    });
  });

  test("shorter ones are the user's own", () => {
    const limits = { connect: 1000, silence: 59_000 };

    expect(limitsOfApi(limits, 'do this')).toEqual(limits);
  });
});
