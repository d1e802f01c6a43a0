import { readAdvertisement, type Advertisement, type Ref } from '../protocol/wire/advertisement.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { shallowError } from '../protocol/wire/fetch.js';
import { LocalTransport } from '../protocol/programs/local.js';
import { FLUSH_BYTES, lineOf, packet, type PacketReader } from '../protocol/wire/pkt-line.js';
import { printable } from '../protocol/printable.js';
import { encodeRefName } from '../protocol/wire/ref-name.js';
import { dataBand } from '../protocol/wire/sideband.js';
import type { Answer, Transport } from '../protocol/wire/transport.js';
import { isInPlay } from './refs.js';
import { StageGit, type StagingSettings } from './stage-git.js';
import { unlessBusy } from './unless-busy.js';

/** A copy of a source in a temporary folder, which stands in for it. */
export interface Stage {
  readonly transport: Transport;
  remove(): Promise<void>;
}

type RefAdvertisement = Extract<Advertisement, { version: 0 }>;

/**
 * Copies the branches and tags of a source without protocol v2 into a temporary bare repository. The source is asked
 * through the same transport as everything else, so that no other program ever sees its credentials; `git` only
 * stores what comes.
 *
 * @throws {RemoteError} for a shallow source, or where git cannot store the objects
 */
export async function stage(source: Transport, agent: string, settings: StagingSettings): Promise<Stage> {
  settings.onStage(
    `${source.location}: the server does not support Git's protocol v2, so the repository is copied to a temporary folder first.`,
  );
  const { answer, advertisement } = await unlessBusy(() => advertise(source), source.location, settings);
  if (advertisement.version === 2) throw new ProtocolError(source.location, 'it changed its protocol in between');
  if (advertisement.isShallow) throw shallowError(source.location);
  const refs = advertisement.refs.filter(({ name }) => isInPlay(name));
  const git = await StageGit.create(
    advertisement.capabilities.objectFormat(source.location),
    source.location,
    settings,
  );
  try {
    await answer.release();
    if (refs.length > 0) {
      const ask = (): Promise<Answer> => fetchEverything(source, agent, advertisement, refs);
      const pack = await unlessBusy(ask, source.location, settings);
      await git.index(dataBand(pack.packets, source.location, () => undefined));
      await git.feed(['update-ref', '-z', '--stdin'], refs.map(creation));
    }
  } catch (error) {
    await git.remove();
    throw error;
  }
  const transport = new LocalTransport({ ...settings, path: git.folder });
  return { transport, remove: () => transport.close().then(() => git.remove()) };
}

async function advertise(source: Transport): Promise<{ answer: Answer; advertisement: Advertisement }> {
  const answer = await source.advertise('git-upload-pack');
  return { answer, advertisement: await readAdvertisement(answer.packets, source.location) };
}

// The shortest negotiation (gitprotocol-pack, "Packfile Negotiation"): everything is wanted, nothing is had.
async function fetchEverything(
  source: Transport,
  agent: string,
  advertisement: RefAdvertisement,
  refs: readonly Ref[],
): Promise<Answer> {
  const { capabilities } = advertisement;
  const band = ['side-band-64k', 'side-band'].find((name) => capabilities.has(name));
  if (band === undefined) {
    throw new RemoteError({
      kind: 'refused',
      location: source.location,
      detail: 'the server is too old: it does not support side-band.',
      remedy: 'Mirror from a clone of the repository.',
    });
  }
  const asked = [band, 'ofs-delta', 'no-progress'].filter((name) => capabilities.has(name));
  const format = capabilities.has('object-format')
    ? [`object-format=${capabilities.objectFormat(source.location)}`]
    : [];
  const words = [...asked, ...format, ...(capabilities.has('agent') ? [`agent=${agent}`] : [])].join(' ');
  const ids = [...new Set(refs.map(({ id }) => id))];
  const answer = await source.request(
    'git-upload-pack',
    Buffer.concat([
      ...ids.map((id, index) => packet(index === 0 ? `want ${id} ${words}\n` : `want ${id}\n`)),
      FLUSH_BYTES,
      packet('done\n'),
    ]),
  );
  await expectNothingInCommon(answer.packets, source.location);
  return answer;
}

function creation({ name, id }: Ref): Buffer {
  return Buffer.concat([Buffer.from('create '), encodeRefName(name), Buffer.from(`\0${id}\0`)]);
}

async function expectNothingInCommon(packets: PacketReader, location: string): Promise<void> {
  const first = await packets.need();
  const line = Buffer.isBuffer(first) ? lineOf(first) : '';
  if (line !== 'NAK') throw new ProtocolError(location, `"${printable(line, 100)}" stands where NAK belongs`);
}
