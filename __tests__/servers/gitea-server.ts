import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { giteaConfiguration, HOST_KEY, LOG, REPOSITORIES } from './gitea-configuration.js';
import { ServiceProcess } from './service-process.js';
import { makeKey } from './ssh-server.js';

/** The program to run. */
export interface GiteaSettings {
  /** The absolute path of `gitea`, built with its templates and options in it. */
  readonly gitea: string;
  /** Whether it runs workflows; it does not by default. */
  readonly actions?: boolean;
}

/** A rule of Gitea's own for branches: `rule_name` is a name or a glob. What is not given is not allowed. */
export interface BranchRule {
  readonly rule_name: string;
  readonly enable_push?: boolean;
  readonly enable_push_whitelist?: boolean;
  readonly push_whitelist_usernames?: readonly string[];
  readonly enable_force_push?: boolean;
  readonly enable_force_push_allowlist?: boolean;
  readonly force_push_allowlist_usernames?: readonly string[];
}

/** What the API answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

type Scope = `${'read' | 'write'}:${'repository' | 'user' | 'admin'}`;

const run = promisify(execFile);
const NOTICE_MS = 10_000;
const PASSWORD = 'a password of a test';

/** A real Gitea on loopback, with its data in a folder of its own: a forge with rules, hooks, tokens and an API. */
export class GiteaServer {
  /** The administrator, who owns all repositories. */
  readonly owner = 'owner';
  /** The owner's, good for writing to repositories. */
  readonly token: string;
  /** The line of `known_hosts` for its SSH server. */
  readonly knownHosts: string;
  readonly #folder: string;
  readonly #port: number;
  readonly #sshPort: number;
  readonly #process: ServiceProcess;
  #names = 0;

