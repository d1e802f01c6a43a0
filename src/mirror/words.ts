import { RemoteError, ProtocolError } from '../protocol/errors.js';
import { printableLine, printableName } from '../protocol/printable.js';
import { isTag } from '../protocol/wire/ref-name.js';
import { explainRejection } from '../hosts/rejection.js';
import type { RefReason, RunError } from './codes.js';
import type { Lag } from './lag.js';
import { namesOf } from './names.js';
import type { BlockReason, Decision, DeleteReason, DivergeReason, KeepReason } from './plan.js';
import type { End } from './ports.js';
import type { Verdict } from './verdict.js';

const KEPT: Readonly<Record<KeepReason, string>> = {
  'keep-divergent-refs': 'only the target has it; with keep-divergent-refs it is left unchanged',
  'prune-never': 'only the target has it; with prune: never it is left unchanged',
  'no-default-branch': 'only the target has it; the source has no default branch, so nothing is deleted',
  'clone-on-source':
    'only the target has it; the source is a clone that may lack branches of its origin, so nothing is deleted',
  'default-branch-of-target':
    "only the target has it, but it is the target's default branch: to delete it, choose another default branch there",
  'symref-on-source': 'it is a symbolic ref on the source: symbolic refs are not mirrored',
  'broken-on-source': 'the ref of this name on the source is broken: repair or delete it there',
  'symref-on-target': 'it is a symbolic ref on the target: a change would change the branch to which it points',
  'behind-symref-on-target': 'only the target has it, but a symbolic ref on the target points to it',
  'perhaps-symref-on-target':
    'it may be a symbolic ref on the target (the server does not say): a deletion could delete the branch to which it points',
  'default-branch-not-told':
    'only the target has it, and the target does not tell for certain which branch is its default branch, so nothing is deleted: make its HEAD name a branch that exists',
  'told-differently': 'only the target has it, and lists it differently to a push and to a fetch, so it is not deleted',
  'not-asked': 'only the target has it; the run could not find out whether it may be deleted',
  'not-merged': "only the target has it, and it is not merged into the source's default branch",
  'unknown-object': 'only the target has it, and the source does not know its commits',
  'not-a-commit': 'only the target has it, and it points to no commit',
};

const UNKNOWN_TAG =
  'the target has another tag here, which the source does not have; with keep-divergent-refs the ref is left unchanged';

const DIVERGED: Readonly<Record<DivergeReason, string>> = {
  'not-ancestor':
    'the target has commits here that the ref of the source does not contain; with keep-divergent-refs the ref is left unchanged',
  'unknown-object':
    'the target has commits here that the source does not have; with keep-divergent-refs the ref is left unchanged',
};

const DELETED: Readonly<Record<DeleteReason, string>> = {
  merged: "gone from the source, and merged into the source's default branch",
  'prune-always': 'gone from the source',
};

const BLOCKED: Readonly<Record<BlockReason, (by: string) => string>> = {
  'name-conflict': (by) => `it cannot exist beside ${by}, which stays on the target: delete or rename that ref there`,
  'broken-on-target': () => 'the target has a broken ref of this name: repair or delete it there',
  'not-told': () =>
    'the source could not tell whether the target has commits here that it lacks, so with keep-divergent-refs the ref is left unchanged: repair the source (`git fsck` there shows what is missing)',
  'symref-on-target': (by) =>
    `it is a symbolic ref to ${by} on the target, and a push to it would change ${by}: ` +
    'delete the symbolic ref there (`git symbolic-ref --delete`), or exclude this ref from the mirror',
};

/** Explains a decision, where that needs saying. */
export function decisionReason(decision: Decision): RefReason | undefined {
  switch (decision.kind) {
    case 'keep':
      return { message: KEPT[decision.reason], code: decision.reason };
    case 'diverged':
      return { message: divergedMessage(decision), code: decision.reason };
    case 'delete':
      return { message: DELETED[decision.reason], code: decision.reason };
    case 'blocked':
      return { message: BLOCKED[decision.reason](printableName(decision.by)), code: decision.reason };
    default:
      return undefined;
  }
}

function divergedMessage({ ref, reason }: Extract<Decision, { kind: 'diverged' }>): string {
  return reason === 'unknown-object' && isTag(ref) ? UNKNOWN_TAG : DIVERGED[reason];
}

/** Explains why a change did not come about. */
export function verdictReason(verdict: Exclude<Verdict, { kind: 'accepted' }>): RefReason {
  switch (verdict.kind) {
    case 'withheld':
      return { message: verdict.message, code: verdict.code };
    case 'untried':
      return UNTRIED;
    case 'failed':
      return FAILED[verdict.end](verdict.detail);
    default:
      return refusalReason(verdict);
  }
}

function refusalReason(verdict: Extract<Verdict, { kind: 'refused' | 'overtaken' }>): RefReason {
  const { kind, reason, rule } = verdict;
  if (kind === 'overtaken' && (rule === undefined || rule.id === 'race')) {
    return {
      message: `somebody else changed it at the same time, again and again (${reason}). Run the mirror again.`,
      code: 'race',
    };
  }
  const said =
    kind === 'overtaken' || verdict.said.length === 0
      ? ''
      : ` (${verdict.said.map((line) => printableLine(line)).join(' ')})`;
  const meaning = rule === undefined ? '' : ` ${rule.meaning} ${rule.remedy}`;
  return { message: `the target refuses it: ${sentence(reason + said)}${meaning}`, code: rule?.id ?? 'refused' };
}

