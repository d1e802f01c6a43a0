/**
 * Repositories to mirror, and how. The names are those of the action's inputs in camelCase. An option that is missing or
 * `undefined` has the default of the input. Of the global types, only `AbortSignal` is needed: @types/node and
 * TypeScript's own library `dom` have `AbortSignal`.
 */
export interface MirrorOptions {
    /** URL or path of the source repository. */
    readonly source: string;
    /** URL or path of the target repository. If nothing is at the path, a bare repository is created there. */
    readonly target: string;
    /** Token to read an HTTPS source. */
    readonly sourceToken?: string | undefined;
    /** User name to read an HTTPS source. */
    readonly sourceUsername?: string | undefined;
    /** Password, access token or app token for an HTTPS target. */
    readonly targetToken?: string | undefined;
    /** User name for the target. By default, the name that the host expects with a token. */
    readonly targetUsername?: string | undefined;
    /** Private key for an SSH target or source, without a passphrase. */
    readonly sshPrivateKey?: string | undefined;
    /** Lines of a known_hosts file with the host's keys. The keys of well-known hosts are built in. */
    readonly sshKnownHosts?: string | undefined;
    /** Mirror only the branches that the source's host protects. If no branch is protected, no branch is mirrored. */
    readonly onlyProtectedBranches?: boolean | undefined;
    /** Patterns of the branches to mirror, such as `release/*` or `!wip/*`. Default: all branches. */
    readonly branches?: readonly string[] | undefined;
    /** Mirror the branches whose name contains a match of this regular expression (RE2). Cannot be combined with `branches`
     * or `onlyProtectedBranches`. */
    readonly mirrorBranchRegex?: string | undefined;
    /** Patterns of the tags to mirror. `!*` selects no tags. Default: all tags. */
    readonly tags?: readonly string[] | undefined;
    /** Leave divergent refs unchanged, and delete nothing. Without this, divergent refs are overwritten. */
    readonly keepDivergentRefs?: boolean | undefined;
    /** Which of the refs that only the target has are deleted. Default: those merged into the source's default branch. */
    readonly prune?: 'merged' | 'never' | 'always' | undefined;
    /** Permission to change the default branch of the target. Default: `auto`, if the target's HEAD names a branch that
     * does not exist, or one that is gone from the source and merged. */
    readonly defaultBranch?: 'auto' | 'never' | undefined;
    /** When to mirror Git LFS objects. Default: if a `.gitattributes` says that the repository uses Git LFS. */
    readonly lfs?: 'auto' | 'always' | 'never' | undefined;
    /** The Git LFS server for the target's objects, if it is not the target's own. */
    readonly lfsUrl?: string | undefined;
    /** The Git LFS server of the source's objects, if the source does not name the right one itself. */
    readonly sourceLfsUrl?: string | undefined;
    /** Plan and report, but change nothing. */
    readonly dryRun?: boolean | undefined;
    /** Change nothing, and report `failed` if the target is not as it should be. */
    readonly check?: boolean | undefined;
    /** Push options for the target's server. */
    readonly pushOptions?: readonly string[] | undefined;
    /** Seconds for which a server may send nothing before the run gives up. Default: 300. */
    readonly timeout?: number | undefined;
    /** Seconds that the run may take to find the refs that keep others from being pushed. Default: 600. */
    readonly isolationTimeout?: number | undefined;
    /** Certificate of a private authority to trust in addition to the usual ones: PEM text, or the path of a PEM file. */
    readonly caCertificate?: string | undefined;
    /** Allow sending tokens over plain http, where others on the network can read them. */
    readonly allowInsecureHttp?: boolean | undefined;
    /** Stops the run. The report then says that the run was stopped, and why. The next run continues from there. */
    readonly signal?: AbortSignal | undefined;
    /** Is called with a log line for each step, without secrets. Errors that this function throws are ignored, so that they do
     * not interrupt a push. */
    readonly onLine?: ((line: string) => void) | undefined;
    /** Variables for proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and AWS credentials. Default: `process.env`. */
    readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}
