import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { Scratch, TestRepository } from '../repositories/git.js';
import { runBundle, type Ended } from '../run.js';
import { certified } from '../servers/authority.js';
import { selfSigned } from '../servers/certificate.js';

const TOKEN = 'a-token-that-nobody-may-see-0815';
const scratch = new Scratch();
const servers: tls.Server[] = [];
let source: string;
/** Requests that a server was sent, by their sign-in. */
let asked: (string | undefined)[];

const note: RequestListener = ({ headers }, response) => {
  asked.push(headers.authorization);
  response.writeHead(404).end();
};

async function portOf(server: tls.Server): Promise<number> {
  servers.push(server);
  server.on('tlsClientError', () => undefined).on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function mirror(target: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
  return runBundle('cli', [source, target, '--timeout', '10'], { PUSH_MIRROR_TARGET_TOKEN: TOKEN, ...environment });
}

beforeAll(() => {
  const repository = TestRepository.create(scratch.join('source.git'));
  repository.set({ 'refs/heads/main': repository.commits(1) });
  source = repository.path;
});

beforeEach(() => {
  asked = [];
});

afterAll(() => {
  for (const server of servers) server.close();
  scratch.remove();
});

const OFF = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

test('certificates are checked with NODE_TLS_REJECT_UNAUTHORIZED=0, too', async () => {
  const port = await portOf(https.createServer(selfSigned(scratch.join('.')), note));

  const { code, stdout } = await mirror(`https://127.0.0.1:${port}/x.git`, OFF);

  expect([code, asked]).toEqual([1, []]);
  expect(stdout).toContain("the server's certificate is not trusted");
});

test('that of a proxy is checked, too', async () => {
  const server = https.createServer(selfSigned(scratch.join('.')), note);
  server.on('connect', (request) => asked.push(request.headers['proxy-authorization']));
  const proxy = `https://me:${TOKEN}@127.0.0.1:${await portOf(server)}`;

  const { code } = await mirror('https://git.example/x.git', { ...OFF, HTTPS_PROXY: proxy });

  expect([code, asked]).toEqual([1, []]);
});

test.each([
  ['version', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } as const, '--tls-min-v1.0'],
  ['cipher', { ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const, ''],
])('NODE_OPTIONS allow no weak %s of TLS', async (_what, weak, options) => {
  const certificate = certified(scratch.join(_what), ['127.0.0.1']);
  const port = await portOf(https.createServer({ ciphers: 'ALL:@SECLEVEL=0', ...certificate, ...weak }, note));

  const { code, stdout } = await mirror(`https://127.0.0.1:${port}/x.git`, {
    NODE_OPTIONS: `--tls-cipher-list=ALL:eNULL:@SECLEVEL=0 ${options}`,
    NODE_EXTRA_CA_CERTS: certificate.authority,
  });

  expect([code, asked]).toEqual([1, []]);
  expect(stdout).toMatch(/no secure connection could be made|the connection broke/);
});

test.each([
  ['cli', 'http'],
  ['cli', 'HTT*,fs'],
  ['cli', '*'],
  ['action', 'https,http'],
] as const)('the %s refuses to run with NODE_DEBUG=%s', async (bundle, parts) => {
  const { cert, key } = certified(scratch.join(`debug-${bundle}-${parts.length}`), ['127.0.0.1']);
  const url = `https://127.0.0.1:${await portOf(https.createServer({ cert, key }, note))}/x.git`;
  const inputs = { 'INPUT_TARGET-URL': url, 'INPUT_SOURCE-URL': source, INPUT_TOKEN: TOKEN };

  const { code, stdout, stderr } = await runBundle(bundle, bundle === 'cli' ? [source, url] : [], {
    ...(bundle === 'cli' ? { PUSH_MIRROR_TARGET_TOKEN: TOKEN } : inputs),
    NODE_DEBUG: parts,
  });

  expect([code, asked]).toEqual([bundle === 'action' ? 1 : 2, []]);
  expect(stdout + stderr).toContain('unset NODE_DEBUG');
});

test('debug output of parts that hold no secrets is allowed', async () => {
  const authority = certified(scratch.join('fs'), ['127.0.0.1']);
  const port = await portOf(https.createServer(authority, note));
  const environment = { NODE_DEBUG: 'fs,mine', NODE_EXTRA_CA_CERTS: authority.authority };

  expect((await mirror(`https://127.0.0.1:${port}/x.git`, environment)).code).toBe(1);
  expect(asked.length).toBeGreaterThan(0);
});
