import type { ObjectId } from '../protocol/wire/object-format.js';
import type { Ancestry, Candidate, Move } from './ancestry.js';
import { deletionCandidates, needsTargetDetails, type Comparison, type MergeState, type Relation } from './plan.js';
import { type Policy } from '../options/policy.js';
import { type SourceSnapshot, type TargetDetails, type TargetSnapshot } from '../repositories/refs.js';
import { isBranch, isTag } from '../protocol/wire/ref-name.js';

/** The answers that the plan or the report needs, on their way. A failed one is no failure until somebody waits for it. */
export interface Inquiry {
  readonly details: Promise<TargetDetails | undefined>;
  readonly relations: Promise<ReadonlyMap<string, Relation>>;
  readonly merges: Promise<ReadonlyMap<string, MergeState>>;
}

/** What is asked about, and who answers. */
export interface InquiryRequest {
  readonly source: SourceSnapshot;
  readonly target: TargetSnapshot;
  readonly comparison: Comparison;
  readonly policy: Policy;
  readonly ancestry: Ancestry;
  /** Asks the target for what its refs alone do not tell. */
  readonly details: () => Promise<TargetDetails>;
}

/** Sends the questions that the plan or the report needs answered, side by side. */
export function inquire(request: InquiryRequest): Inquiry {
  const { source, target, comparison, policy, ancestry } = request;
  const candidates = policy.prune === 'merged' ? deletionCandidates(comparison, source, policy) : [];
  const details: Inquiry['details'] = needsTargetDetails(comparison, source, target, policy)
    ? request.details()
    : Promise.resolve(undefined);
  const tip = source.refs.get(source.defaultBranch ?? '')?.id;
  const inquiry: Inquiry = {
    details,
    relations: relations(comparison, details, ancestry),
    merges: tip === undefined ? Promise.resolve(new Map()) : merges(candidates, tip, details, ancestry),
  };
  for (const answer of Object.values(inquiry) as Promise<unknown>[]) answer.catch(() => undefined);
  return inquiry;
}

async function relations(
  { changed }: Comparison,
  details: Inquiry['details'],
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, Relation>> {
  const ask = (some: Comparison['changed'], peeled?: ReadonlyMap<string, ObjectId>): Promise<Map<string, Relation>> =>
    ancestry.relations(
      some.map((one): Move => ({ ...one, old: peeled?.get(one.ref) ?? one.old, isCommit: isBranch(one.ref) })),
    );
  const tags = changed.filter(({ ref }) => isTag(ref));
  const [branches, others] = await Promise.all([
    ask(changed.filter(({ ref }) => !isTag(ref))),
    tags.length === 0 ? new Map<string, Relation>() : details.then((known) => ask(tags, known?.peeled)),
  ]);
  return new Map([...branches, ...others]);
}

async function merges(
  candidates: Comparison['targetOnly'],
  defaultTip: ObjectId,
  details: Inquiry['details'],
  ancestry: Ancestry,
): Promise<ReadonlyMap<string, MergeState>> {
  const peeled = candidates.some(({ ref }) => isTag(ref)) ? (await details)?.peeled : undefined;
  return ancestry.merges(
    candidates.map(({ ref, old }): Candidate => ({ ref, id: peeled?.get(ref) ?? old, isCommit: isBranch(ref) })),
    defaultTip,
  );
}

/** The relations where nobody could tell them. */
export function noRelations(): ReadonlyMap<string, Relation> {
  return new Map();
}
