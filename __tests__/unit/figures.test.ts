import { describe, expect, test } from '@jest/globals';
import { bytes, costLine, countsLine, duration, rate, shortId } from '../../src/report/views/figures.js';
import { reportedRef, reportOn } from '../reports/report.js';

test.each([
  [0, '0 B'],
  [317, '317 B'],
  [999, '999 B'],
  [1000, '1.0 KB'],
  [9_949, '9.9 KB'],
  [9_950, '10 KB'],
  [999_499, '999 KB'],
  [999_500, '1.0 MB'],
  [1_234_567, '1.2 MB'],
  [320_000_000, '320 MB'],
  [4_700_000_000, '4.7 GB'],
  [2e15, '2000 TB'],
])('bytes of %i: %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

test.each([
  [1000, 1000, '1.0 KB/s'],
  [4_500_000, 1000, '4.5 MB/s'],
  [1, 3000, '0 B/s'],
  [100, 0, '100 KB/s'],
])('rate of %i bytes in %i ms: %s', (count, milliseconds, text) => {
  expect(rate(count, milliseconds)).toBe(text);
});

test.each([
  [0, '0.0 s'],
  [370, '0.4 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [60_000, '1 min 0 s'],
  [119_400, '1 min 59 s'],
  [119_600, '2 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_725_000, '62 min 5 s'],
])('duration of %i ms: %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

describe('lines', () => {
  test('counts leave out what there is none of, and are in the order of the outcomes', () => {
    const refs = (['rejected', 'created', 'forced', 'created'] as const).map((outcome) => reportedRef({ outcome }));

    expect(countsLine(reportOn(refs))).toBe('2 created, 1 forced, 1 rejected');
    expect(countsLine(reportOn([]))).toBe('no refs');
  });

  test.each([
    [{ requests: 4, pack_bytes: 317, duration_ms: 370 }, 'in 0.4 s, 4 requests, packs of 317 B'],
    [{ requests: 1, pack_bytes: 0, duration_ms: 61_000 }, 'in 1 min 1 s, 1 request, no pack'],
  ])('the cost of %j', (transfer, line) => {
    const report = reportOn([], { transfer: { bytes_received: 0, bytes_sent: 0, ...transfer } });

    expect(costLine(report)).toBe(line);
  });
});

test.each([
  ['0123456789abcdef'.repeat(2), '0123456789'],
  [null, ''],
])('shortId of %s', (id, short) => {
  expect(shortId(id)).toBe(short);
});
