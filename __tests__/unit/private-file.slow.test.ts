import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { geteuid } from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { writePrivateFile } from '../../src/protocol/programs/private-file.js';
import { until } from '../command-process.js';
import { Scratch } from '../repositories/git.js';
import { temporaryIn } from '../temporary.js';

const CONTENT = `-----BEGIN marker-----\n${'böse € \u{1F511}\n'.repeat(5000)}-----END marker-----\n`;
const KINDS = platform() === 'linux' ? (['nameless', 'named'] as const) : (['named'] as const);

/** Writes files when it is told so, and closes them; says their paths. */
const HOLDER = `
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { writePrivateFile } from './protocol/programs/private-file.js';
import { TemporaryPlaces } from './protocol/programs/temporary-places.js';
const [, , kind, content, place] = process.argv;
const temporary = new TemporaryPlaces({ places: [place], warn: console.log, platform: 'none' });
const settings = { temporary, location: 'host:x', holds: 'the key' };
const files = [];
for await (const line of createInterface({ input: process.stdin })) {
  try {
    if (line === 'write') files.push(await writePrivateFile(readFileSync(content, 'utf8'), kind, settings));
    if (line === 'close') for (const file of files) await file.close();
    console.log(line === 'write' ? files.at(-1).path : 'done');
  } catch (error) {
    console.log(error.message);
  }
}
`;

