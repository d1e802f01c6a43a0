import { bytes } from '../src/report/views/figures.js';
import {
  median,
  medianOf,
  type CriticalPathResult,
  type Floor,
  type LfsFigures,
  type LfsResult,
  type RepositoryResult,
  type ScenarioResult,
} from './results.js';
import type { RepositoryFigures } from './repositories.js';
import type { Measurement } from './ring.js';

type Row = readonly string[];

/** A figure of both contenders. */
interface Column {
  readonly heading: string;
  readonly figure: keyof Measurement;
  readonly show: (value: number) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: 'time', figure: 'wallMs', show: seconds },
  { heading: 'requests', figure: 'requests', show: count },
  { heading: 'received', figure: 'received', show: size },
  { heading: 'sent', figure: 'sent', show: size },
  { heading: 'peak memory', figure: 'memory', show: size },
  { heading: 'on disk', figure: 'disk', show: size },
];
const LFS_COLUMNS = COLUMNS.toSpliced(
  4,
  0,
  { heading: 'objects received', figure: 'objectsReceived', show: count },
  { heading: 'objects sent', figure: 'objectsSent', show: count },
);
const NONE = '–';

/** The scenarios of one repository as a table in Markdown that can also be read as it is. */
export function scenarioTable({ scenarios }: RepositoryResult): string {
  return comparison(scenarios, 'git clone + push', COLUMNS);
}

/** The scenarios with Git LFS objects, as such a table. */
export function lfsTable({ scenarios }: LfsResult): string {
  return comparison(scenarios, 'git + git-lfs', LFS_COLUMNS);
}

/** What the critical path cost, as such a table. */
export function criticalPathTable(results: readonly CriticalPathResult[]): string {
  const delay = results[0]?.delayMs ?? 0;
  const headings = ['', 'time', `time, ${delay} ms late`, 'added', 'requests', 'exchanges in a row'];
  const rows = results.map(({ title, prompt, late, inARow }) => {
    const [without, having] = [medianOf(prompt), medianOf(late)];
    const added = having.wallMs - without.wallMs;
    const times = [without.wallMs, having.wallMs, added].map(seconds);
    return [title, ...times, String(having.requests), String(median(inARow))];
  });
  return table(headings, rows);
}

/** What push-mirror's own process held at most, without the processes it started, over all scenarios. */
export function ownMemoryLine({ scenarios }: Pick<RepositoryResult, 'scenarios'>): string {
  const peak = Math.max(0, ...scenarios.flatMap(({ pushMirror }) => pushMirror.map(({ ownMemory }) => ownMemory)));
  return `The process of push-mirror itself held at most ${size(peak)} (VmHWM).`;
}

/** A repository in a few words: `the generated repository: 20,000 commits, …`. */
export function describe({ generated, commits, branches, tags, packBytes }: RepositoryFigures): string {
  const counts = [`${count(commits)} commits`, `${count(branches)} branches`, `${count(tags)} tags`, bytes(packBytes)];
  return `${generated ? 'The generated repository' : 'A real repository'}: ${counts.join(', ')}`;
}

/** Git LFS objects in a few words: `Git LFS: 200 objects, 100 MB, …`. */
export function describeLfs({ commits, objects, bytes: all, largest }: LfsFigures): string {
  return `Git LFS: ${count(objects)} objects, ${bytes(all)}, the largest ${bytes(largest)}, in ${count(commits)} commits`;
}

function comparison(scenarios: readonly ScenarioResult[], rival: string, columns: readonly Column[]): string {
  const rows = scenarios.flatMap(({ title, pushMirror, git, floor }): Row[] => {
    const [ours, theirs] = [medianOf(pushMirror), medianOf(git)];
    return [
      [title, rival, ...cells(theirs, columns)],
      ['', '**push-mirror**', ...cells(ours, columns)],
      ['', '*ratio*', ...columns.map(({ figure }) => ratio(theirs[figure], ours[figure]))],
      ...(floor === undefined ? [] : floorRows(floor, ours)),
    ];
  });
  return table(['', '', ...columns.map(({ heading }) => heading)], rows);
}

function floorRows({ lsRemote, node }: Floor, ours: Measurement): Row[] {
  const [asking, starting] = [medianOf(lsRemote), medianOf(node)];
  const wallMs = asking.wallMs + starting.wallMs;
  const [, ...rest] = cells(asking, COLUMNS);
  const empty = rest.map(() => '');
  return [
    ['', '2 × git ls-remote, start of Node.js', seconds(wallMs), ...rest],
    ['', '*push-mirror takes, at most 3×*', ratio(ours.wallMs, wallMs), ...empty],
  ];
}

function cells(measurement: Measurement, columns: readonly Column[]): Row {
  return columns.map(({ figure, show }) => show(measurement[figure]));
}

function ratio(one: number, other: number): string {
  if (other === 0 || one === 0) return NONE;
  const value = one / other;
  return `${value < 9.95 ? value.toPrecision(2) : count(Math.round(value))}×`;
}

function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value.toFixed(value < 9.995 ? 2 : 1)} s`;
}

function size(figure: number): string {
  return figure === 0 ? '0' : bytes(Math.round(figure));
}

function count(figure: number): string {
  return figure.toLocaleString('en-US');
}

function table(headings: readonly string[], rows: readonly Row[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(3, heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const isText = headings.map((heading) => heading === '');
  const line = (row: Row): string =>
    `| ${widths.map((width, at) => (isText[at] === true ? (row[at] ?? '').padEnd(width) : (row[at] ?? '').padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, at) => (isText[at] === true ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(headings), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
