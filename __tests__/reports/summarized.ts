import { readFileSync } from 'node:fs';
import type { SummarizedMirror } from '../../src/action/summary/summary.js';
import { hostOf } from '../../src/hosts/hosts.js';
import { commitPage } from '../../src/hosts/web.js';
import { parseLocation } from '../../src/protocol/location.js';
import type { NamedReport } from '../../src/report/run-report.js';
import type { Report } from '../../src/report/report.js';

/** A report as the summary wants it, with the pages of its two hosts. */
export function summarized(report: Report, name?: string): SummarizedMirror {
  return {
    report,
    ...(name === undefined ? {} : { name }),
    sourceCommit: (id) => pageOf(report.source_url, id),
    targetCommit: (id) => pageOf(report.url, id),
  };
}

/** A run with four mirrors: one refuses refs, one has diverged, one was changed, one is up to date. */
export function exampleRun(): SummarizedMirror[] {
  const file = new URL('summary-example.json', import.meta.url);
  const reports = JSON.parse(readFileSync(file, 'utf8')) as NamedReport[];
  return reports.map(({ name, ...report }) => summarized(report, name));
}

function pageOf(url: string, id: string): string | undefined {
  const location = parseLocation(url, '/');
  if (location.kind === 'local') return undefined;
  return commitPage(location, hostOf(location.kind === 'http' ? location.url.hostname : location.host), id);
}
