import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../src/report/report.js';
import { CommandProcess, until } from '../command-process.js';
import { findProgram, needed } from '../requires.js';
import { Scratch, TestRepository } from '../repositories/git.js';
import { TELLS_VERSION } from '../servers/ssh-program.js';
import { SshServer } from '../servers/ssh-server.js';

const LIMIT_MS = 60_000;
/** With a timeout of two seconds: three tries, and time for a busy machine. */
const LONGEST_RUN_MS = 25_000;
/** A second is promised; the rest is for a busy machine. */
const LONGEST_STOP_MS = 5_000;
const STUBBORN = 'trap "" TERM INT HUP; while :; do sleep 0.2; done';

const sshd = needed('sshd');
const onLinux = platform() === 'linux' ? describe : describe.skip;

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  source.set({ 'refs/heads/main': source.commit() });
  mkdirSync(scratch.join('temporary'));
  mkdirSync(scratch.join('bin'));
});

afterEach(() => {
  for (const pid of living()) process.kill(pid, 'SIGKILL');
  scratch.remove();
});

/** Processes that were started with the temporary folder of the test, and have not ended. */
function living(): number[] {
  const mark = `TMPDIR=${scratch.join('temporary')}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const hasEnded = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
        return !hasEnded && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Puts a script in the place of a program. `$REAL` is that program; the file `begun` is there once it runs. */
function program(name: string, script: string): void {
  const version = name === 'ssh' ? [TELLS_VERSION] : [];
  const lines = [
    `#!/bin/sh`,
    ...version,
    `REAL=${findProgram(name) ?? name}`,
    `touch ${scratch.join('begun')}`,
    script,
    '',
  ];
  writeFileSync(scratch.join('bin', name), lines.join('\n'), { mode: 0o755 });
}

