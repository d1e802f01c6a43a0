import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { readFileSync } from 'node:fs';
import { readAtMost } from '../../src/protocol/bounded.js';
import { HttpClient } from '../../src/protocol/http/client.js';
import { noTraffic } from '../../src/protocol/wire/transport.js';
import { Scratch } from '../repositories/git.js';
import { needed } from '../requires.js';
import { certified } from '../servers/authority.js';
import { FarAddress } from '../servers/far-address.js';
import { ForwardProxy } from '../servers/forward-proxy.js';

const scratch = new Scratch();
const { lookup } = dns;
const NAME = 'far.example';
const names: (string | undefined)[] = [];
let authority: string;
let plain: http.Server;
let secure: https.Server;
let proxy: ForwardProxy;
/** TLS before the proxy. */
let secureProxy: tls.Server;
const sockets = new Set<Socket>();

const portOf = (server: Server | http.Server): number => (server.address() as AddressInfo).port;

async function listening<One extends Server>(server: One): Promise<One> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Has the system know the addresses of every name. */
function knowing(...addresses: readonly string[]): void {
  dns.lookup = ((host: string, _options: object, done: (error: null, all: object[]) => void) => {
    names.push(host);
    const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(() => done(null, found));
  }) as unknown as typeof dns.lookup;
}

/** What a server answers, or the error. */
async function asked(address: string, through?: string): Promise<string> {
  const url = new URL(address);
  const client = new HttpClient(
    {
      server: url,
      location: url.href,
      network: { proxyFor: () => (through === undefined ? undefined : new URL(through)), certificates: [authority] },
      userAgent: 'test',
      limits: { connect: 5_000, silence: 5_000 },
      signal: new AbortController().signal,
    },
    noTraffic(),
  );
  try {
    const answer = await client.send({ method: 'GET', url, headers: {} });
    return String(await readAtMost(client.content(answer), 1000));
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.close();
  }
}

beforeAll(async () => {
  const certificate = certified(scratch.join('certificates'), [
    NAME,
    'xn--bcher-kva.example',
    'localhost',
    '::1',
    '2001:db8::1',
  ]);
  authority = readFileSync(certificate.authority, 'utf8');
  const answer = ({ headers }: http.IncomingMessage, response: http.ServerResponse): void =>
    void response.end(`hello, ${headers.host ?? ''}`);
  plain = await listening(http.createServer(answer));
  secure = await listening(https.createServer(certificate, answer));
  proxy = await ForwardProxy.start();
  secureProxy = await listening(
    tls.createServer(certificate, (socket) => {
      const onward = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => undefined).once('close', () => onward.destroy());
      onward.on('error', () => undefined).once('close', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    }),
  );
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of [plain, secure, secureProxy]) server.close();
  await proxy.stop();
  scratch.remove();
});

beforeEach(() => {
  proxy.route('git.example:80', portOf(plain));
  proxy.route(`${NAME}:443`, portOf(secure));
  proxy.route(`${NAME}.:443`, portOf(secure));
  proxy.route('[2001:db8::1]:80', portOf(plain));
  proxy.route('[2001:db8::1]:443', portOf(secure));
  proxy.forget();
  names.length = 0;
});

afterEach(() => {
  dns.lookup = lookup;
});

needed('python3').describe('a far host beside an address that refuses', () => {
  const ways: readonly [way: string, ends: () => readonly [to: number, url: string, proxy?: string]][] = [
    ['straight', () => [portOf(plain), `http://${NAME}:PORT/`]],
    ['straight, over TLS', () => [portOf(secure), `https://${NAME}:PORT/`]],
    ['through a proxy', () => [proxy.port, 'http://git.example/', `http://${NAME}:PORT`]],
    ['through a tunnel', () => [proxy.port, `https://${NAME}/`, `http://${NAME}:PORT`]],
    ['through a proxy over TLS', () => [portOf(secureProxy), 'http://git.example/', `https://${NAME}:PORT`]],
    ['through a tunnel over TLS', () => [portOf(secureProxy), `https://${NAME}/`, `https://${NAME}:PORT`]],
  ];

  test.each(ways)('is reached %s', async (_way, ends) => {
    const [to, url, through] = ends();
    const far = await FarAddress.start('127.0.0.3', to);
    knowing(far.address, '127.0.0.4');
    setTimeout(() => far.answer(), 300);
    const at = (text: string): string => text.replace('PORT', String(far.port));

    const said = await asked(at(url), through === undefined ? undefined : at(through));
    await far.stop();

    expect(said).toBe(`hello, ${new URL(at(url)).host}`);
    expect(names).toEqual([NAME]);
  });
});

test('where no address of a proxy answers, each is told', async () => {
  knowing('127.0.0.4', '127.0.0.5');

  expect(await asked('https://git.example/', `http://${NAME}:1`)).toMatch(
    /the proxy http:\/\/far\.example:1 cannot be used \(ECONNREFUSED\)\. Tried 127\.0\.0\.4 \(ECONNREFUSED\), 127\.0\.0\.5 \(ECONNREFUSED\)\./,
  );
});

