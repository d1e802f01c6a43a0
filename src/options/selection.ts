import { Problem } from '../protocol/problem.js';
import { isBranch, isTag, shortName } from '../protocol/wire/ref-name.js';

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

/** The selection that the rules ask for. */
export function selection(rules: SelectionRules, compile = noRegex): Selection {
  const selectsBranch =
    rules.mirrorBranchRegex === undefined ? patternMatcher(rules.branches) : compile(rules.mirrorBranchRegex);
  const selectsTag = patternMatcher(rules.tags);
  return (ref) => (isBranch(ref) && selectsBranch(shortName(ref))) || (isTag(ref) && selectsTag(shortName(ref)));
}

/** Narrows a selection to branches that match a pattern; without a pattern no branch is left. */
export function onlyBranches(select: Selection, allowed: readonly string[]): Selection {
  // A host may list every branch of many.
  const names = new Set(allowed);
  const matches = allowed.filter((pattern) => pattern.includes('*')).map(matcherOf);
  const isAllowed = (name: string): boolean => names.has(name) || matches.some((matching) => matching(name));
  return (ref) => select(ref) && (!isBranch(ref) || isAllowed(shortName(ref)));
}

/** @throws {Problem} for a pattern that can match nothing */
export function checkPattern(pattern: string): void {
  if (pattern === '!') throw new Problem('excludes nothing: a pattern must follow the "!"');
  if (/^!?refs\/(?:heads|tags)\//.test(pattern)) {
    throw new Problem('begins with "refs/": patterns match the short name, as in "main" or "release/*"');
  }
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

function patternMatcher(list: readonly string[]): (name: string) => boolean {
  const included = list.filter((pattern) => !pattern.startsWith('!')).map(matcherOf);
  const excluded = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => matcherOf(pattern.slice(1)));
  return (name) =>
    (included.length === 0 || included.some((matches) => matches(name))) && !excluded.some((matches) => matches(name));
}

/** Matches a whole name by a pattern, in time that grows only with their lengths. */
function matcherOf(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    const end = name.length - last.length;
    if (!name.startsWith(first) || !name.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
