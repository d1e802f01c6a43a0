import { printable } from '../protocol/printable.js';
import { costLine, countsLine, shortId } from '../report/figures.js';
import type { Outcome } from '../mirror/outcome.js';
import type { Report, ReportedRef } from '../report/report.js';

// GitHub drops a summary beyond 1 MiB whole; a step may have written some before.
const LARGEST_SUMMARY = 900 * 1024;

const MARKS: Readonly<Record<Outcome, string>> = {
  created: '🆕',
  updated: '⏩',
  forced: '⚠️',
  deleted: '🗑️',
  unchanged: '✔️',
  diverged: '🔀',
  kept: '📌',
  rejected: '❌',
};

/** The job summary: a headline, and a table of the refs that changed or were left alone. Markdown. */
export function summaryOf(report: Report): string {
  const isFailed = report.update_status === 'failed';
  const dryRun = report.dry_run ? ' (dry run)' : '';
  const head = [
    `### ${isFailed ? '❌' : '✅'} Mirror ${report.update_status}${dryRun}: ${code(report.url)}`,
    '',
    `From ${code(report.source_url)}: ${countsLine(report)}, ${costLine(report)}.`,
    ...report.notices.flatMap((notice) => ['', `**Note:** ${escaped(notice)}`]),
    ...(report.last_error === null ? [] : ['', `**Last error:** ${escaped(report.last_error)}`]),
    '',
  ];
  const rows = report.refs.filter(({ outcome }) => outcome !== 'unchanged').toSorted(mostUrgentFirst);
  if (rows.length === 0) return head.join('\n');
  return [...head, '| | Ref | Before | After | |', '|---|---|---|---|---|', ...bounded(rows)].join('\n') + '\n';
}

function row({ outcome, ref, old, new: id, message }: ReportedRef): string {
  const ids = [old, id].map((one) => (one === null ? '' : code(shortId(one))));
  return `| ${MARKS[outcome]} ${outcome} | ${code(ref)} | ${ids.join(' | ')} | ${message === null ? '' : escaped(message)} |`;
}

function mostUrgentFirst(one: ReportedRef, other: ReportedRef): number {
  return Number(isUrgent(other.outcome)) - Number(isUrgent(one.outcome));
}

function isUrgent(outcome: Outcome): boolean {
  return outcome === 'rejected' || outcome === 'diverged';
}

function bounded(rows: readonly ReportedRef[]): string[] {
  const shown: string[] = [];
  let size = 0;
  for (const one of rows) {
    const line = row(one);
    size += Buffer.byteLength(line) + 1;
    if (size > LARGEST_SUMMARY)
      return [...shown, `| … | and ${rows.length - shown.length} more: see the report | | | |`];
    shown.push(line);
  }
  return shown;
}

/** Text that Markdown, HTML and a table row take for nothing but text. */
function escaped(text: string): string {
  return printable(text, 4000)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]{}()#+!|~@:.$-]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}
