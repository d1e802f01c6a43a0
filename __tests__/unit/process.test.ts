import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { ProcessGroup } from '../../src/protocol/programs/process-group.js';
import { treeEnding } from '../../src/protocol/programs/process-tree.js';
import {
  CouldNotRun,
  NotInstalled,
  RunningProgram,
  runProgram,
  type Command,
} from '../../src/protocol/programs/process.js';
import { runByToolkit } from '../../src/protocol/programs/toolkit.js';
import { Scratch } from '../repositories/git.js';

const PATH = { PATH: process.env.PATH ?? '' };
const NEVER = new AbortController().signal;
const LIMITS = { ms: 60_000, signal: NEVER };

const sh = (script: string, environment: Readonly<Record<string, string>> = PATH): Command => ({
  program: '/bin/sh',
  arguments: ['-c', script],
  environment,
});

describe('a program that is run to its end', () => {
  const run = (command: Command, signal = NEVER, ms = 60_000): ReturnType<typeof runProgram> =>
    runProgram(command, { ms, signal });

  test('gives its code, its output and its errors, whatever the code is', async () => {
    expect(await run(sh('echo out; echo err >&2; exit 3'))).toEqual({ code: 3, output: 'out\n', errors: 'err\n' });
  });

  test('sees the environment that it is given, and nothing else of it', async () => {
    const end = await run(sh('echo "$GIVEN/$HOME/$GITHUB_TOKEN"', { ...PATH, GIVEN: 'given' }));

    expect(end?.output).toBe('given//\n');
  });

  test('has no input', async () => {
    expect((await run(sh('cat; echo end')))?.output).toBe('end\n');
  });

  test('gives the first of much output, and the last of many errors', async () => {
    const lines = 'i=0; while [ $i -lt 60000 ]; do echo "$i ......"; i=$((i+1)); done';
    const end = await run(sh(`${lines}; (${lines}) >&2`));

    expect(end?.output).toMatch(/^0 \.+\n1 /);
    expect(end?.output).toMatch(/…$/);
    expect(end?.output).toHaveLength(256 * 1024 + 1);
    expect(end?.errors).toMatch(/\n59999 \.+\n$/);
    expect(end?.errors).toMatch(/^…/);
    expect(end?.errors).toHaveLength(1 + 64 * 1024);
  });

  test('is ended when its time is over', async () => {
    expect(await run(sh('exec sleep 100'), NEVER, 50)).toBeUndefined();
  });

  test('is ended by the signal, whose reason is thrown', async () => {
    const stop = new AbortController();
    const running = run(sh('exec sleep 100'), stop.signal);
    stop.abort(new Error('enough'));

    await expect(running).rejects.toThrow('enough');
    await expect(run(sh('true'), stop.signal)).rejects.toThrow('enough');
  });

  test.each<[string, Command, boolean]>([
    ['is not there', { program: 'no-such-program-here', arguments: [], environment: PATH }, true],
    ['is no program', { program: '/', arguments: [], environment: PATH }, false],
  ])('throws only where it %s', async (_what, command, isMissing) => {
    const error: unknown = await run(command).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(CouldNotRun);
    expect(error instanceof NotInstalled).toBe(isMissing);
    expect(error).toMatchObject({ program: command.program });
  });

  test('is found by its name, and finds others, in absolute folders alone', async () => {
    const seen = await run({
      ...sh(''),
      program: 'sh',
      arguments: ['-c', 'echo "$PATH"'],
      environment: { PATH: ':.:/bin:' },
    });

    expect(seen?.output).toBe('/bin\n');
    await expect(run({ ...sh(''), program: 'sh', environment: { PATH: ':bin:.' } })).rejects.toMatchObject({
      leftOut: ['', 'bin', '.'],
    });
  });
});

