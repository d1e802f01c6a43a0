import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync } from 'node:zlib';
import { hashObject } from '../../src/protocol/wire/object-format.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { run, type Run } from '../run.js';
import { flush, message, pkt, serviceLine } from '../servers/pkt.js';

const MAIN = 'refs/heads/main';
const TYPES = { commit: 1, tree: 2, blob: 3 } as const;
const PEOPLE = 'author A <a@example.com> 0 +0000\ncommitter A <a@example.com> 0 +0000\n';
const DELIMITER = Buffer.from('0001');

interface Made {
  readonly type: keyof typeof TYPES;
  readonly content: Buffer;
}

function packOf(objects: readonly Made[]): Buffer {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects.length, 8);
  const entries = objects.flatMap(({ type, content }) => {
    const head = [(TYPES[type] << 4) | (content.length & 15)];
    for (let size = Math.floor(content.length / 16); size > 0; size = Math.floor(size / 128)) {
      head[head.length - 1] = (head.at(-1) ?? 0) | 0x80;
      head.push(size & 127);
    }
    return [Buffer.from(head), deflateSync(content)];
  });
  const body = Buffer.concat([header, ...entries]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

function inBand(pack: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < pack.length; at += 60_000) {
    parts.push(pkt(Buffer.concat([Buffer.from([1]), pack.subarray(at, at + 60_000)])));
  }
  return Buffer.concat([pkt('packfile\n'), ...parts, flush]);
}

/** A source that claims whatever makes its tip look like a descendant of what the target has. */
class Liar {
  readonly server: Server = createServer();
  /** Objects that it gives of its tip. */
  objects: readonly Made[] = [];
  /** Makes its answers too large for memory. */
  padding: readonly Made[] = [];
  canFilter = true;
  tip = '';

  async start(): Promise<string> {
    this.server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => response.end(this.#answer(request.url ?? '', Buffer.concat(parts).toString('latin1'))));
      const kind = (request.url ?? '').includes('/info/refs') ? 'advertisement' : 'result';
      response.setHeader('Content-Type', `application/x-git-upload-pack-${kind}`);
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/source.git`;
  }

  #answer(url: string, body: string): Buffer {
    if (url.includes('/info/refs')) {
      const features = this.canFilter ? 'fetch=shallow filter\n' : 'fetch=shallow\n';
      return Buffer.concat([serviceLine('git-upload-pack'), message('version 2\n', 'ls-refs\n', features)]);
    }
    if (body.includes('command=ls-refs'))
      return message(`${this.tip} HEAD symref-target:${MAIN}\n`, `${this.tip} ${MAIN}\n`);
    const haves = Array.from(body.matchAll(/have ([0-9a-f]{40})/g), ([, id]) => id ?? '');
    const isAboutTip = body.includes(`want ${this.tip}`);
    // "Nothing is missing": what is asked for is said to be held by who has the tip.
    const pack = inBand(packOf(isAboutTip ? [...this.objects, ...this.padding] : []));
    if (body.includes('done\n')) return pack;
    const lines = [...haves.map((id) => pkt(`ACK ${id}\n`)), pkt('ready\n')];
    return Buffer.concat([pkt('acknowledgments\n'), ...lines, DELIMITER, pack]);
  }
}

let scratch: Scratch;
let target: TestRepository;
let liar: Liar;
let url: string;
let rival: string;
let base: string;

beforeEach(async () => {
  scratch = new Scratch();
  target = TestRepository.create(scratch.join('target.git'));
  base = target.commit();
  rival = target.commit([base]);
  target.set({ [MAIN]: rival });
  liar = new Liar();
  url = await liar.start();
});

afterEach(() => {
  liar.server.closeAllConnections();
  liar.server.close();
  scratch.remove();
});

/** Makes the source's tip: a commit on the base, without the rival's. */
function claim(more = ''): void {
  const tree = Buffer.alloc(0);
  const content = Buffer.from(`tree ${hashObject('tree', tree, 'sha1')}\nparent ${base}\n${PEOPLE}${more}\nlie\n`);
  liar.tip = hashObject('commit', content, 'sha1');
  liar.objects = [
    { type: 'commit', content },
    { type: 'tree', content: tree },
  ];
}

async function mirror(): Promise<Run> {
  return run(url, target.path, { keepDivergentRefs: 'true', lfs: 'never' });
}

describe('under keep-divergent-refs, commits of the target are not lost by a false word of the source', () => {
  const PADDING = Array.from(
    { length: 7 },
    (_, at) => ({ type: 'blob', content: Buffer.alloc(7_900_000, at) }) as const,
  );

  test.each<[string, () => void]>([
    ['that it knows them', () => claim()],
    ['that it knows them, with an answer too large for memory', () => (claim(), (liar.padding = PADDING))],
    ['that it knows them, from a source without filters', () => (claim(), (liar.canFilter = false))],
    [
      'that it knows them, from a source without filters, with an answer too large for memory',
      () => (claim(), (liar.canFilter = false), (liar.padding = PADDING)),
    ],
    ['by a parent that stands where git reads none', () => claim(`parent ${rival}\n`)],
  ])('%s', async (_what, lie) => {
    lie();

    const { report, outcomes } = await mirror();

    expect([report.update_status, outcomes]).toEqual(['failed', { [MAIN]: 'diverged' }]);
    expect(target.refs()[MAIN]).toBe(rival);
  });

  test('while what is proved lands, however large the answer', async () => {
    target.set({ [MAIN]: base });
    claim();
    liar.padding = PADDING;

    const { outcomes } = await mirror();

    expect([outcomes, target.refs()[MAIN]]).toEqual([{ [MAIN]: 'updated' }, liar.tip]);
  });
});
