import { isBranch, isTag, shortName } from '../protocol/wire/ref-name.js';

/** Says which refs a mirror is about. */
export type Selection = (ref: string) => boolean;

/** Compiles an expression of RE2 into what tells if it is found in a name; throws for what RE2 does not take. */
export type RegexCompiler = (expression: string) => (name: string) => boolean;

/** What a user selects by; patterns are those of the inputs `branches` and `tags`. */
export interface SelectionRules {
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  /** RE2 syntax, found anywhere in the branch's name, as GitLab's setting of that name. */
  readonly mirrorBranchRegex?: string | undefined;
}

/** Why a rule is none: a clause that follows the rule itself. */
export class SelectionProblem extends Error {}

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
    rules.mirrorBranchRegex === undefined ? patterns(rules.branches) : compile(rules.mirrorBranchRegex);
  const selectsTag = patterns(rules.tags);
  return (ref) => (isBranch(ref) && selectsBranch(shortName(ref))) || (isTag(ref) && selectsTag(shortName(ref)));
}

/** The selection without those branches that match none of the patterns; not one of them if there is no pattern. */
export function onlyBranches(select: Selection, allowed: readonly string[]): Selection {
  const matches = allowed.map(anchored);
  return (ref) => select(ref) && (!isBranch(ref) || matches.some((matching) => matching(shortName(ref))));
}

/** @throws {SelectionProblem} for a pattern that can match nothing */
export function checkPattern(pattern: string): void {
  if (pattern === '!') throw new SelectionProblem('excludes nothing: a pattern must follow the "!"');
  if (/^!?refs\/(?:heads|tags)\//.test(pattern)) {
    throw new SelectionProblem('begins with "refs/": patterns match the short name, as in "main" or "release/*"');
  }
}

/** @throws {SelectionProblem} for an expression that RE2 does not take */
export function checkRegex(expression: string, compile: RegexCompiler): void {
  if (expression.length > LONGEST_REGEX) throw new SelectionProblem(`is longer than ${LONGEST_REGEX} characters`);
  try {
    compile(expression);
  } catch (error) {
    throw new SelectionProblem(`is no RE2 expression (${(error as Error).message})`);
  }
}

function patterns(list: readonly string[]): (name: string) => boolean {
  const included = list.filter((pattern) => !pattern.startsWith('!')).map(anchored);
  const excluded = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => anchored(pattern.slice(1)));
  return (name) =>
    (included.length === 0 || included.some((matches) => matches(name))) && !excluded.some((matches) => matches(name));
}

/** Whether a pattern matches the whole name, in time that grows with their lengths alone. */
function anchored(pattern: string): (name: string) => boolean {
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
