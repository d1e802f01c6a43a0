import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { expect } from '@jest/globals';
import { Scratch, TestRepository } from './repositories/git.js';
import { runBundle, type Run } from './run.js';
import type { End } from './servers/faults.js';
import { GitHttpServer } from './servers/git-http-server.js';
import type { Report } from '../src/report/report.js';

/** For `git fast-import`: what both ends have, and what only the source has. A few processes make the pair. */
const HISTORY = commit('main', 1) + commit('main', 2, 1);
const NEWER =
  commit('main', 3, 2) +
  commit('feature', 4, 3) +
  'tag v1\nfrom :3\ntagger T <t@example.com> 1577836800 +0000\ndata 2\nv1\n';

function commit(branch: string, mark: number, parent?: number): string {
  const from = parent === undefined ? '' : `from :${parent}\n`;
  const head = `commit refs/heads/${branch}\nmark :${mark}\ncommitter C <c@example.com> 1577836800 +0000\ndata 0\n`;
  return `${head}${from}M 100644 inline file\ndata 1\n${mark}\n`;
}

/** What an error message must say. */
export interface ClearError {
  /** What happened. */
  readonly what: RegExp;
  /** Where: the location as it may be shown. */
  readonly where: string;
  /** What to do about it. */
  readonly remedy: RegExp;
}

/** What the command came to when it was run with a temporary folder of its own. */
export interface CommandRun {
  readonly code: number | null;
  readonly report: Report;
  readonly stderr: string;
  /** What it left in the temporary folder. */
  readonly left: readonly string[];
}

/** A source, and a target that lacks a part of it, behind one HTTP server. */
export class MirroredPair {
  readonly scratch = new Scratch();
  readonly source: TestRepository;
  readonly target: TestRepository;
  /** The target's refs as they were made. */
  readonly before: Readonly<Record<string, string>>;
  /** The source's first commits: the target's `main` at first. */
  readonly old: string;
  /** What is below {@link server}. */
  readonly http = createServer();
  #server: GitHttpServer | undefined;
  #temporaryFolders = 0;

  private constructor() {
    this.source = TestRepository.create(this.scratch.join('source.git'));
    this.target = TestRepository.create(this.scratch.join('target.git'));
    this.source.git(['fast-import', '--quiet'], HISTORY + NEWER);
    this.target.git(['fast-import', '--quiet'], HISTORY);
    this.before = this.target.refs();
    this.old = this.before['refs/heads/main'] ?? '';
  }

  /** Makes the repositories and starts their server. */
  static async start(): Promise<MirroredPair> {
    const pair = new MirroredPair();
    pair.#server = await GitHttpServer.start(pair.scratch.path, pair.http);
    return pair;
  }

  get server(): GitHttpServer {
    if (this.#server === undefined) throw new Error('the server has not been started');
    return this.#server;
  }

  /** Where one end is, as a user gives it. */
  url(end: End): string {
    return this.server.url(`${end}.git`);
  }

  /** Makes the pack that brings the source's `main` over about so many bytes long. */
  grow(bytes: number): void {
    const { source } = this;
    const main = source.refs()['refs/heads/main'] ?? '';
    source.set({ 'refs/heads/main': source.commit([main], randomBytes(bytes).toString('base64')) });
  }

  /** Runs the command from `dist/`, with a temporary folder that was empty before. */
  async command(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CommandRun> {
    const folder = this.scratch.join(`temporary-${(this.#temporaryFolders += 1)}`);
    mkdirSync(folder);
    const { code, stdout, stderr } = await runBundle('cli', ['--json', ...args], { TMPDIR: folder, ...environment });
    if (stdout === '') throw new Error(`the command printed no report, but said: ${stderr}`);
    const report = JSON.parse(stdout) as Report;
    return { code, report, stderr, left: readdirSync(folder) };
  }

  /** How many pushes have been sent so far. */
  get pushes(): number {
    return this.server.asked.filter((line) => line === 'POST /target.git/git-receive-pack').length;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.scratch.remove();
  }
}

/** Checks that a run failed with one clear error and did nothing to the target. */
export function expectFailed(pair: MirroredPair, { report }: Pick<Run, 'report'>, error: ClearError): void {
  expectClear(report, error);
  expect(pair.target.refs()).toEqual(pair.before);
  expect(pair.target.fsck()).toBe('');
}

/** Checks that a run failed with one clear error. */
export function expectClear(report: Report, { what, where, remedy }: ClearError): void {
  expect(report.update_status).toBe('failed');
  expect(report.last_error).toMatch(what);
  expect(report.last_error).toContain(where);
  expect(report.last_error).toMatch(remedy);
  expect(report.last_error).not.toMatch(UNSAFE);
}

/** Checks that the target has become as the source is. */
export function expectMirrored(pair: MirroredPair, { report }: Pick<Run, 'report'>): void {
  expect(report.last_error).toBeNull();
  expect(report.update_status).toBe('finished');
  expect(pair.target.refs()).toEqual(pair.source.refs());
  expect(pair.target.fsck()).toBe('');
}

/** Checks that every line of a log is one line, without escape codes. Stack traces, for debugging, have several. */
export function expectHarmless({ lines }: Pick<Run, 'lines'>): void {
  expect(lines.filter((line) => UNSAFE.test(line) && !/^\w*Error: /.test(line))).toEqual([]);
}

/** What must not reach a terminal or a log from outside: control characters, line feeds among them. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
