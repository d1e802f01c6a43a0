import { ProtocolError } from '../errors.js';
import type { Terms } from './command.js';
import { ErrorLines } from './error-lines.js';
import type { ObjectId } from './object-format.js';
import { FLUSH_BYTES, lineOf, packet, type PacketReader } from './pkt-line.js';
import { printable } from '../printable.js';
import { releasing } from './releasing.js';
import { dataBand } from './sideband.js';
import type { Transport } from './transport.js';

/**
 * Fetches all that the wants lead to from a server of protocol v0 or v1. This is the shortest negotiation
 * (gitprotocol-pack, "Packfile Negotiation"): everything is wanted, nothing is had.
 *
 * @param wants what the server has advertised
 * @returns the pack, which must be read to its end or given up
 */
export async function fetchAll(
  transport: Transport,
  terms: Terms,
  wants: readonly ObjectId[],
): Promise<AsyncGenerator<Buffer, void, undefined>> {
  const answer = await transport.request('git-upload-pack', requestBody(terms, wants));
  try {
    await expectNothingInCommon(answer.packets, transport.location);
  } catch (error) {
    answer.abort();
    throw error;
  }
  if (!SIDE_BANDS.some((name) => terms.capabilities.has(name))) return releasing(answer.packets.rest(), answer);
  const lines = new ErrorLines();
  const pack = dataBand(answer.packets, transport.location, (line) => lines.hear(line));
  return releasing(lines.explained(pack), answer);
}

const SIDE_BANDS = ['side-band-64k', 'side-band'] as const;

/**
 * Capabilities that are asked for where the server has them, the first that it has of each line. All of them are
 * understood, whether they matter here or not, since servers refuse clients without them: dulwich those that do not take
 * thin packs and deltas by their place, Azure DevOps those that know one kind of acknowledgement only. Nothing is
 * acknowledged to somebody who has nothing, and such a pack leans on nothing.
 */
const ASKED: readonly (readonly string[])[] = [
  ['multi_ack_detailed', 'multi_ack'],
  SIDE_BANDS,
  ['thin-pack'],
  ['ofs-delta'],
  ['no-progress'],
];

function requestBody({ agent, format, capabilities }: Terms, wants: readonly ObjectId[]): Buffer {
  const words = [
    ...ASKED.flatMap((names) => names.find((name) => capabilities.has(name)) ?? []),
    ...(capabilities.has('object-format') ? [`object-format=${format}`] : []),
    ...(capabilities.has('agent') ? [`agent=${agent}`] : []),
  ];
  const first = words.map((word) => ` ${word}`).join('');
  return Buffer.concat([
    ...wants.map((id, index) => packet(`want ${id}${index === 0 ? first : ''}\n`)),
    FLUSH_BYTES,
    packet('done\n'),
  ]);
}

async function expectNothingInCommon(packets: PacketReader, location: string): Promise<void> {
  const first = await packets.need();
  const line = Buffer.isBuffer(first) ? lineOf(first) : '';
  if (line !== 'NAK') throw new ProtocolError(location, `"${printable(line, 100)}" stands where NAK belongs`);
}