describe('a program with input and output', () => {
  test('runs in its folder, and ends with its input', async () => {
    const program = new RunningProgram({ ...sh('pwd; cat'), folder: '/' });
    program.input.end('in');
    let output = '';
    for await (const chunk of program.output) output += String(chunk);

    expect(output).toBe('/\nin');
    expect(await program.ended).toEqual({ code: 0, errors: '' });
    expect(program.isRunning).toBe(false);
  });

  test('that does not end when it is asked to is ended by force', async () => {
    const program = new RunningProgram(sh('trap "" TERM; echo ready; while :; do sleep 0.1; done'));
    await program.output[Symbol.asyncIterator]().next();
    await program.stop();

    expect(await program.ended).toMatchObject({ code: null });
  });
});

describe('a program that the toolkit runs', () => {
  test('gives its code and its errors', async () => {
    expect(await runByToolkit(sh('echo out; echo "$GIVEN" >&2; exit 3', { ...PATH, GIVEN: 'given' }), LIMITS)).toEqual({
      code: 3,
      errors: 'given\n',
    });
  });

  test.each(['Program Files (x86)', 'a "b" c', 'back\\slash', 'a\\" b\\', '"', ' '])(
    'is found in a folder named %j',
    async (name) => {
      const scratch = new Scratch();
      try {
        mkdirSync(scratch.join('x', name, 'y'), { recursive: true });
        symlinkSync('/bin/sh', scratch.join('x', name, 'y', 'shell'));
        const environment = { PATH: `.:${scratch.join('x', name, 'y')}` };
        const command = { program: 'shell', arguments: ['-c', 'echo "$PATH" >&2; exit 4'], environment };

        expect(await runByToolkit(command, LIMITS)).toEqual({
          code: 4,
          errors: `${scratch.join('x', name, 'y')}\n`,
        });
      } finally {
        scratch.remove();
      }
    },
  );

  test('throws where it is not there', async () => {
    await expect(
      runByToolkit({ program: 'no-such-program-here', arguments: [], environment: PATH }, LIMITS),
    ).rejects.toThrow(NotInstalled);
  });
});

describe('a program with those that it has started, where there are no groups', () => {
  test.each<
    [os: NodeJS.Platform, pid: number | undefined, SystemRoot: string | undefined, program: string | undefined]
  >([
    ['win32', 42, 'C:\\Windows', 'C:\\Windows\\System32\\taskkill.exe'],
    ['win32', 42, 'd:/winnt', 'd:\\winnt\\System32\\taskkill.exe'],
    ['win32', 42, undefined, 'C:\\Windows\\System32\\taskkill.exe'],
    ['win32', 42, 'Windows', 'C:\\Windows\\System32\\taskkill.exe'],
    ['win32', undefined, 'C:\\Windows', undefined],
    ['linux', 42, 'C:\\Windows', undefined],
    ['darwin', 42, undefined, undefined],
  ])('%s, number %s, SystemRoot %s', (os, pid, SystemRoot, program) => {
    const environment: Record<string, string> = SystemRoot === undefined ? {} : { SystemRoot };
    const expected = program === undefined ? undefined : [program, ['/T', '/F', '/PID', String(pid)]];

    expect(treeEnding(pid, environment, os)).toEqual(expected);
  });

  test('is ended by a command, before which it does not end itself', async () => {
    const scratch = new Scratch();
    const child = spawn('/bin/sh', ['-c', 'sleep 100 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      // Its output is open while one of both has it.
      const bothGone = Promise.all([once(child.stdout.resume(), 'close'), once(child, 'exit')]);
      const ender = scratch.join('ender');
      writeFileSync(ender, '#!/bin/sh\nkill -0 "$2" && kill -KILL "$2" "$1"\n', { mode: 0o755 });
      const group = new ProcessGroup(child, {
        isGroup: false,
        tree: [ender, [String(chunk).trim(), String(child.pid)]],
      });
      await group.end();
      group.leave();

      await bothGone;
      expect(child.signalCode).toBe('SIGKILL');
    } finally {
      child.kill('SIGKILL');
      scratch.remove();
    }
  });
});
