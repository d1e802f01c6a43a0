import type { RefCode } from '../mirror/codes.js';
import { isOnPatterns } from '../mirror/notices.js';
import { isFailure } from '../mirror/outcome.js';
import { printableJson, printableName } from '../protocol/printable.js';
import { countsLine, costLine } from '../report/views/figures.js';
import { boundedJson, outputsOf, outputsOfError, outputsOfSkip, type Outputs } from '../report/views/outputs.js';
import { hasChanges } from '../report/report.js';
import { NO_PAGES, type CommitPages } from '../report/commit-pages.js';
import { reportsOf, type RunReport } from '../report/run-report.js';
import { error, notice, setFailed, warning } from './annotations.js';
import type { Runner } from './runner.js';
import { problemsSummary, summaryOf } from './summary/summary.js';

// A step shows ten annotations of each type; one of the errors is that of the step itself.
const MOST_ANNOTATIONS = 9;
// All outputs of a job together must stay below 1 MB.
const LARGEST_LIST = 128 * 1024;

/** Reasons that the error of the run itself tells, for all refs at once. */
const TOLD_BY_THE_RUN: ReadonlySet<RefCode> = new Set<RefCode>(['stopped', 'stopped-in-doubt']);

/** The one reason to keep a ref that nobody intends: somebody is to choose another default branch. */
const MUST_BE_KNOWN: RefCode = 'default-branch-of-target';

/**
 * Tells the runner the result of a run: outputs, report, summary and annotations.
 *
 * @param pages the pages of commits, for each mirror
 */
export async function publish(run: RunReport, runner: Runner, pages: readonly CommitPages[]): Promise<void> {
  const report = await runner.writeReport(`${printableJson(run.report, 2)}\n`);
  runner.setOutputs({ ...textsOf(outputsOf(run)), report });
  annotate(run);
  runner.addSummary(summaryOfRun(run, pages));
}

function summaryOfRun(run: RunReport, pages: readonly CommitPages[]): string {
  const mirrors = reportsOf(run).map((report, index) => ({ report, ...nameOf(report), ...(pages[index] ?? NO_PAGES) }));
  return summaryOf(mirrors, run.kind === 'list' ? run.report.disabled : []);
}

/** Tells the runner that inputs are wrong: one annotation each, the summary, and the outputs that can be set. */
export function publishProblems(problems: readonly string[], runner: Runner): void {
  const title = problems.length === 1 ? 'An input is wrong' : `${problems.length} inputs are wrong`;
  for (const problem of problems.slice(0, MOST_ANNOTATIONS)) error(problem, { title: 'push-mirror: configuration' });
  runner.setOutputs(textsOf(outputsOfError({ message: problems.join('\n'), code: 'configuration' })));
  runner.addSummary(problemsSummary(title, problems));
  setFailed(`${title}.`);
}

/** Tells the runner that nothing was done, and why: neither a success nor a failure. */
export function publishSkip(reason: string, runner: Runner): void {
  runner.setOutputs(textsOf(outputsOfSkip()));
  runner.addSummary(`### ⏭️ Mirror skipped\n\n${reason}`);
  notice(reason, { title: 'push-mirror' });
}

function textsOf({ lists, ...outputs }: Outputs): Record<string, string> {
  return { ...outputs, ...Object.fromEntries(Object.entries(lists).map(([name, refs]) => [name, jsonList(refs)])) };
}

function annotate(run: RunReport): void {
  const reports = reportsOf(run);
  const titled = ({ name = '' }: { name?: string }, words = ''): { title: string } => ({
    title: ['push-mirror', printableName(name, 100), words].filter((part) => part !== '').join(': '),
  });
  const failed = reports.flatMap((report) =>
    report.refs
      .filter(({ outcome, code }) => isFailure(outcome) && (code === null || !TOLD_BY_THE_RUN.has(code)))
      .map((ref) => ({ report, ref })),
  );
  for (const { report, ref } of failed.slice(0, MOST_ANNOTATIONS))
    error(ref.message ?? ref.outcome, titled(report, `${printableName(ref.ref)} ${ref.outcome}`));
  for (const report of reports) {
    const kept = report.refs.filter(({ code }) => code === MUST_BE_KNOWN);
    for (const { ref, message } of kept) warning(message ?? '', titled(report, `${printableName(ref)} kept`));
    if (hasChanges(report) && report.update_status === 'finished')
      notice(`${countsLine(report)}, ${costLine(report)}`, titled(report));
  }
  // What holds for several mirrors is told once.
  for (const text of new Set(reports.flatMap(({ notices }) => notices))) {
    const [first, ...others] = reports.filter(({ notices }) => notices.includes(text));
    const title = titled(others.length === 0 ? (first ?? {}) : { name: `${others.length + 1} mirrors` });
    (isOnPatterns(text) ? notice : warning)(text, title);
  }
  if (run.report.update_status === 'failed') setFailed(run.report.last_error ?? 'The mirror failed.');
}

function nameOf({ name }: { readonly name?: string }): { name?: string } {
  return name === undefined ? {} : { name };
}

/** Writes a list of refs as JSON, and warns if there is no room for all. */
function jsonList(refs: readonly string[]): string {
  const { json, isWhole } = boundedJson(refs, LARGEST_LIST);
  if (!isWhole) warning(`Not all of ${refs.length} refs fit into an output; the report has them all.`);
  return json;
}
