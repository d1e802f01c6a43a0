import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import type { Report } from '../../src/report/report.js';
import { isolatedGit, Scratch, TestRepository } from '../repositories/git.js';
import { runBundle, type Ended } from '../run.js';
import { describeSandboxed, type Sandbox } from '../sandbox.js';

let scratch: Scratch;
let source: TestRepository;
let target: TestRepository;

beforeEach(() => {
  scratch = new Scratch();
  source = TestRepository.create(scratch.join('source.git'));
  target = TestRepository.create(scratch.join('target.git'));
  source.set({ 'refs/heads/main': source.commits(2) });
  mkdirSync(scratch.join('out'));
});

afterEach(() => scratch.remove());

const cli = async (args: readonly string[], sandbox: Sandbox = {}): Promise<Ended> =>
  runBundle('cli', [...args, source.path, target.path], {}, { folder: scratch.path, sandbox });

/** Runs a script in which PM stands for the command with its ends. */
async function shell(script: string): Promise<Ended> {
  const command = `${process.execPath} ${resolve('dist/cli/index.js')} ${source.path} ${target.path}`;
  const child = spawn('/bin/sh', ['-c', script.replace('PM', command)], {
    cwd: scratch.path,
    env: isolatedGit(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((settle) => child.once('close', (code) => settle({ code, stdout, stderr })));
}

const statusIn = (text: string): string => (JSON.parse(text) as Report).update_status;

describe('a file for the report', () => {
  test('is there as a whole or not at all, and nothing else is left beside it', async () => {
    const file = scratch.join('out', 'report.json');
    writeFileSync(file, 'of an earlier run', { mode: 0o640 });
    const { code } = await cli(['--report=out/report.json', '--dotenv=out/run.env']);

    expect([code, statusIn(readFileSync(file, 'utf8'))]).toEqual([0, 'finished']);
    expect(readdirSync(scratch.join('out')).toSorted()).toEqual(['report.json', 'run.env']);
  });

  test.each([
    ['to a file', true],
    ['to nothing yet', false],
  ])('that is a symbolic link %s: the link stays, its target is written', async (_what, isThere) => {
    const [link, file] = [scratch.join('out', 'link'), scratch.join('real.json')];
    if (isThere) writeFileSync(file, 'of an earlier run');
    symlinkSync('../real.json', link);
    const { code } = await cli(['--report=out/link']);

    expect([code, lstatSync(link).isSymbolicLink(), statusIn(readFileSync(file, 'utf8'))]).toEqual([
      0,
      true,
      'finished',
    ]);
  });

  test('that is a pipe is written to, once', async () => {
    execFileSync('mkfifo', [scratch.join('pipe')]);
    const { stdout } = await shell('cat pipe & PM --report=pipe >table; wait');

    expect(statusIn(stdout)).toBe('finished');
    expect(statSync(scratch.join('pipe')).isFIFO()).toBe(true);
  });

  test('that is a pipe which nobody reads: a warning, and no waiting', async () => {
    execFileSync('mkfifo', [scratch.join('pipe')]);
    const { code, stderr } = await cli(['--report=pipe']);

    expect([code, target.refs()]).toEqual([0, source.refs()]);
    expect(stderr).toContain(
      'push-mirror: warning: --report is "pipe", which cannot be written: nobody reads from that pipe. What was mirrored stays mirrored.\n',
    );
  });

  test.each([
    ['/dev/stdout', '>both'],
    ['/dev/fd/1', '>both'],
    ['/proc/self/fd/1', '>both'],
    ['/dev/stderr', '2>both'],
    ['/dev/fd/3', '3>both'],
  ])('%s with %s goes there, behind what stands there', async (path, redirection) => {
    const { code } = await shell(`PM --report=${path} ${redirection}`);
    const both = readFileSync(scratch.join('both'), 'utf8');

    expect(code).toBe(0);
    expect(statusIn(/^\{$[^]*^\}$/m.exec(both)?.[0] ?? '')).toBe('finished');
    // The table goes to the same file where that is the standard output.
    expect(/^finished: 1 created/m.test(both)).toBe(redirection === '>both');
  });

  test('/dev/stdout is a socket of whoever started it', async () => {
    const { code, stdout } = await shell('PM --report=/dev/stdout');

    expect([code, statusIn(/^\{$[^]*^\}$/m.exec(stdout)?.[0] ?? '')]).toEqual([0, 'finished']);
  });

  test('that cannot be written when the mirror is made: a warning, and the code of the mirror', async () => {
    const hook = `${target.path}/hooks/post-receive`;
    writeFileSync(hook, `#!/bin/sh\nrm -r ${scratch.join('out')}\n`, { mode: 0o755 });
    const { code, stdout, stderr } = await cli(['--report=out/report.json', '--dotenv=run.env']);

    expect([code, target.refs()]).toEqual([0, source.refs()]);
    expect(stdout).toMatch(/^finished: 1 created/m);
    expect(stderr.match(/^push-mirror: .*/gm)).toEqual([
      'push-mirror: warning: --report is "out/report.json", which cannot be written: it or its folder does not exist. What was mirrored stays mirrored.',
    ]);
    expect(readFileSync(scratch.join('run.env'), 'utf8')).toMatch(/^PUSH_MIRROR_STATUS=finished$/m);
  });

  test('that cannot be written from the beginning: nothing is done', async () => {
    mkdirSync(scratch.join('folder'));
    const { code, stderr } = await cli(['--report=folder', '--dotenv=no/where.env']);

    expect([code, stderr]).toEqual([
      2,
      'push-mirror: --report is "folder", which cannot be written: it is a folder. Give a path where a file can be written.\n' +
        'push-mirror: --dotenv is "no/where.env", which cannot be written: it or its folder does not exist. Give a path where a file can be written.\n',
    ]);
    expect(target.refs()).toEqual({});
  });
});

describeSandboxed('a folder that takes no other file', () => {
  test('a file that may be written there is written in its place', async () => {
    // As a container has it, into which a single file is mounted.
    const file = scratch.join('out', 'report.json');
    writeFileSync(file, 'of an earlier run', { mode: 0o666 });
    const { code } = await cli(['--report=out/report.json'], { readOnly: [scratch.join('out')], writable: [file] });

    expect([code, statusIn(readFileSync(file, 'utf8'))]).toEqual([0, 'finished']);
  });

  test('a folder that is read-only, a disk that is full: a sentence before anything is done', async () => {
    const { code, stderr } = await cli(['--report=out/report.json'], { readOnly: [scratch.join('out')] });

    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/which cannot be written: the file system is read-only\./),
    ]);
    expect(target.refs()).toEqual({});
  });
});

