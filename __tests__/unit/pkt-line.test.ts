import { describe, expect, test } from '@jest/globals';
import { ProtocolError, RemoteError } from '../../src/protocol/errors.js';
import {
  DELIMITER,
  DELIMITER_BYTES,
  FLUSH,
  FLUSH_BYTES,
  lineOf,
  packet,
  PacketReader,
  RESPONSE_END,
  type Packet,
} from '../../src/protocol/wire/pkt-line.js';

const LOCATION = 'https://host.example/x.git';

async function* chunked(...chunks: readonly (Buffer | string)[]): AsyncGenerator<Buffer, void, undefined> {
  for (const chunk of chunks) yield Buffer.from(chunk as string);
}

const reader = (...chunks: readonly (Buffer | string)[]): PacketReader =>
  new PacketReader(LOCATION, chunked(...chunks));

async function all(packets: PacketReader): Promise<Packet[]> {
  const seen: Packet[] = [];
  for (let next = await packets.next(); next !== undefined; next = await packets.next()) seen.push(next);
  return seen;
}

describe('packet', () => {
  test.each([
    ['', '0004'],
    ['a', '0005a'],
    ['want\n', '0009want\n'],
    ['é', '0006é'],
    ['x'.repeat(252), `0100${'x'.repeat(252)}`],
  ])('frames %j', (payload, bytes) => {
    expect(packet(payload).toString()).toBe(bytes);
  });

  test('takes bytes as they are', () => {
    expect(packet(Buffer.from([0xff, 0x00]))).toEqual(Buffer.from([0x30, 0x30, 0x30, 0x36, 0xff, 0x00]));
  });

  test('is 65,520 bytes long at most', () => {
    expect(packet('x'.repeat(65_516)).toString('latin1', 0, 4)).toBe('fff0');
    expect(() => packet('x'.repeat(65_517))).toThrow(RangeError);
    expect(() => packet('é'.repeat(32_759))).toThrow(RangeError);
  });
});

test.each([
  ['text\n', 'text'],
  ['text', 'text'],
  ['text\n\n', 'text\n'],
  ['\n', ''],
  ['', ''],
])('lineOf %j', (payload, line) => {
  expect(lineOf(Buffer.from(payload))).toBe(line);
});

describe('PacketReader', () => {
  const large = Buffer.alloc(65_516, 'x');
  const stream = Buffer.concat([
    packet('version 2\n'),
    packet(''),
    DELIMITER_BYTES,
    packet(Buffer.from([1, 0xff, 0x00, 0x0a])),
    FLUSH_BYTES,
    Buffer.from('0002'),
    packet('last'),
  ]);
  const packets = [
    Buffer.from('version 2\n'),
    Buffer.alloc(0),
    DELIMITER,
    Buffer.from([1, 0xff, 0x00, 0x0a]),
    FLUSH,
    RESPONSE_END,
    Buffer.from('last'),
  ];

  test('reads the same wherever the bytes are cut in two', async () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(await all(reader(stream.subarray(0, at), stream.subarray(at)))).toEqual(packets);
    }
  });

  test('reads the same byte by byte, and with empty chunks in between', async () => {
    const bytes = Array.from(stream, (byte) => [Buffer.from([byte]), Buffer.alloc(0)]).flat();

    expect(await all(reader(...bytes))).toEqual(packets);
  });

  test('reads the largest packet, and upper-case digits', async () => {
    expect(await all(reader(Buffer.concat([Buffer.from('FFF0'), large])))).toEqual([large]);
  });

  test('holds a packet as it was, whatever comes after', async () => {
    const both = reader(Buffer.concat([packet('first'), packet('second')]));
    const first = await both.next();
    await both.next();

    expect(first).toEqual(Buffer.from('first'));
  });

  test.each(['0003', '000g', 'fff1', 'ffff', '-001', ' 004', '<htm', '\n\n\n\n', '+00a', '0x04'])(
    'refuses the length %j',
    async (digits) => {
      await expect(all(reader(`${digits}${'x'.repeat(70_000)}`))).rejects.toThrow(ProtocolError);
    },
  );

  test('shows a bad length without control characters, and names the repository', async () => {
    await expect(all(reader('\u001b[2J'))).rejects.toThrow(/^https:\/\/host\.example\/x\.git: .*\\x1b\[2J/);
  });

  test('an ERR packet is the word of the server', async () => {
    const refusal = all(reader(packet('ERR access denied\n\u001b[31m'), packet('more')));

    await expect(refusal).rejects.toThrow(RemoteError);
    await expect(refusal).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/^[^\n\u001b]*the server says: access denied[^\n\u001b]*$/),
    });
  });

  test.each(['ERROR', 'ERR', 'xERR text', 'err text'])('%j is no ERR packet', async (payload) => {
    expect(await all(reader(packet(payload)))).toEqual([Buffer.from(payload)]);
  });

  test('a stream may end between two packets, and nowhere else', async () => {
    const ends = new Set<number>([0]);
    let at = 0;
    for (const one of packets) ends.add((at += 4 + (Buffer.isBuffer(one) ? one.length : 0)));

    for (let length = 0; length <= stream.length; length += 1) {
      const kind = await all(reader(stream.subarray(0, length))).then(
        () => 'complete',
        (error: unknown) => (error instanceof RemoteError ? error.kind : error),
      );
      expect(kind).toBe(ends.has(length) ? 'complete' : 'interrupted');
    }
  });

  test('need does not take the end for an answer', async () => {
    const packetsToCome = reader(packet('one'));

    expect(await packetsToCome.need()).toEqual(Buffer.from('one'));
    await expect(packetsToCome.need()).rejects.toMatchObject({ kind: 'interrupted' });
  });

  test('an error of the source of the bytes goes through', async () => {
    const broken = new Error('broken');
    async function* failing(): AsyncGenerator<Buffer, void, undefined> {
      yield packet('one').subarray(0, 5);
      throw broken;
    }

    await expect(all(new PacketReader(LOCATION, failing()))).rejects.toBe(broken);
  });
});
