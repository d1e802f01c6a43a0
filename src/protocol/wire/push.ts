import { limitBytes } from '../bounded.js';
import { ProtocolError } from '../errors.js';
import type { Capabilities } from './capabilities.js';
import type { ObjectFormat, ObjectId } from './object-format.js';
import { cutOff, FLUSH, FLUSH_BYTES, lineOf, packet, PacketReader } from './pkt-line.js';
import { printable } from '../printable.js';
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
}

/** The server's word on one ref; the reason is its own, made safe to show. */
export type Verdict = { readonly accepted: true } | { readonly accepted: false; readonly reason: string };

/** The server's words on a push (gitprotocol-pack, "Report Status"). */
export interface PushReport {
  /** `ok`, or the reason for which the objects were not taken. */
  readonly unpack: string;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

const LARGEST_REPORT = 256 * 1024 * 1024;

/**
 * Pushes (gitprotocol-pack, "Pushing Data To a Server").
 *
 * @returns the server's report, or `undefined` from a server without reports: then only its refs tell what happened
 * @throws the errors of the pack; {@link RemoteError} of kind `interrupted` where the outcome is not known
 */
export async function push(transport: Transport, request: PushRequest): Promise<PushReport | undefined> {
  const { capabilities } = request;
  const answer = await transport.request('git-receive-pack', body(request));
  try {
    const report = reports(capabilities)
      ? await readReport(answer, transport.location, capabilities.has('side-band-64k'), request.onText)
      : undefined;
    await answer.release();
    return report;
  } catch (error) {
    answer.abort();
    throw error;
  }
}

function reports(capabilities: Capabilities): boolean {
  return capabilities.has('report-status-v2') || capabilities.has('report-status');
}

async function* body(request: PushRequest): AsyncGenerator<Buffer, void, undefined> {
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
  if (request.pack !== undefined) yield* request.pack;
}

function commandPacket(update: RefUpdate, suffix: string): Buffer {
  const ids = Buffer.from(`${update.old} ${update.new} `);
  return packet(Buffer.concat([ids, encodeRefName(update.ref), Buffer.from(suffix)]));
}

async function readReport(
  answer: Answer,
  location: string,
  multiplexed: boolean,
  onText: RemoteText,
): Promise<PushReport> {
  const tooLong = (): Error =>
    new ProtocolError(location, `the report on the push is longer than ${LARGEST_REPORT} bytes`);
  const packets = multiplexed
    ? new PacketReader(location, limitBytes(dataBand(answer.packets, location, onText), LARGEST_REPORT, tooLong))
    : answer.packets;
  const first = await packets.next();
  if (!Buffer.isBuffer(first)) throw cutOff(location);
  const line = lineOf(first);
  if (!line.startsWith('unpack ')) {
    throw new ProtocolError(location, `the report on the push begins with "${printable(line, 200)}"`);
  }
  const verdicts = new Map<string, Verdict>();
  for (let next = await packets.next(); next !== FLUSH && next !== undefined; next = await packets.next()) {
    if (Buffer.isBuffer(next)) addVerdict(verdicts, next);
  }
  if (multiplexed) while ((await packets.next()) !== undefined);
  return { unpack: printable(line.slice('unpack '.length), 500), verdicts };
}

function addVerdict(verdicts: Map<string, Verdict>, payload: Buffer): void {
  const line = payload.at(-1) === 0x0a ? payload.subarray(0, -1) : payload;
  const kind = line.toString('latin1', 0, 3);
  if (kind === 'ok ') verdicts.set(decodeRefName(line.subarray(3)), { accepted: true });
  if (kind === 'ng ') {
    const space = line.indexOf(0x20, 3);
    const end = space < 0 ? line.length : space;
    const reason = line.toString('utf8', end + 1) || 'no reason given';
    verdicts.set(decodeRefName(line.subarray(3, end)), { accepted: false, reason: printable(reason, 1000) });
  }
}
