import { expect, test } from '@jest/globals';
import { plain } from '../../src/report/views/paint.js';
import { table } from '../../src/report/views/table.js';
import { reportedRef, reportOn } from '../reports/report.js';

test('a first mirror of 200,000 refs has its table as well', () => {
  const refs = Array.from({ length: 200_000 }, (_, index) => reportedRef({ ref: `refs/tags/${index}` }));

  expect(table(reportOn(refs), plain).split('\n')).toHaveLength(200_001);
});
