import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  /** The types of its host keys; without them, one of Ed25519. */
  readonly hostKeys?: readonly string[];
  /** What git takes for the home folder there; without it, that of the account. */
  readonly home?: string;
  /** How much it writes about its clients. */
  readonly logLevel?: 'VERBOSE' | 'DEBUG';
  /** A command that is run in place of every other. */
  readonly forceCommand?: string;
  /** Further lines of its configuration, which come first and so take the place of others. */
  readonly lines?: readonly string[];
}

const HOST_KEYS = ['ed25519'];
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
  /** The lines of `known_hosts` for this server, one for each of its keys. */
  readonly knownHosts: string;
  /** The fingerprints of its keys as ssh-keygen shows them. */
  readonly fingerprints: readonly string[];
  readonly #folder: string;
  readonly #child: ChildProcess;
  #log = '';

  private constructor(folder: string, port: number, { sshd, hostKeys = HOST_KEYS }: SshServerSettings) {
    this.port = port;
    this.#folder = folder;
    this.privateKey = readFileSync(join(folder, 'user_key'), 'utf8');
    const hostKeyFiles = hostKeys.map((type) => `${hostKeyFile(folder, type)}.pub`);
    const publicKeys = hostKeyFiles.map((file) => readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' '));
    this.knownHosts = publicKeys.map((key) => `[127.0.0.1]:${port} ${key}`).join('\n');
    this.fingerprints = hostKeyFiles.map(fingerprintOf);
    this.#child = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
  }

  /** Starts a server, with its files in a folder that is made for it. */
  static async start(folder: string, settings: SshServerSettings): Promise<SshServer> {
    mkdirSync(folder, { recursive: true });
    for (const type of settings.hostKeys ?? HOST_KEYS) makeKey(hostKeyFile(folder, type), ['-t', type]);
    makeKey(join(folder, 'user_key'));
    copyFileSync(join(folder, 'user_key.pub'), join(folder, 'authorized_keys'));
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const port = await freePort();
    writeFileSync(join(folder, 'sshd_config'), configuration(folder, port, settings));
    const server = new SshServer(folder, port, settings);
    await server.#listening();
    return server;
  }

  /** What the server wrote about its clients. */
  get log(): string {
    return this.#log;
  }

  /** From here on {@link log} tells what comes. */
  forgetLog(): void {
    this.#log = '';
  }

  /** Lets one more key sign in. */
  authorize(publicKey: string): void {
    appendFileSync(join(this.#folder, 'authorized_keys'), `${publicKey.trim()}\n`);
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

/** Makes a key pair without a passphrase, of Ed25519 unless the options of ssh-keygen say otherwise. */
export function makeKey(path: string, options: readonly string[] = ['-t', 'ed25519']): void {
  execFileSync('ssh-keygen', ['-q', ...options, '-N', '', '-C', 'test', '-f', path]);
}

/** The fingerprint of a public key in a file. */
export function fingerprintOf(file: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1] ?? '';
}

function hostKeyFile(folder: string, type: string): string {
  return join(folder, `host_key_${type}`);
}

function configuration(folder: string, port: number, settings: SshServerSettings): string {
  const { acceptsProtocol, hostKeys = HOST_KEYS, home, logLevel = 'VERBOSE', forceCommand, lines = [] } = settings;
  return [
    ...lines,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...hostKeys.map((type) => `HostKey ${hostKeyFile(folder, type)}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    `LogLevel ${logLevel}`,
    ...(acceptsProtocol ? ['AcceptEnv GIT_PROTOCOL'] : []),
    `SetEnv ${GIT_ENVIRONMENT}${home === undefined ? '' : ` HOME=${home}`}`,
    ...(forceCommand === undefined ? [] : [`ForceCommand ${forceCommand}`]),
    '',
  ].join('\n');
}
