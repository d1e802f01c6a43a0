import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync, statSync } from 'node:fs';
import { keepInFile } from '../../src/protocol/http/temporary-file.js';
import { Replay } from '../../src/protocol/http/replay.js';
import { Scratch } from '../repositories/git.js';
import { temporaryIn } from '../temporary.js';

const LOCATION = 'https://host.example/x.git';
const parts = ['one', 'two', 'three', 'four'];

/** A stream that tells whether it was closed, and fails where it is told to. */
function stream(failAfter = Infinity): { bytes: AsyncGenerator<Buffer, void, undefined>; isClosed: () => boolean } {
  let closed = false;
  const bytes = (async function* () {
    try {
      for (const [at, part] of parts.entries()) {
        if (at === failAfter) throw new Error('the source broke');
        yield Buffer.from(part);
      }
    } finally {
      closed = true;
    }
  })();
  return { bytes, isClosed: () => closed };
}

async function text(bytes: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of bytes) all.push(chunk);
  return all.map(String).join(' ');
}

/** Takes so many chunks, then stops. */
async function take(count: number, from: AsyncGenerator<Buffer, void, undefined>): Promise<void> {
  for (let taken = 0; taken < count; taken += 1) await from.next();
  await from.return();
}

describe('a stream that is read once more', () => {
  test.each([0, 1, 3, 4, 5])('begins again after %i chunks were taken', async (count) => {
    const { bytes, isClosed } = stream();
    const replay = new Replay(bytes, 100);
    await take(count, replay.read());

    expect(replay.hasBeginning).toBe(true);
    expect(await text(replay.read())).toBe(parts.join(' '));
    replay.letGo();
    expect(isClosed()).toBe(true);
  });

  test('begins again while a chunk is on its way to the one who has stopped', async () => {
    const replay = new Replay(stream().bytes, 100);
    const first = replay.read();
    const [taken, again] = await Promise.all([first.next(), text(replay.read())]);

    expect([String(taken.value), again]).toEqual(['one', parts.join(' ')]);
  });

  test('does not begin again once too much was taken, and never passes a part for the whole', async () => {
    const replay = new Replay(stream().bytes, 5);
    const first = replay.read();
    for (const part of parts.slice(0, 2)) expect(String((await first.next()).value)).toBe(part);

    expect(replay.hasBeginning).toBe(false);
    await expect(text(replay.read())).rejects.toThrow('not held any more');
    expect(await text(first)).toBe('three four');
  });

  test('fails for everybody whose stream failed', async () => {
    const replay = new Replay(stream(2).bytes, 100);

    await expect(text(replay.read())).rejects.toThrow('the source broke');
    await expect(text(replay.read())).rejects.toThrow('the source broke');
  });

  test('is closed when nobody needs it any more, and not before', async () => {
    const { bytes, isClosed } = stream();
    const replay = new Replay(bytes, 100);
    const reader = replay.read();
    await reader.next();
    replay.letGo();
    expect(isClosed()).toBe(false);
    await reader.return();
    await new Promise(setImmediate);

    expect(isClosed()).toBe(true);
  });
});

describe('a stream in a file', () => {
  let scratch: Scratch;

  beforeEach(() => {
    scratch = new Scratch();
  });

  afterEach(() => {
    scratch.remove();
  });

  test('has a length and comes back, and nobody finds it', async () => {
    const modes: number[] = [];
    const watched = (async function* () {
      for (const folder of readdirSync(scratch.path)) modes.push(statSync(scratch.join(folder)).mode & 0o077);
      yield* stream().bytes;
    })();
    const { bytes, length } = await keepInFile(watched, LOCATION, temporaryIn(scratch.path));

    expect(readdirSync(scratch.path)).toEqual([]);
    expect(length).toBe(parts.join('').length);
    expect(await text(bytes)).toBe(parts.join(''));
    expect(modes.filter((mode) => mode !== 0)).toEqual([]);
  });

  test('is closed before it is read, and half-way', async () => {
    const unread = await keepInFile(stream().bytes, LOCATION, temporaryIn(scratch.path));
    await unread.close();
    await expect(unread.bytes.next()).rejects.toThrow();
    const half = await keepInFile(stream().bytes, LOCATION, temporaryIn(scratch.path));
    await half.bytes.next();
    await half.bytes.return();
    await half.close();

    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test('is gone where the stream fails', async () => {
    await expect(keepInFile(stream(2).bytes, LOCATION, temporaryIn(scratch.path))).rejects.toThrow('the source broke');

    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test('cannot be where nothing can be written', async () => {
    await expect(keepInFile(stream().bytes, LOCATION, temporaryIn(scratch.join('none')))).rejects.toThrow(
      /a push whose length the server wants to know could not be written to a temporary file: .*none does not exist\. Set `TMPDIR` to the absolute path/,
    );
  });
});
