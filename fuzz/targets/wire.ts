import { WIRE_LIMITS } from '../../src/protocol/limits/wire.js';
import { readAdvertisement, type Listing } from '../../src/protocol/wire/advertisement.js';
import { Capabilities } from '../../src/protocol/wire/capabilities.js';
import { fetchPack } from '../../src/protocol/wire/fetch.js';
import { fetchAll } from '../../src/protocol/wire/fetch-v0.js';
import { headAmong, headOf } from '../../src/protocol/wire/head.js';
import { readRefs } from '../../src/protocol/wire/ls-refs.js';
import { isObjectId, zeroId, type ObjectFormat } from '../../src/protocol/wire/object-format.js';
import { DELIMITER, FLUSH, RESPONSE_END, type Packet } from '../../src/protocol/wire/pkt-line.js';
import { decodeRefName, encodeRefName, isTooDeep, isValidRefName } from '../../src/protocol/wire/ref-name.js';
import { dataBand } from '../../src/protocol/wire/sideband.js';
import { sourceSnapshot, targetDetails, targetSnapshot } from '../../src/repositories/refs.js';
import { NameTree } from '../../src/mirror/name-tree.js';
import { holds, type Target } from '../target.js';
import { band, packets } from './packets.js';
import { isShowable } from './showable.js';
import { answerOf, bytesOf, inPieces, LOCATION, reader, serverWith, WIRE_ERRORS, type Chunks } from './stream.js';

const ONE = '1'.repeat(40);
const TWO = '2'.repeat(40);
const LONG = '3'.repeat(64);
const AGENT = 'agent=git/2.50.1';

function checkListing({ refs, broken }: Listing, format: ObjectFormat): void {
  const names = [...refs.map(({ name }) => name), ...broken];
  holds(new Set(names).size === names.length, 'a ref is listed twice');
  for (const { name, id, peeled = id } of refs) {
    holds(isValidRefName(name), 'a ref has an invalid name');
    holds(isObjectId(id, format) && isObjectId(peeled, format), 'an id is not of its format');
  }
}

/** The refs of a listing as the mirror takes them. */
function useListing(listing: Listing): unknown {
  const { refs } = listing;
  new NameTree(refs.map(({ name }) => name)).conflictWith('refs/heads/main');
  const source = sourceSnapshot(listing);
  holds(source.defaultBranch === undefined || source.refs.has(source.defaultBranch), 'the default branch is no ref');
  targetSnapshot(listing);
  targetDetails(refs, 'of all refs');
  return { head: headAmong(refs), to: headOf(refs) ?? '', refs: source.refs.size, symrefs: source.symrefs.size };
}

async function readPackets(chunks: Chunks): Promise<Packet[]> {
  const packetReader = reader(chunks);
  const seen: Packet[] = [];
  for (let next = await packetReader.next(); next !== undefined; next = await packetReader.next()) seen.push(next);
  return seen;
}

const CONTROL = new Map<Packet, number>([
  [FLUSH, 0],
  [DELIMITER, 1],
  [RESPONSE_END, 2],
]);

const FETCH_ASKED = { wants: [ONE], haves: [TWO], done: false };

const WANTED = [
  ...'multi_ack thin-pack side-band side-band-64k ofs-delta shallow no-progress symref=HEAD:refs/heads/main object-format=sha1'.split(
    ' ',
  ),
  AGENT,
].join(' ');

