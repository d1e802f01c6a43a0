import { ProtocolError, RemoteError, tooMuch } from '../errors.js';
import { WIRE_LIMITS } from '../limits/wire.js';
import { checkedId } from './checked.js';
import { beginCommand, type Terms } from './command.js';
import type { ObjectFormat, ObjectId } from './object-format.js';
import { DELIMITER, FLUSH, FLUSH_BYTES, lineOf, packet, type Packet } from './pkt-line.js';
import { ErrorLines } from './error-lines.js';
import { printable } from '../printable.js';
import { releasing } from './releasing.js';
import { dataBand, type RemoteText } from './sideband.js';
import type { Answer, Transport } from './transport.js';

/**
 * Objects to leave out: `tree:0` all but commits and tags; `blob:none` files; `blob:limit=1k` files of 1 KiB and more.
 */
export type Filter = 'tree:0' | 'blob:none' | 'blob:limit=1k';

/** One `fetch` of protocol v2 (gitprotocol-v2, "fetch"). */
export interface FetchRequest {
  readonly wants: readonly ObjectId[];
  readonly haves: readonly ObjectId[];
  /** True where the pack shall come at once; otherwise the server first says which haves it knows. */
  readonly done: boolean;
  /** True where deltas may lean on objects that the pack does not hold. */
  readonly thinPack?: boolean;
  /** True where deltas may name their base by its place in the pack. */
  readonly ofsDelta?: boolean;
  /** Allowed only where the server advertises `filter`. Objects wanted by their own id come whatever the filter. */
  readonly filter?: Filter | undefined;
  /** Number of commits from each want. Allowed only where the server advertises `shallow`. */
  readonly depth?: number | undefined;
  readonly onText?: RemoteText | undefined;
}

/** The answer to a fetch. Its pack, where there is one, must be read to its end or given up with `abort`. */
export interface FetchAnswer {
  /** The haves that the server knows; empty where `done` was said. */
  readonly acknowledged: ReadonlySet<ObjectId>;
  /** True where the source is itself a shallow clone, or was made to answer as one by `depth`. */
  readonly isShallow: boolean;
  readonly pack: AsyncGenerator<Buffer, void, undefined> | undefined;
  abort(): void;
}

/**
 * Fetches. Returns once the pack begins.
 *
 * @throws {RemoteError} of kind `refused` where the server does not have, or does not give, a want
 */
export async function fetchPack(transport: Transport, terms: Terms, request: FetchRequest): Promise<FetchAnswer> {
  const given = await transport.request('git-upload-pack', requestBody(terms, request));
  const answer = staysFiltered(transport, terms, request) ? { ...given, release: async () => given.abort() } : given;
  const lines = new ErrorLines();
  const onText = (line: string): void => {
    lines.hear(line);
    request.onText?.(line);
  };
  try {
    const { pack, ...sections } = await readSections(
      answer,
      { location: transport.location, format: terms.format },
      { ...request, onText },
    );
    return { ...sections, pack: pack && lines.explained(pack) };
  } catch (error) {
    answer.abort();
    return lines.explain(error);
  }
}

/**
 * Before version 2.28, which brought `object-format`, git's program keeps the filter of a request, and dies of the next
 * one that has a filter.
 */
function staysFiltered({ stateless }: Transport, { capabilities }: Terms, { filter }: FetchRequest): boolean {
  return !stateless && filter !== undefined && !capabilities.has('object-format');
}

function requestBody(terms: Terms, request: FetchRequest): Buffer {
  const flags = [
    ...(request.thinPack === true ? ['thin-pack'] : []),
    ...(request.ofsDelta === true ? ['ofs-delta'] : []),
    ...(request.onText === undefined ? ['no-progress'] : []),
    ...(request.filter === undefined ? [] : [`filter ${request.filter}`]),
    ...(request.depth === undefined ? [] : [`deepen ${request.depth}`]),
  ];
  return Buffer.concat([
    beginCommand('fetch', terms),
    ...flags.map((flag) => packet(`${flag}\n`)),
    ...request.wants.map((id) => packet(`want ${id}\n`)),
    ...request.haves.map((id) => packet(`have ${id}\n`)),
    ...(request.done ? [packet('done\n')] : []),
    FLUSH_BYTES,
  ]);
}

