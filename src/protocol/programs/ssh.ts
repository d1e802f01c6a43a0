import { RemoteError, type RemoteErrorKind } from '../errors.js';
import { printable } from '../printable.js';
import { silence } from '../time-limit.js';
import { writePrivateFile, type PrivateFile } from './private-file.js';
import { programError } from './conversation.js';
import { CouldNotRun, runProgram, type Command, type ProgramEnd } from './process.js';
import { ProgramTransport, type ProgramSettings } from './program-transport.js';
import { scanHostKeys } from './ssh-keyscan.js';
import type { Service } from '../wire/transport.js';

/** Settings of an {@link SshTransport}. */
export interface SshSettings extends ProgramSettings {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** The path as the server's shell gets it. */
  readonly path: string;
  /** The repository, as it may be shown. */
  readonly location: string;
  /** A private key as ssh wants it; without one, ssh's own configuration and agent decide. */
  readonly privateKey?: string | undefined;
  /** Lines of a known_hosts file that the user gave; without them, the user's own file is looked at, too. */
  readonly knownHosts?: string | undefined;
  /** Lines of a known_hosts file with keys that hosts publish. */
  readonly publishedKeys: readonly string[];
  /** Published fingerprints of this host's keys, where it publishes no keys: it is asked for them. */
  readonly fingerprints: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The result of a program at the server. */
export type SshAnswer =
  | { readonly output: string }
  /** The server does not have it, or it failed: the words about that, which may be empty. */
  | { readonly refusal: string };

/** A repository behind `ssh`. Host keys are always checked; nothing of the user's own configuration is changed. */
export class SshTransport extends ProgramTransport {
  readonly location: string;
  readonly #settings: SshSettings;
  readonly #files: PrivateFile[] = [];
  #identity: Promise<string[]> | undefined;

  constructor(settings: SshSettings) {
    super(settings);
    this.#settings = settings;
    this.location = settings.location;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#identity?.catch(() => undefined);
    for (const file of this.#files) file.close();
  }

  /**
   * Runs another program than Git's own at the server, with the repository's path as its first argument.
   *
   * @throws {RemoteError} where the server cannot be reached, or does not let one in
   */
  async ask(program: string, word: string): Promise<SshAnswer> {
    const { path, environment } = this.#settings;
    this.traffic.requests += 1;
    // Git quotes the path for its own programs always, git-lfs only where it must.
    const argument = PLAIN_PATH.test(path) ? path : quote(path);
    const command = await this.#command(`${program} ${argument} ${word}`, environment);
    const end = await this.#run(command);
    if (end.code === 0) return { output: end.output };
    const refusal = wordsOf(end);
    // Code of ssh's own failures (ssh(1), "EXIT STATUS"); a host may end with it, too.
    if (end.code !== null && end.code !== SSH_FAILED) return { refusal };
    const failure = this.failure('git-upload-pack', end);
    if (failure.kind === 'ssh' || failure.kind === 'not-found') return { refusal };
    throw failure;
  }

  async #run(command: Command): Promise<ProgramEnd & { readonly output: string }> {
    const { limits, signal, openings } = this.settings;
    const opened = await openings?.begin();
    try {
      const end = await runProgram(command, { ms: limits.silence, signal });
      if (end === undefined) throw silence(this.location)(limits.silence / 1000);
      return end;
    } catch (error) {
      throw error instanceof CouldNotRun ? programError(error, this.location) : error;
    } finally {
      opened?.();
    }
  }

  protected async command(service: Service): Promise<Command> {
    const { path, environment } = this.#settings;
    const more = service === 'git-upload-pack' ? { GIT_PROTOCOL: 'version=2' } : {};
    return this.#command(`${service} ${quote(path)}`, { ...environment, ...more });
  }

  async #command(words: string, environment: Readonly<Record<string, string>>): Promise<Command> {
    const { host, port, user, limits } = this.#settings;
    const destination = user === undefined ? host : `${user}@${host}`;
    return {
      program: 'ssh',
      arguments: [
        ...options({
          BatchMode: 'yes',
          StrictHostKeyChecking: 'yes',
          UpdateHostKeys: 'no',
          ClearAllForwardings: 'yes',
          // Only at this level it tells which key a host offers; its other lines are left out of messages.
          LogLevel: 'DEBUG1',
          ConnectTimeout: String(Math.ceil(limits.connect / 1000)),
          ServerAliveInterval: '15',
          ServerAliveCountMax: '4',
          SendEnv: 'GIT_PROTOCOL',
        }),
        ...(await (this.#identity ??= this.#prepareIdentity())),
        ...(port === undefined ? [] : ['-p', String(port)]),
        '--',
        destination,
        words,
      ],
      environment,
    };
  }

  protected failure(_service: Service, end: ProgramEnd): RemoteError {
    const { location } = this;
    const words = wordsOf(end);
    if (words === '') {
      const detail = `the connection ended before the server had answered (exit code ${end.code ?? 'none'}).`;
      return new RemoteError({ kind: 'interrupted', location, detail, remedy: 'Run the mirror again.' });
    }
    if (HOST_KEY_FAILED.test(words)) return this.#unknownHostKey(linesOf(end));
    const reason = this.#reason(words);
    const detail = `${reason.detail} ssh says: ${words}`;
    return new RemoteError({ kind: reason.kind, location, detail, remedy: reason.remedy });
  }

  #reason(words: string): Omit<Reason, 'pattern'> {
    const reason = REASONS.find(({ pattern }) => pattern.test(words)) ?? UNKNOWN_REASON;
    return reason.kind === 'unauthorized' && this.#settings.privateKey === undefined ? NO_KEY : reason;
  }

