import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { isolatedGit, Scratch } from '../repositories/git.js';

// Time depends on the machine; the modules that are loaded do not, and are most of the cost of a start.

let scratch: Scratch;
let server: Server;

beforeEach(async () => {
  scratch = new Scratch();
  server = createServer((_request, response) => response.writeHead(403).end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  scratch.remove();
});

/** Runs Node.js and gives the modules of its own that it had loaded at the end, such as `http` and `internal/deps/undici/undici`. */
async function builtIns(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const [hook, list] = [scratch.join('hook.cjs'), scratch.join('list.json')];
  writeFileSync(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(process.moduleLoadList)));`,
  );
  await new Promise<void>((ended) => {
    const env = { ...isolatedGit(), ...environment };
    execFile(process.execPath, ['--require', hook, ...args], { env }, () => ended());
  });
  const loaded = JSON.parse(readFileSync(list, 'utf8')) as string[];
  return loaded.flatMap((one) => /^NativeModule (.*)$/.exec(one)?.[1] ?? []);
}

const PROGRAMS = ['child_process'];
const TLS = ['https', 'tls', 'crypto'];
const HEAVY = [...PROGRAMS, ...TLS, 'zlib', 'internal/deps/undici/undici'];

const url = (name: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/me/${name}.git`;
const among = (loaded: readonly string[], names: readonly string[]): string[] =>
  names.filter((name) => loaded.includes(name));

describe('the modules of Node.js that are loaded', () => {
  test.each(['--version', '--help', '--no-such-option'])('by the command with %s', async (argument) => {
    const loaded = await builtIns(['dist/cli/index.js', argument]);

    expect(among(loaded, [...HEAVY, 'http'])).toEqual([]);
  });

  test('by the command until a server refuses it over HTTP', async () => {
    const loaded = await builtIns(['dist/cli/index.js', url('source'), url('target')]);

    expect(among(loaded, [...HEAVY, 'http'])).toEqual(['http']);
  });

  test('by the action until a server refuses it over HTTP', async () => {
    const inputs = { 'INPUT_SOURCE-URL': url('source'), 'INPUT_TARGET-URL': url('target'), RUNNER_TEMP: scratch.path };
    const loaded = await builtIns(['dist/index.js'], inputs);

    // The toolkit of actions loads `crypto` itself.
    expect(among(loaded, [...HEAVY, 'http'])).toEqual(['crypto', 'http']);
  });

  test('by the library until a server refuses it over HTTP', async () => {
    const script = scratch.join('script.mjs');
    const [source, target] = [url('source'), url('target')];
    writeFileSync(
      script,
      `import { mirror } from ${JSON.stringify(resolve('dist/lib/index.js'))};
      await mirror(${JSON.stringify({ source, target })});`,
    );
    const loaded = await builtIns([script]);

    expect(among(loaded, [...HEAVY, 'http'])).toEqual(['http']);
  });

  test('by the command for what is on this machine', async () => {
    const loaded = await builtIns(['dist/cli/index.js', scratch.join('none'), scratch.join('target.git')]);

    expect(among(loaded, [...HEAVY, 'http'])).toEqual(PROGRAMS);
  });
});

describe('a Node.js that is too old', () => {
  const SENTENCE = /^This is Node\.js 18\.20\.8, and push-mirror needs 20\.18 or later .*\. Use .*\.$/;
  const programs: readonly [door: string, program: string, code: number, prefix: string][] = [
    ['the command', "import(resolve('dist/cli/index.js'))", 2, 'push-mirror: '],
    ['the action', "import(resolve('dist/index.js'))", 2, '::error::'],
    ['the library', "import(resolve('dist/lib/index.js')).catch(tell)", 1, ''],
  ];

  // It lacks what is new, but it is told by its number, before anything that it could lack is read.
  test.each(programs)('is told by %s, in one sentence', async (_door, program, code, prefix) => {
    const script = scratch.join('script.cjs');
    writeFileSync(
      script,
      `const { resolve } = require('path');
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });
      process.getBuiltinModule = undefined;
      const tell = (error) => { console.error(error.message); process.exitCode = 1; };
      ${program};`,
    );
    const ended = await new Promise<[code: unknown, stderr: string]>((settle) => {
      execFile(process.execPath, [script], { env: isolatedGit() }, (error, _stdout, stderr) =>
        settle([error?.code, stderr]),
      );
    });

    expect(ended).toEqual([code, expect.stringMatching(new RegExp(`^${prefix}`))]);
    expect(ended[1].slice(prefix.length).trimEnd()).toMatch(SENTENCE);
  });
});

describe('the bundles', () => {
  /** Of the action and the command; the library is made of modules that have no functions around them. */
  const FOLDERS = ['dist', 'dist/cli'];
  const filesOf = (folder: string): [string, string][] =>
    readdirSync(folder)
      .filter((name) => /^(?:main|\d+\.index)\.js$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
  const MODULE = /[{,]\d+:\((?:async )?function\(/g;
  const BUILT_IN = /[{,]\d+:\(function\(\w+\)\{\w+\.exports=\w+\(import\.meta\.url\)/g;
  const countOf = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

  test('the command needs no files but its first ones to tell its version', async () => {
    for (const name of ['index.js', 'main.js', 'package.json'])
      copyFileSync(join('dist/cli', name), scratch.join(name));
    const printed = await new Promise<string>((ended) => {
      execFile(process.execPath, [scratch.join('index.js'), '--version'], (_error, stdout) => ended(stdout));
    });

    expect(printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  // An `await` at the top level of a module, or modules that are not ECMAScript's, would keep them apart.
  test.each(FOLDERS)('the modules of %s are joined, but for those that several files need', (folder) => {
    const first = readFileSync(join(folder, 'main.js'), 'utf8');

    expect(countOf(first, MODULE) - countOf(first, BUILT_IN)).toBeLessThan(70);
    expect(first).not.toMatch(/[{,]\d+:\(async function\(/);
  });

  test.each(FOLDERS)('every module of %s stands in parentheses, in a minified file', (folder) => {
    for (const [name, text] of filesOf(folder)) {
      expect([name, text.match(/[{,]\d+:(?:async ?)?(?:function\b|(?:\w+|\([\w,]*\))=>\{)/g)]).toEqual([name, null]);
      expect([name, text.includes('/***/')]).toEqual([name, false]);
    }
  });
});
