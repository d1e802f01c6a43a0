import { describe, expect, test } from '@jest/globals';
import { OUTCOMES } from '../../src/mirror/outcome.js';
import { coloured, plain } from '../../src/report/views/paint.js';
import { table } from '../../src/report/views/table.js';
import { reportedRef, reportOn } from '../reports/report.js';

const [OLD, NEW] = ['0123456789'.repeat(4), 'abcdef0123'.repeat(4)] as const;
const ESCAPE_CODE = /\u001b\[\d+m/g;

describe('table', () => {
  test('has a row for each ref that changed or was left alone, and says what the run came to', () => {
    const refs = [
      reportedRef({ ref: 'refs/heads/main', outcome: 'updated', old: OLD, new: NEW }),
      reportedRef({ ref: 'refs/heads/forced', outcome: 'forced', old: OLD, new: NEW }),
      reportedRef({ ref: 'refs/heads/gone', outcome: 'deleted', old: OLD, new: null, message: 'gone from the source' }),
      reportedRef({ ref: 'refs/tags/v1', outcome: 'created', old: null, new: NEW }),
      reportedRef({ ref: 'refs/tags/v0', outcome: 'unchanged', old: OLD, new: OLD }),
    ];

    expect(table(reportOn(refs), plain).split('\n')).toEqual([
      '  updated   refs/heads/main    0123456789..abcdef0123',
      '  forced    refs/heads/forced  0123456789...abcdef0123',
      '  deleted   refs/heads/gone    0123456789',
      '            gone from the source',
      '  created   refs/tags/v1       abcdef0123',
      'finished: 1 created, 1 updated, 1 forced, 1 deleted, 1 unchanged; in 0.4 s, 4 requests, packs of 317 B',
    ]);
  });

  test.each(OUTCOMES.filter((outcome) => outcome !== 'unchanged'))('shows a ref that is %s', (outcome) => {
    expect(table(reportOn([reportedRef({ outcome })]), plain)).toContain(`  ${outcome.padEnd(9)} refs/heads/main`);
  });

  test('says so where nothing is to be told', () => {
    expect(table(reportOn([]), plain)).toBe('finished: no refs; in 0.4 s, 4 requests, packs of 317 B');
  });

  test('says that it was a dry run, and why a run failed', () => {
    const failed = reportOn([], {
      update_status: 'failed',
      last_error: 'the host refuses the connection.',
      dry_run: true,
    });

    expect(table(failed, plain).split('\n')).toEqual([
      expect.stringMatching(/^failed \(dry run\): no refs/),
      'error: the host refuses the connection.',
    ]);
  });

  test('is coloured only where that is wanted, and colours change nothing else', () => {
    const report = reportOn(
      OUTCOMES.map((outcome) => reportedRef({ outcome })),
      { update_status: 'failed', last_error: 'x' },
    );

    expect(table(report, plain)).not.toMatch(ESCAPE_CODE);
    expect(table(report, coloured)).toMatch(ESCAPE_CODE);
    expect(table(report, coloured).replace(ESCAPE_CODE, '')).toBe(table(report, plain));
  });

  test('a long name does not push all others aside', () => {
    const long = `refs/heads/${'x'.repeat(200)}`;
    const lines = table(reportOn([reportedRef({ ref: long }), reportedRef()]), plain).split('\n');

    expect(lines[0]).toContain(long);
    expect(lines[1]?.length).toBeLessThan(100);
  });

  test('nothing that a server says breaks out of its line', () => {
    const hostile = '\u001b[2J\u0007\r\nfinished: all is well\u202e\u009b';
    const refs = [reportedRef({ ref: `refs/heads/${hostile}`, outcome: 'rejected', message: hostile })];
    const shown = table(reportOn(refs, { update_status: 'failed', last_error: hostile }), plain);

    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(shown.split('\n')).toHaveLength(4);
    expect(shown).not.toMatch(/^finished/m);
  });
});