  #unknownHostKey(lines: readonly string[]): RemoteError {
    const { host, port, publishedKeys, fingerprints } = this.#settings;
    const offered = lines.map((line) => OFFERED_KEY.exec(line)?.[1]).find((key) => key !== undefined);
    const shown = offered === undefined ? '' : ` It offers ${printable(offered, 200)}.`;
    if (fingerprints.some((fingerprint) => offered?.endsWith(` ${fingerprint}`))) return this.#notScanned();
    const isUsual = port === undefined || port === 22;
    const name = (isUsual ? host : `[${host}]:${port}`).toLowerCase();
    const isPublished =
      fingerprints.length > 0 || publishedKeys.some((line) => line.split(' ')[0]?.split(',').includes(name));
    const scan = isUsual ? `ssh-keyscan ${host}` : `ssh-keyscan -p ${port} ${host}`;
    return new RemoteError({
      kind: 'host-key',
      location: this.location,
      detail: isPublished
        ? `the host's key is none of the keys that ${host} publishes, so no connection was made: somebody may intercept it.${shown}`
        : `the host's key is not known, so no connection was made.${shown}`,
      remedy: isPublished
        ? "Look for this key on the host's own website. Put the key into `ssh-known-hosts` only if the website shows it."
        : `If the host's operator publishes this fingerprint, put the output of \`${scan}\` into \`ssh-known-hosts\`.`,
    });
  }

  /** Makes the error for a published key that was not among the known ones: `ssh-keyscan` had no answer. */
  #notScanned(): RemoteError {
    this.#identity = undefined;
    return new RemoteError({
      kind: 'interrupted',
      location: this.location,
      detail: '`ssh-keyscan` could not get the key of the host, so no connection was made.',
      remedy: 'Run the mirror again; if that does not help, check that `ssh-keyscan` is installed.',
    });
  }

  async #prepareIdentity(): Promise<string[]> {
    const { privateKey, knownHosts } = this.#settings;
    const args: string[] = [];
    if (privateKey !== undefined) {
      args.push('-i', this.#file(privateKey));
      args.push(...options({ IdentitiesOnly: 'yes', IdentityAgent: 'none', ControlPath: 'none' }));
    }
    const known = this.#file([knownHosts ?? '', ...(await this.#publishedKeys()), ''].join('\n'));
    const own = knownHosts === undefined ? ' ~/.ssh/known_hosts ~/.ssh/known_hosts2' : '';
    args.push(...options({ UserKnownHostsFile: `"${known}"${own}` }));
    if (knownHosts !== undefined) args.push(...options({ GlobalKnownHostsFile: '/dev/null' }));
    return args;
  }

  async #publishedKeys(): Promise<readonly string[]> {
    const { host, port, publishedKeys, fingerprints, limits, environment, signal } = this.#settings;
    if (fingerprints.length === 0) return publishedKeys;
    const scanned = await scanHostKeys({ host, port, environment, signal, timeoutMs: limits.connect });
    return scanned.filter(({ fingerprint }) => fingerprints.includes(fingerprint)).map(({ line }) => line);
  }

  #file(content: string): string {
    const file = writePrivateFile(content);
    this.#files.push(file);
    return file.path;
  }
}

const SSH_FAILED = 255;
const PLAIN_PATH = /^[\w./@:+-]+$/;

// Lines about ssh's own doings and about keys, and the empty lines around a server's words.
const CHATTER =
  /^(?:debug\d: |OpenSSH_|Authenticated to |Transferred: |Bytes per second|Authenticating to |Warning: Permanently added|(?:error|remote):\s*$|$)/;
const OFFERED_KEY = /^debug1: Server host key: (\S+ SHA256:\S+)/;
const HOST_KEY_FAILED = /Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED/;

interface Reason {
  readonly pattern: RegExp;
  readonly kind: RemoteErrorKind;
  readonly detail: string;
  readonly remedy: string;
}

const UNKNOWN_REASON = { kind: 'ssh', detail: 'the connection failed.', remedy: 'Check the URL and the key.' } as const;

/** Reason where only ssh's own keys could be tried, if there are any. */
const NO_KEY = {
  kind: 'unauthorized',
  detail: 'the server accepts nobody without a key that it knows.',
  remedy: 'Set `ssh-private-key` to a private key whose public key is registered on the server.',
} as const;

const REASONS: readonly Reason[] = [
  {
    pattern: /Permission denied \(|Too many authentication failures/,
    kind: 'unauthorized',
    detail: 'the server does not accept the key.',
    remedy: 'Check that the public key of `ssh-private-key` is registered on the server.',
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

function linesOf({ errors }: ProgramEnd): string[] {
  return errors.split(/\s*\n\s*/);
}

/** The words on standard error, without those that ssh says about its own doings. */
function wordsOf(end: ProgramEnd): string {
  const telling = linesOf(end).filter((line) => !CHATTER.test(line));
  return printable(telling.join(' ').trim(), 1000);
}

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The path in single quotes, for the shell at the other end (as git itself quotes it). */
function quote(path: string): string {
  return `'${path.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}
