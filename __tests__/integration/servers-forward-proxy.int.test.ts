import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import type { Ended } from '../run.js';
import { certified, type Certified } from '../servers/authority.js';
import { ForwardProxy } from '../servers/forward-proxy.js';
import { GitHttpServer } from '../servers/git-http-server.js';

// The proxy that other tests rely on, tried with the real git.
const scratch = new Scratch();
let plain: GitHttpServer;
let secure: GitHttpServer;
let proxy: ForwardProxy;
let certificate: Certified;

beforeAll(async () => {
  certificate = certified(scratch.join('certificates'), ['github.com']);
  const repository = TestRepository.create(scratch.join('root', 'x.git'));
  repository.set({ 'refs/heads/main': repository.commits(2) });
  plain = await GitHttpServer.start(scratch.join('root'));
  secure = await GitHttpServer.start(scratch.join('root'), https.createServer(certificate));
});

beforeEach(async () => {
  proxy = await ForwardProxy.start();
  proxy.route('github.com', secure.port);
  proxy.route('github.com:80', plain.port);
});

afterEach(() => proxy.stop());

afterAll(async () => {
  await Promise.all([plain.stop(), secure.stop()]);
  scratch.remove();
});

async function list(url: string, proxyUrl = proxy.url): Promise<Ended> {
  const proxies = { https_proxy: proxyUrl, http_proxy: proxyUrl };
  const env = { ...isolatedGit(), ...proxies, GIT_SSL_CAINFO: certificate.authority };
  return new Promise((settle) => {
    execFile('git', ['ls-remote', url], { env }, (error, stdout, stderr) =>
      settle({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

describe('the proxy', () => {
  test('leads names to this machine: tunnels and plain requests', async () => {
    for (const scheme of ['https', 'http']) {
      const { code, stdout } = await list(`${scheme}://GitHub.com/x.git`);
      expect(code).toBe(0);
      expect(stdout).toContain('refs/heads/main');
    }
    expect(proxy.asked[0]).toMatch(/^CONNECT github\.com:443$/i);
    expect(proxy.asked[1]).toBe('GET http://GitHub.com/x.git/info/refs?service=git-upload-pack');
    expect(plain.requests[0]!.headers).toMatchObject({ host: 'github.com' });
    expect(plain.requests[0]!.headers).not.toHaveProperty('proxy-connection');
  });

  test.each(['https', 'http'])('refuses %s to a name without a route', async (scheme) => {
    expect((await list(`${scheme}://example.org/x.git`)).stderr).toContain('502');
  });

  test.each(['https', 'http'])('wants credentials for %s if it was given any', async (scheme) => {
    const strict = await ForwardProxy.start({ credentials: 'me:p:w/' });
    strict.route('github.com:443', secure.port);
    strict.route('github.com:80', plain.port);
    const url = `${scheme}://github.com/x.git`;
    expect((await list(url, strict.url)).stderr).toContain('407');
    expect(await list(url, strict.url.replace('//', '//me:p%3Aw%2F@'))).toMatchObject({ code: 0 });
    expect(plain.requests.at(-1)!.headers).not.toHaveProperty('proxy-authorization');
    await strict.stop();
  });

  test.each(['https', 'http'])('refuses %s with the status it is told to', async (scheme) => {
    proxy.behaviour.refuse = 403;
    expect((await list(`${scheme}://github.com/x.git`)).stderr).toContain('403');
  });

  test('cuts tunnels', async () => {
    proxy.behaviour.cutAfter = 100;
    expect(await list('https://github.com/x.git')).toMatchObject({ code: 128 });
  });

  test('says nothing until it is stopped', async () => {
    proxy.behaviour.silent = true;
    const listing = list('https://github.com/x.git');
    while (proxy.seen.length === 0) await sleep(20);
    await proxy.stop();
    expect(await listing).toMatchObject({ code: 128 });
    proxy = await ForwardProxy.start();
  });
});
