import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Openings } from './openings.js';
import { connectionError } from '../http/errors.js';
import { RemoteError } from '../errors.js';
import { FLUSH, FLUSH_BYTES, PacketReader } from '../wire/pkt-line.js';
import { noTraffic, type Answer, type Body, type Service, type TimeLimits, type Transport } from '../wire/transport.js';
import { within, type Limit } from '../waiting.js';

/** A program that speaks a Git service on its standard input and output. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How a program is found and how long it is waited for. */
export interface ProgramSettings {
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Where only so many may be on their way to an answer at the same time. */
  readonly openings?: Openings | undefined;
}

/** How a program ended: `code` is null where a signal ended it. */
export interface ProgramEnd {
  readonly code: number | null;
  /** The last of what it wrote to standard error. */
  readonly errors: string;
}

/** What a user is told where a program is not there. */
const NOT_INSTALLED = {
  git: { detail: 'the program `git` is not installed.', remedy: 'Install git, or put it on the PATH.' },
  ssh: { detail: 'the program `ssh` is not installed.', remedy: 'Install the OpenSSH client.' },
} as const;

/** The error for a program that did not even begin, because it is not there; `undefined` for any other end. */
export function notInstalled(
  program: keyof typeof NOT_INSTALLED,
  location: string,
  end: ProgramEnd,
): RemoteError | undefined {
  if (end.code !== null || !end.errors.includes('ENOENT')) return undefined;
  return new RemoteError({ kind: 'program', location, ...NOT_INSTALLED[program] });
}

const LONGEST_ERRORS = 64 * 1024;

const LONGEST_OUTPUT = 64 * 1024;

/** Runs a program to its end, without input, and gives what it printed: the first 64 KiB. */
export async function runProgram(
  command: Command,
  location: string,
  { limits, signal, openings }: ProgramSettings,
): Promise<ProgramEnd & { readonly output: string }> {
  const opened = await openings?.begin();
  try {
    return await runAtOnce(command, location, { limits, signal });
  } finally {
    opened?.();
  }
}

async function runAtOnce(
  command: Command,
  location: string,
  { limits, signal }: ProgramSettings,
): Promise<ProgramEnd & { readonly output: string }> {
  signal.throwIfAborted();
  const child = spawn(command.program, [...command.arguments], {
    env: { ...command.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(0, LONGEST_OUTPUT)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-LONGEST_ERRORS)));
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, errors: error.message }));
    child.once('close', (code) => resolve({ code, errors }));
  });
  const end = await within(ended, { ms: limits.silence, location, giveUp: () => void child.kill() });
  signal.throwIfAborted();
  return { ...end, output };
}

/** One running program, and what came of it. */
class Conversation {
  readonly packets: PacketReader;
  readonly ended: Promise<ProgramEnd>;
  readonly service: Service;
  readonly #transport: ProgramTransport;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #opened: () => void;
  #errors = '';
  #bodyFailure: unknown;
  #isSpent = false;

  /** @param opened is called once the program has begun to answer, or has ended */
  constructor(service: Service, command: Command, transport: ProgramTransport, opened: () => void) {
    this.service = service;
    this.#transport = transport;
    this.#opened = opened;
    this.#child = spawn(command.program, [...command.arguments], {
      env: { ...command.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-LONGEST_ERRORS);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ code: null, errors: error.message }));
      this.#child.once('close', (code) => resolve({ code, errors: this.#errors }));
    });
    void this.ended.then(opened);
    this.packets = new PacketReader(transport.location, this.#received());
  }

  /** Whether it can take another request: receive-pack takes one push and ends. */
  get isReady(): boolean {
    return (
      !this.#isSpent &&
      this.#child.exitCode === null &&
      this.#child.signalCode === null &&
      this.#child.pid !== undefined
    );
  }

  /** Sends a body in the background: the program may answer before it has read everything. */
  send(body: Body): void {
    this.#isSpent = this.service === 'git-receive-pack';
    this.#write(body).catch((error: unknown) => {
      this.#bodyFailure = error;
      this.kill();
    });
  }

  kill(): void {
    this.#child.kill('SIGTERM');
    this.#child.stdout.destroy();
  }

  /** Ends the conversation in the way both services take for a good end. */
  hangUp(): void {
    this.#child.stdin.end(FLUSH_BYTES);
  }

  async #write(body: Body): Promise<void> {
    const chunks = Buffer.isBuffer(body) ? [body] : body;
    const { stdin } = this.#child;
    for await (const chunk of chunks) {
      if (stdin.destroyed) return;
      this.#transport.traffic.bytesSent += chunk.length;
      if (!stdin.write(chunk)) {
        await within(drainedOrClosed(stdin), this.#limit());
      }
    }
    if (this.service === 'git-receive-pack') stdin.end();
  }

  async *#received(): AsyncGenerator<Buffer, void, undefined> {
    const chunks = this.#child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const next = await within(chunks.next(), this.#limit());
        this.#opened();
        if (next.done === true) break;
        this.#transport.traffic.bytesReceived += next.value.length;
        yield next.value;
      }
    } catch (error) {
      if (this.#bodyFailure !== undefined) throw this.#bodyFailure;
      throw connectionError(error, { location: this.#transport.location, nothingSent: false });
    }
    const end = await this.ended;
    if (this.#bodyFailure !== undefined) throw this.#bodyFailure;
    if (end.code !== 0) throw this.#transport.failure(this.service, end);
  }

  #limit(): Limit {
    return {
      ms: this.#transport.settings.limits.silence,
      location: this.#transport.location,
      giveUp: () => this.kill(),
    };
  }
}

async function drainedOrClosed(stdin: Writable): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  try {
    await Promise.race([once(stdin, 'drain', { signal }), once(stdin, 'close', { signal })]);
  } finally {
    done.abort();
  }
}

