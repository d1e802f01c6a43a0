import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HttpClient, type HttpRequest } from '../../src/protocol/http/client.js';
import { HTTP_LIMITS } from '../../src/protocol/limits/http.js';
import { noTraffic } from '../../src/protocol/wire/transport.js';

const SILENCE_MS = 400;
/** Far more than twice the time for silence, and far less than what any of these servers would need. */
const PATIENT_MS = 20_000;

let server: Server;
let client: HttpClient;
let behave: (socket: Socket) => void;
const sockets = new Set<Socket>();

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  client = new HttpClient(
    {
      server: url,
      location: url.href,
      network: { proxyFor: () => undefined, certificates: [] },
      userAgent: 'test',
      limits: { silence: SILENCE_MS, connect: 5_000 },
      signal: new AbortController().signal,
    },
    noTraffic(),
  );
});

afterEach(() => {
  client.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

function request(more: Partial<HttpRequest> = {}): HttpRequest {
  const { port } = server.address() as AddressInfo;
  return { method: 'GET', url: new URL(`http://127.0.0.1:${port}/a`), headers: {}, ...more };
}

/** Writes a piece again and again, until the connection is closed. */
function again(socket: Socket, piece: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(piece), everyMs);
  socket.once('close', () => clearInterval(timer));
}

describe('a server that goes on without coming to an end', () => {
  test('interim answers, as many as it can', async () => {
    behave = (socket) => again(socket.resume(), 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(50), 1);

    await expect(client.send(request())).rejects.toThrow(`more than ${HTTP_LIMITS.interimAnswers.value} times`);
  });

  test(
    'interim answers, one now and then',
    async () => {
      behave = (socket) => again(socket.resume(), 'HTTP/1.1 102 Processing\r\n\r\n', SILENCE_MS / 4);

      await expect(client.send(request())).rejects.toMatchObject({ kind: 'silent' });
    },
    PATIENT_MS,
  );

  test(
    'a header by the letter',
    async () => {
      behave = (socket) => {
        socket.resume().write('HTTP/1.1 200 OK\r\nX-Long: ');
        again(socket, 'x', SILENCE_MS / 10);
      };

      await expect(client.send(request())).rejects.toMatchObject({ kind: 'silent' });
    },
    PATIENT_MS,
  );

  test('headers by the thousand', async () => {
    behave = (socket) => {
      socket.resume().write('HTTP/1.1 200 OK\r\n');
      again(socket, 'X-More: 1\r\n'.repeat(100), 1);
    };

    await expect(client.send(request())).rejects.toThrow(/HPE_HEADER_OVERFLOW/);
  });

  test.each(['whole', 'beginning'] as const)(
    'a body by the letter, of which the %s is read',
    async (part) => {
      behave = (socket) => {
        socket.resume().write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        again(socket, '[', SILENCE_MS / 10);
      };
      const answer = await client.send(request());

      await expect(client[part](answer, 1024 * 1024)).rejects.toMatchObject({ kind: 'silent' });
    },
    PATIENT_MS,
  );

  test(
    'a body that it takes by the letter',
    async () => {
      behave = (socket) => {
        socket.pause();
        const timer = setInterval(() => void socket.read(1), SILENCE_MS / 10);
        socket.once('close', () => clearInterval(timer));
      };
      let sent = 0;
      const body = async function* (): AsyncGenerator<Buffer> {
        for (; sent < 1024; sent += 1) yield Buffer.alloc(64 * 1024);
      };

      await expect(client.send(request({ method: 'PUT', body: body() }))).rejects.toMatchObject({ kind: 'silent' });
      expect(sent).toBeLessThan(1024);
    },
    PATIENT_MS,
  );
});
