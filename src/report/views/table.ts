import { printable, printableName } from '../../protocol/printable.js';
import { costLine, countsLine, shortId } from './figures.js';
import type { Report, ReportedRef } from '../report.js';
import type { Paint } from './paint.js';
import { stateOf, type State } from './state.js';

const COLOURS: Readonly<Record<State, number>> = {
  created: 32,
  updated: 32,
  forced: 33,
  deleted: 33,
  unchanged: 2,
  diverged: 31,
  kept: 2,
  rejected: 31,
  stopped: 33,
};

const WIDEST_NAME = 60;

/** Writes a report as lines for a terminal: refs that changed or were left alone, then the result of the run. */
export function table(report: Report, paint: Paint): string {
  const rows = report.refs.filter(({ outcome }) => outcome !== 'unchanged');
  const width = rows.reduce((widest, { ref }) => Math.min(WIDEST_NAME, Math.max(widest, printableName(ref).length)), 0);
  const lines = rows.flatMap((row) => {
    const state = stateOf(row);
    const outcome = paint(state.padEnd(9), COLOURS[state]);
    const message = row.message === null ? [] : [`${' '.repeat(12)}${printable(row.message)}`];
    return [`  ${outcome} ${printableName(row.ref).padEnd(width)}  ${movement(row)}`.trimEnd(), ...message];
  });
  const isFailed = report.update_status === 'failed';
  const mode = report.check ? ' (check)' : report.dry_run ? ' (dry run)' : '';
  const status = report.update_status + mode;
  const verdict = `${paint(status, isFailed ? 31 : 32)}: ${countsLine(report)}; ${costLine(report)}`;
  const error = report.last_error === null ? [] : [`${paint('error', 31)}: ${printable(report.last_error, 10_000)}`];
  const notices = report.notices.map((notice) => `${paint('note', 33)}: ${printable(notice)}`);
  return [...lines, ...notices, verdict, ...error].join('\n');
}

function movement(row: ReportedRef): string {
  const [from, to] = [shortId(row.old), shortId(row.new)];
  if (from === '' || to === '') return from + to;
  return `${from}${row.outcome === 'forced' ? '...' : '..'}${to}`;
}
