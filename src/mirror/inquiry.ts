import { inParts } from '../protocol/in-parts.js';
import type { ObjectId } from '../protocol/wire/object-format.js';
import { isTag } from '../protocol/wire/ref-name.js';
import type { TargetDetails } from '../repositories/refs.js';
import type { Ancestry, Peeled } from './ancestry.js';
import {
  deletionCandidates,
  needsTargetDetails,
  type ChangedPair,
  type Comparison,
  type MergeState,
  type Relation,
  type TargetOnlyPair,
} from './plan.js';

/** The answers that the plan or the report needs, on their way. A failed one is no failure until it is awaited. */
export interface Inquiry {
  readonly details: Promise<TargetDetails | undefined>;
  readonly relations: Promise<ReadonlyMap<string, Relation>>;
  readonly merges: Promise<ReadonlyMap<string, MergeState>>;
}

export const NOTHING_ASKED: Inquiry = {
  details: Promise.resolve(undefined),
  relations: Promise.resolve(noRelations()),
  merges: Promise.resolve(new Map()),
};

/**
 * Sends the questions that the plan or the report needs answered, side by side.
 *
 * @param askDetails asks the target for what its refs alone do not tell
 */
export function inquire(comparison: Comparison, ancestry: Ancestry, askDetails: () => Promise<TargetDetails>): Inquiry {
  const { source, policy } = comparison;
  const candidates = policy.prune === 'merged' ? deletionCandidates(comparison) : [];
  const details: Inquiry['details'] = needsTargetDetails(comparison) ? askDetails() : Promise.resolve(undefined);
  const tip = source.refs.get(source.defaultBranch ?? '')?.id;
  const inquiry: Inquiry = {
    details,
    relations: askRelations(comparison.changed, details, ancestry),
    merges: tip === undefined ? Promise.resolve(new Map()) : askMerges(candidates, tip, details, ancestry),
  };
  for (const answer of Object.values(inquiry) as Promise<unknown>[]) answer.catch(() => undefined);
  return inquiry;
}

async function askRelations(
  changed: readonly ChangedPair[],
  details: Inquiry['details'],
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, Relation>> {
  const tags = changed.filter(({ ref }) => isTag(ref));
  const [branches, others] = await Promise.all([
    relationsInParts(
      changed.filter(({ ref }) => !isTag(ref)),
      ancestry,
    ),
    tags.length === 0
      ? new Map<string, Relation>()
      : details.then((known) => relationsInParts(withPeeledOld(tags, known?.peeled), ancestry)),
  ]);
  return new Map([...branches, ...others]);
}

/** Asks in parts where the source cannot answer for all: a pair of which it cannot tell has no relation. */
async function relationsInParts(
  pairs: readonly (ChangedPair & Peeled)[],
  ancestry: Ancestry,
): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  await inParts(pairs, async (part) => {
    for (const [ref, relation] of await ancestry.relations(part)) relations.set(ref, relation);
  });
  return relations;
}

async function askMerges(
  candidates: readonly TargetOnlyPair[],
  defaultTip: ObjectId,
  details: Inquiry['details'],
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, MergeState>> {
  const peeled = candidates.some(({ ref }) => isTag(ref)) ? (await details)?.peeled : undefined;
  return ancestry.merges(withPeeledOld(candidates, peeled), defaultTip);
}

/** The pairs with the target's annotated tags peeled, and the tag objects themselves beside them. */
function withPeeledOld<P extends TargetOnlyPair>(
  pairs: readonly P[],
  peeled: ReadonlyMap<string, ObjectId> | undefined,
): (P & Peeled)[] {
  return pairs.map((pair) => {
    const old = peeled?.get(pair.ref);
    return old === undefined ? pair : { ...pair, old, tag: pair.old };
  });
}

/** The relations where nobody could tell them. */
export function noRelations(): ReadonlyMap<string, Relation> {
  return new Map();
}
