import { isError, ProtocolError, RemoteError, type RemoteErrorKind } from '../protocol/errors.js';
import type { Change } from './plan.js';
import type { Verdict } from './verdict.js';

/** The end at which a push failed. */
export type End = 'source' | 'target';

/** One end failed: the source did not give what the changes need, or the target gave no answer. */
export interface FailedAttempt {
  readonly kind: 'failed';
  readonly end: End;
  readonly error: RemoteError | ProtocolError;
  /** Refs whose object the error names. */
  readonly named: ReadonlySet<string>;
}

/** Result of pushing some changes. */
export type Attempt =
  /** Each has its own verdict. */
  | { readonly kind: 'answered'; readonly verdicts: ReadonlyMap<string, Verdict> }
  /** The target refused all of them, perhaps for the sake of some. */
  | {
      readonly kind: 'refused';
      readonly verdicts: ReadonlyMap<string, Verdict>;
      /** Refs that the target's words name, or for which it has a reason of their own. */
      readonly named: ReadonlySet<string>;
    }
  | FailedAttempt;

/** Judges the target's answer to a push. */
export function attemptOf(verdicts: ReadonlyMap<string, Verdict>): Attempt {
  const byReason = new Map<string, string[]>();
  for (const [ref, verdict] of verdicts) {
    if (verdict.kind === 'overtaken') continue;
    if (verdict.kind !== 'refused') return { kind: 'answered', verdicts };
    if (verdict.rule?.isOfAll === true) return { kind: 'answered', verdicts };
    const refs = byReason.get(verdict.reason);
    if (refs === undefined) byReason.set(verdict.reason, [ref]);
    else refs.push(ref);
  }
  const common = [...byReason.values()].reduce((most, refs) => (refs.length > most.length ? refs : most), []);
  const refused = [...byReason.values()].flat();
  const isOfEach = refused.length > 2 && common.length === 1;
  if (refused.length === 0 || isOfEach) return { kind: 'answered', verdicts };
  const collateral = new Set(common);
  const isNamed = (ref: string): boolean => {
    const verdict = verdicts.get(ref);
    return !collateral.has(ref) || (verdict?.kind === 'refused' && verdict.isNamed === true);
  };
  return { kind: 'refused', verdicts, named: new Set(refused.filter(isNamed)) };
}

/** Trouble that may be about some of the changes only; all other is about the server, the way to it or the credentials. */
const PERHAPS_OF_SOME: Readonly<Record<End, ReadonlySet<RemoteErrorKind>>> = {
  source: new Set(['refused', 'incomplete', 'interrupted', 'http-status', 'ssh']),
  target: new Set(['refused', 'interrupted', 'silent', 'http-status', 'ssh', 'too-large']),
};

/** The facts by which an error is judged. */
export interface FailureFacts {
  readonly changes: readonly Change[];
  readonly source: string;
  readonly target: string;
}

/** @returns `undefined` for an error that no smaller push would avoid */
export function failureOf(error: unknown, facts: FailureFacts): FailedAttempt | undefined {
  if (!isError(error) || !(error instanceof RemoteError || error instanceof ProtocolError)) return undefined;
  const end = endOf(error.location, facts);
  if (end === undefined) return undefined;
  if (error instanceof RemoteError && !PERHAPS_OF_SOME[end].has(error.kind)) return undefined;
  return { kind: 'failed', end, error, named: namedBy(error.message, facts.changes) };
}

function endOf(location: string, { source, target }: FailureFacts): End | undefined {
  if (location === source) return 'source';
  return location === target ? 'target' : undefined;
}

const OBJECT_ID = /\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b/g;

function namedBy(words: string, changes: readonly Change[]): ReadonlySet<string> {
  const ids = new Set(words.match(OBJECT_ID));
  return new Set(changes.flatMap((change) => (change.kind !== 'delete' && ids.has(change.new) ? [change.ref] : [])));
}
