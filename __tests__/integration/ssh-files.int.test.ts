import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/report/report.js';
import { expectMirrored, MirroredPair } from '../mirrored-pair.js';
import { findProgram, needed } from '../requires.js';
import { runBundle, type Runner } from '../run.js';
import { describeSandboxed } from '../sandbox.js';
import { SshServer } from '../servers/ssh-server.js';

const sshd = needed('sshd');
const setcap = needed('setcap');
const LIMIT_MS = 60_000;
const NOBODY = 65534;

interface Done {
  readonly code: number | null;
  readonly report: Report;
  readonly stderr: string;
}

sshd.describe('files for ssh', () => {
  let pair: MirroredPair;
  let server: SshServer;
  let temporary: string;

  beforeEach(async () => {
    pair = await MirroredPair.start();
    server = await SshServer.start(pair.scratch.join('sshd'), { sshd: sshd.path, acceptsProtocol: true });
    temporary = pair.scratch.join('temporary');
    mkdirSync(temporary);
    chmodSync(pair.scratch.path, 0o755);
    chmodSync(temporary, 0o777);
  }, LIMIT_MS);

  afterEach(async () => {
    await server.stop();
    await pair.stop();
  }, LIMIT_MS);

  /** Mirrors from HTTP to SSH, as the command does. */
  async function mirror(runner: Runner, environment: Readonly<Record<string, string>> = {}): Promise<Done> {
    pair.target.set({ ...nothing(pair.target.refs()), ...pair.before });
    const given = {
      PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey,
      PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts,
      TMPDIR: temporary,
      ...environment,
    };
    const args = ['--json', pair.url('source'), server.url(pair.target.path)];
    const { code, stdout, stderr } = await runBundle('cli', args, given, runner);
    return { code, report: JSON.parse(stdout) as Report, stderr };
  }

  /** Puts a program in place of `ssh`, which writes down the files that it is to read. */
  function wrapped(script: string): { readonly PATH: string; readonly read: () => string[] } {
    const folder = pair.scratch.join('bin');
    const record = pair.scratch.join('record');
    mkdirSync(folder);
    const real = findProgram('ssh') ?? 'ssh';
    const lines = [
      '#!/bin/sh',
      `for each; do case $each in IdentityFile=*) printf '%s\\n' "$each" >>'${record}';; esac; done`,
      script.replaceAll('REAL', real),
    ];
    writeFileSync(join(folder, 'ssh'), `${lines.join('\n')}\n`, { mode: 0o755 });
    return {
      PATH: `${folder}:${process.env.PATH ?? ''}`,
      read: () => (existsSync(record) ? readFileSync(record, 'utf8').split('\n').filter(Boolean) : []),
    };
  }

  const NAMED = /^IdentityFile=".*\/push-mirror-\w+\/file"$/;
  const NAMELESS = /^IdentityFile="\/proc\/\d+\/fd\/\d+"$/;

  const ODD = ['a b', '%h 100%', "it's", '"q"', 'back\\slash', '#1', 'é \u{1F511}', '~', '-o x'];

  describeSandboxed('in a temporary folder of any name', () => {
    test.each([
      ['nameless', {}],
      ['named', { hasNoProc: true }],
    ] as const)(
      '%s files are read by ssh, and nothing is left',
      async (kind, sandbox) => {
        const { PATH, read } = wrapped('exec REAL "$@"');
        // One name with all of them: each is tried by itself in unit tests of the path.
        const folder = join(temporary, ODD.join(' '));
        mkdirSync(folder);

        const done = await mirror({ sandbox }, { TMPDIR: folder, PATH });

        expectMirrored(pair, done);
        expect(read().length).toBeGreaterThan(0);
        for (const line of read()) expect(line).toMatch(kind === 'named' ? NAMED : NAMELESS);
        expect(readdirSync(folder)).toEqual([]);
      },
      LIMIT_MS,
    );

    test(
      'one that ssh cannot be given is passed over',
      async () => {
        const folder = join(temporary, '${HOME}');
        mkdirSync(folder);
        const { PATH, read } = wrapped('exec REAL "$@"');

        const done = await mirror({ sandbox: { hasNoProc: true } }, { TMPDIR: folder, PATH });

        expectMirrored(pair, done);
        for (const line of read()) expect(line).toMatch(/^IdentityFile="\/dev\/shm\/push-mirror-\w+\/file"$/);
        expect(readdirSync(folder)).toEqual([]);
      },
      LIMIT_MS,
    );
  });

  describeSandboxed('with an ssh in other namespaces', () => {
    test(
      'that sees no process of ours, but the temporary folder: mirrored',
      async () => {
        const { PATH, read } = wrapped('exec unshare --mount --pid --fork --mount-proc REAL "$@"');

        const done = await mirror({}, { PATH });

        expectMirrored(pair, done);
        for (const line of read()) expect(line).toMatch(NAMED);
        expect(readdirSync(temporary)).toEqual([]);
      },
      LIMIT_MS,
    );

    test(
      'that sees neither: that is told, and not that a host key is unknown',
      async () => {
        const hide =
          `mount -t tmpfs tmpfs '${temporary}' && mount -t tmpfs tmpfs /dev/shm && exec REAL "$@"`.replaceAll(
            "'",
            "'\\''",
          );
        const { PATH } = wrapped(`exec unshare --mount --pid --fork --mount-proc /bin/sh -c '${hide}' ssh "$@"`);

        const { code, report, stderr } = await mirror({}, { PATH });

        expect(code).toBe(1);
        expect(report.last_error).toMatch(
          /the private SSH key could not be written to a temporary file: \S+\/temporary has files that the program `ssh` does not see, \/dev\/shm has files that the program `ssh` does not see\. Set `TMPDIR` .* to a folder that `ssh` sees under the same path/,
        );
        expect(report.last_error_code).toBe('program');
        expect(stderr + (report.last_error ?? '')).not.toMatch(/host key|host's key|ssh-keyscan/);
        expect(server.log).not.toContain('Connection from');
        expect(readdirSync(temporary)).toEqual([]);
      },
      LIMIT_MS,
    );

    setcap.describe('by a Node.js with capabilities, whose files in /proc belong to root', () => {
      test(
        'mirrored',
        async () => {
          const node = pair.scratch.join('node');
          copyFileSync(process.execPath, node);
          execFileSync(setcap.path, ['cap_net_bind_service+ep', node]);
          const { PATH } = wrapped('exec REAL "$@"');

          const done = await mirror({ node, sandbox: { user: NOBODY }, folder: temporary }, { PATH });

          expectMirrored(pair, done);
          expect(readdirSync(temporary)).toEqual([]);
        },
        LIMIT_MS,
      );
    });
  });

  describeSandboxed('for a user without an entry in /etc/passwd', () => {
    test(
      'the reason is told, with what to do on OpenShift',
      async () => {
        const { code, report } = await mirror({ sandbox: { user: 54321 }, folder: temporary });

        expect(code).toBe(1);
        expect(report.last_error).toMatch(
          /`ssh` does not run for a user without an entry in \/etc\/passwd, and the user 54321 has none\. .*as on OpenShift\), or use HTTPS\./,
        );
        expect(readdirSync(temporary)).toEqual([]);
      },
      LIMIT_MS,
    );
  });

  describeSandboxed('where little can be written', () => {
    test(
      'the next place is taken: first that of the runner, and memory at last',
      async () => {
        const full = pair.scratch.join('full');
        mkdirSync(full);
        const { PATH, read } = wrapped('exec REAL "$@"');
        const places = { RUNNER_TEMP: full, TMPDIR: pair.scratch.join('none'), PATH };

        const done = await mirror({ sandbox: { hasNoProc: true, readOnly: [full] } }, places);

        expectMirrored(pair, done);
        for (const line of read()) expect(line).toMatch(/^IdentityFile="\/dev\/shm\//);
      },
      LIMIT_MS,
    );

    test(
      'every place is told with its reason',
      async () => {
        const [full, file] = [pair.scratch.join('full'), pair.scratch.join('file')];
        mkdirSync(full);
        writeFileSync(file, '');
        const sandbox = { small: { [full]: 4 }, readOnly: ['/dev/shm'] };
        const filled = `dd if=/dev/zero of='${full}/x' bs=4k count=1 2>/dev/null`;
        // The file system is empty until somebody fills it.
        const node = pair.scratch.join('node.sh');
        writeFileSync(node, `#!/bin/sh\n${filled}\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });

        const { code, report } = await mirror({ node, sandbox }, { RUNNER_TEMP: full, TMPDIR: file });

        expect(code).toBe(1);
        expect(report.last_error).toContain(
          `the private SSH key could not be written to a temporary file: ${full} is full, ${file} is no folder, /dev/shm is read-only. Set \`TMPDIR\` to the absolute path of a folder that exists and can be written.`,
        );
      },
      LIMIT_MS,
    );

    test(
      'a copy of a source that does not fit is told as such, and not as one at a server',
      async () => {
        pair.server.behaviour.protocolV2 = false;

        const { code, report } = await mirror({ sandbox: { small: { [temporary]: 16 } } });

        expect(code).toBe(1);
        expect(report.last_error).toMatch(
          /git could not store the copy: .*No space left on device\. Free disk space, or set/,
        );
        expect(report.last_error).not.toMatch(/server/);
        expect(report.last_error_code).toBe('program');
      },
      LIMIT_MS,
    );

    test(
      'a copy of a source goes where most room is',
      async () => {
        pair.server.behaviour.protocolV2 = false;
        const small = pair.scratch.join('small');
        mkdirSync(small);

        const done = await mirror({ sandbox: { small: { [small]: 16 } } }, { RUNNER_TEMP: small });

        expectMirrored(pair, done);
      },
      LIMIT_MS,
    );

    test(
      'nothing is needed over HTTPS',
      async () => {
        const args = ['--json', pair.url('source'), pair.url('target')];
        const sandbox = { readOnly: ['/', '/tmp', '/dev/shm'] };

        const { code, stdout } = await runBundle('cli', args, { TMPDIR: '/nonexistent' }, { sandbox, folder: '/' });

        expectMirrored(pair, { report: JSON.parse(stdout) as Report });
        expect(code).toBe(0);
      },
      LIMIT_MS,
    );
  });

  describeSandboxed('and folders that cannot be removed', () => {
    test(
      'are told with their path and what is in them; the mirror has succeeded',
      async () => {
        // Something is mounted inside, as where a scanner or a backup holds the folder.
        const mount = '[ -d "$one/busy" ] || { mkdir "$one/busy" && mount -t tmpfs tmpfs "$one/busy"; }';
        const { PATH } = wrapped(`for one in '${temporary}'/push-mirror-*; do ${mount}; done; exec REAL "$@"`);

        const done = await mirror({ sandbox: { hasNoProc: true } }, { PATH });

        expectMirrored(pair, done);
        expect(done.code).toBe(0);
        expect(done.stderr).toMatch(
          /\/temporary\/push-mirror-\w+ could not be removed \((?:EBUSY|ENOTEMPTY)\), and may still hold the (?:private SSH key|known host keys)\. Remove it by hand\./,
        );
        expect(readdirSync(temporary).flatMap((name) => readdirSync(join(temporary, name)))).not.toContain('file');
      },
      LIMIT_MS,
    );
  });
});

function nothing(refs: Readonly<Record<string, string>>): Record<string, null> {
  return Object.fromEntries(Object.keys(refs).map((ref) => [ref, null]));
}
