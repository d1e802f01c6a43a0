import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { FLUSH, lineOf } from '../../src/protocol/wire/pkt-line.js';
import { SshTransport, type SshSettings } from '../../src/protocol/programs/ssh.js';
import { CommandProcess, until } from '../command-process.js';
import { expectFailed, expectMirrored, MirroredPair, type CommandRun } from '../mirrored-pair.js';
import { Scratch } from '../repositories/git.js';
import { findProgram, needed } from '../requires.js';
import { run, type Given } from '../run.js';
import { freePort } from '../servers/free-port.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';
import { fingerprintOf, makeKey, SshServer } from '../servers/ssh-server.js';
import { temporaryIn } from '../temporary.js';

const sshd = needed('sshd');
const LIMIT_MS = 30_000;
const NOT_KNOWN = /the host's key is not known, so no connection was made\./;
const CHANGED = /the host's key is not the known one, so no connection was made: the host has a new key, or somebody/;
const SOMEBODY_BETWEEN = /the host's key is none of the keys that \S+ publishes, .* somebody may intercept it\./;

/** The user's own SSH folder, and an `ssh` that takes it for the one of the account: the real one asks the system. */
class OwnFolder {
  readonly path: string;
  readonly #log: string;
  readonly #programs: string;

  constructor(scratch: Scratch) {
    const home = scratch.join('home');
    this.path = join(home, '.ssh');
    this.#log = scratch.join('calls');
    this.#programs = scratch.join('programs');
    mkdirSync(home);
    mkdirSync(this.#programs);
    writeFileSync(this.#log, '');
    const script = [
      '#!/bin/sh',
      TELLS_VERSION,
      `{ echo "pid $$"; printf '%s\\n' "$@"; } >>'${this.#log}'`,
      'left=$#',
      'while [ $left -gt 0 ]; do',
      `  case $1 in UserKnownHostsFile=*) set -- "$@" "$(printf %s "$1" | sed 's|~|${home}|g')" ;; *) set -- "$@" "$1" ;; esac`,
      '  shift; left=$((left - 1))',
      'done',
      `[ ! -e '${this.path}/config' ] || set -- -F '${this.path}/config' "$@"`,
      `exec '${findProgram('ssh') ?? 'ssh'}' "$@"`,
    ];
    writeFileSync(join(this.#programs, 'ssh'), `${script.join('\n')}\n`, { mode: 0o755 });
  }

  /** What a child process sees of it. */
  get environment(): Record<string, string> {
    return { HOME: dirname(this.path), PATH: `${this.#programs}:${process.env.PATH ?? ''}` };
  }

  /** What `ssh` was called with. */
  get calls(): string {
    return readFileSync(this.#log, 'utf8');
  }

  write(name: string, content: string): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeFileSync(join(this.path, name), content, { mode: 0o600 });
  }

  /** Its files, and those of the account that the tests run under: name, time and content. */
  snapshot(): unknown {
    return [this.path, join(userInfo().homedir, '.ssh')].map((folder) => (existsSync(folder) ? files(folder) : 'none'));
  }
}

function files(folder: string): (readonly [string, number, string])[] {
  return readdirSync(folder).map((name) => {
    const stat = statSync(join(folder, name));
    return [name, stat.mtimeMs, stat.isFile() ? readFileSync(join(folder, name), 'latin1') : ''];
  });
}

sshd.describe('SSH hosts and keys', () => {
  const ofServer = new Scratch();
  let server: SshServer;
  let pair: MirroredPair;
  let own: OwnFolder;
  const open: { stop(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    const home = ofServer.join('home');
    mkdirSync(home);
    const settings = { sshd: sshd.path, acceptsProtocol: true, home, logLevel: 'DEBUG' } as const;
    server = await SshServer.start(ofServer.join('sshd'), settings);
  }, LIMIT_MS);

  afterAll(async () => {
    await server.stop();
    ofServer.remove();
  }, LIMIT_MS);

  beforeEach(async () => {
    pair = await MirroredPair.start();
    own = new OwnFolder(pair.scratch);
    server.forgetLog();
  }, LIMIT_MS);

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.stop()));
    await pair.stop();
  }, LIMIT_MS);

  const target = (): string => server.url(pair.target.path);

  function keys(given: Given = {}): Given {
    return { sshPrivateKey: server.privateKey, sshKnownHosts: server.knownHosts, ...given };
  }

  function secrets(): { PUSH_MIRROR_SSH_PRIVATE_KEY: string; PUSH_MIRROR_SSH_KNOWN_HOSTS: string } {
    return { PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts };
  }

  /** Runs the command as a user would who has the folder {@link own}. */
  async function mirrorToTarget(environment: Readonly<Record<string, string>> = {}): Promise<CommandRun> {
    return pair.command([pair.url('source'), target()], { ...own.environment, ...environment });
  }

  function newKey(name = 'other'): { privateKey: string; publicKey: string; fingerprint: string } {
    const path = pair.scratch.join(name);
    makeKey(path);
    const publicKey = readFileSync(`${path}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
    return { privateKey: readFileSync(path, 'utf8'), publicKey, fingerprint: fingerprintOf(`${path}.pub`) };
  }

  /** The fingerprints of the keys that clients offered to sign in with, in order, each once. */
  function offeredKeys(): string[] {
    const lines = server.log.matchAll(/(?:public key|pkblob|Accepted publickey|Failed publickey) .*?(SHA256:\S+)/g);
    return [...new Set([...lines].map(([, fingerprint = '']) => fingerprint))];
  }

  /** The first refs that a server tells over a transport with settings of its own. */
  async function firstLine(settings: Partial<SshSettings>, of = server): Promise<string> {
    const transport = new SshTransport({
      host: '127.0.0.1',
      port: of.port,
      user: userInfo().username,
      path: pair.target.path,
      location: of.url(pair.target.path),
      privateKey: of.privateKey,
      publishedKeys: [],
      fingerprints: [],
      limits: { connect: 5000, silence: 10_000 },
      signal: new AbortController().signal,
      environment: own.environment,
      temporary: temporaryIn(),
      ...settings,
    });
    try {
      const { packets } = await transport.advertise('git-receive-pack');
      const first = await packets.next();
      return Buffer.isBuffer(first) ? lineOf(first) : String(first === FLUSH);
    } finally {
      await transport.close();
    }
  }

  const anyRef = /^[0-9a-f]{40} refs\//;

  describe('a key as users paste it', () => {
    test.each([
      ['with CRLF, without its last newline', (key: string) => key.trimEnd().replaceAll('\n', '\r\n')],
      ['with \\n as text, in quotes', (key: string) => `"${key.replaceAll('\n', '\\n')}"`],
      ['in one line with spaces', (key: string) => key.replaceAll('\n', ' ')],
      ['in base64', (key: string) => Buffer.from(key).toString('base64')],
    ])(
      '%s signs in',
      async (_state, paste) => {
        const done = await run(pair.url('source'), target(), keys({ sshPrivateKey: paste(server.privateKey) }));

        expectMirrored(pair, done);
        expect(server.log).toContain('Accepted publickey');
      },
      LIMIT_MS,
    );

    test.each([
      ['rsa in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
      ['ecdsa in PKCS8', ['-t', 'ecdsa', '-m', 'PKCS8']],
    ])(
      'of the kind %s signs in',
      async (_kind, options) => {
        const path = pair.scratch.join('key');
        makeKey(path, options);
        server.authorize(readFileSync(`${path}.pub`, 'utf8'));

        const sshPrivateKey = readFileSync(path, 'utf8').replaceAll('\n', '\\r\\n');

        expectMirrored(pair, await run(pair.url('source'), target(), keys({ sshPrivateKey })));
        expect(offeredKeys()).toEqual([fingerprintOf(`${path}.pub`)]);
      },
      LIMIT_MS,
    );

    test(
      'of Ed25519 in PKCS8, which ssh reads since 9.6 only, signs in',
      async () => {
        const { privateKey } = generateKeyPairSync('ed25519');
        const raw = Buffer.from(privateKey.export({ format: 'jwk' }).x ?? '', 'base64url');
        const head = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
        server.authorize(`ssh-ed25519 ${Buffer.concat([head, raw]).toString('base64')}`);
        const sshPrivateKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

        expectMirrored(pair, await run(pair.url('source'), target(), keys({ sshPrivateKey })));
      },
      LIMIT_MS,
    );

    test(
      'of which one character was changed: the message says that ssh could not use it, and shows nothing of it',
      async () => {
        const lines = server.privateKey.split('\n');
        const changed = lines.with(4, (lines[4] ?? '').replace(/^.{8}/, 'AAAAAAAA')).join('\n');

        const failed = await run(pair.url('source'), target(), keys({ sshPrivateKey: changed }));

        const remedy = /The private key in `ssh-private-key` is damaged: copy the whole file again/;
        expectFailed(pair, failed, {
          what: /the server knows the key, but ssh could not sign with it/,
          where: target(),
          remedy,
        });
        expect(failed.report.last_error).not.toContain((lines[4] ?? '').slice(10, 30));
      },
      LIMIT_MS,
    );

    test(
      'is written anew for every run, and serves both ends at the same time',
      async () => {
        const ends = [server.url(pair.source.path), target()];

        const first = await pair.command(ends, { ...own.environment, ...secrets() });
        const second = await pair.command(ends, { ...own.environment, ...secrets() });

        expectMirrored(pair, first);
        expect(first.report.counts).toMatchObject({ created: 2, updated: 1 });
        expect(second.report.counts).toMatchObject({ unchanged: 3, created: 0, updated: 0 });
        expect([first.left, second.left]).toEqual([[], []]);
        const files = [...own.calls.matchAll(/^IdentityFile="(.*)"$/gm)].map(([, file = '']) => file);
        expect(new Set(files).size).toBeGreaterThan(2);
        expect(files.filter((file) => existsSync(file))).toEqual([]);
      },
      LIMIT_MS,
    );
  });

  describe('the path', () => {
    const odd = 'it\'s a !repo $HOME `x` "y".git';

    test(
      'after a ~ is one in the home folder there',
      async () => {
        symlinkSync(pair.target.path, ofServer.join('home', 'mine.git'));
        const url = server.url('/~/mine.git');

        expectMirrored(pair, await run(pair.url('source'), url, keys()));
      },
      LIMIT_MS,
    );

    test(
      'is what the server gets, whatever its characters mean to a shell',
      async () => {
        symlinkSync(pair.target.path, ofServer.join(odd));
        const url = server.url(encodeURI(ofServer.join(odd)));

        expectMirrored(pair, await run(pair.url('source'), url, keys()));
      },
      LIMIT_MS,
    );
  });

  describe("the user's own folder", () => {
    test.each([
      ['is not made where there is none', () => undefined],
      [
        'keeps every file as it is',
        (folder: OwnFolder) => {
          folder.write('config', 'StrictHostKeyChecking no\nUpdateHostKeys yes\nHashKnownHosts yes\n');
          folder.write('known_hosts', '');
        },
      ],
    ])(
      '%s, whether the host is known or not',
      async (_title, prepare) => {
        prepare(own);
        const before = own.snapshot();

        expectMirrored(pair, await mirrorToTarget(secrets()));
        const unknown = await mirrorToTarget({ PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey });

        expect(unknown.report.last_error).toMatch(NOT_KNOWN);
        expect(own.snapshot()).toEqual(before);
      },
      LIMIT_MS,
    );

    test(
      'tells the host keys where none are given',
      async () => {
        own.write('known_hosts', `${server.knownHosts}\n`);
        const before = own.snapshot();

        expectMirrored(pair, await mirrorToTarget({ PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey }));
        expect(own.snapshot()).toEqual(before);
      },
      LIMIT_MS,
    );

    test.each([
      ['known_hosts', (folder: OwnFolder) => folder.write('known_hosts', `${server.knownHosts}\n`)],
      ['known_hosts2', (folder: OwnFolder) => folder.write('known_hosts2', `${server.knownHosts}\n`)],
    ])(
      'tells no host keys (by %s) where some are given',
      async (_way, prepare) => {
        prepare(own);
        const PUSH_MIRROR_SSH_KNOWN_HOSTS = `[127.0.0.1]:${server.port} ${newKey().publicKey}`;

        const failed = await mirrorToTarget({ ...secrets(), PUSH_MIRROR_SSH_KNOWN_HOSTS });

        expectFailed(pair, failed, { what: CHANGED, where: target(), remedy: /ssh-keyscan/ });
        expect(server.log).not.toContain('Accepted');
      },
      LIMIT_MS,
    );

    test(
      'has a key of its own tried only after the one that is given',
      async () => {
        const { privateKey, publicKey } = newKey('own');
        server.authorize(publicKey);
        own.write('id_own', privateKey);
        own.write('config', `IdentityFile ${join(own.path, 'id_own')}\n`);
        const given = newKey('given');
        server.authorize(given.publicKey);

        const done = await mirrorToTarget({ ...secrets(), PUSH_MIRROR_SSH_PRIVATE_KEY: given.privateKey });

        expectMirrored(pair, done);
        expect(offeredKeys()).toEqual([given.fingerprint]);
      },
      LIMIT_MS,
    );

    test(
      'tells which key signs in where none is given',
      async () => {
        const { privateKey, publicKey } = newKey('own');
        server.authorize(publicKey);
        own.write('id_own', privateKey);
        own.write('config', `IdentityFile ${join(own.path, 'id_own')}\nIdentitiesOnly yes\n`);
        own.write('known_hosts', `${server.knownHosts}\n`);

        expectMirrored(pair, await mirrorToTarget());
      },
      LIMIT_MS,
    );
  });

  describe('an unknown host key', () => {
    test(
      'is shown with its fingerprint, and following the remedy makes it known',
      async () => {
        const failed = await run(pair.url('source'), target(), keys({ sshKnownHosts: '# none' }));

        const remedy = /put the output of `(.*)` into `ssh-known-hosts`/;
        expectFailed(pair, failed, { what: NOT_KNOWN, where: target(), remedy });
        expect(failed.report.last_error).toContain(` It offers ssh-ed25519 ${server.fingerprints[0]}. `);
        const [, command = ''] = remedy.exec(failed.report.last_error ?? '') ?? [];
        expect(command).toBe(`ssh-keyscan -p ${server.port} 127.0.0.1`);

        const sshKnownHosts = execFileSync('/bin/sh', ['-c', `${command} 2>&1`], { encoding: 'utf8' });

        expectMirrored(pair, await run(pair.url('source'), target(), keys({ sshKnownHosts })));
      },
      LIMIT_MS,
    );

    test(
      'in the place of the known one: the fingerprint is shown, and nothing is sent',
      async () => {
        const { publicKey } = newKey();
        const sshKnownHosts = `[127.0.0.1]:${server.port} ${publicKey}`;

        const failed = await run(pair.url('source'), target(), keys({ sshKnownHosts }));

        expectFailed(pair, failed, {
          what: CHANGED,
          where: target(),
          remedy:
            /If the host's operator confirms this fingerprint, .* in the place of the old lines in `ssh-known-hosts`/,
        });
        expect(failed.report.last_error).toContain(`It offers ssh-ed25519 ${server.fingerprints[0]}.`);
        expect(offeredKeys()).toEqual([]);
      },
      LIMIT_MS,
    );
  });

  describe('a host that publishes its keys', () => {
    test(
      'is believed when it shows one of them',
      async () => {
        expect(await firstLine({ publishedKeys: [server.knownHosts], knownHosts: '' })).toMatch(anyRef);
      },
      LIMIT_MS,
    );

    test(
      'and shows another: somebody may stand between',
      async () => {
        const publishedKeys = [`host.example,[127.0.0.1]:${server.port} ${newKey().publicKey}`];

        const refused = firstLine({ publishedKeys });

        await expect(refused).rejects.toMatchObject({
          kind: 'host-key',
          location: target(),
          detail: expect.stringMatching(SOMEBODY_BETWEEN),
          remedy: expect.stringMatching(
            /Look for this key on the host's own website\. Put the key into `ssh-known-hosts` only if/,
          ),
        });
        await expect(refused).rejects.toThrow(`It offers ssh-ed25519 ${server.fingerprints[0]}.`);
        expect(offeredKeys()).toEqual([]);
      },
      LIMIT_MS,
    );

    test(
      'is known by its name in any case of letters',
      async () => {
        const publishedKeys = [`[localhost]:${server.port} ${newKey().publicKey}`];

        await expect(firstLine({ host: 'LOCALHOST', publishedKeys })).rejects.toThrow(SOMEBODY_BETWEEN);
      },
      LIMIT_MS,
    );

    test(
      "and shows another that the user's lines hold is believed",
      async () => {
        const publishedKeys = [`[127.0.0.1]:${server.port} ${newKey().publicKey}`];

        expect(await firstLine({ publishedKeys, knownHosts: server.knownHosts })).toMatch(anyRef);
      },
      LIMIT_MS,
    );
  });

  describe('a host that publishes fingerprints only, as CodeCommit does', () => {
    const types = ['rsa', 'ecdsa', 'ed25519'];
    let several: SshServer;

    beforeAll(async () => {
      const settings = { sshd: sshd.path, acceptsProtocol: true, hostKeys: types, logLevel: 'DEBUG' } as const;
      several = await SshServer.start(ofServer.join('several'), settings);
    }, LIMIT_MS);

    afterAll(async () => several.stop(), LIMIT_MS);

    test(
      'is asked for its keys, and believed when one has the fingerprint',
      async () => {
        expect(await firstLine({ fingerprints: server.fingerprints, knownHosts: '' })).toMatch(anyRef);
      },
      LIMIT_MS,
    );

    test(
      'and shows another key: somebody may stand between',
      async () => {
        const refused = firstLine({ fingerprints: [newKey().fingerprint] });

        await expect(refused).rejects.toMatchObject({
          kind: 'host-key',
          detail: expect.stringMatching(SOMEBODY_BETWEEN),
        });
        await expect(refused).rejects.toThrow(`It offers ssh-ed25519 ${server.fingerprints[0]}.`);
        expect(offeredKeys()).toEqual([]);
      },
      LIMIT_MS,
    );

    test.each([
      ['rsa', /^rsa-sha2-/],
      ['ecdsa', /^ecdsa-sha2-/],
      ['ed25519', /^ssh-ed25519$/],
    ])(
      'and has several keys is believed by the published one alone, here %s',
      async (type, algorithm) => {
        several.forgetLog();
        const fingerprints = several.fingerprints.filter((_fingerprint, at) => types[at] === type);

        expect(await firstLine({ fingerprints, knownHosts: '' }, several)).toMatch(anyRef);
        const used = [...several.log.matchAll(/kex: host key algorithm: (\S+)/g)].map(([, name]) => name);
        expect(used.at(-1)).toMatch(algorithm);
      },
      LIMIT_MS,
    );

    test(
      "and shows another that the user's lines hold is believed",
      async () => {
        const fingerprints = [newKey().fingerprint];

        expect(await firstLine({ fingerprints, knownHosts: server.knownHosts })).toMatch(anyRef);
      },
      LIMIT_MS,
    );

    test(
      'but cannot be asked for its key is not said to be somebody else',
      async () => {
        const { PATH = '' } = own.environment;
        writeFileSync(join(PATH.split(':')[0] ?? '', 'ssh-keyscan'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });

        const refused = firstLine({ fingerprints: server.fingerprints, knownHosts: '' });

        await expect(refused).rejects.toThrow(/could not get the key of the host/);
        await expect(refused).rejects.not.toThrow(/somebody may intercept it/);
      },
      LIMIT_MS,
    );

    test(
      'but does not listen cannot be reached',
      async () => {
        const refused = firstLine({ fingerprints: server.fingerprints, port: await freePort() });

        await expect(refused).rejects.toMatchObject({
          kind: 'unreachable',
          detail: expect.stringMatching(/^the host refuses the connection\. ssh says: .*Connection refused/),
        });
      },
      LIMIT_MS,
    );
  });

  test(
    'where no key is given and ssh has none: the message speaks of no key that was given',
    async () => {
      const failed = await mirrorToTarget({ PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts });

      const remedy = /Set `ssh-private-key` to a private key whose public key is registered on the server\./;
      const what = /the server accepts nobody without a key that it knows\. ssh says: .*Permission denied/;
      expectFailed(pair, failed, { what, where: target(), remedy });
    },
    LIMIT_MS,
  );

  needed('ssh-agent').describe("the user's agent", () => {
    let socket: string;
    let ofAgent: ReturnType<typeof newKey>;

    beforeEach(async () => {
      socket = pair.scratch.join('agent');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      open.push({ stop: async () => ended(agent) });
      await until(() => existsSync(socket));
      ofAgent = newKey('of-agent');
      server.authorize(ofAgent.publicKey);
      const env = { PATH: process.env.PATH, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', pair.scratch.join('of-agent')], { env, stdio: 'pipe' });
    }, LIMIT_MS);

    test(
      'signs in where no key is given',
      async () => {
        const environment = { SSH_AUTH_SOCK: socket, PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts };

        expectMirrored(pair, await mirrorToTarget(environment));
        expect(server.log).toMatch(new RegExp(`Accepted publickey .* ${escaped(ofAgent.fingerprint)}`));
      },
      LIMIT_MS,
    );

    test(
      'is not asked where a key is given: the server sees that one alone',
      async () => {
        const stranger = newKey('stranger');
        const environment = { SSH_AUTH_SOCK: socket, ...secrets(), PUSH_MIRROR_SSH_PRIVATE_KEY: stranger.privateKey };

        const failed = await mirrorToTarget(environment);

        const remedy = /Check that the public key of `ssh-private-key`/;
        expectFailed(pair, failed, { what: /the server does not accept the key/, where: target(), remedy });
        expect(offeredKeys()).toEqual([stranger.fingerprint]);
      },
      LIMIT_MS,
    );
  });

  describe("a connection of the user's own that others may share", () => {
    beforeEach(async () => {
      // Short: the path of a socket may have no more than some hundred characters.
      const socket = pair.scratch.join('cm');
      own.write('config', `ControlMaster auto\nControlPath ${socket}\n`);
      own.write('known_hosts', `${server.knownHosts}\n`);
      own.write('id', server.privateKey);
      const sharing = ['-M', '-N', '-S', socket, '-i', join(own.path, 'id'), '-p', String(server.port)];
      const { PATH = '' } = own.environment;
      const known = ['-o', `UserKnownHostsFile=${join(own.path, 'known_hosts')}`, '-o', 'IdentitiesOnly=yes'];
      const shared = spawn(join(PATH.split(':')[0] ?? '', 'ssh'), [...sharing, ...known, '127.0.0.1'], {
        stdio: 'ignore',
      });
      open.push({ stop: async () => ended(shared) });
      await until(() => existsSync(socket));
      server.forgetLog();
    }, LIMIT_MS);

    test(
      'is used where no key is given',
      async () => {
        expectMirrored(pair, await mirrorToTarget());
        expect(server.log).not.toContain('Accepted publickey');
      },
      LIMIT_MS,
    );

    test(
      'is not used where a key is given',
      async () => {
        const stranger = newKey('stranger');

        const failed = await mirrorToTarget({ ...secrets(), PUSH_MIRROR_SSH_PRIVATE_KEY: stranger.privateKey });

        const remedy = /Check that the public key of `ssh-private-key`/;
        expectFailed(pair, failed, { what: /the server does not accept the key/, where: target(), remedy });
      },
      LIMIT_MS,
    );
  });

  (platform() === 'linux' ? test : test.skip)(
    'SIGKILL in the middle of a run leaves no key, and ends ssh',
    async () => {
      const settings = { sshd: sshd.path, acceptsProtocol: true, forceCommand: 'cat' } as const;
      const mute = await SshServer.start(pair.scratch.join('mute'), settings);
      open.push(mute);
      const TMPDIR = pair.scratch.join('temporary');
      mkdirSync(TMPDIR);
      const command = new CommandProcess([pair.url('source'), mute.url(pair.target.path)], {
        ...own.environment,
        TMPDIR,
        PUSH_MIRROR_SSH_PRIVATE_KEY: mute.privateKey,
        PUSH_MIRROR_SSH_KNOWN_HOSTS: mute.knownHosts,
      });
      await until(() => mute.log.includes('Accepted publickey'));
      const file = /^IdentityFile="(.*)"$/m.exec(own.calls)?.[1] ?? '';
      expect(readFileSync(file, 'utf8')).toBe(mute.privateKey);
      expect(readdirSync(TMPDIR)).toEqual([]);

      command.signal('SIGKILL');
      await command.ended;

      expect(existsSync(file)).toBe(false);
      expect(readdirSync(TMPDIR)).toEqual([]);
      const pid = Number(/^pid (\d+)$/m.exec(own.calls)?.[1]);
      await until(() => !isRunning(pid));
      expect(pair.target.refs()).toEqual(pair.before);
    },
    LIMIT_MS,
  );
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
