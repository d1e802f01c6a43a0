import { readAdvertisement, type Advertisement, type Ref } from '../protocol/wire/advertisement.js';
import { ProtocolError } from '../protocol/errors.js';
import { inParts } from '../protocol/in-parts.js';
import { shallowError } from '../protocol/wire/fetch.js';
import { fetchAll } from '../protocol/wire/fetch-v0.js';
import { LocalTransport } from '../protocol/programs/local.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { encodeRefName } from '../protocol/wire/ref-name.js';
import type { Answer, Transport } from '../protocol/wire/transport.js';
import { isInPlay } from './refs.js';
import { StageGit, type StagingSettings } from './stage-git.js';
import { unlessBusy } from './unless-busy.js';

/** A copy of a source in a temporary folder, which stands in for it. */
export interface Stage {
  readonly transport: Transport;
  remove(): Promise<void>;
}

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
  const format = advertisement.capabilities.objectFormat(source.location);
  const git = await StageGit.create(format, source.location, settings);
  try {
    await answer.release();
    if (refs.length > 0) {
      const terms = { agent, format, capabilities: advertisement.capabilities };
      const copy = async (wants: readonly ObjectId[]): Promise<void> =>
        git.index(await unlessBusy(() => fetchAll(source, terms, wants), source.location, settings));
      const { given, refusal } = await inParts([...new Set(refs.map(({ id }) => id))], copy);
      if (given.length === 0) throw refusal;
      const copied = new Set(given);
      const held = refs.filter(({ id }) => copied.has(id));
      await git.feed(['update-ref', '-z', '--stdin'], held.map(creation));
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

function creation({ name, id }: Ref): Buffer {
  return Buffer.concat([Buffer.from('create '), encodeRefName(name), Buffer.from(`\0${id}\0`)]);
}
