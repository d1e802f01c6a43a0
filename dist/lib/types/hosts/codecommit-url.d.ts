/** What of the environment decides where CodeCommit's repositories are. */
export interface AwsPlace {
    /** `AWS_REGION`, or `AWS_DEFAULT_REGION`; may be empty. */
    readonly region: string;
    /** Whether endpoints validated by FIPS are wanted (`AWS_USE_FIPS_ENDPOINT`). */
    readonly fips: boolean;
}
/** Why a text is no repository of CodeCommit: a clause that follows the text itself. */
export declare class CodecommitProblem extends Error {
}
/** Whether a text has the form of git-remote-codecommit. */
export declare function isCodecommitForm(text: string): boolean;
/**
 * The HTTPS URL of a repository that is given in the form of git-remote-codecommit.
 *
 * @throws {CodecommitProblem}
 */
export declare function codecommitUrl(text: string, place: AwsPlace): string;
/** A URL of CodeCommit as its server wants it: without `.git` and a slash at the end. */
export declare function tidyCodecommitUrl(url: URL): URL;
