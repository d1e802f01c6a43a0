import { limitBytes } from '../bounded.js';
import { isError, ProtocolError, RemoteError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { within, type TimeLimit } from '../time-limit.js';
import type { Capabilities } from './capabilities.js';
import type { ObjectFormat, ObjectId } from './object-format.js';
import { cutOff, FLUSH, FLUSH_BYTES, lineOf, packet, PacketReader } from './pkt-line.js';
import { printable, printableLine } from '../printable.js';
import { decodeRefName, encodeRefName } from './ref-name.js';
import { dataBand, type RemoteText } from './sideband.js';
import type { Answer, Transport } from './transport.js';

/** One ref update command: the server moves the ref only if it still has the old id (the zero id: does not exist). */
export interface RefUpdate {
  readonly ref: string;
  readonly old: ObjectId;
  readonly new: ObjectId;
}

/** The parts of a push. */
export interface PushRequest {
  readonly updates: readonly RefUpdate[];
  /** Capabilities that the target advertised. */
  readonly capabilities: Capabilities;
  readonly format: ObjectFormat;
  readonly agent: string;
  readonly pushOptions: readonly string[];
  /** The objects; `undefined` for a push of deletions alone. A pack that throws aborts the push. */
  readonly pack: AsyncIterable<Buffer> | undefined;
  readonly onText: RemoteText;
  /** Milliseconds for the report, once all is sent. A large pack is given more: its objects must be checked. */
  readonly reportWithinMs: number;
}

/** The server's word on one ref; the reason is its own, made safe to show. */
export type RefStatus = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/** The server's words on a push (gitprotocol-pack, "Report Status"). */
export interface PushReport {
  /** `ok`, or the reason for which the objects were not taken. */
  readonly unpack: string;
  readonly statuses: ReadonlyMap<string, RefStatus>;
  /** Trouble after the last word on a ref, as from a slow hook. The words stand. */
  readonly trouble?: Error | undefined;
}

const PACK_BYTES_A_SECOND = 256 * 1024;

/**
 * Pushes (gitprotocol-pack, "Pushing Data To a Server").
 *
 * @returns the server's report, or `undefined` from a server without reports: then only its refs tell what happened
 * @throws the errors of the pack; {@link RemoteError} of kind `interrupted` where the outcome is not known
 */
export async function push(transport: Transport, request: PushRequest): Promise<PushReport | undefined> {
  let onSent = (_packBytes: number): void => undefined;
  const sent = new Promise<number>((resolve) => (onSent = resolve));
  const answer = await transport.request('git-receive-pack', body(request, onSent));
  const report = new ReportReader(transport.location);
  const isReported = reports(request.capabilities);
  try {
    if (isReported) {
      const reading = report.read(answer, request);
      const limit = {
        error: lateReport(transport.location),
        giveUp: () => answer.abort(),
      };
      const late = sent.then((bytes) => within(reading, { ...limit, ms: timeFor(bytes, request) }));
      await Promise.race([reading, late]);
    }
    await answer.release();
    return isReported ? report.words : undefined;
  } catch (error) {
    answer.abort();
    if (!isError(error) || !report.answers(request.updates)) throw error;
    return { ...report.words, trouble: error };
  }
}

// Servers keep a connection alive with empty packets while a hook sleeps: silence alone would never end it.
function timeFor(packBytes: number, { reportWithinMs }: PushRequest): number {
  return reportWithinMs + (packBytes / PACK_BYTES_A_SECOND) * 1000;
}

function lateReport(location: string): TimeLimit['error'] {
  return (seconds) =>
    new RemoteError({
      kind: 'silent',
      location,
      detail: `the server has not reported the result of the push ${Math.round(seconds)} seconds after all of it was sent.`,
      remedy: 'Look for a hook on the server that does not end, or raise `timeout` if it needs longer.',
    });
}

function reports(capabilities: Capabilities): boolean {
  return capabilities.has('report-status-v2') || capabilities.has('report-status');
}

async function* body(
  request: PushRequest,
  onSent: (packBytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const withOptions = request.pushOptions.length > 0;
  const asked = [
    ...(request.capabilities.has('report-status-v2') ? ['report-status-v2'] : ['report-status']),
    'side-band-64k',
    'quiet',
    ...(withOptions ? ['push-options'] : []),
  ].filter((name) => request.capabilities.has(name));
  const format = request.capabilities.has('object-format') ? [`object-format=${request.format}`] : [];
  const agent = request.capabilities.has('agent') ? [`agent=${request.agent}`] : [];
  const capabilities = [...asked, ...format, ...agent].join(' ');
  yield Buffer.concat([
    ...request.updates.map((update, index) => commandPacket(update, index === 0 ? `\0 ${capabilities}` : '')),
    FLUSH_BYTES,
    ...(withOptions ? [...request.pushOptions.map((option) => packet(option)), FLUSH_BYTES] : []),
  ]);
  let packBytes = 0;
  for await (const chunk of request.pack ?? []) {
    packBytes += chunk.length;
    yield chunk;
  }
  onSent(packBytes);
}

function commandPacket(update: RefUpdate, suffix: string): Buffer {
  const ids = Buffer.from(`${update.old} ${update.new} `);
  return packet(Buffer.concat([ids, encodeRefName(update.ref), Buffer.from(suffix)]));
}

/** The report on a push, as far as it has come. */
class ReportReader {
  readonly #location: string;
  readonly #statuses = new Map<string, RefStatus>();
  #unpack = '';

  constructor(location: string) {
    this.#location = location;
  }

  get words(): PushReport {
    return { unpack: this.#unpack, statuses: this.#statuses };
  }

  /** Reports whether every update has its answer: then a server that goes on, or breaks off, changes nothing. */
  answers(updates: readonly RefUpdate[]): boolean {
    return updates.every(({ ref }) => this.#statuses.has(ref));
  }

  async read(answer: Answer, { capabilities, onText }: PushRequest): Promise<void> {
    const isMultiplexed = capabilities.has('side-band-64k');
    const packets = isMultiplexed ? this.#inBand(answer.packets, onText) : answer.packets;
    const first = await packets.next();
    if (!Buffer.isBuffer(first)) throw cutOff(this.#location);
    const line = lineOf(first);
    if (!line.startsWith('unpack ')) {
      throw new ProtocolError(this.#location, `the report on the push begins with "${printable(line, 200)}"`);
    }
    this.#unpack = printableLine(line.slice('unpack '.length), 500);
    for (let next = await packets.next(); next !== FLUSH && next !== undefined; next = await packets.next()) {
      if (Buffer.isBuffer(next)) addStatus(this.#statuses, next);
    }
    // Hooks may still have something to say to people.
    if (isMultiplexed) while ((await packets.next()) !== undefined);
  }

  #inBand(packets: PacketReader, onText: RemoteText): PacketReader {
    const tooLong = (): Error => tooMuch(this.#location, WIRE_LIMITS.report);
    return new PacketReader(
      this.#location,
      limitBytes(dataBand(packets, this.#location, onText), WIRE_LIMITS.report.value, tooLong),
    );
  }
}

function addStatus(statuses: Map<string, RefStatus>, payload: Buffer): void {
  const line = payload.at(-1) === 0x0a ? payload.subarray(0, -1) : payload;
  const kind = line.toString('latin1', 0, 3);
  if (kind === 'ok ') statuses.set(decodeRefName(line.subarray(3)), { accepted: true });
  if (kind === 'ng ') {
    const space = line.indexOf(0x20, 3);
    const end = space < 0 ? line.length : space;
    const reason = line.toString('utf8', end + 1) || 'no reason given';
    statuses.set(decodeRefName(line.subarray(3, end)), { accepted: false, reason: printableLine(reason, 1000) });
  }
}