test.each([
  ['localhost, first by IPv6, where nothing listens', () => `http://localhost:${portOf(plain)}/`, 'localhost'],
  ['localhost, over TLS', () => `https://localhost:${portOf(secure)}/`, 'localhost'],
  ['a name with the dot of the root', () => `http://${NAME}.:${portOf(plain)}/`, `${NAME}.`],
  ['a name with the dot of the root, over TLS', () => `https://${NAME}.:${portOf(secure)}/`, `${NAME}.`],
  ['a name in another script', () => `https://bücher.example:${portOf(secure)}/`, 'xn--bcher-kva.example'],
])('names: %s', async (_what, url, host) => {
  knowing('::1', '127.0.0.1');

  expect(await asked(url())).toBe(`hello, ${new URL(url()).host}`);
  expect(names).toEqual([host]);
});

test.each([
  ['http://[2001:db8::1]/', 'GET http://[2001:db8::1]/'],
  ['https://[2001:db8::1]/', 'CONNECT [2001:db8::1]:443'],
  [`https://${NAME}./`, `CONNECT ${NAME}.:443`],
])('a proxy is told %s as it is', async (url, told) => {
  expect(await asked(url, proxy.url)).toBe(`hello, ${new URL(url).host}`);
  expect(proxy.asked).toEqual([told]);
});

test.each(['http', 'https'])('a proxy that signs in by NTLM alone is told: %s', async (scheme) => {
  const strict = await listening(http.createServer());
  const refusal = 'HTTP/1.1 407 no\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
  strict.on('connect', (_request, socket: Socket) => void socket.end(refusal));
  strict.on('request', ({ socket }: http.IncomingMessage) => void socket.end(refusal));

  const said = await asked(`${scheme}://git.example/`, `http://user:secret@127.0.0.1:${portOf(strict)}`);
  strict.close();

  expect(said).toMatch(/requires a sign-in \(HTTP 407\), but offers none with user and password \(only NTLM\)/);
  expect(said).not.toContain('secret');
});

test.each([
  ['200 of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n', /^hello/],
  ['nothing that is HTTP', 'SSH-2.0-OpenSSH\r\n', /the proxy .* cannot be used \(HPE_/],
  ['a page', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\npage', /refuses \(HTTP 403\)/],
])('a proxy that answers a tunnel with %s', async (_what, answer, expected) => {
  const odd = await listening(
    createServer((socket) => {
      socket.once('data', () => {
        socket.write(answer);
        const onward = connect(portOf(secure), '127.0.0.1');
        onward.on('error', () => undefined);
        socket.pipe(onward).pipe(socket);
      });
    }),
  );

  expect(await asked(`https://${NAME}/`, `http://127.0.0.1:${portOf(odd)}`)).toMatch(expected);
  odd.close();
});

const HELLO = 'hello';
const BODY = Buffer.alloc(2 * 1024 * 1024, 'x');

test.each([
  ['without a length', 'HTTP/1.0 200 OK\r\n\r\n', HELLO],
  ['that closes', 'HTTP/1.1 200 OK\r\nconnection: CLOSE\r\nCONTENT-LENGTH: 5\r\n\r\n', HELLO],
  ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', ''],
])('an answer %s', async (_what, head, body) => {
  const server = await listening(createServer((socket) => void socket.once('data', () => socket.end(head + body))));

  expect(await asked(`http://127.0.0.1:${portOf(server)}/`)).toBe(HELLO);
  server.close();
});

test.each(['http', 'https'])(
  'an answer that comes before the body is sent is read, whatever follows: %s',
  async (scheme) => {
    const said = 'HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    const rude = (socket: Socket): void => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.pause();
          socket.write(said, () => socket.destroy());
        });
    };
    const files = certified(scratch.join(`rude-${scheme}`), ['127.0.0.1']);
    const server = await listening(scheme === 'http' ? createServer(rude) : tls.createServer(files, rude));
    const url = new URL(`${scheme}://127.0.0.1:${portOf(server)}/`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => put(url, readFileSync(files.authority, 'utf8'))),
    );
    server.close();

    expect(answers).toEqual(Array.from({ length: 20 }, () => `413 ${HELLO}`));
  },
);

async function put(url: URL, certificate: string): Promise<string> {
  const network = { proxyFor: () => undefined, certificates: [certificate] };
  const limits = { connect: 5_000, silence: 5_000 };
  const signal = new AbortController().signal;
  const settings = { server: url, location: url.href, network, userAgent: 'test', limits, signal };
  const client = new HttpClient(settings, noTraffic());
  const body = (async function* () {
    for (let at = 0; at < BODY.length; at += 65_536) {
      await new Promise(setImmediate);
      yield BODY.subarray(at, at + 65_536);
    }
  })();
  try {
    const answer = await client.send({ method: 'PUT', url, headers: {}, body, ownConnection: true });
    return `${answer.status} ${String(await readAtMost(client.content(answer), 100))}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.close();
  }
}