  private constructor(folder: string, ports: { http: number; ssh: number }, token: string, process: ServiceProcess) {
    this.#folder = folder;
    this.#port = ports.http;
    this.#sshPort = ports.ssh;
    this.token = token;
    this.#process = process;
    const hostKey = readFileSync(join(folder, `${HOST_KEY}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    this.knownHosts = `[127.0.0.1]:${ports.ssh} ${hostKey}`;
  }

  /** Starts a server, with its files in a folder that is made for it, an administrator and a token. */
  static async start(folder: string, { gitea, actions = false }: GiteaSettings): Promise<GiteaServer> {
    mkdirSync(folder, { recursive: true });
    makeKey(join(folder, HOST_KEY));
    const [http, ssh, file] = [await freePort(), await freePort(), join(folder, 'app.ini')];
    writeFileSync(file, giteaConfiguration({ folder, httpPort: http, sshPort: ssh, actions }));
    const environment = environmentIn(folder);
    const command = async (...args: string[]): Promise<string> =>
      (await run(gitea, ['--config', file, ...args], { env: environment })).stdout.trim();
    await command('migrate');
    const token = await makeOwner(command);
    const errorLog = join(folder, LOG);
    const args = ['--config', file, 'web'];
    const started = await ServiceProcess.start({ program: gitea, args, environment, port: http, errorLog });
    return new GiteaServer(folder, { http, ssh }, token, started);
  }

  /** The root of all that it serves over HTTP. */
  get root(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where one of the owner's repositories is on disk, to look at what has become of it. */
  path(repository: string): string {
    return join(this.#folder, REPOSITORIES, this.owner, `${repository}.git`);
  }

  /** The URL of one of the owner's repositories. */
  url(repository: string): string {
    return `${this.root}/${this.owner}/${repository}.git`;
  }

  /** The URL of one of the owner's repositories over SSH, for those whose key was added. */
  sshUrl(repository: string): string {
    return `ssh://git@127.0.0.1:${this.#sshPort}/${this.owner}/${repository}.git`;
  }

  /** Makes an empty repository; nobody but the owner may see a private one. */
  async createRepository(name: string, isPrivate = false): Promise<void> {
    await this.#mustDo('POST', '/user/repos', { name, private: isPrivate, default_branch: 'main' });
  }

  /** Makes a token of the owner's with these scopes and no others. */
  async createToken(scopes: readonly Scope[]): Promise<string> {
    const name = this.#newName('token');
    const text = await this.#mustDo('POST', `/users/${this.owner}/tokens`, { name, scopes });
    return (JSON.parse(text) as { sha1: string }).sha1;
  }

  /** Makes another user, without rights to anything; returns a token of theirs. */
  async createUser(name: string): Promise<string> {
    const user = { username: name, email: `${name}@example.com`, password: PASSWORD, must_change_password: false };
    await this.#mustDo('POST', '/admin/users', user);
    const token = { name: 'token', scopes: ['write:repository'] };
    const answer = await this.#request('POST', `/users/${name}/tokens`, signIn(name, PASSWORD), token);
    return (JSON.parse(answer.text) as { sha1: string }).sha1;
  }

  /** Lets another user write to a repository, and not administer it. */
  async addWriter(repository: string, user: string): Promise<void> {
    await this.#mustDo('PUT', `${this.#apiPath(repository)}/collaborators/${user}`, { permission: 'write' });
  }

  /** Lets the owner sign in over SSH with a key. */
  async addKey(publicKey: string): Promise<void> {
    await this.#mustDo('POST', '/user/keys', { title: this.#newName('key'), key: publicKey });
  }

  /** Lets a key in to one repository. */
  async addDeployKey(repository: string, publicKey: string, mayWrite: boolean): Promise<void> {
    const key = { title: this.#newName('deploy key'), key: publicKey, read_only: !mayWrite };
    await this.#mustDo('POST', `${this.#apiPath(repository)}/keys`, key);
  }

  async protectBranch(repository: string, rule: BranchRule): Promise<void> {
    await this.#mustDo('POST', `${this.#apiPath(repository)}/branch_protections`, rule);
  }

  /** Lets one user only make, move or delete tags whose name fits a pattern. Gitea has no such rule without a user. */
  async protectTag(repository: string, pattern: string, user: string): Promise<void> {
    const rule = { name_pattern: pattern, whitelist_usernames: [user] };
    await this.#mustDo('POST', `${this.#apiPath(repository)}/tag_protections`, rule);
  }

  /** Makes a repository read-only. */
  async archive(repository: string): Promise<void> {
    await this.#mustDo('PATCH', this.#apiPath(repository), { archived: true });
  }

  /** Waits until it has noticed the first push to a repository; before, its API says that there are no branches. */
  async noticed(repository: string): Promise<void> {
    const deadline = Date.now() + NOTICE_MS;
    while ((JSON.parse((await this.api(this.#apiPath(repository))).text) as { empty: boolean }).empty) {
      if (Date.now() > deadline) throw new Error(`Gitea still takes ${repository} for empty`);
      await sleep(20);
    }
  }

  /** Asks the API as whoever has a token does: a path below `/api/v1`. */
  async api(path: string, token = this.token): Promise<ApiAnswer> {
    return this.#request('GET', path, `token ${token}`);
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Gitea wants every token and key to have a name of its own. */
  #newName(kind: string): string {
    return `${kind} ${(this.#names += 1)}`;
  }

  #apiPath(repository: string): string {
    return `/repos/${this.owner}/${repository}`;
  }

  async #mustDo(method: string, path: string, body: object): Promise<string> {
    const { status, text } = await this.#request(method, path, signIn(this.owner, PASSWORD), body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  async #request(method: string, path: string, authorization: string, body?: object): Promise<ApiAnswer> {
    const answer = await fetch(`${this.root}/api/v1${path}`, {
      method,
      headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
}

async function makeOwner(command: (...args: string[]) => Promise<string>): Promise<string> {
  const who = ['--username', 'owner', '--password', PASSWORD, '--email', 'owner@example.com'];
  await command('admin', 'user', 'create', '--admin', '--must-change-password=false', ...who);
  const token = ['--username', 'owner', '--token-name', 'first', '--scopes', 'write:repository', '--raw'];
  const printed = await command('admin', 'user', 'generate-access-token', ...token);
  // Above it there may be warnings, such as of being root.
  return printed.slice(printed.lastIndexOf('\n') + 1);
}

function signIn(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Gitea has a configuration of git of its own, so that only the machine's must be hidden. */
function environmentIn(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    // Gitea refuses root otherwise, and in a container there is often nobody else.
    GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: 'true',
  };
}
