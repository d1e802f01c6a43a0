import type { Outcome } from '../src/mirror/outcome-names.js';
import type { Report } from '../src/report/report-shape.js';
import type { Entry } from './chronicle.js';
import type { Ended } from './program.js';
import type { Rivals } from './rivals.js';

/** A race that is over. */
export interface Race {
  readonly before: ReadonlyMap<string, string>;
  /** Every value that a ref of the target took, in order. */
  readonly chronicle: readonly Entry[];
  readonly rivals: Pick<Rivals, 'sourceValues' | 'landed'>;
  readonly keepsDivergent: boolean;
}

/** Finds refs of the target that an older run has taken back, or that got a value of nobody's. */
export function judgeOrder({ before, chronicle, rivals }: Race): string[] {
  const findings: string[] = [];
  const furthest = new Map<string, number>();
  for (const { ref, id } of chronicle) {
    if (id !== null && rivals.landed.has(id)) continue;
    const values = rivals.sourceValues.get(ref) ?? [null];
    const reached = furthest.get(ref) ?? values.indexOf(before.get(ref) ?? null);
    const [first, last] = [values.indexOf(id, Math.max(reached, 0)), values.lastIndexOf(id)];
    if (last < 0) findings.push(`${ref} became ${id ?? 'nothing'}, which the source never had`);
    else if (last < reached)
      findings.push(`${ref} was taken back from value ${reached} of the source to value ${last}`);
    else furthest.set(ref, first);
  }
  return findings;
}

/** Finds commits of rivals that are gone from their branch although divergent refs are kept. */
export function judgeKept({ chronicle, rivals, keepsDivergent }: Race): string[] {
  if (!keepsDivergent) return [];
  const tips = new Map<string, string>();
  return chronicle.flatMap(({ ref, id }) => {
    const tip = tips.get(ref);
    const own = id === null ? undefined : rivals.landed.get(id);
    if (id !== null && own !== undefined) tips.set(ref, id);
    if (tip === undefined || own?.parent === tip) return [];
    return [`${ref} became ${id ?? 'nothing'}, without the commit ${tip} of a rival`];
  });
}

/** Finds what a run says and is not so. */
export function judgeTold(ended: Ended, report: Report | undefined, race: Race): string[] {
  const { code, signal, isHung, stderr } = ended;
  if (isHung) return ['it hangs'];
  if (report === undefined || signal !== null)
    return [`it ended with ${signal ?? code ?? ''} and no report: ${stderr}`];
  return [...judgeStatus(code, report), ...report.refs.flatMap((ref) => judgeRef(ref, race))];
}

function judgeStatus(code: number | null, { update_status: status, refs, ...report }: Report): string[] {
  const error = `${report.last_error_code ?? ''} ${report.last_error ?? ''}`;
  const expected = status === 'finished' ? 0 : 1;
  const findings = code === expected ? [] : [`it ended with ${code}: ${status}`];
  const isFailed = refs.some(({ outcome }) => outcome === 'rejected' || outcome === 'diverged');
  if (isFailed && status === 'finished') findings.push('it reports success, and a ref has failed');
  if (report.last_error_code === 'unexpected') findings.push(`an unexpected error: ${error}`);
  // Where no connection can break, only refs can fail.
  if (!isFailed && status === 'failed') findings.push(`it reports a failure, and no ref has failed: ${error}`);
  return findings;
}

function judgeRef({ ref, outcome, new: told, old }: Report['refs'][number], race: Race): string[] {
  const had = (id: string | null): boolean =>
    race.chronicle.some((entry) => entry.ref === ref && entry.id === id) || (race.before.get(ref) ?? null) === id;
  const shown = (why: string): string[] => [`${ref} is reported as ${outcome} to ${told ?? 'nothing'}, ${why}`];
  if (MIRRORED.has(outcome)) {
    if (race.rivals.sourceValues.get(ref)?.includes(told) !== true) return shown('which the source never had');
    if (!had(told)) return shown('which the target never had');
  }
  if (outcome === 'deleted' && !had(null)) return shown('and was never deleted');
  if (LEFT.has(outcome) && !had(old)) return shown(`and was never ${old ?? 'there'}`);
  if (race.keepsDivergent && FORCED.has(outcome)) return shown('with keep-divergent-refs');
  return [];
}

const MIRRORED: ReadonlySet<Outcome> = new Set(['created', 'updated', 'forced', 'unchanged'] as const);
const LEFT: ReadonlySet<Outcome> = new Set(['diverged', 'kept'] as const);
const FORCED: ReadonlySet<Outcome> = new Set(['forced', 'deleted'] as const);
