import { FAULTS, WAYS, type Fault, type Way } from './choices.js';
import type { Outcome } from './run.js';

/** A table of runs by fault and way: runs, failures. Below it, sums by exit code and by fault. */
export function table(outcomes: readonly Outcome[]): string {
  const ways = WAYS.filter((way) => outcomes.some(({ choices }) => choices.way === way));
  const faults = FAULTS.filter((fault) => outcomes.some(({ choices }) => choices.fault === fault));
  const rows = [
    ['fault', ...ways, 'runs', 'ends', 'wrong', 'mean s', 'most s'],
    ...faults.map((fault) => rowOf(fault, ways, outcomes)),
  ];
  const all = ['all', ...ways.map((way) => cell(outcomes, { way })), ...sumsOf(outcomes)];
  return `${aligned([...rows, all])}\n${remarks(outcomes)}`;
}

function rowOf(fault: Fault, ways: readonly Way[], outcomes: readonly Outcome[]): string[] {
  const these = outcomes.filter(({ choices }) => choices.fault === fault);
  return [fault, ...ways.map((way) => cell(outcomes, { way, fault })), ...sumsOf(these)];
}

function sumsOf(outcomes: readonly Outcome[]): string[] {
  const ends = new Map<string, number>();
  for (const { end } of outcomes) ends.set(end, (ends.get(end) ?? 0) + 1);
  const shown = [...ends].sort().map(([end, count]) => `${end}:${count}`);
  const wrong = outcomes.filter(isWrong).length;
  const seconds = outcomes.map(({ ms }) => ms / 1000);
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return [String(outcomes.length), shown.join(' '), String(wrong), mean.toFixed(1), Math.max(...seconds).toFixed(1)];
}

function cell(outcomes: readonly Outcome[], { way, fault }: { readonly way: Way; readonly fault?: Fault }): string {
  const these = outcomes.filter(
    ({ choices }) => choices.way === way && (fault === undefined || choices.fault === fault),
  );
  const wrong = these.filter(isWrong).length;
  if (these.length === 0) return '';
  return wrong === 0 ? String(these.length) : `${these.length}!${wrong}`;
}

function remarks(outcomes: readonly Outcome[]): string {
  const idle = outcomes.filter(({ hasSprung }) => !hasSprung).length;
  const pessimistic = outcomes.filter(({ isPessimistic }) => isPessimistic).length;
  const reactions = outcomes.flatMap(({ reactionMs }) => reactionMs ?? []);
  const slowest =
    reactions.length === 0
      ? ''
      : ` The slowest of ${reactions.length} reactions to a signal took ${Math.max(...reactions)} ms.`;
  return `In ${idle} runs the fault had no effect; ${pessimistic} ended with 1 though all was done.${slowest}`;
}

function isWrong({ findings }: Outcome): boolean {
  return findings.length > 0;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
