import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';

/** What kind of server it is. */
export interface SshServerSettings {
  /** The absolute path of `sshd`, which insists on one. */
  readonly sshd: string;
  /** Whether the client may ask for protocol v2. */
  readonly acceptsProtocol: boolean;
}

const START_MS = 10_000;
const STOP_MS = 5_000;
// What git on the other side is to see: nothing of this machine, and filters for those who ask.
const GIT_ENVIRONMENT = [
  'GIT_CONFIG_GLOBAL=/dev/null',
  'GIT_CONFIG_NOSYSTEM=1',
  'GIT_CONFIG_COUNT=1',
  'GIT_CONFIG_KEY_0=uploadpack.allowFilter',
  'GIT_CONFIG_VALUE_0=true',
].join(' ');

/** A real `sshd` on loopback, with a host key and an authorized key of its own. */
export class SshServer {
  readonly port: number;
  /** The private half of the key that may sign in. */
  readonly privateKey: string;
  /** The line of `known_hosts` for this server. */
  readonly knownHosts: string;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(folder: string, port: number, sshd: string) {
    this.port = port;
    this.privateKey = readFileSync(join(folder, 'user_key'), 'utf8');
    const hostKey = readFileSync(join(folder, 'host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    this.knownHosts = `[127.0.0.1]:${port} ${hostKey}`;
    this.#child = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
  }

  /** Starts a server, with its files in a folder that is made for it. */
  static async start(folder: string, settings: SshServerSettings): Promise<SshServer> {
    mkdirSync(folder, { recursive: true });
    makeKey(join(folder, 'host_key'));
    makeKey(join(folder, 'user_key'));
    copyFileSync(join(folder, 'user_key.pub'), join(folder, 'authorized_keys'));
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const port = await freePort();
    writeFileSync(join(folder, 'sshd_config'), configuration(folder, port, settings));
    const server = new SshServer(folder, port, settings.sshd);
    await server.#listening();
    return server;
  }

  /** What the server wrote about its clients. */
  get log(): string {
    return this.#log;
  }

  /** The URL of a repository at an absolute path. */
  url(path: string): string {
    return `ssh://${userInfo().username}@127.0.0.1:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(impatience);
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #listening(): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!this.#log.includes('Server listening on')) {
      if (this.#hasEnded || Date.now() > deadline) {
        await this.stop();
        throw new Error(`sshd did not start: ${this.#log}`);
      }
      await sleep(20);
    }
  }
}

/** Makes a key pair without a passphrase. */
export function makeKey(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', path]);
}

function configuration(folder: string, port: number, { acceptsProtocol }: SshServerSettings): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host_key')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'LogLevel VERBOSE',
    ...(acceptsProtocol ? ['AcceptEnv GIT_PROTOCOL'] : []),
    `SetEnv ${GIT_ENVIRONMENT}`,
    '',
  ].join('\n');
}
