import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SshTransport } from '../../src/protocol/programs/ssh.js';
import type { Report } from '../../src/report/report.js';
import { CommandProcess, until } from '../command-process.js';
import { expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { findProgram, needed } from '../requires.js';
import { run, type Given, type Run } from '../run.js';
import { freePort } from '../servers/free-port.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';
import { makeKey, SshServer } from '../servers/ssh-server.js';
import { temporaryIn } from '../temporary.js';

const sshd = needed('sshd');
const LIMIT_MS = 30_000;
const TOKEN = 'a-token-that-nobody-may-see';

sshd.describe('over SSH', () => {
  let pair: MirroredPair;
  let server: SshServer;
  const open: { stop(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    pair = await MirroredPair.start();
    server = await SshServer.start(pair.scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
    open.push(server);
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    await pair.stop();
  }, LIMIT_MS);

  /** A server that does not let clients ask for protocol v2. */
  async function oldServer(): Promise<SshServer> {
    const started = await SshServer.start(pair.scratch.join('old-sshd'), { sshd: sshd.path, acceptsProtocol: false });
    open.push(started);
    return started;
  }

  function keys(given: Given = {}): Given {
    return { sshPrivateKey: server.privateKey, sshKnownHosts: server.knownHosts, ...given };
  }

  function secrets(of = server): Record<string, string> {
    return { PUSH_MIRROR_SSH_PRIVATE_KEY: of.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: of.knownHosts };
  }

  /** Puts programs before the real ones that write down how they are called, with which environment, and what keys. */
  function recorded(programs: readonly string[], then = '"$@"'): { PATH: string; file: string } {
    const folder = pair.scratch.join('recording');
    const file = pair.scratch.join('record');
    mkdirSync(folder);
    for (const name of programs) {
      const real = findProgram(name) ?? name;
      const script = [
        '#!/bin/sh',
        ...(name === 'ssh' && then !== '"$@"' ? [TELLS_VERSION] : []),
        'previous=',
        `for each; do [ "$previous" != -i ] || ls -lL "$each" >>'${file}'; previous=$each; done`,
        `{ echo "pid $$ runs ${name}"; printf '%s\\n' "$@"; env; } >>'${file}'`,
        then === '"$@"' ? `exec '${real}' "$@"` : then.replace('ssh', real),
        '',
      ];
      writeFileSync(join(folder, name), script.join('\n'), { mode: 0o755 });
    }
    return { PATH: `${folder}:${process.env.PATH ?? ''}`, file };
  }

  describe('with a server that accepts GIT_PROTOCOL', () => {
    test(
      'as a source: relayed over protocol v2, not copied',
      async () => {
        pair.target.set({ 'refs/heads/merged': pair.source.git(['rev-parse', `${pair.old}^`]) });

        const done = await run(server.url(pair.source.path), pair.url('target'), keys());

        expectMirrored(pair, done);
        expect(done.report.counts).toMatchObject({ created: 2, updated: 1, deleted: 1, forced: 0 });
        expect(done.lines.filter((line) => line.includes('copied to a temporary folder'))).toEqual([]);
        expect(server.log).toContain('Accepted publickey');
      },
      LIMIT_MS,
    );

    test(
      'as a target: mirrored, and the second time nothing is to do',
      async () => {
        expectMirrored(pair, await run(pair.url('source'), server.url(pair.target.path), keys()));

        const second = await run(pair.url('source'), server.url(pair.target.path), keys());

        expect(second.report.counts).toMatchObject({ unchanged: 3, created: 0, updated: 0, forced: 0 });
        expect(second.report.transfer.pack_bytes).toBe(0);
      },
      LIMIT_MS,
    );

    test(
      'as both, with megabytes to move',
      async () => {
        pair.grow(3 * 1024 * 1024);

        const done = await run(server.url(pair.source.path), server.url(pair.target.path), keys());

        expectMirrored(pair, done);
        expect(done.report.transfer.pack_bytes).toBeGreaterThan(3 * 1024 * 1024);
      },
      LIMIT_MS,
    );

    test(
      'keep-divergent-refs leaves alone what has diverged',
      async () => {
        const own = pair.target.commit([pair.old]);
        pair.target.set({ 'refs/heads/main': own });
        const given = keys({ keepDivergentRefs: 'true' });

        const { outcomes } = await run(server.url(pair.source.path), server.url(pair.target.path), given);

        expect(outcomes).toEqual({
          'refs/heads/main': 'diverged',
          'refs/heads/feature': 'created',
          'refs/tags/v1': 'created',
        });
        expect(pair.target.refs()['refs/heads/main']).toBe(own);
      },
      LIMIT_MS,
    );

    test(
      'in the scp form, as source and as target',
      async () => {
        // That form has no place for a port: the program that is called puts it in.
        const { PATH } = recorded(['ssh'], `exec ssh -p ${server.port} "$@"`);
        const knownHosts = server.knownHosts.replace(/^\S+/, `[127.0.0.1]:${server.port}`);
        const at = (path: string): string => `${userInfo().username}@127.0.0.1:${path}`;

        const { code, report, left } = await pair.command([at(pair.source.path), at(pair.target.path)], {
          ...secrets(),
          PUSH_MIRROR_SSH_KNOWN_HOSTS: knownHosts,
          PATH,
        });

        expectMirrored(pair, { report });
        expect({ code, left }).toEqual({ code: 0, left: [] });
      },
      LIMIT_MS,
    );
  });

  describe('with a server that does not accept GIT_PROTOCOL', () => {
    test(
      'as a source: copied to a temporary folder, which is gone afterwards',
      async () => {
        const old = await oldServer();

        const { code, report, left, stderr } = await pair.command(
          [old.url(pair.source.path), pair.target.path],
          secrets(old),
        );

        expectMirrored(pair, { report });
        expect(report.counts).toMatchObject({ created: 2, updated: 1, forced: 0 });
        expect(stderr).toContain('copied to a temporary folder');
        expect({ code, left }).toEqual({ code: 0, left: [] });
      },
      LIMIT_MS,
    );

    test(
      'as a target: mirrored',
      async () => {
        const old = await oldServer();
        pair.target.set({ 'refs/heads/merged': pair.source.git(['rev-parse', `${pair.old}^`]) });

        const done = await run(pair.url('source'), old.url(pair.target.path), {
          sshPrivateKey: old.privateKey,
          sshKnownHosts: old.knownHosts,
        });

        expectMirrored(pair, done);
        expect(done.report.counts).toMatchObject({ created: 2, updated: 1, deleted: 1 });
      },
      LIMIT_MS,
    );
  });

  describe.each(['source', 'target'] as const)('refused at the %s', (end) => {
    async function mirror(url: string, given: Given): Promise<Run> {
      return end === 'source' ? run(url, pair.url('target'), given) : run(pair.url('source'), url, given);
    }

    test(
      'a host key that is not known: no sign-in is tried',
      async () => {
        const url = server.url(pair[end].path);

        const failed = await mirror(url, keys({ sshKnownHosts: '# none' }));

        const remedy =
          /If the host's operator publishes this fingerprint, put the output of `ssh-keyscan -p \d+ 127\.0\.0\.1` into `ssh-known-hosts`/;
        expectFailed(pair, failed, { what: /key is not known/, where: url, remedy });
        expect(server.log).not.toContain('Accepted');
      },
      LIMIT_MS,
    );

    test(
      'a host key that is not the known one: no sign-in is tried',
      async () => {
        makeKey(pair.scratch.join('other'));
        const other = readFileSync(pair.scratch.join('other.pub'), 'utf8');
        const url = server.url(pair[end].path);

        const failed = await mirror(url, keys({ sshKnownHosts: `[127.0.0.1]:${server.port} ${other}` }));

        const remedy =
          /If the host's operator confirms this fingerprint, put the output of `ssh-keyscan -p \d+ 127\.0\.0\.1` in the place of the old lines in `ssh-known-hosts`/;
        expectFailed(pair, failed, { what: /key is not the known one, so no connection was made/, where: url, remedy });
        expect(server.log).not.toContain('Accepted');
      },
      LIMIT_MS,
    );

    test(
      'a key that may not sign in',
      async () => {
        makeKey(pair.scratch.join('other'));
        const sshPrivateKey = readFileSync(pair.scratch.join('other'), 'utf8');
        const url = server.url(pair[end].path);

        const failed = await mirror(url, keys({ sshPrivateKey }));

        const remedy = /Check that the public key of `ssh-private-key` is registered on the server/;
        expectFailed(pair, failed, { what: /the server does not accept the key/, where: url, remedy });
        expect(JSON.stringify(failed)).not.toContain(sshPrivateKey.split('\n')[2]);
      },
      LIMIT_MS,
    );

    test(
      'a key that is none',
      async () => {
        const url = server.url(pair[end].path);

        const refused = mirror(url, keys({ sshPrivateKey: 'this is no key' }));

        await expect(refused).rejects.toThrow(
          /^PUSH_MIRROR_SSH_PRIVATE_KEY is not a private key: a private key begins with -----BEGIN OPENSSH PRIVATE KEY-----, as ssh-keygen writes it\.$/,
        );
      },
      LIMIT_MS,
    );

    test(
      'no such repository',
      async () => {
        const url = server.url(pair.scratch.join('nothing.git'));

        const failed = await mirror(url, keys());

        expectFailed(pair, failed, { what: /there is no such repository/, where: url, remedy: /Check the path/ });
      },
      LIMIT_MS,
    );

    test(
      'a closed port',
      async () => {
        const url = `ssh://git@127.0.0.1:${await freePort()}/x.git`;

        const failed = await mirror(url, keys());

        expectFailed(pair, failed, { what: /the host refuses the connection/, where: url, remedy: /Check the URL/ });
      },
      LIMIT_MS,
    );

    test(
      'a server that accepts the connection and says nothing',
      async () => {
        const mute = net.createServer(() => undefined).listen(0, '127.0.0.1');
        await once(mute, 'listening');
        const sockets = new Set<net.Socket>();
        mute.on('connection', (socket) => sockets.add(socket));
        open.push({
          stop: () => {
            for (const socket of sockets) socket.destroy();
            return new Promise((closed) => mute.close(closed));
          },
        });
        const url = `ssh://git@127.0.0.1:${(mute.address() as net.AddressInfo).port}/x.git`;

        const failed = await mirror(url, keys({ timeout: '1' }));

        const what = /the host does not answer|the server sent nothing for 1 seconds/;
        expectFailed(pair, failed, { what, where: url, remedy: /Check the URL|raise `timeout`/ });
      },
      LIMIT_MS,
    );
  });

  test(
    'a target whose receive-pack dies in the middle of a push',
    async () => {
      mkdirSync(join(pair.target.path, 'hooks'), { recursive: true });
      writeFileSync(join(pair.target.path, 'hooks', 'pre-receive'), '#!/bin/sh\nkill -9 $PPID\n', { mode: 0o755 });
      const url = server.url(pair.target.path);

      const failed = await run(pair.url('source'), url, keys());

      expectFailed(pair, failed, { what: /ssh|the connection/, where: url, remedy: /Run the mirror again|Check / });
      expect(failed.report.counts).toMatchObject({ rejected: 3 });
    },
    LIMIT_MS,
  );

  describe('the secrets', () => {
    test(
      'are in a file without a name that only its owner may read, and nowhere else',
      async () => {
        // A source without protocol v2 is copied, so that git is called as well.
        pair.server.behaviour.protocolV2 = false;
        pair.server.behaviour.credentials = `user:${TOKEN}`;
        const { PATH, file } = recorded(['ssh', 'git']);

        const { code, report, left, stderr } = await pair.command([pair.url('source'), server.url(pair.target.path)], {
          ...secrets(),
          PUSH_MIRROR_SOURCE_USERNAME: 'user',
          PUSH_MIRROR_SOURCE_TOKEN: TOKEN,
          PATH,
        });

        expectMirrored(pair, { report });
        expect({ code, left }).toEqual({ code: 0, left: [] });
        const record = readFileSync(file, 'utf8');
        expect(record.match(/^pid \d+ runs (?:ssh|git)$/gm)?.length).toBeGreaterThan(1);
        expect(record).toMatch(/runs git$/m);
        const [keyFile, hostsFile] = ['-rw-------', '-rw-------'];
        expect(record.match(/^[-rwx]{10}(?=.*\/fd\/\d+$)/gm)).toEqual([keyFile, hostsFile]);
        const basic = Buffer.from(`user:${TOKEN}`).toString('base64');
        const lines = server.privateKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
        for (const secret of [TOKEN, basic, ...lines]) {
          expect(record).not.toContain(secret);
          expect(stderr + JSON.stringify(report)).not.toContain(secret);
        }
        expect(record).not.toContain('PUSH_MIRROR_');
      },
      LIMIT_MS,
    );

    test.each(['SIGTERM', 'SIGINT'] as const)(
      'are in no folder, also after %s in the middle of a run, and ssh is gone',
      async (signal) => {
        const temporary = pair.scratch.join('temporary');
        mkdirSync(temporary);
        const { PATH, file } = recorded(['ssh'], 'exec sleep 60');
        const args = ['--json', pair.url('source'), server.url(pair.target.path)];
        const command = new CommandProcess(args, { ...secrets(), PATH, TMPDIR: temporary });
        open.push({ stop: async () => command.signal('SIGKILL') });
        await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('GIT_TERMINAL_PROMPT'));
        expect(readdirSync(temporary)).toEqual([]);
        const stoppedAt = Date.now();

        command.signal(signal);
        const { code, stdout } = await command.ended;

        expect(Date.now() - stoppedAt).toBeLessThan(8_000);
        expect(code).toBe(1);
        expect((JSON.parse(stdout) as Report).last_error).toMatch(new RegExp(`stopped by ${signal}`));
        expect(readdirSync(temporary)).toEqual([]);
        const pid = Number(/^pid (\d+) runs ssh$/m.exec(readFileSync(file, 'utf8'))?.[1]);
        expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
      },
      LIMIT_MS,
    );

    test(
      'are gone when the other end fails while ssh is being prepared, and ssh is not started any more',
      async () => {
        const { PATH, file } = recorded(['ssh'], 'exit 255');
        const marker = `-----BEGIN marker ${pair.scratch.path}-----`;
        const prepare = (): SshTransport =>
          new SshTransport({
            host: '127.0.0.1',
            port: server.port,
            path: pair.target.path,
            location: server.url(pair.target.path),
            privateKey: marker,
            knownHosts: marker,
            publishedKeys: [],
            fingerprints: [],
            limits: { connect: 5000, silence: 5000 },
            signal: new AbortController().signal,
            environment: { PATH },
            temporary: temporaryIn(),
          });
        // Files are written and removed side by side: of so many, some meet in the worst order.
        const transports = Array.from({ length: 20 }, prepare);
        const advertised = transports.map(async (transport) => {
          const { packets } = await transport.advertise('git-receive-pack');
          return packets.next();
        });
        const ended = Promise.allSettled(advertised);

        await Promise.all(transports.map(async (transport) => transport.close()));

        expect(new Set((await ended).map(({ status }) => status))).toEqual(new Set(['rejected']));
        const left = foldersOfSsh().filter((folder) => holds(folder, marker));
        for (const folder of left) rmSync(folder, { recursive: true });
        expect(left).toEqual([]);
        // It may have been asked what it can read, but never for a connection.
        expect(existsSync(file) ? readFileSync(file, 'utf8') : '').not.toContain('git-receive-pack');
      },
      LIMIT_MS,
    );
  });
});

function foldersOfSsh(): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith('push-mirror-ssh-'))
    .map((name) => join(tmpdir(), name));
}

function holds(folder: string, text: string): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name), 'utf8').includes(text));
}
