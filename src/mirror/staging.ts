import { getExecOutput } from '@actions/exec';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readAdvertisement, type Advertisement, type Ref } from '../protocol/advertisement.js';
import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { shallowError } from '../protocol/fetch.js';
import { LocalTransport } from '../protocol/local.js';
import { FLUSH_BYTES, lineOf, packet, type PacketReader } from '../protocol/pkt-line.js';
import { printable } from '../protocol/printable.js';
import type { ProgramSettings } from '../protocol/program.js';
import { encodeRefName } from '../protocol/ref-name.js';
import { dataBand } from '../protocol/sideband.js';
import type { Answer, Transport } from '../protocol/transport.js';
import { isInPlay } from './refs.js';

/** What staging needs to run `git`. */
export interface StagingSettings extends ProgramSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly onStage: (line: string) => void;
}

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
    `${source.location}: the server does not speak Git's protocol v2, so the repository is copied to a temporary folder first.`,
  );
  const answer = await source.advertise('git-upload-pack');
  const advertisement = await readAdvertisement(answer.packets, source.location);
  if (advertisement.version === 2) throw new ProtocolError(source.location, 'it changed its protocol in between');
  if (advertisement.isShallow) throw shallowError(source.location);
  const refs = advertisement.refs.filter(({ name }) => isInPlay(name));
  const folder = await mkdtemp(join(tmpdir(), 'push-mirror-stage-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const git = new StageGit(folder, source.location, settings);
    await git.run([
      'init',
      '--quiet',
      '--bare',
      `--object-format=${advertisement.capabilities.objectFormat(source.location)}`,
    ]);
    await answer.release();
    if (refs.length > 0) {
      const pack = await fetchEverything(source, agent, advertisement, refs);
      await git.feed(
        ['index-pack', '--stdin'],
        dataBand(pack.packets, source.location, () => undefined),
      );
      await git.feed(['update-ref', '-z', '--stdin'], refs.map(creation));
    }
  } catch (error) {
    await remove();
    throw error;
  }
  const transport = new LocalTransport({ ...settings, path: folder });
  return { transport, remove: () => transport.close().then(remove) };
}

// gitprotocol-pack, "Packfile Negotiation", of the shortest kind: everything is wanted, nothing is had.
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
      detail: 'the server is too old: it offers no side-band.',
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

// index-pack ends as soon as it has seen the pack's checksum, without waiting for the end of its input.
function isClosedEarly(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The `git` program in the stage's folder. */
class StageGit {
  readonly #folder: string;
  readonly #location: string;
  readonly #settings: StagingSettings;

  constructor(folder: string, location: string, settings: StagingSettings) {
    this.#folder = folder;
    this.#location = location;
    this.#settings = settings;
  }

  async run(args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await getExecOutput('git', [...args], {
      cwd: this.#folder,
      env: { ...this.#settings.environment },
      silent: true,
      ignoreReturnCode: true,
    });
    if (exitCode !== 0) throw this.#error(stderr);
  }

  /** Runs git with what it is to read; that it stops reading early is no error of its own, its exit code tells. */
  async feed(args: readonly string[], input: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const child = spawn('git', [...args], {
      cwd: this.#folder,
      env: { ...this.#settings.environment },
      stdio: ['pipe', 'ignore', 'pipe'],
      signal: this.#settings.signal,
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4096)));
    const closed = once(child, 'close') as Promise<[number | null]>;
    closed.catch(() => undefined);
    try {
      await pipeline(input, child.stdin);
    } catch (error) {
      if (!isClosedEarly(error)) {
        child.kill();
        throw error;
      }
    }
    const [code] = await closed;
    if (code !== 0) throw this.#error(errors);
  }

  #error(errors: string): RemoteError {
    return new RemoteError({
      kind: 'program',
      location: this.#location,
      detail: `git could not store the copy: ${printable(errors.trim(), 500)}`,
      remedy: 'Check the space in the temporary folder.',
    });
  }
}
