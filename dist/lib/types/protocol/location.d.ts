/** Where a repository is, by the transport that reaches it. */
export type Location = {
    readonly kind: 'http';
    /** Without credentials. */
    readonly url: URL;
    readonly username?: string | undefined;
    readonly password?: string | undefined;
} | {
    readonly kind: 'ssh';
    readonly user?: string | undefined;
    readonly host: string;
    readonly port?: number | undefined;
    readonly path: string;
    /** As it may be shown. */
    readonly display: string;
} | {
    readonly kind: 'local';
    readonly path: string;
};
/** Why a text is no location: a clause that follows the text itself. */
export declare class LocationProblem extends Error {
}
/**
 * Reads what a user gives as a repository: a URL, the scp-like form, or a path (git-clone(1), "GIT URLS").
 *
 * @param folder what a relative path starts from
 * @throws {LocationProblem}
 */
export declare function parseLocation(text: string, folder: string): Location;
