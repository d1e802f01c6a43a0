import { isChanged, isFailure } from '../../mirror/outcome.js';
import { shortId } from '../../report/views/figures.js';
import { countStates, stateOf, type State } from '../../report/views/state.js';
import type { ReportedRef } from '../../report/report.js';
import { NO_PAGES, type CommitPages } from '../../report/commit-pages.js';
import { code, fold, inert, inertName, link, unbroken, type Room } from './markdown.js';

// The most urgent first: what is not mirrored, then what the target has lost, then what it has got.
const MARKS: ReadonlyMap<State, string> = new Map([
  ['rejected', '❌'],
  ['stopped', '⏹️'],
  ['diverged', '🔀'],
  ['forced', '⚠️'],
  ['deleted', '🗑️'],
  ['updated', '⏩'],
  ['created', '🆕'],
  ['kept', '📌'],
  ['unchanged', '✔️'],
]);
const BY_URGENCY = [...MARKS.keys()];

// More than that nobody reads, who has not come to look for one.
const MOST_OPEN_ROWS = 30;

// Without links there is room for three times as many rows.
const MOST_LINKED_ROWS = 2000;

const HEADER = '| Outcome | Ref | Target had | Source has |\n|:--|:--|:--|:--|';

/** Counts the refs by state, the most urgent first: `⏩ 2 updated · ✔️ 118 unchanged`; empty where there is no ref. */
export function marksLine(counts: Readonly<Record<State, number>>): string {
  return BY_URGENCY.filter((state) => counts[state] > 0)
    .map((state) => unbroken(`${MARKS.get(state) ?? ''} ${counts[state]} ${state}`))
    .join(' · ');
}

/**
 * Shows the refs of a mirror: refs that need somebody and refs that changed as a table; the long rest of them and the
 * kept refs folded. Refs for which there is no room are counted.
 *
 * @param most the number of characters of a text that are shown
 * @returns Markdown, in paragraphs
 */
export function refTables(refs: readonly ReportedRef[], pages: CommitPages, most: number, room: Room): string[] {
  const telling = refs.filter(({ outcome }) => isFailure(outcome) || isChanged(outcome)).toSorted(mostUrgentFirst);
  const kept = refs.filter(({ outcome }) => outcome === 'kept');
  const table = (rows: readonly ReportedRef[]): string => {
    const shown = rows.length > MOST_LINKED_ROWS ? NO_PAGES : pages;
    return tableOf(rows, (row) => rowOf(row, shown, most), room);
  };
  const [open, rest] = [telling.slice(0, MOST_OPEN_ROWS), telling.slice(MOST_OPEN_ROWS)];
  return [
    ...(open.length === 0 ? [] : [table(open)]),
    ...(rest.length === 0 ? [] : [fold(`and ${rest.length} more: ${marksLine(countStates(rest))}`, table(rest))]),
    ...(kept.length === 0 ? [] : [fold(`${marksLine(countStates(kept))} on the target`, table(kept))]),
  ];
}

function tableOf(refs: readonly ReportedRef[], rowFor: (ref: ReportedRef) => string, room: Room): string {
  const rows: string[] = [];
  for (const ref of refs) {
    const row = rowFor(ref);
    if (!room.take(row)) break;
    rows.push(row);
  }
  const left = refs.length - rows.length;
  return [HEADER, ...rows, ...(left === 0 ? [] : [`| … | and ${left} more: see the report | | |`])].join('\n');
}

function rowOf(row: ReportedRef, pages: CommitPages, most: number): string {
  const { ref, old, new: id, message } = row;
  const state = stateOf(row);
  const had = old === null ? '' : link(code(shortId(old)), pages.targetCommit(old));
  const has = id === null ? '' : link(code(shortId(id)), pages.sourceCommit(id));
  // Below the name there is more room for it than in a column of its own.
  const words = message === null ? '' : `<br>${inert(message, most)}`;
  return `| ${unbroken(`${MARKS.get(state) ?? ''} ${state}`)} | <code>${inertName(ref, most)}</code>${words} | ${had} | ${has} |`;
}

function mostUrgentFirst(one: ReportedRef, other: ReportedRef): number {
  return BY_URGENCY.indexOf(stateOf(one)) - BY_URGENCY.indexOf(stateOf(other));
}
