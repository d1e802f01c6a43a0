import { costLine } from '../../report/views/figures.js';
import { statesIn } from '../../report/views/state.js';
import { hasChanges, type Report } from '../../report/report.js';
import type { CommitPages } from '../../report/commit-pages.js';
import { code, inert, inertName, LONGEST_TEXT, Room } from './markdown.js';
import { marksLine, refTables } from './refs.js';

/** A mirror as the summary tells of it. */
export interface SummarizedMirror extends CommitPages {
  /** As the user named it, where there are several. */
  readonly name?: string;
  readonly report: Report;
}

/** The surroundings of a section. */
export interface SectionFrame {
  /** The heading up to the mirror's title. */
  readonly heading: string;
  /** Left out where all mirrors of a summary have one source. */
  readonly source?: string | undefined;
  /** In bytes; the section never exceeds it. */
  readonly size: number;
}

// For the lines around the tables, and those that say what is left out.
const FRAME = 1024;
// A head has ten texts at the most, of six bytes a character: together they leave a sixth of a section for all else.
const SHARE_OF_A_TEXT = 72;
const MOST_NOTES = 5;

/** Reports whether there is nothing to tell of a mirror but that all is well. */
export function isQuiet({ report }: SummarizedMirror): boolean {
  return report.update_status === 'finished' && !hasChanges(report) && report.notices.length === 0;
}

/** A sign for the end of a run. */
export function markOf({ update_status: status }: Report): string {
  return status === 'failed' ? '❌' : '✅';
}

/** An addition to the heading of a run that changes nothing by intent. */
export function modeOf({ check, dry_run: dryRun }: Report): string {
  if (check) return ' (check)';
  return dryRun ? ' (dry run)' : '';
}

/**
 * Tells of one mirror: the time and the result of its last update, its errors with their remedies, and its refs.
 */
export function sectionOf(mirror: SummarizedMirror, { heading, source, size }: SectionFrame): string {
  const { report } = mirror;
  const most = Math.min(LONGEST_TEXT, Math.floor(size / SHARE_OF_A_TEXT));
  const name = mirror.name === undefined ? [] : [inertName(mirror.name, most)];
  const from = source === undefined ? [] : [`From ${code(source, most)}`];
  const head = [
    [heading, ...name, code(report.url, most)].join(' '),
    [...from, updateWords(report), ...settingsOf(report, most)].join(' · '),
    ...stateLine(report),
    ...modeNote(report),
    ...errorNote(report, most),
    ...notes(report.notices, most),
  ].join('\n\n');
  const room = new Room(size - FRAME - Buffer.byteLength(head));
  return [head, ...refTables(report.refs, mirror, most, room)].join('\n\n');
}

function stateLine(report: Report): string[] {
  const marks = marksLine(statesIn(report));
  if (isUpToDate(report)) return [`Up to date: ${marks === '' ? 'no refs' : marks}`];
  return marks === '' ? [] : [marks];
}

function isUpToDate(report: Report): boolean {
  return report.update_status === 'finished' && !hasChanges(report);
}

/** Tells time, duration and transfer of the last update, in the words of GitLab's page on mirrors. */
function updateWords(report: Report): string {
  const update = report.update_status === 'failed' ? 'Last update attempt' : 'Last successful update';
  const time = report.last_update_at.replace(/^([\d-]+)T([\d:]+).*/, '$1 $2 UTC');
  return inert(`${modeOf(report) === '' ? update : 'Looked at'} ${time}, ${costLine(report)}`);
}

/** Names the settings of GitLab's page on mirrors that are not at their defaults. */
function settingsOf(report: Report, most: number): string[] {
  const pattern = report.mirror_branch_regex;
  return [
    ...(report.only_protected_branches ? ['only protected branches'] : []),
    ...(pattern === null ? [] : [`only branches that match ${code(pattern, most)}`]),
    ...(report.keep_divergent_refs ? ['divergent refs are left unchanged'] : []),
  ];
}

function modeNote(report: Report): string[] {
  if (modeOf(report) === '') return [];
  const what = report.check ? 'how the target differs from what it should be' : 'what a run would do';
  const below = isUpToDate(report) ? '' : `; below is ${what}`;
  return [`**${report.check ? 'Check' : 'Dry run'}:** nothing was changed${below}.`];
}

function errorNote(report: Report, most: number): string[] {
  if (report.last_error === null) return [];
  const { diverged, rejected } = statesIn(report);
  const remedies = [
    ...(rejected === 0 ? [] : ['Each rejected ref says why, and what to do.']),
    ...(diverged === 0 ? [] : [DIVERGED]),
  ];
  const remedy = remedies.length === 0 ? [] : ['>', `> ${remedies.join(' ')}`];
  return [['> [!CAUTION]', `> **Last error:** ${inert(report.last_error, most)}`, ...remedy].join('\n')];
}

const DIVERGED =
  'Diverged: bring the commits of the target into the source, or run once without <code>keep-divergent-refs</code> to overwrite them.';

function notes(notices: readonly string[], most: number): string[] {
  const left = notices.length - MOST_NOTES;
  return [
    ...notices.slice(0, MOST_NOTES).map((notice) => `**Note:** ${inert(notice, most)}`),
    ...(left > 0 ? [`**Note:** and ${left} more: see the report`] : []),
  ];
}
