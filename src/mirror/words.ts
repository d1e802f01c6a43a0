import { explainRejection } from '../hosts/rejection.js';
import { RemoteError } from '../protocol/errors.js';
import { printable } from '../protocol/printable.js';
import type { Lag } from './lag.js';
import type { Decision, KeepReason } from './plan.js';
import type { Fate } from './relay.js';

const KEPT: Readonly<Record<KeepReason, string>> = {
  'keep-divergent-refs': 'only the target has it; with keep-divergent-refs it is left alone',
  'prune-never': 'only the target has it; with prune: never it is left alone',
  'no-default-branch': 'only the target has it; the source has no default branch, so nothing is deleted',
  'clone-on-source':
    'only the target has it; the source is a clone, which need not have all that its origin has, so nothing is deleted',
  'default-branch-of-target':
    "only the target has it, but it is the target's default branch: choose another one there, then it is deleted",
  'symref-on-source': 'the name is a symbolic ref on the source, which is not mirrored',
  'symref-on-target': 'it is a symbolic ref on the target: a change would hit the branch behind it',
  'behind-symref-on-target': 'only the target has it, but a symbolic ref on the target stands for it',
  'perhaps-symref-on-target':
    'it may be a symbolic ref on the target, whose server does not say: a deletion could hit the branch behind it',
  'not-asked': 'only the target has it; whether it may be deleted could not be found out',
  'not-merged': "only the target has it, and it is not merged into the source's default branch",
  'unknown-object': 'only the target has it, and the source does not know its commits',
  'not-a-commit': 'only the target has it, and it points to no commit',
};

const DIVERGED = {
  'not-ancestor':
    'the target has commits here that the source has not built on; with keep-divergent-refs it is left alone',
  'unknown-object':
    'the target has commits here that the source does not know; with keep-divergent-refs it is left alone',
} as const;

/** What a user is told of a decision, where that needs saying. */
export function decisionMessage(decision: Decision): string | null {
  switch (decision.kind) {
    case 'keep':
      return KEPT[decision.reason];
    case 'diverged':
      return DIVERGED[decision.reason];
    case 'blocked':
      return `it cannot exist beside ${printable(decision.by)}, which stays on the target: delete or rename that one`;
    case 'delete':
      return decision.reason === 'merged'
        ? "gone from the source, and merged into the source's default branch"
        : 'gone from the source';
    default:
      return null;
  }
}

/** What a user is told of a change that did not come about. */
export function fateMessage(fate: Exclude<Fate, { kind: 'accepted' }>): string {
  if (fate.kind === 'overtaken') {
    const rule = explainRejection(fate.reason);
    return rule === undefined || rule.id === 'race'
      ? `somebody else changed it at the same time, again and again (${fate.reason}). Run the mirror again.`
      : `the target refuses it: ${sentence(fate.reason)} ${rule.meaning} ${rule.remedy}`;
  }
  if (fate.kind === 'withheld') return fate.message;
  const said = fate.said.length === 0 ? '' : ` (${fate.said.join(' ')})`;
  const rule = explainRejection(fate.reason, fate.said);
  const meaning = rule === undefined ? '' : ` ${rule.meaning} ${rule.remedy}`;
  return `the target refuses it: ${sentence(fate.reason + said)}${meaning}`;
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/**
 * What a user is told of a run that came to nothing: the words of a host are explained, where they are known.
 *
 * @param target its location: most refusals are about it alone, and their explanations make no sense elsewhere
 */
export function failureMessage(failure: Error, target: string): string {
  if (!(failure instanceof RemoteError)) return failure.message;
  const rule = explainRejection(failure.detail);
  const isFit = rule?.isRace !== true && (rule?.isOfReading === true || failure.location === target);
  if (rule === undefined || !isFit) return failure.message;
  const explained = `${failure.location}: ${sentence(failure.detail)} ${rule.meaning} ${rule.remedy}`;
  return rule.isVague === true && failure.hint !== undefined ? `${explained} ${failure.hint}` : explained;
}

/** The sentence for a run in which refs were left behind. */
export function failureSummary(diverged: readonly string[], rejected: readonly string[]): string | null {
  const sentences = [
    ...(diverged.length === 0
      ? []
      : [`Some refs have diverged and have not been updated on the target: ${names(diverged)}.`]),
    ...(rejected.length === 0 ? [] : [`Some refs were rejected: ${names(rejected)}.`]),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** The sentence for a check that found the target not to be as it should be. */
export function checkSummary(behind: readonly string[]): string | null {
  if (behind.length === 0) return null;
  const differ = behind.length === 1 ? 'one ref differs' : `${behind.length} refs differ`;
  return `The mirror is not as the source is: ${differ} (${names(behind)}). Run the mirror.`;
}

/** What a user is told of a source that is a clone and lacks branches. */
export function cloneNotice(lacking: readonly string[]): string {
  const what = lacking.length === 1 ? 'a branch' : `${lacking.length} branches`;
  return (
    `The source is a clone, and ${what} of its origin (${names(lacking)}) it does not have as its own: not mirrored. ` +
    'Give the URL that it was cloned from, or a clone made with `git clone --mirror`.'
  );
}

/** Since when a target is behind. */
export function lagMessage({ commits, since }: Lag): string {
  const time = since.toISOString().replace(/\.000Z$/, 'Z');
  return `behind by ${commits === 1 ? '1 commit' : `${commits} commits`}, the oldest of ${time}`;
}

const MOST_NAMES = 20;

function names(refs: readonly string[]): string {
  const shown = refs.slice(0, MOST_NAMES).map((ref) => printable(ref));
  const more = refs.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
