import { isError, RemoteError } from '../errors.js';
import { within, type TimeLimit } from '../time-limit.js';
import type { Capabilities } from './capabilities.js';
import type { ObjectFormat } from './object-format.js';
import { FLUSH_BYTES, packet } from './pkt-line.js';
import { encodeRefName } from './ref-name.js';
import { ReportReader, type PushReport, type RefUpdate } from './report.js';
import type { RemoteText } from './sideband.js';
import type { Transport } from './transport.js';

export type { PushReport, RefStatus, RefUpdate } from './report.js';

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

const PACK_BYTES_A_SECOND = 256 * 1024;

/**
 * Pushes (gitprotocol-pack, "Pushing Data To a Server").
 *
 * @returns the server's report, or `undefined` from a server without reports: then only its refs tell what happened
 * @throws the errors of the pack; {@link RemoteError} of kind `interrupted` where the outcome is not known
 */
export async function push(transport: Transport, request: PushRequest): Promise<PushReport | undefined> {
  const progress = new Sending();
  const answer = await transport.request('git-receive-pack', body(request, progress));
  const reader = new ReportReader(transport.location, request.updates);
  const isReported = reports(request.capabilities);
  try {
    if (isReported) {
      const reading = reader.read(answer, request.capabilities.has('side-band-64k'), request.onText);
      const limit = {
        error: lateReport(transport.location),
        giveUp: () => answer.abort(),
      };
      const late = progress.sent.then((bytes) => within(reading, { ...limit, ms: timeFor(bytes, request) }));
      await Promise.race([reading, late]);
      if (!progress.isLastGiven) {
        answer.abort();
        return reader.report('the target reported that it was done before it had got all objects');
      }
    }
    await answer.release();
    return isReported ? reader.report() : undefined;
  } catch (error) {
    answer.abort();
    if (!isError(error) || !reader.isComplete) throw error;
    return { ...reader.report(saysFatal(error) ? error.detail : undefined), trouble: error };
  }
}

/** True for the word of a server that it gives up: then nothing that it said before is certain. */
function saysFatal(error: Error): error is RemoteError {
  return error instanceof RemoteError && (error.kind === 'refused' || error.kind === 'throttled');
}

/** How far a push is sent. */
class Sending {
  /** Fulfilled with the bytes of the pack once all is sent. */
  readonly sent: Promise<number>;
  /** The last bytes were given to the transport: no report can be of use that came before. */
  isLastGiven = false;
  onSent = (_packBytes: number): void => undefined;

  constructor() {
    this.sent = new Promise((resolve) => (this.onSent = resolve));
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

async function* body(request: PushRequest, progress: Sending): AsyncGenerator<Buffer, void, undefined> {
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
  let last: Buffer = Buffer.concat([
    ...request.updates.map((update, index) => commandPacket(update, index === 0 ? `\0 ${capabilities}` : '')),
    FLUSH_BYTES,
    ...(withOptions ? [...request.pushOptions.map((option) => packet(option)), FLUSH_BYTES] : []),
  ]);
  let packBytes = 0;
  for await (const chunk of request.pack ?? []) {
    packBytes += chunk.length;
    yield last;
    last = chunk;
  }
  progress.isLastGiven = true;
  yield last;
  progress.onSent(packBytes);
}

function commandPacket(update: RefUpdate, suffix: string): Buffer {
  const ids = Buffer.from(`${update.old} ${update.new} `);
  return packet(Buffer.concat([ids, encodeRefName(update.ref), Buffer.from(suffix)]));
}
