import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { Scratch, TestRepository } from '../repositories/git.js';
import { commitLfs, commitWithObjects } from '../repositories/lfs.js';
import { run, type Run } from '../run.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';

const MAIN = 'refs/heads/main';
const CONTENT = Buffer.from('the large file');
const OID = createHash('sha256').update(CONTENT).digest('hex');
const WORDS = 'what-only-this-machine-can-read';
const [own] = Object.values(networkInterfaces())
  .flat()
  .filter((one) => one?.family === 'IPv4' && !one.internal);

interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
}

const scratch = new Scratch();
const { lookup } = dns;
let web: GitHttpServer;
let source: TestRepository;
let number = 0;
/** A service that only this machine should reach. */
let inner: http.Server;
let asked: Asked[];
/** Answers to the batch, and to other requests below the repository. */
let action: object;
let answer: { status: number; headers?: Record<string, string>; body?: string };

function portOf(server: http.Server): number {
  return (server.address() as AddressInfo).port;
}

/** Has the system know a name of which a stranger says where it is. */
function knowing(name: string, ...addresses: readonly string[]): void {
  dns.lookup = ((host: string, options: object, done: (error: null, all: object[]) => void) => {
    if (host !== name) return void lookup(host, options as dns.LookupAllOptions, done as never);
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    return void setImmediate(() => done(null, all));
  }) as typeof dns.lookup;
}

async function mirror(proxyFor?: (url: URL) => URL | undefined): Promise<Run> {
  TestRepository.create(scratch.join('root', `target-${number}.git`));
  const given = { sourceToken: 'token-of-the-source-4711', targetToken: 'token-of-the-target-0815' };
  return run(web.url(`source-${number}.git`), scratch.join('root', `target-${number}.git`), {
    ...given,
    ...(proxyFor === undefined ? {} : { proxyFor }),
  });
}

function expectRefused({ report, lines }: Run, ...words: string[]): void {
  expect(asked).toEqual([]);
  expect(report.refs.map(({ ref, outcome }) => [ref, outcome])).toEqual([[MAIN, 'rejected']]);
  for (const word of words) expect(report.refs[0]?.message).toContain(word);
  expect(JSON.stringify(report) + lines.join('\n')).not.toContain(WORDS);
}

beforeAll(async () => {
  inner = http.createServer((request, response) => {
    asked.push({ method: request.method, path: request.url, headers: request.headers });
    response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ message: WORDS }));
  });
  inner.listen(0, '0.0.0.0');
  await once(inner, 'listening');
  TestRepository.create(scratch.join('root', 'any.git'));
  web = await GitHttpServer.start(scratch.join('root'));
  web.behaviour.intercept = (request, response) => {
    if (!(request.url ?? '').includes('/info/lfs/')) return false;
    void text(request).then(() => {
      if (request.url?.endsWith('/objects/batch') === true) {
        response.setHeader('Content-Type', 'application/vnd.git-lfs+json');
        const objects = [{ oid: OID, size: CONTENT.length, actions: { download: action } }];
        response.end(JSON.stringify({ objects }));
      } else response.writeHead(answer.status, answer.headers).end(answer.body ?? CONTENT);
    });
    return true;
  };
});

beforeEach(() => {
  number += 1;
  asked = [];
  source = TestRepository.create(scratch.join('root', `source-${number}.git`));
  source.git(['config', 'uploadpack.allowFilter', 'true']);
  commitWithObjects(source, [{ oid: OID, size: CONTENT.length, content: CONTENT }]);
  action = { href: web.url(`source-${number}.git/info/lfs/object`) };
  answer = { status: 200 };
});

afterEach(() => {
  dns.lookup = lookup;
});

afterAll(async () => {
  inner.close();
  await web.stop();
  scratch.remove();
});

describe('a Git LFS server', () => {
  test('gives objects itself', async () => {
    expect((await mirror()).outcomes).toEqual({ [MAIN]: 'created' });
  });

  test.each(['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0177.1', '[::ffff:127.0.0.1]', '0.0.0.0'])(
    'does not lead to another service on %s',
    async (host) => {
      action = { href: `http://${host}:${portOf(inner)}/latest`, header: { 'X-Anything': 'chosen' } };

      expectRefused(await mirror(), 'the server leads to', 'on this machine');
    },
  );

  test.each([
    ['169.254.169.254', 'link-local'],
    ['[fe80::1]', 'link-local'],
    ['[fd00:ec2::254]', 'link-local'],
    ['10.11.12.13', 'in a private network'],
    ['192.168.0.1', 'in a private network'],
    ['[fd12::1]', 'in a private network'],
  ])('does not lead to %s', async (host, words) => {
    action = { href: `http://${host}/latest/api/token` };

    expectRefused(await mirror(), 'the server leads to', words);
  });

  test('does not lead to an address of this machine in the network', async () => {
    if (own === undefined) return;
    action = { href: `http://${own.address}:${portOf(inner)}/` };

    expectRefused(await mirror(), own.address);
  });

  test('does not lead there by a name of its own', async () => {
    knowing('storage.example', '127.0.0.1', '10.0.0.1', '::1');
    action = { href: `http://storage.example:${portOf(inner)}/` };

    expectRefused(await mirror(), 'the server leads to 127.0.0.1, which is on this machine');
  });

  test('does not lead there by redirects', async () => {
    const Location = `http://127.0.0.1:${portOf(inner)}/`;
    answer = { status: 302, headers: { Location } };

    expectRefused(await mirror(), 'on this machine');
  });

  test('does not lead there through a proxy', async () => {
    const proxy = await ForwardProxy.start();
    action = { href: 'http://metadata.google.internal/computeMetadata/v1/' };

    const mirrored = await mirror(({ hostname }) => (hostname.startsWith('meta') ? new URL(proxy.url) : undefined));
    await proxy.stop();

    expectRefused(mirrored, 'metadata.google.internal');
    expect(proxy.asked).toEqual([]);
  });

  test.each(['X-aws-ec2-metadata-token-ttl-seconds', 'Metadata-Flavor', 'metadata'])(
    'wants no header %s',
    async (name) => {
      action = { href: web.url('x'), header: { [name]: '21600' } };

      expectRefused(await mirror(), 'a header for the metadata service of a cloud');
    },
  );

  test('wants no more headers than a request can have', async () => {
    action = {
      href: web.url('x'),
      header: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`x-${at}`, 'y'])),
    };
    expectRefused(await mirror(), 'more than 64 items in its header');
  });

  test('is not shown to be at another place, whose words are not shown', async () => {
    const storage = http.createServer((_request, response) => {
      response.writeHead(403, { 'Content-Type': 'application/json' }).end(JSON.stringify({ message: WORDS }));
    });
    storage.listen(web.port, '127.0.0.2');
    await once(storage, 'listening');
    action = { href: `http://127.0.0.2:${web.port}/x` };

    const mirrored = await mirror();
    storage.close();

    expectRefused(mirrored, `127.0.0.2:${web.port}, to which the Git LFS server leads`, '(HTTP 403)');
  });

  test('that the .lfsconfig of the source names is not just anywhere', async () => {
    commitLfs(source, { files: { '.lfsconfig': `[lfs]\n\turl = http://127.0.0.1:${portOf(inner)}/lfs\n` } });

    expectRefused(await mirror(), 'on this machine');
  });
});
