import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from '@jest/globals';
import type { MirrorOptions } from '../src/library.js';
import { GITEA_HEADERS, giteaBranch } from './recordings/gitea-branches.js';
import { isolatedGit, Scratch, TestRepository } from './repositories/git.js';
import { commitWithObjects, generatedObjects } from './repositories/lfs.js';
import { always, serveApi, type ApiRoute } from './servers/forge-api.js';
import { GitHttpServer } from './servers/git-http-server.js';
import type { Ended } from './run.js';

/** A program that makes the mirrors that its argument describes by name, and prints what became of each. */
export const PROGRAM = `
import { ConfigurationError, mirror } from 'push-mirror';
async function main() {
  const told = {};
  for (const [name, options] of Object.entries(JSON.parse(process.argv[2] ?? '{}')))
    told[name] = await mirror(options).then(
      ({ refs, lfs, last_error }) => last_error ?? [...refs.map(({ outcome }) => outcome), lfs?.uploaded ?? 0].join(),
      (error) => error instanceof ConfigurationError && error.name + ': ' + error.problems[0],
    );
  console.log(JSON.stringify(told));
}
void main();
`;

/** Of a server that is not there. */
const KNOWN_HOSTS = `[127.0.0.1]:1 ssh-ed25519 ${Buffer.concat(
  [Buffer.from('ssh-ed25519'), Buffer.alloc(32)].map((part) => Buffer.concat([Buffer.of(0, 0, 0, part.length), part])),
).toString('base64')}`;
const PATH = 'me/project.git';
const OBJECTS = generatedObjects(2, 3000);

/** A source whose mirrors take all that the library loads late, and what {@link PROGRAM} tells of them. */
export class LateParts {
  readonly scratch = new Scratch();
  readonly #source: TestRepository;
  #servers: readonly GitHttpServer[] = [];
  /** Objects that the target's store has been given in the present run. */
  readonly #stored = new Set<string>();
  #runs = 0;

  private constructor() {
    mkdirSync(this.scratch.join('me'));
    this.#source = TestRepository.create(this.scratch.join(PATH));
    const main = commitWithObjects(this.#source, OBJECTS);
    this.#source.set({ 'refs/heads/topic': this.#source.commit([main]) });
  }

  static async start(): Promise<LateParts> {
    const parts = new LateParts();
    const { path } = parts.scratch;
    const [modern, old] = await Promise.all([GitHttpServer.start(path), GitHttpServer.start(path)]);
    old.behaviour.protocolV2 = false;
    parts.#servers = [modern, old];
    serveApi(modern, { ...parts.#forge(), ...parts.#lfs(modern) });
    return parts;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    this.scratch.remove();
  }

  /**
   * Runs a program with the library in it, and compares what it mirrored with the source.
   *
   * @returns what it told of each mirror, and the refs of each target that was made
   */
  async run(script: string): Promise<{
    readonly told: unknown;
    readonly stderr: string;
    readonly refs: unknown;
    readonly stored: readonly string[];
  }> {
    const to = `to-${(this.#runs += 1)}`;
    mkdirSync(this.scratch.join(to));
    TestRepository.create(this.scratch.join(to, 'lfs.git'));
    this.#stored.clear();
    const mirrors = this.#mirrors(to);
    const { stdout, stderr } = await runScript(script, JSON.stringify(mirrors));
    const made = Object.keys(mirrors).filter((name) => existsSync(this.scratch.join(to, `${name}.git`)));
    const refs = made.map((name) => [name, TestRepository.at(this.scratch.join(to, `${name}.git`)).refs()]);
    const told: unknown = stdout === '' ? stdout : JSON.parse(stdout);
    return { told, stderr, refs: Object.fromEntries(refs), stored: [...this.#stored].toSorted() };
  }

  /** Result of {@link run} if all is well. */
  get expected(): object {
    const all = this.#source.refs();
    const main = { 'refs/heads/main': all['refs/heads/main'] };
    return {
      told: {
        wrong: 'ConfigurationError: "dryrun" is not an option: did you mean dryRun?',
        regex: 'created,0',
        guarded: 'created,0',
        lfs: 'created,created,2',
        staged: 'created,created,0',
        away: expect.stringMatching(/^ssh:\/\/127\.0\.0\.1:1\/x\.git: .*refuse/),
      },
      stderr: '',
      refs: { regex: main, guarded: main, lfs: all, staged: all },
      stored: OBJECTS.map(({ oid }) => oid).toSorted(),
    };
  }

  #mirrors(to: string): Record<string, Partial<MirrorOptions>> {
    const [modern = '', old = ''] = this.#servers.map((server) => server.url(PATH));
    const target = (name: string): string => this.scratch.join(to, `${name}.git`);
    return {
      wrong: { dryrun: true } as Partial<MirrorOptions>,
      regex: { source: this.#source.path, target: target('regex'), mirrorBranchRegex: '^ma', lfs: 'never' },
      guarded: { source: modern, target: target('guarded'), onlyProtectedBranches: true, lfs: 'never' },
      lfs: {
        source: modern,
        target: modern.replace(PATH, `${to}/lfs.git`),
        lfsUrl: modern.replace(PATH, 'store'),
      },
      staged: { source: old, target: target('staged'), lfs: 'never' },
      away: { source: this.#source.path, target: 'ssh://127.0.0.1:1/x.git', sshKnownHosts: KNOWN_HOSTS },
    };
  }

  #forge(): Record<string, ApiRoute> {
    const id = this.#source.refs()['refs/heads/main'] ?? '';
    return {
      '/api/v1/version': always({ headers: GITEA_HEADERS, body: { version: '1.26.0' } }),
      '/api/v1/repos/me/project/branches': always({ body: [giteaBranch({ name: 'main', id }, true)] }),
    };
  }

  /** Git LFS servers (batch API, transfer `basic`) of the source and, at `/store`, of the target. */
  #lfs(server: GitHttpServer): Record<string, ApiRoute> {
    const batch =
      (operation: string): ApiRoute =>
      (_query, { body }) => {
        const { objects } = JSON.parse(body.toString()) as { objects: readonly { oid: string }[] };
        const actions = (oid: string): object => ({ [operation]: { href: server.url(`objects/${oid}`) } });
        return { body: { transfer: 'basic', objects: objects.map((one) => ({ ...one, actions: actions(one.oid) })) } };
      };
    const transfers = OBJECTS.map(({ oid, content }): [string, ApiRoute] => [
      `/objects/${oid}`,
      (_query, { method, body }) => {
        if (method !== 'PUT') return { body: content };
        if (body.equals(Buffer.from(content))) this.#stored.add(oid);
        return { body: {} };
      },
    ]);
    return {
      [`/${PATH}/info/lfs/objects/batch`]: batch('download'),
      '/store/objects/batch': batch('upload'),
      ...Object.fromEntries(transfers),
    };
  }
}

async function runScript(script: string, argument: string): Promise<Pick<Ended, 'stdout' | 'stderr'>> {
  return new Promise((settle) => {
    execFile(
      process.execPath,
      [script, argument],
      { env: isolatedGit(), cwd: dirname(script) },
      (_error, stdout, stderr) => settle({ stdout, stderr }),
    );
  });
}
