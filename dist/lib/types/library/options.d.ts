/**
 * Repositories to mirror, and how. The names are those of the action's inputs in camelCase; what is not given, or
 * `undefined`, has their defaults. Of the types around it only `AbortSignal` is needed: @types/node has it, and
 * TypeScript's own library `dom`.
 */
export interface MirrorOptions {
    /** URL or path of the repository to mirror. */
    readonly source: string;
    /** URL or path of the target; a path at which nothing is yet becomes a bare repository. */
    readonly target: string;
    /** Token to read an HTTPS source. */
    readonly sourceToken?: string | undefined;
    /** User name to read an HTTPS source. */
    readonly sourceUsername?: string | undefined;
    /** Password, access token or app token for an HTTPS target. */
    readonly targetToken?: string | undefined;
    /** User name for the target; by default what the host wants beside a token. */
    readonly targetUsername?: string | undefined;
    /** Private key for an SSH target or source, without a passphrase. */
    readonly sshPrivateKey?: string | undefined;
    /** Lines of a known_hosts file with the host's keys; those of well-known hosts are known. */
    readonly sshKnownHosts?: string | undefined;
    /** Mirror only the branches that the source's host protects; none if it protects none. */
    readonly onlyProtectedBranches?: boolean | undefined;
    /** Patterns of the branches to mirror, such as `release/*` or `!wip/*`; all branches if not given. */
    readonly branches?: readonly string[] | undefined;
    /** Mirror the branches in whose name this expression (RE2) is found. Not with `branches`. */
    readonly mirrorBranchRegex?: string | undefined;
    /** Patterns of the tags to mirror, `!*` for none; all tags if not given. */
    readonly tags?: readonly string[] | undefined;
    /** Leave refs alone that have diverged on the target, and delete nothing. Otherwise they are overwritten. */
    readonly keepDivergentRefs?: boolean | undefined;
    /** Which refs are deleted that only the target has: by default those merged into the source's default branch. */
    readonly prune?: 'merged' | 'never' | 'always' | undefined;
    /** Git LFS objects: by default where a `.gitattributes` says that the repository uses Git LFS. */
    readonly lfs?: 'auto' | 'always' | 'never' | undefined;
    /** The Git LFS server for the target's objects, if it is not the target itself. */
    readonly lfsUrl?: string | undefined;
    /** Plan and report, and change nothing. */
    readonly dryRun?: boolean | undefined;
    /** Change nothing, and report `failed` if the target is not as it should be. */
    readonly check?: boolean | undefined;
    /** Push options for the target's server. */
    readonly pushOptions?: readonly string[] | undefined;
    /** Seconds that a server may stay silent; 300 by default. */
    readonly timeout?: number | undefined;
    /** Certificate of a private authority that is trusted, too: PEM, or the path of a PEM file. */
    readonly caCertificate?: string | undefined;
    /** Send tokens over plain http, which everybody on the way can read. */
    readonly allowInsecureHttp?: boolean | undefined;
    /** Stops the mirror. The report then says so, and why; the next run goes on from there. */
    readonly signal?: AbortSignal | undefined;
    /** Takes a line for each step, without secrets. What it throws is passed over: a push is not left halfway. */
    readonly onLine?: ((line: string) => void) | undefined;
    /** Variables for proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and AWS credentials; by default `process.env`. */
    readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}
