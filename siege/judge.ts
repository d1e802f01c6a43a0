import type { LfsObject } from '../__tests__/repositories/lfs.js';
import type { Expectation } from '../__tests__/repositories/rules.js';
import type { Outcome } from '../src/mirror/outcome-names.js';
import type { Report, ReportedRef } from '../src/report/report-shape.js';
import type { Ended } from './program.js';
import type { State } from './state.js';

/** State of a target: before, now, and as it is to become. */
export interface Case {
  readonly before: ReadonlyMap<string, string>;
  readonly after: State;
  /** Expectation of the rules for a whole run. */
  readonly wanted: Expectation;
  readonly source: ReadonlyMap<string, string>;
}

/** Codes with which a ref may have landed although it is `rejected`: the target has not told. */
const IN_DOUBT = new Set(['in-doubt', 'no-result', 'not-reached', 'stopped', 'stopped-in-doubt']);

/** Finds what is wrong with a target's state, whatever the program says. */
export function judgeState({ before, after, wanted }: Case): string[] {
  const findings = after.problems === '' ? [] : [`git fsck: ${after.problems}`];
  for (const ref of namesOf(before, wanted.refs, after.refs)) {
    const [old, now, next] = [before.get(ref), after.refs.get(ref), wanted.refs.get(ref)];
    if (now !== old && now !== next) {
      findings.push(
        `${ref} is ${now ?? 'gone'}: neither the old value ${old ?? 'none'} nor the new one ${next ?? 'none'}`,
      );
    }
  }
  return findings;
}

/** Reports whether a target has become what the policy wants. */
export function isAsWanted({ after, wanted }: Case): boolean {
  return namesOf(wanted.refs, after.refs).every((ref) => after.refs.get(ref) === wanted.refs.get(ref));
}

/** Finds what is wrong with a report, for one target. */
export function judgeReport(report: Report, subject: Case): string[] {
  const findings: string[] = [];
  const isFinished = report.update_status === 'finished';
  if (isFinished && !isAsWanted(subject))
    findings.push('it reports success, and the target is not as the policy wants it');
  if (isFinished && subject.wanted.updateStatus === 'failed')
    findings.push('it reports success, and the rules want a failure');
  if (isFinished !== (report.last_error === null)) findings.push('its status and its error do not agree');
  if (report.last_error_code === 'unexpected') findings.push(`an unexpected error: ${report.last_error ?? ''}`);
  for (const [outcome, count] of Object.entries(report.counts)) {
    if (report.refs.filter((ref) => ref.outcome === outcome).length !== count)
      findings.push(`${outcome} is miscounted`);
  }
  findings.push(...report.refs.flatMap((ref) => judgeRef(ref, subject)));
  const reported = new Set(report.refs.map(({ ref }) => ref));
  const silent = namesOf(subject.before, subject.after.refs).filter(
    (ref) => !reported.has(ref) && subject.before.get(ref) !== subject.after.refs.get(ref),
  );
  // A run that was stopped before it had read both ends knows of no ref; afterwards it knows of all.
  findings.push(...silent.map((ref) => `${ref} has changed, and is not reported`));
  return findings;
}

function judgeRef({ ref, outcome, new: told, code }: ReportedRef, { before, after, source }: Case): string[] {
  const [old, now] = [before.get(ref), after.refs.get(ref)];
  const isMirrored = now === told && now === source.get(ref);
  const isLeft = now === old;
  const isTrue: Readonly<Record<Outcome, boolean>> = {
    created: isMirrored,
    updated: isMirrored,
    forced: isMirrored,
    unchanged: isMirrored,
    deleted: now === undefined,
    kept: isLeft,
    diverged: isLeft,
    rejected: isLeft || IN_DOUBT.has(code ?? ''),
  };
  return isTrue[outcome] ? [] : [`${ref} is reported as ${outcome} (${code ?? 'no code'}), and is ${now ?? 'gone'}`];
}

/** Finds what is wrong with the end of a program, and the exit code of it. */
export function judgeEnd(ended: Ended, isFinished: boolean | undefined, sent: NodeJS.Signals | undefined): string[] {
  if (ended.isHung) return ['it hangs'];
  if (sent === 'SIGKILL' && ended.signal === 'SIGKILL') return [];
  if (ended.signal !== null && ended.signal === sent) return [];
  if (ended.signal !== null) return [`it was ended by ${ended.signal}`];
  if (ended.code !== 0 && ended.code !== 1) return [`it ended with ${ended.code ?? 'nothing'}`];
  if (isFinished === undefined) return [`it ended with ${ended.code} and without a report`];
  return (ended.code === 0) === isFinished ? [] : [`it ended with ${ended.code}, and its report says otherwise`];
}

/** Finds objects of Git LFS that refs which have moved need, and the target lacks. */
export function judgeLfs(
  { before, after, source }: Case,
  objectsOf: ReadonlyMap<string, readonly LfsObject[]>,
  lacking: (objects: readonly LfsObject[]) => readonly string[],
): string[] {
  return [...objectsOf].flatMap(([ref, objects]) => {
    const now = after.refs.get(ref);
    if (now === before.get(ref) || now !== source.get(ref)) return [];
    return lacking(objects).map((oid) => `${ref} has moved, and the target lacks the Git LFS object ${oid}`);
  });
}

function namesOf(...maps: readonly ReadonlyMap<string, string>[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))];
}
