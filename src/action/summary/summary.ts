import { statesIn } from '../../report/views/state.js';
import { duration } from '../../report/views/figures.js';
import type { Report } from '../../report/report.js';
import { code, fold, inert, inertName, unbroken } from './markdown.js';
import { isQuiet, markOf, modeOf, sectionOf, type SummarizedMirror } from './mirror.js';

export type { SummarizedMirror } from './mirror.js';

// GitHub drops a summary beyond 1 MiB whole; a step may have written some before.
const LARGEST_SUMMARY = 900 * 1024;
// For what stands around the sections.
const FRAME = 1024;
const MOST_MIRRORS = 50;
const MOST_PROBLEMS = 30;
const LONGEST_CELL = 200;

/** Writes the job summary of a run: the state of each mirror, and the refs that changed or need somebody. Markdown. */
export function summaryOf(mirrors: readonly SummarizedMirror[], disabled: readonly string[] = []): string {
  const names = disabled.map((name) => `<b>${inertName(name, LONGEST_CELL)}</b>`);
  const off = names.length === 0 ? '' : `\nDisabled: ${names.join(', ')}\n`;
  return `${summaryOfEnabled(mirrors)}${off}`;
}

function summaryOfEnabled(mirrors: readonly SummarizedMirror[]): string {
  const [only, ...others] = mirrors;
  if (only === undefined) return '### ⚪ No mirror is enabled: nothing was done\n';
  if (others.length > 0) return summaryOfSeveral(mirrors);
  const { report } = only;
  const heading = `### ${markOf(report)} Mirror ${report.update_status}${modeOf(report)}:`;
  return `${sectionOf(only, { heading, source: report.source_url, size: LARGEST_SUMMARY })}\n`;
}

/** Writes the job summary of a run whose inputs are wrong, so that nothing was done. Markdown. */
export function problemsSummary(title: string, problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `- ${inert(problem)}`);
  const left = problems.length - shown.length;
  const rest = left === 0 ? [] : [`- and ${left} more`];
  return [`### ❌ ${title}: nothing was done`, '', ...shown, ...rest, ''].join('\n');
}

function summaryOfSeveral(all: readonly SummarizedMirror[]): string {
  const mirrors = all.toSorted((one, other) => urgency(one) - urgency(other)).slice(0, MOST_MIRRORS);
  const [source, ...otherSources] = new Set(all.map(({ report }) => report.source_url));
  const common = otherSources.length === 0 ? source : undefined;
  const overview = overviewOf(all, mirrors, common);
  const size = LARGEST_SUMMARY - FRAME - Buffer.byteLength(overview);
  const sections = sectionsOf(mirrors, common, size);
  const loud = mirrors.filter((mirror) => !isQuiet(mirror)).length;
  return `${[overview, ...sections.slice(0, loud), ...quietOnes(sections.slice(loud))].join('\n\n')}\n`;
}

function urgency(mirror: SummarizedMirror): number {
  if (mirror.report.update_status === 'failed') return 0;
  return isQuiet(mirror) ? 2 : 1;
}

function quietOnes(sections: readonly string[]): string[] {
  if (sections.length === 0) return [];
  const title = sections.length === 1 ? '1 mirror is up to date' : `${sections.length} mirrors are up to date`;
  return [fold(title, sections.join('\n\n'))];
}

/** Writes a table of all mirrors, with a row for each that is shown, below the source that they have in common. */
function overviewOf(
  all: readonly SummarizedMirror[],
  shown: readonly SummarizedMirror[],
  source: string | undefined,
): string {
  const failed = all.filter(({ report }) => report.update_status === 'failed').length;
  const verdict = failed === 0 ? `✅ ${all.length} mirrors finished` : `❌ ${failed} of ${all.length} mirrors failed`;
  const [mode, ...otherModes] = new Set(all.map(({ report }) => modeOf(report)));
  const left = all.length - shown.length;
  return [
    `### ${verdict}${otherModes.length === 0 ? (mode ?? '') : ''}`,
    '',
    ...(source === undefined ? [] : [`From ${code(source, LONGEST_CELL)}`, '']),
    '| Status | Mirror | Refs | Took | Last error |',
    '|:--|:--|:--|:--|:--|',
    ...shown.map(overviewRow),
    ...(left === 0 ? [] : [`| … | and ${left} more: see the report | | | |`]),
  ].join('\n');
}

function overviewRow({ name, report }: SummarizedMirror): string {
  const error = report.last_error === null ? '' : inert(report.last_error, LONGEST_CELL);
  const cells = [
    unbroken(`${markOf(report)} ${report.update_status}`),
    `${name === undefined ? '' : `<b>${inertName(name, LONGEST_CELL)}</b><br>`}${code(report.url, LONGEST_CELL)}`,
    refsCell(report),
    unbroken(duration(report.transfer.duration_ms)),
    error,
  ];
  return `| ${cells.join(' | ')} |`;
}

// Each count is told in the section, too: here a few must do.
function refsCell(report: Report): string {
  const { rejected, stopped, diverged, forced, deleted, updated, created, unchanged } = statesIn(report);
  const few = { rejected, stopped, diverged, changed: forced + deleted + updated + created, unchanged };
  const parts = Object.entries(few).filter(([, count]) => count > 0);
  return parts.map(([words, count]) => unbroken(`${count} ${words}`)).join(', ');
}

/**
 * Writes a section for each mirror, in their order. Shorter sections leave of their share to longer ones.
 *
 * @param common the source of all mirrors, if they have one: it stands above
 */
function sectionsOf(mirrors: readonly SummarizedMirror[], common: string | undefined, size: number): string[] {
  const sections = new Map<SummarizedMirror, string>();
  const byLength = mirrors.toSorted((one, other) => one.report.refs.length - other.report.refs.length);
  let left = size;
  for (const [index, mirror] of byLength.entries()) {
    const share = Math.floor(left / (byLength.length - index));
    const source = common === undefined ? mirror.report.source_url : undefined;
    const section = sectionOf(mirror, { heading: `#### ${markOf(mirror.report)}`, source, size: share });
    left -= Buffer.byteLength(section) + '\n\n'.length;
    sections.set(mirror, section);
  }
  return mirrors.map((mirror) => sections.get(mirror) ?? '');
}