/**
 * A transport that speaks to a program: git itself for a local repository, ssh for one far away. A conversation serves
 * several requests one after the other (protocol v2); requests side by side take a program each.
 */
export abstract class ProgramTransport implements Transport {
  abstract readonly location: string;
  readonly stateless = false;
  readonly traffic = noTraffic();
  readonly settings: ProgramSettings;
  readonly #idle: Conversation[] = [];
  readonly #all = new Set<Conversation>();
  readonly #onAbort = (): void => void this.close();
  #isClosed = false;

  constructor(settings: ProgramSettings) {
    this.settings = settings;
    settings.signal.addEventListener('abort', this.#onAbort);
  }

  /** The command that speaks this service. */
  protected abstract command(service: Service): Promise<Command>;

  /** Why a program that ended without a proper answer did so. */
  abstract failure(service: Service, end: ProgramEnd): RemoteError;

  async advertise(service: Service): Promise<Answer> {
    return this.#answer(await this.#start(service));
  }

  async request(service: Service, body: Body): Promise<Answer> {
    const conversation = this.#takeIdle(service) ?? (await this.#startPastAdvertisement(service));
    this.traffic.requests += 1;
    conversation.send(body);
    return this.#answer(conversation);
  }

  async close(): Promise<void> {
    this.settings.signal.removeEventListener('abort', this.#onAbort);
    this.#isClosed = true;
    const conversations = [...this.#all];
    for (const conversation of conversations) {
      if (this.#idle.includes(conversation)) conversation.hangUp();
      else conversation.kill();
    }
    this.#idle.length = 0;
    const patience = { ms: 2000, location: this.location, giveUp: () => conversations.forEach((one) => one.kill()) };
    await within(Promise.all(conversations.map((one) => one.ended)), patience).catch(() => undefined);
  }

  async #start(service: Service): Promise<Conversation> {
    this.#throwIfClosed();
    const command = await this.command(service);
    const opened = (await this.settings.openings?.begin()) ?? ((): void => undefined);
    try {
      this.#throwIfClosed();
      this.traffic.requests += 1;
      const conversation = new Conversation(service, command, this, opened);
      return this.#kept(conversation);
    } catch (error) {
      // Others wait for their turn.
      opened();
      throw error;
    }
  }

  #kept(conversation: Conversation): Conversation {
    this.#all.add(conversation);
    void conversation.ended.then(() => this.#all.delete(conversation));
    return conversation;
  }

  async #startPastAdvertisement(service: Service): Promise<Conversation> {
    const conversation = await this.#start(service);
    while ((await conversation.packets.need()) !== FLUSH);
    return conversation;
  }

  #throwIfClosed(): void {
    this.settings.signal.throwIfAborted();
    if (!this.#isClosed) return;
    throw new RemoteError({ kind: 'program', location: this.location, detail: 'the connection was given up.' });
  }

  #takeIdle(service: Service): Conversation | undefined {
    const at = this.#idle.findIndex((one) => one.service === service && one.isReady);
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }

  #answer(conversation: Conversation): Answer {
    return {
      packets: conversation.packets,
      release: async () => {
        this.#idle.push(conversation);
      },
      abort: () => conversation.kill(),
    };
  }
}
