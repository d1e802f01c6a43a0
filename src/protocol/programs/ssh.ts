import { platform } from 'node:os';
import { linesOf } from '../lines.js';
import { RemoteError } from '../errors.js';
import { printable } from '../printable.js';
import { silence } from '../time-limit.js';
import { greetingIn, shownGreeting, type Greeting } from './greeting.js';
import { findOpenSsh, type OpenSsh } from './openssh.js';
import type { FailedProgram } from './conversation.js';
import { programError } from './program-error.js';
import { CouldNotRun, runProgram, type Command, type ProgramEnd } from './process.js';
import { ProgramTransport, type ProgramSettings } from './program-transport.js';
import { scanHostKeys } from './ssh-keyscan.js';
import { SshFiles, type SshFilePaths } from './ssh-files.js';
import { reasonOf } from './ssh-reasons.js';
import { shown, tellingLines } from './ssh-words.js';
import type { TemporaryPlaces } from './temporary-places.js';
import { leaveToUser, type RunSystemCommand } from './windows-rights.js';
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
  readonly temporary: TemporaryPlaces;
}

/** The result of a program at the server. */
export type SshAnswer =
  | { readonly output: string }
  /** The server does not have it, or it failed: the words about that, which may be empty. */
  | { readonly refusal: string };

/** A repository behind `ssh`. Host keys are always checked; nothing of the user's own configuration is changed. */
export class SshTransport extends ProgramTransport {
  readonly location: string;
  readonly place = 'ssh';
  readonly #settings: SshSettings;
  readonly #files: SshFiles;
  #prepared: Promise<Pick<Command, 'program' | 'arguments'>> | undefined;

  constructor(settings: SshSettings) {
    super(settings);
    this.#settings = settings;
    this.location = settings.location;
    this.#files = new SshFiles({ ...settings, protect: platform() === 'win32' ? this.#protect : undefined });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#prepared?.catch(() => undefined);
    await this.#files.close();
  }

  /**
   * Runs another program than Git's own at the server, with the path of the repository, or another one there, as its
   * first argument.
   *
   * @throws {RemoteError} where the server cannot be reached, or does not let one in
   */
  async ask(program: string, word: string, path = this.#settings.path): Promise<SshAnswer> {
    const { environment } = this.#settings;
    this.traffic.requests += 1;
    // Git quotes the path for its own programs always, git-lfs only where it must.
    const argument = PLAIN_PATH.test(path) ? path : quote(path);
    const command = await this.#command(`${program} ${argument} ${word}`, environment);
    const end = await this.#run(command);
    if (end.code === 0) return { output: end.output };
    const refusal = shown(tellingLines(end.errors));
    // Code of ssh's own failures (ssh(1), "EXIT STATUS"); a host may end with it, too.
    if (end.code !== null && end.code !== SSH_FAILED) return { refusal };
    const failure = this.failure('git-upload-pack', { ...end, greeting: '', hasAnswered: false });
    if (failure.kind === 'ssh' || failure.kind === 'not-found') return { refusal };
    throw failure;
  }

  async #run(command: Command): Promise<ProgramEnd & { readonly output: string }> {
    const { limits, signal, openings } = this.settings;
    const opened = await openings?.begin();
    try {
      const end = await runProgram({ ...command, guard: this.settings.guard }, { ms: limits.silence, signal });
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
    const prepared = await (this.#prepared ??= this.#prepare());
    return {
      program: prepared.program,
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
        ...prepared.arguments,
        ...(port === undefined ? [] : ['-p', String(port)]),
        '--',
        destination,
        words,
      ],
      environment,
    };
  }

