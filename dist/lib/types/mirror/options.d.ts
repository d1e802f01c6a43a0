import { type Location } from '../protocol/location.js';
import { type Endpoint, type EndpointNames, type LfsUrl, type RawEndpoint } from './endpoint.js';
import type { Policy } from './plan.js';
import { type SelectionRules } from './selection.js';
import type { Surroundings } from './surroundings.js';
/** Everything a run needs to know, checked. */
export interface Options {
    readonly source: Endpoint;
    readonly target: Endpoint;
    readonly policy: Policy;
    readonly rules: SelectionRules;
    /** Whether the source's host is asked which branches it protects, and only those are mirrored. */
    readonly onlyProtectedBranches: boolean;
    /** What the option `branches` is called, for messages. */
    readonly branchesName: string;
    /** Whether Git LFS objects are looked for. */
    readonly lfs: (typeof LFS)[number];
    /** Where the target's Git LFS objects go, if not to the target itself. */
    readonly lfsUrl: LfsUrl | undefined;
    readonly dryRun: boolean;
    /** Whether to change nothing, and to fail if the target is not as the policy wants it. */
    readonly check: boolean;
    readonly pushOptions: readonly string[];
    /** Milliseconds a server may stay silent. */
    readonly timeoutMs: number;
    /** Certificates in PEM form that are trusted beside the well-known ones. */
    readonly certificates: readonly string[];
    /** Where the job runs, if it runs in one. */
    readonly job: Job | undefined;
}
/** The job that the mirror is a step of. */
export interface Job {
    /** The repository that it runs in. */
    readonly repository: Location;
    readonly forge: NonNullable<Surroundings['job']>['forge'];
}
/** What a user gave, as text, before anything is checked. An empty text means not given. */
export interface RawOptions {
    readonly source: RawEndpoint;
    readonly target: RawEndpoint;
    readonly onlyProtectedBranches: string;
    readonly branches: readonly string[];
    readonly mirrorBranchRegex: string;
    readonly tags: readonly string[];
    readonly keepDivergentRefs: string;
    readonly prune: string;
    readonly lfs: string;
    readonly lfsUrl: string;
    readonly dryRun: string;
    readonly check: string;
    readonly pushOptions: readonly string[];
    /** Seconds. */
    readonly timeout: string;
    /** PEM, or a path. */
    readonly caCertificate: string;
    readonly allowInsecureHttp: string;
    readonly surroundings: Surroundings;
}
/** What the options are called at the door they came through, for messages. */
export interface OptionNames {
    readonly source: EndpointNames;
    readonly target: EndpointNames;
    readonly allowInsecureHttp: string;
    readonly caCertificate: string;
    readonly onlyProtectedBranches: string;
    readonly branches: string;
    readonly mirrorBranchRegex: string;
    readonly tags: string;
    readonly keepDivergentRefs: string;
    readonly prune: string;
    readonly lfs: string;
    readonly lfsUrl: string;
    readonly dryRun: string;
    readonly check: string;
    readonly pushOptions: string;
    readonly timeout: string;
}
/** Everything that is wrong with what the user gave. Each problem is a sentence that names the option and a remedy. */
export declare class ConfigurationError extends Error {
    readonly problems: readonly string[];
    constructor(problems: readonly string[]);
}
declare const LFS: readonly ["auto", "always", "never"];
/**
 * Checks what a user gave, all of it.
 *
 * @param folder what a relative path starts from
 * @throws {ConfigurationError} with every problem there is
 */
export declare function parseOptions(raw: RawOptions, names: OptionNames, folder: string): Options;
export {};
