import type { Policy } from '../options/policy.js';
import { isQuoted, unmatched } from '../options/patterns.js';
import { printableName } from '../protocol/printable.js';
import { BRANCHES, isBranch, isTag, shortName } from '../protocol/wire/ref-name.js';
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
  source: SourceSnapshot,
  target: TargetSnapshot,
  { select, patterns }: Policy,
  protectedOnes: readonly string[] | undefined,
): string[] {
  const { refs, clone, broken } = source;
  const branches = [...refs.keys()].filter(isBranch);
  const lacking = clone?.lacking.filter((name) => select(BRANCHES + name)) ?? [];
  return [
    ...(branches.some((ref) => select(ref)) ? [] : nothingMirrored(branches, protectedOnes)),
    ...(patterns === undefined ? [] : unmatchedNotices(source, patterns)),
    ...(lacking.length > 0 ? [cloneNotice(lacking)] : []),
    ...brokenNotice('source', [...(broken ?? [])].filter(select)),
    ...brokenNotice('target', [...(target.broken ?? [])].filter(select)),
  ];
}

function nothingMirrored(branches: readonly string[], protectedOnes: readonly string[] | undefined): string[] {
  if (protectedOnes !== undefined) return [NOTHING_PROTECTED];
  return branches.length > 0 ? [NOTHING_SELECTED] : [];
}

const MOST_PATTERNS = 10;
const QUOTES = ' The quotes are a part of it: leave them out, or use double quotes where the shell is cmd.exe.';
const LITERAL = ' Only `*` and a leading `!` have a meaning in a pattern: everything else is a part of the name.';

/** Names the patterns for which the source has nothing, as one of them may be misspelled. */
function unmatchedNotices(
  { refs, symrefs, broken }: SourceSnapshot,
  { branches, tags }: NonNullable<Policy['patterns']>,
): string[] {
  const all = [...refs.keys(), ...symrefs.keys(), ...(broken ?? [])];
  return [
    ...unmatchedNotice('branch', branches, () => all.filter(isBranch)),
    ...unmatchedNotice('tag', tags, () => all.filter(isTag)),
  ];
}

function unmatchedNotice(kind: string, patterns: readonly string[], refs: () => readonly string[]): string[] {
  const names = patterns.length === 0 ? [] : refs().map(shortName);
  // Whoever has no tags yet knows it.
  const left = names.length === 0 ? [] : unmatched(patterns, names);
  if (left.length === 0) return [];
  const shown = left.slice(0, MOST_PATTERNS).map((pattern) => `"${printableName(pattern, 100)}"`);
  const more = left.length > shown.length ? ` and ${left.length - shown.length} more` : '';
  const named = shown.join(', ') + more;
  const sentence =
    left.length === 1
      ? `The pattern ${named} matches no ${kind} of the source.`
      : `The patterns ${named} match no ${kind} of the source.`;
  return [sentence + remarkOn(left)];
}

function remarkOn(patterns: readonly string[]): string {
  if (patterns.some(isQuoted)) return QUOTES;
  return patterns.some((pattern) => /[?[\]{}]/.test(pattern)) ? LITERAL : '';
}

/** Reports whether a notice tells of patterns that match nothing: many a list has some that are for branches to come. */
export function isOnPatterns(notice: string): boolean {
  return /^The patterns? "/.test(notice);
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