  protected failure(_service: Service, end: FailedProgram): RemoteError {
    const { location } = this;
    const { host, user, privateKey } = this.#settings;
    const { code, hasAnswered } = end;
    const greeting = greetingIn(end.greeting);
    const log = linesOf(end.errors);
    if (log.some((line) => HOST_KEY_FAILED.test(line))) return this.#unknownHostKey(log);
    const words = tellingLines(end.errors);
    const said = [...words, ...linesOf(greeting?.text ?? '')];
    const reason = reasonOf({ words: said, log, host, user, hasKey: privateKey !== undefined, code });
    if (reason === undefined && greeting !== undefined) return this.#greeted(greeting, words);
    if (reason === undefined && said.length === 0) return this.#ended(end);
    const isOfServer = code !== null && code !== SSH_FAILED;
    const unknown = isOfServer && !hasAnswered ? REFUSED : UNKNOWN_REASON;
    const { kind, detail, remedy } = reason ?? unknown;
    const speaker = isOfServer ? 'The server says:' : 'ssh says:';
    const quoted = said.length === 0 ? '' : ` ${speaker} ${shown(said)}`;
    return new RemoteError({ kind, location, detail: `${detail}${quoted}`, remedy });
  }

  /** Makes the error for a command that has ended without a word. */
  #ended({ code, hasAnswered }: FailedProgram): RemoteError {
    const isOfServer = code !== null && code !== SSH_FAILED && !hasAnswered;
    return new RemoteError({
      kind: isOfServer ? 'ssh' : 'interrupted',
      location: this.location,
      detail: isOfServer
        ? `the server ended the command with exit code ${code}, and said nothing.`
        : `the connection ended before the server had answered (exit code ${code ?? 'none'}).`,
      remedy: isOfServer
        ? "Look at the account's login shell on the server (`/bin/false` lets nobody in), and at the command that is forced for this key, if there is one."
        : 'Run the mirror again.',
    });
  }

  /** Makes the error for text that stands before Git's answer, or in its place. */
  #greeted(greeting: Greeting, words: readonly string[]): RemoteError {
    const errors = words.length === 0 ? '' : ` On standard error it says: ${shown(words)}`;
    const first = shownGreeting(greeting);
    return new RemoteError({
      kind: 'ssh',
      location: this.location,
      detail: greeting.isBeforeGit
        ? `the account on the server prints text of its own before Git's answer: "${first}".${errors}`
        : `the account on the server prints text in place of Git's answer: "${first}".${errors}`,
      remedy: greeting.isBeforeGit ? ONLY_INTERACTIVE : NOT_GIT,
    });
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
    const isChanged = lines.some((line) => line.includes(HOST_KEY_CHANGED));
    const scan = isUsual ? `ssh-keyscan ${host}` : `ssh-keyscan -p ${port} ${host}`;
    const known = this.#settings.knownHosts === undefined ? '~/.ssh/known_hosts' : '`ssh-known-hosts`';
    return new RemoteError({
      kind: 'host-key',
      location: this.location,
      detail: isPublished
        ? `the host's key is none of the keys that ${host} publishes, so no connection was made: somebody may intercept it.${shown}`
        : isChanged
          ? `the host's key is not the known one, so no connection was made: the host has a new key, or somebody intercepts the connection.${shown}`
          : `the host's key is not known, so no connection was made.${shown}`,
      remedy: isPublished
        ? "Look for this key on the host's own website. Put the key into `ssh-known-hosts` only if the website shows it."
        : isChanged
          ? `If the host's operator confirms this fingerprint, put the output of \`${scan}\` in the place of the old lines in ${known}.`
          : `If the host's operator publishes this fingerprint, put the output of \`${scan}\` into \`ssh-known-hosts\`.`,
    });
  }

  /** Makes the error for a published key that was not among the known ones: `ssh-keyscan` had no answer. */
  #notScanned(): RemoteError {
    this.#prepared = undefined;
    return new RemoteError({
      kind: 'interrupted',
      location: this.location,
      detail: '`ssh-keyscan` could not get the key of the host, so no connection was made.',
      remedy: 'Run the mirror again; if that does not help, check that `ssh-keyscan` is installed.',
    });
  }

  /** Finds ssh, and writes the files that all of its calls share. Nothing is sent to the server before ssh is known. */
  async #prepare(): Promise<Pick<Command, 'program' | 'arguments'>> {
    const { privateKey, knownHosts, environment, limits, signal } = this.#settings;
    const search = { location: this.location, environment, ms: limits.silence, signal };
    // No other program gets to know where the key is.
    await findOpenSsh(search);
    const known = [knownHosts ?? '', ...(await this.#publishedKeys()), ''].join('\n');
    const find = (args: readonly string[]): Promise<OpenSsh> => findOpenSsh(search, args);
    const { path, files } = await this.#files.write({ privateKey, knownHosts: known }, find);
    return { program: path, arguments: [...identity(files), ...this.#hostKeys(files)] };
  }

  #hostKeys(files: SshFilePaths): string[] {
    const isGiven = this.#settings.knownHosts !== undefined;
    const own = isGiven ? '' : ' ~/.ssh/known_hosts ~/.ssh/known_hosts2';
    const args = options({ UserKnownHostsFile: `${files.knownHosts}${own}` });
    // OpenSSH for Windows knows this name, too (Win32-OpenSSH, fileio.c).
    return isGiven ? [...args, ...options({ GlobalKnownHostsFile: '/dev/null' })] : args;
  }

  async #publishedKeys(): Promise<readonly string[]> {
    const { host, port, publishedKeys, fingerprints, limits, environment, signal } = this.#settings;
    if (fingerprints.length === 0) return publishedKeys;
    const scanned = await scanHostKeys({ host, port, environment, signal, timeoutMs: limits.connect });
    return scanned.filter(({ fingerprint }) => fingerprints.includes(fingerprint)).map(({ line }) => line);
  }

  readonly #protect = async (folder: string): Promise<void> => {
    const { environment, limits, signal } = this.#settings;
    const run: RunSystemCommand = async (command) => {
      const ended = runProgram({ ...command, environment }, { ms: limits.connect, signal });
      return ended.catch((error: unknown) => {
        if (error instanceof CouldNotRun) return undefined;
        throw error;
      });
    };
    await leaveToUser(folder, environment, run);
  };
}

