import { describe, expect, test } from '@jest/globals';
import { Openings } from '../../src/protocol/programs/openings.js';

const turns = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('connections that are being made at the same time', () => {
  test('never more than allowed; who waits comes in its order', async () => {
    const openings = new Openings(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const all = [0, 1, 2, 3, 4].map(async (number) => {
      ends[number] = await openings.begin();
      begun.push(number);
    });

    await turns();
    expect(begun).toEqual([0, 1]);
    ends[1]?.();
    await turns();
    expect(begun).toEqual([0, 1, 2]);
    // What is told twice counts once.
    ends[1]?.();
    await turns();
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.();
    ends[2]?.();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
  });

  test('a place that is free again is given to who comes later', async () => {
    const openings = new Openings(1);
    (await openings.begin())();

    await expect(openings.begin()).resolves.toBeInstanceOf(Function);
  });
});
