import { describe, expect, test } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { systemClock } from '../../src/protocol/clock.js';
import { HttpTransport } from '../../src/protocol/http/transport.js';
import { LocalTransport } from '../../src/protocol/programs/local.js';
import type { Transport } from '../../src/protocol/wire/transport.js';
import { temporaryIn } from '../temporary.js';

const limits = { connect: 1000, silence: 1000 };

describe('a transport and the signal that it was given', () => {
  const made: readonly [kind: string, made: (signal: AbortSignal) => Transport][] = [
    [
      'over HTTP',
      (signal) =>
        new HttpTransport({
          url: new URL('http://127.0.0.1:9/x.git'),
          hints: { token: 'the token', byStatus: {} },
          network: { proxyFor: () => undefined, certificates: [] },
          userAgent: 'push-mirror/test',
          limits,
          signal,
          clock: systemClock,
          temporary: temporaryIn(),
          onRetry: () => undefined,
        }),
    ],
    ['to a program', (signal) => new LocalTransport({ path: '/nonexistent', environment: {}, limits, signal })],
  ];

  test.each(made)('%s: while it is open it listens, and is closed by it', async (_kind, open) => {
    const stop = new AbortController();
    const transport = open(stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort(new Error('enough'));

    await expect(transport.advertise('git-upload-pack')).rejects.toThrow('enough');
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  test.each(made)('%s: once it is closed it does not listen any more', async (_kind, open) => {
    const { signal } = new AbortController();
    await open(signal).close();

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
