import { error, notice, setFailed, setOutput, summary, warning } from '@actions/core';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../protocol/printable.js';
import { countsLine, costLine } from '../report/figures.js';
import { hasChanges, refsWith, type Report } from '../report/report.js';
import { summaryOf } from './summary.js';

// A step shows ten annotations of each type; one of the errors is that of the step itself.
const MOST_ANNOTATIONS = 9;
const REF_OUTPUTS = ['created-refs', 'updated-refs', 'deleted-refs', 'divergent-refs', 'rejected-refs'];
// All outputs of a job together must stay below 1 MB.
const LARGEST_LIST = 128 * 1024;

/**
 * Tells the runner what came of the mirror: outputs, report, summary and annotations.
 *
 * @param runner where the report is written to, and whether there is a summary to write to: some runners have none
 */
export async function publish(report: Report, runner: { folder: string; hasSummary: boolean }): Promise<void> {
  const path = join(runner.folder, `push-mirror-report-${randomUUID()}.json`);
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`, { mode: 0o600 });
  setOutput('status', report.update_status);
  setOutput('changed', String(hasChanges(report)));
  setOutput('created-refs', list(refsWith(report, 'created')));
  setOutput('updated-refs', list(refsWith(report, 'updated', 'forced')));
  setOutput('deleted-refs', list(refsWith(report, 'deleted')));
  setOutput('divergent-refs', list(refsWith(report, 'diverged')));
  setOutput('rejected-refs', list(refsWith(report, 'rejected')));
  setOutput('last-error', report.last_error ?? '');
  setOutput('report', path);
  if (runner.hasSummary) await summary.addRaw(summaryOf(report), true).write();
  annotate(report);
}

/** Tells the runner what is wrong with the inputs: one annotation each, and the outputs that can be set. */
export async function publishProblems(problems: readonly string[]): Promise<void> {
  for (const problem of problems.slice(0, MOST_ANNOTATIONS)) error(problem, { title: 'push-mirror: configuration' });
  setOutput('status', 'failed');
  setOutput('changed', 'false');
  for (const name of REF_OUTPUTS) setOutput(name, '[]');
  setOutput('last-error', problems.join('\n'));
  setFailed(problems.length === 1 ? 'An input is wrong.' : `${problems.length} inputs are wrong.`);
}

/** Tells the runner that there was nothing to do, and why: neither a success nor a failure. */
export async function publishSkip(reason: string, hasSummary: boolean): Promise<void> {
  setOutput('status', 'skipped');
  setOutput('changed', 'false');
  for (const name of REF_OUTPUTS) setOutput(name, '[]');
  setOutput('last-error', '');
  if (hasSummary) await summary.addRaw(`### ⏭️ Mirror skipped\n\n${reason}`, true).write();
  notice(reason, { title: 'push-mirror' });
}

function annotate(report: Report): void {
  const title = (ref: string, outcome: string): { title: string } => ({
    title: `push-mirror: ${printable(ref)} ${outcome}`,
  });
  const failed = report.refs.filter(({ outcome }) => outcome === 'rejected' || outcome === 'diverged');
  for (const { ref, outcome, message } of failed.slice(0, MOST_ANNOTATIONS))
    error(message ?? outcome, title(ref, outcome));
  const kept = report.refs.filter(({ message }) => message?.includes("it is the target's default branch") === true);
  for (const { ref, message } of kept) warning(message ?? '', title(ref, 'kept'));
  for (const text of report.notices) warning(text, { title: 'push-mirror' });
  if (report.update_status === 'failed') setFailed(report.last_error ?? 'The mirror failed.');
  else if (hasChanges(report)) notice(`${countsLine(report)}, ${costLine(report)}`, { title: 'push-mirror' });
}

function list(refs: readonly string[]): string {
  const whole = JSON.stringify(refs);
  if (whole.length <= LARGEST_LIST) return whole;
  const shown: string[] = [];
  let size = 2;
  for (const ref of refs) {
    size += JSON.stringify(ref).length + 1;
    if (size > LARGEST_LIST) break;
    shown.push(ref);
  }
  warning(`Only ${shown.length} of ${refs.length} refs fit into an output; the report has them all.`);
  return JSON.stringify(shown);
}