describe('a file that has another use', () => {
  const list = (): string => {
    const path = scratch.join('mirrors.yml');
    writeFileSync(path, `- url: ${target.path}\n`);
    return path;
  };
  const refused = async (args: readonly string[]): Promise<string> => {
    const before = existsSync(scratch.join('mirrors.yml')) ? readFileSync(scratch.join('mirrors.yml'), 'utf8') : '';
    const { code, stderr } = await runBundle('cli', args, {}, { folder: scratch.path });
    expect([code, target.refs()]).toEqual([2, {}]);
    if (before !== '') expect(readFileSync(scratch.join('mirrors.yml'), 'utf8')).toBe(before);
    return stderr;
  };

  test.each([
    ['./mirrors.yml', () => undefined],
    ['out/../mirrors.yml', () => undefined],
    ['hard', () => linkSync(scratch.join('mirrors.yml'), scratch.join('hard'))],
    ['soft', () => symlinkSync('mirrors.yml', scratch.join('soft'))],
    ['other/mirrors.yml', () => symlinkSync('.', scratch.join('other'))],
  ])('the list, under the name %s', async (name, arrange) => {
    list();
    arrange();

    expect(await refused(['--mirrors=mirrors.yml', `--report=${name}`, source.path])).toContain(
      `push-mirror: --report is "${name}", the same file as --mirrors: give another file.\n`,
    );
  });

  test('the other one, which is not there yet', async () => {
    symlinkSync('out', scratch.join('other'));

    expect(await refused(['--report=out/x', '--dotenv=other/x', source.path, target.path])).toContain(
      '--dotenv is "other/x", the same file as --report: give another file.',
    );
  });

  test.each([
    ['source', () => source.path],
    ['target', () => target.path],
    ['target, which is not there yet', () => scratch.join('new.git')],
  ])('the %s', async (what, path) => {
    const to = what.startsWith('target') ? path() : target.path;

    expect(await refused([`--report=${path()}`, source.path, to])).toMatch(
      new RegExp(`--report is ".*", the same file as the ${what.slice(0, 6)} .*: give another file\\.`),
    );
  });

  test.each(['HEAD', 'config', 'packed-refs', 'refs/heads/main', 'objects/info/report.json'])(
    'a part of a repository: %s',
    async (name) => {
      symlinkSync('target.git', scratch.join('mirror'));

      expect(await refused([`--report=mirror/${name}`, source.path, target.path])).toBe(
        `push-mirror: --report is "mirror/${name}", a part of the Git repository in "${target.path}": give another file.\n`,
      );
    },
  );

  test('none of a repository, beside what belongs to git', async () => {
    const { code } = await cli([`--report=${target.path}/report.json`]);

    expect([code, target.refs()]).toEqual([0, source.refs()]);
    expect(statusIn(readFileSync(`${target.path}/report.json`, 'utf8'))).toBe('finished');
  });

  test('links that go round in circles', async () => {
    symlinkSync('loop', scratch.join('loop'));

    expect(await refused(['--report=loop', source.path, target.path])).toContain('go round in circles');
  });

  test('the certificates', async () => {
    writeFileSync(scratch.join('ca.pem'), 'x');

    expect(await refused(['--ca-certificate=ca.pem', '--dotenv=./ca.pem', source.path, target.path])).toContain(
      '--dotenv is "./ca.pem", the same file as --ca-certificate: give another file.',
    );
    expect(readFileSync(scratch.join('ca.pem'), 'utf8')).toBe('x');
  });
});

describe('an output that cannot be written', () => {
  test('is a warning where it only tells what was done', async () => {
    const { code, stderr } = await shell('PM >/dev/full');

    expect([code, target.refs()]).toEqual([0, source.refs()]);
    expect(stderr.match(/^push-mirror: .*/gm)).toEqual([
      'push-mirror: warning: the output could not be written (ENOSPC).',
    ]);
  });

  test.each(['--json', '--version'])('is a failure where it is what was asked for: %s', async (option) => {
    expect((await shell(`PM ${option} >/dev/full`)).code).toBe(1);
  });

  test('is none of both where the reader has had enough', async () => {
    expect((await shell('{ PM --json; echo $? >code; } | head -c 1')).stdout).toBe('{');
    expect(readFileSync(scratch.join('code'), 'utf8')).toBe('0\n');
  });
});
