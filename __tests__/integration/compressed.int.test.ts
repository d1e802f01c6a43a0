import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { readAtMost } from '../../src/protocol/bounded.js';
import { HttpClient } from '../../src/protocol/http/client.js';
import { noTraffic } from '../../src/protocol/wire/transport.js';
import { expectClear, expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { run, type Given } from '../run.js';
import { compressing } from '../servers/compressed.js';
import { advertisement, answering, cutAfter, endAfter, packs, pushes, to } from '../servers/faults.js';

const all = (): boolean => true;
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));

describe('answers that are compressed', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  const mirror = (given: Given = {}): ReturnType<typeof run> => run(pair.url('source'), pair.url('target'), given);

  test('are not asked for, by any request', async () => {
    expectMirrored(pair, await mirror());

    const asked = new Set(pair.server.requests.map(({ headers }) => headers['accept-encoding']));
    expect([...asked]).toEqual(['identity']);
  });

  test.each(['gzip', 'x-gzip', 'deflate', 'raw deflate'])('are taken all the same: %s', async (coding) => {
    pair.server.behaviour.intercept = compressing(all, coding);

    expectMirrored(pair, await mirror());
  });

  test('a large pack, too', async () => {
    pair.grow(4 * 1024 * 1024);
    pair.server.behaviour.intercept = compressing(to('source'), 'gzip');

    expectMirrored(pair, await mirror());
  });

  test.each([
    ['br', { 'Content-Encoding': 'br' }, 'x', /compressed in a way that was not asked for \(br\)/],
    ['several', { 'Content-Encoding': 'gzip, GZIP' }, 'x', /\(gzip, gzip\)/],
    ['what it is not', { 'Content-Encoding': 'gzip' }, 'plain text', /in a broken way \(incorrect header check\)/],
    ['a bomb', { 'Content-Encoding': 'gzip' }, BOMB, /breaks Git's protocol|more than 200 times/],
  ])('that cannot be read are told: %s', async (_what, coding, body, what) => {
    const type = { 'Content-Type': 'application/x-git-receive-pack-advertisement' };
    pair.server.behaviour.intercept = answering(advertisement('target'), 200, { ...type, ...coding }, body);

    const failed = await mirror();

    expectFailed(pair, failed, { what, where: pair.url('target'), remedy: /Check that/ });
    expect(pair.pushes).toBe(0);
  });

  test.each([
    ['in good order', endAfter],
    ['by a cut', cutAfter],
  ])(
    'an answer that ends early %s is one that breaks off',
    async (_how, early) => {
      pair.grow(100_000);
      pair.server.behaviour.intercept = compressing(packs, 'gzip');
      pair.server.behaviour.alter = early(50_000, packs);

      const { report } = await mirror({ branches: ['main'], tags: ['!*'] });

      expectClear(report, { what: /ended in the middle|connection broke/, where: pair.url('source'), remedy: /Run/ });
      expect(pair.target.refs()).toEqual(pair.before);
    },
    20_000,
  );

  test.each([401, 403, 500])('the words of an error page are read: %i', async (status) => {
    const page = gzipSync('no entry today');
    const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' };
    pair.server.behaviour.intercept = answering(pushes, status, headers, page);

    const { report } = await mirror();

    expect(report.last_error).toContain('The server says: no entry today.');
  });

  test('an error page that cannot be read does not hide the error', async () => {
    const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' };
    pair.server.behaviour.intercept = answering(pushes, 403, headers, 'not compressed');

    const { report } = await mirror();

    expect(report.last_error).toMatch(/lets nobody write to this repository without a sign-in, .*\(HTTP 403\)/);
  });
});

describe('the limits of an answer', () => {
  /** What comes of an answer with this body, read up to a limit. */
  async function read(body: Buffer, limit: number): Promise<number | undefined> {
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(body);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
    const limits = { connect: 5_000, silence: 5_000 };
    const network = { proxyFor: () => undefined, certificates: [] };
    const signal = new AbortController().signal;
    const settings = { server: url, location: url.href, network, userAgent: 'test', limits, signal };
    const client = new HttpClient(settings, noTraffic());
    try {
      const answer = await client.send({ method: 'GET', url, headers: {} });
      return (await readAtMost(client.content(answer), limit))?.length;
    } finally {
      client.close();
      server.closeAllConnections();
      server.close();
    }
  }

  test('count its bytes as they are decoded', async () => {
    expect(await read(gzipSync(Buffer.alloc(1_000_000)), 1_000_000)).toBe(1_000_000);
    expect(await read(gzipSync(Buffer.alloc(1_000_000)), 999_999)).toBeUndefined();
    expect(await read(Buffer.alloc(0), 10)).toBe(0);
  });

  test.each([1, 10, 500])('know an answer that lacks its last bytes: %i', async (bytes) => {
    const whole = gzipSync(Buffer.from(Array.from({ length: 2000 }, (_none, at) => String(at)).join()));

    await expect(read(whole.subarray(0, -bytes), Infinity)).rejects.toThrow(/the connection ended in the middle/);
  });

  test('end a bomb long before it has burst', async () => {
    await expect(read(BOMB, Infinity)).rejects.toThrow(/to a size more than 200 times/);
  });
});
