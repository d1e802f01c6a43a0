import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RemoteError, type RemoteErrorKind } from './errors.js';
import { printable } from './printable.js';
import { ProgramTransport, type Command, type ProgramEnd, type ProgramSettings } from './program.js';
import type { Service } from './transport.js';

/** How to reach a repository over SSH. */
export interface SshSettings extends ProgramSettings {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** The path as the server's shell gets it. */
  readonly path: string;
  /** As it may be shown. */
  readonly location: string;
  /** A private key in OpenSSH's or PEM form; without one, ssh's own configuration and agent decide. */
  readonly privateKey?: string | undefined;
  /** Lines of a known_hosts file; without them, the user's own file decides. */
  readonly knownHosts?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** A repository behind `ssh`. Host keys are always checked; nothing of the user's own configuration is changed. */
export class SshTransport extends ProgramTransport {
  readonly location: string;
  readonly #settings: SshSettings;
  #folder: Promise<string> | undefined;
  #identity: Promise<string[]> | undefined;

  constructor(settings: SshSettings) {
    super(settings);
    this.#settings = settings;
    this.location = settings.location;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#identity?.catch(() => undefined);
    const folder = await this.#folder?.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }

  protected async command(service: Service): Promise<Command> {
    const { host, port, user, path, limits, environment } = this.#settings;
    const destination = user === undefined ? host : `${user}@${host}`;
    return {
      program: 'ssh',
      arguments: [
        ...options({
          BatchMode: 'yes',
          StrictHostKeyChecking: 'yes',
          ConnectTimeout: String(Math.ceil(limits.connect / 1000)),
          ServerAliveInterval: '15',
          ServerAliveCountMax: '4',
          SendEnv: 'GIT_PROTOCOL',
        }),
        ...(await (this.#identity ??= this.#prepareIdentity())),
        ...(port === undefined ? [] : ['-p', String(port)]),
        '--',
        destination,
        `${service} ${quoted(path)}`,
      ],
      environment: { ...environment, ...(service === 'git-upload-pack' ? { GIT_PROTOCOL: 'version=2' } : {}) },
    };
  }

  failure(_service: Service, end: ProgramEnd): RemoteError {
    const { location } = this;
    const said = printable(end.errors.trim().replace(/\s*\n\s*/g, ' '), 1000);
    if (end.code === null && end.errors.includes('ENOENT')) {
      const detail = 'the program `ssh` is not installed.';
      return new RemoteError({ kind: 'program', location, detail, remedy: 'Install the OpenSSH client.' });
    }
    if (said === '') {
      const detail = `the connection ended before the server had answered (exit code ${end.code ?? 'none'}).`;
      return new RemoteError({ kind: 'interrupted', location, detail, remedy: 'Run the mirror again.' });
    }
    const reason = REASONS.find(({ pattern }) => pattern.test(end.errors)) ?? UNKNOWN_REASON;
    const detail = `${reason.detail} ssh says: ${said}`;
    return new RemoteError({ kind: reason.kind, location, detail, remedy: reason.remedy });
  }

  async #prepareIdentity(): Promise<string[]> {
    const { privateKey, knownHosts } = this.#settings;
    const args: string[] = [];
    if (privateKey !== undefined) {
      const file = await this.#file('key', privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`);
      args.push('-i', file, ...options({ IdentitiesOnly: 'yes', IdentityAgent: 'none' }));
    }
    if (knownHosts !== undefined) {
      const file = await this.#file('known_hosts', `${knownHosts}\n`);
      args.push(...options({ UserKnownHostsFile: file, GlobalKnownHostsFile: '/dev/null' }));
    }
    return args;
  }

  async #file(name: string, content: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'push-mirror-ssh-'));
    const path = join(await this.#folder, name);
    await writeFile(path, content, { mode: 0o600 });
    await chmod(path, 0o600);
    return path;
  }
}

interface Reason {
  readonly pattern: RegExp;
  readonly kind: RemoteErrorKind;
  readonly detail: string;
  readonly remedy: string;
}

const UNKNOWN_REASON = { kind: 'ssh', detail: 'the connection failed.', remedy: 'Check the URL and the key.' } as const;

const REASONS: readonly Reason[] = [
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'ssh',
    detail: "the host's key is not one of the known ones, so the connection was not made.",
    remedy: "Put the host's published key into `ssh-known-hosts`.",
  },
  {
    pattern: /Permission denied \(|Too many authentication failures/,
    kind: 'unauthorized',
    detail: 'the server does not accept the key.',
    remedy: 'Check that `ssh-private-key` is the private half of a key that is registered there.',
  },
  {
    pattern: /Could not resolve hostname|Connection refused|No route to host|Network is unreachable|timed out/,
    kind: 'unreachable',
    detail: 'the host cannot be reached.',
    remedy: 'Check the URL and the network of the runner.',
  },
  {
    pattern:
      /does not appear to be a git repository|[Rr]epository not found|project you were looking for could not be found/,
    kind: 'not-found',
    detail: 'there is no such repository, or the key may not see it.',
    remedy: 'Check the path, and what the key may do.',
  },
  {
    pattern: /Connection (?:closed|reset)|Broken pipe/,
    kind: 'interrupted',
    detail: 'the connection broke.',
    remedy: 'Run the mirror again.',
  },
];

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The path in single quotes, for the shell at the other end (as git itself quotes it). */
function quoted(path: string): string {
  return `'${path.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}