function hook(name: string, script: string): void {
  const file = join(target.path, 'hooks', name);
  mkdirSync(join(target.path, 'hooks'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\ntouch ${scratch.join('begun')}\n${script}\n`, { mode: 0o755 });
}

function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): CommandProcess {
  return new CommandProcess(['--json', ...args], {
    TMPDIR: scratch.join('temporary'),
    PATH: `${scratch.join('bin')}:${process.env.PATH ?? ''}`,
    ...environment,
  });
}

/** Checks that a run ends by itself and leaves nothing; returns its error. */
async function endOf(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const begunAt = Date.now();
  const { code, stdout } = await start(['--timeout', '2', ...args], environment).ended;

  expect(Date.now() - begunAt).toBeLessThan(LONGEST_RUN_MS);
  expect(code).toBe(1);
  await expectNothingLeft();
  return (JSON.parse(stdout) as Report).last_error ?? '';
}

async function expectNothingLeft(): Promise<void> {
  await expectNoProcessLeft(1000);
  expect(readdirSync(scratch.join('temporary'))).toEqual([]);
}

async function expectNoProcessLeft(limitMs: number): Promise<void> {
  await until(() => living().length === 0, limitMs).catch(() => undefined);
  expect(living()).toEqual([]);
}

const SSH = 'ssh://git@host.invalid/source.git';
const ADVERTISEMENT = "printf '000eversion 2\\n0013ls-refs=unborn\\n0000'";

onLinux('a program that does not end by itself', () => {
  test.each<[what: string, script: string, error: RegExp]>([
    ['is silent, and ignores SIGTERM', STUBBORN, /sent nothing for 2 seconds/],
    ['is stopped', 'kill -STOP $$', /sent nothing for 2 seconds/],
    ['is silent, and so is one that it started', `(${STUBBORN}) & wait`, /sent nothing for 2 seconds/],
    [
      'has written half a packet',
      `printf 00; exec sleep 60`,
      /no more than the beginning of Git's answer in 2 seconds/,
    ],
    [
      'writes a digit now and then',
      'while :; do printf f; sleep 0.5; done',
      /no more than the beginning of Git's answer in 2 seconds/,
    ],
    ['never stops writing errors', `while :; do echo x >&2; done`, /sent nothing for 2 seconds/],
    ['closes its output', `exec 1>&-; ${STUBBORN}`, /connection ended before the server had answered/],
    [
      'closes its output in the middle',
      `printf 000; exec 1>&-; ${STUBBORN}`,
      /prints text in place of Git's answer: "000"/,
    ],
    [
      'closes its output after an answer',
      `${ADVERTISEMENT}; exec 1>&-; ${STUBBORN}`,
      /connection ended|middle of the answer/,
    ],
    ['closes all but its input', `exec 1>&- 2>&-; ${STUBBORN}`, /connection ended before the server had answered/],
  ])(
    'for a source over ssh: %s',
    async (_what, script, error) => {
      program('ssh', script);

      expect(await endOf([SSH, target.path])).toMatch(error);
    },
    LIMIT_MS,
  );

  test.each<[what: string, script: string]>([
    ['standard error', 'sleep 60 >&- & exit 1'],
    ['its output', 'sleep 60 2>&- & exit 1'],
    ['both', 'sleep 60 & exit 1'],
    ['both, though it is in a session of its own', `setsid sleep 3 & exit 1`],
  ])(
    'ends, but one that it has started holds %s',
    async (what, script) => {
      program('ssh', script);
      const begunAt = Date.now();
      const { code, stdout } = await start(['--timeout', '30', SSH, target.path]).ended;

      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Report).last_error).toMatch(/ended the command with exit code 1/);
      expect(Date.now() - begunAt).toBeLessThan(20_000);
      // One that has left the group is out of reach.
      if (what.includes('session')) await sleep(3000);
      await expectNothingLeft();
    },
    LIMIT_MS,
  );

  test.each<[what: string, script: string]>([
    ['upload-pack is stopped', 'case "$*" in *upload-pack*) kill -STOP $$;; esac'],
    ['upload-pack ignores SIGTERM', `case "$*" in *upload-pack*) ${STUBBORN};; esac`],
    ['receive-pack reads nothing', 'case "$*" in *receive-pack*) exec sleep 60;; esac'],
  ])(
    'for folders: git %s',
    async (_what, script) => {
      program('git', `${script}\nexec "$REAL" "$@"`);

      expect(await endOf([source.path, target.path])).toMatch(/sent nothing for 2 seconds/);
      expect(target.refs()).toEqual({});
    },
    LIMIT_MS,
  );

  test.each<[what: string, script: string]>([
    ['hangs, and ignores SIGTERM', STUBBORN],
    ['waits for one that it has started', 'sleep 60 & wait'],
  ])(
    'for a folder as target: a hook that %s',
    async (_what, script) => {
      hook('pre-receive', script);

      expect(await endOf([source.path, target.path])).toMatch(/sent nothing for 2 seconds/);
      expect(target.refs()).toEqual({});
      expect(target.fsck()).toBe('');
    },
    LIMIT_MS,
  );

  test(
    'git init, for a new folder',
    async () => {
      program('git', 'case "$*" in *init*) exec sleep 60;; esac\nexec "$REAL" "$@"');

      expect(await endOf([source.path, scratch.join('new.git')])).toMatch(/git could not create it: it took too long/);
    },
    LIMIT_MS,
  );
});

onLinux('what a hook has started', () => {
  test(
    'goes on after a push that has ended',
    async () => {
      hook('post-receive', `(sleep 2; touch ${scratch.join('deployed')}) >/dev/null 2>&1 &`);
      const { code } = await start([source.path, target.path]).ended;

      expect(code).toBe(0);
      await until(() => existsSync(scratch.join('deployed')));
    },
    LIMIT_MS,
  );
});

sshd.describe('a program at the server that does not end by itself', () => {
  test.each<[what: string, script: string, error: RegExp]>([
    ['closes its output', 'exec 1>&-; sleep 8', /sent nothing for 2 seconds/],
    [
      'closes its output and standard error',
      'exec 1>&- 2>&-; sleep 8',
      /connection ended before the server had answered|the connection failed/,
    ],
    ['is stopped', '(sleep 6; kill -CONT $$) & kill -STOP $$', /sent nothing for 2 seconds/],
    ['has written half a packet', 'printf 00; sleep 8', /no more than the beginning of Git's answer in 2 seconds/],
    ['leaves one that holds standard error', 'sleep 6 >&- & exit 1', /sent nothing for 2 seconds/],
  ])(
    '%s',
    async (_what, script, error) => {
      const forced = scratch.join('forced');
      writeFileSync(forced, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
      const server = await SshServer.start(scratch.join('sshd'), {
        sshd: sshd.path,
        acceptsProtocol: true,
        forceCommand: forced,
      });
      try {
        const keys = { PUSH_MIRROR_SSH_PRIVATE_KEY: server.privateKey, PUSH_MIRROR_SSH_KNOWN_HOSTS: server.knownHosts };

        expect(await endOf([server.url(source.path), target.path], keys)).toMatch(error);
      } finally {
        await server.stop();
      }
    },
    LIMIT_MS,
  );
});

onLinux('a signal', () => {
  const phases: readonly (readonly [phase: string, prepare: () => readonly string[]])[] = [
    [
      'while a stubborn ssh is silent',
      () => {
        program('ssh', STUBBORN);
        return [SSH, target.path];
      },
    ],
    [
      'while git is stopped',
      () => {
        program('git', 'case "$*" in *upload-pack*) kill -STOP $$;; esac\nexec "$REAL" "$@"');
        return [source.path, target.path];
      },
    ],
    [
      'while a stubborn hook runs',
      () => {
        hook('pre-receive', STUBBORN);
        return [source.path, target.path];
      },
    ],
    [
      'while git init hangs',
      () => {
        program('git', 'case "$*" in *init*) exec sleep 60;; esac\nexec "$REAL" "$@"');
        return [source.path, scratch.join('new.git')];
      },
    ],
  ];

  const under = (args: readonly string[]): Promise<CommandProcess> => {
    const command = start(args);
    return until(() => existsSync(scratch.join('begun')))
      .then(() => sleep(500))
      .then(() => command);
  };

  test.each(phases)(
    '%s: the run ends soon, reports, and leaves nothing',
    async (_phase, prepare) => {
      const command = await under(prepare());
      const at = Date.now();
      command.signal('SIGHUP');
      const { code, stdout } = await command.ended;

      expect(Date.now() - at).toBeLessThan(LONGEST_STOP_MS);
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Report).last_error).toMatch(/stopped by SIGHUP/);
      await expectNothingLeft();
    },
    LIMIT_MS,
  );

  // `git init` is not watched.
  test.each(phases.filter(([phase]) => !phase.includes('git init')))(
    '%s: a SIGKILL of the process ends what it has started, too',
    async (_phase, prepare) => {
      const command = await under(prepare());
      command.signal('SIGKILL');
      await command.ended;

      await expectNoProcessLeft(LONGEST_STOP_MS);
    },
    LIMIT_MS,
  );

  test(
    'a second one ends the process at once, and with it what it has started',
    async () => {
      program('ssh', STUBBORN);
      const command = await under([SSH, target.path]);
      command.signal('SIGINT');
      await sleep(150);
      command.signal('SIGTERM');
      const { code, stdout } = await command.ended;

      expect({ code, stdout }).toEqual({ code: 143, stdout: '' });
      await expectNothingLeft();
    },
    LIMIT_MS,
  );

  test(
    'the same one twice, as a terminal and npx send it, is one',
    async () => {
      program('ssh', STUBBORN);
      const command = await under([SSH, target.path]);
      command.signal('SIGINT');
      command.signal('SIGINT');
      const { code, stdout } = await command.ended;

      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Report).last_error).toMatch(/stopped by SIGINT/);
    },
    LIMIT_MS,
  );
});
