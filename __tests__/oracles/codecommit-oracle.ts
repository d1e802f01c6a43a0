import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { NeededProgram } from '../requires.js';
import { neededPython, pythonEnvironment } from '../servers/python.js';

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

/** Finds Python with the package `git-remote-codecommit`. */
export function neededCodecommitOracle(): NeededProgram {
  return neededPython('git-remote-codecommit', ['git_remote_codecommit']);
}

/** What the real package computes for each of the inputs; it is started once, and asks nobody. */
export function askCodecommitOracle(python: string, inputs: readonly OracleInput[]): OracleAnswer[] {
  const input = inputs.map((one) => `${JSON.stringify(one)}\n`).join('');
  const settings = { env: oracleEnvironment(), input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const printed = execFileSync(python, [PROGRAM], settings);
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OracleAnswer);
}

/** An environment without this machine's AWS settings, and without deprecations of the package's. */
export function oracleEnvironment(): Record<string, string> {
  return {
    ...pythonEnvironment(),
    PYTHONWARNINGS: 'ignore',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
