/** Says which refs a mirror is about. */
export type Selection = (ref: string) => boolean;
/** What a user selects by; patterns are those of the inputs `branches` and `tags`. */
export interface SelectionRules {
    readonly branches: readonly string[];
    readonly tags: readonly string[];
    /** RE2 syntax, found anywhere in the branch's name, as GitLab's setting of that name. */
    readonly mirrorBranchRegex?: string | undefined;
}
/** Why a rule is none: a clause that follows the rule itself. */
export declare class SelectionProblem extends Error {
}
/** The selection that the rules ask for. */
export declare function selection(rules: SelectionRules): Selection;
/** The selection without those branches that match none of the patterns; not one of them if there is no pattern. */
export declare function onlyBranches(select: Selection, allowed: readonly string[]): Selection;
/** @throws {SelectionProblem} for a pattern that can match nothing */
export declare function checkPattern(pattern: string): void;
/** @throws {SelectionProblem} for an expression that RE2 does not take */
export declare function checkRegex(expression: string): void;
