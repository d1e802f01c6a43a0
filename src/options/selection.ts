import { Problem } from '../protocol/problem.js';
import { trimEndOf } from '../protocol/trim.js';
import { isBranch, isTag, shortName } from '../protocol/wire/ref-name.js';
import { matcherOf, patternMatcher } from './patterns.js';

/** Tells whether a ref is to be mirrored. */
export type Selection = (ref: string) => boolean;

/** Compiles an expression of RE2 into a search in a name; throws for an expression that RE2 does not take. */
export type RegexCompiler = (expression: string) => (name: string) => boolean;

/** Rules by which a user selects; patterns are those of the inputs `branches` and `tags`. */
export interface SelectionRules {
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  /** RE2 syntax, found anywhere in the branch's name, as GitLab's setting of that name. */
  readonly mirrorBranchRegex?: string | undefined;
}

/** GitLab's limit for the setting of that name. */
const LONGEST_REGEX = 255;

/** Loads RE2, which is larger than all that a run without an expression loads. */
export async function regexCompiler(isNeeded: boolean): Promise<RegexCompiler> {
  if (!isNeeded) return noRegex;
  const { RE2JS } = await import('re2js');
  return (expression) => {
    const compiled = RE2JS.compile(expression);
    return (name) => compiled.matcher(name).find();
  };
}

/** Stands in for RE2 where no expression is given. */
export const noRegex: RegexCompiler = () => {
  throw new TypeError('RE2 was not loaded');
};

/**
 * The selection that the rules ask for.
 *
 * @param passing beginning of the names of branches that are left out, unless the rules name it
 */
export function selection(rules: SelectionRules, compile = noRegex, passing?: string): Selection {
  const { branches, mirrorBranchRegex } = rules;
  const isMeant = mirrorBranchRegex === undefined ? patternMatcher(branches) : compile(mirrorBranchRegex);
  const isPassing = passing === undefined || namesPassing(rules, passing) ? never : startingWith(passing);
  const selectsTag = patternMatcher(rules.tags);
  return (ref) => {
    const name = shortName(ref);
    return (isBranch(ref) && isMeant(name) && !isPassing(name)) || (isTag(ref) && selectsTag(name));
  };
}

/** A pattern begins with the namespace; an expression may have it anywhere. */
function namesPassing({ branches, mirrorBranchRegex = '' }: SelectionRules, passing: string): boolean {
  const namespace = trimEndOf(passing, '/');
  return branches.some((pattern) => pattern.startsWith(namespace)) || mirrorBranchRegex.includes(namespace);
}

const never = (): boolean => false;
const startingWith =
  (beginning: string) =>
  (name: string): boolean =>
    name.startsWith(beginning);

/** Narrows a selection to branches that match a pattern; without a pattern no branch is left. */
export function onlyBranches(select: Selection, allowed: readonly string[]): Selection {
  // A host may list every branch of many.
  const names = new Set(allowed);
  const matches = allowed.filter((pattern) => pattern.includes('*')).map(matcherOf);
  const isAllowed = (name: string): boolean => names.has(name) || matches.some((matching) => matching(name));
  return (ref) => select(ref) && (!isBranch(ref) || isAllowed(shortName(ref)));
}

/** @throws {Problem} for an expression that RE2 does not take */
export function checkRegex(expression: string, compile: RegexCompiler): void {
  if (expression.length > LONGEST_REGEX) throw new Problem(`is longer than ${LONGEST_REGEX} characters`);
  try {
    compile(expression);
  } catch (error) {
    throw new Problem(`is not an RE2 expression (${(error as Error).message})`);
  }
}
