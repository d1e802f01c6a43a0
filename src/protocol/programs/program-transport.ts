import { RemoteError } from '../errors.js';
import type { Place } from '../location.js';
import { PROGRAM_LIMITS } from '../limits/programs.js';
import { silence, within } from '../time-limit.js';
import { FLUSH } from '../wire/pkt-line.js';
import { noTraffic, type Answer, type Body, type Service, type TimeLimits, type Transport } from '../wire/transport.js';
import { Conversation, type ConversationSettings, type FailedProgram } from './conversation.js';
import type { GroupGuard } from './group-guard.js';
import type { Openings } from './openings.js';
import type { Command } from './process.js';

/** Limits of the programs that a transport starts. */
export interface ProgramSettings {
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Lets only so many be on their way to an answer at the same time. */
  readonly openings?: Openings | undefined;
  /** Ends the programs if this process is killed. */
  readonly guard?: GroupGuard | undefined;
}

/**
 * A transport that speaks to a program: git itself for a local repository, ssh for one far away. A conversation serves
 * several requests one after the other (protocol v2); requests side by side take a program each. So does each listing of
 * refs: git keeps the refs that it has read for as long as it lives (refs/files-backend.c), whatever others do to them.
 */
export abstract class ProgramTransport implements Transport {
  abstract readonly location: string;
  abstract readonly place: Place;
  readonly stateless = false;
  readonly traffic = noTraffic();
  protected readonly settings: ProgramSettings;
  readonly #idle: Conversation[] = [];
  /** Those that have answered a request: their git tells refs as it read them then. */
  readonly #asked = new WeakSet<Conversation>();
  readonly #all = new Set<Conversation>();
  readonly #onAbort = (): void => void this.close();
  #isClosed = false;

  constructor(settings: ProgramSettings) {
    this.settings = settings;
    settings.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The command that speaks this service. */
  protected abstract command(service: Service): Promise<Command>;

  /** Makes the error for a program that ended without a proper answer. */
  protected abstract failure(service: Service, end: FailedProgram): RemoteError;

  async advertise(service: Service): Promise<Answer> {
    return this.#answer(await this.#start(service));
  }

  async request(service: Service, body: Body, isListing = false): Promise<Answer> {
    const conversation = this.#takeIdle(service, isListing) ?? (await this.#startPastAdvertisement(service));
    this.#asked.add(conversation);
    this.traffic.requests += 1;
    conversation.send(body);
    return this.#answer(conversation);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const conversations = [...this.#all];
    const isInHaste = this.settings.signal.aborted;
    for (const conversation of conversations) {
      if (this.#idle.includes(conversation) && !isInHaste) conversation.hangUp();
      else conversation.stop();
    }
    this.#idle.length = 0;
    const ended = Promise.all(conversations.map((one) => one.ended));
    const giveUp = (): void => conversations.forEach((one) => one.stop());
    await within(ended, { ms: PROGRAM_LIMITS.closing.value, error: silence(this.location), giveUp }).catch(
      () => undefined,
    );
    // Their end is near then, and nothing of them is to be left.
    await ended;
    // Until then a signal hastens them.
    this.settings.signal.removeEventListener('abort', this.#onAbort);
  }

  async #start(service: Service): Promise<Conversation> {
    this.#throwIfClosed();
    const command = await this.command(service);
    const opened = (await this.settings.openings?.begin()) ?? ((): void => undefined);
    try {
      this.#throwIfClosed();
      this.traffic.requests += 1;
      return this.#keep(
        new Conversation({ ...command, guard: this.settings.guard }, this.#settingsFor(service, opened)),
      );
    } catch (error) {
      // Others wait for their turn.
      opened();
      throw error;
    }
  }

  #settingsFor(service: Service, onOpened: () => void): ConversationSettings {
    const { location, traffic, settings } = this;
    const failure = (end: FailedProgram): RemoteError => this.failure(service, end);
    return { service, location, silenceMs: settings.limits.silence, traffic, failure, onOpened };
  }

  #keep(conversation: Conversation): Conversation {
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
    throw new RemoteError({ kind: 'program', location: this.location, detail: 'the connection was closed.' });
  }

  #takeIdle(service: Service, isListing: boolean): Conversation | undefined {
    const at = this.#idle.findIndex(
      (one) => one.service === service && one.isReady && !(isListing && this.#asked.has(one)),
    );
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0];
  }

  #answer(conversation: Conversation): Answer {
    return {
      packets: conversation.packets,
      release: async () => {
        this.#idle.push(conversation);
      },
      abort: () => conversation.stop(),
    };
  }
}