/** A process that holds private files, with a temporary folder of its own. */
class Holder {
  readonly temporary: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(scratch: Scratch, kind: string, temporaryName = 'temporary') {
    this.temporary = scratch.join(temporaryName);
    mkdirSync(this.temporary);
    writeFileSync(scratch.join('content'), CONTENT);
    writeFileSync(scratch.join('holder.mjs'), HOLDER);
    writeFileSync(scratch.join('package.json'), '{ "type": "module" }');
    for (const name of ['private-file', 'temporary-places']) compile(`src/protocol/programs/${name}.ts`, scratch);
    this.#child = spawn(process.execPath, [scratch.join('holder.mjs'), kind, scratch.join('content'), this.temporary], {
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'pipe', 'inherit'],
      // The leader of a group, so that a test can signal all of it as a terminal does.
      detached: true,
    });
    const lines: Interface = createInterface({ input: this.#child.stdout! });
    this.#answers = lines[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @returns the path of the file that was written, or the words of the error */
  async write(): Promise<string> {
    return this.#ask('write');
  }

  async close(): Promise<void> {
    await this.#ask('close');
  }

  /** Lets it come to its own end. */
  async finish(): Promise<number | null> {
    this.#child.stdin?.end();
    return this.#ended();
  }

  async kill(signal: NodeJS.Signals, whom: 'process' | 'group' = 'process'): Promise<void> {
    process.kill(whom === 'group' ? -this.pid : this.pid, signal);
    await this.#ended();
  }

  async #ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  async #ask(question: string): Promise<string> {
    this.#child.stdin?.write(`${question}\n`);
    const { value } = (await this.#answers.next()) as { value: string | undefined };
    if (value === undefined) throw new Error('the holder has ended');
    return value;
  }
}

/** Compiles a file of `src/`, and those that it imports, into the same places of a folder. */
function compile(path: string, scratch: Scratch): void {
  const place = scratch.join(relative('src', path).replace(/ts$/, 'js'));
  if (existsSync(place)) return;
  const { code } = transformFileSync(path, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, code);
  for (const [, imported = ''] of code.matchAll(/from '(\.[^']+)\.js'/g))
    compile(join(dirname(path), `${imported}.ts`), scratch);
}

describe.each(KINDS)('a %s private file', (kind) => {
  let scratch: Scratch;
  let holder: Holder;

  beforeEach(() => {
    scratch = new Scratch();
    holder = new Holder(scratch, kind);
  });

  afterEach(async () => {
    await holder.kill('SIGKILL').catch(() => undefined);
    scratch.remove();
  });

  test('is read by another program by its path, again and again', async () => {
    const path = await holder.write();

    for (const _time of [1, 2]) expect(execFileSync('cat', [path], { encoding: 'utf8' })).toBe(CONTENT);
  });

  test('is readable for its owner alone, whatever folder it stands in', async () => {
    const path = await holder.write();

    const folders = readdirSync(holder.temporary).map((name) => modeOf(join(holder.temporary, name)));

    expect(modeOf(path)).toBe('600');
    expect(folders).toEqual(kind === 'named' ? ['700'] : []);
  });

  test('is gone when it is closed, and closing twice is fine', async () => {
    const path = await holder.write();
    await holder.close();
    await holder.close();

    expect(existsSync(path)).toBe(false);
    expect(readdirSync(holder.temporary)).toEqual([]);
    expect(await holder.finish()).toBe(0);
  });

  test('is one of many, each with its own path', async () => {
    const paths = [await holder.write(), await holder.write(), await holder.write()];

    expect(new Set(paths).size).toBe(3);
    for (const path of paths) expect(readFileSync(path, 'utf8')).toBe(CONTENT);
  });

  test('does not keep its process alive, and is gone after its end', async () => {
    const path = await holder.write();

    expect(await holder.finish()).toBe(0);
    await until(() => !existsSync(path) && readdirSync(holder.temporary).length === 0);
  });

  test.each([
    ['SIGKILL', 'process'],
    ['SIGTERM', 'process'],
    ['SIGKILL', 'group'],
    ['SIGINT', 'group'],
    ['SIGHUP', 'group'],
  ] as const)('is gone after %s to its %s', async (signal, whom) => {
    const path = await holder.write();
    expect(readFileSync(path, 'utf8')).toBe(CONTENT);

    await holder.kill(signal, whom);

    await until(() => !existsSync(path) && readdirSync(holder.temporary).length === 0);
  });

  test('stands in a temporary folder of any name', async () => {
    const odd = new Holder(scratch, kind, ' -o $(true) \'x\' "y" \\ %h ~ é ');
    const path = await odd.write();
    expect(readFileSync(path, 'utf8')).toBe(CONTENT);

    await odd.kill('SIGKILL');

    await until(() => !existsSync(path) && readdirSync(odd.temporary).length === 0);
  });
});

const SETTINGS = { temporary: temporaryIn(), location: 'host:x', holds: 'the key' };

test.each(KINDS)('a %s private file can be read by its owner, whatever umask(2) says', async (kind) => {
  const before = process.umask(0o777);
  const file = await writePrivateFile('content', kind, SETTINGS).finally(() => process.umask(before));

  expect(modeOf(file.path)).toBe('600');
  // The other kind stands among the descriptors of this process.
  expect(modeOf(dirname(file.path))).toBe(kind === 'named' ? '700' : '500');
  await file.close();
});

test('the guard of a named private file is started before there is a folder to remove', async () => {
  const scratch = new Scratch();
  const seen: string[][] = [];
  const onStart = (): void => void seen.push(readdirSync(scratch.path));
  subscribe('child_process', onStart);
  const settings = { ...SETTINGS, temporary: temporaryIn(scratch.path) };
  const file = await writePrivateFile('content', 'named', settings).finally(() =>
    unsubscribe('child_process', onStart),
  );

  expect(seen).toEqual([[]]);
  await file.close();
  scratch.remove();
});

test('a named private file can be closed after somebody else took it away', async () => {
  const file = await writePrivateFile('content', 'named', SETTINGS);
  rmSync(dirname(file.path), { recursive: true });

  await expect(file.close()).resolves.toBeUndefined();
  expect(existsSync(dirname(file.path))).toBe(false);
});

(platform() === 'linux' && geteuid?.() === 0 ? describe : describe.skip)('in a full temporary folder', () => {
  const scratch = new Scratch();
  const folder = scratch.join('full');

  beforeAll(() => {
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4096', 'tmpfs', folder]);
  });

  afterAll(() => {
    execFileSync('umount', ['--lazy', folder]);
    scratch.remove();
  });

  test.each(KINDS)('a %s private file is not begun', async (kind) => {
    const holder = new Holder(scratch, kind, `full/${kind}`);

    const words = await holder.write();

    expect(words).toBe(
      `host:x: the key could not be written to a temporary file: ${holder.temporary} is full. Make room there, or set \`TMPDIR\` to a folder with more space.`,
    );
    await until(() => readdirSync(holder.temporary).length === 0);
    expect(
      readdirSync(`/proc/${holder.pid}/fd`).filter((fd) => linkOf(`/proc/${holder.pid}/fd/${fd}`).includes(folder)),
    ).toEqual([]);
    expect(await holder.finish()).toBe(0);
  });
});

(platform() === 'linux' ? describe : describe.skip)('a nameless private file', () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = new Scratch();
  });

  afterEach(() => scratch.remove());

  test('has nothing in the temporary folder while it is open', async () => {
    const holder = new Holder(scratch, 'nameless');
    const path = await holder.write();

    expect(path).toMatch(new RegExp(`^/proc/${holder.pid}/fd/\\d+$`));
    expect(readdirSync(holder.temporary)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe(CONTENT);
    await holder.finish();
  });

  test('leaves its descriptor to whoever opens the next file, and closing again leaves that alone', async () => {
    const file = await writePrivateFile('one', 'nameless', SETTINGS);
    await file.close();
    const next = await writePrivateFile('two', 'nameless', SETTINGS);

    await file.close();

    expect(readFileSync(next.path, 'utf8')).toBe('two');
    await next.close();
    expect(existsSync(next.path)).toBe(false);
  });

  test('is not passed on to child processes', async () => {
    const file = await writePrivateFile('secret', 'nameless', SETTINGS);

    const inherited = execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });

    expect(execFileSync('ls', ['-l', file.path], { encoding: 'utf8' })).toMatch(/push-mirror-.*\(deleted\)/);
    expect(inherited).not.toMatch(/push-mirror-.*\(deleted\)/);
    await file.close();
  });
});

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
