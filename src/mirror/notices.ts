import type { Policy } from '../options/policy.js';
import { BRANCHES, isBranch } from '../protocol/wire/ref-name.js';
import type { SourceSnapshot, TargetSnapshot } from '../repositories/refs.js';
import { namesOf } from './names.js';

const NOTHING_SELECTED = 'None of the branches of the source is selected, so no branch is mirrored.';
const NOTHING_PROTECTED = 'No branch of the source is protected (and selected), so no branch is mirrored.';

/**
 * Tells what a user should know of both ends, though the run goes on.
 *
 * @param protectedOnes set where only protected branches are mirrored
 */
export function noticesOn(
  { refs, clone, broken }: SourceSnapshot,
  target: TargetSnapshot,
  { select }: Policy,
  protectedOnes: readonly string[] | undefined,
): string[] {
  const branches = [...refs.keys()].filter(isBranch);
  const lacking = clone?.lacking.filter((name) => select(BRANCHES + name)) ?? [];
  return [
    ...(branches.some((ref) => select(ref)) ? [] : nothingMirrored(branches, protectedOnes)),
    ...(lacking.length > 0 ? [cloneNotice(lacking)] : []),
    ...brokenNotice('source', [...(broken ?? [])].filter(select)),
    ...brokenNotice('target', [...(target.broken ?? [])].filter(select)),
  ];
}

function nothingMirrored(branches: readonly string[], protectedOnes: readonly string[] | undefined): string[] {
  if (protectedOnes !== undefined) return [NOTHING_PROTECTED];
  return branches.length > 0 ? [NOTHING_SELECTED] : [];
}

function brokenNotice(end: 'source' | 'target', names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const [what, them] = names.length === 1 ? ['a broken ref', 'it'] : [`${names.length} broken refs`, 'them'];
  return [
    `The ${end} has ${what} (${namesOf(names)}): refs of such a name are neither pushed nor deleted. ` +
      `Repair or delete ${them} on the ${end}.`,
  ];
}

/** Warns of a source that is a clone and lacks branches. */
function cloneNotice(lacking: readonly string[]): string {
  const what = lacking.length === 1 ? 'a branch' : `${lacking.length} branches`;
  return (
    `The source is a clone that lacks ${what} of its origin (${namesOf(lacking)}): not mirrored. ` +
    'Give the URL of the origin as the source, or a clone made with `git clone --mirror`.'
  );
}
