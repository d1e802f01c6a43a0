import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { needed } from '../requires.js';
import { runBundle, type Ended } from '../run.js';
import { runStep } from '../runners/action-step.js';
import { describeSandboxed } from '../sandbox.js';
import { makeKey, SshServer } from '../servers/ssh-server.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';

const LIMIT_MS = 30_000;
const sshd = needed('sshd');
const dbclient = needed('dbclient');
const onPosix = platform() === 'win32' ? describe.skip : describe;

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  source.set({ 'refs/heads/main': source.commit() });
});

afterEach(() => scratch.remove());

/** Writes a program that leaves its name in a file. */
function program(folder: string, name: string, script = 'exit 1'): void {
  mkdirSync(folder, { recursive: true });
  const note = `echo '${join(folder, name)}' >>'${scratch.join('ran')}'`;
  const lines = ['#!/bin/sh', note, ...(name === 'ssh' ? [TELLS_VERSION] : []), script, ''];
  writeFileSync(join(folder, name), lines.join('\n'), { mode: 0o755 });
}

function ran(): string[] {
  return existsSync(scratch.join('ran')) ? readFileSync(scratch.join('ran'), 'utf8').trim().split('\n') : [];
}

type Texts = Readonly<Record<string, string>>;

/** Runs a door in the folder `work`, with all secrets that its SSH server asks for. */
const DOORS: Readonly<
  Record<string, (from: string, to: string, environment: Texts, server?: SshServer) => Promise<Ended>>
> = {
  command: (from, to, environment, server) => {
    const secrets: Texts =
      server === undefined
        ? {}
        : { PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts };
    return runBundle('cli', [from, to], { ...secrets, ...environment }, { folder: scratch.join('work') });
  },
  action: (from, to, environment, server) => {
    const secrets: Texts =
      server === undefined ? {} : { 'ssh-private-key': server.privateKey, 'ssh-known-hosts': server.knownHosts };
    return runStep(scratch.join('work'), { 'source-url': from, 'target-url': to, ...secrets }, environment);
  },
};

const NAMES = ['git', 'ssh', 'ssh-keyscan'];
const { PATH = '' } = process.env;

onPosix.each(Object.entries(DOORS))('programs in the current folder of the %s are not run', (_door, mirror) => {
  beforeEach(() => {
    for (const folder of ['work', 'work/bin']) for (const name of NAMES) program(scratch.join(folder), name);
  });

  const RELATIVE = ['', '.', 'bin'];

  test.each(RELATIVE)(
    'for folders, with "%s" on the PATH',
    async (entry) => {
      const { code } = await mirror(source.path, scratch.join('new.git'), { PATH: `${entry}:${PATH}` });

      expect({ code, ran: ran() }).toEqual({ code: 0, ran: [] });
      expect(TestRepository.at(scratch.join('new.git')).refs()).toEqual(source.refs());
    },
    LIMIT_MS,
  );

  test(
    'nor others, where git is missing: the error says so',
    async () => {
      const { code, stdout, stderr } = await mirror(source.path, target.path, { PATH: ':bin:.:/none' });

      expect({ code, ran: ran() }).toEqual({ code: 1, ran: [] });
      expect(stdout + stderr).toContain('the program `git` is not installed. No folder of PATH has it.');
      expect(stdout + stderr).toContain(
        'that begin at the current folder are not searched: "", "bin", ".". Install git',
      );
    },
    LIMIT_MS,
  );

  test(
    'but those of a folder that stands there absolutely are',
    async () => {
      const { code } = await mirror(source.path, target.path, { PATH: `${scratch.join('work/bin')}:${PATH}` });

      expect(code).toBe(1);
      expect(new Set(ran())).toEqual(new Set([scratch.join('work/bin/git')]));
    },
    LIMIT_MS,
  );

  test(
    'for the keys of a host',
    async () => {
      for (const name of NAMES) program(scratch.join('installed'), name);
      const url = 'ssh://APKAEXAMPLE@git-codecommit.us-east-1.amazonaws.com/v1/repos/x';
      const { code } = await mirror(url, target.path, { PATH: `:${scratch.join('installed')}:bin:/bin` });

      expect(code).toBe(1);
      expect(new Set(ran())).toEqual(new Set(NAMES.map((name) => scratch.join('installed', name))));
    },
    LIMIT_MS,
  );

  sshd.describe('over SSH', () => {
    test.each(RELATIVE)(
      'with "%s" on the PATH',
      async (entry) => {
        const server = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
        const { code } = await mirror(
          source.path,
          server.url(target.path),
          { PATH: `${entry}:${PATH}` },
          server,
        ).finally(() => server.stop());

        expect({ code, ran: ran() }).toEqual({ code: 0, ran: [] });
        expect(target.refs()).toEqual(source.refs());
      },
      LIMIT_MS,
    );
  });
});

