import { PushWords } from '../hosts/push-words.js';
import { Explainer, type Explanation } from '../hosts/rejection.js';
import { RemoteError } from '../protocol/errors.js';
import type { Place } from '../protocol/location.js';
import { printableLine } from '../protocol/printable.js';
import type { PushReport } from '../protocol/wire/push.js';
import type { Change } from './plan.js';

/** The outcome of one change. */
export type Verdict =
  | { readonly kind: 'accepted' }
  | RefusedVerdict
  | OvertakenVerdict
  /** One end failed at the change alone, in these words: the source to give its objects, or the target to answer. */
  | {
      readonly kind: 'failed';
      readonly end: 'source' | 'target';
      readonly detail: string;
      /** Another try may do better. */
      readonly isPassing: boolean;
    }
  /** Pushes of the change and others came to nothing, and the time was over before it was tried without them. */
  | { readonly kind: 'untried' }
  /** The change was not pushed, because the target lacks a Git LFS object that it needs, cannot do it, or only says that it does. */
  | { readonly kind: 'withheld'; readonly message: string; readonly code: 'lfs' | 'deletion' | 'not-moved' };

/** The target refuses the change, in these words. */
export interface RefusedVerdict {
  readonly kind: 'refused';
  readonly reason: string;
  /** Other lines of the target, as far as they may be about this ref. */
  readonly said: readonly string[];
  /** The target has answered for other refs of the push, but not for this one: it may have landed. */
  readonly isUnanswered?: boolean;
  /** The target's words name this ref. */
  readonly isNamed?: boolean;
  /** The rule that explains the words, where they are known. */
  readonly rule?: Explanation | undefined;
}

/** Somebody moved the ref, on the target or the source, since it was read; the target's words may also mean other trouble. */
export interface OvertakenVerdict {
  readonly kind: 'overtaken';
  readonly reason: string;
  /** Other lines of the target, as far as they may be about this ref; `undefined` where the target was not asked. */
  readonly said?: readonly string[] | undefined;
  readonly rule?: Explanation | undefined;
  /** The rule that explains the words if nobody moved the ref. */
  readonly ruleIfUnmoved?: Explanation | undefined;
}

export const ACCEPTED: Verdict = { kind: 'accepted' };

/** Verdict on a ref that the source has moved since it was read; see {@link SourceWatch}. */
export const OVERTAKEN: Verdict = { kind: 'overtaken', reason: 'it was moved on the source' };

export const UNTRIED: Verdict = { kind: 'untried' };

/** Verdict on a deletion at a target that does not advertise `delete-refs`. */
export const NO_DELETIONS: Verdict = {
  kind: 'withheld',
  message: "the target's server does not support deletions: delete the ref there yourself, or set `prune: never`.",
  code: 'deletion',
};

/** Verdict on a change that was made by the target's words, while a later reading found the ref as it was. */
export const ONLY_SAID = {
  kind: 'withheld',
  message:
    "the target reported that it was done, but when it was read again, it had not been done. Run the mirror again; if it happens every time, look at the log of the target's server.",
  code: 'not-moved',
} as const satisfies Verdict;

const MOST_LINES_IN_MESSAGE = 5;

/**
 * Reads the target's report on a push.
 *
 * @param said the lines that the target wrote for people meanwhile
 * @param place where the target is
 */
export function verdictsOf(
  changes: readonly Change[],
  report: PushReport,
  said: readonly string[],
  place?: Place,
): ReadonlyMap<string, Verdict> {
  const explainer = new Explainer();
  const words = { of: new PushWords(said, new Set(changes.map(({ ref }) => ref)), explainer), explainer, place };
  return new Map(changes.map(({ ref }) => [ref, verdictOn(ref, report, words)]));
}

/** The words of a target, what they mean, and where it is. */
interface PlacedWords {
  readonly of: PushWords;
  readonly explainer: Explainer;
  readonly place: Place | undefined;
}

function verdictOn(ref: string, report: PushReport, words: PlacedWords): Verdict {
  const status = report.statuses.get(ref);
  if (status === undefined)
    return {
      ...refusal(`the target reports no result for it (unpack: ${report.unpack})`, ref, words),
      isUnanswered: true,
    };
  if (status.accepted) return ACCEPTED;
  if (status.isInDoubt === true) return { ...refusal(status.reason, ref, words), isUnanswered: true };
  const reason = report.unpack === 'ok' ? status.reason : `${status.reason}: ${report.unpack}`;
  const { explainer, of, place } = words;
  const rule = explainer.rejection(reason);
  if (rule?.isRace !== true) return refusal(reason, ref, words);
  const said = of.about(ref, MOST_LINES_IN_MESSAGE);
  return { kind: 'overtaken', reason, said, rule, ruleIfUnmoved: explainer.unmoved(reason, said, place) };
}

function refusal(reason: string, ref: string, { of, explainer, place }: PlacedWords): RefusedVerdict {
  const said = of.about(ref, MOST_LINES_IN_MESSAGE);
  return { kind: 'refused', reason, said, isNamed: of.name(ref), rule: explainer.rejection(reason, said, place) };
}

/**
 * Turns the end of a connection into a refusal where the server has said so before. It will say so again.
 *
 * @param said the lines that the target wrote for people
 */
export function inServersWords(error: unknown, said: readonly string[]): unknown {
  if (!(error instanceof RemoteError) || !error.passing) return error;
  const explainer = new Explainer();
  const last = said.filter((line) => /^(?:fatal|error): /.test(line) && explainer.rejection('', [line]) !== undefined);
  if (last.length === 0) return error;
  const { location, message, remedy = '' } = error;
  return new RemoteError({
    kind: 'refused',
    location,
    detail: `the server says: ${last.map((line) => printableLine(line)).join(' ')}.`,
    remedy,
    cause: message,
  });
}
