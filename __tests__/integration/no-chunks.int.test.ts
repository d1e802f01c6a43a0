import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { run, type Run } from '../run.js';
import { pushes, type Intercept } from '../servers/faults.js';

const MEBIBYTE = 1024 * 1024;
const IN_MEMORY = 3 * MEBIBYTE;
const IN_A_FILE = 18 * MEBIBYTE;

/** How a server turns a request down whose length it does not know. */
type Manner = (request: IncomingMessage, response: ServerResponse, answer: () => void) => void;

const AT_ONCE: Manner = (request, _response, answer) => {
  answer();
  request.resume();
};
const AFTER_ALL: Manner = (request, _response, answer) => {
  request.resume().once('end', answer);
};
const CLOSING: Manner = (_request, response, answer) => {
  response.shouldKeepAlive = false;
  response.once('finish', () => response.socket?.end());
  answer();
};
const DEAF: Manner = (request, _response, answer) => {
  request.pause();
  answer();
};

/** Turns down whatever comes in chunks. */
function takingNoChunks(status: number, body: string, manner: Manner, headers: Record<string, string> = {}): Intercept {
  return (request, response, { headers: asked }) => {
    if (asked['transfer-encoding'] === undefined) return false;
    const type = body.startsWith('<') ? 'text/html' : 'text/plain';
    manner(request, response, () => response.writeHead(status, { 'Content-Type': type, ...headers }).end(body));
    return true;
  };
}

describe('a target that takes no chunks', () => {
  let pair: MirroredPair;

  beforeEach(async () => {
    pair = await MirroredPair.start();
  });

  afterEach(async () => {
    await pair.stop();
  });

  /** Mirrors, and checks that all landed and nothing is left. */
  async function mirrored(given: Parameters<typeof run>[2] = {}): Promise<Run> {
    const done = await run(pair.url('source'), pair.url('target'), given);
    expectMirrored(pair, done);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('push-mirror-push-'))).toEqual([]);
    return done;
  }

  /** The pushes that came, as `chunks 411`, `length 200`. */
  function seen(): string[] {
    return pair.server.requests
      .filter(pushes)
      .map(({ headers, status }) => `${headers['content-length'] === undefined ? 'chunks' : 'length'} ${status}`);
  }

  test.each([
    ['411, as nginx of old', 411, '<html><h1>411 Length Required</h1></html>', AT_ONCE],
    ['411 without words, and no ear', 411, '', DEAF],
    ['411, then closes', 411, 'Length Required', CLOSING],
    ['411, once all is read', 411, '', AFTER_ALL],
    ["400, Go's CGI", 400, 'chunked request bodies are not supported by CGI\n', AT_ONCE],
    ['400, a page', 400, '<html><body>Bad Request: Transfer-Encoding is not allowed</body></html>', CLOSING],
    ['400, a missing header', 400, 'Missing Content-Length header', AT_ONCE],
    ['501, as RFC 9112 wants it', 501, 'Not Implemented', AT_ONCE],
    ['501, a storage', 501, '<Error><Code>NotImplemented</Code><Header>Transfer-Encoding</Header></Error>', AT_ONCE],
  ] as const)(
    '%s: it gets the length, in the same round',
    async (_what, status, body, manner) => {
      pair.grow(IN_MEMORY);
      pair.server.behaviour.intercept = takingNoChunks(status, body, manner);

      const { lines } = await mirrored();

      expect(seen()).toEqual([`chunks ${status}`, 'length 200']);
      expect(
        lines.filter((line) => line.includes(`takes no request without its length (HTTP ${status})`)),
      ).toHaveLength(1);
      expect(lines.filter((line) => /temporary|Reading both ends again/.test(line))).toEqual([]);
    },
    20_000,
  );

  test('words behind the status are words, too', async () => {
    pair.grow(IN_MEMORY);
    pair.server.behaviour.intercept = (request, response, { headers }) => {
      if (headers['transfer-encoding'] === undefined) return false;
      response.writeHead(400, 'Chunked Encoding Not Supported').end();
      request.resume();
      return true;
    };

    await mirrored();

    expect(seen()).toEqual(['chunks 400', 'length 200']);
  }, 20_000);

  test('what does not fit into memory goes through a file, and that is said', async () => {
    pair.grow(IN_A_FILE);
    pair.server.behaviour.intercept = takingNoChunks(411, '', DEAF);

    const { lines } = await mirrored();

    expect(seen()).toEqual(['chunks 411', 'length 200']);
    const said = 'more than 16 MiB: it is written to a temporary file first.';
    expect(lines.filter((line) => line.includes(said))).toHaveLength(1);
  }, 30_000);

  test('what was read for too long is asked for again', async () => {
    pair.grow(IN_A_FILE);
    pair.server.behaviour.intercept = takingNoChunks(411, '', AFTER_ALL);

    const { lines } = await mirrored();

    expect(seen()).toEqual(['chunks 411', 'length 200']);
    expect(lines.filter((line) => line.includes('Reading both ends again'))).toHaveLength(1);
  }, 30_000);

  test('a push that is refused with its length as well is refused', async () => {
    pair.grow(IN_MEMORY);
    pair.server.behaviour.intercept = (request, response, request_) => {
      if (!pushes(request_)) return false;
      response.writeHead(411, { 'Content-Length': 0 }).end();
      request.resume();
      return true;
    };

    const { report } = await run(pair.url('source'), pair.url('target'));

    expect([...new Set(seen())]).toEqual(['chunks 411', 'length 411']);
    expect(report.last_error).toMatch(/HTTP status 411/);
    expect(pair.target.refs()).toEqual(pair.before);
  }, 20_000);

  test.each([
    [400, 'Bad Request'],
    [500, 'chunked bodies break me'],
    [403, 'no chunks for you'],
  ])(
    '%i, %s: another reason, sent once',
    async (status, body) => {
      pair.grow(IN_MEMORY);
      pair.server.behaviour.intercept = takingNoChunks(status, body, AT_ONCE);

      const { report } = await run(pair.url('source'), pair.url('target'));

      // Smaller pushes have a length.
      expect(seen().filter((one) => one.startsWith('chunks'))).toEqual(
        seen().filter((one) => one.endsWith(`${status}`)),
      );
      expect(JSON.stringify([report.last_error, report.refs])).toContain(String(status));
    },
    20_000,
  );

  test('questions and small pushes have a length in any case', async () => {
    pair.server.behaviour.intercept = takingNoChunks(411, '', AT_ONCE);

    await mirrored();

    const posts = pair.server.requests.filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThan(2);
    expect(posts.filter(({ headers }) => headers['content-length'] === undefined)).toEqual([]);
  });
});