dbclient.describe('an ssh that is not OpenSSH', () => {
  let server: SshServer;

  beforeEach(async () => {
    mkdirSync(scratch.join('dropbear'));
    symlinkSync(dbclient.path, scratch.join('dropbear/ssh'));
    server = await SshServer.start(scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
  }, LIMIT_MS);

  afterEach(async () => server.stop());

  async function mirrorBy(
    path: string,
    url: string,
    knownHosts: string,
  ): Promise<{ code: number | null; error: string }> {
    const secrets = { PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: knownHosts };
    const { code, stdout } = await runBundle('cli', ['--json', source.path, url], { ...secrets, PATH: path });
    return { code, error: (JSON.parse(stdout) as Report).last_error ?? '' };
  }

  test.each(['right', 'wrong', 'no'])(
    'with %s known host keys: nothing is sent to the server',
    async (what) => {
      makeKey(scratch.join('other'));
      const other = `[127.0.0.1]:${server.port} ${readFileSync(scratch.join('other.pub'), 'utf8')}`;
      const knownHosts = { right: server.knownHosts, wrong: other, no: '' }[what] ?? '';
      const { code, error } = await mirrorBy(
        `${scratch.join('dropbear')}:${PATH}`,
        server.url(target.path),
        knownHosts,
      );

      expect(code).toBe(1);
      expect(error).toContain(`\`${scratch.join('dropbear/ssh')}\` is not OpenSSH: with \`-V\` it prints "Dropbear v`);
      expect(error).toMatch(/no connection was made\. Install the OpenSSH client.*`apk add openssh-client`/);
      expect(server.log).not.toMatch(/Connection from/);
      expect(target.refs()).toEqual({});
    },
    LIMIT_MS,
  );

  test(
    'behind OpenSSH on the PATH is not asked',
    async () => {
      const path = `${PATH}:${scratch.join('dropbear')}`;

      expect(await mirrorBy(path, server.url(target.path), server.knownHosts)).toEqual({ code: 0, error: '' });
    },
    LIMIT_MS,
  );
});

onPosix('an ssh that does not tell what it is', () => {
  const SSH = 'ssh://git@host.invalid/x.git';
  const errorOf = async (script: string): Promise<string> => {
    mkdirSync(scratch.join('bin'));
    writeFileSync(scratch.join('bin/ssh'), `${script}\n`, { mode: 0o755 });
    const environment = { PATH: `${scratch.join('bin')}:${PATH}` };
    const { stdout } = await runBundle('cli', ['--json', '--timeout', '1', SSH, target.path], environment);
    return (JSON.parse(stdout) as Report).last_error ?? '';
  };

  test.each<[what: string, script: string, words: RegExp]>([
    ['hangs', '#!/bin/sh\ntrap "" TERM; while :; do sleep 0.2; done', /did not tell its version within 1 seconds/],
    ['floods', '#!/bin/sh\nwhile :; do echo xxxxxxxxxxxxxxxx; done', /did not tell its version within 1 seconds/],
    ['fails', '#!/bin/sh\nexit 3', /is not OpenSSH: with `-V` it prints nothing \(exit code 3\)/],
    ['is killed', '#!/bin/sh\nkill -KILL $$', /is not OpenSSH: with `-V` it prints nothing \(exit code none\)/],
    ['has no interpreter', '#!/no/such/program', /`\S+\/bin\/ssh` could not be run \(ENOENT\)\. Install it again/],
  ])(
    '%s',
    async (_what, script, words) => {
      expect(await errorOf(script)).toMatch(words);
    },
    LIMIT_MS,
  );
});

describeSandboxed('a user without an entry in the list of users', () => {
  test(
    'is told so, since ssh does not run for them',
    async () => {
      const SSH = 'ssh://git@host.invalid/x.git';
      const { code, stdout } = await runBundle(
        'cli',
        ['--json', SSH, 'ssh://git@host.invalid/y.git'],
        {},
        {
          sandbox: { user: 54321 },
        },
      );

      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Report).last_error).toMatch(
        /`ssh` does not run for a user without an entry in \/etc\/passwd, and the user 54321 has none\. Run the job as/,
      );
    },
    LIMIT_MS,
  );
});
