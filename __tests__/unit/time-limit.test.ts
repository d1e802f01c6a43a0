import { describe, expect, test } from '@jest/globals';
import { limitsOfApi } from '../../src/hosts/api.js';
import { noConnection } from '../../src/protocol/http/connection-error.js';
import { silence, within, type TimeLimit } from '../../src/protocol/time-limit.js';

const LOCATION = 'https://host.example/x.git';

async function tooLate(error: TimeLimit['error']): Promise<{ error: unknown; gaveUp: number }> {
  let gaveUp = 0;
  const limit = { ms: 10, error, giveUp: () => void (gaveUp += 1) };
  const reason: unknown = await within(new Promise(() => undefined), limit).catch((thrown: unknown) => thrown);
  return { error: reason, gaveUp };
}

describe('who was waited for in vain', () => {
  test('a server: more time may help', async () => {
    expect(await tooLate(silence(LOCATION))).toMatchObject({
      error: {
        kind: 'silent',
        location: LOCATION,
        detail: 'the server sent nothing for 0.01 seconds.',
        remedy: 'Try again later, or raise `timeout` if the server needs longer.',
      },
      gaveUp: 1,
    });
  });

  test('a connection: more time is not to be had, and would not help', async () => {
    expect(await tooLate(noConnection(LOCATION, undefined))).toMatchObject({
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
    const proxy = { shown: 'http://proxy.example:3128', variable };

    expect(await tooLate(noConnection(LOCATION, proxy))).toMatchObject({
      error: {
        detail: 'the proxy http://proxy.example:3128 made no connection within 0.01 seconds.',
        remedy: `Check ${variable}, or name the host in NO_PROXY if it can be reached without the proxy.`,
      },
    });
  });

  test('what is there in time is given', async () => {
    const limit = { ms: 1000, error: silence(LOCATION), giveUp: () => undefined };

    expect(await within(Promise.resolve(1), limit)).toBe(1);
  });
});

describe('the time limits for an API', () => {
  test.each([60_000, 300_000])('of %i ms: `timeout` does not raise them, so the remedy is another', async (given) => {
    const limits = limitsOfApi({ connect: 30_000, silence: given }, 'name the branches with --branch instead');

    expect(limits).toMatchObject({ connect: 30_000, silence: 60_000 });
    expect(await tooLate(silence(LOCATION, limits.remedyOfSilence))).toMatchObject({
      error: { remedy: 'Try again later, or name the branches with --branch instead.' },
    });
  });

  test("shorter ones are the user's own", () => {
    const limits = { connect: 1000, silence: 59_000 };

    expect(limitsOfApi(limits, 'do this')).toEqual(limits);
  });
});
