/**
 * What is mirrored, and how. The names are those of the action's inputs; what is not given, or `undefined`, has their
 * defaults. Of the types around it only `AbortSignal` is needed: @types/node has it, and TypeScript's own library `dom`.
 */
export interface MirrorOptions {
    /** A URL or a path. */
    readonly source: string;
    /** A URL or a path; a path at which nothing is yet becomes a bare repository. */
    readonly target: string;
    readonly sourceToken?: string | undefined;
    readonly sourceUsername?: string | undefined;
    readonly targetToken?: string | undefined;
    readonly targetUsername?: string | undefined;
    readonly sshPrivateKey?: string | undefined;
    readonly sshKnownHosts?: string | undefined;
    readonly onlyProtectedBranches?: boolean | undefined;
    /** Patterns; all branches if not given. */
    readonly branches?: readonly string[] | undefined;
    readonly mirrorBranchRegex?: string | undefined;
    /** Patterns; all tags if not given. */
    readonly tags?: readonly string[] | undefined;
    readonly keepDivergentRefs?: boolean | undefined;
    readonly prune?: 'merged' | 'never' | 'always' | undefined;
    readonly lfs?: 'auto' | 'always' | 'never' | undefined;
    readonly lfsUrl?: string | undefined;
    readonly dryRun?: boolean | undefined;
    readonly check?: boolean | undefined;
    readonly pushOptions?: readonly string[] | undefined;
    /** Seconds that a server may stay silent. */
    readonly timeout?: number | undefined;
    /** PEM, or the path of a PEM file. */
    readonly caCertificate?: string | undefined;
    readonly allowInsecureHttp?: boolean | undefined;
    /** Stops the mirror. The report then says so, and why; the next run goes on from there. */
    readonly signal?: AbortSignal | undefined;
    /** Is told what is done, a line each, without secrets. What it throws is passed over: a push is not left halfway. */
    readonly onLine?: ((line: string) => void) | undefined;
    /** Where proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`) and AWS credentials stand; `process.env` if not given. */
    readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}
