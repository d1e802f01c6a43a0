import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { cutBytes } from '../printable.js';
import { brokenConnection, isError, RemoteError } from '../errors.js';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { MORE_TIME, silence, within, type TimeLimit } from '../time-limit.js';
import { FLUSH_BYTES, PacketReader } from '../wire/pkt-line.js';
import type { Body, Service, Traffic } from '../wire/transport.js';
import { beginsAsGit, LONGEST_GREETING } from './greeting.js';
import { CouldNotRun, RunningProgram, type Command, type ProgramEnd } from './process.js';
import { programError } from './program-error.js';

/** The end of a program that did not speak Git's protocol to its end. */
export interface FailedProgram extends ProgramEnd {
  /** The first of what it printed in place of Git's first packet; empty where that came, or nothing. */
  readonly greeting: string;
  /** Git's first packet came. */
  readonly hasAnswered: boolean;
}

/** Settings of a {@link Conversation}. */
export interface ConversationSettings {
  readonly service: Service;
  readonly location: string;
  readonly silenceMs: number;
  /** Counted up. */
  readonly traffic: Traffic;
  /** Makes the error for a program that ended without a proper answer. */
  readonly failure: (end: FailedProgram) => RemoteError;
  /** Hears that the program has begun to answer, or has ended; perhaps more than once. */
  readonly onOpened: () => void;
}

/** A conversation with a program that speaks a Git service on its standard input and output. */
export class Conversation {
  readonly packets: PacketReader;
  /** Fulfilled once the program has ended, however it did. */
  readonly ended: Promise<unknown>;
  readonly #settings: ConversationSettings;
  readonly #program: RunningProgram;
  /** Output before it was seen to be Git's, or not. */
  #beginning: Buffer = Buffer.alloc(0);
  /** Time of the first byte. */
  #begunAt: number | undefined;
  #hasAnswered = false;
  #bodyFailure: unknown;
  #isSpent = false;

  /** @throws {RemoteError} where the system gives no process or no pipes */
  constructor(command: Command, settings: ConversationSettings) {
    this.#settings = settings;
    try {
      this.#program = new RunningProgram(command);
    } catch (error) {
      throw error instanceof CouldNotRun ? programError(error, settings.location) : error;
    }
    this.ended = this.#program.ended.catch(() => undefined);
    void this.ended.then(settings.onOpened);
    this.packets = new PacketReader(settings.location, this.#received(), { silence: settings.silenceMs });
  }

  get service(): Service {
    return this.#settings.service;
  }

  /** True while it can take another request: receive-pack takes one push and ends. */
  get isReady(): boolean {
    return !this.#isSpent && this.#program.isRunning;
  }

  /** Sends a body in the background: the program may answer before it has read everything. */
  send(body: Body): void {
    this.#isSpent = this.service === 'git-receive-pack';
    this.#write(body).catch((error: unknown) => {
      this.#bodyFailure = error;
      this.stop();
    });
  }

  stop(): void {
    void this.#program.stop();
  }

  /** Ends the conversation in the way both services take for a good end. */
  hangUp(): void {
    this.#program.input.end(FLUSH_BYTES);
  }

  async #write(body: Body): Promise<void> {
    const { input } = this.#program;
    for await (const chunk of Buffer.isBuffer(body) ? [body] : body) {
      if (input.destroyed) return;
      this.#settings.traffic.bytesSent += chunk.length;
      if (!input.write(chunk)) await within(drainedOrClosed(input), this.#silence());
    }
    if (this.service === 'git-receive-pack') input.end();
  }

  async *#received(): AsyncGenerator<Buffer, void, undefined> {
    const { location, failure } = this.#settings;
    const chunks = this.#program.output[Symbol.asyncIterator]();
    try {
      yield* this.#answer(chunks);
    } catch (error) {
      if (this.#bodyFailure !== undefined) throw this.#bodyFailure;
      if (error instanceof RemoteError || !isError(error) || error.name === 'AbortError') throw error;
      throw new RemoteError(brokenConnection(location, error));
    }
    const hasAnswered = this.#hasAnswered;
    const greeting = hasAnswered ? '' : await this.#greeting(chunks);
    const end = await this.#lastWords().catch((error: unknown) => {
      throw error instanceof CouldNotRun ? programError(error, location) : error;
    });
    if (this.#bodyFailure !== undefined) throw this.#bodyFailure;
    if (end.code !== 0 || greeting !== '') throw failure({ ...end, greeting, hasAnswered });
  }

  /** Yields what the program prints, unless it does not begin as Git does. */
  async *#answer(chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    const { traffic, onOpened } = this.#settings;
    for (;;) {
      const next = await within(chunks.next(), this.#hasAnswered ? this.#silence() : this.#slowBeginning());
      onOpened();
      this.#begunAt ??= performance.now();
      if (next.done === true) return;
      traffic.bytesReceived += next.value.length;
      if (this.#hasAnswered) {
        yield next.value;
        continue;
      }
      this.#beginning = Buffer.concat([this.#beginning, next.value]);
      const isGit = beginsAsGit(this.#beginning);
      if (isGit === false) return;
      if (isGit === undefined) continue;
      this.#hasAnswered = true;
      yield this.#beginning;
    }
  }

  /** Reads on where something else than Git speaks, for a short while, and ends it: what it says is the reason. */
  async #greeting(chunks: AsyncIterator<Buffer>): Promise<string> {
    let read = this.#beginning;
    const impatience = setTimeout(() => this.stop(), PROGRAM_LIMITS.greeting.value);
    try {
      // Git, which may wait behind the greeting, ends by itself then.
      if (read.length > 0) this.hangUp();
      while (read.length < LONGEST_GREETING) {
        const next = await chunks.next();
        if (next.done === true) break;
        read = Buffer.concat([read, next.value]);
      }
      if (read.length >= LONGEST_GREETING) this.stop();
    } catch {
      // The program was stopped while it was read.
    } finally {
      clearTimeout(impatience);
    }
    return cutBytes(read, LONGEST_GREETING);
  }

  /** Waits for the end of a program that says no more. One that stays is ended: nothing can come of it. */
  async #lastWords(): Promise<ProgramEnd> {
    const { silenceMs } = this.#settings;
    const impatience = setTimeout(() => this.stop(), Math.min(PROGRAM_LIMITS.lastWords.value, silenceMs));
    try {
      return await this.#program.ended;
    } finally {
      clearTimeout(impatience);
    }
  }

  /** Limits the time of a beginning in all: it is a few bytes, of which each could come just in time. */
  #slowBeginning(): TimeLimit {
    const { silenceMs, location } = this.#settings;
    if (this.#begunAt === undefined) return this.#silence();
    const detail = `the server sent no more than the beginning of Git's answer in ${silenceMs / 1000} seconds.`;
    return {
      ms: Math.max(0, this.#begunAt + silenceMs - performance.now()),
      error: () => new RemoteError({ kind: 'silent', location, detail, remedy: MORE_TIME }),
      giveUp: () => this.stop(),
    };
  }

  #silence(): TimeLimit {
    const { silenceMs, location } = this.#settings;
    return { ms: silenceMs, error: silence(location), giveUp: () => this.stop() };
  }
}

async function drainedOrClosed(input: Writable): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  try {
    await Promise.race([once(input, 'drain', { signal }), once(input, 'close', { signal })]);
  } catch {
    // A program that reads no more may still tell why.
  } finally {
    done.abort();
  }
}