/** For a change that was pushed only together with others. */
const UNTRIED: RefReason = {
  message:
    'it was pushed only together with others, some of which were refused or failed, and the time to find out which (`isolation-timeout`) was over before it was tried without them. The next run begins with other refs: run the mirror again, or raise `isolation-timeout`.',
  code: 'not-tried',
};

/** For a change at which one end fails. */
const FAILED: Readonly<Record<'source' | 'target', (detail: string) => RefReason>> = {
  source: (detail) => ({
    message: `the source does not give what this ref needs: ${sentence(detail)} Repair the source (\`git fsck\` there shows what is missing), or exclude the ref.`,
    code: 'not-given',
  }),
  target: (detail) => ({
    message: `the push of this ref fails at the target, even where it is pushed alone: ${sentence(detail)} Look at the log of the target's server, or exclude the ref.`,
    code: 'no-result',
  }),
};

/** For a change that no push was begun for, because an error ended the round. */
export const NOT_REACHED: RefReason = {
  message: 'the run broke off before this ref was pushed. Run the mirror again.',
  code: 'not-reached',
};

/** For a change whose push has begun and has no verdict. */
export const IN_DOUBT: RefReason = {
  message: 'the push broke off before the target reported the result for this ref. Run the mirror again.',
  code: 'in-doubt',
};

/** For a change that no push was begun for, because somebody stopped the run. */
export const STOPPED: RefReason = {
  message: 'the run was stopped before this ref was pushed. Run the mirror again.',
  code: 'stopped',
};

/** For a change whose push somebody stopped: the target may have made it. */
export const STOPPED_IN_DOUBT: RefReason = {
  message:
    'the run was stopped while this ref was pushed, before the target reported the result: it may have been changed all the same. Run the mirror again.',
  code: 'stopped-in-doubt',
};

/** For such a change, if the target was read again, and has the ref as it was. */
export const NOT_CHANGED: RefReason = {
  message:
    'the push broke off before the target reported the result for this ref; when it was read again, the target had not changed it. Run the mirror again.',
  code: 'not-changed',
};

/** For such a change, if the target was read again, and has another object than it had and was to have. */
export const OVERTAKEN_IN_DOUBT: RefReason = {
  message:
    'the push broke off before the target reported the result for this ref; when it was read again, somebody else had changed it. Run the mirror again.',
  code: 'race',
};

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/** Both ends of a mirror. */
interface Ends {
  readonly source: End;
  readonly target: End;
}

/**
 * Explains a run that came to nothing: the words of a host are explained, where they are known.
 *
 * @param ends most refusals are about the target alone, and their explanations make no sense for the source
 */
export function failureError(failure: Error, { source, target }: Ends): RunError {
  const { message } = failure;
  if (failure instanceof ProtocolError) return { message, code: 'protocol' };
  if (!(failure instanceof RemoteError)) return { message, code: 'unexpected' };
  // A program of this machine may say what a server could: what to do is known already.
  if (failure.kind === 'program' && failure.remedy !== undefined) return { message, code: failure.kind };
  const isOfTarget = failure.location === target.location;
  const rule = explainRejection(failure.detail, [], (isOfTarget ? target : source).place);
  const isFit = rule?.isRace !== true && (rule?.isOfReading === true || isOfTarget);
  if (rule === undefined || !isFit) return { message, code: failure.kind };
  const explained = `${failure.location}: ${sentence(failure.detail)} ${rule.meaning} ${rule.remedy}`;
  const isHinted = rule.isVague === true && failure.hint !== undefined;
  return { message: isHinted ? `${explained} ${failure.hint}` : explained, code: rule.id };
}

/** Names the refs that a run left behind. */
export function shortfallError(diverged: readonly string[], rejected: readonly string[]): RunError | undefined {
  const sentences = [
    ...(diverged.length === 0
      ? []
      : [`Some refs have diverged and have not been updated on the target: ${namesOf(diverged)}.`]),
    ...(rejected.length === 0 ? [] : [`Some refs were rejected: ${namesOf(rejected)}.`]),
  ];
  if (sentences.length === 0) return undefined;
  return { message: sentences.join(' '), code: rejected.length > 0 ? 'refs-rejected' : 'refs-diverged' };
}

/** Names the refs in which a check found the target to differ. */
export function checkError(behind: readonly string[]): RunError | undefined {
  if (behind.length === 0) return undefined;
  const differ = behind.length === 1 ? 'one ref differs' : `${behind.length} refs differ`;
  return {
    message: `The target is not as it should be: ${differ} (${namesOf(behind)}). Run the mirror.`,
    code: 'behind',
  };
}

/** Tells since when a target is behind. */
export function lagReason({ commits, since }: Lag): RefReason {
  const time = since.toISOString().replace(/\.000Z$/, 'Z');
  const count = commits === 1 ? '1 commit' : `${commits} commits`;
  return { message: `behind by ${count}, the oldest of ${time}`, code: 'behind' };
}
