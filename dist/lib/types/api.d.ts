import { ConfigurationError } from './mirror/options.js';
import { type Report } from './report/report.js';
export { ConfigurationError };
export type { Report };
/** What is mirrored, and how. The names are those of the action's inputs; what is not given has their defaults. */
export interface MirrorOptions {
    /** A URL or a path. */
    readonly source: string;
    /** A URL or a path; a path at which nothing is yet becomes a bare repository. */
    readonly target: string;
    readonly sourceToken?: string;
    readonly sourceUsername?: string;
    readonly targetToken?: string;
    readonly targetUsername?: string;
    readonly sshPrivateKey?: string;
    readonly sshKnownHosts?: string;
    readonly onlyProtectedBranches?: boolean;
    /** Patterns; all branches if not given. */
    readonly branches?: readonly string[];
    readonly mirrorBranchRegex?: string;
    /** Patterns; all tags if not given. */
    readonly tags?: readonly string[];
    readonly keepDivergentRefs?: boolean;
    readonly prune?: 'merged' | 'never' | 'always';
    readonly lfs?: 'auto' | 'always' | 'never';
    readonly lfsUrl?: string;
    readonly dryRun?: boolean;
    readonly check?: boolean;
    readonly pushOptions?: readonly string[];
    /** Seconds that a server may stay silent. */
    readonly timeout?: number;
    /** PEM, or the path of a PEM file. */
    readonly caCertificate?: string;
    readonly allowInsecureHttp?: boolean;
    /** Stops the mirror. The report then says so; the next run goes on from there. */
    readonly signal?: AbortSignal;
    /** Is told what is done, a line each, without secrets. */
    readonly onLine?: (line: string) => void;
    /** Where proxies and AWS credentials stand; `process.env` if not given. */
    readonly environment?: Readonly<Record<string, string | undefined>>;
}
/**
 * Brings a target repository to the state of a source repository.
 *
 * @returns what became of every ref. That a remote failed, or refused a ref, is in it too: `update_status` is `failed`
 * @throws {ConfigurationError} where the options are wrong: nothing was done then
 */
export declare function mirror(options: MirrorOptions): Promise<Report>;