export const WIRE: readonly Target[] = [
  {
    name: 'packets',
    form: 'packets',
    seeds: [packets('hello\n', 0, 'x', 1, '', 2), packets('ERR access denied\n')],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const seen = await readPackets(chunks);
        const again = packets(...seen.map((one) => (Buffer.isBuffer(one) ? one : (CONTROL.get(one) ?? 9))));
        const [read, given] = [again, input].map((bytes) => bytes.toString('latin1').toLowerCase());
        holds(read === given, 'packets are lost');
        return seen.map((one) => (Buffer.isBuffer(one) ? one : 'control'));
      }),
  },
  {
    name: 'advertisement',
    form: 'packets',
    seeds: [
      packets(
        '# service=git-upload-pack\n',
        0,
        'version 2\n',
        AGENT,
        'ls-refs=unborn\n',
        'fetch=shallow filter\n',
        'object-format=sha1\n',
        0,
      ),
      packets(
        `${ONE} HEAD\0${WANTED}\n`,
        `${ONE} refs/heads/main\n`,
        `${TWO} refs/tags/v1\n`,
        `${ONE} refs/tags/v1^{}\n`,
        `${TWO} .have\n`,
        0,
      ),
      packets(
        '# service=git-receive-pack\n',
        0,
        `${zeroId('sha1')} capabilities^{}\0report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1\n`,
        0,
      ),
      packets('version 1\n', `${LONG} refs/heads/a\0object-format=sha256 ${AGENT}\n`, `shallow ${LONG}\n`, 0),
      packets(`${zeroId('sha1')} refs/heads/broken\0${AGENT}\n`, `${ONE} refs/heads/ba d\n`, 0),
    ],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const told = await readAdvertisement(reader(chunks), LOCATION);
        const format = told.capabilities.objectFormat(LOCATION);
        if (told.version === 2) return { version: 2, filter: told.capabilities.hasFeature('fetch', 'filter') };
        checkListing(told, format);
        holds(
          told.extraHaves.every((id) => isObjectId(id, format)),
          'a have is not of its format',
        );
        return { used: useListing(told), haves: told.extraHaves.length, broken: told.broken, shallow: told.isShallow };
      }),
  },
  {
    name: 'capabilities',
    form: 'text',
    seeds: [WANTED, 'fetch=shallow wait-for-done filter sideband-all', 'object-format=sha256', 'session-id=1 a=b=c =x'],
    errors: WIRE_ERRORS,
    run: (input) => {
      const words = input.toString('utf8').split(' ');
      const told = Capabilities.of(words);
      holds(
        words.every((word) => word === '' || told.has(word.replace(/=[^]*/, ''))),
        'a capability is lost',
      );
      return {
        format: told.objectFormat(LOCATION),
        symrefs: told.values('symref'),
        ok: told.hasFeature('fetch', 'filter'),
      };
    },
  },
  {
    name: 'ls-refs',
    form: 'packets',
    seeds: [
      packets(
        `${ONE} HEAD symref-target:refs/heads/main\n`,
        `${ONE} refs/heads/main\n`,
        `${TWO} refs/tags/v1 peeled:${ONE}\n`,
        0,
      ),
      packets('unborn HEAD symref-target:refs/heads/main\n', 0),
      packets(
        `${zeroId('sha1')} refs/heads/ba d\n`,
        `${ONE} refs/heads/a symref-target:refs/heads/b\n`,
        `${ONE} refs/heads/b symref-target:refs/heads/a\n`,
        `${ONE} refs/remotes/origin/x\n`,
        0,
      ),
      packets(Buffer.concat([Buffer.from(`${ONE} refs/heads/`), Buffer.from([0xe4, 0xff, 0x0a])]), 0),
    ],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const listing = await readRefs(answerOf(chunks), 'sha1', LOCATION);
        checkListing(listing, 'sha1');
        return { used: useListing(listing), broken: listing.broken };
      }),
  },
  {
    name: 'fetch',
    form: 'packets',
    seeds: [
      packets(
        'acknowledgments\n',
        `ACK ${TWO}\n`,
        'ready\n',
        1,
        'packfile\n',
        band(2, 'Counting objects: 5\r'),
        band(1, 'PACK'),
        0,
      ),
      packets('acknowledgments\n', 'NAK\n', 0),
      packets('shallow-info\n', `shallow ${ONE}\n`, 1, 'packfile\n', band(2, 'fatal: no\n'), band(3, 'gave up\0'), 0),
      packets('ERR upload-pack: not our ref\n'),
    ],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const terms = { agent: 'x', format: 'sha1', capabilities: Capabilities.none } as const;
        const lines: string[] = [];
        const asked = { ...FETCH_ASKED, onText: (line: string) => lines.push(line) };
        const { acknowledged, isShallow, pack } = await fetchPack(serverWith(chunks), terms, asked);
        holds(
          [...acknowledged].every((id) => id === TWO),
          'more is acknowledged than was offered',
        );
        const bytes = pack === undefined ? undefined : await bytesOf(pack);
        holds(lines.every(isShowable), 'a line for people is not showable');
        return { acknowledged: acknowledged.size, isShallow, bytes, lines };
      }),
  },
  ...[WANTED, 'no-progress'].map((words, index): Target => ({
    name: index === 0 ? 'fetch-v0' : 'fetch-v0-plain',
    form: 'packets',
    seeds: [
      packets('NAK\n', band(2, 'error: no\nfatal: x\n'), band(1, 'PACK'), 0),
      packets('NAK\n', band(1, 'PACK'), band(3, 'x'), 0),
      Buffer.from('0008NAK\nPACK'),
    ],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const terms = { agent: 'x', format: 'sha1', capabilities: Capabilities.of(words.split(' ')) } as const;
        return { bytes: await bytesOf(await fetchAll(serverWith(chunks), terms, [ONE])) };
      }),
  })),
  {
    name: 'side-band',
    form: 'packets',
    seeds: [
      packets(band(1, 'PACK'), band(2, 'Compressing: 10%\rCompressing: 20%\n'), band(2, 'h\u00e9'), band(1, ''), 0),
      packets(band(2, 'fatal: x'), band(3, 'No space left on device\n\0'), 0),
      Buffer.concat(Array.from({ length: 200 }, () => packets(band(2, 'x')))),
    ],
    errors: WIRE_ERRORS,
    run: (input) =>
      inPieces(input, async (chunks) => {
        const lines: string[] = [];
        const bytes = await bytesOf(dataBand(reader(chunks), LOCATION, (line) => lines.push(line)));
        holds(lines.every(isShowable), 'a line for people is not showable');
        holds(lines.length <= 2001, 'more lines are told than are shown');
        return { bytes, lines };
      }),
  },
  {
    name: 'ref-names',
    form: 'text',
    seeds: [
      'refs/heads/main',
      'refs/heads/h\u00e9/\ud83d\ude00',
      Buffer.from('726566732f68656164732fe4ff', 'hex'),
      'refs/heads/a.lock/b',
      'a/b/c/d/e',
    ],
    errors: [],
    run: (input) => {
      const name = decodeRefName(input);
      holds(encodeRefName(name).equals(input), 'a name is another after decoding and encoding');
      holds(!isValidRefName(name) || !/[\0-\x1f\x7f]|\.\.|\/\//.test(name), 'an invalid name is taken for a valid one');
      // A listing with another name is refused.
      if (name.length <= WIRE_LIMITS.refName.value && !isTooDeep(name))
        new NameTree([name, 'refs/heads/main']).conflictWith('refs/heads/main/x');
      return { name, valid: isValidRefName(name) };
    },
  },
];
