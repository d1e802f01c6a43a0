import { describe, expect, test } from '@jest/globals';
import { limitBytes, readAtMost, readBeginning, wholeIfShort } from '../../src/protocol/bounded.js';

/** A stream of these chunks that notes how many were taken, and its end. */
class Chunks {
  taken = 0;
  isEnded = false;
  readonly #chunks: readonly string[];

  constructor(...chunks: readonly string[]) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (const chunk of this.#chunks) {
        this.taken += 1;
        yield Buffer.from(chunk);
      }
    } finally {
      this.isEnded = true;
    }
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  return text;
}

describe('readAtMost', () => {
  test.each<[readonly string[], number, string | undefined]>([
    [[], 0, ''],
    [['ab', 'c'], 3, 'abc'],
    [['ab', 'cd'], 3, undefined],
    [['abcd', 'e', 'f'], 3, undefined],
  ])('%j of at most %i bytes: %j', async (chunks, limit, expected) => {
    const stream = new Chunks(...chunks);

    expect((await readAtMost(stream, limit))?.toString()).toBe(expected);
    expect(stream.isEnded).toBe(true);
  });

  test('what is too long is not read any further', async () => {
    const stream = new Chunks('abcd', 'e', 'f');
    await readAtMost(stream, 3);

    expect(stream.taken).toBe(1);
  });
});

test('readBeginning cuts between characters, marks the cut, and ends the stream', async () => {
  const long = new Chunks('abcd', 'e', 'f');

  expect(await readBeginning(long, 3)).toBe('abc…');
  expect(long).toMatchObject({ taken: 1, isEnded: true });
  expect(await readBeginning(new Chunks('a', 'b'), 3)).toBe('ab');
  expect(await readBeginning(new Chunks('aäöü'), 4)).toBe('aä…');
});

describe('wholeIfShort', () => {
  test('a short stream is its bytes', async () => {
    expect(await wholeIfShort(new Chunks('ab', 'c'), 3)).toEqual(Buffer.from('abc'));
  });

  test('a long stream comes whole, no more of it read than needed', async () => {
    const stream = new Chunks('ab', 'cd', 'ef');
    const rest = await wholeIfShort(stream, 3);

    expect(stream.taken).toBe(2);
    expect(await textOf(rest as AsyncIterable<Buffer>)).toBe('abcdef');
  });

  test('who stops reading ends the stream', async () => {
    const stream = new Chunks('ab', 'cd', 'ef');
    for await (const _chunk of (await wholeIfShort(stream, 3)) as AsyncIterable<Buffer>) break;

    expect(stream).toMatchObject({ taken: 2, isEnded: true });
  });
});

test('limitBytes fails with the chunk that is too much', async () => {
  const tooLong = (): Error => new Error('too long');

  expect(await textOf(limitBytes(new Chunks('ab', 'c'), 3, tooLong))).toBe('abc');
  await expect(textOf(limitBytes(new Chunks('ab', 'cd'), 3, tooLong))).rejects.toThrow('too long');
});
