import { summaryOf } from '../../src/action/summary/summary.js';
import { OUTCOMES, type Outcome } from '../../src/mirror/outcome.js';
import { NO_PAGES } from '../../src/report/commit-pages.js';
import type { Report, ReportedRef } from '../../src/report/report.js';
import { runTable } from '../../src/report/views/list.js';
import { holds, type Target } from '../target.js';
import { isShowable } from './showable.js';

const ID = '1'.repeat(40);
const TIME = '2026-01-01T00:00:00.000Z';

/** Refs of a report, so that their number is not what takes time. */
const MOST_REFS = 2000;

/** Bytes of the largest summary (docs.github.com, "Adding a job summary"). */
const LARGEST_SUMMARY = 1024 * 1024;

/** A report whose refs, messages and notices are lines of a text: what a server has named, and said. */
function reportOf(lines: readonly string[]): Report {
  const refs = lines.map((line, index): ReportedRef => {
    const outcome = OUTCOMES[index % OUTCOMES.length] ?? 'created';
    return { ref: `refs/heads/${line}`, outcome, old: ID, new: index % 3 === 0 ? null : ID, message: line, code: null };
  });
  const counted = (outcome: Outcome): number => refs.filter((ref) => ref.outcome === outcome).length;
  return {
    url: lines[0] ?? '',
    source_url: 'https://host.example/x.git',
    update_status: 'failed',
    last_error: lines.join(' '),
    last_error_code: 'refused',
    last_update_started_at: TIME,
    last_update_at: TIME,
    only_protected_branches: false,
    keep_divergent_refs: false,
    mirror_branch_regex: null,
    dry_run: false,
    check: false,
    refs,
    notices: lines.slice(0, 3),
    counts: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, counted(outcome)])) as Report['counts'],
    transfer: { requests: 1, bytes_received: 2, bytes_sent: 3, pack_bytes: 4, duration_ms: 5 },
    lfs: null,
  };
}

/** Writes a report for a terminal and as the summary of a job. */
function write(input: Buffer): unknown {
  const report = reportOf(input.toString('utf8').split('\n').slice(0, MOST_REFS));
  const table = runTable({ kind: 'one', report }, (text) => text).split('\n');
  holds(table.every(isShowable), 'a line of the table is not showable');
  const summary = summaryOf([{ name: undefined, report, ...NO_PAGES } as never]);
  holds(Buffer.byteLength(summary) <= LARGEST_SUMMARY, 'the summary is larger than a job may have');
  holds(summary.split('\n').every(isShowable), 'a line of the summary is not showable');
  const tags = [...summary.matchAll(/<\/?(\w+)/g)].map(([, tag]) => tag);
  holds(
    tags.every((tag) => TAGS.has(tag)),
    'a name or message is taken for HTML',
  );
  return [table.length, summary.length, new Set(tags)];
}

/** Elements that a summary is made of. */
const TAGS: ReadonlySet<string | undefined> = new Set([
  'code',
  'br',
  'wbr',
  'a',
  'details',
  'summary',
  'b',
  'strong',
  'sub',
  'p',
  'h3',
  'h4',
]);

export const REPORTS: readonly Target[] = [
  {
    name: 'reports',
    form: 'text',
    seeds: [
      'main\nrelease/1\nthe server says: no',
      '<b>`|x`</b>\n[a](b)\n\u202eabc',
      '@me\nhttps://host.example/x\n| a |',
    ],
    errors: [],
    run: write,
  },
];
