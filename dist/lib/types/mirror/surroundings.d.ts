import type { AwsPlace } from '../hosts/codecommit-url.js';
import type { Forge } from '../hosts/forge.js';
/** What the environment tells that is no option of a mirror, as text. An empty text means not given. */
export interface Surroundings {
    readonly aws: AwsPlace & {
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string;
    };
    /** The proxies that are set, by the name of their variable. */
    readonly proxies: readonly {
        readonly name: string;
        readonly url: string;
    }[];
    /** The job that this is a step of, if any. */
    readonly job: {
        readonly repositoryUrl: string;
        readonly forge: Forge | undefined;
    } | undefined;
}
type Environment = Readonly<Record<string, string | undefined>>;
/** Reads what AWS's own tools, curl and the runners of the forges leave in the environment. */
export declare function readSurroundings(environment: Environment): Surroundings;
export {};
