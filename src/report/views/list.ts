import { printableName } from '../../protocol/printable.js';
import { countsLine, duration } from './figures.js';
import type { ListReport, NamedReport, RunReport } from '../run-report.js';
import type { Paint } from './paint.js';
import { table } from './table.js';

const WIDEST_NAME = 40;

/** Writes the report on a run as lines for a terminal. */
export function runTable(run: RunReport, paint: Paint): string {
  return run.kind === 'one' ? table(run.report, paint) : listTable(run.report, paint);
}

/** Writes the reports on several mirrors one below the other, then all of the mirrors in a table. */
function listTable({ mirrors, disabled, update_status: status }: ListReport, paint: Paint): string {
  const told = mirrors.flatMap((mirror) => [paint(printableName(mirror.name), 1), table(mirror, paint), '']);
  const width = Math.min(WIDEST_NAME, Math.max(0, ...mirrors.map(({ name }) => printableName(name).length)));
  const rows = mirrors.map((mirror) => {
    const isFailed = mirror.update_status === 'failed';
    const verdict = paint(mirror.update_status.padEnd(8), isFailed ? 31 : 32);
    return `  ${verdict} ${printableName(mirror.name).padEnd(width)}  ${figures(mirror)}`;
  });
  const off = disabled.map((name) => `  ${paint('disabled', 2)} ${printableName(name)}`);
  const failed = mirrors.filter(({ update_status: one }) => one === 'failed').length;
  const all = mirrors.length === 0 ? 'no mirror is enabled' : `${mirrors.length} mirrors`;
  const sum = failed === 0 ? all : `${failed} of ${mirrors.length} mirrors failed`;
  return [...told, ...rows, ...off, `${paint(status, failed === 0 ? 32 : 31)}: ${sum}`].join('\n');
}

function figures(mirror: NamedReport): string {
  return `${countsLine(mirror)} in ${duration(mirror.transfer.duration_ms)}`;
}
