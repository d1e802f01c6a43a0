import { verdictsOf } from '../../src/mirror/verdict.js';
import { Capabilities } from '../../src/protocol/wire/capabilities.js';
import { zeroId } from '../../src/protocol/wire/object-format.js';
import { packet } from '../../src/protocol/wire/pkt-line.js';
import { push, type PushReport, type PushRequest } from '../../src/protocol/wire/push.js';
import { holds, type Target } from '../target.js';
import { band, packets } from './packets.js';
import { isShowable } from './showable.js';
import { inPieces, serverWith, WIRE_ERRORS, type Chunks } from './stream.js';

const ONE = '1'.repeat(40);
const TWO = '2'.repeat(40);
const UPDATES = [
  { ref: 'refs/heads/main', old: ONE, new: TWO },
  { ref: 'refs/tags/v1', old: zeroId('sha1'), new: TWO },
];

/** Result of reading a report. */
interface Read {
  readonly kinds: readonly string[];
  readonly accepted: readonly string[];
  readonly unpack: string;
  readonly trouble: string | undefined;
}

/** Reads a report on a push of two refs. */
async function reportIn(chunks: Chunks, words: readonly string[]): Promise<Read | undefined> {
  const lines: string[] = [];
  const request: PushRequest = {
    updates: UPDATES,
    capabilities: Capabilities.of(words),
    format: 'sha1',
    agent: 'x',
    pushOptions: [],
    pack: undefined,
    onText: (line) => lines.push(line),
    reportWithinMs: 60_000,
  };
  const report = await push(serverWith(chunks), request);
  holds(lines.every(isShowable), 'a line for people is not showable');
  return report === undefined ? undefined : checkReport(report, request, lines);
}

function checkReport(report: PushReport, { updates }: PushRequest, lines: readonly string[]): Read {
  const changes = updates.map(({ ref, old, new: id }) => ({ ref, old, new: id, kind: 'update' }));
  const verdicts = verdictsOf(changes as never, report, lines);
  holds(verdicts.size === updates.length, 'another ref than those asked for has a verdict');
  const kinds = Array.from(verdicts.values(), ({ kind }) => kind);
  holds(report.unpack === 'ok' || !kinds.includes('accepted'), 'a ref is accepted though its objects were not');
  for (const status of report.statuses.values())
    holds(status.accepted || isShowable(status.reason), 'a reason is not showable');
  const accepted = [...verdicts].filter(([, { kind }]) => kind === 'accepted').map(([ref]) => ref);
  return { kinds, accepted, unpack: report.unpack, trouble: report.trouble?.message };
}

/** Holds the verdicts on a report against its lines, which are read here in a plainer way. */
async function compare(input: Buffer, read: Promise<Read | undefined>): Promise<Read | undefined> {
  const result = await read;
  const told = linesIn(input);
  for (const accepted of result?.accepted ?? []) {
    const lines = told.filter(({ ref }) => ref === accepted);
    const isNamed = lines.some(({ kind }) => kind === 'ok');
    holds(isNamed, 'a ref is accepted that the target has not named');
    holds(!lines.some(isContradiction), 'a ref is accepted though the target says that it did something else');
  }
  return result;
}

/** A line of a report: on a ref, or on that of the line `ok` before it. */
interface Line {
  readonly kind: string;
  readonly ref: string;
  readonly words: readonly string[];
}

function linesIn(input: Buffer): Line[] {
  const lines: Line[] = [];
  let ref = '';
  for (const payload of payloadsIn(input)) {
    const [kind = '', ...words] = payload.split(' ');
    if (kind === 'ok') ref = words.join(' ');
    if (kind === 'ng') lines.push({ kind, ref: words[0] ?? '', words });
    if (kind === 'ng') ref = '';
    if (kind === 'ok' || kind === 'option') lines.push({ kind, ref, words });
  }
  return lines;
}

/** The packets before the first one that is none, or is a control packet. */
function payloadsIn(input: Buffer): string[] {
  const payloads: string[] = [];
  for (let at = 0, length = 0; ; at += length) {
    const digits = input.toString('latin1', at, at + 4);
    length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
    if (length < 4) return payloads;
    payloads.push(input.toString('utf8', at + 4, at + length).replace(/\n$/, ''));
  }
}

function isContradiction({ kind, ref, words: [name = '', value] }: Line): boolean {
  const asked: Readonly<Record<string, string>> = {
    refname: ref,
    'old-oid': UPDATES.find((update) => update.ref === ref)?.old ?? '',
    'new-oid': TWO,
  };
  return kind === 'ng' || (kind === 'option' && Object.hasOwn(asked, name) && asked[name] !== value);
}

/** The same report in band 1, in parts that are cut within lines. */
function inBand(input: Buffer): Buffer {
  const parts = [packet(band(2, 'remote: hello\rworld\n'))];
  const size = 1 + (input.length % 61);
  for (let at = 0; at < input.length; at += size) parts.push(packet(band(1, input.subarray(at, at + size))));
  return Buffer.concat([...parts, packet(band(2, 'bye')), Buffer.from('0000')]);
}

const REPORTS = [
  packets('unpack ok\n', 'ok refs/heads/main\n', 'ok refs/tags/v1\n', 0),
  packets(
    'unpack ok\n',
    'ng refs/heads/main non-fast-forward\n',
    'ok refs/tags/v1\n',
    'option refname refs/tags/v1\n',
    'option forced-update\n',
    0,
  ),
  packets(
    'unpack ok\n',
    'ok refs/heads/main\n',
    `option old-oid ${ONE}\n`,
    `option new-oid ${'4'.repeat(40)}\n`,
    'ok refs/tags/v1\n',
    'option refname refs/tags/v2\n',
    `option old-oid ${zeroId('sha1')}\n`,
    `option new-oid ${TWO}\n`,
    0,
  ),
  packets(
    'unpack index-pack abnormal exit\n',
    'ng refs/heads/main unpacker error\n',
    'ng refs/tags/v1 unpacker error\n',
    0,
  ),
];

export const PUSH_REPORTS: readonly Target[] = [
  {
    name: 'report',
    form: 'packets',
    seeds: REPORTS,
    errors: WIRE_ERRORS,
    run: (input) => {
      const read = (chunks: Chunks): Promise<Read | undefined> => reportIn(chunks, ['report-status']);
      return compare(input, inPieces(input, read));
    },
  },
  {
    name: 'report-in-band',
    form: 'packets',
    seeds: REPORTS,
    errors: WIRE_ERRORS,
    run: (input) => {
      const words = ['report-status-v2', 'side-band-64k'];
      return compare(
        input,
        inPieces(inBand(input), (chunks) => reportIn(chunks, words)),
      );
    },
  },
];
