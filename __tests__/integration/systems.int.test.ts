import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { isolatedGit, Scratch } from '../repositories/git.js';
import { describeSandboxed, sandboxed, type Sandbox } from '../sandbox.js';

// What the workflow "Systems" runs elsewhere, run here, so that it is known to work.

const LIMIT_MS = 120_000;
const MIRRORS = 7;

let scratch: Scratch;

beforeEach(() => {
  scratch = new Scratch();
  chmodSync(scratch.path, 0o1777);
});

afterEach(() => scratch.remove());

/** Runs the script in a sandbox, and gives what is not as it should be, and its last line. */
async function systems(node: string, sandbox: Sandbox, ...without: readonly string[]): Promise<readonly string[]> {
  const args = ['scripts/systems.mjs', ...without.flatMap((name) => ['--without', name])];
  const env = { ...isolatedGit(), RUNNER_TEMP: scratch.path };
  const output = await new Promise<string>((settle) => {
    execFile(...sandboxed(sandbox, node, args), { env }, (_error, stdout, stderr) => settle(stderr + stdout));
  });
  return output
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(?:passed|skipped|linux )/.test(line));
}

const allBut = (skipped: number): readonly string[] => [`${MIRRORS - skipped} passed, 0 failed, ${skipped} skipped`];

describe('mirrors on this system', () => {
  const { NODE22: node22, NODE24: node24 } = process.env;
  test.each([process.execPath, node22, node24].filter((node) => node !== undefined))(
    'by %s',
    async (node) => {
      expect(await systems(node, {})).toEqual(allBut(0));
    },
    LIMIT_MS,
  );
});

describeSandboxed('mirrors on a system', () => {
  const places: readonly [what: string, sandbox: () => Sandbox, without: readonly string[]][] = [
    ['without /proc', () => ({ hasNoProc: true }), []],
    // sshd serves, and ssh asks for, users that the system knows.
    ['for a user whom it does not know', () => ({ user: 54_321 }), ['ssh']],
    ['that is read-only', () => ({ small: { [scratch.path]: 200_000 }, readOnly: ['/'] }), ['ssh']],
  ];

  test.each(places)(
    '%s',
    async (_what, sandbox, without) => {
      expect(await systems(process.execPath, sandbox(), ...without)).toEqual(allBut(without.length));
    },
    LIMIT_MS,
  );
});
