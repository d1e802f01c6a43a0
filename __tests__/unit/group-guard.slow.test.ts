import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { createInterface } from 'node:readline';
import { until } from '../command-process.js';
import { Scratch } from '../repositories/git.js';

/** Starts programs, each in a group of its own, has them watched, leaves the first, and tells their numbers. */
const WATCHER = `
import { spawn } from 'node:child_process';
import { GroupGuard } from './protocol/programs/group-guard.js';
const guard = new GroupGuard();
const [, , script] = process.argv;
const start = () => spawn('sh', ['-c', script], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
const children = [start(), start(), start()];
for (const child of children) await new Promise((resolve) => child.stdout.once('data', resolve));
const [leave] = children.map((child) => guard.watch(child.pid));
leave();
console.log(children.map((child) => child.pid).join(' '));
`;

const SCRIPTS = [
  ['that wait', 'echo ready; sleep 300'],
  ['that ignore SIGTERM', 'trap "" TERM; echo ready; while :; do sleep 300; done'],
  ['that have stopped', 'echo ready; kill -STOP $$'],
  ['that leave others', 'sleep 300 & echo ready; wait'],
] as const;

(platform() === 'win32' ? describe.skip : describe)('after a SIGKILL of its process, a guard', () => {
  let scratch: Scratch;
  let groups: readonly number[] = [];

  beforeEach(() => {
    scratch = new Scratch();
  });

  afterEach(() => {
    for (const group of groups) isAlive(group, 'SIGKILL');
    scratch.remove();
  });

  test.each(SCRIPTS)('ends the groups of programs %s, and no other', async (_what, script) => {
    const watcher = startWatcher(scratch, script);
    const [line] = (await once(createInterface({ input: watcher.stdout! }), 'line')) as [string];
    groups = line.split(' ').map(Number);
    const [left = 0, ...watched] = groups;
    expect(groups.map((group) => isAlive(group))).toEqual([true, true, true]);

    watcher.kill('SIGKILL');

    await until(() => !watched.some((group) => isAlive(group)));
    expect(isAlive(left)).toBe(true);
  });
});

function startWatcher(scratch: Scratch, script: string): ChildProcess {
  mkdirSync(scratch.join('protocol/programs'), { recursive: true });
  writeFileSync(scratch.join('package.json'), '{ "type": "module" }');
  writeFileSync(scratch.join('watcher.mjs'), WATCHER);
  for (const name of ['guard', 'group-guard'])
    writeFileSync(
      scratch.join(`protocol/programs/${name}.js`),
      transformFileSync(`src/protocol/programs/${name}.ts`, {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      }).code,
    );
  return spawn(process.execPath, [scratch.join('watcher.mjs'), script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function isAlive(group: number, signal: NodeJS.Signals | 0 = 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
