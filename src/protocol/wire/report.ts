import { limitBytes } from '../bounded.js';
import { ProtocolError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { printable, printableLine } from '../printable.js';
import type { ObjectId } from './object-format.js';
import { cutOff, FLUSH, lineOf, PacketReader } from './pkt-line.js';
import { decodeRefName } from './ref-name.js';
import { dataBand, type RemoteText } from './sideband.js';
import type { Answer } from './transport.js';

/** One ref update command: the server moves the ref only if it still has the old id (the zero id: does not exist). */
export interface RefUpdate {
  readonly ref: string;
  readonly old: ObjectId;
  readonly new: ObjectId;
}

/** The server's word on one ref; the reason is its own, made safe to show. */
export type RefStatus =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly reason: string;
      /** The server contradicts itself, or says that it did something else: the update may have been made. */
      readonly isInDoubt?: boolean;
    };

/** The server's words on a push (gitprotocol-pack, "Report Status"). */
export interface PushReport {
  /** `ok`, or the reason for which the objects were not taken. */
  readonly unpack: string;
  readonly statuses: ReadonlyMap<string, RefStatus>;
  /** Trouble after the last word on a ref, as from a slow hook. The words stand. */
  readonly trouble?: Error | undefined;
}

/** All that a server says of one ref. */
interface Words {
  readonly update: RefUpdate;
  isAccepted: boolean;
  refusal: string | undefined;
  /** What was done in place of what was asked for. */
  otherwise: string | undefined;
}

/**
 * The report on a push, as far as it has come. The server may say nothing of a ref; but what it says of refs that were
 * not pushed is not kept, and of several words on one ref the worst counts.
 */
export class ReportReader {
  readonly #location: string;
  readonly #words: ReadonlyMap<string, Words>;
  readonly #mostLines: number;
  #unpack = '';
  #lines = 0;
  /** The ref that was accepted by the line before: options belong to it. */
  #current: Words | undefined;
  #isComplete = false;

  constructor(location: string, updates: readonly RefUpdate[]) {
    this.#location = location;
    this.#words = new Map(
      updates.map((update) => [update.ref, { update, isAccepted: false, refusal: undefined, otherwise: undefined }]),
    );
    this.#mostLines = WIRE_LIMITS.reportLines.value * (updates.length + 1);
  }

  /** The report has come to its end, with words on every ref: then a server that goes on, or breaks off, changes nothing. */
  get isComplete(): boolean {
    return this.#isComplete && [...this.#words.values()].every((words) => statusOf(words, this.#unpack) !== undefined);
  }

  /** @param doubt reason to doubt that anything was done */
  report(doubt?: string): PushReport {
    const statuses = new Map<string, RefStatus>();
    for (const [ref, words] of this.#words) {
      const status = statusOf(words, this.#unpack);
      if (status !== undefined) {
        statuses.set(ref, status.accepted && doubt !== undefined ? inDoubt(doubt) : status);
      }
    }
    return { unpack: this.#unpack, statuses };
  }

  /** Reads the report to its end, and what hooks still have to say to people. */
  async read(answer: Answer, isMultiplexed: boolean, onText: RemoteText): Promise<void> {
    answer.packets.stopTiming();
    const packets = isMultiplexed ? this.#inBand(answer.packets, onText) : answer.packets;
    const first = await packets.next();
    if (!Buffer.isBuffer(first)) throw cutOff(this.#location);
    this.#readUnpack(lineOf(first));
    for (let next = await packets.need(); next !== FLUSH; next = await packets.need()) {
      if (!Buffer.isBuffer(next))
        throw new ProtocolError(this.#location, 'a delimiter stands in the report on the push');
      packets.worked(next.length);
      this.#line(next);
    }
    this.#isComplete = true;
    if (isMultiplexed) await packets.finish();
  }

  #inBand(packets: PacketReader, onText: RemoteText): PacketReader {
    const tooLong = (): Error => tooMuch(this.#location, WIRE_LIMITS.report);
    return new PacketReader(
      this.#location,
      limitBytes(dataBand(packets, this.#location, onText), WIRE_LIMITS.report.value, tooLong),
    );
  }

  #readUnpack(line: string): void {
    if (!line.startsWith('unpack ')) {
      throw new ProtocolError(this.#location, `the report on the push begins with "${printable(line, 200)}"`);
    }
    this.#unpack = printableLine(line.slice('unpack '.length), 500);
  }

  #line(payload: Buffer): void {
    this.#lines += 1;
    if (this.#lines > this.#mostLines) throw tooMuch(this.#location, WIRE_LIMITS.reportLines);
    const line = payload.at(-1) === 0x0a ? payload.subarray(0, -1) : payload;
    const space = line.indexOf(0x20);
    const rest = line.subarray(space + 1);
    const kind = line.toString('latin1', 0, Math.max(space, 0));
    if (kind === 'unpack')
      throw new ProtocolError(this.#location, 'the report on the push has two results of unpacking');
    if (kind === 'ok') this.#accepted(rest);
    else if (kind === 'ng') this.#refused(rest);
    else if (kind === 'option') this.#option(rest);
  }

  #accepted(name: Buffer): void {
    this.#current = this.#wordsOn(name);
    if (this.#current !== undefined) this.#current.isAccepted = true;
  }

  #refused(rest: Buffer): void {
    const space = rest.indexOf(0x20);
    const words = this.#wordsOn(space < 0 ? rest : rest.subarray(0, space));
    this.#current = undefined;
    if (words === undefined) return;
    const reason = space < 0 ? '' : rest.toString('utf8', space + 1);
    words.refusal ??= printableLine(reason || 'no reason given', 1000);
  }

  /** Reads an option of `report-status-v2`: a server may have moved another ref, or from or to other objects. */
  #option(option: Buffer): void {
    const words = this.#current;
    if (words === undefined) return;
    const [name = '', value = ''] = decodeRefName(option).split(' ', 2);
    const { update } = words;
    const shown = printable(value, 300);
    if (name === 'refname' && value !== update.ref) words.otherwise ??= `it has moved ${shown} instead`;
    if (name === 'old-oid' && value !== update.old) words.otherwise ??= `it has moved the ref from ${shown} instead`;
    if (name === 'new-oid' && value !== update.new) words.otherwise ??= `it has moved the ref to ${shown} instead`;
  }

  #wordsOn(name: Buffer): Words | undefined {
    return name.length > WIRE_LIMITS.refName.value ? undefined : this.#words.get(decodeRefName(name));
  }
}

function statusOf({ isAccepted, refusal, otherwise }: Words, unpack: string): RefStatus | undefined {
  if (!isAccepted) return refusal === undefined ? undefined : { accepted: false, reason: refusal };
  if (unpack !== 'ok') return { accepted: false, reason: refusal ?? 'the objects were not taken' };
  if (refusal !== undefined) return inDoubt(`the target reports both that it was done and: ${refusal}`);
  return otherwise === undefined ? { accepted: true } : inDoubt(`the target reports that ${otherwise}`);
}

function inDoubt(reason: string): RefStatus {
  return { accepted: false, reason, isInDoubt: true };
}