/** Options with the key of a file. Unlike `-i`, they take every path. */
function identity({ privateKey }: SshFilePaths): string[] {
  if (privateKey === undefined) return [];
  return options({ IdentityFile: privateKey, IdentitiesOnly: 'yes', IdentityAgent: 'none', ControlPath: 'none' });
}

const SSH_FAILED = 255;
const PLAIN_PATH = /^[\w./@:+-]+$/;

const OFFERED_KEY = /^debug1: Server host key: (\S+ SHA256:\S+)/;
const HOST_KEY_FAILED = /^(?:Host key verification failed|@ +WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED)/;
const HOST_KEY_CHANGED = 'REMOTE HOST IDENTIFICATION HAS CHANGED';

const UNKNOWN_REASON = { kind: 'ssh', detail: 'the connection failed.', remedy: 'Check the URL and the key.' } as const;

const REFUSED = {
  kind: 'refused',
  detail: 'the server refuses the command.',
  remedy: 'Check the URL, and what the key may do; else ask the operator of the server.',
} as const;

const ONLY_INTERACTIVE =
  "Find it in the account's start-up files on the server (.bashrc, .profile, .zshenv, .cshrc, /etc/profile; `ForceCommand` in sshd_config, `command=` in authorized_keys), and let it be printed in interactive shells alone: `ssh HOST true` must print nothing.";
const NOT_GIT =
  'Look on the server at what runs for this key or account in place of git: `ForceCommand` in sshd_config, `command=` in authorized_keys, the login shell and its start-up files (.bashrc, .profile).';

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** The path in single quotes, for the shell at the other end (as git itself quotes it). */
function quote(path: string): string {
  return `'${path.replace(/['!]/g, (character) => `'\\${character}'`)}'`;
}
