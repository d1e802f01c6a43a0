import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync, deflateSync, constants } from 'node:zlib';
import { isolatedGit } from '../repositories/git.js';
import { flush, message, pkt, serviceLine } from '../servers/pkt.js';

const MOST_MEMORY_MB = 300;
const OLD = 'a'.repeat(40);
const TIP = 'b'.repeat(40);
const MEBIBYTE = 1024 * 1024;

type Chunks = Iterable<Buffer>;
/** Answers of a hostile end; what is not given is answered as a small repository would. */
interface Answers {
  readonly refs?: () => Chunks;
  readonly fetch?: () => Chunks;
  readonly advertisement?: () => Chunks;
  readonly report?: () => Chunks;
}

const open: { close: () => void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const band = (number: number, bytes: Buffer | string): Buffer =>
  pkt(Buffer.concat([Buffer.from([number]), Buffer.from(bytes)]));

function* endlessly(...beginning: readonly Buffer[]): Generator<Buffer> {
  const last = beginning.at(-1) ?? flush;
  yield* beginning;
  const many = Buffer.concat(Array.from({ length: 1000 }, () => last));
  for (;;) yield many;
}

/** A pack of these entries in the answer to a fetch. */
function packed(entries: Buffer, count: number): () => Chunks {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  header.writeUInt32BE(count, 8);
  const body = Buffer.concat([header, entries]);
  const pack = Buffer.concat([body, createHash('sha1').update(body).digest()]);
  return function* () {
    yield pkt('packfile\n');
    for (let at = 0; at < pack.length; at += 60_000) yield band(1, pack.subarray(at, at + 60_000));
    yield flush;
  };
}

async function pour(response: ServerResponse, chunks: Chunks): Promise<void> {
  for (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

function chunksFor({ url = '', body }: { url: string | undefined; body: string }, answers: Answers): Chunks {
  if (url.includes('service=git-upload-pack')) {
    const capabilities = ['version 2\n', 'agent=git/2.45.0\n', 'ls-refs=unborn\n', 'fetch=shallow filter\n'];
    return [serviceLine('git-upload-pack'), message(...capabilities, 'object-format=sha1\n')];
  }
  if (url.includes('service=git-receive-pack')) {
    const refs = message(`${OLD} refs/heads/main\0report-status-v2 side-band-64k delete-refs ofs-delta quiet\n`);
    return answers.advertisement?.() ?? [serviceLine('git-receive-pack'), refs];
  }
  if (body.includes('command=ls-refs')) return answers.refs?.() ?? [message(`${TIP} refs/heads/main\n`)];
  if (url.endsWith('git-upload-pack')) return answers.fetch?.() ?? [pkt('packfile\n'), band(1, emptyPack()), flush];
  return answers.report?.() ?? [band(1, message('unpack ok\n', 'ok refs/heads/main\n')), flush];
}

function emptyPack(): Buffer {
  const header = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  return Buffer.concat([header, createHash('sha1').update(header).digest()]);
}

async function serve(answers: Answers): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { url = '' } = request;
    const service = url.includes('receive-pack') ? 'git-receive-pack' : 'git-upload-pack';
    const kind = url.includes('info/refs') ? 'advertisement' : 'result';
    response.writeHead(200, { 'Content-Type': `application/x-${service}-${kind}` });
    await pour(response, chunksFor({ url, body: Buffer.concat(parts).toString('latin1') }, answers));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.git`;
}

/** Writes the largest memory that the process had, in MB, behind its other output. */
const TELL_MEMORY =
  "process.on('exit', () => process.stderr.write(`\\nmemory ${Math.round(process.resourceUsage().maxRSS / 1024)}`))";

async function start(source: Answers, target: Answers): Promise<ChildProcess> {
  const ends = [await serve(source), await serve(target)];
  const program = [`--import=data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`, resolve('dist/cli/index.js')];
  const child = spawn(process.execPath, [...program, '--timeout', '2', '--json', ...ends], {
    env: { ...isolatedGit() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  open.push({ close: () => void child.kill('SIGKILL') });
  return child;
}

async function mirror(
  source: Answers,
  target: Answers,
): Promise<{ code: number | null; text: string; memory: number }> {
  const child = await start(source, target);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-200_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text, memory: Number(/\nmemory (\d+)$/.exec(text)?.[1]) };
}

/** A commit of no content, deflated, with the byte that tells its type. */
const EMPTY_OBJECT = Buffer.concat([Buffer.from([0x30]), deflateSync(Buffer.alloc(0))]);

/** A deflated gigabyte behind a size that has no end. */
function sizeWithoutEnd(): Buffer {
  const mebibyte = deflateRawSync(Buffer.alloc(MEBIBYTE), { finishFlush: constants.Z_FULL_FLUSH });
  const header = Buffer.concat([Buffer.from([0x90]), Buffer.alloc(160, 0x80), Buffer.from([0, 0x78, 0x9c])]);
  return Buffer.concat([header, ...Array.from({ length: 1024 }, () => mebibyte)]);
}

/** Objects of eight megabytes that are announced, and bytes for none of them. */
const announced = Buffer.concat(
  Array.from({ length: 1000 }, () => Buffer.from([0xb0, 0x80, 0x80, 0x04, 0x78, 0x9c, 0, 0, 0, 0])),
);

const SOURCES: readonly [what: string, answers: Answers, says: RegExp][] = [
  ['a size without an end', { fetch: packed(sizeWithoutEnd(), 1) }, /a size without an end/],
  ['objects that are announced and are not there', { fetch: packed(announced, 1000) }, /cannot be inflated/],
  [
    'more acknowledgments than haves',
    { fetch: () => endlessly(pkt('acknowledgments\n'), pkt('NAK\n')) },
    /more objects are acknowledged/,
  ],
  [
    'shallow lines without end',
    { fetch: () => endlessly(pkt('shallow-info\n'), pkt(`shallow ${OLD}`)) },
    /history is cut off/,
  ],
  ['empty data without end', { fetch: () => endlessly(pkt('packfile\n'), band(1, '')) }, /1,000,000 packets in a row/],
  [
    'data in packets of one byte',
    { fetch: () => endlessly(pkt('packfile\n'), ...Array.from('PACKx', (letter) => band(1, letter))) },
    /200,000 packets with next to nothing/,
  ],
  [
    'progress without end',
    { fetch: () => endlessly(pkt('packfile\n'), band(2, `${'x'.repeat(900)}\r`)) },
    /64 MiB in a row/,
  ],
  [
    'a section that comes twice',
    { fetch: () => endlessly(pkt('acknowledgments\n'), pkt('NAK\n'), Buffer.from('0001'), pkt('acknowledgments\n')) },
    /more objects|comes twice/,
  ],
  [
    'unborn refs without end',
    { refs: () => endlessly(pkt('unborn HEAD symref-target:refs/heads/main\n')) },
    /two refs are unborn/,
  ],
  ['flushes behind the refs', { refs: () => endlessly(message(`${TIP} refs/heads/main\n`), flush) }, /behind the end/],
  [
    'refs of which each is in thousands of folders',
    {
      refs: () =>
        (function* () {
          for (let n = 0; ; n += 1) yield pkt(`${TIP} refs/heads/${n}${'/a'.repeat(1900)}\n`);
        })(),
    },
    /more than 1,000 refs are broken/,
  ],
  [
    'names that are no UTF-8',
    {
      refs: () =>
        (function* () {
          for (let n = 0; ; n += 1)
            yield pkt(Buffer.concat([Buffer.from(`${TIP} refs/heads/${n}/`), Buffer.alloc(4100, 0xff)]));
        })(),
    },
    /longer than 4 KiB/,
  ],
];

const TARGETS: readonly [what: string, answers: Answers, says: RegExp][] = [
  [
    'verdicts without end',
    {
      report: () =>
        (function* () {
          yield band(1, pkt('unpack ok\n'));
          for (let n = 0; ; n += 1) yield band(1, pkt(`ok refs/heads/${n}\n`));
        })(),
    },
    /more than 8 lines for each ref/,
  ],
  [
    'a report that is not multiplexed as it should be',
    { report: () => endlessly(pkt('unpack ok\n'), pkt('ok refs/heads/main\n')) },
    /band \d+ is used/,
  ],
  [
    'haves without end',
    {
      advertisement: () =>
        endlessly(
          serviceLine('git-receive-pack'),
          pkt(`${OLD} refs/heads/main\0report-status\n`),
          pkt(`${OLD} .have\n`),
        ),
    },
    /lines of refs are listed/,
  ],
  [
    'capabilities by the thousand',
    {
      advertisement: () => [
        serviceLine('git-receive-pack'),
        message(`${OLD} refs/heads/main\0${'a '.repeat(20_000)}\n`),
      ],
    },
    /1,000 capabilities/,
  ],
];

describe('a server that sends what has no end fails the run, with little memory', () => {
  test.each(SOURCES)('source: %s', async (_what, answers, says) => {
    const { code, text, memory } = await mirror(answers, {});

    expect(text).toMatch(says);
    expect(code).toBe(1);
    expect(memory).toBeLessThan(MOST_MEMORY_MB);
  });

  test.each(TARGETS)('target: %s', async (_what, answers, says) => {
    const { code, text, memory } = await mirror({}, answers);

    expect(text).toMatch(says);
    expect(code).toBe(1);
    expect(memory).toBeLessThan(MOST_MEMORY_MB);
  });

  test('a pack of one-byte packets, and one of empty objects, take little memory', async () => {
    const tiny = function* (): Generator<Buffer> {
      yield pkt('packfile\n');
      for (const letter of 'PACK') yield band(1, letter);
      const many = Buffer.concat(Array.from({ length: 10_000 }, () => band(1, 'x')));
      for (let n = 0; n < 200; n += 1) yield many;
      yield flush;
    };
    const empty = packed(Buffer.concat(Array.from({ length: 95_000 }, () => EMPTY_OBJECT)), 95_000);

    for (const fetch of [tiny, empty]) expect((await mirror({ fetch }, {})).memory).toBeLessThan(MOST_MEMORY_MB);
  });

  test('a signal is heard while a pack of many objects is decoded', async () => {
    const empty = packed(Buffer.concat(Array.from({ length: 95_000 }, () => EMPTY_OBJECT)), 95_000);
    let isSent = false;
    const fetch = function* (): Generator<Buffer> {
      yield* empty();
      isSent = true;
    };
    const child = await start({ fetch }, {});
    while (!isSent) await sleep(20);
    await sleep(300);
    const since = performance.now();
    child.kill('SIGTERM');
    await once(child, 'exit');

    expect(performance.now() - since).toBeLessThan(2000);
  }, 60_000);
});
