import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import https from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { basename } from 'node:path';
import tls from 'node:tls';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { runBundle, type Ended } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { ForwardProxy } from '../servers/forward-proxy.js';

const { describe } = needed('openssl');
const scratch = new Scratch();
const servers: tls.Server[] = [];
/** Servers that were sent a request: each has an authority of its own. */
const asked = new Set<string>();
/** An authority that Node.js trusts by itself, one that is given, and one that nobody knows. */
const AUTHORITIES = ['usual', 'given', 'unknown'] as const;
type Authority = (typeof AUTHORITIES)[number];
let certificates: Record<Authority, Certified>;
let urls: Record<Authority, string>;
let source: string;

async function portOf(server: tls.Server): Promise<number> {
  servers.push(server.on('tlsClientError', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serverOf(authority: Authority): Promise<string> {
  const server = https.createServer(certificates[authority], (_request, response) => {
    asked.add(authority);
    response.writeHead(404).end();
  });
  return `https://127.0.0.1:${await portOf(server)}/x.git`;
}

beforeAll(async () => {
  const repository = TestRepository.create(scratch.join('source.git'));
  repository.set({ 'refs/heads/main': repository.commits(1) });
  source = repository.path;
  const made = AUTHORITIES.map((name) => [name, certified(scratch.join(name), ['127.0.0.1', 'git.example'])] as const);
  certificates = Object.fromEntries(made) as typeof certificates;
  const started = AUTHORITIES.map(async (name) => [name, await serverOf(name)] as const);
  urls = Object.fromEntries(await Promise.all(started)) as typeof urls;
});

afterAll(() => {
  for (const server of servers) server.close();
  scratch.remove();
});

beforeEach(() => asked.clear());

/** By name of a Node.js: its path. CI has both. */
const NODES: readonly (readonly [string, string])[] = [
  ['this Node.js', process.execPath],
  ...(process.env.NODE24 === undefined ? [] : ([['Node.js 24', process.env.NODE24]] as const)),
];

/** Ways by which Node.js trusts an authority by itself; the paths start at the folder of the authority's certificate. */
const WAYS: Readonly<Record<string, (path: string) => Readonly<Record<string, string>>>> = {
  NODE_EXTRA_CA_CERTS: (path) => ({ NODE_EXTRA_CA_CERTS: path }),
  'a relative NODE_EXTRA_CA_CERTS': (path) => ({ NODE_EXTRA_CA_CERTS: basename(path) }),
  '--use-openssl-ca': (path) => ({ NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: path }),
  'both of these': (path) => ({ NODE_OPTIONS: '--use-openssl-ca', NODE_EXTRA_CA_CERTS: path }),
};

// A Node.js without the option refuses to start.
const NEW_WAYS: typeof WAYS = {
  '--use-system-ca': (path) => ({ NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: path }),
  NODE_USE_SYSTEM_CA: (path) => ({ NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: path }),
};

const CASES = NODES.flatMap(([name, node]) =>
  Object.entries({ ...WAYS, ...(name === 'Node.js 24' ? NEW_WAYS : {}) }).map(
    ([way, environment]) => [name, way, { node, environment }] as const,
  ),
);

function mirror(targets: readonly string[], args: readonly string[], node: string, environment = {}): Promise<Ended> {
  const list = JSON.stringify(targets.map((url) => ({ url })));
  const folder = scratch.join('usual');
  return runBundle('cli', [source, '--mirrors', list, '--timeout', '10', ...args], environment, { node, folder });
}

describe('what Node.js trusts by itself', () => {
  test.each(CASES)('%s trusts by %s, also beside ca-certificate', async (_name, _way, { node, environment }) => {
    const { usual, given } = certificates;
    const variables = environment(usual.authority);

    await mirror(Object.values(urls), [], node, variables);
    expect([...asked]).toEqual(['usual']);

    asked.clear();
    const { stdout } = await mirror(Object.values(urls), ['--ca-certificate', given.authority], node, variables);
    expect([...asked].sort()).toEqual(['given', 'usual']);
    expect(stdout).toContain("the server's certificate is not trusted");
  });

  test.each(NODES)('%s trusts nobody else, also not what is broken', async (_name, node) => {
    const variables = { NODE_EXTRA_CA_CERTS: source };

    await mirror(Object.values(urls), ['--ca-certificate', certificates.given.authority], node, variables);

    expect([...asked]).toEqual(['given']);
  });

  test.each(NODES)('%s trusts both in a tunnel of a proxy over TLS', async (_name, node) => {
    const proxy = await ForwardProxy.start();
    const front = tls.createServer(certificates.given, (socket) => {
      const onward = connect(proxy.port, '127.0.0.1').on('error', () => socket.destroy());
      socket
        .on('error', () => onward.destroy())
        .pipe(onward)
        .pipe(socket);
    });
    const variables = {
      HTTPS_PROXY: `https://127.0.0.1:${await portOf(front)}`,
      NODE_EXTRA_CA_CERTS: certificates.usual.authority,
    };
    proxy.route('git.example:443', Number(new URL(urls.usual).port));
    const args = ['--ca-certificate', certificates.given.authority];

    await mirror(['https://git.example/x.git'], args, node, variables);
    expect([...asked]).toEqual(['usual']);

    const refused = await mirror(['https://git.example/x.git'], [], node, variables);
    await proxy.stop();
    expect(refused.stdout).toContain(`the certificate of the proxy ${variables.HTTPS_PROXY} is not trusted`);
  });

  test.each(['https://git.example/x.git', 'http://git.example/x.git'])(
    'a proxy without TLS that is named with https is told, for %s',
    async (url) => {
      const proxy = await ForwardProxy.start();
      const shown = `https://127.0.0.1:${proxy.port}`;

      const { stdout } = await mirror([url], ['--allow-insecure-http'], process.execPath, {
        HTTPS_PROXY: shown,
        HTTP_PROXY: shown,
      });
      await proxy.stop();

      const variable = url.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
      expect(stdout).toContain(`no secure connection could be made to the proxy ${shown} (`);
      expect(stdout).toContain(`Check ${variable}: most proxies are named with http://`);
    },
  );
});
