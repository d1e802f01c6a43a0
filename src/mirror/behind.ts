import { RUN_LIMITS } from '../protocol/limits/run.js';
import { inSlices, type SlicedWork } from '../protocol/turns.js';
import type { TargetSnapshot } from '../repositories/refs.js';
import type { Ancestry } from './ancestry.js';
import { havesFor } from './haves.js';
import type { Inquiry } from './inquiry.js';
import { Missing, type Lag } from './lag.js';
import { tipsOf, type Change, type Comparison, type MergeState, type Relation } from './plan.js';

/** A megabyte in a request. */
const MOST_HAVES = 20_000;

/**
 * Asks since when the target is behind, as far as the source can tell: by objects that the source does not know itself
 * it cannot say what the target has.
 */
export async function askLags(
  changes: readonly Change[],
  comparison: Comparison,
  inquiry: Inquiry,
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, Lag>> {
  const haves = allHaves(changes, comparison.target, comparison.source.defaultBranch);
  if (haves.length > MOST_HAVES) return new Map();
  const relations = await inquiry.relations;
  const merges = await inquiry.merges.catch(() => new Map<string, MergeState>());
  const unknown = unknownOnSource(comparison, relations, merges);
  const missing = new Missing(await ancestry.missing(tipsOf(changes), haves));
  return inSlices(lagsOf(changes, missing, unknown));
}

function* lagsOf(
  changes: readonly Change[],
  missing: Missing,
  unknown: ReadonlySet<string>,
): SlicedWork<ReadonlyMap<string, Lag>> {
  const lags = new Map<string, Lag>();
  for (const change of changes) {
    if (change.kind === 'delete' || unknown.has(change.ref)) continue;
    if (missing.steps > RUN_LIMITS.lagSteps.value) break;
    const lag = missing.lagOf(change.new);
    yield;
    const isSure = unknown.size === 0 || lag?.goesToTheBeginning !== true;
    if (lag !== undefined && isSure) lags.set(change.ref, { commits: lag.commits, since: lag.since });
  }
  return lags;
}

function allHaves(
  changes: readonly Change[],
  { refs }: TargetSnapshot,
  defaultBranch: string | undefined,
): readonly string[] {
  return [...new Set([...havesFor(changes, { refs, defaultBranch }), ...refs.values()])];
}

/** The refs, among those that differ, whose object on the target the source does not know. */
function unknownOnSource(
  { changed, targetOnly }: Comparison,
  relations: ReadonlyMap<string, Relation>,
  merges: ReadonlyMap<string, MergeState>,
): ReadonlySet<string> {
  const isUnknown = (answer: Relation | MergeState | undefined): boolean =>
    answer === undefined || answer === 'unknown-object';
  return new Set([
    ...changed.filter(({ ref }) => isUnknown(relations.get(ref))).map(({ ref }) => ref),
    ...targetOnly.filter(({ ref }) => isUnknown(merges.get(ref))).map(({ ref }) => ref),
  ]);
}