async function readSections(
  answer: Answer,
  origin: { readonly location: string; readonly format: ObjectFormat },
  request: FetchRequest,
): Promise<FetchAnswer> {
  const { packets } = answer;
  const { location } = origin;
  const sections = new Sections(origin, request);
  for (;;) {
    const heading = await packets.need();
    if (!Buffer.isBuffer(heading)) throw new ProtocolError(location, 'a section of the answer has no heading');
    const section = lineOf(heading);
    if (section === 'packfile') {
      const pack = releasing(dataBand(packets, location, request.onText ?? (() => undefined)), answer);
      return { ...sections.facts, pack, abort: () => answer.abort() };
    }
    const line = sections.begin(section);
    let end: Packet;
    for (end = await packets.need(); Buffer.isBuffer(end); end = await packets.need()) {
      line(lineOf(end));
      packets.worked(end.length);
    }
    if (end === FLUSH) {
      await answer.release();
      return { ...sections.facts, pack: undefined, abort: () => undefined };
    }
    if (end !== DELIMITER) throw new ProtocolError(location, `the section "${section}" of the answer has no end`);
  }
}

/** Lines of an answer's acknowledgments that acknowledge nothing: `NAK` or `ready`. */
const OTHER_LINES = 2;

/** The sections before the pack. Each comes once, and has no more lines than there can be. */
class Sections {
  readonly #location: string;
  readonly #format: ObjectFormat;
  readonly #haves: ReadonlySet<ObjectId>;
  readonly #acknowledged = new Set<ObjectId>();
  readonly #begun = new Set<string>();
  #acknowledgments = 0;
  #shallowLines = 0;

  constructor(origin: { readonly location: string; readonly format: ObjectFormat }, request: FetchRequest) {
    this.#location = origin.location;
    this.#format = origin.format;
    this.#haves = new Set(request.haves);
  }

  get facts(): Pick<FetchAnswer, 'acknowledged' | 'isShallow'> {
    return { acknowledged: this.#acknowledged, isShallow: this.#shallowLines > 0 };
  }

  /** @returns the reader of the section's lines */
  begin(section: string): (line: string) => void {
    const reader = this.#readers.get(section);
    const shown = printable(section, 100);
    if (reader === undefined)
      throw new ProtocolError(this.#location, `the section "${shown}" of the answer is not understood`);
    if (this.#begun.has(section))
      throw new ProtocolError(this.#location, `the section "${shown}" of the answer comes twice`);
    this.#begun.add(section);
    return reader;
  }

  readonly #readers: ReadonlyMap<string, (line: string) => void> = new Map([
    ['acknowledgments', (line) => this.#acknowledgment(line)],
    ['shallow-info', (line) => this.#shallow(line)],
  ]);

  #acknowledgment(line: string): void {
    this.#acknowledgments += 1;
    if (this.#acknowledgments > this.#haves.size + OTHER_LINES)
      throw new ProtocolError(this.#location, 'more objects are acknowledged than were asked about');
    const [word, id = ''] = line.split(' ', 2);
    if (word === 'ACK' && this.#haves.has(checkedId(id, this.#format, this.#location))) this.#acknowledged.add(id);
  }

  #shallow(line: string): void {
    this.#shallowLines += 1;
    if (this.#shallowLines > WIRE_LIMITS.shallowLines.value) throw tooMuch(this.#location, WIRE_LIMITS.shallowLines);
    checkedId(line.slice(line.indexOf(' ') + 1), this.#format, this.#location);
  }
}

/** The error for a source that does not hold its whole history. */
export function shallowError(location: string): RemoteError {
  return new RemoteError({
    kind: 'shallow',
    location,
    detail: 'the source is a shallow clone, so parts of the history are missing from it.',
    remedy:
      'Mirror from the repository it was cloned from, or complete it with `git fetch --unshallow` (actions/checkout: `fetch-depth: 0`).',
  });
}
