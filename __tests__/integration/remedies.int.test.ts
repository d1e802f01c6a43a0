import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { expectFailed, expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { findProgram, needed } from '../requires.js';
import { run, runBundle, type Given } from '../run.js';
import { describeSandboxed } from '../sandbox.js';
import { makeKey, SshServer } from '../servers/ssh-server.js';

const sshd = needed('sshd');
const LIMIT_MS = 60_000;
const isRoot = process.getuid?.() === 0;
/** What git is run by, so that its account may not write what this one has made. */
const AS_NOBODY = isRoot ? 'setpriv --reuid=65534 --regid=65534 --clear-groups ' : '';
const TRUSTING = 'GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*"';

let pair: MirroredPair;

beforeEach(async () => {
  pair = await MirroredPair.start();
}, LIMIT_MS);

afterEach(async () => pair.stop(), LIMIT_MS);

sshd.describe('over SSH', () => {
  const ofServer = new Scratch();
  let server: SshServer;

  beforeAll(async () => {
    const command = ofServer.join('command');
    writeFileSync(command, '');
    const forceCommand = `/bin/bash ${command}`;
    server = await SshServer.start(ofServer.join('sshd'), { sshd: sshd.path, acceptsProtocol: true, forceCommand });
  }, LIMIT_MS);

  afterAll(async () => {
    await server.stop();
    ofServer.remove();
  }, LIMIT_MS);

  const target = (): string => server.url(pair.target.path);

  function keys(of = server): Given {
    return { sshPrivateKey: of.privateKey, sshKnownHosts: of.knownHosts };
  }

  /** Lets the server run a script of bash in place of every command. */
  function force(script: string): void {
    writeFileSync(ofServer.join('command'), `${script}\n`);
  }

  const GIT = 'eval "$SSH_ORIGINAL_COMMAND"';
  const OWN_TEXT = "prints text of its own before Git's answer: ";
  const IN_PLACE = "prints text in place of Git's answer: ";
  const START_UP = /start-up files .*\.bashrc, \.profile.*ForceCommand.* interactive shells alone/;

  test.each<[string, string, string, RegExp]>([
    ['a greeting', `echo 'Welcome to the NAS!'; ${GIT}`, `${OWN_TEXT}"Welcome to the NAS!".`, START_UP],
    ['that begins as a length does', `echo 'Dead or alive'; ${GIT}`, `${OWN_TEXT}"Dead or alive".`, START_UP],
    ['without an end of line', `printf abc; ${GIT}`, `${OWN_TEXT}"abc".`, START_UP],
    ['an empty line', `echo; ${GIT}`, `${OWN_TEXT}"\\x0a".`, START_UP],
    ['in colours', `printf '\\033[31mHi\\n'; ${GIT}`, `${OWN_TEXT}"\\x1b[31mHi".`, START_UP],
    ['in pieces', `for w in Be my guest; do echo $w; sleep 0.1; done; ${GIT}`, 'Be', START_UP],
    ['without an end', 'yes hello', `${IN_PLACE}"hello hello`, /login shell .*\.bashrc/],
    ['and no git', 'echo Bye; exit 3', `${IN_PLACE}"Bye".`, /`command=` in authorized_keys/],
    ['no word', 'exit 1', 'ended the command with exit code 1, and said nothing.', /login shell .*\/bin\/false/],
    ['nologin', "echo 'This account is currently not available.'; exit 1", 'may not run commands.', /git-shell/],
    ['sftp', "echo 'This service allows sftp connections only.'; exit 1", 'another program in place', /ForceCommand/],
    ['bash without git', `PATH=/none; ${GIT}`, 'git is not installed on the server', /non-interactive shells/],
    [
      'sh without git',
      'export PATH=/none; exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"',
      'git is not installed on the server',
      /non-interactive shells/,
    ],
    ['git-shell', 'exec git-shell', 'may not run commands.', /login shell that runs git/],
    [
      'a repository of another user',
      `export GIT_TEST_ASSUME_DIFFERENT_OWNER=1; ${GIT}`,
      'belongs to another user.',
      /On the server, run `git config --global --add safe\.directory \/\S+target\.git` as the account that the URL names/,
    ],
    ['long notices, then the reason', 'seq 2000 >&2; git receive-pack /none', 'no such repository', /Check the path/],
    [
      'words that nobody knows',
      'echo "fatal: Mondays" >&2; exit 9',
      'The server says: fatal: Mondays',
      /what the key may do/,
    ],
  ])(
    '%s',
    async (_what, script, what, remedy) => {
      force(script);

      const failed = await run(pair.url('source'), target(), keys());

      const escaped = new RegExp(what.replace(/[[\]\\.()]/g, '\\$&'));
      expectFailed(pair, failed, { what: escaped, where: target(), remedy });
      expect(failed.report.last_error).not.toMatch(/proxy/);
    },
    LIMIT_MS,
  );

  test(
    'notices on standard error disturb nobody, however long',
    async () => {
      force(`seq 20000 >&2; echo 'Permission denied (publickey)' >&2; ${GIT}`);

      expectMirrored(pair, await run(server.url(pair.source.path), target(), keys()));
    },
    LIMIT_MS,
  );

  test(
    'objects that the account may not write',
    async () => {
      force(`exec ${AS_NOBODY}env ${TRUSTING} /bin/sh -c "$SSH_ORIGINAL_COMMAND"`);
      chmodSync(pair.scratch.path, 0o755);
      chmodSync(join(pair.target.path, 'objects'), 0o555);

      const { report } = await run(pair.url('source'), target(), keys());

      chmodSync(join(pair.target.path, 'objects'), 0o755);
      const [refused] = report.refs.filter(({ outcome }) => outcome === 'rejected');
      expect(refused?.message).toMatch(
        /unable to create temporary object directory.* look on the server at .* whether the account that the URL names may write/,
      );
      expect(pair.target.refs()).toEqual(pair.before);
    },
    LIMIT_MS,
  );

  test.each([
    ['host keys', ['HostKeyAlgorithms ssh-rsa'], 'rsa', 'host key type', 'HostKeyAlgorithms +ssh-rsa'],
    [
      'key exchange',
      ['KexAlgorithms diffie-hellman-group1-sha1'],
      'ed25519',
      'key exchange method',
      'KexAlgorithms +diffie-hellman-group1-sha1',
    ],
    ['ciphers', ['Ciphers 3des-cbc'], 'ed25519', 'cipher', 'Ciphers +3des-cbc'],
  ])(
    'a server with old %s: the setting that the message names lets ssh in',
    async (_what, lines, type, lacking, setting) => {
      const old = await SshServer.start(pair.scratch.join('old'), {
        sshd: sshd.path,
        acceptsProtocol: true,
        hostKeys: [type],
        lines,
      });
      try {
        const url = old.url(pair.target.path);
        const given = { PUSH_MIRROR_SSH_PRIVATE_KEY: old.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: old.knownHosts };
        const failed = await run(pair.url('source'), url, keys(old));
        const what = new RegExp(`is old: it has no ${lacking} that this ssh still uses`);
        const remedy = /`\w+ \+\S+` below `Host 127\.0\.0\.1` into the file ~\/\.ssh\/config/;
        expectFailed(pair, failed, { what, where: url, remedy });
        expect(failed.report.last_error).toContain(`\`${setting}\``);

        expectMirrored(pair, await pair.command([pair.url('source'), url], { ...given, PATH: configured(setting) }));
      } finally {
        await old.stop();
      }
    },
    LIMIT_MS,
  );

  /** A path with an `ssh` that reads a configuration of its own: the real one asks the system for the home folder. */
  function configured(setting: string): string {
    const folder = pair.scratch.join('programs');
    mkdirSync(folder);
    writeFileSync(pair.scratch.join('config'), `Host 127.0.0.1\n  ${setting}\n`);
    const ssh = `#!/bin/sh\nexec '${findProgram('ssh') ?? 'ssh'}' -F '${pair.scratch.join('config')}' "$@"\n`;
    writeFileSync(join(folder, 'ssh'), ssh, { mode: 0o755 });
    return `${folder}${delimiter}${process.env.PATH ?? ''}`;
  }

  test(
    'a server that takes passwords alone',
    async () => {
      const lines = ['PubkeyAuthentication no', 'PasswordAuthentication yes'];
      const old = await SshServer.start(pair.scratch.join('old'), { sshd: sshd.path, acceptsProtocol: true, lines });
      const url = old.url(pair.target.path);

      const failed = await run(pair.url('source'), url, keys(old));

      await old.stop();
      expectFailed(pair, failed, { what: /the server takes no keys/, where: url, remedy: /use HTTPS with `token`/ });
    },
    LIMIT_MS,
  );

  test(
    'a key that is not known, for an account that nobody asked for',
    async () => {
      makeKey(pair.scratch.join('other'));
      const url = server.url(pair.target.path).replace(/\/\/[^@]+@/, '//');
      const sshPrivateKey = readFileSync(pair.scratch.join('other'), 'utf8');

      const failed = await run(pair.url('source'), url, { ...keys(), sshPrivateKey });

      const remedy = /ssh signed in as the account `\S+`, because the URL names none; most Git servers want `git`/;
      expectFailed(pair, failed, { what: /does not accept the key/, where: url, remedy });
    },
    LIMIT_MS,
  );

  test(
    'a web server at the port',
    async () => {
      const url = `ssh://git@127.0.0.1:${pair.server.port}/x.git`;

      const failed = await run(pair.url('source'), url, keys());

      const remedy = /Check the host and the port/;
      expectFailed(pair, failed, { what: /what answers at this port is no SSH server/, where: url, remedy });
    },
    LIMIT_MS,
  );

  test(
    'a server that takes no more connections',
    async () => {
      const busy = net.createServer((socket) => socket.resume().end('Exceeded MaxStartups\r\n')).listen(0, '127.0.0.1');
      await once(busy, 'listening');
      const url = `ssh://git@127.0.0.1:${(busy.address() as net.AddressInfo).port}/x.git`;

      const failed = await run(pair.url('source'), url, keys());

      await new Promise((closed) => busy.close(closed));
      const what = /closed the connection before the sign-in\. ssh says: Exceeded MaxStartups/;
      expectFailed(pair, failed, { what, where: url, remedy: /Run the mirror again; .*`MaxStartups`/ });
      expect(failed.lines.filter((line) => line.includes('Reading both ends again'))).toHaveLength(2);
    },
    LIMIT_MS,
  );
});

/** Puts a `git` before the real one that runs it as somebody else, or makes it believe so. */
function otherGit(words: string): Readonly<Record<string, string>> {
  const folder = pair.scratch.join('programs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${words} '${findProgram('git') ?? 'git'}' "$@"\n`, { mode: 0o755 });
  return { PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
}

describe('a folder', () => {
  test.each<[string, (path: string) => void, RegExp, RegExp]>([
    ['that is not there', () => undefined, /nothing is at this path\./, /Check the path/],
    [
      'that is empty',
      (path) => mkdirSync(path),
      /this folder is no Git repository\./,
      /Give the folder that is a repository/,
    ],
    [
      'that is a pipe',
      (path) => void execFileSync('mkfifo', [path]),
      /this is a pipe, a socket or a device, and no Git repository\./,
      /path of a folder/,
    ],
    ['that is a file', (path) => writeFileSync(path, 'x'), /this is a file, and no Git repository/, /path of a folder/],
    [
      'that is an empty file',
      (path) => writeFileSync(path, ''),
      /this is a file, and no Git repository/,
      /path of a folder/,
    ],
    [
      'that is a bundle',
      (path) => pair.source.git(['bundle', 'create', '--quiet', path, '--all']),
      /this is a Git bundle, and no Git repository\./,
      /`git clone --mirror FILE FOLDER`/,
    ],
    [
      'whose file .git names nothing',
      (path) => {
        mkdirSync(path);
        writeFileSync(join(path, '.git'), 'gitdir: ../gone/.git/worktrees/x\n');
      },
      /\/\.git names the folder \/\S+gone\/\.git\/worktrees\/x, where nothing is\./,
      /git worktree repair/,
    ],
    [
      'whose file .git is none',
      (path) => {
        mkdirSync(path);
        writeFileSync(join(path, '.git'), 'hello\n');
      },
      /its file `\.git` is none of git/,
      /Give the path of a repository/,
    ],
    [
      'inside of a repository',
      (path) => {
        TestRepository.create(path);
        mkdirSync(join(path, 'hooks', 'x'), { recursive: true });
        rmSync(path, { recursive: true });
        symlinkSync(join(pair.source.path, 'objects'), path);
      },
      /inside of one|no Git repository/,
      /Give the path of the repository|Give the folder/,
    ],
    [
      'that is a link to nothing',
      (path) => symlinkSync('/none/at/all', path),
      /a symbolic link to something that is not there|nothing is at this path/,
      /Check the (?:link|path)/,
    ],
    [
      'copied without its empty folders',
      (path) => {
        TestRepository.create(path);
        rmSync(join(path, 'refs'), { recursive: true });
      },
      /this folder is no Git repository: it lacks `refs`\./,
      /leave out empty folders: make it \(`mkdir refs`\)/,
    ],
  ])('%s', async (_what, make, what, remedy) => {
    const path = pair.scratch.join('odd');
    make(path);

    const failed = await run(path, pair.url('target'));

    expectFailed(pair, failed, { what, where: path, remedy });
    expect(failed.report.last_error_code).toBe('not-a-repository');
  });

  (isRoot ? describeSandboxed : describe.skip)('that its user may not enter', () => {
    test.each([
      ['is the source', (path: string) => [path, pair.target.path]],
      ['is the target', (path: string) => [pair.source.path, path]],
    ])('%s: that is told, and not that git does not run', async (_what, ends) => {
      const path = pair.scratch.join('closed');
      chmodSync(pair.scratch.path, 0o755);
      mkdirSync(path, 0o700);
      const trusting = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

      const { code, stdout } = await runBundle('cli', ends(path), trusting, { sandbox: { user: 65_534 }, folder: '/' });

      expect(code).toBe(1);
      expect(stdout).toContain(`${path}: the account that runs push-mirror may not read this folder.`);
    });
  });

  test('of another user: it is to be trusted here', async () => {
    const environment = otherGit('GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec');

    const failed = await pair.command([pair.source.path, pair.url('target')], environment);

    const remedy =
      /Run `git config --global --add safe\.directory \/\S+source\.git` as the account that runs push-mirror/;
    expectFailed(pair, failed, { what: /belongs to another user\./, where: pair.source.path, remedy });
    expect(failed.report.last_error_code).toBe('foreign-owner');
  });

  test('whose objects may not be written', async () => {
    chmodSync(pair.scratch.path, 0o755);
    chmodSync(join(pair.target.path, 'objects'), 0o555);

    const { report, stderr } = await pair.command(
      [pair.url('source'), pair.target.path],
      otherGit(`exec ${AS_NOBODY}env ${TRUSTING}`),
    );

    chmodSync(join(pair.target.path, 'objects'), 0o755);
    const [refused] = report.refs.filter(({ outcome }) => outcome === 'rejected');
    expect([refused?.code, stderr]).toEqual(['not-stored', expect.any(String)]);
    expect(refused?.message).toMatch(/whether the account that runs push-mirror may write to the folder `objects`/);
    expect(pair.target.refs()).toEqual(pair.before);
  });

  test('that may not be made, as the folder above it may not be written', async () => {
    const above = pair.scratch.join('above');
    chmodSync(pair.scratch.path, 0o755);
    mkdirSync(above, { mode: 0o555 });
    const path = join(above, 'new.git');

    const { report, code } = await pair.command([pair.url('source'), path], otherGit(`exec ${AS_NOBODY}env`));

    expect(code).toBe(1);
    expect(report).toMatchObject({ last_error_code: 'file-permission', update_status: 'failed' });
    expect(report.last_error).toMatch(/git could not create it: .*Permission denied.* Give the folder to the account/);
    expect(report.last_error).toContain(`The next folder above that is there: ${above}.`);
  });

  test('below a file cannot be made', async () => {
    writeFileSync(pair.scratch.join('file'), '');

    const { report } = await run(pair.url('source'), pair.scratch.join('file', 'deep', 'new.git'));

    expect(report.last_error).toContain(`${pair.scratch.join('file')} is no folder, and stands in the way. Remove it`);
  });

  test('in the place of a link that leads nowhere is not made, and the link stays', async () => {
    const link = pair.scratch.join('link');
    symlinkSync('nowhere', link);

    const { report } = await run(pair.url('source'), link);

    expect(report.last_error).toContain('this is a symbolic link to something that is not there. Check the link');
    expect(readlinkSync(link)).toBe('nowhere');
  });

  test('whose name is too long for the disk is told as such', async () => {
    const { report } = await run(pair.url('source'), pair.scratch.join('x'.repeat(300)));

    expect(report).toMatchObject({ last_error_code: 'long-name' });
    expect(report.last_error).toMatch(/git could not create it: .*name too long.* Choose a shorter name/);
  });
});

describe('objects that a target forbids', () => {
  /** Adds a branch whose tree has a mode with a zero before it, and one whose commit names nobody. */
  function addBad(): void {
    const { source } = pair;
    const raw = (type: string, content: Buffer | string): string =>
      source.git(['hash-object', '-t', type, '-w', '--stdin', '--literally'], content as string).trim();
    const tree = source.git(['rev-parse', 'refs/heads/main^{tree}']).trim();
    const commit = (of: string, author = 'A <a@example.org>'): string =>
      raw('commit', `tree ${of}\nauthor ${author} 863032744 +0000\ncommitter A <a@example.org> 863032744 +0000\n\nx\n`);
    source.set({ 'refs/heads/nobody': commit(tree, '<thomas>') });
    pair.target.git(['config', 'receive.fsckObjects', 'true']);
  }

  async function message(target: string, given: Given = {}): Promise<string | null | undefined> {
    addBad();
    const { report } = await run(pair.url('source'), target, given);
    expect(report.refs.find(({ ref }) => ref === 'refs/heads/main')?.outcome).toBe('updated');
    const refused = report.refs.find(({ ref }) => ref === 'refs/heads/nobody');
    expect(refused).toMatchObject({ outcome: 'rejected', code: 'fsck' });
    return refused?.message;
  }

  const WORD = 'missingNameBeforeEmail';

  test('in a folder: the setting of the folder', async () => {
    const said = await message(pair.target.path);

    expect(said).toContain(`: ${WORD}: `);
    expect(said).toContain(`Run \`git config receive.fsck.${WORD} warn\` in the folder of the target`);
  });

  test('the setting lets the ref in', async () => {
    pair.target.git(['config', `receive.fsck.${WORD}`, 'warn']);
    addBad();

    const { report } = await run(pair.url('source'), pair.target.path);

    expect(report.update_status).toBe('finished');
  });

  test('at a server: the setting there, or what can be done where there is none', async () => {
    const said = await message(pair.url('target'));

    expect(said).toContain(`On a server of your own, run \`git config receive.fsck.${WORD} warn\``);
    expect(said).toContain('exclude the ref, or rewrite its history');
  });
});

describe('over HTTP', () => {
  test.each([
    ['pushes', 'http.receivepack=false', 'target', /lets nobody write to this repository/, /`http\.receivepack`/],
    ['reading', 'http.uploadpack=false', 'source', /lets nobody read this repository/, /`http\.uploadpack`/],
  ] as const)('a server that does not serve %s', async (_what, setting, end, what, remedy) => {
    pair.server.behaviour.config = [setting];

    const failed = await run(pair.url('source'), pair.url('target'));

    expectFailed(pair, failed, { what, where: pair.url(end), remedy });
  });
});
