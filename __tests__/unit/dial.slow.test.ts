import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { dial, NoConnectionError } from '../../src/protocol/http/dial.js';
import { needed } from '../requires.js';
import { FarAddress } from '../servers/far-address.js';

const NEAR = '127.0.0.2';
const FAR = '127.0.0.3';
const REFUSING = '127.0.0.4';
const OTHER = '127.0.0.5';
const LONG = 5_000;

const { lookup } = dns;
let closing: AbortController;
/** Never answers. */
let far: FarAddress;
let near: Server;
let accepted: Socket[];

/** Has the system know the addresses of a name. */
function knowing(...addresses: readonly string[]): void {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const answer = (_host: string, _options: object, done: (error: null, all: typeof found) => void): void =>
    void setImmediate(() => done(null, found));
  dns.lookup = answer as unknown as typeof dns.lookup;
}

function dialed(ms = LONG, { port } = far): Promise<Socket> {
  return dial({ host: 'host.example', port }, { ms, closing: closing.signal });
}

/** Something at {@link FAR} that answers after a while. Nobody stands behind it: nothing is sent here. */
async function late(afterMs: number, use: (late: FarAddress) => Promise<void>): Promise<void> {
  const server = await FarAddress.start(FAR, 9);
  setTimeout(() => server.answer(), afterMs);
  await use(server).finally(() => server.stop());
}

async function failure(ms = LONG): Promise<NoConnectionError> {
  const error: unknown = await dialed(ms).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof NoConnectionError)) throw new Error(`no such error: ${String(error)}`);
  return error;
}

needed('python3').describe('a host with several addresses', () => {
  beforeAll(async () => {
    far = await FarAddress.start(FAR, 9);
    near = createServer((socket) => {
      accepted.push(socket);
      socket.on('error', () => undefined);
    });
    near.listen(far.port, NEAR);
    await once(near, 'listening');
  });

  afterAll(async () => {
    near.close();
    await far.stop();
  });

  beforeEach(() => {
    closing = new AbortController();
    accepted = [];
  });

  afterEach(() => {
    dns.lookup = lookup;
    for (const socket of accepted) socket.destroy();
  });

  test.each([
    ['the only one', [NEAR], 0],
    ['one that refuses, then it', [REFUSING, NEAR], 0],
    ['many that refuse, then it', [REFUSING, OTHER, '127.0.0.6', '127.0.0.7', NEAR], 0],
    ['one that says nothing, then it', [FAR, NEAR], 200],
    ['one of each, then it', [FAR, REFUSING, NEAR], 200],
    ['the other family first', ['::1', NEAR], 0],
    ['the same address several times', [REFUSING, REFUSING, NEAR], 0],
  ])('the address that answers is taken: %s', async (_what, addresses, atLeastMs) => {
    knowing(...addresses);
    const startedAt = Date.now();

    const socket = await dialed();

    expect(socket.remoteAddress).toBe(NEAR);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(atLeastMs);
    expect(Date.now() - startedAt).toBeLessThan(atLeastMs + 800);
    socket.destroy();
  });

  test.each([
    ['beside one that refuses', [FAR, REFUSING]],
    ['beside one that has refused', [REFUSING, FAR]],
    ['beside several', [FAR, REFUSING, OTHER, '::1']],
    ['alone', [FAR]],
  ])('one that is far away is waited for: %s', async (_what, addresses) => {
    knowing(...addresses);
    await late(400, async (server) => {
      const socket = await dialed(LONG, server);

      expect(socket.remoteAddress).toBe(FAR);
      socket.destroy();
    });
  });

  test('one connection is made, if the first address answers at once', async () => {
    knowing(NEAR, FAR);
    const socket = await dialed();
    await sleep(400);

    expect(accepted).toHaveLength(1);
    expect(process.getActiveResourcesInfo().filter((one) => one === 'TCPConnectWrap')).toEqual([]);
    socket.destroy();
  });

  test.each([
    ['all refuse', [REFUSING, OTHER], 'ECONNREFUSED', [REFUSING, OTHER], undefined],
    ['some refuse, one says nothing', [FAR, REFUSING], 'ETIMEDOUT', [REFUSING, FAR], 500],
    ['nobody says anything', [FAR], 'ETIMEDOUT', [FAR], 500],
  ])('each is told: %s', async (_what, addresses, code, told, afterMs) => {
    knowing(...addresses);

    const { code: first, failed, afterMs: after } = await failure(500);

    expect([first, failed.map(({ address }) => address), after]).toEqual([code, told, afterMs]);
    expect(process.getActiveResourcesInfo().filter((one) => one === 'TCPConnectWrap')).toEqual([]);
  });

  test('a name that is never looked up is waited for no longer than allowed', async () => {
    dns.lookup = (() => undefined) as unknown as typeof dns.lookup;

    expect(await failure(100)).toMatchObject({ failed: [], afterMs: 100 });
  });

  test('a name without addresses', async () => {
    knowing();

    expect(await failure()).toMatchObject({ code: 'ENOTFOUND' });
  });

  test('a name that is not known', async () => {
    dns.lookup = lookup;

    await expect(dial({ host: 'host.invalid', port: 1 }, { ms: LONG, closing: closing.signal })).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/),
    });
  });

  test.each([true, false])('whoever closes ends all attempts (before they begin: %s)', async (isEarly) => {
    knowing(FAR, OTHER, FAR);
    if (isEarly) closing.abort(new Error('enough'));
    else setTimeout(() => closing.abort(new Error('enough')), 100);

    await expect(dialed()).rejects.toThrow('enough');
    expect(process.getActiveResourcesInfo().filter((one) => one === 'TCPConnectWrap')).toEqual([]);
  });

  test('at most so many addresses are tried', async () => {
    knowing(...Array.from({ length: 100 }, (_none, at) => `127.0.1.${at + 1}`));

    expect((await failure()).failed).toHaveLength(16);
  });

  test('an address needs no lookup', async () => {
    dns.lookup = (() => {
      throw new Error('looked up');
    }) as unknown as typeof dns.lookup;
    const port = (near.address() as AddressInfo).port;

    const socket = await dial({ host: NEAR, port }, { ms: LONG, closing: closing.signal });

    expect(socket.remoteAddress).toBe(NEAR);
    socket.destroy();
  });

  // The last test: from now on the far one answers.
  test('the one that comes too late is closed', async () => {
    knowing(FAR, NEAR);
    setTimeout(() => far.answer(), 300);
    const socket = await dialed();
    await sleep(1_200);

    expect(socket.remoteAddress).toBe(NEAR);
    expect(socket.destroyed).toBe(false);
    expect(process.getActiveResourcesInfo().filter((one) => one === 'TCPConnectWrap')).toEqual([]);
    socket.destroy();
  });
});
