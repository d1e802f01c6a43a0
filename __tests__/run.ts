import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { connectAndMirror } from '../src/mirror/connect.js';
import type { Log } from '../src/options/log.js';
import { parseOptions } from '../src/options/options.js';
import { regexCompiler } from '../src/options/selection.js';
import { readSurroundings } from '../src/options/surroundings.js';
import { secretsOf } from '../src/options/given-secrets.js';
import type { Clock } from '../src/protocol/clock.js';
import { commandName } from '../src/cli/names.js';
// Loaded on demand by the product: Jest fails where two such parts want the same one of Node.js at the same time.
import '../src/lfs/relay/stores.js';
import '../src/lfs/search/search.js';
import '../src/repositories/staging.js';
import { reportOf, type Report } from '../src/report/report.js';
import { formsOf } from './canary.js';
import { HurriedClock } from './clock.js';
import { rawOptions, type GivenEnd, type GivenOptions } from './raw-options.js';
import { isolatedGit } from './repositories/git.js';
import { sandboxed, type Sandbox } from './sandbox.js';

/** What a test may set; everything else is not given. */
export type Given = Omit<GivenOptions, 'source' | 'target' | 'surroundings' | 'token' | 'username'> & {
  readonly targetToken?: string;
  readonly targetUsername?: string;
  readonly signal?: AbortSignal;
  /** What the environment holds of AWS, of the job, and for git. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly proxyFor?: (url: URL) => URL | undefined;
  /** Without it, one whose pauses are over at once. */
  readonly clock?: Clock;
};

/** What a run in this process came to: its report, and the lines it logged. */
export interface Run {
  readonly report: Report;
  /** By ref: its outcome. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly lines: readonly string[];
}

/** Mirrors in this process, from the checked options on: everything but the doors. */
export async function run(source: string, target: string, given: Given = {}): Promise<Run> {
  const { sourceToken, targetToken, sourceUsername, targetUsername, environment, signal, clock, proxyFor, ...options } =
    given;
  const end = (url: string, username = '', token = ''): GivenEnd => ({ url, username, token });
  const raw = rawOptions({
    ...options,
    source: end(source, sourceUsername, sourceToken),
    target: end(target, targetUsername, targetToken),
    surroundings: readSurroundings(environment ?? {}),
  });
  const parsed = parseOptions(raw, commandName, process.cwd(), await regexCompiler(raw['mirror-branch-regex'] !== ''));
  const secrets = secretsOf(raw);
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  const log: Log = {
    debug: add,
    info: add,
    warn: add,
    remote: (end, line) => add(`${end}: ${line}`),
    progress: () => undefined,
  };
  const result = await connectAndMirror(parsed, {
    log,
    signal: signal ?? new AbortController().signal,
    clock: clock ?? new HurriedClock(),
    environment: { ...isolatedGit(), ...environment },
    agent: 'push-mirror/test',
    proxyFor: proxyFor ?? (() => undefined),
    onSecret: (secret) => secrets.add(secret),
  });
  const report = reportOf(parsed, result, secrets);
  refuseSecrets(JSON.stringify(report), [sourceToken, targetToken, given.sshPrivateKey]);
  return { report, outcomes: Object.fromEntries(report.refs.map(({ ref, outcome }) => [ref, outcome])), lines };
}

/** What a program that was run came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const BUNDLES = { cli: resolve('dist/cli/index.js'), action: resolve('dist/index.js') } as const;

/** Folder, program and sandbox in which a bundle runs, if not here and by the Node.js of the tests. */
export interface Runner {
  readonly folder?: string;
  /** The path of a Node.js. */
  readonly node?: string;
  readonly sandbox?: Sandbox;
}

/**
 * Runs a bundle from `dist/` with Node.js, as users do.
 *
 * @param environment beside what isolates git; nothing else of this process's environment is passed on
 */
export async function runBundle(
  bundle: keyof typeof BUNDLES,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { folder, node = process.execPath, sandbox = {} }: Runner = {},
): Promise<Ended> {
  const child = spawn(
    ...sandboxed(sandbox, '/usr/bin/env', [...unshelled(environment), node, BUNDLES[bundle], ...args]),
    {
      env: { ...isolatedGit(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(folder === undefined ? {} : { cwd: folder }),
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise<Ended>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code) => settle({ code, stdout, stderr }));
  }).then((ended) => {
    // The runner is told so what it must hide.
    const shown = (ended.stdout + ended.stderr).replace(/^::add-mask::.*$/gm, '');
    refuseSecrets(
      shown,
      Object.entries(environment)
        .filter(([name]) => SECRET.test(name))
        .map(([, value]) => value),
    );
    return ended;
  });
}

/** Variables that a shell in between may drop: it knows no such names (POSIX.1, "Environment Variables"). */
function unshelled(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (/^\w+$/.test(name) ? [] : [`${name}=${value}`]));
}

const SECRET = /TOKEN|PRIVATE|SECRET|PASSWORD/;

/** Every run of every test is a canary: whatever it is about, no secret that it was given may show. */
function refuseSecrets(shown: string, secrets: readonly (string | undefined)[]): void {
  const forms = secrets
    .filter((secret) => secret !== undefined && secret.trim().length >= 8)
    .flatMap((secret) => formsOf(secret ?? ''));
  const leaked = forms.filter((form) => form.length >= 8 && shown.includes(form));
  if (leaked.length > 0) throw new Error(`a secret shows: ${leaked.join(', ')} in ${shown}`);
}
