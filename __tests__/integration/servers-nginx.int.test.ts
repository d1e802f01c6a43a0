import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { GitHttpServer } from '../servers/git-http-server.js';
import { Nginx, type NginxSettings } from '../servers/nginx.js';

const nginx = needed('nginx');
const SIGN_IN = 'user:pass word';
const OVER_LIMIT = 64 * 1024;

nginx.describe('nginx before a Git server', () => {
  let scratch: Scratch;
  let source: TestRepository;
  let target: TestRepository;
  let origin: GitHttpServer;
  const open: { stop(): Promise<void> }[] = [];

  beforeEach(async () => {
    scratch = new Scratch();
    source = TestRepository.create(scratch.join('source.git'));
    source.set({ 'refs/heads/main': source.commits(3) });
    target = TestRepository.create(scratch.join('target.git'));
    origin = await GitHttpServer.start(scratch.path);
    open.push(origin);
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    scratch.remove();
  });

  async function started(settings: Partial<NginxSettings> = {}): Promise<Nginx> {
    const upstream = origin.url('');
    const server = await Nginx.start(scratch.join('nginx'), {
      nginx: nginx.path,
      upstream,
      credentials: SIGN_IN,
      ...settings,
    });
    open.push(server);
    return server;
  }

  test('passes a push and a fetch on, over TLS and signed in', async () => {
    const server = await started();

    const pushed = await push(server, signedIn(server.url('target.git')));

    expect(pushed).toMatchObject({ code: 0 });
    expect(target.refs()).toEqual(source.refs());
    const copy = TestRepository.create(scratch.join('copy.git'));
    const fetched = await gitThrough(server, copy, ['fetch', signedIn(server.url('target.git')), 'main:main']);
    expect(fetched).toMatchObject({ code: 0 });
    expect(copy.refs()).toEqual(source.refs());
    expect(server.answered).toContain('GET /target.git/info/refs 401');
    expect(server.answered).toContain('POST /target.git/git-receive-pack 200');
    expect(server.errors.join('\n')).not.toContain('[emerg]');
  });

  test('turns away whoever does not sign in, and whoever does not trust its authority', async () => {
    const server = await started();

    expect((await push(server, server.url('target.git'))).said).toContain('could not read Username');
    expect((await push(server, signedIn(server.url('target.git')), '/dev/null')).said).toMatch(/certificate/);
    expect(target.refs()).toEqual({});
    expect(origin.asked).toEqual([]);
  });

  test.each([true, false])('answers 413 to what is too large (requests buffered: %s)', async (buffersRequests) => {
    const server = await started({ maxBody: '32k', buffersRequests });
    source.set({ 'refs/heads/main': source.commit([], randomBytes(OVER_LIMIT).toString('base64')) });

    const pushed = await push(server, signedIn(server.url('target.git')));

    expect(pushed.code).not.toBe(0);
    expect(pushed.said).toContain('413');
    expect(target.refs()).toEqual({});
    expect(server.answered).toContain('POST /target.git/git-receive-pack 413');
  });

  test('leaves no process behind', async () => {
    const server = await started();

    await server.stop();

    await expect(fetch(server.url(''))).rejects.toThrow('fetch failed');
  });

  function push(server: Nginx, url: string, ca = server.ca): Promise<Done> {
    return gitThrough(server, source, ['push', '--mirror', url], ca);
  }
});

interface Done {
  readonly code: number | null;
  readonly said: string;
}

/** Runs real git, but not by the synchronous `git()`: this very process serves what nginx passes on. */
function gitThrough({ ca }: Nginx, { path }: TestRepository, args: readonly string[], trusted = ca): Promise<Done> {
  const child = spawn('git', ['-C', path, ...args], {
    env: { ...isolatedGit(), GIT_SSL_CAINFO: trusted },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((settle) => child.once('close', (code) => settle({ code, said })));
}

function signedIn(url: string): string {
  return url.replace('https://', `https://${encodeURIComponent(SIGN_IN).replace('%3A', ':')}@`);
}
