import { execFileSync, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe } from '@jest/globals';
import { findProgram, type NeededProgram } from '../requires.js';

/** What is to be signed. */
export interface OracleInput {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken: string | null;
  readonly region: string;
  readonly repository: string;
  /** As `CODE_COMMIT_ENDPOINT`: the host instead of the region's own. */
  readonly hostname?: string | null;
  readonly epochMillis: number;
}

/** What `git-remote-codecommit` makes of it. */
export interface OracleAnswer {
  /** With user name and password, as it is handed to git. */
  readonly url: string;
  readonly hostname: string;
  readonly path: string;
  /** As a client sends it: nothing is encoded in it. */
  readonly username: string;
  readonly password: string;
}

const PROGRAM = resolve('__tests__/oracles/codecommit-signatures.py');
const WHERE_IT_IS_MISSING =
  'the Python package git-remote-codecommit is not installed (nor in a folder of PYTHONPATH), and some tests need it';

/**
 * Finds Python with the package `git-remote-codecommit`. Where it is not installed the tests that need it are skipped, and
 * that is said.
 *
 * @returns the path of `python3`, with its `describe`
 * @throws in CI (`CI=true`), as for every program that tests need
 */
export function neededCodecommitOracle(): NeededProgram {
  const python = findProgram('python3');
  if (python !== undefined && hasPackage(python)) return { path: python, describe };
  if (process.env.CI === 'true') throw new Error(WHERE_IT_IS_MISSING);
  process.stderr.write(`${WHERE_IT_IS_MISSING}: they are skipped.\n`);
  return { path: '', describe: describe.skip };
}

/** What the real package computes for each of the inputs; it is started once, and asks nobody. */
export function askCodecommitOracle(python: string, inputs: readonly OracleInput[]): OracleAnswer[] {
  const input = inputs.map((one) => `${JSON.stringify(one)}\n`).join('');
  const settings = { env: pythonEnvironment(), input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const printed = execFileSync(python, [PROGRAM], settings);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OracleAnswer);
}

/** An environment in which Python finds the package, and nothing of this machine's AWS settings. */
export function pythonEnvironment(): Record<string, string> {
  const { PATH = '', PYTHONPATH } = process.env;
  return {
    PATH,
    ...(PYTHONPATH === undefined ? {} : { PYTHONPATH }),
    // A checkout stays clean, and deprecations of the package's are not ours.
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    PYTHONUTF8: '1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function hasPackage(python: string): boolean {
  const { status } = spawnSync(python, ['-c', 'import git_remote_codecommit'], { env: pythonEnvironment() });
  return status === 0;
}
