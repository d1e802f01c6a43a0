import { ProtocolError, RemoteError } from '../protocol/errors.js';
import { printableName } from '../protocol/printable.js';
import type { Head } from '../protocol/wire/head.js';
import { BRANCHES, isBranch } from '../protocol/wire/ref-name.js';
import type { RefResult } from './outcome.js';
import type { HeadPort, MirrorPorts, MirrorSettings } from './ports.js';
import type { RoundRecord } from './results.js';

/** Time in which a host that chooses a default branch by itself, after a first push, has done so. */
const HOST_CHOOSES_MS = 2000;

/**
 * Looks after the target's default branch once the refs are mirrored: makes it that of the source where HEAD names a
 * branch that does not exist, or one that is deleted as soon as HEAD names another. HEAD is asked for only if the run may
 * have changed what it names, or if nothing is sent for that.
 *
 * @returns sentences that a user should know; trouble with HEAD never fails a run
 */
export async function tendHead(
  refs: readonly RefResult[],
  { rounds, failure }: { readonly rounds: readonly RoundRecord[]; readonly failure?: unknown },
  { policy }: MirrorSettings,
  ports: MirrorPorts,
): Promise<string[]> {
  const { head, log, signal } = ports;
  const round = rounds.at(-1);
  if (head === undefined || round === undefined || failure !== undefined) return [];
  const former = refs.find(({ code }) => code === 'default-branch-of-target')?.ref;
  try {
    if (former === undefined) return await tendUnborn(refs, round, head, ports);
    const wanted = branchesOnTarget(refs).find((ref) => ref === round.defaultBranch);
    // A branch that the source does not hold may be there on purpose: `prune: always` does not ask whether it does.
    return policy.prune === 'merged' && wanted !== undefined ? await replaceFormer(former, wanted, head) : [];
  } catch (error) {
    if (!isTrouble(error) && !signal.aborted) throw error;
    log.debug(`HEAD of the target is not known: ${String(error)}`);
    return [];
  }
}

async function tendUnborn(
  refs: readonly RefResult[],
  round: RoundRecord,
  head: HeadPort,
  ports: MirrorPorts,
): Promise<string[]> {
  const found = await look(refs, round, head);
  const present = branchesOnTarget(refs);
  const wanted = present.find((ref) => ref === round.defaultBranch);
  const example = wanted ?? present[0];
  if (found?.kind !== 'unborn' || example === undefined) return [];
  const why = await replaceUnborn(wanted, example, head);
  if (why !== undefined && refs.some(isNewBranch) && (await isChosenByHost(head, ports))) return [];
  return [unbornNotice(found, example, why)];
}

/** @returns `undefined` where nothing is known, because no change of this run can have left HEAD without a branch */
async function look(refs: readonly RefResult[], round: RoundRecord, head: HeadPort): Promise<Head | undefined> {
  if (head.isAtHand) return head.read();
  const created = refs.filter(isNewBranch).map(({ ref }) => ref);
  if (created.length === 0 || (round.head !== undefined && round.head.kind !== 'unborn')) return round.head;
  const isFirst = !refs.some(({ ref, old }) => isBranch(ref) && old !== null);
  const isDue = isFirst || round.head !== undefined || created.includes(round.defaultBranch ?? '');
  return isDue ? head.read() : undefined;
}

/** @returns the reason for which HEAD still names nothing, with what to do; `undefined` where it was changed */
async function replaceUnborn(
  wanted: string | undefined,
  example: string,
  { write, byHand }: HeadPort,
): Promise<string | undefined> {
  if (wanted === undefined) {
    return `The source's default branch is not on the target: mirror that branch, or ${byHand(example)}.`;
  }
  if (write === undefined) return `To make ${shortName(wanted)} the default branch, ${byHand(wanted)}.`;
  return failureOf(write(wanted));
}

function unbornNotice({ branch }: Extract<Head, { kind: 'unborn' }>, wanted: string, why: string | undefined): string {
  const named = branch === undefined ? '' : ` (${shortName(branch)})`;
  return why === undefined
    ? `The HEAD of the target named a branch that does not exist there${named}: the default branch is now ${shortName(wanted)}, as on the source.`
    : `The HEAD of the target names a branch that does not exist there${named}, so a clone of it checks nothing out. ${why}`;
}

async function replaceFormer(former: string, wanted: string, { write }: HeadPort): Promise<string[]> {
  // Where it cannot be done from here, the message of the ref says what to do.
  if (write === undefined) return [];
  const why = await failureOf(write(wanted));
  const [old, now] = [shortName(former), shortName(wanted)];
  return why === undefined
    ? [
        `The source no longer has the branch ${old}, which was the default branch of the target: that is now ${now}, as on the source. The next run deletes ${old} there.`,
      ]
    : [`The source no longer has the branch ${old}, which is the default branch of the target. ${why}`];
}

async function failureOf(attempt: Promise<void>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof RemoteError) return error.message;
    throw error;
  }
}

/** Looks again at a host that makes the first branch its default branch, but not before the push has ended. */
async function isChosenByHost(head: HeadPort, { clock, signal }: MirrorPorts): Promise<boolean> {
  if (head.isAtHand) return false;
  await clock.sleep(HOST_CHOOSES_MS, signal);
  return (await head.read()).kind !== 'unborn';
}

function isNewBranch({ ref, outcome }: RefResult): boolean {
  return isBranch(ref) && outcome === 'created';
}

function branchesOnTarget(refs: readonly RefResult[]): string[] {
  const isThere = ({ outcome, old }: RefResult): boolean =>
    outcome !== 'deleted' && (old !== null || outcome === 'created');
  return refs.filter((result) => isBranch(result.ref) && isThere(result)).map(({ ref }) => ref);
}

function isTrouble(error: unknown): boolean {
  return error instanceof RemoteError || error instanceof ProtocolError;
}

function shortName(branch: string): string {
  return printableName(branch.slice(BRANCHES.length), 300);
}
